// Shows only the fields that belong to the chosen way of naming what fails; without it all show.
const form = document.querySelector("[data-scenario-form]");
if (form) {
  const choice = form.elements.choice;
  const parts = [...form.querySelectorAll("[data-for]")];
  const show = () => {
    for (const part of parts) {
      const wrong = part.querySelector(".field--wrong");
      part.hidden = !part.dataset.for.split(" ").includes(choice.value) && !wrong;
    }
  };
  choice.addEventListener("change", show);
  show();
}
