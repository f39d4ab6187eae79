// The board keeps itself: columns load on as one scrolls, what others change is read anew card by card, the top line follows.

const board = () => document.getElementById("board");
const headers = () => ({ "HX-Request": "true", "HX-Current-URL": location.href });
const get = (url) => fetch(url, { headers: headers(), credentials: "same-origin" }).catch(() => null); // offline, or gone: later again
const isCard = (node) => node?.classList?.contains("task-card");

// a column goes on when its end comes near
const watchers = new WeakMap();
function watch(scope) {
  for (const link of scope.querySelectorAll?.(".board-cards > .column-next") ?? []) follow(link);
}
function follow(link) {
  const list = link.parentElement;
  if (!watchers.has(list)) {
    watchers.set(list, new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) { watchers.get(list).unobserve(one.target); htmx.process(one.target); htmx.trigger(one.target, "click"); }
    }, { root: list, rootMargin: "0px 0px 500px 0px" }));
  }
  watchers.get(list).observe(link);
}
if (board()) watch(board());
document.addEventListener("htmx:load", (event) => {
  const node = event.detail.elt;
  if (node.matches?.(".board-cards > .column-next")) follow(node);
  else if (!isCard(node)) watch(node);
  if (node.id === "board") edges();
});

// cards that others changed
const waiting = new Set();
let timer = 0;
function stale(uid) {
  waiting.add(uid);
  clearTimeout(timer);
  timer = setTimeout(refresh, 120);
}
const busy = (card) => card.classList.contains("is-lifted") || card.classList.contains("is-dragged") || card.classList.contains("is-sent") || card.querySelector(".report-place form");

function put(card) {
  const lane = card.dataset.lane ? `[data-lane="${card.dataset.lane}"]` : "";
  const list = document.querySelector(`.board-cards[data-cards="${card.dataset.column}"]${lane}`);
  if (!list) return;
  const further = list.querySelector(":scope > .column-next");
  const cards = [...list.children].filter(isCard);
  const behind = board().dataset.sort ? null : cards.find((other) => other.dataset.rank > card.dataset.rank);
  if (!behind && further) return;
  list.insertBefore(card, behind ?? further);
}

// what the server drew of a card, without what the page has made of it since: nothing is put in the place of its like
function drawn(card) {
  const plain = card.cloneNode(true);
  plain.classList.remove("just-saved", "just-changed", "is-outdated", "is-dragged", "is-sent");
  for (const node of [plain, ...plain.querySelectorAll("[tabindex]")]) node.removeAttribute("tabindex");
  plain.removeAttribute("data-live-by");
  return plain.outerHTML;
}

async function refresh() {
  if (!board() || document.documentElement.dataset.dragging) { timer = setTimeout(refresh, 500); return; }
  const all = [...waiting].slice(0, 40);
  for (const uid of all) waiting.delete(uid);
  await Promise.all(all.map(one));
  document.dispatchEvent(new CustomEvent("board:changed"));
  if (waiting.size) timer = setTimeout(refresh, 200);
}

async function one(uid) {
  const card = document.getElementById(`card-${uid}`);
  if (card && busy(card)) { card.classList.add("is-outdated"); setTimeout(() => stale(uid), 4000); return; }
  const answer = await get(`/tasks/${uid}/card/?place=${encodeURIComponent(board().dataset.query)}`);
  if (!answer) return;
  if (answer.status === 204 || answer.status === 404) { card?.remove(); return; }
  if (!answer.ok) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  const fresh = template.content.querySelector(".task-card");
  const now = document.getElementById(`card-${uid}`);
  if (!fresh || (now && busy(now))) return;
  if (now && drawn(now) === drawn(fresh)) { now.classList.remove("is-outdated"); return; }
  const focus = now && document.activeElement === now;
  const same = now && now.dataset.column === fresh.dataset.column && now.dataset.lane === fresh.dataset.lane && now.dataset.rank === fresh.dataset.rank;
  if (same) now.replaceWith(fresh);
  else { now?.remove(); put(fresh); }
  if (fresh.isConnected) { fresh.classList.add("just-saved"); document.dispatchEvent(new CustomEvent("board:fresh", { detail: { card: fresh, focus } })); }
}

document.addEventListener("collab:event", (event) => {
  if (!board() || event.detail.project !== board().dataset.project) return;
  const subjects = new Set([event.detail.subject, ...(event.detail.subjects ?? [])]);
  let known = false;
  for (const subject of subjects) if (subject?.startsWith("tracking.task:")) { stale(subject.slice(14)); known = true; }
  if (!known) document.dispatchEvent(new CustomEvent("board:changed"));
});
document.addEventListener("board:stale", (event) => stale(event.detail.uid));

// the top line and the counts, a moment after something changed
let later = 0;
document.addEventListener("board:changed", () => { clearTimeout(later); later = setTimeout(overview, 1500); });
async function overview() {
  const line = document.getElementById("board-overview");
  if (!line || !board()) return;
  const answer = await get(`${board().dataset.overview}?board=${encodeURIComponent(board().dataset.query)}`);
  if (!answer?.ok) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  for (const node of template.content.querySelectorAll("[id^='count-']")) { const shown = document.getElementById(node.id); if (shown && shown.textContent !== node.textContent) shown.textContent = node.textContent; }
  const fresh = template.content.getElementById("board-overview");
  if (fresh) line.replaceWith(fresh);
}

// what lies beyond the edge is hinted at; on a phone the tabs say which column is in view
function edges() {
  const lane = board()?.querySelector(".board-columns");
  if (!lane) return;
  let asked = 0;
  const look = () => {
    asked = 0;
    board()?.classList.toggle("more-right", lane.scrollWidth - lane.clientWidth - lane.scrollLeft > 8);
    const at = Math.round(lane.scrollLeft / Math.max(lane.clientWidth, 1));
    document.querySelectorAll(".board-tabs a").forEach((tab, n) => (n === at ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")));
  };
  const soon = () => { asked ||= requestAnimationFrame(look); };
  lane.addEventListener("scroll", soon, { passive: true });
  new ResizeObserver(soon).observe(lane);
}
edges();
document.addEventListener("click", (event) => {
  const tab = event.target.closest(".board-tabs a");
  if (!tab) return;
  event.preventDefault();
  document.getElementById(tab.hash.slice(1))?.closest(".board-column").scrollIntoView({ block: "nearest", inline: "start", behavior: "smooth" });
});
