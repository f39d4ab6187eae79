// The whole board by keyboard: arrows walk, Enter opens, Space lifts and drops, M is the menu, R reports. One tab stop per column.

const board = () => document.getElementById("board");
const talk = () => document.getElementById("board-talk");
const fill = (pattern, values) => (pattern ?? "").replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
const say = (name, values = {}) => { if (talk()) talk().textContent = fill(talk().dataset[name], values); };
const title = (card) => card.querySelector(".card-name a")?.textContent ?? "";
const cardsOf = (list) => [...list.children].filter((node) => node.classList.contains("task-card"));
let lifted = null; // the card in the hand, and where it stood
let moving = false;

function walkable(card, first) {
  card.tabIndex = first ? 0 : -1;
  for (const inner of card.querySelectorAll("a")) inner.tabIndex = -1;
}

function prepare(scope) {
  for (const list of scope.querySelectorAll(".board-cards")) {
    const cards = cardsOf(list);
    const at = cards.find((card) => card.tabIndex === 0) ?? cards[0];
    for (const card of cards) walkable(card, card === at);
  }
}

function step(list) {
  for (const card of list.querySelectorAll(":scope > .task-card[tabindex='0']")) card.tabIndex = -1;
}

function go(card) {
  if (!card) return;
  step(card.parentElement);
  card.tabIndex = 0;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// the lists of one row of columns, from left to right
const row = (list) => [...list.closest(".board-columns").querySelectorAll(".board-cards")];

function beside(card, by) {
  const lists = row(card.parentElement);
  const place = cardsOf(card.parentElement).indexOf(card);
  for (let at = lists.indexOf(card.parentElement) + by; at >= 0 && at < lists.length; at += by) {
    const cards = cardsOf(lists[at]);
    if (lifted || cards.length) return { list: lists[at], cards, card: cards[Math.min(place, cards.length - 1)] };
  }
  return null;
}

function lift(card) {
  if (card.classList.contains("is-fixed")) { say("fixed", { title: title(card) }); return; }
  lifted = { card, home: { list: card.parentElement, next: card.nextElementSibling } };
  card.classList.add("is-lifted");
  say("lifted", { title: title(card) });
}

function down() {
  const { card, home } = lifted;
  lifted = null;
  card.classList.remove("is-lifted");
  return { card, home };
}

function carry(key) {
  const { card } = lifted;
  const list = card.parentElement;
  const cards = cardsOf(list);
  const at = cards.indexOf(card);
  moving = true;
  if (key === "ArrowUp" && at > 0) list.insertBefore(card, cards[at - 1]);
  if (key === "ArrowDown" && at < cards.length - 1) list.insertBefore(card, cards[at + 1].nextElementSibling);
  if (key === "Home") list.insertBefore(card, cards[0]);
  if (key === "End") list.insertBefore(card, cards.at(-1).nextElementSibling);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const to = beside(card, key === "ArrowLeft" ? -1 : 1);
    if (to) to.list.insertBefore(card, to.cards[at] ?? to.list.querySelector(":scope > .column-next"));
  }
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  moving = false;
  say("carried", { title: title(card), column: card.parentElement.dataset.label, place: cardsOf(card.parentElement).indexOf(card) + 1 });
}

function cancel() {
  const { card, home } = down();
  home.list.insertBefore(card, home.next);
  go(card);
  say("left", { title: title(card) });
}

document.addEventListener("keydown", (event) => {
  const card = event.target;
  if (event.key === "Escape" && event.target.closest?.(".report-place")) { event.target.closest(".report-place").querySelector("[data-cancel]")?.click(); return; }
  if (!card.classList?.contains("task-card") || event.ctrlKey || event.metaKey || event.altKey) return;
  const arrows = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];
  if (lifted) {
    if (arrows.includes(event.key)) carry(event.key);
    else if (event.key === " " || event.key === "Enter") document.dispatchEvent(new CustomEvent("board:drop", { detail: down() }));
    else if (event.key === "Escape") cancel();
    else return;
    event.preventDefault();
    return;
  }
  const cards = cardsOf(card.parentElement);
  const at = cards.indexOf(card);
  switch (event.key) {
    case "ArrowDown": go(cards[at + 1]); break;
    case "ArrowUp": go(cards[at - 1]); break;
    case "ArrowLeft": go(beside(card, -1)?.card); break;
    case "ArrowRight": go(beside(card, 1)?.card); break;
    case "Home": go(cards[0]); break;
    case "End": go(cards.at(-1)); break;
    case "Enter": card.querySelector(".card-name a").click(); break;
    case " ": lift(card); break;
    case "m": case "M": case "ContextMenu": menu(card); break;
    case "r": case "R": card.querySelector(".card-report")?.click(); break;
    default: return;
  }
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.(".task-card");
  if (card?.parentElement?.dataset.cards && card.tabIndex !== 0) { step(card.parentElement); card.tabIndex = 0; }
});
document.addEventListener("focusout", (event) => {
  if (!lifted || moving || event.target !== lifted.card) return;
  queueMicrotask(() => { if (lifted && document.activeElement !== lifted.card && document.hasFocus()) { const { card, home } = down(); home.list.insertBefore(card, home.next); } });
});
document.addEventListener("board:fresh", (event) => {
  const { card, focus } = event.detail;
  walkable(card, !card.parentElement?.querySelector(":scope > .task-card[tabindex='0']"));
  if (focus) go(card);
});
document.addEventListener("htmx:load", (event) => { if (event.detail.elt.id === "board" || event.detail.elt.querySelector?.(".board-cards")) prepare(event.detail.elt.parentElement ?? document); });
if (board()) prepare(board());

// the menu: everything that a drag can do, and more
const dialog = () => document.getElementById("card-dialog");
let owner = null;

async function menu(card) {
  const link = card.querySelector(".card-menu");
  if (!link) { say("fixed", { title: title(card) }); return; }
  const answer = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Current-URL": location.href }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) { location.href = link.href; return; }
  owner = card.dataset.uid;
  const box = dialog();
  box.innerHTML = await answer.text();
  htmx.process(box);
  const around = card.getBoundingClientRect();
  box.showModal();
  if (innerWidth >= 768) {
    const own = box.getBoundingClientRect();
    const left = around.right + own.width + 8 < innerWidth ? around.right + 8 : Math.max(8, around.left - own.width - 8);
    box.style.left = `${left}px`;
    box.style.top = `${Math.max(8, Math.min(around.top, innerHeight - own.height - 8))}px`;
    box.classList.add("is-beside");
  }
  box.querySelector(".menu-item")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".card-menu");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); menu(link.closest(".task-card")); return; }
  const box = dialog();
  if (!box?.open) return;
  if (event.target === box || event.target.closest("[data-close-menu]")) { box.close(); return; }
  const report = event.target.closest("#card-dialog [data-report]");
  if (report) { event.preventDefault(); act({ url: report.dataset.report }); }
});

function act(what) {
  const card = document.getElementById(`card-${owner}`);
  dialog().close();
  if (card) document.dispatchEvent(new CustomEvent("board:act", { detail: { card, ...what } }));
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest("#card-dialog")) return;
  event.preventDefault();
  const button = event.submitter;
  if (!event.target.matches(".card-moves") || !button?.name || button.name === "find") return;
  act({ fields: { [button.name]: button.value } });
}, true);

document.addEventListener("keydown", (event) => {
  const box = dialog();
  if (!box?.open || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...box.querySelectorAll(".menu-item, input[type=search]")];
  const at = items.indexOf(document.activeElement);
  items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length]?.focus();
  event.preventDefault();
});
document.addEventListener("close", (event) => {
  if (event.target !== dialog()) return;
  event.target.classList.remove("is-beside");
  event.target.removeAttribute("style");
  const card = document.getElementById(`card-${owner}`);
  if (card && (document.activeElement === document.body || dialog().contains(document.activeElement))) card.focus({ preventScroll: true });
}, true);
