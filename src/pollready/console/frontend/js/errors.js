// What went wrong comes into view and under the keyboard as soon as it is on the page.
const focusErrors = (root) => root.querySelector("[data-focus]")?.focus();

focusErrors(document);
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.target));

// An answer with status 422 is the form again, with its errors: show it as any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
