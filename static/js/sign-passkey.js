// A form that asks for a passkey: the device signs the hashes of the papers that are ticked, and its answer goes along.
function token() { return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? ""; }

async function ask(form) {
  const papers = new FormData(form).getAll("papers");
  const said = new URLSearchParams(papers.map((paper) => ["papers", paper]));
  const csrf = token() || form.elements.csrfmiddlewaretoken?.value;
  const answer = await fetch(form.dataset.passkey, { method: "POST", body: said, headers: { "X-CSRFToken": csrf } });
  if (!answer.ok) throw new Error(String(answer.status));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await answer.json());
  return JSON.stringify(await navigator.credentials.get({ publicKey }));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const field = form.querySelector("[data-answer]");
  form.addEventListener("submit", async (event) => {
    if (!field || field.value) return;
    event.preventDefault();
    try {
      field.value = await ask(form);
    } catch {
      form.querySelector("[data-said]").textContent = form.dataset.trouble;
      return;
    }
    form.requestSubmit(event.submitter);
  });
}
