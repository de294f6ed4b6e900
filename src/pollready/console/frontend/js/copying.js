// Buttons that copy a text of the page, saying that they did. Where the browser has no clipboard
// for us (it wants HTTPS, or this very machine), the text is selected, to be copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = button.dataset.copied;
    } catch {
      window.getSelection().selectAllChildren(text);
    }
  });
}
