// The chosen line: it has, or last had, the focus, and the bar says what can be done with it.
import { body, byUid, fill, may, put, shown, whole, words } from "./tree-lines.js";
import { left } from "./tree-sums.js";

export const menu = document.getElementById("tree-menu");
export const hand = { uid: null, taken: false }; // taken: it was chosen; only then does Tab indent, who merely tabs through the page changes nothing
export const chosen = () => byUid(hand.uid) ?? shown()[0];

export function choose(row, { take = true, focus = true, scroll = true } = {}) {
  if (!row) return;
  for (const old of body.querySelectorAll("tr[data-current]")) if (old !== row) { delete old.dataset.current; old.tabIndex = -1; old.removeAttribute("aria-selected"); }
  hand.uid = row.dataset.uid;
  hand.taken = take;
  row.dataset.current = "1";
  row.tabIndex = 0;
  row.setAttribute("aria-selected", String(take));
  if (focus) row.focus({ preventScroll: true });
  if (focus && scroll) row.scrollIntoView({ block: "nearest" });
  show(row);
}
let showing = 0;
export function show(row) { // what the bar says of it, once the keys rest: words there move the whole page, a thousand lines with it
  clearTimeout(showing);
  showing = setTimeout(() => showNow(row), 80);
}
export function showNow(row) {
  for (const button of document.querySelectorAll(menu.hidden ? "#tree-tools [data-act]" : "#tree-tools [data-act], #tree-menu [data-act]")) {
    const needs = button.dataset.needs;
    button.setAttribute("aria-disabled", String(Boolean(needs && !may(row, needs))));
    const said = button.dataset.act === "confirm" && button.querySelector("[data-words]");
    if (said) put(said, row.dataset.confirmed ? words.confirmed : row.dataset.lacks && may(row, "confirm") ? fill(words.lacks, row.dataset) : words.confirm);
    if (said) said.title = said.textContent;
  }
  left(row.dataset.left !== undefined ? row : whole(row));
}
