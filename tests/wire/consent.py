"""The person's part of a connection: the setup link, Coupa's login, Coupa's consent."""

from simulator.testing.actors import Actor


def connect_account(actor: Actor, link: str, decision: str = "Allow") -> str:
    """Open a setup link without JavaScript and decide; returns the last page's text."""
    browser = actor.forms.get(link)
    if browser.has_button("Sign in"):
        account = actor.app_account
        browser.submit("Sign in", login=account["login"], password=account["password"])
    return browser.submit(decision).text
