// Nobody loses what they typed into a form without being asked.

const guarded = [...document.querySelectorAll("form[data-guard]")];
const unsaved = new Set(guarded.filter((form) => form.dataset.guard === "unsaved"));
const LOSS = "What you typed is not saved yet, and would be lost. Go on?";

for (const form of guarded) {
  for (const kind of ["input", "change"]) {
    // What one searches with is nothing to be saved.
    form.addEventListener(kind, ({ target }) => { if (target.type !== "search" && target.id !== "target") unsaved.add(form); });
  }
}

// Before other listeners: a form that is not sent is not busy either.
document.addEventListener("submit", (event) => {
  const others = [...unsaved].filter((form) => form !== event.target);
  if (others.length && !confirm(LOSS)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (event.submitter?.formTarget !== "_blank") unsaved.clear();
}, true);

addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
