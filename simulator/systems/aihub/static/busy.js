// Shows that a pressed button is working, and keeps a form from being sent twice.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (event.submitter?.formTarget === "_blank") return; // this page stays, and is sent later
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  button?.classList.add("busy");
});

// The browser's Back button may bring the page back as it was left: what is sent then is meant anew.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const field of document.querySelectorAll("input[name=once]")) field.value += "+";
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".busy")) {
    button.classList.remove("busy");
    button.removeAttribute("aria-busy");
  }
});
