// A file is chosen by a button that speaks the page's language: the browser's own stays where it
// was, unseen, over the whole box, so that pressing, dropping, and the keyboard work as ever.
function dress(input) {
  const box = document.createElement("span");
  box.className = "filebox";
  const button = document.createElement("span");
  button.className = "button button--quiet";
  button.textContent = input.dataset.choose;
  const name = document.createElement("bdi");
  name.className = "filebox__name";
  for (const part of [button, name]) part.setAttribute("aria-hidden", "true");
  const tell = () => {
    const chosen = [...input.files].map((file) => file.name);
    name.textContent = chosen.length ? chosen.join(" · ") : input.dataset.none;
  };
  input.replaceWith(box);
  box.append(input, button, name);
  input.addEventListener("change", tell);
  tell();
}

const dressAll = (within) => {
  for (const input of within.querySelectorAll("input[type=file][data-choose]")) {
    if (!input.closest(".filebox")) dress(input);
  }
};

dressAll(document);
document.addEventListener("htmx:afterSettle", (event) => dressAll(event.target));
