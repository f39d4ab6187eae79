// The weekly card by keyboard: Enter and ↓ go on, a pasted column fills downwards, what was typed is kept until it is saved.

const DAYS = 14 * 24 * 3600 * 1000;
const sheet = () => document.querySelector("[data-sheet]");
const store = () => `collab-card:${sheet()?.dataset.owner}`;

function kept() {
  try { return JSON.parse(localStorage.getItem(store())) ?? {}; } catch { return {}; }
}

function keep(rows) {
  try { localStorage.setItem(store(), JSON.stringify(rows)); } catch { /* a full or closed store: the page itself still holds it */ }
}

const figures = () => [...sheet().querySelectorAll("[data-figure]")];
const fields = (row) => [...row.querySelectorAll("[data-field]")];
const typed = (row) => fields(row).some((field) => field.type !== "hidden" && field.value.trim());

function say(name, n) {
  const place = sheet().querySelector("[data-said]");
  if (place && n) place.textContent = `${place.textContent} ${sheet().dataset[name].replace("{n}", n)}`.trim();
}

function count() {
  const place = sheet()?.querySelector("[data-count]");
  if (!place) return;
  const all = figures();
  const filled = all.filter((figure) => figure.value.trim()).length;
  place.textContent = sheet().dataset.filled.replace("{n}", filled).replace("{all}", all.length);
  place.classList.toggle("is-whole", filled === all.length);
}

function note(row) {
  const rows = kept();
  if (typed(row)) {
    rows[row.dataset.row] = { at: Date.now(), ...Object.fromEntries(fields(row).map((field) => [field.dataset.field, field.value])) };
  } else {
    delete rows[row.dataset.row];
  }
  keep(rows);
}

// what was typed before the page was left comes back, with the version it was typed against: nobody's figure is overwritten by it
function restore() {
  const rows = kept();
  let back = 0;
  for (const [uid, said] of Object.entries(rows)) {
    const row = sheet().querySelector(`[data-row="${CSS.escape(uid)}"]`);
    if (Date.now() - said.at > DAYS || row?.hasAttribute("data-done")) delete rows[uid];
    else if (row && !typed(row)) {
      for (const field of fields(row)) field.value = said[field.dataset.field] ?? field.value;
      row.querySelector(".sheet-points")?.toggleAttribute("open", Object.keys(said).some((name) => name.startsWith("point") && said[name]));
      row.classList.add("is-restored");
      back += 1;
    }
  }
  keep(rows);
  say("restored", back);
}

function begin() {
  if (!sheet()) return;
  restore();
  count();
}

function go(from, step) {
  const all = figures();
  const next = all[all.indexOf(from) + step];
  if (next) {
    next.focus();
    next.select();
  } else if (step > 0) sheet().querySelector(".sheet-save")?.focus();
}

document.addEventListener("keydown", (event) => {
  const figure = event.target.closest?.("[data-sheet] input");
  if (!figure || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    sheet().requestSubmit();
  } else if (event.key === "Enter" && figure.type !== "radio" && figure.type !== "checkbox") {
    event.preventDefault();
    go(figure.closest("[data-row]").querySelector("[data-figure]"), event.shiftKey ? -1 : 1);
  } else if (figure.matches("[data-figure]") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    go(figure, event.key === "ArrowDown" ? 1 : -1);
  }
});

document.addEventListener("paste", (event) => {
  const figure = event.target.closest?.("[data-figure]");
  const lines = (event.clipboardData?.getData("text/plain") ?? "").replace(/\s+$/, "").split(/\r?\n/);
  if (!figure || (lines.length < 2 && !lines[0].includes("\t"))) return;
  event.preventDefault();
  const rows = figures().slice(figures().indexOf(figure));
  let filled = 0;
  lines.slice(0, rows.length).forEach((line, at) => {
    const [said, ...more] = line.split("\t");
    if (said.trim()) {
      rows[at].value = said.trim();
      filled += 1;
    }
    const row = rows[at].closest("[data-row]");
    if (more.length) row.querySelector('[data-field="note"]').value = more.join(" ").trim();
    note(row);
  });
  rows[Math.min(lines.length, rows.length) - 1].focus();
  count();
  sheet().querySelector("[data-said]").textContent = "";
  say("pasted", filled);
  say("over", Math.max(0, lines.length - rows.length));
});

document.addEventListener("input", (event) => {
  const row = event.target.closest?.("[data-sheet] [data-row]");
  if (!row) return;
  note(row);
  count();
});

document.addEventListener("htmx:afterSettle", begin);
begin();
