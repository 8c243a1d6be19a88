"""Visits: an end user opens an address and decides, for suites in any language."""

from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field
from requests import RequestException

from simulator.control import persons
from simulator.control.models import Body, ResponseModel
from simulator.control.problems import Problem
from simulator.installed_apps import PageLabels, labels
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.visits import ALLOW, DENY, LEAVE, Decision, single_sign_on, visit
from simulator.visits.forms import FormBrowser
from simulator.visits.network import ForeignHostError, Network, bring_back, is_at_app
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)

#: What is shown of a page's text, in characters.
_TEXT = 2_000
_DECISIONS: dict[str, Decision] = {"allow": ALLOW, "deny": DENY, "leave": LEAVE}

Choice = Literal["allow", "deny", "leave"]


class NewVisit(Body):
    """Where a person goes, and what they do there."""

    url: Annotated[
        str,
        Field(
            description="An authorization request of a client, or a connection setup link.",
            json_schema_extra={"pattern": "^https?://"},
        ),
    ]
    decision: Annotated[
        Choice, Field(description="On every page that asks; `leave` stops there, undecided.")
    ] = "allow"
    decisions: Annotated[
        dict[str, Choice],
        Field(
            description="Other decisions: by an app's production host, or `identity` for Workato "
            "Identity."
        ),
    ] = {}
    accounts: Annotated[
        dict[str, str],
        Field(
            description="The login to sign in with, by an app's production host; by default the "
            "person's own."
        ),
    ] = {}
    callback: Annotated[
        bool,
        Field(
            description="Whether to open the client's loopback address at the end, as a browser "
            "would; by default it is only reported."
        ),
    ] = False


class PageOut(ResponseModel):
    """One page that was seen."""

    url: str
    status: int
    title: str
    text: Annotated[str, Field(description="Visible text, cut where it is long.")]


class Redirect(ResponseModel):
    """Where the browser was sent at the end: the client's own address."""

    url: str
    parameters: Annotated[
        dict[str, str], Field(description="Of its query: `code` and `state`, or `error` …")
    ]
    opened: Annotated[bool, Field(description="Whether the client took it.")]


class Visit(ResponseModel):
    """Where a way ended, and what was seen on it."""

    url: Annotated[str, Field(description="Of the last page.")]
    status: int
    title: str
    text: str
    redirect: Redirect | None
    pages: Annotated[list[PageOut], Field(description="In the order in which they were seen.")]


@ENDPOINTS.add(
    "POST",
    "people/:id/visits",
    problems={
        404: "nobody has this id",
        409: "the person cannot go on: no such account, or no way to sign in",
        422: "the address is not simulated, an app is unknown, or a member is wrong",
        502: "a system hung up, or sent the browser in circles",
    },
)
def add_visit(simulator: Simulator, id: str, body: NewVisit) -> Visit:  # of the path
    """Have an end user open an address and allow, deny or leave, as in a browser.

    Raises:
        Problem: the address is not simulated, an app or account is unknown, or the way is barred.
    """
    person = persons.get_person(simulator, id)
    description = simulator.describe(person.email, *body.accounts.values())
    visitor = _Visitor(description, person.email, body)
    browser = FormBrowser(Network(simulator=simulator))
    try:
        visited = visit(
            browser,
            body.url,
            sign_in=visitor.sign_in,
            app_at=visitor.app_at,
            labels_at=visitor.labels_at,
            decide=visitor.decide,
        )
    except ForeignHostError as error:
        raise Problem(422, str(error)) from None
    except LookupError as error:
        raise Problem(409, f"{person.name} cannot go on: {str(error).strip(chr(39))}.") from None
    except (RequestException, RuntimeError) as error:
        raise Problem(502, f"The way ended without a page: {error}") from None
    pages = [
        PageOut(url=each.url, status=each.status, title=each.title, text=each.text[:_TEXT])
        for each in visited
    ]
    return Visit(
        url=browser.url,
        status=browser.status,
        title=browser.title,
        text=browser.text[:_TEXT],
        redirect=_redirect(browser.left_for, opens=body.callback),
        pages=pages,
    )


class _Visitor:
    """Passwords, accounts and decisions of one visit.

    Args:
        description: the description of the sandbox.
        email: the e-mail address of the person.
        body: the visit.

    Raises:
        Problem: no app is called so.
    """

    def __init__(self, description: dict[str, Any], email: str, body: NewVisit) -> None:
        self._people, self._email, self._visit = description["people"], email, body
        self._apps = {app["production_host"]: app for app in description["apps"]}
        for host in (*body.accounts, *(set(body.decisions) - {"identity"})):
            if host not in self._apps:
                known = ", ".join(sorted(self._apps)) or "none"
                raise Problem(422, f"No app is at '{host}'. There are: {known}.")

    def app_at(self, url: str) -> str | None:
        """Return the production host of the app at an address; None where there is none."""
        found = (host for host, app in self._apps.items() if is_at_app(url, app))
        return next(found, None)

    def labels_at(self, app: str) -> PageLabels:
        """What people read on the pages of the app at a production host."""
        return labels(self._apps[app]["kind"])

    def decide(self, app: str | None) -> Decision:
        """Return the decision of the person at an app, or at Workato Identity for None."""
        decision = self._visit.decisions.get(app or "identity", self._visit.decision)
        return _DECISIONS[decision]

    def sign_in(self, browser: FormBrowser) -> None:
        """Fill in the form to sign in that is open.

        Raises:
            LookupError: the person has no such account, or nobody knows its password any more.
        """
        app = self.app_at(browser.url)
        if app is None:
            entries = [each for each in self._people if each["email"] == self._email]
            known = [each for each in entries if each["password"] is not None]
            if not known:
                raise LookupError(f"the password of {self._email} was changed")
            single_sign_on.sign_in(browser, self._email, known[0]["password"])
            return
        login = self._visit.accounts.get(app)
        accounts = self._apps[app]["people"]
        for each in accounts:
            if each["login"] == login or (login is None and each["email"] == self._email):
                labels = self.labels_at(app)
                sent = labels.credentials(each["login"], each["password"] or "")
                browser.submit(labels.sign_in, **sent)
                return
        logins = ", ".join(each["login"] for each in accounts)
        raise LookupError(f"there is no account '{login or self._email}' at {app}; known: {logins}")


def _redirect(url: str, *, opens: bool) -> Redirect | None:
    if not url:
        return None
    opened = False
    if opens:
        try:
            bring_back(url)
            opened = True
        except (ForeignHostError, OSError):
            pass  # nobody is there; it is told
    parameters = dict(parse_qsl(urlsplit(url).query))
    return Redirect(url=url, parameters=parameters, opened=opened)
