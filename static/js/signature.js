// A signature drawn by hand: loaded when the place for it is opened; what was drawn goes along as a small PNG and stands there again
// when the form comes back with an error.
const LARGEST = 100 * 1024; // bytes of the picture
const WIDEST = 1200; // points

async function open(place) {
  if (place.dataset.ready) return;
  place.dataset.ready = "1";
  const { default: Pad } = await import(place.dataset.pad);
  const canvas = place.querySelector("canvas");
  const field = place.querySelector("input[name=drawing]");
  const fine = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.min(canvas.offsetWidth * fine, WIDEST);
  canvas.height = canvas.offsetHeight * fine;
  canvas.getContext("2d").scale(canvas.width / canvas.offsetWidth, fine);
  const pad = new Pad(canvas, { penColor: "#10233a", minWidth: 0.8, maxWidth: 2.6 });
  const size = { width: canvas.offsetWidth, height: canvas.offsetHeight };
  if (field.value) pad.fromDataURL(field.value, { ...size });
  pad.addEventListener("endStroke", () => {
    const drawn = pad.toDataURL("image/png");
    field.value = drawn.length * 0.75 <= LARGEST ? drawn : smaller(canvas);
  });
  place.querySelector("[data-wipe]").addEventListener("click", () => { pad.clear(); field.value = ""; });
}

function smaller(canvas) {
  const half = document.createElement("canvas");
  half.width = canvas.width / 2;
  half.height = canvas.height / 2;
  half.getContext("2d").drawImage(canvas, 0, 0, half.width, half.height);
  return half.toDataURL("image/png");
}

for (const place of document.querySelectorAll("[data-drawing]")) {
  const fold = place.closest("details");
  if (fold.open) open(place);
  fold.addEventListener("toggle", () => { if (fold.open) open(place); });
}
