"""Signing in at Workato Identity without JavaScript: by password, or by the identity provider."""

from simulator.visits.forms import FormBrowser

#: Buttons of Workato Identity, and of the sandbox's identity provider.
SIGN_IN, CONTINUE, LOG_IN, ONWARD = "Sign in", "Continue", "Log in", "Continue to "


def asks(browser: FormBrowser) -> bool:
    """Return whether the page that is open wants somebody to sign in at Workato Identity."""
    return browser.has_button(SIGN_IN) or browser.has_button(CONTINUE)


def sign_in(browser: FormBrowser, email: str, password: str) -> None:
    """Sign in where a page of Workato Identity asks for it, wherever that leads.

    Args:
        browser: the person's.
        email: theirs, which is their user name at the identity provider.
        password: theirs, at whichever of the two asks for it.

    Raises:
        LookupError: a page has not what it should have.
        ForeignHostError: the way leads to an identity provider outside of the sandbox.
    """
    if browser.has_button(CONTINUE):
        browser.submit(CONTINUE, email=email)
        if browser.has_button(LOG_IN):
            browser.submit(LOG_IN, username=email, password=password)
        onward = next((each for each in browser.buttons if each.startswith(ONWARD)), None)
        if onward is not None:
            browser.submit(onward)
            return
    if browser.has_button(SIGN_IN):
        browser.submit(SIGN_IN, email=email, password=password)
