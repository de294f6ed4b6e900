// A reason is needed while a value is to stand: the browser says so before anything is sent.
function follow(root) {
  for (const box of root.querySelectorAll("input[name=stands]")) {
    const note = box.form?.elements.namedItem("note");
    if (!note) continue;
    const need = () => (note.required = box.checked);
    box.addEventListener("change", need);
    need();
  }
}

follow(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) follow(event.detail.elt);
});
