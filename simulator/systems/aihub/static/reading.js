// A field with data pills shows them by their names while nobody types in it; in it, each is one character:
// it is passed, and deleted, at once. Without this script, the names stand below the text.

const TEXT = /#\{\s*_(?:dp)?\('((?:[^'\\]|\\.)*)'\)\s*\}/g;
const FORMULA = /_(?:dp)?\('((?:[^'\\]|\\.)*)'\)/g;

const isFormula = (field) => Boolean(field.closest(".input").querySelector("[name^='mode:'][value=formula]:checked"));
const pillsOf = (field) => [...field.value.matchAll(isFormula(field) ? FORMULA : TEXT)];

// As simulator/systems/aihub/pills.py does.
const nameOf = (quoted, steps) => {
  const text = quoted.replace(/\\(['\\])/g, "$1");
  let [, , line, ...path] = text.split(".");
  if (text.startsWith("{")) {
    try {
      const pill = JSON.parse(text);
      if (pill.pill_type === "account_property") return `Property · ${pill.property_name}`;
      ({ line, path } = pill);
      if (pill.pill_type === "job_context") line = "Job";
    } catch {
      return text;
    }
  }
  const names = (path ?? []).map((each) => (typeof each === "object" ? { size: "size", join: each?.src_key }[each?.path_element_type] : each));
  return [steps[line] ? `Step ${steps[line]}` : line, names.filter((each) => each ?? false).join(".")].filter(Boolean).join(" · ");
};

// A pill is taken out by its ×, too, as if it were deleted: it can be undone.
const makeChip = (field, pill, steps) => {
  const chip = Object.assign(document.createElement("span"), { className: "pill", textContent: nameOf(pill[1], steps) });
  const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
  button.setAttribute("aria-label", `Remove ${chip.textContent}`);
  button.addEventListener("mousedown", (event) => event.preventDefault()); // the field would move below the pointer
  button.addEventListener("click", () => {
    const before = document.activeElement;
    field.focus({ preventScroll: true });
    field.setSelectionRange(pill.index, pill.index + pill[0].length);
    document.execCommand("delete");
    if (before !== field) field.blur();
  });
  chip.append(button);
  return chip;
};

// A field stays as high as it is when it is left: the button that is being pressed must not move.
const keepHeight = ({ parentElement: stack }) => {
  stack.style.minHeight = "";
  stack.style.minHeight = `${stack.offsetHeight}px`;
};

for (const form of document.querySelectorAll("form[data-pills]")) {
  const steps = JSON.parse(form.dataset.steps);
  form.classList.add("reads");

  const show = (field) => {
    const reading = field.nextElementSibling;
    const [title] = reading.children;
    const pieces = [];
    let end = 0;
    for (const pill of pillsOf(field)) {
      pieces.push(field.value.slice(end, pill.index), makeChip(field, pill, steps));
      end = pill.index + pill[0].length;
    }
    reading.hidden = !pieces.length;
    title.textContent = isFormula(field) ? "Formula:" : "Reads as:";
    reading.replaceChildren(title, " ", ...pieces, field.value.slice(end));
  };

  const fields = [...form.querySelectorAll(".stack > textarea")];
  const showAll = () => fields.forEach((field) => {
    show(field);
    if (field === document.activeElement) keepHeight(field);
  });
  // After modes.js, which rewrites a text, and after what brings back what was typed.
  for (const kind of ["change", "input"]) form.addEventListener(kind, showAll);
  addEventListener("pageshow", showAll);
  showAll();

  for (const field of fields) {
    field.addEventListener("focus", () => keepHeight(field));

    // The pill that the cursor is in, or next to on one side.
    const find = (holds) => {
      const at = field.selectionStart;
      if (at !== field.selectionEnd) return undefined;
      const spans = pillsOf(field).map((pill) => [pill.index, pill.index + pill[0].length]);
      return spans.find(([begin, end]) => holds(at, begin, end));
    };
    field.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      // The browser's Home and End stop where the text of a pill is wrapped.
      if (pillsOf(field).length && ["Home", "End"].includes(event.key)) {
        event.preventDefault();
        const next = field.value.indexOf("\n", field.selectionEnd);
        const end = next < 0 ? field.value.length : next;
        const to = event.key === "End" ? end : field.value.slice(0, field.selectionStart).lastIndexOf("\n") + 1;
        field.setSelectionRange(to, to);
        return;
      }
      const isBack = ["Backspace", "ArrowLeft"].includes(event.key);
      if (!isBack && !["Delete", "ArrowRight"].includes(event.key)) return;
      const pill = find((at, begin, end) => (isBack ? begin < at && at <= end : begin <= at && at < end));
      if (!pill) return;
      // What is selected is deleted, and left at its end, by the browser: it can be undone.
      field.setSelectionRange(...pill);
    });
    const leave = () => {
      const pill = find((at, begin, end) => begin < at && at < end);
      if (!pill) return;
      const [begin, end] = pill;
      const to = field.selectionStart - begin < end - field.selectionStart ? begin : end;
      field.setSelectionRange(to, to);
    };
    field.addEventListener("click", leave);
    field.addEventListener("keyup", leave);
  }
}
