// The tree by keyboard: on a line, among its links, in its forms, in its menu. Every key has a button in the bar.
import { body, depth, isLine, say, shown, whole, widgets, words } from "./tree-lines.js";
import { run } from "./tree-acts.js";
import { choose, chosen, hand, menu, showNow } from "./tree-chosen.js";
import { fold, more } from "./tree-folds.js";
import { isOpening } from "./tree-forms.js";
import { leave, shift } from "./tree-new.js";
import { move } from "./tree-saving.js";

const KEYS = { Enter: "new", F2: "edit", e: "edit", p: "parts", c: "confirm", r: "report", o: "open", "?": "help" };
async function onRow(event, row) {
  if (isOpening() && event.key !== "Escape" && event.key !== "Tab") return event.preventDefault(); // a form is on its way: what is typed is not for the line
  const rows = shown(), at = rows.indexOf(row);
  const go = (place) => { event.preventDefault(); choose(rows[Math.max(0, Math.min(place, rows.length - 1))]); };
  const alt = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
  if (event.altKey) { if (alt[event.key]) { event.preventDefault(); move(row, alt[event.key]); } return; }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Tab") { if (hand.taken) { event.preventDefault(); move(row, event.shiftKey ? "out" : "in"); } return; }
  if (event.key === "ArrowDown") { if (at === rows.length - 1 && body.querySelector(".tree-more")) { event.preventDefault(); await more(); return choose(shown()[at + 1]); } return go(at + 1); }
  if (event.key === "ArrowUp") return go(at - 1);
  if (event.key === "Home") return go(0);
  if (event.key === "End") return go(rows.length - 1);
  if (event.key === "PageDown") return go(at + 10);
  if (event.key === "PageUp") return go(at - 10);
  if (event.key === "ArrowRight") { event.preventDefault(); if (row.getAttribute("aria-expanded") === "false") return fold(row, false); return widgets(row)[0]?.focus(); }
  if (event.key === "ArrowLeft") { event.preventDefault(); if (row.getAttribute("aria-expanded") === "true") return fold(row, true); return whole(row) && depth(row) > 1 ? choose(whole(row)) : undefined; }
  if (event.key === "Escape") { hand.taken = false; row.setAttribute("aria-selected", "false"); return say(words.leftList); }
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) { event.preventDefault(); return openMenu(row); }
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (act) { event.preventDefault(); run(act); }
}
function inRow(event, row) { // among the links of a line: arrows go along it, Left or Esc back to the line
  const all = widgets(row), at = all.indexOf(event.target);
  if (event.key === "Escape" || (event.key === "ArrowLeft" && at <= 0)) { event.preventDefault(); return choose(row); }
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") { event.preventDefault(); all[at + (event.key === "ArrowRight" ? 1 : -1)]?.focus(); }
  if (event.key === "ArrowUp" || event.key === "ArrowDown") { event.preventDefault(); choose(row); onRow(event, row); }
}
function inForm(event, form) {
  if (event.isComposing) return; // an input method is at work: its Enter and Esc are its own
  if (event.key === "Escape") { event.preventDefault(); return leave(form); }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); return form.requestSubmit(); }
  if (event.target.name !== "said") return;
  if (event.key === "Tab") { event.preventDefault(); return shift(form.closest("tr"), event.shiftKey ? "out" : "in"); }
}

export function openMenu(row) {
  choose(row, { focus: false });
  const at = row.querySelector(".row-menu").getBoundingClientRect();
  menu.hidden = false;
  showNow(row);
  const top = Math.min(at.bottom, innerHeight - menu.offsetHeight - 8);
  menu.style.top = `${Math.max(top, 8)}px`;
  menu.style.left = `${Math.max(8, at.right - menu.offsetWidth)}px`;
  menu.querySelector("[role=menuitem]:not([aria-disabled=true])")?.focus();
}
function inMenu(event) {
  const items = [...menu.querySelectorAll("[role=menuitem]:not([aria-disabled=true])")], at = items.indexOf(event.target);
  if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); menu.hidden = true; return choose(chosen()); }
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) { event.preventDefault(); items.at(to % items.length)?.focus(); }
}

body?.addEventListener("keydown", (event) => {
  const row = event.target.closest("tr");
  const form = event.target.closest("form");
  if (form) return inForm(event, form);
  if (isLine(row)) return event.target === row ? onRow(event, row) : inRow(event, row);
});
menu?.addEventListener("keydown", inMenu);
