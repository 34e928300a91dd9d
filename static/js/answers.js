// A question for a date: once a period has been chosen, the fields for dates are not needed.
function showDates(select) {
  for (const field of select.parentElement.querySelectorAll("input, .answer__to")) field.hidden = Boolean(select.value);
}
for (const select of document.querySelectorAll("[data-period]")) showDates(select);
document.addEventListener("change", (event) => event.target.matches("[data-period]") && showDates(event.target));
