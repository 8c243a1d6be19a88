// Menus that close again, and links that a row of keys opens: data-keys="c m" is C, then M.

const PAUSE = 1500; // ms between two keys of a row

const links = [...document.querySelectorAll("a[data-keys]")];
let pressed = "";
let last = 0;

const isTyping = (element) => element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.create-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  if (!links.length || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  pressed = event.timeStamp - last < PAUSE ? `${pressed} ${key}` : key;
  last = event.timeStamp;
  links.find((link) => pressed.endsWith(link.dataset.keys))?.click();
});

// Who presses elsewhere, or goes on by the Tab key, leaves it.
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const menu of document.querySelectorAll("details.create-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}
