"""What a person does in a browser without JavaScript: open, sign in, decide, or leave."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulator.installed_apps import PageLabels
from simulator.visits import single_sign_on
from simulator.visits.forms import FormBrowser

__all__ = ["ALLOW", "DENY", "LEAVE", "Decision", "Page", "visit"]

Decision = Literal["Allow", "Deny", "leave"]
ALLOW: Decision = "Allow"
DENY: Decision = "Deny"
LEAVE: Decision = "leave"
#: What people read on the pages of Workato Identity.
_IDENTITY = PageLabels(
    login="E-mail",
    password="Password",
    sign_in="Sign in",
    switch_account="Sign out",
    allow=ALLOW,
    deny=DENY,
)
#: No way is longer: each app takes a page to connect, one to sign in and one to decide.
_STEPS = 60


@dataclass(frozen=True)
class Page:
    """One page that was seen.

    Attributes:
        url: its address.
        status: the HTTP status.
        title: the title of the document.
        text: visible, white space folded.
    """

    url: str
    status: int
    title: str
    text: str


def _asks(browser: FormBrowser, app: str | None, labels: PageLabels) -> bool:
    """Whether the page that is open wants somebody to sign in."""
    return single_sign_on.asks(browser) if app is None else browser.has_button(labels.sign_in)


def visit(
    browser: FormBrowser,
    url: str,
    *,
    sign_in: Callable[[FormBrowser], None],
    app_at: Callable[[str], str | None],
    labels_at: Callable[[str], PageLabels],
    decide: Callable[[str | None], str],
) -> list[Page]:
    """Open an address, and do what its pages ask for, up to the end of the way.

    Several apps are connected one after the other. A denial ends the way, and so does leaving.

    Args:
        browser: the person's; it stays where the way ends, and has `left_for` if that is a client.
        url: the URL of an authorization request, or a connection setup link.
        sign_in: fills in the form to sign in that is open, and sends it.
        app_at: the production host of the app at an address; None for Workato's own systems.
        labels_at: what people read on the pages of the app at a production host.
        decide: the decision at that app; for None, at Workato Identity.

    Returns:
        The pages in the order in which they were seen.

    Raises:
        ForeignHostError: the address, or a form on the way, leads to a host that is not simulated.
        LookupError: a page has no such button, or refuses the person.
    """
    browser.get(url)
    pages: list[Page] = []
    for _ in range(_STEPS):
        if browser.left_for:
            return pages
        pages.append(Page(browser.url, browser.status, browser.title, browser.text))
        app = app_at(browser.url)
        labels = labels_at(app) if app else _IDENTITY
        connect = next((each for each in browser.buttons if each.startswith("Connect ")), None)
        if _asks(browser, app, labels):
            sign_in(browser)
            if _asks(browser, app, labels) and app_at(browser.url) == app:  # refused
                pages.append(Page(browser.url, browser.status, browser.title, browser.text))
                return pages
        elif app is None and connect:
            if pages[:-1] and app_at(pages[-2].url) and decide(app_at(pages[-2].url)) != ALLOW:
                return pages
            browser.submit(connect)
        elif browser.has_button(labels.allow):
            decision = decide(app)
            if decision == LEAVE:
                return pages
            browser.submit(labels.button(decision))
        else:
            return pages
    raise LookupError(f"The browser is sent round in circles: {browser.text[:300]}")
