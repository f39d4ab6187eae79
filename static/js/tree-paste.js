// The parts of a line, typed or pasted, one a line.
import { bringForm } from "./tree-forms.js";
import { body, byUid, isLine, may, say, words } from "./tree-lines.js";

export async function divide(row, text) {
  if (!may(row, "create")) return say(words.cannot);
  document.getElementById(`parts-${row.dataset.uid}`)?.remove();
  await bringForm(`/tasks/${row.dataset.uid}/split/`, row, "afterend");
  const area = body.querySelector(`#parts-${row.dataset.uid} textarea`);
  if (area && text) { area.value = area.value.trim() ? `${area.value.trimEnd()}\n${text}` : text; htmx.trigger(area, "input"); area.dispatchEvent(new Event("input", { bubbles: true })); }
  if (area) { area.focus({ preventScroll: true }); area.closest("tr").scrollIntoView({ block: "nearest" }); }
}
body?.addEventListener("paste", (event) => { // on a line, or several lines into the new one
  const text = event.clipboardData.getData("text/plain");
  const row = event.target.closest("tr");
  if (isLine(row) && event.target === row) { event.preventDefault(); return divide(row, text); }
  if (event.target.name === "said" && /[\n\t]/.test(text.trim())) {
    const above = byUid(event.target.form.elements.parent.value);
    if (!above) return;
    event.preventDefault();
    const typed = event.target.value.trim();
    row.remove();
    divide(above, typed ? `${typed}\n${text}` : text);
  }
});
