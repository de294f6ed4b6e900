// The field at the head of every page: Ctrl+K goes to it, arrows through what was found below it,
// Escape closes that and goes back.
const form = document.querySelector("[data-finding]");
if (form) {
  const field = form.querySelector("input[type=search]");
  const below = document.getElementById("found-anywhere");
  const links = () => [...below.querySelectorAll("a")];
  const close = () => below.replaceChildren();

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  form.addEventListener("keydown", (event) => {
    const all = links();
    if (event.key === "Escape" && all.length) {
      close();
      field.focus();
    } else if (event.key === "ArrowDown" && all.length) {
      all[(all.indexOf(document.activeElement) + 1) % all.length].focus();
    } else if (event.key === "ArrowUp" && all.length) {
      const at = all.indexOf(document.activeElement);
      (at > 0 ? all[at - 1] : field).focus();
    } else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  // What comes after the field was emptied is no answer to it any more.
  field.addEventListener("input", () => {
    if (!field.value.trim()) close();
  });
}
