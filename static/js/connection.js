// A live region goes on asking whatever happens to the server; meanwhile a note says why nothing moves.
const isLive = (event) => event.detail.elt.matches("[data-live]");

function showLost(lost) {
  const note = document.getElementById("connection");
  if (note) note.hidden = !lost;
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!isLive(event)) return;
    // What is gone has a page that says so.
    if (event.detail.xhr?.status === 404) location.reload();
    else showLost(true);
  });
}
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (isLive(event) && event.detail.xhr.status < 400) showLost(false);
});
