// Minutes save themselves as one types, and on leaving; what was not saved is kept on this device and brought back.
// What another writer said on other topics appears by itself; where both wrote, the server shows both texts and one chooses.

const page = document.getElementById("writing");
const words = page.dataset;
const me = document.getElementById("live")?.dataset.me ?? "";
const limit = Number(words.limit);
const PAUSE = 1200, AT_LATEST = 5000, AGAIN = 5000, LOOK = 4000; // ms: after the last key, while typing on, without connection, at others
const BY_LEAVING = 60000; // bytes that a browser still sends for a page that is gone

const drafts = {
  name: (key) => `collab-minutes:${me}:${words.meeting}:${key}`,
  get: (key) => { try { return JSON.parse(localStorage.getItem(drafts.name(key))); } catch { return null; } },
  keep: (key, draft) => { try { localStorage.setItem(drafts.name(key), JSON.stringify(draft)); return true; } catch { return false; } },
  drop: (key) => { try { localStorage.removeItem(drafts.name(key)); } catch { /* there is none */ } },
};
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

class Text {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.text;
    this.field = form.querySelector("textarea");
    this.stored = this.field.value; // as the server has it
    this.timer = this.since = 0; // since: when the first key was pressed that is not saved
    this.sent = null; // the text on its way
    this.before = null; // one that this page sent and whose answer it does not know: if that stands there, nobody else wrote
    this.kept = true; // this device holds what is not saved
    this.field.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send({ by: event.submitter }); });
    this.bring();
  }

  get place() { return document.getElementById(`saved-${this.key}`); }
  get seen() { return this.place.querySelector("[name=seen_version]"); }
  get dirty() { return this.field.value !== this.stored; }
  get disputed() { return this.place.querySelector(".conflict") !== null; }

  say(text, bad = false) {
    const { value } = this.seen;
    const line = document.createElement("span");
    line.textContent = text;
    const seen = Object.assign(document.createElement("input"), { type: "hidden", name: "seen_version", value });
    this.place.classList.toggle("is-bad", bad);
    this.place.replaceChildren(seen, line);
  }

  bring() {
    const draft = drafts.get(this.key);
    if (!draft) return;
    if (draft.text === this.field.value) { drafts.drop(this.key); return; }
    this.field.value = draft.text;
    this.seen.value = draft.version;
    this.before = draft.before ?? null;
    this.say(words.brought);
    this.later(0);
  }

  typed() {
    if (!this.dirty) { if (!this.disputed) drafts.drop(this.key); return; }
    this.kept = drafts.keep(this.key, { text: this.field.value, version: this.seen.value, before: this.sent ?? this.before });
    this.since ||= Date.now();
    this.later(Math.max(0, Math.min(PAUSE, this.since + AT_LATEST - Date.now())));
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), ms);
  }

  fits() {
    const long = this.field.value.length > limit;
    this.field.classList.toggle("is-invalid", long);
    this.field.setAttribute("aria-invalid", long);
    if (long) this.say(words.long.replace("{}", this.field.value.length.toLocaleString("en")), true);
    return !long;
  }

  async send({ by = null } = {}) {
    clearTimeout(this.timer);
    const text = this.field.value;
    if (!by && (!this.dirty || this.disputed || this.sent === text)) return;
    if (!this.fits()) return;
    if (this.sent !== null && !document.hidden) { this.later(PAUSE); return; } // its answer says on which version to go on
    const body = new FormData(this.form, by);
    this.before = this.sent ?? this.before;
    if (this.before !== null) body.append("before", this.before);
    this.sent = text;
    this.since = 0;
    const keepalive = new Blob([text, this.before ?? ""]).size < BY_LEAVING;
    let answer = null, html = "";
    try {
      answer = await fetch(this.form.action, { method: "POST", body, keepalive, redirect: "manual", headers: { "HX-Request": "true", "X-CSRFToken": token() } });
      html = await answer.text();
    } catch { answer = null; }
    if (this.sent === text) this.sent = null;
    this.take(answer, html, text);
  }

  take(answer, html, text) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.getElementById(`saved-${this.key}`);
    if (!fresh) {
      const signedOut = answer && (answer.status === 403 || answer.type === "opaqueredirect");
      this.before = text;
      this.say(!this.kept ? words.unkept : signedOut ? words.signin : words.kept, true);
      this.later(AGAIN);
      return;
    }
    this.place.replaceWith(fresh);
    this.before = null;
    if (answer.status !== 200) { if (answer.status === 412) fresh.querySelector("button")?.scrollIntoView({ block: "nearest" }); return; }
    const now = fresh.querySelector("[data-now]")?.content.textContent ?? text;
    if (this.field.value === text) this.field.value = now;
    this.stored = now;
    if (this.dirty) this.typed(); else drafts.drop(this.key);
  }

  // what another wrote here, unless one is at it oneself: then saving finds both
  hear({ version, text, by }) {
    if (this.sent !== null || this.dirty || this.disputed) return;
    const [start, end] = [this.field.selectionStart, this.field.selectionEnd];
    const changed = text !== this.field.value;
    this.field.value = this.stored = text;
    if (document.activeElement === this.field) this.field.setSelectionRange(Math.min(start, text.length), Math.min(end, text.length));
    this.seen.value = version;
    if (changed && by) { this.say(words.by.replace("{}", by)); this.seen.value = version; }
  }
}

const texts = new Map([...document.querySelectorAll("[data-text]")].map((form) => [form.dataset.text, new Text(form)]));
const unsaved = () => [...texts.values()].filter((text) => text.dirty);
const leave = () => { for (const text of unsaved()) text.send(); };

addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else look(); });
addEventListener("online", leave);
addEventListener("beforeunload", (event) => { if (unsaved().some((text) => !text.kept)) event.preventDefault(); });

// ---------------------------------------------------------------- what others wrote
let stamp = "", looking = false;

async function look() {
  if (looking || document.hidden) return;
  looking = true;
  const known = [...texts].map(([key, text]) => `${key}:${text.seen.value}`).join();
  try {
    const answer = await fetch(`${words.now}?${new URLSearchParams({ stamp, known })}`, { redirect: "manual" });
    if (answer.status === 200) {
      const said = await answer.json();
      stamp = said.stamp;
      document.getElementById("writing-closed").hidden = said.open;
      for (const one of said.texts) {
        const text = texts.get(one.key);
        if (text) text.hear(one); else document.getElementById("writing-more").hidden = false;
      }
      if ([...texts.values()].some((text) => text.dirty)) stamp = ""; // asked again once it is saved
    }
  } catch { /* without connection the texts say so themselves */ }
  looking = false;
}
setInterval(look, LOOK);
