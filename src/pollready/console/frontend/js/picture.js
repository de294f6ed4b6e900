// A wide picture starts with its topmost box in view; after a trial it stays where it was.
let kept = null;

function stand() {
  for (const frame of document.querySelectorAll(".picture__scroll:not([data-stands])")) {
    frame.dataset.stands = "";
    const top = frame.querySelector(".box");
    if (kept && kept.width === frame.scrollWidth) {
      frame.scrollLeft = kept.left;
      frame.scrollTop = kept.top;
    } else if (top) {
      const box = top.getBoundingClientRect(), view = frame.getBoundingClientRect();
      frame.scrollLeft += box.left + box.width / 2 - view.left - view.width / 2;
    }
    kept = null;
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const frame = event.detail.target.querySelector(".picture__scroll");
  if (frame) kept = { width: frame.scrollWidth, left: frame.scrollLeft, top: frame.scrollTop };
});
// htmx takes over links of the page, not those inside a drawing.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".drawing a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.getAttribute("href"), {
    source: link,
    target: "#picture",
    select: "#picture",
    swap: "outerHTML show:none",
  });
});
document.addEventListener("htmx:afterSettle", stand);
document.addEventListener("DOMContentLoaded", stand);
stand();
