// What went wrong comes into view and under the keyboard as soon as it is on the page.
function focusErrors(root) {
  const found = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
  if (!found) return false;
  found.focus({ preventScroll: true });
  found.scrollIntoView({ block: "center" });
  return true;
}

// The row that was just corrected, or another to which an address leads. Parts that are still to
// come in above it would push it out of view again, until somebody moves.
function leadToRow() {
  const row = document.querySelector("tr[tabindex]:target");
  if (!row) return;
  const show = () => row.scrollIntoView({ block: "center" });
  const moved = new AbortController();
  row.focus({ preventScroll: true });
  show();
  const grown = new ResizeObserver(show);
  grown.observe(document.body);
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    const stop = () => (moved.abort(), grown.disconnect());
    document.addEventListener(kind, stop, { signal: moved.signal, passive: true });
  }
}

if (!focusErrors(document)) leadToRow();
// Said of each part that came in, wherever it took another's place: the part that was asked for may
// no longer be on the page.
document.addEventListener("htmx:load", (event) => focusErrors(event.detail.elt));

// An answer with status 422 is the form again, with its errors: show it as any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
