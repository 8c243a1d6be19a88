"""The apps that can be simulated: our own, and packages found by the entry point `simulator.apps`.

An app is a package with modules of fixed names (parts). Each is imported by the room that needs it,
and not before: `connector` by the rules, `app` by the routing, `scenario` by the scenarios,
`traffic` by all that has to tell requests apart, `labels` by whoever acts for a person,
`dialect` by the provider and `tables` by the database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType, ModuleType

from simulator.errors import StartupError

#: The group of entry points: `name of the app = package`.
GROUP = "simulator.apps"
#: Ours, which no entry point names.
_OURS = ("coupa", "google", "jira", "salesforce", "slack")


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """Which requests an app serves, as far as others have to know: the `TRAFFIC` of its `traffic`.

    Paths may have `*` for anything.

    Attributes:
        api: paths of its REST API, which tools call with a person's access token.
        authorize: path of its authorization endpoint.
        token: path of its token endpoint.
        revoke: path of its revocation endpoint.
        userinfo: path of its UserInfo endpoint.
        sign_in: path of its sign-in page.
        sign_out: path that ends a sign-in.
        owner: where a record of its API names the person whose it is: a member with their e-mail
            address, with dots for members of members; None where it does not.
        hosts: production hosts that every instance has beside its own, such as that of the
            authorization server → the paths that are served there, and not at its own; the
            sign-in is at both.
        everywhere: those of them that are served at the instance's own host, too.
        pages: (method and path, names of what its forms send there), for pages of a browser.
        parameters: the same for its API; called once a name has to be known.
    """

    api: tuple[str, ...]
    authorize: str
    token: str
    revoke: str | None = None
    userinfo: str | None = None
    sign_in: str = "/sessions/new"
    sign_out: str = "/sessions/destroy"
    owner: str | None = None
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everywhere: tuple[str, ...] = ()
    pages: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parameters: Callable[[], Iterable[tuple[str, tuple[str, ...]]]] = tuple

    def is_api(self, path: str) -> bool:
        """Return whether a path belongs to the REST API."""
        return _fits(path, self.api)

    def serves(self, host: str, path: str) -> bool:
        """Return whether a path is served at a production host of an instance.

        Args:
            host: one of `hosts`, or the instance's own.
            path: the path of a request.
        """
        if host in self.hosts:
            return _fits(path, self.hosts[host])
        is_elsewhere = any(_fits(path, each) for each in self.hosts.values())
        own = (self.sign_in, self.sign_out, *self.everywhere)
        return not is_elsewhere or _fits(path, own)


def _fits(path: str, patterns: Iterable[str]) -> bool:
    """A pattern that ends with a slash and anything fits what stands before the slash, too."""
    return any(fnmatchcase(path, each) or path == each.removesuffix("/*") for each in patterns)


@dataclass(frozen=True, kw_only=True)
class PageLabels:
    """What a person reads on an app's pages for sign-in and consent: the `LABELS` of its `labels`.

    Attributes:
        login: label of the field for the login name.
        password: label of the field for the password.
        sign_in: button that sends both.
        switch_account: button on the consent page for somebody else.
        allow: button that allows.
        deny: button that denies.
        login_field: name of the field for the login name in the form.
        password_field: name of the field for the password.
    """

    login: str
    password: str
    sign_in: str
    switch_account: str
    allow: str
    deny: str
    login_field: str = "login"
    password_field: str = "password"

    def credentials(self, login: str, password: str) -> dict[str, str]:
        """Return what is sent to sign in: the form's fields, filled in."""
        return {self.login_field: login, self.password_field: password}

    def button(self, decision: str) -> str:
        """The button of a decision, `Allow` or `Deny`."""
        return self.allow if decision == "Allow" else self.deny


@cache
def packages() -> Mapping[str, str]:
    """Return the import name of each app's package, by the app's provider name, ours first.

    Raises:
        StartupError: two packages claim the same name.
    """
    found = {app: f"simulator.systems.apps.{app}" for app in _OURS}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if found.setdefault(point.name, point.module) != point.module:
            raise StartupError(
                f"Two packages provide the app '{point.name}': {found[point.name]} and "
                f"{point.module}. Uninstall one of them."
            )
    return MappingProxyType(found)


def part(app: str, name: str) -> ModuleType:
    """Import one part of an app.

    Args:
        app: its provider name, a key of `packages`.
        name: the name of the part, such as `connector`.

    Raises:
        StartupError: the app's package lacks this part.
    """
    module = f"{packages()[app]}.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise  # the part is there, and something that it needs is not
        raise StartupError(f"The app '{app}' has no module {module}.") from None


def check_installed(apps: Iterable[str]) -> None:
    """Check that the apps of a world are installed.

    Args:
        apps: their provider names.

    Raises:
        StartupError: one is not.
    """
    for app in apps:
        if app not in packages():
            raise StartupError(
                f"This database has a world with the app '{app}', whose package is not installed "
                "here. Install it, or choose another database with --database (SIM_DATABASE)."
            )


def parts(name: str) -> dict[str, ModuleType]:
    """Import one part of every app, by the apps' provider names."""
    return {app: part(app, name) for app in packages()}


def traffic() -> list[Traffic]:
    """Return what every app says of its requests."""
    return [found.TRAFFIC for found in parts("traffic").values()]


def further_hosts(app: str) -> tuple[str, ...]:
    """Return the production hosts that every instance of an app has beside its own.

    Args:
        app: its provider name; one that is not installed (any more) has none.
    """
    return tuple(part(app, "traffic").TRAFFIC.hosts) if app in packages() else ()


def labels(app: str) -> PageLabels:
    """Return what a person reads on the pages of an app, named by its provider name."""
    found: PageLabels = part(app, "labels").LABELS
    return found
