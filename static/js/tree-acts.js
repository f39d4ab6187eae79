// What can be done with a line, by key or by button.
import { byUid, isLine, may, say, tools, words } from "./tree-lines.js";
import { choose, chosen, menu } from "./tree-chosen.js";
import { foldAll } from "./tree-folds.js";
import { bring, bringForm, report } from "./tree-forms.js";
import { open } from "./tree-new.js";
import { divide } from "./tree-paste.js";
import { move, post } from "./tree-saving.js";

export const acts = {
  new: (row) => open(row),
  parts: (row) => divide(row),
  edit: (row) => (may(row, "edit") ? bringForm(`/tasks/${row.dataset.uid}/edit/`, row, "outerHTML").then(() => bring(byUid(row.dataset.uid))) : say(words.cannot)),
  in: (row) => move(row, "in"),
  out: (row) => move(row, "out"),
  up: (row) => move(row, "up"),
  down: (row) => move(row, "down"),
  confirm: (row) => (may(row, "confirm") ? post(`/tasks/${row.dataset.uid}/confirm/`, { seen_version: row.dataset.version, place: "tree" }, row).then(() => choose(byUid(row.dataset.uid))) : say(words.cannot)),
  report: (row) => (may(row, "report") ? report(row) : say(words.cannot)),
  open: (row) => { location.href = row.querySelector(".task-link").href; },
  help: () => { const help = document.getElementById("tree-help"); help.hidden = !help.hidden; tools.querySelector("[data-act=help]").setAttribute("aria-expanded", String(!help.hidden)); },
  "open-all": () => foldAll("-"),
  "shut-all": () => foldAll("+"),
};
export function run(act) {
  menu.hidden = true;
  const row = chosen();
  if (!row && act === "new") return open(null);
  if (["help", "open-all", "shut-all"].includes(act) || isLine(row)) return acts[act](row);
}
