// A button that copies the field it names, wherever it comes onto the page; shown only where a script runs.

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // on plain http there is no clipboard to ask
  }
  button.querySelector("span").textContent = button.dataset.done;
}

function show(place) {
  for (const button of place.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("htmx:load", (event) => show(event.detail.elt));
show(document);
