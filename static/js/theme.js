// Before anything is drawn: light or dark, as chosen here, else as the system says.
(() => {
  const chosen = () => { try { return localStorage.getItem("collab-theme"); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.setAttribute("data-bs-theme", chosen() || (dark.matches ? "dark" : "light"));
  apply();
  dark.addEventListener("change", apply);
})();
