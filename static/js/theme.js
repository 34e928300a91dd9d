// Loaded before the first paint, so that a chosen theme never flashes the other one.
const root = document.documentElement;

function applyTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === (theme ?? "")));
  }
}

function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // A browser that keeps nothing follows the system.
  }
}

applyTheme(storedTheme());
document.addEventListener("DOMContentLoaded", () => applyTheme(storedTheme()));
addEventListener("storage", (event) => event.key === "theme" && applyTheme(event.newValue));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set-theme]");
  if (!button) return;
  const theme = button.dataset.setTheme;
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // The choice then holds for this page only.
  }
  applyTheme(theme || null);
});
