// Folding, remembered in a cookie that the server reads; what is below comes when it is first unfolded, the rest of a long tree as one walks on.
import { below, body, depth, isLine } from "./tree-lines.js";

let folds = body?.dataset.folds ?? "-";

export function keep(turn) {
  const shut = folds[0] === "+";
  const others = new Set(folds.slice(1).split(".").filter(Boolean));
  if (turn) { if (!others.delete(turn)) others.add(turn); }
  folds = (shut ? "+" : "-") + [...others].slice(-300).join(".");
  document.cookie = `folds=${folds}; path=${body.dataset.path}; max-age=31536000; samesite=lax`;
}
export const short = (row) => row.dataset.uid.replaceAll("-", "").slice(0, 8);
export const isShut = (row) => folds.slice(1).split(".").includes(short(row)) !== (folds[0] === "+");
function draw(row) { // hide or show what is below, as folded
  row.setAttribute("aria-expanded", String(!isShut(row)));
  let hide = isShut(row) ? depth(row) : Infinity;
  for (const one of below(row)) {
    if (depth(one) <= hide) hide = Infinity;
    one.hidden = depth(one) > hide;
    if (hide === Infinity && isLine(one) && Number(one.dataset.parts) && isShut(one)) hide = depth(one);
  }
}
export async function fold(row, shut) {
  if (!Number(row.dataset.parts) || isShut(row) === shut) return;
  keep(short(row));
  draw(row);
  if (!shut && !below(row).length) await load(row);
}
const load = (row) => htmx.ajax("GET", `${body.dataset.path}?under=${row.dataset.uid}`, { source: row, target: row, swap: "afterend" });
export async function unfolded(row) { if (Number(row.dataset.parts)) { if (isShut(row)) await fold(row, false); else if (!below(row).length) await load(row); } }
export async function more() {
  const link = body.querySelector(".tree-more:not([hidden]) a");
  if (!link) return false;
  await htmx.ajax("GET", link.href, { source: link, target: link.closest("tr"), swap: "outerHTML" });
  return true;
}

export function foldAll(how) {
  folds = how;
  keep();
  location.href = body.dataset.path;
}
