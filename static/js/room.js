// The screen of the room: pages by arrow keys, space and swipe, full screen by F, and the time that is left, by the server's clock.

const timer = document.getElementById("room-timer");
const full = document.getElementById("room-full");
const offset = Date.parse(document.body.dataset.now) - Date.now();
const at = (name) => Date.parse(timer.dataset[name]);

function words(ms) {
  const minutes = Math.ceil(ms / 60000);
  const form = minutes >= 60 ? timer.dataset.hours : timer.dataset.minutes;
  return form.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes >= 60 ? minutes % 60 : minutes);
}

function tick() {
  if (timer.dataset.state === "ended") return;
  const now = Date.now() + offset;
  const state = now < at("starts") ? "before" : now >= at("ends") ? "over" : now >= at("near") ? "near" : "running";
  const ms = state === "before" ? at("starts") - now : state === "over" ? now - at("ends") : at("ends") - now;
  timer.className = `room-timer is-${state}`;
  const said = timer.dataset[state === "near" ? "running" : state].replace("{}", words(ms));
  const place = timer.querySelector(".room-time");
  if (place.textContent !== said) place.textContent = said;
}
tick();
setInterval(tick, 1000);

// ---------------------------------------------------------------- pages
const go = (rel) => document.querySelector(`#room-page [rel=${rel}]`)?.click();
const end = (last) => [...document.querySelectorAll("#room-page .room-nav li a")].at(last ? -1 : 0)?.click();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const pressed = event.target.matches("a, button, summary");
  if (event.key === "ArrowRight" || event.key === "PageDown" || (event.key === " " && !event.shiftKey && !pressed)) go("next");
  else if (event.key === "ArrowLeft" || event.key === "PageUp" || (event.key === " " && event.shiftKey && !pressed)) go("prev");
  else if (event.key === "Home") end(false);
  else if (event.key === "End") end(true);
  else if (event.key === "f" || event.key === "F") turn();
  else if (event.key === "Escape" && !document.fullscreenElement) document.getElementById("room-back").click();
  else return;
  event.preventDefault();
});

let start = null;
document.addEventListener("touchstart", (event) => { start = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!start) return;
  const [x, y] = [event.changedTouches[0].clientX - start.clientX, event.changedTouches[0].clientY - start.clientY];
  if (Math.abs(x) > 60 && Math.abs(x) > 1.5 * Math.abs(y)) go(x < 0 ? "next" : "prev");
}, { passive: true });

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "room-page" && event.target.id !== "room-page") return;
  document.getElementById("room-page").focus({ preventScroll: true });
  scrollTo(0, 0);
});
addEventListener("popstate", () => location.reload());

// ---------------------------------------------------------------- full screen
function turn() {
  if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen?.();
}
if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", turn);
  document.addEventListener("fullscreenchange", () => full.setAttribute("aria-pressed", Boolean(document.fullscreenElement)));
}
