// The head of a table stays in sight while its rows go by, unless the table is wider than its
// card: then the card scrolls sideways and keeps the head to itself.
const fit = (box) => {
  box.classList.remove("scroll--fits");
  const fits = box.scrollWidth <= box.clientWidth;
  box.classList.toggle("scroll--fits", fits);
  // What does not scroll needs no stop of its own on the keyboard's way.
  if (fits) box.removeAttribute("tabindex");
  else box.tabIndex = 0;
};

const fitAll = () => document.querySelectorAll(".scroll").forEach(fit);

fitAll();
document.fonts?.ready.then(fitAll);
window.addEventListener("resize", fitAll);
document.addEventListener("htmx:afterSettle", fitAll);
