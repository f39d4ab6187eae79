// Cards carried by mouse and finger. Each frame looks at the one card under the pointer, so a thousand of them cost as much as ten.
// What comes of it is said by the event "board:drop", as for a card carried by the keyboard.

const TOLERANCE = 5; // px that a press may tremble
const HOLD = 220; // ms that a finger rests before it lifts; sooner it scrolls
const EDGE = 56; // px at the border of what scrolls where it does so by itself
const SPEED = 16; // px a frame, at the very border
const NOT_HERE = ".is-fixed, input, textarea, select, button, label, .report-form, .report-place form";
const root = document.documentElement;
const isCard = (node) => node?.classList?.contains("task-card");
let press = null; // a pointer is down on a card
let carried = null; // and has lifted it

document.addEventListener("pointerdown", (event) => {
  if (press || event.button !== 0 || !event.isPrimary) return;
  const card = event.target.closest?.("#board .task-card");
  if (!card || event.target.closest(NOT_HERE)) return;
  press = { card, id: event.pointerId, touch: event.pointerType === "touch", from: [event.clientX, event.clientY], at: [event.clientX, event.clientY] };
  if (press.touch) press.timer = setTimeout(lift, HOLD);
});

// the browser selects no text and looks for none to select: the card has the focus
document.addEventListener("mousedown", (event) => {
  if (!press || press.touch) return;
  event.preventDefault();
  press.card.focus({ preventScroll: true });
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== press?.id) return;
  press.at = [event.clientX, event.clientY];
  if (carried) return;
  if (Math.hypot(press.at[0] - press.from[0], press.at[1] - press.from[1]) <= TOLERANCE) return;
  if (press.touch) forget();
  else lift();
});

document.addEventListener("pointerup", (event) => { if (event.pointerId === press?.id) (carried ? put(event) : forget()); });
document.addEventListener("pointercancel", (event) => { if (event.pointerId === press?.id) (carried ? leave() : forget()); });
addEventListener("blur", () => { if (carried) leave(); });
document.addEventListener("keydown", (event) => { if (carried && event.key === "Escape") { event.preventDefault(); event.stopPropagation(); leave(); } }, true);
document.addEventListener("touchmove", (event) => { if (carried && event.cancelable) event.preventDefault(); }, { passive: false });
document.addEventListener("dragstart", (event) => { if (press && !press.touch) event.preventDefault(); });
document.addEventListener("contextmenu", (event) => { if (press?.touch) event.preventDefault(); });

function forget() {
  clearTimeout(press?.timer);
  press = null;
}

function lift() {
  const { card } = press;
  clearTimeout(press.timer);
  if (!card.isConnected) { forget(); return; }
  const box = card.getBoundingClientRect();
  const shadow = card.cloneNode(true);
  shadow.removeAttribute("id");
  for (const node of shadow.querySelectorAll("[id]")) node.removeAttribute("id");
  shadow.setAttribute("aria-hidden", "true");
  shadow.inert = true;
  shadow.classList.add("is-flying");
  shadow.style.left = `${box.left}px`;
  shadow.style.top = `${box.top}px`;
  shadow.style.width = `${box.width}px`;
  carried = { card, shadow, home: { list: card.parentElement, next: card.nextElementSibling } };
  card.classList.add("is-dragged");
  root.dataset.dragging = "1";
  document.body.append(shadow);
  try { root.setPointerCapture(press.id); } catch { /* the pointer is gone: its end is told anyway */ }
  requestAnimationFrame(frame);
}

// One frame of carrying: the shadow follows, what is near its border scrolls, the card takes the place under the pointer.
// It reads before it writes, so that the page is laid out once; where nothing moved there is nothing to do.
function frame() {
  if (!carried) return;
  requestAnimationFrame(frame);
  const [x, y] = press.at;
  if (carried.seen === `${x} ${y}`) return;
  const spot = under(x, y);
  const scrolls = scroll(spot.list, x, y);
  const next = spot.list ? place(spot, y) : undefined;
  carried.shadow.style.transform = `translate(${x - press.from[0]}px, ${y - press.from[1]}px)`;
  for (const go of scrolls) go();
  if (next !== undefined) spot.list.insertBefore(carried.card, next);
  carried.seen = scrolls.length || next !== undefined ? "" : `${x} ${y}`;
}

function under(x, y) {
  const node = document.elementFromPoint(x, y);
  return { node, list: node?.closest("#board .board-column")?.querySelector(":scope > .board-cards") };
}

// before which the card stands: before or behind the card under the pointer, at the top under the heading, or at the end below
// the last; undefined where it stays
function place({ list, node }, y) {
  const { card } = carried;
  const over = node.closest(".task-card, .column-next");
  if (over === card) return undefined;
  let next;
  if (isCard(over)) {
    const box = over.getBoundingClientRect();
    next = y < box.top + box.height / 2 ? over : over.nextElementSibling;
  } else if (over) next = over;
  else {
    const last = [list.lastElementChild, list.lastElementChild?.previousElementSibling].find((node) => isCard(node));
    if (!last || y > last.getBoundingClientRect().bottom) next = isCard(last) ? last.nextElementSibling : list.querySelector(":scope > .column-next");
    else if (list.contains(node)) return undefined; // between two cards
    else next = list.scrollTop > 0 ? undefined : list.firstElementChild;
  }
  return next === card || (card.parentElement === list && card.nextElementSibling === next) ? undefined : next;
}

const push = (at, start, end) => (at < start + EDGE ? -Math.min(1, (start + EDGE - at) / EDGE) : at > end - EDGE ? Math.min(1, (at - end + EDGE) / EDGE) : 0) * SPEED;

// what scrolls under a pointer near its border: the column, else the columns and the page
function scroll(list, x, y) {
  if (list) {
    const box = list.getBoundingClientRect();
    const by = push(y, Math.max(box.top, 0), Math.min(box.bottom, innerHeight));
    if (by < 0 ? list.scrollTop > 0 : by > 0 && list.scrollTop < list.scrollHeight - list.clientHeight) return [() => { list.scrollTop += by; }];
  }
  const found = [];
  const columns = carried.card.closest(".board-columns");
  const wide = columns && columns.scrollWidth > columns.clientWidth ? columns.getBoundingClientRect() : null;
  const aside = wide ? push(x, Math.max(wide.left, 0), Math.min(wide.right, innerWidth)) : 0;
  if (aside) found.push(() => { columns.scrollLeft += aside; });
  const by = push(y, 0, innerHeight);
  if (by) found.push(() => scrollBy({ top: by, behavior: "instant" }));
  return found;
}

function end() {
  const { card, shadow, home } = carried;
  carried = null;
  forget();
  shadow.remove();
  card.classList.remove("is-dragged");
  delete root.dataset.dragging;
  const click = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("click", click, { capture: true, once: true }); // the click that ends a drag opens nothing
  setTimeout(() => removeEventListener("click", click, true), 50);
  return { card, home };
}

function leave() {
  const { card, home } = end();
  home.list.insertBefore(card, home.next?.parentElement === home.list ? home.next : home.list.querySelector(":scope > .column-next"));
}

// it lies where it was let go, though no frame was drawn since the last move
function put(event) {
  const spot = under(event.clientX, event.clientY);
  const next = spot.list ? place(spot, event.clientY) : undefined;
  if (next !== undefined) spot.list.insertBefore(carried.card, next);
  document.dispatchEvent(new CustomEvent("board:drop", { detail: end() }));
}
