// Boxes that filter long lists.

for (const box of document.querySelectorAll("[data-filters]")) {
  box.closest("[data-filter-box]").hidden = false;
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    for (const item of document.getElementById(box.dataset.filters).children) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
  });
  // Enter filters; it must not send the form around it.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
