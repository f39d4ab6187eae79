// A card's menu closes once something is chosen in it; what was chosen opens in the card.
document.addEventListener("htmx:beforeRequest", (event) => {
  event.target.closest?.("details.move-menu")?.removeAttribute("open");
});
