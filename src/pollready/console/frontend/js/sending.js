// Every press is answered at once: a line at the top runs until the next page comes, and what is
// being sent is not sent twice. A file that is only fetched leaves its page as it is.
const LONGEST_MS = 20000;
const root = document.documentElement;
let waiting = 0;

const rest = () => {
  clearTimeout(waiting);
  root.classList.remove("is-sending");
  for (const form of document.querySelectorAll("form[data-sending]")) release(form);
};

const start = () => {
  root.classList.add("is-sending");
  clearTimeout(waiting);
  waiting = setTimeout(rest, LONGEST_MS);
};

function hold(form, button) {
  form.dataset.sending = "";
  button?.setAttribute("aria-disabled", "true");
}

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.file !== undefined) return;
  if (form.dataset.sending !== undefined) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") hold(form, event.submitter);
  start();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || event.defaultPrevented || !plain || link.target) return;
  if (link.hasAttribute("download") || link.dataset.file !== undefined) return;
  const here = link.origin === location.origin;
  const within = link.hash && link.pathname === location.pathname && link.search === location.search;
  if (here && !within) start();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (form.matches("form[hx-post]")) {
    if (form.dataset.sending !== undefined) {
      event.preventDefault();
      return;
    }
    hold(form, form.querySelector("button:not([type=button])"));
  }
  start();
});

document.addEventListener("htmx:afterRequest", rest);
window.addEventListener("pageshow", rest);
