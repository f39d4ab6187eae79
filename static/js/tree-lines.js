// The lines of the task tree and where they stand: what is below one, before it, behind it, above it.
export const body = document.getElementById("tree-lines");
export const tools = document.getElementById("tree-tools");
export const words = tools?.dataset ?? {}; // the bar's data-attributes
export const fill = (text, said) => (text ?? "").replace(/\{(\w+)\}/g, (_, name) => said[name] ?? "");
export const say = (text) => { const place = document.getElementById("tree-say"); place.textContent = ""; requestAnimationFrame(() => { place.textContent = text; }); };
export const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };
export const byUid = (uid) => document.getElementById(`task-${uid}`);
export const depth = (row) => Number(row.dataset.depth);
export const isLine = (row) => Boolean(row?.dataset?.line); // not by class: htmx leaves a line its old class for a moment
export const may = (row, act) => row.dataset.may?.split(" ").includes(act);
export const title = (row) => row.querySelector(".task-link")?.textContent ?? "";
export const widgets = (row) => [...row.querySelectorAll("a, button")];
export const shown = () => [...body.children].filter((row) => isLine(row) && !row.hidden);

export function branch(row) { // the line and everything below it
  const rows = [row];
  for (let next = row.nextElementSibling; next && depth(next) > depth(row); next = next.nextElementSibling) rows.push(next);
  return rows;
}
export const below = (row) => branch(row).slice(1);
const afterBranch = (row) => branch(row).at(-1).nextElementSibling;
export function before(row) { // the sibling before it
  for (let prev = row.previousElementSibling; prev && depth(prev) >= depth(row); prev = prev.previousElementSibling) if (depth(prev) === depth(row) && isLine(prev)) return prev;
  return null;
}
export function behind(row) { // the sibling behind it, "more" where it has not come yet
  const next = afterBranch(row);
  if (!next || depth(next) < depth(row)) return null;
  return next.classList.contains("tree-more") ? "more" : next;
}
export function whole(row) {
  for (let prev = row.previousElementSibling; prev; prev = prev.previousElementSibling) if (isLine(prev) && depth(prev) < depth(row)) return prev;
  return null;
}
export function deepen(rows, by) {
  for (const row of rows) {
    row.dataset.depth = depth(row) + by;
    row.style.setProperty("--depth", row.dataset.depth);
    row.setAttribute("aria-level", row.dataset.depth);
  }
}
export function renumber(row) { // places among siblings, after a move
  const found = [];
  const top = whole(row);
  for (let one = top ? top.nextElementSibling : body.firstElementChild; one && (!top || depth(one) > depth(top)); one = one.nextElementSibling) if (isLine(one) && depth(one) === depth(row)) found.push(one);
  found.forEach((one, place) => { one.setAttribute("aria-posinset", place + 1); if (!body.querySelector(".tree-more")) one.setAttribute("aria-setsize", found.length); });
  return { place: found.indexOf(row) + 1, of: found.length };
}
