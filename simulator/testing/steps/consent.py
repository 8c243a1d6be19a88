"""Steps at the connection setup link: in a browser where the scenario has one, else by forms."""

from collections.abc import Sequence
from typing import Any

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from simulator import installed_apps
from simulator.db.tables import Connection, EndUser
from simulator.journal import Journal
from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.client_under_test import ClientFactory
from simulator.testing.steps.calls import call, last_answer, prompt_of
from simulator.testing.steps.mcp import client_is_connected
from simulator.testing.steps.words import DECISIONS, meaning, names_of
from simulator.testing.workspace import Workspace
from simulator.visits import single_sign_on


@when(
    parsers.re(
        r'(?P<name>[^"]+?) opens? the link and (?P<decision>\w+) the connections? in '
        r'(?P<apps>[^"]+)'
    )
)
def opens_link(name: str, decision: str, apps: str, workspace: Workspace) -> None:
    """At each app in this order: sign in with their account there, then `allows` or `denies`."""
    button = meaning(decision, DECISIONS)
    actor = workspace.person(name)
    link = prompt_of(last_answer(actor))["auth_url"]
    consent(actor, link, names_of(apps), button)


@then("the window says that the connection is stored")
def window_says_done(caller: Actor) -> None:
    """The last page of the way."""
    _shows(caller, "heading", "Connected")


@then("the window says that the connection was not allowed")
def window_says_denied(caller: Actor) -> None:
    """In words, and what to do next."""
    _shows(caller, "heading", "You did not allow the connection")


@given(
    parsers.re(
        r'(?P<name>[^"]+?) has connected (?:her|his|their) (?P<app>[^"]+) account through '
        r'"(?P<server>[^"]+)"(?: with "(?P<tool>[^"]+)")?'
    ),
    target_fixture="caller",
)
def has_connected(
    name: str,
    app: str,
    server: str,
    tool: str | None,
    workspace: Workspace,
    client_factory: ClientFactory | None,
) -> Actor:
    """The whole way, with a tool that acts in the app (by default the server's first that needs
    verified access); nothing more if they went it before, on a tenant that keeps what was done."""
    actor = client_is_connected(name, server, workspace, client_factory)
    if not call(actor, tool or _verified_tool(server, workspace)).is_error:
        return actor
    consent(actor, prompt_of(last_answer(actor))["auth_url"], names_of(app), "Allow")
    window_says_done(actor)
    return actor


@when(
    parsers.re(
        r"(?P<other>[^\"]+?) opens? (?P<owner>[^\"]+)'s link in (?:her|his|their) own browser"
    )
)
def opens_foreign_link(other: str, owner: str, workspace: Workspace) -> None:
    """Signed in to Workato Identity as themselves."""
    link = prompt_of(last_answer(workspace.person(owner)))["auth_url"]
    actor = workspace.person(other)
    if actor.has_browser:
        actor.page.goto(link)
        sign_in_to_identity(actor)
    else:
        sign_in_by_form(actor, link)


@then(parsers.parse("the page tells {name} that the link was made for somebody else"))
def link_is_foreign(name: str, workspace: Workspace) -> None:
    """Before anybody is sent to the app."""
    _shows(workspace.person(name), "alert", "made for somebody else")


@then(parsers.parse("{name} has no connection"))
def has_no_connection(name: str, workspace: Workspace, simulator: Simulator) -> None:
    """Nothing was stored for them."""
    email = workspace.person(name).person["email"]
    with simulator.world.db.unit() as session:
        owner = select(EndUser.id).where(EndUser.email == email).scalar_subquery()
        assert not session.scalars(select(Connection).where(Connection.end_user_id == owner)).all()


@then(parsers.parse("nobody was sent to {app}"))
def nobody_was_sent(app: str, journal: Journal, workspace: Workspace) -> None:
    """The app was not asked for anything, by any browser."""
    assert not _visits(app, journal, workspace)


@then(
    parsers.re(
        r'a browser was sent to (?P<app>[^"]+) once, and back with '
        r"(?P<outcome>a code|a denial)"
    )
)
def browser_was_sent(app: str, outcome: str, journal: Journal, workspace: Workspace) -> None:
    """As the journal has it; a denial is `error=access_denied`, and nobody gets tokens for it."""
    there = workspace.stage.app_named(app)
    system = f"app:{there['production_host']}"
    token_path = installed_apps.part(workspace.stage.kind_of(there), "traffic").TRAFFIC.token
    started = [each for each in _visits(app, journal, workspace) if "state" in each.fields]
    states = {each.fields["state"] for each in started if each.method == "GET"}
    assert len(states) == 1, f"sent there {len(states)} times: {list(map(str, started))}"
    callbacks = [
        each
        for each in journal.find("GET /oauth/callback", system="aihub")
        if each.fields.get("state") in states
    ]
    assert len(callbacks) == 1, "\n".join(map(str, callbacks or journal))
    came_back_with = callbacks[0].fields
    tokens = journal.find(f"POST {token_path}", system=system)
    if outcome == "a code":
        assert "code" in came_back_with
        assert [each.status for each in tokens] == [200]
    else:
        assert came_back_with.get("error") == "access_denied"
        assert "code" not in came_back_with
        assert not tokens


def consent(actor: Actor, link: str, apps: Sequence[str], button: str) -> None:
    """Open a connection setup link and decide at each app in order.

    Args:
        actor: the actor who opens it.
        link: the setup link.
        apps: names of app instances, as `Stage.app_named` takes them.
        button: `Allow` or `Deny`.

    Raises:
        AssertionError: the way leads to another app than the one that is next.
    """
    if actor.has_browser:
        _consent_in_browser(actor, link, apps, button)
    elif button == "Allow" and actor.stage.description.get("headless_consent"):
        actor.open_link(link)
    else:
        _consent_by_forms(actor, link, apps, button)


def _consent_in_browser(actor: Actor, link: str, apps: Sequence[str], button: str) -> None:
    from simulator.testing.pages.sign_in import AppPages, IdentityPages

    actor.page.goto(link)
    sign_in_to_identity(actor)
    for name in apps:
        there = actor.stage.app_named(name)
        identity = IdentityPages(actor.page)
        if identity.several_apps.is_visible():
            identity.connect_next()
        wait_for_app(actor, there)
        account = actor.account_in(there)
        AppPages(actor.page, actor.stage.kind_of(there)).decide(
            account["login"], account["password"], button
        )


def wait_for_app(actor: Actor, app: dict[str, Any]) -> None:
    """Wait until a person's browser is at an app instance, and at no other."""
    actor.page.wait_for_url(lambda url: actor.stage.app_at(url) == app)


def sign_in_to_identity(actor: Actor) -> None:
    """Sign in where a page of Workato Identity wants it: a client may have done so elsewhere."""
    from simulator.testing.pages.sign_in import IdentityPages

    identity = IdentityPages(actor.page)
    if actor.stage.app_at(actor.page.url) is None and identity.sign_in_button.is_visible():
        identity.sign_in(actor.person["email"], actor.person["password"])


def _consent_by_forms(actor: Actor, link: str, apps: Sequence[str], button: str) -> None:
    browser = actor.forms
    sign_in_by_form(actor, link)
    for name in apps:
        there = actor.stage.app_named(name)
        if onward := [text for text in browser.buttons if text.startswith("Connect ")]:
            browser.submit(onward[0])
        at_app = actor.stage.app_at(browser.url) == there
        assert at_app, f"not at {name}, but at {browser.url}: {browser.text[:300]}"
        labels = actor.stage.labels_at(there["production_host"])
        if browser.has_button(labels.sign_in):
            account = actor.account_in(there)
            sent = labels.credentials(account["login"], account["password"])
            browser.submit(labels.sign_in, **sent)
        browser.submit(labels.button(button))


def sign_in_by_form(actor: Actor, link: str) -> None:
    """Open an address of Workato Identity in the browser without JavaScript, signed in."""
    browser = actor.forms.get(link)
    if actor.stage.app_at(browser.url) is None and single_sign_on.asks(browser):
        single_sign_on.sign_in(browser, actor.person["email"], actor.person["password"])


def _verified_tool(server: str, workspace: Workspace) -> str:
    for tool in workspace.stage.server(server).get("tools", ()):
        if tool.get("verified_access"):
            return str(tool["name"])
    raise LookupError(f"No tool of '{server}' is known to need verified access: name one.")


def _visits(app: str, journal: Journal, workspace: Workspace) -> list[Any]:
    """What browsers asked an app for: whatever is no call of Workato's."""
    system = f"app:{workspace.stage.app_named(app)['production_host']}"
    return [each for each in journal.find(system=system) if each.caller == "outside"]


def _shows(actor: Actor, role: Any, text: str) -> None:
    """The page that a person has open says something in an element of this role."""
    if not actor.has_browser:
        assert text in actor.forms.text, actor.forms.text
        return
    from playwright.sync_api import expect

    expect(actor.page.get_by_role(role).filter(has_text=text)).to_be_visible()
