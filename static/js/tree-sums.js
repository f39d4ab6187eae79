// What is left to distribute of a whole, said in the bar while one walks, and while one types a quantity.
import { body, depth, fill, put, title, whole, words } from "./tree-lines.js";

export function left(row, spent = 0) {
  const place = document.getElementById("tree-left");
  if (!place) return;
  if (!row || row.dataset.left === undefined) return put(place, "");
  const rest = Math.round((Number(row.dataset.left) - spent) * 100) / 100;
  const unit = row.dataset.unit ?? "";
  place.className = `tree-left ${rest > 0 ? "is-short" : rest < 0 ? "is-over" : "is-even"}`;
  put(place, fill(rest > 0 ? words.left : rest < 0 ? words.over : words.even, { whole: title(row), left: Math.abs(rest).toLocaleString("en-US") + unit, target: Number(row.dataset.target).toLocaleString("en-US") + unit }));
}

body?.addEventListener("input", (event) => {
  if (event.target.name !== "target") return;
  const row = event.target.closest("tr"), above = depth(row) > 1 ? whole(row) : null;
  const typed = Number(event.target.value.normalize("NFKC").replace(/[^\d.]/g, "")) || 0;
  left(above, typed - Number(row.dataset.counted ?? 0));
});
