// The area of a file field shows what was chosen; the field itself takes the drop.
function megabytes(bytes) {
  const [amount, unit] = bytes >= 2 ** 20 ? [bytes / 2 ** 20, "megabyte"] : [bytes / 2 ** 10, "kilobyte"];
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit, maximumFractionDigits: amount < 10 ? 1 : 0,
  }).format(amount);
}

function showChosen(field) {
  const [file] = field.files;
  const area = field.closest("[data-file-drop]");
  const refusal = file && file.size > Number(field.dataset.mostBytes) ? field.dataset.tooLarge : "";
  field.setCustomValidity(refusal);
  area.toggleAttribute("data-refused", Boolean(refusal));
  area.toggleAttribute("data-chosen", Boolean(file));
  if (!file) return;
  area.querySelector("[data-file-name]").textContent = file.name;
  area.querySelector("[data-file-size]").textContent = refusal || megabytes(file.size);
  field.form.elements.name?.setAttribute("placeholder", file.name.replace(/\.[^.]+$/, ""));
}

document.addEventListener("change", (event) => event.target.closest("[data-file-drop] input") && showChosen(event.target));
for (const [type, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(type, (event) => event.target.closest?.("[data-file-drop]")?.toggleAttribute("data-over", over));
}

// How much has been sent. After the last byte the server stores the file, which has no measure.
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form || !event.detail.lengthComputable) return;
  const { loaded, total } = event.detail;
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  box.hidden = false;
  box.querySelector("[data-upload-sending]").hidden = loaded === total;
  box.querySelector("[data-upload-storing]").hidden = loaded < total;
  box.querySelector("[data-upload-amount]").textContent = `${megabytes(loaded)} / ${megabytes(total)}`;
  if (loaded < total) bar.value = (100 * loaded) / total;
  else bar.removeAttribute("value");
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const lost = target.querySelector("[data-upload-lost]");
  if (!lost) return;
  if (detail.failed) target.querySelector("[data-upload-progress]").hidden = true;
  // Whatever else is wrong has an answer, which is shown.
  lost.hidden = detail.xhr.status !== 0;
});
