// Whoever was signed out meanwhile finds what they typed in the form again, once they are back.
// It stays in this tab, without secrets and files, and for whoever typed it.

const KEY = "draft";
const who = document.querySelector(".who .name")?.textContent.trim();
const here = () => {
  const url = new URL(location.href);
  url.searchParams.delete("posted"); // the page that answered a form, to be seen once
  return url.pathname + url.search;
};
const typed = (form) => [...form.elements].filter(({ name, type }) =>
  name && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(type));
const forms = () => [...document.querySelectorAll("main form[method=post]")];

function keep(form) {
  const values = typed(form).map((field) => [field.name, field.type, field.value, field.checked]);
  const action = form.getAttribute("action");
  if (values.length) sessionStorage.setItem(KEY, JSON.stringify({ who, at: here(), action, values }));
}

function bringBack({ action, values }) {
  const form = forms().find((one) => one.getAttribute("action") === action);
  if (!form) return;
  const fields = typed(form);
  for (const [name, type, value, checked] of values) {
    const isChoice = type === "checkbox" || type === "radio";
    const place = fields.findIndex((one) => one.name === name && (!isChoice || one.value === value));
    if (place < 0) continue;
    const [field] = fields.splice(place, 1);
    if (isChoice) field.checked = checked; else field.value = value;
  }
  // A form that guards what was typed knows now; others that answer a choice are not asked again.
  (form.querySelector("input:not([type=hidden]), textarea") ?? form).dispatchEvent(new Event("input", { bubbles: true }));
  const notice = Object.assign(document.createElement("div"), { className: "notice", textContent:
    "You were signed out before this was saved. What you typed is here again, secrets and files aside: look it over, and send it once more." });
  notice.setAttribute("role", "status");
  form.before(notice);
}

if (document.body.classList.contains("sign-in")) {
  const draft = sessionStorage.getItem(KEY);
  if (draft) sessionStorage.setItem(KEY, JSON.stringify({ ...JSON.parse(draft), interrupted: true }));
} else {
  const draft = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (draft?.interrupted && draft.who === who && draft.at === here()) bringBack(draft);
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented && forms().includes(event.target)) keep(event.target);
  });
}
