// Data pills go where the cursor is, and the list narrows as one types; without this, the form does both.

for (const form of document.querySelectorAll("form[data-pills]")) {
  const picker = form.querySelector(".picker");
  if (!picker) continue;
  const target = picker.querySelector("#target");
  const search = picker.querySelector("#pills");
  const says = document.createElement("p");
  says.className = "form-text";
  says.setAttribute("role", "status");
  picker.querySelector("summary").after(says);
  let last = document.getElementById(target.value);

  const select = (field) => {
    last = field;
    target.value = field.id;
  };
  // Whoever goes on to the pills by the Tab key passes other fields on the way, and means none of them.
  // Whoever chooses how a field is filled in works on it, too.
  const work = ({ target, key }) => {
    const field = target.closest(".input")?.querySelector("textarea[name^='value:']");
    if (field && key !== "Tab" && key !== "Shift") select(field);
  };
  // Where nobody has been, a pill goes to the end.
  const visited = new WeakSet();
  form.addEventListener("focusin", ({ target: field }) => visited.add(field));
  for (const kind of ["pointerdown", "click", "keydown", "input", "change"]) form.addEventListener(kind, work);
  target.addEventListener("change", () => { last = document.getElementById(target.value); });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=insert]");
    if (!button || !last) return;
    event.preventDefault();
    const quoted = button.value.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
    const input = last.closest(".input");
    const formula = input?.querySelector("[name^='mode:'][value=formula]")?.checked;
    const pill = formula || last.value.startsWith("=") ? `_dp('${quoted}')` : `#{_dp('${quoted}')}`;
    // It can be seen once it is a custom value.
    const custom = input?.querySelector("[name^='toggle:'][value=custom]");
    if (custom) custom.checked = true;
    last.closest("details.more-inputs")?.setAttribute("open", "");
    if (!visited.has(last)) last.setSelectionRange(last.value.length, last.value.length);
    last.focus();
    // As if it were typed, so that it can be undone.
    if (!document.execCommand("insertText", false, pill)) {
      last.setRangeText(pill, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const into = target.selectedOptions[0].text;
    says.textContent = `Inserted ${button.firstChild.textContent.trim()} into ${into}.`;
  });

  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of picker.querySelectorAll(".pill-group")) {
      const title = group.getAttribute("aria-label").toLowerCase();
      let some = false;
      for (const item of group.querySelectorAll("li")) {
        const text = `${title} ${item.textContent.toLowerCase()}`;
        item.hidden = !words.every((word) => text.includes(word));
        some ||= !item.hidden;
      }
      group.hidden = !some;
    }
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
