"""Sign-in pages: the Workato web app, Workato Identity, the app; and their consent pages."""

from playwright.sync_api import Page


class WorkatoSignIn:
    """The sign-in page of the Workato web app."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a collaborator."""
        self._page.goto(f"{self._address}/users/sign_in")
        self._page.get_by_label("E-mail").fill(email)
        self._page.get_by_label("Password").fill(password)
        self._page.get_by_role("button", name="Sign in").click()
        self._page.get_by_role("navigation").get_by_role("link", name="AI Hub").wait_for()


class IdentityPages:
    """Workato Identity: sign-in and consent."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading = page.get_by_role("heading", level=1)
        self.sign_in_button = page.get_by_role("button", name="Sign in", exact=True)
        self.allow = page.get_by_role("button", name="Allow", exact=True)
        self.deny = page.get_by_role("button", name="Deny", exact=True)

    def sign_in(self, email: str, password: str) -> None:
        """Fill in the sign-in page and press Sign in."""
        self._page.get_by_label("E-mail").fill(email)
        self._page.get_by_label("Password").fill(password)
        self.sign_in_button.click()


class CoupaPages:
    """The Coupa-like host: sign-in and consent."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.login = page.get_by_label("Login")
        self.allow = page.get_by_role("button", name="Allow", exact=True)
        self.deny = page.get_by_role("button", name="Deny", exact=True)

    def sign_in(self, login: str, password: str) -> None:
        """Fill in the sign-in page and press Sign in."""
        self.login.fill(login)
        self._page.get_by_label("Password").fill(password)
        self._page.get_by_role("button", name="Sign in", exact=True).click()
