// A submit button shows that it is working. Forms work without this.
function setBusy(button) {
  const spinner = document.createElement("span");
  spinner.className = "spinner-border spinner-border-sm ms-2";
  spinner.setAttribute("aria-hidden", "true");
  button.append(spinner);
  button.setAttribute("aria-busy", "true");
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button) return;
  // Later than the form's own submission: a disabled button would not send its name and value.
  setTimeout(() => {
    setBusy(button);
    for (const other of event.target.querySelectorAll("button")) other.disabled = true;
  });
});

// Back from the history, the page is as it was left: make it usable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("form button")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    button.querySelector(".spinner-border")?.remove();
  }
});
