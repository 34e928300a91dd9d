// The summary of what is wrong is where a person continues after a page came back with errors.
function focusSummary(within) {
  within.querySelector("[data-focus]")?.focus();
}
document.addEventListener("DOMContentLoaded", () => focusSummary(document));
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

// A form that changes something is sent once. The server holds to that too; this spares it the second try.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
}, { capture: true });

function release(form) {
  delete form.dataset?.sent;
  for (const button of form.querySelectorAll?.("[aria-busy]") ?? []) button.removeAttribute("aria-busy");
}
document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt));
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
