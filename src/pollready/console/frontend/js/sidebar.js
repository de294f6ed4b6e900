// On a phone the entries stand in one row that scrolls: where one is comes into view.
for (const row of document.querySelectorAll(".sidebar ul, .within ul, .tabs ul")) {
  const here = row.querySelector("[aria-current]")?.parentElement;
  if (!here || row.scrollWidth <= row.clientWidth) continue;
  const [outer, inner] = [row.getBoundingClientRect(), here.getBoundingClientRect()];
  row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
