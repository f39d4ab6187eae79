// The form that makes a passkey: the browser asks the device, and its answer goes along with the form.
const form = document.querySelector("form[data-make-passkey]");
const answer = form.elements.passkey;

function say(words) {
  form.querySelector("[data-said]").textContent = words;
}

async function make() {
  const options = JSON.parse(document.getElementById("passkey-options").textContent);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return JSON.stringify(await navigator.credentials.create({ publicKey }));
}

form.addEventListener("submit", async (event) => {
  if (answer.value) return;
  event.preventDefault();
  say("");
  if (!window.isSecureContext || !window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    say(form.dataset.unable);
    return;
  }
  try {
    answer.value = await make();
  } catch (trouble) {
    say(trouble.name === "SecurityError" ? form.dataset.unable : form.dataset.trouble);  // the former: not the site's own address
    return;
  }
  form.requestSubmit();
});
