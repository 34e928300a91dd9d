// A region with data-live polls ("every Ns, wake"). A tab that nobody sees asks nothing; seen again, it asks at once.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-live]")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const region of document.querySelectorAll("[data-live]")) htmx.trigger(region, "wake");
});

// A request that was sent elsewhere is a page, not a fragment: after a form go there, after a poll begin again
// (somebody has signed out).
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, xhr, pathInfo } = event.detail;
  if (!xhr.responseURL) return;
  const arrived = new URL(xhr.responseURL).pathname;
  if (arrived === new URL(pathInfo.finalRequestPath, location.href).pathname) return;
  event.detail.shouldSwap = false;
  if (elt.matches("[data-live]")) location.reload();
  else location.assign(xhr.responseURL);
});

// <div data-previews="#form">: its preview no longer shows what the form says, from the moment that this changes.
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const preview = document.querySelector("[data-previews]");
    if (preview && event.target.closest(preview.dataset.previews)) {
      document.getElementById("preview-pane").dataset.stale = "";
    }
  });
}

// <time data-elapsed="12">: seconds that had passed when the page was made; from then on it ticks by itself.
const starts = new WeakMap();

function inClock(seconds) {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${parts.join(":")}` : parts.join(":").replace(/^0/, "");
}

setInterval(() => {
  for (const clock of document.querySelectorAll("[data-elapsed]")) {
    if (!starts.has(clock)) starts.set(clock, performance.now() - clock.dataset.elapsed * 1000);
    clock.textContent = inClock(Math.floor((performance.now() - starts.get(clock)) / 1000));
  }
}, 1000);
