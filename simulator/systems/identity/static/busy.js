// A submitted form shows that it is working and cannot be submitted twice.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    const spinner = document.createElement("span");
    spinner.className = "spinner-border spinner-border-sm ms-2";
    spinner.setAttribute("aria-hidden", "true");
    event.submitter?.append(spinner);
  });
}
// A page that comes back from the browser's cache is not working any more.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
