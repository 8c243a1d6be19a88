// Tabs are links, each of them a stop of the Tab key; arrows go from one to the next, too, and
// Space opens one, as people expect of what is called a tab (ARIA Authoring Practices).

for (const list of document.querySelectorAll("[role=tablist]")) {
  list.addEventListener("keydown", (event) => {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const place = tabs.indexOf(document.activeElement);
    if (place < 0) return;
    const moves = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: -1 };
    if (event.key === " ") tabs[place].click();
    else if (event.key in moves) tabs.at(moves[event.key] % tabs.length).focus();
    else return;
    event.preventDefault();
  });
}
