// The table: cells that open their form in place, and rows that report in place.
const table = () => document.querySelector(".task-rows");
let back = null;

function trouble() {
  const place = document.querySelector("#messages");
  if (place) place.textContent = table()?.dataset.trouble ?? "";
}

function open(link, url, target, swap) {
  back = { row: link.closest("tr")?.id, cell: link.closest("[data-cell]")?.dataset.cell };
  const row = link.closest("tr");
  htmx.ajax("GET", url, { source: link, target, swap, push: "false" }).then(() => {
    const first = row.querySelector(".cell-form .cell-input, .report-form input:not([type=hidden])");
    if (first && !row.querySelector("form :focus")) first.focus();
  }).catch(trouble);
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest(".task-rows a");
  if (!link) return;
  if (link.classList.contains("cell-change")) {
    event.preventDefault();
    open(link, link.getAttribute("href"), link.closest("td"), "innerHTML");
  } else if (link.dataset.get) {
    event.preventDefault();
    open(link, link.dataset.get, link.closest("tr").querySelector(".report-place"), "outerHTML");
  } else if (link.matches(".cell-leave, [data-cancel]")) {
    event.preventDefault();
    leave(link);
  }
});

function leave(inside) {
  const row = inside.closest("tr");
  const form = inside.closest("form[data-row]") ?? row.querySelector("form[data-row]");
  const url = form?.dataset.row ?? row.dataset.liveSrc;
  back = { row: row.id, cell: inside.closest("[data-cell]")?.dataset.cell };
  htmx.ajax("GET", url, { source: row, target: row, swap: "outerHTML", push: "false" }).then(comeBack).catch(trouble);
}

document.addEventListener("keydown", (event) => {
  const inside = event.target.closest?.(".task-rows .cell-form, .task-rows .report-form");
  if (event.key === "Escape" && inside) leave(event.target);
});

document.addEventListener("change", (event) => {
  const select = event.target.closest(".task-rows .cell-form select");
  if (select) select.form.requestSubmit();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const wanted = event.target.querySelector?.("[data-focus]");
  if (event.target.closest(".task-rows") && wanted) wanted.focus();
  else if (event.target.matches?.("tr.task-row")) comeBack();
});

function comeBack() {
  if (!back || document.activeElement !== document.body) return;
  const row = document.getElementById(back.row);
  (row?.querySelector(`[data-cell="${back.cell}"] a`) ?? row?.querySelector("a"))?.focus({ preventScroll: true });
  back = null;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".table-menu[open], .views-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.(".table-menu[open], .views-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
