"""The sandbox's identity provider, as a test sets it up: by its own pages, in any process."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from simulator.visits.forms import FormBrowser


class IdentityProvider:
    """Its directory, open in a browser of its own.

    Args:
        browser: without JavaScript.
        address: where the identity provider answers: `systems.idp` of the description.
    """

    def __init__(self, browser: FormBrowser, address: str) -> None:
        self._browser, self._address = browser, address

    @property
    def metadata_url(self) -> str:
        """The URL of its metadata."""
        return f"{self._address}/metadata"

    def register(self, name: str, *, acs_url: str, entity_id: str) -> None:
        """Register an application, which people can be signed in to from then on.

        Args:
            name: what people read.
            acs_url: its "Single Sign-On URL".
            entity_id: its "Service provider (SP) entity ID".

        Raises:
            LookupError: it was refused; the message has the page's text.
        """
        self._browser.get(f"{self._address}/directory/applications")
        self._browser.submit("Add", name=name, acs_url=acs_url, entity_id=entity_id)
        self.check("Added the application")

    def set_groups(self, name: str, groups: Sequence[str]) -> None:
        """Change which groups it names of somebody, from the next sign-in on.

        Args:
            name: the name of the person, as the directory has it.
            groups: names.

        Raises:
            LookupError: nobody there is called so.
        """
        self._browser.get(f"{self._address}/directory?{urlencode({'q': name})}")
        self._browser.follow(name)
        self._browser.submit("Save", groups=", ".join(groups))
        self.check("Saved")

    def add_person(
        self, *, name: str, email: str, password: str, groups: Sequence[str] = ()
    ) -> None:
        """Give somebody an account.

        Args:
            name: theirs.
            email: theirs, and their user name.
            password: theirs.
            groups: the groups that it names of them.

        Raises:
            LookupError: it was refused; the message has the page's text.
        """
        self._browser.get(f"{self._address}/directory/people/new")
        self._browser.submit(
            "Save", name=name, email=email, password=password, groups=", ".join(groups)
        )
        self.check("Saved")

    def check(self, sentence: str) -> None:
        """Go on only where the page that is open says something.

        Args:
            sentence: part of its text.

        Raises:
            LookupError: it does not; the message has the page's text.
        """
        if sentence not in self._browser.text:
            raise LookupError(self._browser.text[:300])


def switch_on(
    admin: FormBrowser,
    description: Mapping[str, Any],
    *,
    name: str = "Company login",
    domains: Sequence[str] = (),
    provisions_users: bool = True,
    syncs_groups: bool = True,
) -> IdentityProvider:
    """Have end users sign in with the sandbox's identity provider, as an admin does it by hand.

    Args:
        admin: a browser without JavaScript, with which an admin is signed in to Workato.
        description: the description of the sandbox, as `simulator.describe()` has it.
        name: the name of the identity provider in Workato.
        domains: for which it is enforced; empty for all.
        provisions_users: whether just-in-time provisioning is on.
        syncs_groups: whether user groups syncing is on.

    Returns:
        The identity provider, for what is to be changed there.

    Raises:
        LookupError: a page refused something; the message has its text.
    """
    systems = description["systems"]
    provider = IdentityProvider(admin, systems["idp"])
    page = f"{systems['aihub']}/workspace_admin/authentication"
    admin.get(page).follow("+ Set up new provider")
    (environment,) = parse_qs(urlsplit(admin.url).query)["environment"]
    service_provider = f"{systems['identity']}/saml/{environment}"
    admin.submit("Save", name=name, metadata_url=provider.metadata_url)
    provider.check(f"Saved the identity provider {name}")
    admin.submit(
        "Save",
        enabled="yes",
        enforced_for="selected" if domains else "all",
        domains=", ".join(domains),
        jit=["yes"] if provisions_users else [],
        groups=["yes"] if syncs_groups else [],
    )
    provider.check(f"sign in with {name}")
    provider.register(
        "Workato", acs_url=f"{service_provider}/acs", entity_id=f"{service_provider}/metadata"
    )
    return provider
