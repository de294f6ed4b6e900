// On a phone the filters start folded, so that the list comes first. Without scripts they stay open.
if (window.matchMedia("(max-width: 720px)").matches) {
  for (const fold of document.querySelectorAll("details.folds")) fold.open = false;
}
