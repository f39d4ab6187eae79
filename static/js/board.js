// The board: cards are sent, put where they belong, and put back with the reason where they were dropped.
// Mouse and finger, keyboard and menu, live changes (board-drag.js, board-keys.js, board-live.js) speak to it by the events "board:drop", "board:act" and "board:fresh".

const board = () => document.getElementById("board");
const talk = () => document.getElementById("board-talk");
const fill = (pattern, values) => (pattern ?? "").replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
const say = (name, values = {}) => { if (talk()) talk().textContent = fill(talk().dataset[name], values); };
const title = (card) => card.querySelector(".card-name a")?.textContent ?? "";
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
const homes = new WeakMap(); // where a card stood that waits for an answer
const isCard = (node) => node?.classList?.contains("task-card");

function neighbour(card, step) {
  let node = card[step];
  while (node && !isCard(node)) node = node[step];
  return node;
}

// what a card's present place says: the fields of a move
function said(card, list) {
  const { by, lanes, sort } = board().dataset;
  const fields = {};
  if (list.dataset.cards !== card.dataset.column) fields[by === "status" ? "to" : by] = list.dataset.cards;
  if (lanes && list.dataset.lane !== card.dataset.lane) fields[lanes] = list.dataset.lane;
  if (!sort) {
    const next = neighbour(card, "nextElementSibling");
    const last = neighbour(card, "previousElementSibling");
    if (next) fields.before_uid = next.dataset.uid;
    else if (last) fields.after_uid = last.dataset.uid;
  }
  return fields;
}

function ask(url, fields) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": token() };
  if (!fields) return fetch(url, { headers, credentials: "same-origin" });
  return fetch(url, { method: "POST", headers, credentials: "same-origin", body: new URLSearchParams(fields) });
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const listOf = (card) => document.querySelector(`.board-cards[data-cards="${card.dataset.column}"]${card.dataset.lane ? `[data-lane="${card.dataset.lane}"]` : ""}`);

// a card goes where its column and its sort key say; one that lies beyond what is loaded is left out
function place(card) {
  const list = listOf(card);
  if (!list) { card.remove(); return null; }
  const rank = card.dataset.rank;
  let behind = null;
  if (!board().dataset.sort) {
    for (const other of list.children) if (isCard(other) && other !== card && other.dataset.rank > rank) { behind = other; break; }
  } else behind = [...list.children].find((other) => isCard(other) && other !== card) ?? null;
  const further = list.querySelector(":scope > .column-next");
  if (!behind && further) { card.remove(); return list; }
  list.insertBefore(card, behind ?? further);
  return list;
}

function count(html) {
  for (const node of html.querySelectorAll("[id^='count-']")) {
    const shown = document.getElementById(node.id);
    if (shown && shown.textContent !== node.textContent) shown.textContent = node.textContent;
  }
}

// the server's card replaces the one at hand; `keep`: it stays where it was dropped
function renew(card, html, keep) {
  const fresh = html.querySelector(".task-card");
  count(html);
  if (!fresh) return null;
  const focused = document.activeElement === card;
  const list = card.parentElement;
  card.replaceWith(fresh);
  const right = keep && list?.dataset.cards === fresh.dataset.column && (list.dataset.lane ?? "") === (fresh.dataset.lane ?? "");
  if (!right) place(fresh);
  fresh.classList.add("just-saved");
  document.dispatchEvent(new CustomEvent("board:fresh", { detail: { card: fresh, focus: focused } }));
  return fresh;
}

function back(card) {
  const home = homes.get(card);
  homes.delete(card);
  card.querySelector(".report-place")?.replaceChildren();
  if (home) home.list.insertBefore(card, home.next?.parentElement === home.list ? home.next : home.list.querySelector(":scope > .column-next"));
}

function note(html, card, spot, again) {
  for (const old of document.querySelectorAll(".drop-note")) old.remove();
  const line = html.querySelector(".drop-note");
  if (!line) { document.getElementById("messages").append(html); return; }
  spot.list.insertBefore(line, spot.next?.parentElement === spot.list ? spot.next : spot.list.querySelector(":scope > .column-next"));
  line.querySelector("[data-close]")?.addEventListener("click", () => { line.remove(); card.focus(); });
  line.querySelector("[data-again]")?.addEventListener("click", () => {
    card.dataset.version = line.dataset.version;
    line.remove();
    again();
  });
  line.querySelector("button, a")?.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function form(card, html) {
  const place = card.querySelector(".report-place");
  const fresh = html.querySelector(".report-place");
  if (!fresh || !place) return;
  place.replaceWith(fresh);
  htmx.process(fresh);
  cancellable(card);
}

function cancellable(card) {
  const place = card.querySelector(".report-place");
  const actions = place?.querySelector(".form-actions, form > div:last-of-type") ?? place?.querySelector("form");
  if (actions && !place.querySelector("[data-cancel]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.dataset.cancel = "";
    button.textContent = talk().dataset.cancel;
    actions.append(button);
  }
  place?.querySelector("[data-focus], .is-invalid, input:not([type=hidden]), textarea")?.focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function report(card, whole, given = "") {
  const url = given || `/tasks/${card.dataset.uid}/report/?${whole ? "whole=1&" : ""}place=card`;
  return ask(url).then(async (answer) => {
    if (answer.ok) { form(card, parsed(await answer.text())); say("asked", { title: title(card) }); }
    else { const spot = { list: card.parentElement, next: card.nextElementSibling }; back(card); note(parsed(await answer.text()), card, spot); }
  }).catch(() => lost(card));
}

// nothing reached the server: the card stands where it stood
function lost(card) {
  card.classList.remove("is-sent");
  back(card);
  document.body.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail: {} }));
}

// one move: what the server answers decides whether the card stays
async function send(card, fields, { keep = false, spot = null } = {}) {
  card.classList.add("is-sent");
  const all = { ...fields, seen_version: card.dataset.version, place: "card", drop: "1" };
  let answer, html;
  try {
    answer = await ask(`/tasks/${card.dataset.uid}/move/`, all);
    html = parsed(await answer.text());
  } catch { lost(card); return; }
  card.classList.remove("is-sent");
  if (answer.ok) {
    const from = homes.get(card)?.list ?? card.parentElement;
    homes.delete(card);
    const fresh = renew(card, html, keep);
    if (!fresh) return;
    local(from, listOf(fresh));
    say("moved", { title: title(fresh), column: listOf(fresh)?.dataset.label ?? "" });
    offer(fresh.dataset.uid, fresh.dataset.version, title(fresh), listOf(fresh)?.dataset.label);
    document.dispatchEvent(new CustomEvent("board:changed"));
  } else if (answer.status === 422 && html.querySelector(".report-place")) {
    form(card, html);
    say("asked", { title: title(card) });
  } else {
    const here = spot ?? { list: card.parentElement, next: card.nextElementSibling };
    say("refused", { title: title(card), reason: html.textContent.trim().replace(/\s+/g, " ").slice(0, 300) });
    back(card);
    note(html, card, here, () => {
      homes.set(card, { list: card.parentElement, next: card.nextElementSibling });
      if (keep) here.list.insertBefore(card, here.next?.parentElement === here.list ? here.next : null);
      send(card, fields, { keep, spot: here });
    });
    if (answer.status === 412) document.dispatchEvent(new CustomEvent("board:stale", { detail: { uid: card.dataset.uid } }));
  }
}

// swimlanes count their own cells
function local(from, to) {
  if (!board().dataset.lanes || !from || !to || from === to) return;
  for (const [list, step] of [[from, -1], [to, 1]]) {
    const shown = document.getElementById(`count-${list.dataset.lane}-${list.dataset.cards}`);
    if (shown) shown.textContent = Number(shown.textContent) + step;
  }
}

// a card was let go somewhere: `home` is where it stood before
function drop(card, home) {
  const list = card.parentElement;
  if (list === home.list && card.nextElementSibling === home.next) return;
  if (list === home.list && board().dataset.sort) { homes.set(card, home); back(card); say("sorted"); return; }
  homes.set(card, home);
  const fields = said(card, list);
  if (fields.to === "done" && card.dataset.state !== "awaiting_acceptance") { report(card, true); return; }
  send(card, fields, { keep: true, spot: { list, next: card.nextElementSibling } });
}

document.addEventListener("board:drop", (event) => drop(event.detail.card, event.detail.home));
document.addEventListener("board:act", (event) => {
  const { card, fields, url } = event.detail;
  if (url) report(card, url.includes("whole"), url);
  else { homes.set(card, { list: card.parentElement, next: card.nextElementSibling }); send(card, fields); }
});

// a card that came by a form in it: it goes where it belongs now
let asking = "";
document.addEventListener("htmx:beforeRequest", (event) => { asking = event.target.closest?.(".task-card")?.dataset.uid ?? asking; });
document.addEventListener("htmx:load", (event) => {
  const card = event.detail.elt;
  if (!isCard(card) || !board()) return;
  for (const twin of document.querySelectorAll(`[id="${card.id}"]`)) if (twin !== card) twin.remove();
  const list = card.parentElement;
  if (!list?.dataset.cards) return;
  if (list.dataset.cards !== card.dataset.column || (card.dataset.lane && list.dataset.lane !== card.dataset.lane)) {
    local(list, place(card));
  }
  if (asking === card.dataset.uid) {
    asking = "";
    say("moved", { title: title(card), column: listOf(card)?.dataset.label ?? "" });
    document.dispatchEvent(new CustomEvent("board:changed"));
  }
  document.dispatchEvent(new CustomEvent("board:fresh", { detail: { card } }));
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancel]");
  const card = event.target.closest(".task-card");
  if (cancel && card) { event.preventDefault(); back(card); card.focus(); say("left", { title: title(card) }); return; }
  const link = event.target.closest(".card-report");
  if (link && card && !event.ctrlKey && !event.metaKey) { event.preventDefault(); report(card, false); }
});

// taking back: a button, and Ctrl+Z, for as long as the offer stands
let offered = null;
function offer(uid, version, name, column) {
  const bar = document.getElementById("board-undo");
  if (!bar) return;
  offered = { uid, version };
  bar.querySelector("span").textContent = fill(talk().dataset.moved, { title: name, column });
  bar.hidden = false;
  clearTimeout(offer.timer);
  offer.timer = setTimeout(() => { bar.hidden = true; offered = null; }, 15000);
}
document.addEventListener("board:moved", (event) => {
  const card = document.getElementById(`card-${event.detail.uid}`);
  if (card) offer(event.detail.uid, String(event.detail.version), title(card), listOf(card)?.dataset.label);
});

async function undo() {
  if (!offered) return;
  const { uid, version } = offered;
  offered = null;
  document.getElementById("board-undo").hidden = true;
  const answer = await ask(`/tasks/${uid}/undo/`, { seen_version: version, place: "card" }).catch(() => null);
  if (!answer) { document.body.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail: {} })); return; }
  const html = parsed(await answer.text());
  const card = document.getElementById(`card-${uid}`);
  if (!answer.ok) { if (card) note(html, card, { list: card.parentElement, next: card }); else document.getElementById("messages").append(html); return; }
  const from = card?.parentElement;
  const fresh = card ? renew(card, html, false) : html.querySelector(".task-card");
  if (!card) { count(html); place(fresh); }
  local(from, fresh && listOf(fresh));
  if (fresh) { fresh.scrollIntoView({ block: "nearest", inline: "nearest" }); fresh.focus({ preventScroll: true }); say("undone", { title: title(fresh) }); }
  document.dispatchEvent(new CustomEvent("board:changed"));
}
document.addEventListener("click", (event) => { if (event.target.closest("#board-undo button")) undo(); });
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z" || !offered) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  undo();
});
