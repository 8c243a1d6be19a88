// Shows that a pressed button is working, and keeps a form from being sent twice.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (event.submitter?.formTarget === "_blank") return; // the answer opens in another tab; this page can be sent again
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  button?.classList.add("busy");
});

// The Back button may restore the page as it was left. A form that is sent then is a new one, so
// its key (`once`, by which the server recognizes a repeated form) changes.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const field of document.querySelectorAll("input[name=once]")) field.value += "+";
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".busy")) {
    button.classList.remove("busy");
    button.removeAttribute("aria-busy");
  }
});
