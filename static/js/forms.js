// The summary of what is wrong is where a person continues after a page came back with errors.
function focusSummary(within) {
  within.querySelector("[data-focus]")?.focus();
  within.querySelectorAll("form:has([aria-invalid=true])").forEach(begin);
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

// Whoever leaves a form that they have begun to fill in is asked first; what the server refused is begun already.
function begin(form) {
  if (form?.matches("[data-guard]")) form.dataset.begun = "";
}
document.addEventListener("input", (event) => begin(event.target.form));
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-begun]:not([data-sent])")) event.preventDefault();
});

function release(form) {
  delete form.dataset?.sent;
  for (const button of form.querySelectorAll?.("[aria-busy]") ?? []) button.removeAttribute("aria-busy");
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.elt.matches("form")) delete detail.elt.dataset.begun;
  release(detail.elt);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
