// The options of a report. Every button here also works without a script, by way of the server.
const options = () => document.getElementById("options");
const changed = () => options().dispatchEvent(new Event("change", { bubbles: true }));

function say(words) {
  document.getElementById("announcer").textContent = words;
}

function move(button) {
  const item = button.closest("li");
  const neighbour = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour) return;
  neighbour[button.dataset.move === "up" ? "before" : "after"](item);
  button.focus();
  const items = [...item.parentElement.children];
  const words = { name: button.dataset.name ?? button.value, place: items.indexOf(item) + 1, total: items.length };
  say(item.parentElement.dataset.moved.replace(/{(\w+)}/g, (_, key) => words[key]));
  changed();
}

function checkAll(button) {
  for (const box of button.closest("fieldset").querySelectorAll("li:not([hidden]) input[type=checkbox]")) {
    box.checked = button.dataset.check === "all";
  }
  changed();
}

function removeFilter(button) {
  const region = button.closest("#filters");
  button.closest("li").remove();
  region.querySelector("select")?.focus();
  htmx.trigger(region, "removed");
  changed();
}

function dropLook(button) {
  const region = button.closest("#looks");
  button.closest("li").remove();
  region.querySelector("summary, select")?.focus();
  htmx.trigger(region, "dropped");
  changed();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-check], [data-remove], [data-drop]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.move) move(button);
  else if (button.dataset.check) checkAll(button);
  else if (button.hasAttribute("data-drop")) dropLook(button);
  else removeFilter(button);
});

// What is typed while the filters are on their way is still there when they have come.
const typed = new Map();
document.addEventListener("input", ({ target }) => {
  if (target.matches("#filters input[id]:not([type=checkbox])")) typed.set(target.id, target.value);
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.elt.id === "filters" && typed.clear());
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "filters") return;
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
});

// <input data-find="#list">: shows the items of a list that contain what is written.
document.addEventListener("input", (event) => {
  const list = event.target.dataset.find;
  if (!list) return;
  event.stopPropagation(); // Nothing of the report has changed.
  const wanted = event.target.value.trim().toLocaleLowerCase();
  for (const item of document.querySelectorAll(`${list} > li`)) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
  }
}, { capture: true });
