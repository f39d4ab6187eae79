// The new line: typed where it will stand, indented before it is saved; what was typed is kept when it is left.
import { before, body, branch, byUid, depth, say, shown, whole, words } from "./tree-lines.js";
import { choose, hand } from "./tree-chosen.js";
import { unfolded } from "./tree-folds.js";
import { left } from "./tree-sums.js";

let draft = "";
export function open(row, { part = false } = {}) {
  if (!row && !body.dataset.mayAdd) return;
  document.getElementById("new-line-row")?.remove();
  const line = document.getElementById("new-line").content.firstElementChild.cloneNode(true);
  line.dataset.depth = row ? depth(row) + Number(part) : 1;
  if (row) branch(row).at(-1).after(line); else body.append(line);
  place(line);
  htmx.process(line);
  const input = line.querySelector("[name=said]");
  input.value = draft;
  input.focus();
  line.scrollIntoView({ block: "nearest" });
}
function place(line) { // where the new line stands goes with it
  line.style.setProperty("--depth", line.dataset.depth);
  line.setAttribute("aria-level", line.dataset.depth);
  line.querySelector("[name=parent]").value = depth(line) > 1 ? whole(line)?.dataset.uid ?? "" : "";
  line.querySelector("[name=after]").value = before(line)?.dataset.uid ?? "";
  left(depth(line) > 1 ? whole(line) : null);
}
export async function shift(line, act) {
  if (act === "in") {
    const prev = before(line);
    if (!prev) return say(words.noWhole);
    await unfolded(prev);
    branch(prev).filter((one) => one !== line).at(-1).after(line);
    line.dataset.depth = depth(prev) + 1;
  } else {
    const above = whole(line);
    if (!above || depth(line) === 1) return say(words.top);
    branch(above).at(-1).after(line);
    line.dataset.depth = depth(above);
  }
  place(line);
  line.querySelector("[name=said]").focus();
  htmx.trigger(line.querySelector("[name=said]"), "input");
}
export function leave(inside) { // Esc: the form goes, what was typed in a new line is kept for the next
  const row = inside.closest("tr");
  if (row.id === "new-line-row") {
    draft = row.querySelector("[name=said]").value;
    if (draft) say(words.kept);
    const back = byUid(hand.uid) ?? shown().at(-1);
    row.remove();
    return choose(back);
  }
  const uid = row.dataset.whole ?? row.dataset.uid;
  if (row.dataset.whole) { row.remove(); return choose(byUid(uid)); }
  hand.uid = uid;
  htmx.ajax("GET", `/tasks/${uid}/line/`, { source: body, target: row, swap: "outerHTML" }).then(() => choose(byUid(uid)));
}

document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target?.id === "new-line-row" && event.detail.xhr.status === 200) draft = ""; });
