// The task tree: lines that come anew (after a save, from others, as one scrolls) are dressed like the rest, and what is clicked is done.
// Lines are moved at once and told to the server after; a refusal puts them back. Words come from the bar's data-attributes.
import { below, body, byUid, depth, isLine, renumber, say, shown, tools, whole, widgets, words } from "./tree-lines.js";
import { acts, run } from "./tree-acts.js";
import { choose, hand, menu, show } from "./tree-chosen.js";
import { fold, isShut, keep, short } from "./tree-folds.js";
import { openMenu } from "./tree-keys.js";
import { leave, open, shift } from "./tree-new.js";

function dress(row) {
  if (!isLine(row)) return;
  for (const link of widgets(row)) link.tabIndex = -1;
  if (Number(row.dataset.parts)) row.setAttribute("aria-expanded", String(!isShut(row)));
  const above = whole(row);
  if (above && depth(row) > 1 && (above.hidden || isShut(above))) row.hidden = true;
  if (row.dataset.uid === hand.uid) { row.dataset.current = "1"; row.tabIndex = 0; row.setAttribute("aria-selected", String(hand.taken)); }
}
function watch(records) {
  let lost = null;
  for (const record of records) {
    for (const gone of record.removedNodes) if (gone.dataset?.current) lost = gone;
    for (const row of record.addedNodes) if (row.nodeType === 1) dress(row);
  }
  const row = byUid(hand.uid);
  if (!row || !isLine(row)) return;
  if (lost && (document.activeElement === document.body || !document.activeElement)) row.focus({ preventScroll: true });
  show(row);
}

if (body && tools) {
  tools.hidden = !shown().length;
  for (const folding of document.querySelectorAll(".tree-folding")) folding.hidden = false;
  for (const row of body.children) dress(row);
  new MutationObserver(watch).observe(body, { childList: true });
  const asked = location.hash.startsWith("#task-") && document.getElementById(location.hash.slice(1));
  const first = asked && isLine(asked) ? asked : shown()[0];
  if (first) choose(first, { take: Boolean(asked), focus: Boolean(asked) });
  body.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr");
    if (isLine(row) && row.dataset.uid !== hand.uid) choose(row, { take: false, focus: false });
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    const leaving = event.target.closest("[data-leave]");
    if (leaving) { event.preventDefault(); return leave(leaving); }
    const shifting = event.target.closest("[data-new]");
    if (shifting) return shift(row, shifting.dataset.new);
    if (!isLine(row)) return;
    if (event.target.closest(".fold")) { event.preventDefault(); choose(row); return fold(row, !isShut(row)); }
    if (event.target.closest(".row-report")) { event.preventDefault(); choose(row, { focus: false }); return acts.report(row); }
    if (event.target.closest(".row-menu")) { event.preventDefault(); event.stopPropagation(); return openMenu(row); }
    if (!event.target.closest("a, button") && !getSelection().toString()) choose(row, { scroll: false });
  });
  body.addEventListener("dblclick", (event) => { const row = event.target.closest("tr"); if (isLine(row) && !event.target.closest("a, button")) acts.edit(row); });
  document.getElementById("add-task")?.addEventListener("click", (event) => { event.preventDefault(); document.getElementById("tree-empty")?.remove(); body.closest(".table-place").hidden = tools.hidden = document.getElementById("tree-hint").hidden = false; open(null); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#tree-tools [data-act], #tree-menu [data-act], .tree-folding [data-act]");
    if (!button) { if (!event.target.closest("#tree-menu")) menu.hidden = true; return; }
    if (button.getAttribute("aria-disabled") === "true") return say(words.cannot);
    run(button.dataset.act);
  });
  document.addEventListener("htmx:beforeSwap", (event) => { // parts were made: their lines come anew, those shown before go
    const row = event.detail.target;
    if (row?.classList?.contains("parts-line") && event.detail.xhr.status === 200) { const top = byUid(row.dataset.whole); if (top && isShut(top)) keep(short(top)); if (top) for (const one of below(top)) if (one !== row) one.remove(); }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const config = event.detail.requestConfig;
    if (config?.verb !== "post" || event.detail.xhr.status !== 200 || config.parameters?.check) return;
    const target = config.target;
    const fresh = body.querySelector("tr[data-fresh]:not([data-seen])");
    for (const row of body.querySelectorAll("tr[data-fresh]")) row.dataset.seen = "1";
    if (target?.dataset?.whole) return choose(byUid(target.dataset.whole)?.nextElementSibling);
    if (target?.id === "new-line-row" && fresh) { renumber(fresh); choose(fresh); return; }
    if (fresh && target?.classList.contains("is-open")) choose(fresh);
  });
}
