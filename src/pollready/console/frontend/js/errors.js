// What went wrong comes into view and under the keyboard as soon as it is on the page.
function focusErrors(root) {
  const found = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
  if (!found) return false;
  found.focus({ preventScroll: true });
  found.scrollIntoView({ block: "center" });
  return true;
}

// A row to which an address leads, such as the one that was just corrected.
function focusTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.matches("tr[tabindex]")) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

if (!focusErrors(document)) focusTarget();
// Said of each part that came in, wherever it took another's place: the part that was asked for may
// no longer be on the page.
document.addEventListener("htmx:load", (event) => focusErrors(event.detail.elt));

// An answer with status 422 is the form again, with its errors: show it as any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
