"""Steps on any page of the web app, by what people read on it: in a browser, or by forms."""

from collections.abc import Callable

import pytest
from pytest_bdd import given, parsers, then, when

from simulator.testing.actors import Actor
from simulator.testing.pages.web_app import WebApp, web_app_of
from simulator.testing.steps.words import meaning
from simulator.testing.workspace import Workspace

#: Whoever the scenario signed in to the Workato web app last.
PRONOUNS = ("he", "she", "they")
#: `somebody("Marc")`, `somebody("they")`: the admin that a step means.
Somebody = Callable[[str], Actor]
#: Who builds and administers, as a step calls them → their roles in the workspace.
ROLES = {
    "an owner": ("owner",),
    "an admin": ("owner", "admin"),
    "a builder": ("owner", "admin", "collaborator"),
    "an operator": ("operator",),
}


@pytest.fixture
def somebody(request: pytest.FixtureRequest, workspace: Workspace) -> Somebody:
    """Find the admin that a step means, by name or pronoun."""

    def find(who: str) -> Actor:
        actor = request.getfixturevalue("admin") if who in PRONOUNS else workspace.person(who)
        if not isinstance(actor, Actor):  # the plugin's fixture of this name, a browser
            raise LookupError(f"'{who}' is nobody yet: sign somebody in to Workato first.")
        return actor

    return find


@given(
    parsers.re(r"(?P<name>[^\"]+?), (?P<role>an? \w+), is signed in to Workato"),
    target_fixture="admin",
)
def is_signed_in(name: str, role: str, workspace: Workspace) -> Actor:
    """Sign in to the Workato web app; *he*, *she* and *they* mean this person from now on."""
    actor = workspace.person(name)
    has = actor.person["role"]
    assert has in meaning(role, ROLES), f"{name} is not {role}, but has the role {has}"
    web_app_of(actor).sign_in(actor.person["email"], actor.person["password"])
    web_app_of(actor).expect_text("Projects")
    return actor


@when(
    parsers.re(r"(?P<name>[^\"]+?) signs in to Workato"),
    target_fixture="admin",
)
def signs_in(name: str, workspace: Workspace) -> Actor:
    """Up to the page that comes then: one asks which workspace, where there are several."""
    actor = workspace.person(name)
    web_app_of(actor).sign_in(actor.person["email"], actor.person["password"])
    return actor


@when(
    parsers.re(
        r"(?P<who>[^\"]+?) (?:goes|go) to "
        r"(?P<place>(?:Projects|API platform|Tools|Workspace admin|AI Hub(?= > ))(?: > [^\"]+)?)"
    )
)
def goes_to(who: str, place: str, somebody: Somebody) -> None:
    """One click after the other, from the sidebar on, with ` > ` between them: `Projects`, `API
    platform`, `Tools` or `Workspace admin` first, or `AI Hub >`; then the project, its tab …"""
    app = web_app_of(somebody(who))
    for label in place.split(" > "):
        app.click(label)


@when(parsers.re(r'(?P<who>[^"]+?) clicks? "(?P<label>[^"]+)"'))
def clicks(who: str, label: str, somebody: Somebody) -> None:
    """A link or a button of the page that is open, by what it is called."""
    web_app_of(somebody(who)).click(label)


@when(
    parsers.re(
        r'(?P<who>[^"]+?) fills? in(?: "(?P<group>[^"]+)")? and clicks? "(?P<button>[^"]+)":'
    )
)
def fills_in_and_clicks(
    who: str, group: str | None, button: str, somebody: Somebody, datatable: list[list[str]]
) -> None:
    """Rows of a field's label and what is typed or chosen: `yes` or `no` for a box, several choices
    with commas. A group is named where several have such labels."""
    typed = read_rows_of_two(datatable)
    web_app_of(somebody(who)).fill_in(button, typed, group or "")


@then(parsers.re(r'(?P<who>[^"]+?)(?<! not) sees? "(?P<text>[^"]+)"'))
def sees(who: str, text: str, somebody: Somebody) -> None:
    """Anywhere on the page that is open."""
    web_app_of(somebody(who)).expect_text(text)


@then(parsers.re(r'(?P<who>[^"]+?) (?:does|do) not see "(?P<text>[^"]+)"'))
def does_not_see(who: str, text: str, somebody: Somebody) -> None:
    """Nowhere on the page that is open."""
    web_app_of(somebody(who)).expect_text(text, there=False)


@then(parsers.re(r'(?P<who>[^"]+?) sees? these rows(?P<alone> alone)?:'))
def sees_rows(who: str, alone: str | None, somebody: Somebody, datatable: list[list[str]]) -> None:
    """In a table of the page that is open; the heads are those of its columns, some of them at
    least. A cell of the page has the text, and may have more."""
    heads, *rows = datatable
    app: WebApp = web_app_of(somebody(who))
    for row in rows:
        app.expect_row(dict(zip(heads, row, strict=True)))
    if alone:
        app.expect_row_count(heads, len(rows))


@then(parsers.re(r'the field "(?P<label>(?!User groups)[^"]+)" says "(?P<sentence>[^"]+)"'))
def field_says(label: str, sentence: str, admin: Actor) -> None:
    """The error stands next to its field, and assistive technology knows. A part of the sentence
    is enough: some end with what an app said."""
    web_app_of(admin).expect_error(label, sentence)


def read_rows_of_two(datatable: list[list[str]]) -> dict[str, str]:
    """Return a table of two columns without heads as a mapping; ` / ` in it begins a new line."""
    if any(len(row) != 2 for row in datatable):
        raise LookupError("Below the step stands a table of two columns: a label, and its value.")
    return {label: value.replace(" / ", "\n") for label, value in datatable}
