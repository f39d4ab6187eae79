// What one types into a field with data-keep is kept in this browser until it is saved, and stands there again when the field opens.
const key = (field) => `collab-draft:${field.dataset.keep}`;
const store = { get: (name) => { try { return localStorage.getItem(name); } catch { return null; } }, set: (name, text) => { try { if (text) localStorage.setItem(name, text); else localStorage.removeItem(name); } catch { /* kept on the page alone */ } } };
function bring(place) {
  for (const field of place.querySelectorAll?.("[data-keep]") ?? []) {
    const kept = store.get(key(field));
    if (kept && !field.value) { field.value = kept; field.dispatchEvent(new Event("input", { bubbles: true })); }
  }
}
document.addEventListener("input", (event) => { if (event.target.dataset?.keep) store.set(key(event.target), event.target.value); });
document.addEventListener("htmx:load", (event) => bring(event.target));
document.addEventListener("htmx:beforeRequest", (event) => { // sent for good: the draft goes once it was taken
  const form = event.detail.elt;
  if (form?.tagName !== "FORM") return;
  form.dataset.sent = [...form.querySelectorAll("[data-keep]")].map((field) => key(field)).join(" ");
});
document.addEventListener("htmx:afterRequest", (event) => { // also of a form that the answer has replaced, or of a page that now reloads; what was refused was not taken
  const form = event.detail.requestConfig?.elt;
  if (form?.tagName === "FORM" && event.detail.successful && event.detail.xhr.status < 400) for (const name of (form.dataset.sent ?? "").split(" ").filter(Boolean)) store.set(name, "");
});
bring(document);
