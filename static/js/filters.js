// The filter bar: addresses without empty filters, a sheet that closes by Escape or a click beside it.
const opener = () => document.querySelector("#filter-more");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id !== "filter-form") return;
  const said = event.detail.formData;
  for (const key of [...said.keys()]) {
    const values = said.getAll(key).filter((value) => value !== "");
    said.delete(key);
    for (const value of values) said.append(key, value);
  }
  if (![...said.keys()].length) said.append("all", "1");
});

// Words are sent while they are typed; leaving the field must not ask again, beside what was clicked.
document.addEventListener("change", (event) => event.target.id === "filter-q" && event.stopPropagation(), true);

document.addEventListener("submit", (event) => {
  if (event.target.id !== "filter-form") return;
  if (opener()) opener().checked = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !opener()?.checked) return;
  opener().checked = false;
  opener().focus();
});

document.addEventListener("click", (event) => {
  if (!opener()?.checked || event.target.closest(".filter-more, .filter-toggle, .filter-opener, .filter-fields")) return;
  opener().checked = false;
});
