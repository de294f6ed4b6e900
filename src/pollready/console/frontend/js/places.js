// A field that leaves of a long list of places only those whose name holds what is typed.
const fold = (text) =>
  text.normalize("NFKC").replace(/[يى]/g, "ی").replace(/ك/g, "ک").replace(/[\u200b-\u200f]/g, "").toLowerCase();

for (const finder of document.querySelectorAll("[data-finder]")) {
  const list = finder.closest("fieldset");
  finder.hidden = false;
  finder.querySelector("input").addEventListener("input", (event) => {
    const wanted = fold(event.target.value.trim());
    for (const line of list.querySelectorAll("[data-found]")) {
      const chosen = line.querySelector("input").checked;
      line.hidden = !chosen && !fold(line.textContent).includes(wanted);
    }
  });
}
