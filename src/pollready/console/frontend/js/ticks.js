// One box ticks or clears all the boxes of its table. Without scripts it stays hidden.
const boxes = (form) => form.querySelectorAll('input[name="case"]');

function prepare(root) {
  for (const all of root.querySelectorAll("[data-tick-all]")) all.hidden = false;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-ticks]");
  if (!form) return;
  const all = form.querySelector("[data-tick-all]");
  if (event.target === all) {
    for (const box of boxes(form)) box.checked = all.checked;
  } else {
    all.checked = [...boxes(form)].every((box) => box.checked);
  }
});

prepare(document);
document.addEventListener("htmx:afterSwap", () => prepare(document));
