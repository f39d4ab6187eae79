// My desk: a row that is finished in place stays as a quiet line, the counts follow, and the focus goes on to the next row.

const CONTROLS = "input:not([type=hidden]), select, textarea, button, a.btn";

function lower(place, kept) {
  const n = Math.max(0, Number(place.dataset[kept]) - 1);
  place.dataset[kept] = n;
  place.textContent = n || !place.dataset.nothing ? place.textContent.replace(/\d[\d,]*/, n) : place.dataset.nothing;
  return n;
}

function next(row) {
  const rows = [...document.querySelectorAll("[data-desk-row]:not(.is-finished)")];
  const after = rows.find((one) => row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return (after ?? rows[0])?.querySelector(`.desk-finish :is(${CONTROLS})`);
}

function finish(row) {
  const group = row.closest("[data-group]");
  row.classList.add("is-finished");
  const left = lower(group.querySelector("[data-total]"), "total");
  if (!["waiting", "clocks"].includes(group.dataset.group)) lower(document.querySelector("[data-todo]"), "todo");
  const more = left > 0 && !group.querySelector("[data-desk-row]:not(.is-finished)");
  if (more) window.htmx.ajax("GET", location.pathname, { source: group, target: group, swap: "outerHTML", select: `#${group.id}` });
  else next(row)?.focus();
}

// an act that succeeded leaves no form behind in its row
document.addEventListener("htmx:afterSettle", (event) => {
  const row = event.target.closest?.("[data-desk-row]") ?? event.detail.elt?.closest?.("[data-desk-row]");
  if (!row || row.classList.contains("is-finished")) return;
  const done = row.querySelector(".desk-finish [data-finished]");
  if (done || (row.querySelector(".desk-finish [role=status]") && !row.querySelector(".desk-finish form"))) finish(row);
});
