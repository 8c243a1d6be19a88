"""Steps at the connection setup link: in a browser where the scenario has one, else by forms."""

from typing import Any

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from simulator.db.tables import Connection, EndUser
from simulator.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.steps.mcp import client_is_connected, prompt_of
from simulator.testing.workspace import Workspace


@when(parsers.re(r"(?P<name>\w+) opens the link and (?P<decision>\w+) the connection in Coupa"))
def opens_link(name: str, decision: str, workspace: Workspace) -> None:
    """Workato Identity knows her already; Coupa asks her to sign in, and then for her consent."""
    actor = workspace.person(name)
    link = prompt_of(actor.answers[-1])["auth_url"]
    button = "Allow" if decision == "allows" else "Deny"
    if not actor.has_browser:
        actor.open_link(link, button)
        return
    from simulator.testing.pages.sign_in import CoupaPages

    actor.page.goto(link)
    coupa = CoupaPages(actor.page)
    coupa.sign_in(actor.app_account["login"], actor.app_account["password"])
    (coupa.allow if button == "Allow" else coupa.deny).click()


@then("the window says that the connection is stored")
def window_says_done(caller: Actor) -> None:
    """The last page of the way."""
    _shows(caller, "heading", "Connected")


@then("the window says that the connection was not allowed")
def window_says_denied(caller: Actor) -> None:
    """In words, and what to do next."""
    _shows(caller, "heading", "You did not allow")


@given(
    parsers.re(
        r'(?P<name>\w+) has connected (?:her|his) Coupa account through "(?P<server>[^"]+)"'
    ),
    target_fixture="caller",
)
def has_connected(name: str, server: str, workspace: Workspace) -> Actor:
    """The whole way; nothing more if she went it before, on a tenant that keeps what was done."""
    actor = client_is_connected(name, server, workspace)
    if not actor.call("List_my_requisitions").is_error:
        return actor
    opens_link(name, "allows", workspace)
    window_says_done(actor)
    return actor


@when(parsers.parse("{thief} opens {owner}'s link in her own browser"))
def opens_foreign_link(thief: str, owner: str, workspace: Workspace) -> None:
    """Signed in to Workato Identity as herself."""
    link = prompt_of(workspace.person(owner).answers[-1])["auth_url"]
    other = workspace.person(thief)
    email, password = other.person["email"], other.person["password"]
    if not other.has_browser:
        other.forms.get(link).submit("Sign in", email=email, password=password)
        return
    from simulator.testing.pages.sign_in import IdentityPages

    other.page.goto(link)
    IdentityPages(other.page).sign_in(email, password)


@then(parsers.parse("the page tells {name} that the link was made for somebody else"))
def link_is_foreign(name: str, workspace: Workspace) -> None:
    """Before anybody is sent to the app."""
    _shows(workspace.person(name), "alert", "made for somebody else")


@then(parsers.parse("{name} has no connection"))
def has_no_connection(name: str, workspace: Workspace, simulator: Simulator) -> None:
    """Nothing was stored for anybody."""
    email = workspace.person(name).person["email"]
    with simulator.world.db.unit() as session:
        owner = select(EndUser.id).where(EndUser.email == email).scalar_subquery()
        assert not session.scalars(select(Connection).where(Connection.end_user_id == owner)).all()


def _shows(actor: Actor, role: Any, text: str) -> None:
    """The page that a person has open says something in an element of this role."""
    if not actor.has_browser:
        assert text in actor.forms.text, actor.forms.text
        return
    from playwright.sync_api import expect

    expect(actor.page.get_by_role(role).filter(has_text=text)).to_be_visible()
