// Drop-down menus of which several options can be ticked: a combobox with a list of options.
// The boxes of the page stay what the form sends; without this script they are ticked themselves.

const PAUSE = 1000; // ms between letters that still belong to one word

function make(tag, properties, attributes = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

for (const field of document.querySelectorAll("[data-menu]")) {
  const details = field.querySelector("details");
  const summary = details.querySelector("summary");
  const boxes = [...details.querySelectorAll("input[type=checkbox]")];
  const chips = field.querySelector(".chosen");
  const id = summary.id;
  const names = boxes.map((box) => box.labels[0].textContent.trim());

  const value = make("span", { className: "value" });
  const control = make("button", { type: "button", className: summary.className }, {
    role: "combobox", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-controls": `${id}-list`,
  });
  for (const name of ["aria-describedby", "aria-invalid", "autofocus"]) {
    if (summary.hasAttribute(name)) control.setAttribute(name, summary.getAttribute(name));
  }
  const list = make("ul", { id: `${id}-list`, className: "menu-list", hidden: true }, {
    role: "listbox", "aria-multiselectable": "true", "aria-label": details.dataset.label,
  });
  const options = names.map((name, place) =>
    make("li", { id: `${id}-option-${place}`, textContent: name }, { role: "option" }));
  control.append(value);
  list.append(...options);
  details.before(control, list);
  details.hidden = true;
  summary.removeAttribute("id");
  summary.removeAttribute("autofocus");
  control.id = id; // now the label is the control's

  let current = 0;
  let before = [];
  let word = "";
  let typed = 0;

  const isOpen = () => !list.hidden;
  const chosen = () => boxes.filter((box) => box.checked);

  const chip = (box) => {
    const name = names[boxes.indexOf(box)];
    const button = make("button", { type: "button", textContent: "×" }, { "aria-label": `Remove ${name}` });
    button.addEventListener("click", () => {
      const place = chosen().indexOf(box);
      tick(boxes.indexOf(box));
      const others = chips.querySelectorAll("button");
      (others[Math.min(place, others.length - 1)] ?? control).focus();
    });
    const element = make("span", { className: "pill", textContent: name });
    element.append(button);
    return element;
  };

  const show = () => {
    const count = chosen().length;
    value.textContent = count ? `${count} selected` : details.dataset.prompt;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(boxes[place].checked)));
    chips.hidden = count === 0;
    chips.replaceChildren(...chosen().map(chip));
  };

  const tick = (place) => {
    boxes[place].checked = !boxes[place].checked;
    show();
  };

  const go = (place) => {
    options[current].classList.remove("current");
    current = Math.max(0, Math.min(options.length - 1, place));
    options[current].classList.add("current");
    options[current].scrollIntoView({ block: "nearest" });
    control.setAttribute("aria-activedescendant", options[current].id);
  };

  const open = () => {
    before = boxes.map((box) => box.checked);
    list.hidden = false;
    control.setAttribute("aria-expanded", "true");
    go(Math.max(0, boxes.findIndex((box) => box.checked)));
  };

  const close = () => {
    list.hidden = true;
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
  };

  const forget = () => {
    boxes.forEach((box, place) => { box.checked = before[place]; });
    close();
    show();
  };

  const search = (letter, now) => {
    word = (now - typed < PAUSE ? word : "") + letter.toLowerCase();
    typed = now;
    const from = word.length > 1 ? current : current + 1;
    const places = options.map((_, step) => (from + step) % options.length);
    const found = places.find((place) => names[place].toLowerCase().startsWith(word))
      ?? places.find((place) => names[place].toLowerCase().includes(word));
    if (found !== undefined) go(found);
  };

  const press = (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / options[0].offsetHeight));
    const moves = {
      ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: options.length - 1,
      PageDown: current + page, PageUp: current - page,
    };
    if (event.altKey && event.key === "ArrowUp") return close();
    if (event.key in moves) return go(moves[event.key]);
    if (event.key === "Enter" || (event.key === " " && !(word && event.timeStamp - typed < PAUSE))) return tick(current);
    if (event.key === "Escape") return forget();
    return search(event.key, event.timeStamp);
  };

  control.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return close(); // what was ticked is kept, as it is by a click elsewhere
    const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
    const opens = isLetter || ["ArrowDown", "ArrowUp", "Enter", "Home", "End"].includes(event.key);
    if (!isOpen() && !opens) return;
    if (isOpen() && !opens && !["Escape", "PageDown", "PageUp"].includes(event.key)) return;
    event.preventDefault(); // Escape would close the dialog around, Space and Enter would click
    if (isOpen()) return press(event);
    open();
    if (event.key === "Home" || event.key === "End") press(event);
    else if (isLetter && event.key !== " ") search(event.key, event.timeStamp);
  });
  control.addEventListener("click", () => (isOpen() ? close() : open()));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays
  list.addEventListener("click", (event) => {
    const place = options.indexOf(event.target);
    if (place < 0) return;
    go(place);
    tick(place);
  });
  // At the click, not before: a list that went away would move the button that is being pressed.
  document.addEventListener("click", (event) => {
    if (isOpen() && !event.composedPath().includes(field)) close();
  });
  control.form?.addEventListener("reset", () => setTimeout(() => { close(); show(); }));
  addEventListener("pageshow", show); // Back may have brought back what was ticked
  show();
  if (control.hasAttribute("autofocus") && !control.closest("dialog")) control.focus();
}
