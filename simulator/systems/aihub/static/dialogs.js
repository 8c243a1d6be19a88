// Opens dialogs in place. Without it the server renders the page with the dialog open.

// What an address says while a dialog is open.
const ASKING = ["dialog", "ask", "find", "group", "end_user", "delete", "method", "posted", "tools", "remove"];

// What leads to such an address: the button of a form, a link, or else a button that says so itself.
function findOpener(dialog) {
  const query = new URL(location.href).searchParams;
  const leadsHere = (sent) =>
    sent.some(([name]) => ASKING.includes(name)) && sent.every(([name, value]) => query.get(name) === value);
  const button = [...document.querySelectorAll("form[method=get] [type=submit]")].find((one) =>
    !dialog.contains(one) && leadsHere([...new FormData(one.form, one)]));
  const link = [...document.querySelectorAll("main a[href*='?']")].find((one) =>
    one.pathname === location.pathname && leadsHere([...new URL(one.href).searchParams]));
  return button ?? link ?? document.querySelector(`[data-asks="${dialog.id}"]`);
}

function show(dialog) {
  dialog.removeAttribute("open");
  dialog.showModal();
}

for (const dialog of document.querySelectorAll("dialog")) {
  const opener = dialog.open && findOpener(dialog);
  if (dialog.open) show(dialog);
  dialog.addEventListener("close", () => {
    // A reload must not open it again, and the radios behind it show what is, not what was asked.
    const url = new URL(location.href);
    for (const name of ASKING) url.searchParams.delete(name);
    history.replaceState(null, "", url);
    document.querySelector(`form[data-opens="${dialog.id}"]`)?.reset();
    for (const form of dialog.querySelectorAll("form")) form.reset(); // Cancel and Esc forget
    if (opener) opener.focus(); // of a dialog that came with the page; the browser knows the others'
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
