// A chosen file is hashed here and only its fingerprint is sent. On plain http browsers offer no hashing: then the file itself is sent.
const form = document.getElementById("verify");
const file = form.elements.file;
const said = form.querySelector(".verify-said");
let typed = form.enctype;

form.addEventListener("submit", async (event) => {
  const chosen = file.files[0];
  if (!chosen) return;
  if (chosen.size > Number(form.dataset.limit)) {
    event.preventDefault();
    said.textContent = form.dataset.tooBig;
    file.focus();
    return;
  }
  if (!globalThis.crypto?.subtle) return;
  event.preventDefault();
  said.textContent = form.dataset.reading;
  try {
    const digest = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
    form.elements.sha256.value = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    said.textContent = form.dataset.unread;
    return;
  }
  file.disabled = true; // what is disabled is not sent
  form.enctype = "application/x-www-form-urlencoded";
  form.submit();
});

// one comes back by the button of the browser: everything can be chosen anew
window.addEventListener("pageshow", () => {
  file.disabled = false;
  form.enctype = typed;
  form.elements.sha256.value = "";
  said.textContent = "";
});
