// Opens dialogs in place. Without it the server renders the page with the dialog open.

function show(dialog) {
  dialog.removeAttribute("open");
  dialog.showModal();
}

for (const dialog of document.querySelectorAll("dialog")) {
  if (dialog.open) show(dialog);
  dialog.addEventListener("close", () => {
    // A reload must not open it again, and the radios behind it show what is, not what was asked.
    const url = new URL(location.href);
    for (const name of ["dialog", "find", "group", "delete", "method", "posted", "tools", "remove"]) url.searchParams.delete(name);
    history.replaceState(null, "", url);
    document.querySelector(`form[data-opens="${dialog.id}"]`)?.reset();
    for (const form of dialog.querySelectorAll("form")) form.reset(); // Cancel and Esc forget
  });
}

for (const form of document.querySelectorAll("form[data-opens]")) {
  const dialog = document.getElementById(form.dataset.opens);
  if (!dialog) continue;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(dialog);
  });
  // Choosing the other access method asks at once, also where it was chosen before this script was here.
  form.addEventListener("change", () => form.requestSubmit());
  if ([...form.elements].some((item) => item.checked !== item.defaultChecked)) form.requestSubmit();
}

for (const button of document.querySelectorAll("[data-closes]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(button.dataset.closes).close();
  });
}
