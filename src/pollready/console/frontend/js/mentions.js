// While a name is typed after "@", the people who can be told are offered: arrows, Enter, Escape.
const SHOWN = 8;
const TYPED = /(^|[^\w@.+-])@([\w.@+-]*)$/u;

for (const box of document.querySelectorAll("[data-mentioning]")) {
  const text = box.querySelector("textarea");
  const list = box.querySelector("[data-people]");
  const people = [...list.querySelectorAll("button")];
  let shown = [];

  const typed = () => TYPED.exec(text.value.slice(0, text.selectionStart));

  function close() {
    list.hidden = true;
    shown = [];
  }

  function offer() {
    const found = typed();
    if (!found) return close();
    const begun = found[2].toLowerCase();
    shown = people
      .filter((person) => person.textContent.toLowerCase().includes(begun))
      .slice(0, SHOWN);
    for (const person of people) person.parentElement.hidden = !shown.includes(person);
    list.hidden = shown.length === 0;
  }

  function take(person) {
    const begun = typed();
    if (!begun) return close();
    const from = text.selectionStart - begun[2].length;
    text.setRangeText(`${person.dataset.username} `, from, text.selectionStart, "end");
    close();
    text.focus();
  }

  text.addEventListener("input", offer);
  text.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") shown[0].focus();
    else if (event.key === "Enter") take(shown[0]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    const at = shown.indexOf(document.activeElement);
    if (event.key === "Escape") {
      close();
      text.focus();
    } else if (event.key === "ArrowDown") shown[(at + 1) % shown.length].focus();
    else if (event.key === "ArrowUp") (at > 0 ? shown[at - 1] : text).focus();
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const person = event.target.closest("button");
    if (person) take(person);
  });
}
