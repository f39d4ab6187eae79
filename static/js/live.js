// What others change appears here by itself; live-tabs.js hears of it and says so by "live:heard".
// Every act of others arrives as the document's event "collab:event" (detail: id, verb, subject, subjects, project, actor, by, at);
// [data-live~="<subject>"][data-live-src] reads itself anew, unless somebody is at work in it: then it waits, marked .is-outdated.
// data-live~="project:<uid>" means any act in the project, at most one reading in two seconds. What was read anew says
// "collab:reread" (detail: event, old). [data-live-keep][id] inside keeps its node; [data-live-hold] inside lets it wait.

const place = document.getElementById("live");
const me = place?.dataset.me;
const project = place?.dataset.project;
const drawnAt = Date.parse(document.body.dataset.now) || Date.now();
let audience = 1;

// ---------------------------------------------------------------- what an event does to this page
const known = new Set();

function tell(event, replayed = false) {
  if (event.project !== project || known.has(event.id)) return;
  known.add(event.id);
  if (event.at < drawnAt - (replayed ? 12000 : 0) && (replayed || event.actor === me)) return;
  document.dispatchEvent(new CustomEvent("collab:event", { detail: event }));
  const direct = new Set();
  for (const key of event.subjects) { if (event.actor !== me) lastBy.set(key, event); for (const part of partsOf(key)) direct.add(part); }
  for (const part of direct) later(part, event, Math.random() * Math.min(400, audience * 2));
  for (const part of partsOf(`project:${project}`)) if (!direct.has(part)) later(part, null, pause(part));
  if (direct.size && event.by && event.actor !== me) announce(event);
}

// a page may read parts anew by itself: it says so by "board:fresh", and the mark is set here
const lastBy = new Map();
document.addEventListener("board:fresh", (event) => {
  const { card } = event.detail;
  const told = card && (card.dataset.live ?? "").split(" ").map((key) => lastBy.get(key)).find(Boolean);
  if (told && Date.now() - (markedAt.get(told.id) ?? Date.now()) < 10000) { markedAt.set(told.id, Date.now()); mark(card, told, "just-changed", place.dataset.saved, 6000); announce(told); }
});
const markedAt = new Map();

const partsOf = (key) => document.querySelectorAll(`[data-live~="${CSS.escape(key)}"][data-live-src]`);

// figures of the whole project: the more people look at it, the less often each of them asks
const readAt = new WeakMap();
function pause(part) {
  const gap = 2000 * Math.max(1, audience / 20);
  return Math.max(150, (readAt.get(part) ?? 0) + gap - Date.now()) + Math.random() * (gap / 4);
}

const planned = new Map(); // part -> timer
const outdated = new Map(); // part -> the event it waits with
let reading = 0;
const queue = [];

function later(part, event, ms) {
  if (event?.actor === me && Date.now() - (swappedAt.get(part) ?? 0) < 3000) return; // this page has its answer already
  if (planned.has(part)) { if (event) planned.get(part).event = event; return; }
  planned.set(part, { event, timer: setTimeout(() => { queue.push([part, planned.get(part).event]); planned.delete(part); next(); }, ms) });
}

function next() {
  while (reading < 4 && queue.length) {
    reading += 1;
    reread(...queue.shift()).finally(() => { reading -= 1; next(); });
  }
}

async function reread(part, event) {
  if (!part.isConnected) return;
  if (isBusy(part)) return wait(part, event);
  readAt.set(part, Date.now());
  let answer, text;
  try {
    answer = await fetch(part.dataset.liveSrc, { headers: { "HX-Request": "true", "X-Live": "1" }, redirect: "manual" });
    text = await answer.text();
  } catch { return wait(part, event); }
  if (!part.isConnected) return;
  const fresh = answer.status === 200 ? freshOf(part, text) : null;
  if (isBusy(part)) return wait(part, event);
  if (fresh) {
    if (Number(fresh.dataset.version) < Number(part.dataset.version)) return;
    put(part, fresh, event);
    hand(answer.headers.get("HX-Trigger"));
  } else if ([200, 204, 404, 410].includes(answer.status)) {
    outdated.delete(part);
    part.dispatchEvent(new CustomEvent("collab:reread", { bubbles: true, detail: { event, old: part } }));
    part.remove();
  }
}

function freshOf(part, text) {
  const holder = document.createElement("template");
  holder.innerHTML = text;
  return part.id ? holder.content.getElementById(part.id) : holder.content.firstElementChild;
}

function put(part, fresh, event) {
  for (const old of part.querySelectorAll("[data-live-keep][id]")) fresh.querySelector(`#${CSS.escape(old.id)}`)?.replaceWith(old);
  const opened = [...part.querySelectorAll("details")].map((one) => one.open);
  fresh.querySelectorAll("details").forEach((one, at) => { if (opened[at]) one.open = true; });
  const focused = part.contains(document.activeElement) ? pathTo(part, document.activeElement) : null;
  outdated.delete(part);
  part.replaceWith(fresh);
  readAt.set(fresh, Date.now());
  window.htmx?.process(fresh);
  if (focused) (focused.id && fresh.querySelector(`#${CSS.escape(focused.id)}`) || stops(fresh)[focused.at])?.focus({ preventScroll: true });
  if (event?.by && event.actor !== me) mark(fresh, event, "just-changed", place.dataset.saved, 6000);
  fresh.dispatchEvent(new CustomEvent("collab:reread", { bubbles: true, detail: { event, old: part } }));
}

const stops = (part) => [...part.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex]")];
const pathTo = (part, focused) => ({ id: focused.id, at: stops(part).indexOf(focused) });

// messages said by the server while the part was drawn belong to the person all the same
function hand(header) {
  try { const said = JSON.parse(header ?? "{}").say; if (said) document.dispatchEvent(new CustomEvent("say", { detail: said })); } catch { /* none */ }
}

function mark(part, event, sign, words, ms) {
  const at = part.matches("tr") ? part.cells[0] ?? part : part;
  part.classList.add(sign);
  at.dataset.liveBy = `${event.by} · ${words}`;
  if (ms) setTimeout(() => { part.classList.remove(sign); delete at.dataset.liveBy; }, ms);
}

let saidAt = 0;
function announce(event) {
  if (Date.now() - saidAt < 5000) return;
  saidAt = Date.now();
  document.getElementById("live-said").textContent = `${event.by} · ${place.dataset.saved}`;
}

// ---------------------------------------------------------------- nobody is disturbed
const TYPING = "input:not([type=button], [type=submit], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const HELD = ".sortable-chosen, .sortable-ghost, .sortable-drag, .htmx-request, .dropdown-menu.show, details.move-menu[open], dialog[open], [data-live-hold]";

function isBusy(part) {
  const focused = document.activeElement;
  if (focused && part.contains(focused) && focused.matches(TYPING)) return true;
  if (part.matches(HELD) || part.querySelector(HELD)) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(isTyped);
}

function isTyped(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const options = [...field.options];
  const first = options.findIndex((one) => one.defaultSelected);
  return field.multiple ? options.some((one) => one.selected !== one.defaultSelected) : field.selectedIndex !== Math.max(first, 0);
}

function wait(part, event) {
  outdated.set(part, event);
  if (event?.by && event.actor !== me) mark(part, event, "is-outdated", place.dataset.changed, 0);
  else part.classList.add("is-outdated");
}

function retry() {
  for (const [part, event] of outdated) {
    if (!part.isConnected) outdated.delete(part);
    else if (!isBusy(part)) { outdated.delete(part); later(part, event, 0); }
  }
}

const swappedAt = new WeakMap();
if (place) {
  document.addEventListener("focusout", () => setTimeout(retry, 100));
  setInterval(() => { if (outdated.size) retry(); }, 2000);
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt?.closest?.("[data-live]");
    if (part) swappedAt.set(part, Date.now());
    for (const inner of event.detail.elt?.querySelectorAll?.("[data-live]") ?? []) swappedAt.set(inner, Date.now());
    retry();
  });
}

function behind() {
  for (const part of document.querySelectorAll("[data-live][data-live-src]")) later(part, null, pause(part));
}

// ---------------------------------------------------------------- who else is here, and whether we hear anything
let shownPeople = "";
function showPeople(count, people) {
  audience = count;
  if (shownPeople === (shownPeople = JSON.stringify([count, people]))) return;
  const others = people.filter((one) => one.uid !== me);
  const list = place.querySelector(".live-people");
  const shown = others.slice(0, innerWidth < 768 ? 3 : 5);
  list.replaceChildren(...shown.map((one) => {
    const line = document.createElement("li");
    line.title = [one.name, one.department, one.title].filter(Boolean).join(" · ");
    const sign = Object.assign(document.createElement("span"), { className: "avatar-sign", textContent: initial(one.name) });
    sign.setAttribute("aria-hidden", "true");
    line.append(sign, Object.assign(document.createElement("span"), { className: "live-name", textContent: one.name }));
    return line;
  }));
  const rest = count - 1 - shown.length;
  if (rest > 0) {
    const more = Object.assign(document.createElement("li"), { className: "live-more", textContent: `+${rest}` });
    more.title = [...others.slice(shown.length).map((one) => one.name), ...(count > people.length ? ["…"] : [])].join(place.dataset.comma);
    list.append(more);
  }
  place.classList.toggle("is-crowd", others.length > 2);
  place.querySelector(".live-here").hidden = !others.length;
}

const initial = (name) => /[一-鿿]$/.test(name) ? name.slice(-1) : name.slice(0, 1).toUpperCase();

let lostSince = 0;
function hear(ok) {
  lostSince = ok ? 0 : lostSince || Date.now();
  if (ok) place.querySelector(".live-lost").hidden = true;
}

document.addEventListener("live:heard", ({ detail: said }) => {
  if (said.kind === "event") tell(said.event, said.replayed);
  else if (said.kind === "heard") hear(said.ok);
  else if (said.project !== project) return;
  else if (said.kind === "here") showPeople(said.count, said.people);
  else if (said.kind === "behind") behind();
});
if (place) setInterval(() => { if (lostSince && Date.now() - lostSince > 10000) place.querySelector(".live-lost").hidden = false; }, 1000);
