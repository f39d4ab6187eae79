// Forms that open at a line: fetched, their first field focused, all of them in view.
import { body } from "./tree-lines.js";

let opening = 0;
export const isOpening = () => opening > 0;
export async function bringForm(url, row, swap) { // fetch a form for a line
  opening += 1;
  try { await htmx.ajax("GET", url, { source: body, target: row, swap }); } finally { opening -= 1; }
}
export function bring(row) { // an open form: its first field has the focus, all of it is in view
  const field = row?.querySelector("input:not([type=hidden]), textarea");
  field?.focus({ preventScroll: true });
  field?.select?.();
  row?.scrollIntoView({ block: "nearest" });
}
export async function report(row) { // the one form of progress, under its line
  const known = () => document.getElementById(`report-line-${row.dataset.uid}`);
  if (!known()) await bringForm(`/tasks/${row.dataset.uid}/report/?place=tree`, row, "afterend");
  bring(known());
}
