"""Sign-in pages: the Workato web app, Workato Identity, the app; and their consent pages."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page

from simulator.installed_apps import labels

#: The button of the next app, by its name.
_CONNECT = re.compile("^Connect ")
_SIGN_IN = re.compile("^(Sign in|Continue)$")


class WorkatoSignIn:
    """The sign-in page of the Workato web app."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address

    def send(self, email: str, password: str) -> None:
        """Fill in the page and press Sign in."""
        self._page.goto(f"{self._address}/users/sign_in")
        self._page.get_by_role("textbox", name="E-mail", exact=True).fill(email)
        self._page.get_by_label("Password", exact=True).fill(password)
        self._page.get_by_role("button", name="Sign in", exact=True).click()

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a collaborator of one workspace."""
        self.send(email, password)
        navigation = self._page.get_by_role("navigation", name="Main", exact=True)
        navigation.get_by_role("link", name="AI Hub", exact=True).wait_for()


class IdentityPages:
    """Workato Identity: sign-in, consent, and the list of apps to connect."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading = page.get_by_role("heading", level=1)
        #: With it, whoever may have to sign in by SAML says their e-mail first.
        self.sign_in_button = page.get_by_role("button", name=_SIGN_IN)
        self.allow = page.get_by_role("button", name="Allow", exact=True)
        self.deny = page.get_by_role("button", name="Deny", exact=True)
        self.several_apps = page.get_by_role("heading", name="Connect your apps", exact=True)

    def sign_in(self, email: str, password: str) -> None:
        """Fill in the sign-in page and press Sign in; where SAML is used, the e-mail comes first.

        Who has to go to the identity provider logs in there, with the same password.
        """
        self._page.get_by_role("textbox", name="E-mail", exact=True).fill(email)
        if self.sign_in_button.inner_text() == "Continue":
            self.sign_in_button.click()
            provider = IdentityProviderPages(self._page)
            own_password = self._page.get_by_role("button", name="Sign in", exact=True)
            provider.log_in_button.or_(own_password).or_(self.allow).wait_for()
            if provider.log_in_button.is_visible():
                provider.log_in(email, password)
            if not own_password.is_visible():
                return
        self._page.get_by_label("Password", exact=True).fill(password)
        self.sign_in_button.click()

    def connect_next(self) -> None:
        """Press the button of the next app in the list of those to connect."""
        self._page.get_by_role("button", name=_CONNECT).click()


class IdentityProviderPages:
    """The sandbox's identity provider: its sign-in page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.username = page.get_by_role("textbox", name="Username", exact=True)
        self.log_in_button = page.get_by_role("button", name="Log in", exact=True)

    def log_in(self, username: str, password: str) -> None:
        """Log in, and wait until the browser was sent back to the application."""
        address = urlsplit(self._page.url).netloc
        self.username.fill(username)
        self._page.get_by_label("Password", exact=True).fill(password)
        self.log_in_button.click()
        self._page.wait_for_url(lambda url: urlsplit(url).netloc != address)


class AppPages:
    """An app's host: sign-in and consent.

    Args:
        page: the page of a person's browser.
        app: provider name of the app, `coupa`.
    """

    def __init__(self, page: Page, app: str) -> None:
        self._page, self._labels = page, labels(app)
        self.login = page.get_by_role("textbox", name=self._labels.login, exact=True)
        self.allow = page.get_by_role("button", name=self._labels.allow, exact=True)
        self.deny = page.get_by_role("button", name=self._labels.deny, exact=True)
        self.other_account = page.get_by_role(
            "button", name=self._labels.switch_account, exact=True
        )

    def sign_in(self, login: str, password: str) -> None:
        """Fill in the sign-in page and press Sign in."""
        self.login.fill(login)
        self._page.get_by_label(self._labels.password, exact=True).fill(password)
        self._page.get_by_role("button", name=self._labels.sign_in, exact=True).click()

    def decide_as(self, login: str, password: str, decision: str) -> None:
        """Press `Allow` or `Deny` with this account, whoever is signed in at first."""
        self.login.or_(self.allow).wait_for()
        if self.allow.is_visible():
            self.other_account.click()
            self.login.wait_for()
        self.decide(login, password, decision)

    def decide(self, login: str, password: str, decision: str) -> None:
        """Sign in where the page wants it, press `Allow` or `Deny`, and wait for what follows."""
        self.login.or_(self.allow).wait_for()
        if self.login.is_visible():
            self.sign_in(login, password)
        button = self.allow if decision == "Allow" else self.deny
        button.click()
        # What a step does next belongs to the page that the app leads to: a click does not wait.
        button.wait_for(state="hidden")
        self._page.wait_for_load_state()
