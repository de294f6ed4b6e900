// The dependency picture is as wide as its frame at first; buttons, keys and dragging come closer.
// After a trial it stays where it was.
const STEP = 1.3, NEAR = 1, CLOSEST = 2, SMALLEST = 0.6, START = 0.75;
let kept = null;

const drawingOf = (frame) => frame.querySelector(".drawing");
const naturalOf = (drawing) => drawing.viewBox.baseVal.width;
const scaleOf = (drawing) => drawing.getBoundingClientRect().width / naturalOf(drawing);
const fitOf = (frame) => Math.min(1, frame.clientWidth / naturalOf(drawingOf(frame)));

// Scale the drawing; what was in the middle of the frame stays there.
function zoom(frame, scale) {
  const drawing = drawingOf(frame);
  const before = drawing.getBoundingClientRect(), view = frame.getBoundingClientRect();
  const middle = [view.left + view.width / 2, view.top + view.height / 2];
  const share = [(middle[0] - before.left) / before.width, (middle[1] - before.top) / before.height];
  const fit = fitOf(frame);
  if (scale <= fit) {
    delete drawing.dataset.zoomed;
    drawing.style.inlineSize = "";
    return;
  }
  drawing.dataset.zoomed = "";
  drawing.style.inlineSize = `${Math.round(naturalOf(drawing) * Math.min(scale, CLOSEST))}px`;
  const after = drawing.getBoundingClientRect();
  frame.scrollLeft += after.left + share[0] * after.width - middle[0];
  frame.scrollTop += after.top + share[1] * after.height - middle[1];
}

const ZOOMS = {
  in: (frame) => zoom(frame, scaleOf(drawingOf(frame)) * STEP),
  out: (frame) => zoom(frame, scaleOf(drawingOf(frame)) / STEP),
  fit: (frame) => zoom(frame, 0),
};

// Bring a box to the middle, in a size that can be read, and mark it.
function find(frame, box) {
  zoom(frame, Math.max(scaleOf(drawingOf(frame)), NEAR));
  const at = box.getBoundingClientRect(), view = frame.getBoundingClientRect();
  frame.scrollLeft += at.left + at.width / 2 - view.left - view.width / 2;
  frame.scrollTop += at.top + at.height / 2 - view.top - view.height / 2;
  for (const each of frame.querySelectorAll(".is-found")) each.classList.remove("is-found");
  box.classList.add("is-found");
  (box.querySelector("a") ?? frame).focus({ preventScroll: true });
  frame.scrollIntoView({ block: "nearest" });
}

function stand() {
  for (const frame of document.querySelectorAll(".picture__scroll:not([data-stands])")) {
    if (!drawingOf(frame)) continue;
    frame.dataset.stands = "";
    frame.dataset.drags = "";
    const buttons = frame.parentElement.querySelector("[data-zooms]");
    if (buttons) buttons.hidden = false;
    if (kept && kept.natural === naturalOf(drawingOf(frame))) {
      zoom(frame, kept.scale);
      frame.scrollLeft = kept.left;
      frame.scrollTop = kept.top;
    }
    // On a phone all of it would be too small to tell one box from another: begin at the top.
    else if (fitOf(frame) < SMALLEST) {
      zoom(frame, START);
      const top = frame.querySelector(".box").getBoundingClientRect(), view = frame.getBoundingClientRect();
      frame.scrollLeft += top.left + top.width / 2 - view.left - view.width / 2;
      frame.scrollTop = 0;
    }
    kept = null;
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const frame = event.detail.target.querySelector(".picture__scroll");
  const drawing = frame && drawingOf(frame);
  if (drawing) {
    kept = {
      natural: naturalOf(drawing), scale: "zoomed" in drawing.dataset ? scaleOf(drawing) : 0,
      left: frame.scrollLeft, top: frame.scrollTop,
    };
  }
});
// htmx takes over links of the page, not those inside a drawing.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (button) {
    ZOOMS[button.dataset.zoom](button.closest(".picture").querySelector(".picture__scroll"));
    return;
  }
  const single = event.target.closest("a[data-box]");
  const box = single && document.getElementById(single.dataset.box)?.closest(".box");
  if (box) {
    event.preventDefault();
    find(box.closest(".picture__scroll"), box);
    return;
  }
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
document.addEventListener("keydown", (event) => {
  const frame = event.target.closest?.(".picture__scroll");
  const does = { "+": "in", "=": "in", "-": "out", 0: "fit", "\u06f0": "fit" }[event.key];
  if (!frame || !does || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  ZOOMS[does](frame);
});

// Dragging the ground moves the picture; a finger scrolls it anyway.
document.addEventListener("pointerdown", (event) => {
  const frame = event.target.closest?.(".picture__scroll");
  if (!frame || event.pointerType === "touch" || event.button || event.target.closest("a")) return;
  const from = { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop };
  frame.dataset.dragging = "";
  const move = (moved) => {
    frame.scrollLeft = from.left - (moved.clientX - from.x);
    frame.scrollTop = from.top - (moved.clientY - from.y);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", () => {
    document.removeEventListener("pointermove", move);
    delete frame.dataset.dragging;
  }, { once: true });
});
document.addEventListener("htmx:afterSettle", stand);
document.addEventListener("DOMContentLoaded", stand);
stand();
