// Loaded before the first paint, so that a chosen theme never flashes the other one. Of whoever has signed in the page
// knows the theme; the browser remembers it for the pages before that.
const root = document.documentElement;

function applyTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === (theme || "")));
  }
}

function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // A browser that keeps nothing follows the system.
  }
}

function storeTheme(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // The account keeps it.
  }
}

if ("account" in root.dataset) storeTheme(root.dataset.theme);
applyTheme(storedTheme() ?? root.dataset.theme);
addEventListener("storage", (event) => event.key === "theme" && applyTheme(event.newValue));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set-theme]");
  if (!button) return;
  storeTheme(button.dataset.setTheme);
  applyTheme(button.dataset.setTheme);
});
