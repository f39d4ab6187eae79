// The task tree by keyboard: arrows choose a line, Enter opens a new one, Tab indents, Alt+arrows order. Every key has a button in the bar.
// Lines are moved at once and told to the server after; a refusal puts them back. Words come from the bar's data-attributes.
const body = document.getElementById("tree-lines");
const tools = document.getElementById("tree-tools");
const menu = document.getElementById("tree-menu");
const words = tools?.dataset ?? {};
const fill = (text, said) => (text ?? "").replace(/\{(\w+)\}/g, (_, name) => said[name] ?? "");
const say = (text) => { const place = document.getElementById("tree-say"); place.textContent = ""; requestAnimationFrame(() => { place.textContent = text; }); };
const byUid = (uid) => document.getElementById(`task-${uid}`);
const depth = (row) => Number(row.dataset.depth);
const isLine = (row) => Boolean(row?.dataset?.line); // not by class: htmx leaves a line its old class for a moment
const may = (row, act) => row.dataset.may?.split(" ").includes(act);
const title = (row) => row.querySelector(".task-link")?.textContent ?? "";
const shown = () => [...body.children].filter((row) => isLine(row) && !row.hidden);

let current = null; // the uid of the line that has, or last had, the focus
let taken = false; // whether it was chosen: only then does Tab indent; who merely tabs through the page changes nothing
let folds = body?.dataset.folds ?? "-";

// ---- where lines stand
function branch(row) { // the line and everything below it
  const rows = [row];
  for (let next = row.nextElementSibling; next && depth(next) > depth(row); next = next.nextElementSibling) rows.push(next);
  return rows;
}
const below = (row) => branch(row).slice(1);
const afterBranch = (row) => branch(row).at(-1).nextElementSibling;
function before(row) { // the sibling before it
  for (let prev = row.previousElementSibling; prev && depth(prev) >= depth(row); prev = prev.previousElementSibling) if (depth(prev) === depth(row) && isLine(prev)) return prev;
  return null;
}
function behind(row) { // the sibling behind it, "more" where it has not come yet
  const next = afterBranch(row);
  if (!next || depth(next) < depth(row)) return null;
  return next.classList.contains("tree-more") ? "more" : next;
}
function whole(row) {
  for (let prev = row.previousElementSibling; prev; prev = prev.previousElementSibling) if (isLine(prev) && depth(prev) < depth(row)) return prev;
  return null;
}
function deepen(rows, by) {
  for (const row of rows) {
    row.dataset.depth = depth(row) + by;
    row.style.setProperty("--depth", row.dataset.depth);
    row.setAttribute("aria-level", row.dataset.depth);
  }
}
function renumber(row) { // places among siblings, after a move
  const found = [];
  const top = whole(row);
  for (let one = top ? top.nextElementSibling : body.firstElementChild; one && (!top || depth(one) > depth(top)); one = one.nextElementSibling) if (isLine(one) && depth(one) === depth(row)) found.push(one);
  found.forEach((one, place) => { one.setAttribute("aria-posinset", place + 1); if (!body.querySelector(".tree-more")) one.setAttribute("aria-setsize", found.length); });
  return { place: found.indexOf(row) + 1, of: found.length };
}

// ---- the chosen line
function choose(row, { take = true, focus = true, scroll = true } = {}) {
  if (!row) return;
  for (const old of body.querySelectorAll("tr[data-current]")) if (old !== row) { delete old.dataset.current; old.tabIndex = -1; old.removeAttribute("aria-selected"); }
  current = row.dataset.uid;
  taken = take;
  row.dataset.current = "1";
  row.tabIndex = 0;
  row.setAttribute("aria-selected", String(take));
  if (focus) row.focus({ preventScroll: true });
  if (focus && scroll) row.scrollIntoView({ block: "nearest" });
  show(row);
}
let showing = 0;
function show(row) { // what the bar says of it, once the keys rest: words there move the whole page, a thousand lines with it
  clearTimeout(showing);
  showing = setTimeout(() => showNow(row), 80);
}
const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };
function showNow(row) {
  for (const button of document.querySelectorAll(menu.hidden ? "#tree-tools [data-act]" : "#tree-tools [data-act], #tree-menu [data-act]")) {
    const needs = button.dataset.needs;
    button.setAttribute("aria-disabled", String(Boolean(needs && !may(row, needs))));
    const said = button.dataset.act === "confirm" && button.querySelector("[data-words]");
    if (said) put(said, row.dataset.confirmed ? words.confirmed : row.dataset.lacks && may(row, "confirm") ? fill(words.lacks, row.dataset) : words.confirm);
    if (said) said.title = said.textContent;
  }
  left(row.dataset.left !== undefined ? row : whole(row));
}
function left(row, spent = 0) { // what is left to distribute of a whole, while one types too
  const place = document.getElementById("tree-left");
  if (!place) return;
  if (!row || row.dataset.left === undefined) return put(place, "");
  const rest = Math.round((Number(row.dataset.left) - spent) * 100) / 100;
  const unit = row.dataset.unit ?? "";
  place.className = `tree-left ${rest > 0 ? "is-short" : rest < 0 ? "is-over" : "is-even"}`;
  put(place, fill(rest > 0 ? words.left : rest < 0 ? words.over : words.even, { whole: title(row), left: Math.abs(rest).toLocaleString("en-US") + unit, target: Number(row.dataset.target).toLocaleString("en-US") + unit }));
}

// ---- folding, remembered in a cookie that the server reads
function keep(turn) {
  const shut = folds[0] === "+";
  const others = new Set(folds.slice(1).split(".").filter(Boolean));
  if (turn) { if (!others.delete(turn)) others.add(turn); }
  folds = (shut ? "+" : "-") + [...others].slice(-300).join(".");
  document.cookie = `folds=${folds}; path=${body.dataset.path}; max-age=31536000; samesite=lax`;
}
const short = (row) => row.dataset.uid.replaceAll("-", "").slice(0, 8);
const isShut = (row) => folds.slice(1).split(".").includes(short(row)) !== (folds[0] === "+");
function draw(row) { // hide or show what is below, as folded
  row.setAttribute("aria-expanded", String(!isShut(row)));
  let hide = isShut(row) ? depth(row) : Infinity;
  for (const one of below(row)) {
    if (depth(one) <= hide) hide = Infinity;
    one.hidden = depth(one) > hide;
    if (hide === Infinity && isLine(one) && Number(one.dataset.parts) && isShut(one)) hide = depth(one);
  }
}
async function fold(row, shut) {
  if (!Number(row.dataset.parts) || isShut(row) === shut) return;
  keep(short(row));
  draw(row);
  if (!shut && !below(row).length) await load(row);
}
const load = (row) => htmx.ajax("GET", `${body.dataset.path}?under=${row.dataset.uid}`, { source: row, target: row, swap: "afterend" });
async function unfolded(row) { if (Number(row.dataset.parts)) { if (isShut(row)) await fold(row, false); else if (!below(row).length) await load(row); } }
async function more() {
  const link = body.querySelector(".tree-more:not([hidden]) a");
  if (!link) return false;
  await htmx.ajax("GET", link.href, { source: link, target: link.closest("tr"), swap: "outerHTML" });
  return true;
}

// ---- moving: at once on the page, then told to the server, several steps as one
const waiting = new Map(); // uid -> where the branch stood before, and when to tell
function move(row, act) {
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
function post(url, values, source) { // a write whose answer exchanges the lines that it names; says whether it was taken
  return new Promise((done) => {
    const heard = (event) => { if (event.detail.requestConfig?.path !== url) return; document.removeEventListener("htmx:afterRequest", heard); setTimeout(() => done(event.detail.xhr.status >= 200 && event.detail.xhr.status < 400)); };
    document.addEventListener("htmx:afterRequest", heard);
    htmx.ajax("POST", url, { source: body, target: source, swap: "none", values });
  });
}

// ---- the new line
let draft = "";
function open(row, { part = false } = {}) {
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
async function shift(line, act) {
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
function leave(form) { // Esc: the form goes, what was typed in a new line is kept for the next
  const row = form.closest("tr");
  if (row.id === "new-line-row") {
    draft = form.elements.said.value;
    if (draft) say(words.kept);
    const back = byUid(current) ?? shown().at(-1);
    row.remove();
    return choose(back);
  }
  const uid = row.dataset.whole ?? row.dataset.uid;
  if (row.dataset.whole) { row.remove(); return choose(byUid(uid)); }
  current = uid;
  htmx.ajax("GET", `/tasks/${uid}/line/`, { source: body, target: row, swap: "outerHTML" }).then(() => choose(byUid(uid)));
}

function bring(row) { // an open form: its first field has the focus, all of it is in view
  const field = row?.querySelector("input:not([type=hidden]), textarea");
  field?.focus({ preventScroll: true });
  field?.select?.();
  row?.scrollIntoView({ block: "nearest" });
}

// ---- acts, by key or by button
let opening = 0;
async function bringForm(url, row, swap) { // fetch a form for a line
  opening += 1;
  try { await htmx.ajax("GET", url, { source: body, target: row, swap }); } finally { opening -= 1; }
}
async function divide(row, text) {
  if (!may(row, "create")) return say(words.cannot);
  document.getElementById(`parts-${row.dataset.uid}`)?.remove();
  await bringForm(`/tasks/${row.dataset.uid}/split/`, row, "afterend");
  const area = body.querySelector(`#parts-${row.dataset.uid} textarea`);
  if (area && text) { area.value = area.value.trim() ? `${area.value.trimEnd()}\n${text}` : text; htmx.trigger(area, "input"); area.dispatchEvent(new Event("input", { bubbles: true })); }
  if (area) { area.focus({ preventScroll: true }); area.closest("tr").scrollIntoView({ block: "nearest" }); }
}
const acts = {
  new: (row) => open(row),
  parts: (row) => divide(row),
  edit: (row) => (may(row, "edit") ? bringForm(`/tasks/${row.dataset.uid}/edit/`, row, "outerHTML").then(() => bring(byUid(row.dataset.uid))) : say(words.cannot)),
  in: (row) => move(row, "in"),
  out: (row) => move(row, "out"),
  up: (row) => move(row, "up"),
  down: (row) => move(row, "down"),
  confirm: (row) => (may(row, "confirm") ? post(`/tasks/${row.dataset.uid}/confirm/`, { seen_version: row.dataset.version, place: "tree" }, row).then(() => choose(byUid(row.dataset.uid))) : say(words.cannot)),
  report: (row) => { if (may(row, "report")) location.href = `${row.querySelector(".task-link").href}#report`; },
  open: (row) => { location.href = row.querySelector(".task-link").href; },
  help: () => { const help = document.getElementById("tree-help"); help.hidden = !help.hidden; tools.querySelector("[data-act=help]").setAttribute("aria-expanded", String(!help.hidden)); },
  "open-all": () => foldAll("-"),
  "shut-all": () => foldAll("+"),
};
function foldAll(how) { folds = how; keep(); location.href = body.dataset.path; }
const chosen = () => byUid(current) ?? shown()[0];
function run(act) {
  menu.hidden = true;
  const row = chosen();
  if (!row && act === "new") return open(null);
  if (["help", "open-all", "shut-all"].includes(act) || isLine(row)) return acts[act](row);
}

const KEYS = { Enter: "new", F2: "edit", e: "edit", p: "parts", c: "confirm", r: "report", o: "open", "?": "help" };
async function onRow(event, row) {
  if (opening && event.key !== "Escape" && event.key !== "Tab") return event.preventDefault(); // a form is on its way: what is typed is not for the line
  const rows = shown(), at = rows.indexOf(row);
  const go = (place) => { event.preventDefault(); choose(rows[Math.max(0, Math.min(place, rows.length - 1))]); };
  const alt = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
  if (event.altKey) { if (alt[event.key]) { event.preventDefault(); move(row, alt[event.key]); } return; }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Tab") { if (taken) { event.preventDefault(); move(row, event.shiftKey ? "out" : "in"); } return; }
  if (event.key === "ArrowDown") { if (at === rows.length - 1 && body.querySelector(".tree-more")) { event.preventDefault(); await more(); return choose(shown()[at + 1]); } return go(at + 1); }
  if (event.key === "ArrowUp") return go(at - 1);
  if (event.key === "Home") return go(0);
  if (event.key === "End") return go(rows.length - 1);
  if (event.key === "PageDown") return go(at + 10);
  if (event.key === "PageUp") return go(at - 10);
  if (event.key === "ArrowRight") { event.preventDefault(); if (row.getAttribute("aria-expanded") === "false") return fold(row, false); return widgets(row)[0]?.focus(); }
  if (event.key === "ArrowLeft") { event.preventDefault(); if (row.getAttribute("aria-expanded") === "true") return fold(row, true); return whole(row) && depth(row) > 1 ? choose(whole(row)) : undefined; }
  if (event.key === "Escape") { taken = false; row.setAttribute("aria-selected", "false"); return say(words.leftList); }
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) { event.preventDefault(); return openMenu(row); }
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (act) { event.preventDefault(); run(act); }
}
const widgets = (row) => [...row.querySelectorAll("a, button")];
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

function openMenu(row) {
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

// ---- what comes anew (after a save, from others, as one scrolls) is dressed like the rest; the focus stays with its line
function dress(row) {
  if (!isLine(row)) return;
  for (const link of widgets(row)) link.tabIndex = -1;
  if (Number(row.dataset.parts)) row.setAttribute("aria-expanded", String(!isShut(row)));
  const above = whole(row);
  if (above && depth(row) > 1 && (above.hidden || isShut(above))) row.hidden = true;
  if (row.dataset.uid === current) { row.dataset.current = "1"; row.tabIndex = 0; row.setAttribute("aria-selected", String(taken)); }
}
function watch(records) {
  let lost = null;
  for (const record of records) {
    for (const gone of record.removedNodes) if (gone.dataset?.current) lost = gone;
    for (const row of record.addedNodes) if (row.nodeType === 1) dress(row);
  }
  const row = byUid(current);
  if (!row || !isLine(row)) return;
  if (lost && (document.activeElement === document.body || !document.activeElement)) row.focus({ preventScroll: true });
  show(row);
}

if (body && tools) {
  tools.hidden = !shown().length;
  for (const folding of document.querySelectorAll(".tree-folding")) folding.hidden = false;
  for (const row of body.children) dress(row);
  new MutationObserver(watch).observe(body, { childList: true });
  const asked = location.hash.startsWith("#task-") && document.getElementById(location.hash.slice(1));
  const first = asked && isLine(asked) ? asked : shown()[0];
  if (first) choose(first, { take: Boolean(asked), focus: Boolean(asked) });
  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const form = event.target.closest("form");
    if (form) return inForm(event, form);
    if (isLine(row)) return event.target === row ? onRow(event, row) : inRow(event, row);
  });
  body.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr");
    if (isLine(row) && row.dataset.uid !== current) choose(row, { take: false, focus: false });
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    const leaving = event.target.closest("[data-leave]");
    if (leaving) { event.preventDefault(); return leave(leaving.closest("form")); }
    const shifting = event.target.closest("[data-new]");
    if (shifting) return shift(row, shifting.dataset.new);
    if (!isLine(row)) return;
    if (event.target.closest(".fold")) { event.preventDefault(); choose(row); return fold(row, !isShut(row)); }
    if (event.target.closest(".row-menu")) { event.preventDefault(); event.stopPropagation(); return openMenu(row); }
    if (!event.target.closest("a, button") && !getSelection().toString()) choose(row, { scroll: false });
  });
  body.addEventListener("dblclick", (event) => { const row = event.target.closest("tr"); if (isLine(row) && !event.target.closest("a, button")) acts.edit(row); });
  body.addEventListener("paste", (event) => { // pasted on a line, or several lines into the new one: parts of it
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
  body.addEventListener("input", (event) => { // while a quantity is typed, what is left of the whole
    if (event.target.name !== "target") return;
    const row = event.target.closest("tr"), above = depth(row) > 1 ? whole(row) : null;
    const typed = Number(event.target.value.normalize("NFKC").replace(/[^\d.]/g, "")) || 0;
    left(above, typed - Number(row.dataset.counted ?? 0));
  });
  document.getElementById("add-task")?.addEventListener("click", (event) => { event.preventDefault(); document.getElementById("tree-empty")?.remove(); body.closest(".table-place").hidden = tools.hidden = document.getElementById("tree-hint").hidden = false; open(null); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#tree-tools [data-act], #tree-menu [data-act], .tree-folding [data-act]");
    if (!button) { if (!event.target.closest("#tree-menu")) menu.hidden = true; return; }
    if (button.getAttribute("aria-disabled") === "true") return say(words.cannot);
    run(button.dataset.act);
  });
  menu.addEventListener("keydown", inMenu);
  document.addEventListener("htmx:beforeSwap", (event) => { // parts were made: their lines come anew, those shown before go
    const row = event.detail.target;
    if (row?.dataset?.whole && event.detail.xhr.status === 200) { const top = byUid(row.dataset.whole); if (top && isShut(top)) keep(short(top)); if (top) for (const one of below(top)) if (one !== row) one.remove(); }
    if (row?.id === "new-line-row" && event.detail.xhr.status === 200) draft = "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const config = event.detail.requestConfig;
    if (config?.verb !== "post" || event.detail.xhr.status !== 200 || config.parameters?.check) return;
    const target = config.target;
    const fresh = body.querySelector("tr[data-fresh]:not([data-seen])");
    for (const row of body.querySelectorAll("tr[data-fresh]")) row.dataset.seen = "1";
    if (target?.dataset?.whole) return choose(byUid(target.dataset.whole)?.nextElementSibling);
    if (target?.id === "new-line-row" && fresh) { renumber(fresh); choose(fresh); return; }
    if (fresh && target?.classList.contains("is-open")) choose(fresh);
  });
}
