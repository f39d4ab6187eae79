// Moving and saving: at once on the page, then told to the server, several steps as one; a refusal puts the branch back.
import { before, behind, body, branch, byUid, deepen, depth, fill, may, renumber, say, title, whole, words } from "./tree-lines.js";
import { choose } from "./tree-chosen.js";
import { more, unfolded } from "./tree-folds.js";

const waiting = new Map(); // uid -> where the branch stood before, and when to tell
export function move(row, act) {
  if (!may(row, "edit")) return say(words.cannot);
  const rows = branch(row);
  const stood = waiting.get(row.dataset.uid) ?? { next: rows.at(-1).nextElementSibling, depth: depth(row) };
  const done = { up: up, down: down, in: inward, out: outward }[act](row, rows);
  if (typeof done === "string") return say(done);
  Promise.resolve(done).then((refused) => { if (typeof refused === "string") return say(refused); after(row, stood); });
}
function up(row, rows) { const prev = before(row); if (!prev) return words.first; prev.before(...rows); }
async function down(row, rows) {
  let next = behind(row);
  if (next === "more") { await more(); next = behind(row); }
  if (!next) return words.final;
  branch(next).at(-1).after(...rows);
}
async function inward(row, rows) {
  const prev = before(row);
  if (!prev) return words.noWhole;
  await unfolded(prev);
  branch(prev).filter((one) => !rows.includes(one)).at(-1).after(...rows);
  deepen(rows, 1);
  if (!Number(prev.dataset.parts)) { prev.setAttribute("aria-expanded", "true"); prev.classList.add("has-parts"); }
}
function outward(row, rows) {
  const above = whole(row);
  if (!above || depth(row) === 1) return words.top;
  branch(above).at(-1).after(...rows);
  deepen(rows, -1);
}
function after(row, stood) {
  const above = depth(row) > 1 ? whole(row) : null;
  const place = renumber(row);
  say(fill(above?.dataset.uid !== (row.dataset.parent || undefined) ? (above ? words.movedUnder : words.movedTop) : words.moved, { task: title(row), whole: above && title(above), ...place }));
  choose(row);
  clearTimeout(stood.timer);
  stood.timer = setTimeout(() => tell(row.dataset.uid), 250);
  waiting.set(row.dataset.uid, stood);
}
let telling = Promise.resolve();
function tell(uid) {
  telling = telling.then(async () => {
    const row = byUid(uid), stood = waiting.get(uid);
    if (!row || !stood) return;
    waiting.delete(uid);
    const above = depth(row) > 1 ? whole(row) : null;
    const prev = before(row), next = behind(row);
    const values = { seen_version: row.dataset.version, parent: above?.dataset.uid ?? "" };
    if (prev) values.after = prev.dataset.uid;
    else if (next && next !== "more") values.before = next.dataset.uid;
    const good = await post(`/tasks/${uid}/place/`, values, row);
    if (!good && !waiting.has(uid)) {
      const now = byUid(uid);
      const rows = branch(now);
      if (stood.next?.isConnected) stood.next.before(...rows); else body.append(...rows);
      deepen(rows, stood.depth - depth(now));
      choose(now);
    }
  });
}
export function post(url, values, source) { // a write whose answer exchanges the lines that it names; says whether it was taken
  return new Promise((done) => {
    const heard = (event) => { if (event.detail.requestConfig?.path !== url) return; document.removeEventListener("htmx:afterRequest", heard); setTimeout(() => done(event.detail.xhr.status >= 200 && event.detail.xhr.status < 400)); };
    document.addEventListener("htmx:afterRequest", heard);
    htmx.ajax("POST", url, { source: body, target: source, swap: "none", values });
  });
}
