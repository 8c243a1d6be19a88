// Lists of choices: plain clicks toggle options of a multiple select; boxes filter long lists.

for (const select of document.querySelectorAll("select[data-multiple]")) {
  const hint = document.getElementById(`${select.id}-hint`);
  const chosen = document.querySelector(`[data-chosen-of="${select.id}"]`);
  hint.textContent = "Click to select or unselect; several are possible.";

  const tell = () => {
    const names = [...select.selectedOptions].map((option) => option.textContent.trim());
    chosen.hidden = names.length === 0;
    chosen.replaceChildren(...names.map((name) => {
      const chip = document.createElement("span");
      chip.className = "pill";
      chip.textContent = name;
      return chip;
    }));
  };

  select.addEventListener("mousedown", (event) => {
    if (!(event.target instanceof HTMLOptionElement)) return;
    event.preventDefault();
    const top = select.scrollTop;
    event.target.selected = !event.target.selected;
    select.focus();
    select.scrollTop = top;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  select.addEventListener("change", tell);
  tell();
}

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
