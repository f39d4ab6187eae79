// Files dropped or chosen are sent one by one with their progress; what fails stays in the tray with its reason and can be sent again.
// Files chosen in another form (a report) stay chosen when the form comes back with an error. Texts come from data attributes.

const AT_A_TIME = 2;

function line(tray, name) {
  const row = document.createElement("li");
  row.className = "file-sending";
  const words = document.createElement("span");
  words.className = "file-tray-name";
  words.textContent = name;
  row.append(words);
  tray.append(row);
  return row;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function token(form) {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken?.value ?? "";
}

// why the file itself is refused: sending it again would change nothing
function wrongWith(request) {
  try { return JSON.parse(request.responseText).wrong?.[0]?.why ?? ""; } catch { return ""; }
}

function whyNot(request, form) {
  if (request.status === 413) return form.dataset.tooBig;
  if ([403, 409].includes(request.status)) {
    const words = new DOMParser().parseFromString(request.responseText, "text/html").body.textContent.trim();
    if (words && words.length < 400) return words;
  }
  if (request.status === 404) return document.getElementById("messages").dataset.gone;
  return form.dataset.trouble;
}

function fail(place, row, file, why, again = false) {
  const { form } = place;
  row.className = "file-wrong";
  row.querySelector("progress")?.remove();
  const words = document.createElement("span");
  words.className = "file-why";
  words.textContent = why;
  const leave = button(form.dataset.dropIt, () => { row.remove(); form.querySelector("input[type=file]").focus(); });
  row.append(words);
  if (again) {
    row.append(button(form.dataset.again, () => { row.remove(); take(place.section, [file]); }));
  }
  row.append(leave);
}

function send(place, file, row) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `${place.form.dataset.sending}: ${file.name}`);
    row.append(bar);
    const body = new FormData();
    body.append("files", file, file.name);
    request.open("POST", place.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", token(place.form));
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100; });
    request.addEventListener("loadend", () => {
      const kept = request.status === 200 && request.getResponseHeader("Content-Type")?.startsWith("application/json");
      const wrong = wrongWith(request);
      if (kept) row.remove(); else fail(place, row, file, wrong || whyNot(request, place.form), !wrong && request.status !== 413);
      done(kept);
    });
    request.send(body);
  });
}

async function renew(section) {
  const list = section.querySelector("[data-live-src]");
  const answer = await fetch(list.dataset.liveSrc, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(list.id);
  const there = document.getElementById(list.id); // it may have been read anew meanwhile
  if (!fresh || !there) return;
  there.replaceWith(fresh);
  window.htmx?.process(fresh);
}

async function take(section, files) {
  const form = section.querySelector("[data-drop]");
  const tray = section.querySelector("[data-tray]");
  if (!form || !tray || !files.length) return;
  const place = { section, form };
  for (const old of tray.querySelectorAll(".file-wrong:not(:has(button))")) old.remove();
  const waiting = [];
  [...files].forEach((file, n) => {
    const row = line(tray, file.name);
    if (n >= Number(form.dataset.atOnce)) fail(place, row, file, form.dataset.tooMany);
    else if (file.size > Number(form.dataset.limit)) fail(place, row, file, form.dataset.tooBig);
    else waiting.push([file, row]);
  });
  let kept = false;
  const work = async () => { for (let next = waiting.shift(); next; next = waiting.shift()) kept = (await send(place, ...next)) || kept; };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  if (kept) await renew(section);
}

const dropOf = (target) => target.closest?.("[data-files]:has([data-drop])") ?? null;
const pickOf = (target) => target.closest?.("form:has([data-pick])") ?? null;
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

// --- files chosen in another form: named below the field, too big ones pointed out before they are sent
const chosen = new Map();

function list(input) {
  const { pick } = { pick: input.closest("[data-pick]") };
  const tray = pick.querySelector("[data-tray]");
  tray.replaceChildren();
  pick.classList.toggle("has-files", input.files.length > 0);
  [...input.files].forEach((file, n) => {
    const row = line(tray, file.name);
    const why = file.size > Number(pick.dataset.limit) ? pick.dataset.tooBig : n >= Number(pick.dataset.atOnce) ? pick.dataset.tooMany : "";
    if (why) {
      row.className = "file-wrong";
      const words = document.createElement("span");
      words.textContent = why;
      row.append(words);
    }
    const leave = button("×", () => { put(input, [...input.files].filter((one) => one !== file)); input.focus(); });
    leave.setAttribute("aria-label", `${pick.dataset.dropIt}: ${file.name}`);
    row.append(leave);
  });
}

function put(input, files) {
  const all = new DataTransfer();
  for (const file of files) all.items.add(file);
  input.files = all.files;
  list(input);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 400) return;
  for (const input of event.detail.target.querySelectorAll("[data-pick] input[type=file]")) {
    if (input.files.length) chosen.set(input.id, [...input.files]);
  }
});
document.addEventListener("htmx:afterSettle", () => {
  for (const [id, files] of chosen) {
    const input = document.getElementById(id);
    if (input && !input.files.length) put(input, files);
  }
  chosen.clear();
});

// --- choosing and dropping
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
  if (input.closest("[data-pick]")) { list(input); return; }
  const section = dropOf(input);
  if (!section) return;
  const files = [...input.files];
  input.value = "";
  take(section, files);
});

let over = null;
function mark(place) {
  if (over === place) return;
  over?.classList.remove("is-over");
  place?.classList.add("is-over");
  over = place;
}
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // dropped beside its place a file would replace the page, and with it what was typed
  const place = dropOf(event.target) ?? pickOf(event.target);
  event.dataTransfer.dropEffect = place ? "copy" : "none";
  mark(place);
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const files = [...event.dataTransfer.files];
  const section = dropOf(event.target);
  const form = section ? null : pickOf(event.target);
  mark(null);
  if (section) take(section, files);
  if (form) { const input = form.querySelector("[data-pick] input[type=file]"); put(input, [...input.files, ...files]); }
});

// --- comments: Ctrl + Enter sends
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("[data-say]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// a page of a PDF that was not drawn yet is asked for again, three times
document.addEventListener("error", (event) => {
  const page = event.target;
  if (!page.matches?.("[data-page]")) return;
  const tries = Number(page.dataset.page) + 1;
  page.dataset.page = tries;
  if (tries <= 3) setTimeout(() => { page.src = `${page.src.replace(/&again=\d/, "")}&again=${tries}`; }, 2500 * tries);
}, true);

// a picture that cannot be drawn shows the sign of its kind
document.addEventListener("load", (event) => event.target.classList?.contains("file-thumb") && event.target.classList.add("is-there"), true);
document.addEventListener("error", (event) => { if (event.target.matches?.("img.file-thumb")) event.target.remove(); }, true);

document.documentElement.classList.add("files-are-live");
