// Selecting rows of a list: the box of the head takes the page, "all" takes everything found.
const words = (form) => form.querySelector("[data-select-words]")?.dataset.selectWords ?? "";

const count = (form) => {
  const rows = [...form.querySelectorAll("tbody input[name=selected]")];
  const all = form.querySelector("[data-select-all]").checked;
  const chosen = rows.filter((row) => row.checked).length;
  for (const row of rows) row.disabled = all;
  const page = form.querySelector("[data-select-page]");
  page.disabled = all;
  page.checked = chosen > 0 && chosen === rows.length;
  page.indeterminate = chosen > 0 && chosen < rows.length;
  const said = form.querySelector("[data-select-count]");
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  said.textContent = words(form).replace(/[0۰]/, digits.format(chosen));
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-select]");
  if (!form) return;
  if (event.target.matches("[data-select-page]")) {
    for (const row of form.querySelectorAll("tbody input[name=selected]")) {
      row.checked = event.target.checked;
    }
  }
  count(form);
});
