"""A walk through a page by the Tab key: what it meets, and what is wrong with it."""

from typing import Any

from playwright.sync_api import Page

#: More stops than any page has.
_MOST = 400
_BEGIN = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  scrollTo(0, 0);
}"""
_STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const again = "stop" in one.dataset;
  one.dataset.stop = "yes";
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const middle = [box.left + Math.min(box.width / 2, 20), box.top + box.height / 2];
  const within = (place, most) => Math.min(most - 1, Math.max(0, place));
  const [x, y] = [within(middle[0], innerWidth), within(middle[1], innerHeight)];
  const at = document.elementFromPoint(x, y);
  const labelled = [...one.labels ?? []].some((label) => label.contains(at));
  const wrong = [];
  if (!box.width || !box.height || style.visibility === "hidden") wrong.push("is not there to see");
  else if (box.bottom < 0 || box.top > innerHeight) wrong.push("is off the screen");
  else if (at && !one.contains(at) && !at.contains(one) && !labelled) wrong.push("is covered");
  if (style.outlineStyle !== "solid" || style.outlineWidth !== "3px") wrong.push("shows no focus");
  if (one.tabIndex > 0) wrong.push("comes out of turn");
  const name = one.getAttribute("aria-label") || one.innerText || one.name || one.tagName;
  return { again, name: name.trim().slice(0, 60), wrong };
}"""
_MISSED = """() => {
  const fields = "input:not([type=hidden]), select, textarea";
  const all = `a[href], button, summary, [tabindex="0"], ${fields}`;
  const chosen = (one) =>
    document.querySelector(`input[type=radio][name="${CSS.escape(one.name)}"]:checked`);
  return [...document.querySelectorAll(all)]
    .filter((one) => !one.matches(":disabled") && one.tabIndex >= 0 && !("stop" in one.dataset))
    .filter((one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }))
    .filter((one) => !(one.type === "radio" && chosen(one) !== one && chosen(one)))
    .map((one) => (one.getAttribute("aria-label") || one.innerText || one.name).trim());
}"""


def walk(page: Page) -> list[str]:
    """Press Tab from the top of a page until it is at its end; return the names of the stops.

    Args:
        page: what is open in it is walked through; in an open dialog, the dialog alone.

    Raises:
        AssertionError: a stop is hidden, covered, out of turn or shows no focus, or something that
            can be pressed or filled in is no stop.
    """
    page.evaluate(_BEGIN)
    names, wrong = [], []
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(_STOP)
        if stop is None or stop["again"]:
            break
        names.append(stop["name"])
        wrong += [f"'{stop['name']}' {each}" for each in stop["wrong"]]
    if not page.locator("dialog:modal").count():
        wrong += [f"'{name}' is not reached" for name in page.evaluate(_MISSED)]
    assert not wrong, f"{page.url}: {wrong}"
    return names
