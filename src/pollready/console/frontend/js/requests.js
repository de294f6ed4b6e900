// What people see while a part of a page is asked for, and when the answer does not come.
const trouble = () => document.getElementById("trouble");

function show(kind, reference) {
  const box = trouble();
  if (!box) return;
  for (const line of box.querySelectorAll("[data-trouble]")) {
    line.hidden = line.dataset.trouble !== kind;
  }
  box.querySelector("[data-reference]").textContent = reference || "";
  box.hidden = false;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target.removeAttribute("aria-busy");
  if (event.detail.successful && trouble()) trouble().hidden = true;
});

document.addEventListener("htmx:sendError", () => show("offline"));
document.addEventListener("htmx:timeout", () => show("offline"));
document.addEventListener("htmx:responseError", (event) => {
  show("failed", event.detail.xhr.getResponseHeader("PollReady-Reference"));
});
