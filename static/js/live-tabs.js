// One stream (or one poll a second) per browser, shared by all its tabs: one of them listens and tells the others; each tells
// its own page by the document's event "live:heard" (event, here, behind, heard).

const place = document.getElementById("live");
const tab = Math.random().toString(36).slice(2);
const me = place?.dataset.me;
const project = place?.dataset.project;
let cursor = place?.dataset.since;

// ---------------------------------------------------------------- one of the browser's tabs listens for all of them
const channel = "BroadcastChannel" in window ? new BroadcastChannel(`collab-live:${me}`) : null;
const tabs = new Map(); // of the one that listens: tab -> {project, since, at}
let recent = [];
let leads = false;
let joined = false;

function spread(message) {
  take(message);
  channel?.postMessage(message);
}

function take(message) {
  if (message.to && message.to !== tab) return;
  const { kind } = message;
  if ((kind === "event" || kind === "cursor") && message.cursor) cursor = message.cursor;
  if (["event", "here", "behind", "heard"].includes(kind)) {
    document.dispatchEvent(new CustomEvent("live:heard", { detail: { ...message, replayed: Boolean(message.to) } }));
  } else if (kind === "who" && joined) join();
  else if (kind === "join" && leads) admit(message);
  else if (kind === "leave" && leads) { tabs.delete(message.tab); setTimeout(listen, 300); }
}

function join() {
  joined = true;
  spread({ kind: "join", tab, project, since: cursor });
}

function leave() {
  joined = false;
  spread({ kind: "leave", tab });
}

function admit(message) {
  const first = !tabs.has(message.tab);
  tabs.set(message.tab, { project: message.project, since: message.since, at: Date.now() });
  if (!first) return;
  for (const event of recent) channel?.postMessage({ kind: "event", event, to: message.tab });
  setTimeout(listen, 150);
}

const wanted = () => [...new Set([...tabs.values()].map((one) => one.project))].sort();
let source = null; // {projects, close}
let beatAt = 0;

function listen() {
  if (!leads) return;
  const projects = wanted();
  if (source?.projects === projects.join()) return;
  source?.close();
  source = null;
  if (!projects.length) return;
  const sinces = new Set([cursor, ...[...tabs.values()].map((one) => one.since)].filter(Boolean));
  const query = new URLSearchParams([...projects.map((uid) => ["project", uid]), ...[...sinces].map((said) => ["since", said])]);
  source = { projects: projects.join(), close() {} };
  if ("EventSource" in window && !streamless()) stream(query, source);
  else poll(query, source);
}

function again() {
  for (const one of tabs.values()) one.since = cursor; // all of them have heard what this one heard
  source?.close();
  source = null;
  listen();
}

const streamless = () => { try { return Date.now() - Number(sessionStorage.getItem("collab-live-none") ?? 0) < 600000; } catch { return false; } };

function heard(event, said) {
  beatAt = Date.now();
  if (event.lastEventId) cursor = event.lastEventId;
  return JSON.parse(said ?? event.data);
}

function pass(event, at) {
  recent = [...recent.filter((one) => one.at > Date.now() - 60000), event].slice(-200);
  spread({ kind: "event", event, cursor: at });
}

function stream(query, mine) {
  const events = new EventSource(`${place.dataset.stream}?${query}`);
  beatAt = Date.now();
  const watch = setInterval(() => { if (Date.now() - beatAt > 45000) { spread({ kind: "heard", ok: false }); again(); } }, 5000);
  mine.close = () => { clearInterval(watch); events.close(); };
  document.documentElement.dataset.live = "opening";
  events.addEventListener("hello", (event) => { heard(event); document.documentElement.dataset.live = "stream"; spread({ kind: "heard", ok: true }); });
  events.addEventListener("change", (event) => pass(heard(event), event.lastEventId));
  events.addEventListener("here", (event) => spread({ kind: "here", ...heard(event) }));
  events.addEventListener("behind", (event) => spread({ kind: "behind", ...heard(event) }));
  events.addEventListener("beat", (event) => { heard(event); spread({ kind: "cursor", cursor }); });
  events.addEventListener("bye", (event) => heard(event));
  events.addEventListener("error", () => {
    if (mine !== source) return;
    if (events.readyState !== EventSource.CLOSED) { spread({ kind: "heard", ok: false }); return; }
    mine.close(); // no stream here: the same is asked for once a second, and streams are tried again later
    if (cursor) query.set("since", cursor);
    poll(query, mine);
  });
}

let streamsAgain = 0; // when a stream is tried anew where there should be one
function poll(query, mine) {
  if (!streamless()) streamsAgain = Date.now() + 30000 + Math.random() * 30000;
  let timer = 0, failed = 0, closed = false, lookedAt = 0;
  mine.close = () => { closed = true; clearTimeout(timer); };
  document.documentElement.dataset.live = "poll";
  const ask = async () => {
    const began = Date.now();
    const looks = began - lookedAt >= 5000 ? "&here=1" : "";
    if (looks) lookedAt = began;
    try {
      const answer = await fetch(`${place.dataset.poll}?${query}${looks}`, { redirect: "manual", headers: { Accept: "application/json" } });
      if (closed) return;
      if ([403, 404].includes(answer.status) || answer.type === "opaqueredirect") { spread({ kind: "heard", ok: false }); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const said = await answer.json();
      failed = 0;
      cursor = said.cursor;
      if (!said.stream) try { sessionStorage.setItem("collab-live-none", String(Date.now())); } catch { /* each page asks */ }
      query.delete("since");
      query.set("since", cursor);
      for (const event of said.events) pass(event, cursor);
      for (const uid of said.behind) spread({ kind: "behind", project: uid });
      for (const one of said.here) spread({ kind: "here", ...one });
      spread({ kind: "heard", ok: true });
      spread({ kind: "cursor", cursor });
      if (said.stream && Date.now() > streamsAgain) again();
    } catch { failed += 1; spread({ kind: "heard", ok: false }); }
    if (!closed) timer = setTimeout(ask, Math.max(100, (document.hidden ? 15000 : 1000 * Math.min(2 ** failed, 15)) - (Date.now() - began)));
  };
  ask();
}

// ---------------------------------------------------------------- which tab that is
let resign = () => {};

function lead() {
  if (leads) return;
  leads = true;
  tabs.clear();
  channel?.postMessage({ kind: "who" });
  join();
}

function follow() {
  leads = false;
  source?.close();
  source = null;
  delete document.documentElement.dataset.live;
}

function stand() {
  if (!channel) { lead(); resign = follow; return; }
  if (navigator.locks) standByLock(); else standByLease();
}

function standByLock() {
  const stop = new AbortController();
  let done = () => {};
  resign = () => { stop.abort(); follow(); done(); };
  navigator.locks.request(`collab-live:${me}`, { signal: stop.signal }, () => new Promise((end) => { done = end; lead(); })).catch(() => {});
}

// plain http knows no locks: whoever renews a note in the browser's memory listens
function standByLease() {
  const name = `collab-live:${me}`;
  const note = () => { try { return JSON.parse(localStorage.getItem(name)) ?? {}; } catch { return {}; } };
  const write = () => { try { localStorage.setItem(name, JSON.stringify({ tab, at: Date.now() })); } catch { /* each tab for itself */ } };
  const look = () => {
    const { tab: holder, at = 0 } = note();
    if (holder === tab) { write(); lead(); }
    else if (Date.now() - at > 5000) { write(); setTimeout(() => { if (note().tab === tab) lead(); }, 50 + Math.random() * 100); }
    else if (leads) follow();
  };
  const timer = setInterval(look, 2000);
  resign = () => { clearInterval(timer); follow(); if (note().tab === tab) localStorage.removeItem(name); };
  look();
}

let away = 0;
function comeOrGo() {
  clearTimeout(away);
  if (document.hidden) {
    // a tab that nobody sees listens for no one, and after a minute hears nothing; it catches up when it is looked at again
    away = setTimeout(() => { resign(); resign = () => {}; away = setTimeout(leave, 57000); }, 3000);
  } else {
    if (!leads) { resign(); stand(); }
    join();
  }
}

if (place) {
  channel?.addEventListener("message", (event) => take(event.data));
  setInterval(() => {
    if (leads) for (const [one, { at }] of tabs) if (one !== tab && Date.now() - at > 50000) take({ kind: "leave", tab: one });
  }, 1000);
  setInterval(() => { if (joined) join(); }, 20000);
  document.addEventListener("visibilitychange", comeOrGo);
  addEventListener("pagehide", () => { leave(); resign(); resign = () => {}; });
  addEventListener("pageshow", (event) => { if (event.persisted) comeOrGo(); });
  if (!document.hidden) comeOrGo();
}
