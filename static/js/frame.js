// What every page needs: the light/dark switch, messages that arrive with fragments. No module imports another: stored names would not be found.

const root = document.documentElement;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
  root.setAttribute("data-bs-theme", next);
  try { localStorage.setItem("collab-theme", next); } catch { /* kept for this page alone */ }
});

function closer() {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.setAttribute("aria-label", document.getElementById("messages").dataset.close);
  return close;
}

function say(text, level = "info") {
  const place = document.getElementById("messages");
  const line = document.createElement("div");
  line.className = `alert alert-${level} notice-line`;
  line.setAttribute("role", level === "danger" ? "alert" : "status");
  const words = document.createElement("div");
  words.textContent = text;
  line.append(words, closer());
  place.append(line);
  if (level !== "danger") setTimeout(() => line.remove(), 6000);
}

document.addEventListener("click", (event) => {
  const close = event.target.closest(".toasts .btn-close");
  if (close) close.closest(".alert").remove();
});

// the server names messages in a header of the fragment's answer
document.addEventListener("say", (event) => {
  for (const message of event.detail.messages ?? []) say(message.text, message.level);
});

const trouble = () => document.getElementById("messages").dataset;
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say(trouble().trouble, "danger"));
document.addEventListener("htmx:responseError", (event) => {
  say(event.detail.xhr.status === 404 ? trouble().gone : trouble().trouble, "danger");
});

// whoever signed in again in another tab has a new token: the cookie's counts, not the one this page was drawn with
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token;
});

// a refusal beside the work can be closed, and goes by itself once the act succeeds
document.addEventListener("htmx:beforeRequest", () => {
  for (const line of document.querySelectorAll("#messages [role=alert]")) line.classList.add("is-old");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) for (const line of document.querySelectorAll("#messages .is-old")) line.remove();
  for (const line of document.querySelectorAll("#messages > .alert:not(:has(.btn-close))")) line.append(closer());
});

// a fragment that was refused keeps the focus where it was; a swapped one moves it to what asks for it
document.addEventListener("htmx:afterSettle", (event) => {
  event.detail.elt?.querySelector?.("[data-focus], .is-invalid")?.focus();
});

// on a narrow screen the row of tabs stands so that the one that is open is seen
for (const here of document.querySelectorAll(".project-tabs [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
