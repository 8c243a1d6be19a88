"""Steps in the recipe editor: a recipe is made by hand, and changed by two people at once."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from pytest_bdd import parsers, then, when

from simulator.testing.actors import Actor
from simulator.testing.pages.ai_hub import ServerPage
from simulator.testing.pages.recipe_building import RecipeBuilding
from simulator.testing.pages.recipe_editor import RecipeEditor
from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.steps.ai_hub import Visit, clicks_server, goes_to_ai_hub
from simulator.testing.steps.web_app import Somebody
from simulator.testing.workspace import Workspace


@dataclass
class Made:
    """What the scenario made, or opened: names, and the address of a step in the editor."""

    project: str = ""
    recipe: str = ""
    step_address: str = ""


@pytest.fixture
def made() -> Made:
    """What the scenario made, nothing at first."""
    return Made()


def _building(actor: Actor, workspace: Workspace) -> RecipeBuilding:
    return RecipeBuilding(actor.page, workspace.description["systems"]["aihub"])


@when(parsers.re(r'(?P<who>[^"]+?) creates? the project "(?P<project>[^"]+)"'))
def creates_project(
    who: str, project: str, somebody: Somebody, workspace: Workspace, made: Made
) -> None:
    """Projects > New project."""
    _building(somebody(who), workspace).create_project(project)
    made.project = project


@when(
    parsers.re(
        r'(?P<who>[^"]+?) creates? the recipe "(?P<recipe>[^"]+)" in it, '
        r'which begins with "(?P<trigger>[^"]+)"'
    )
)
def creates_recipe(
    who: str, recipe: str, trigger: str, somebody: Somebody, workspace: Workspace, made: Made
) -> None:
    """In the project that is open; the editor opens at the trigger."""
    _building(somebody(who), workspace).create_recipe(recipe, trigger)
    made.recipe = recipe


@when(parsers.re(r'(?P<who>[^"]+?) gives? its "(?P<schema>[^"]+)" these fields:'))
def gives_fields(
    who: str,
    schema: str,
    somebody: Somebody,
    workspace: Workspace,
    datatable: list[list[str]],
) -> None:
    """Of the recipe's trigger; the columns are labels of the form, without a capital."""
    names, *rows = datatable
    fields = [dict(zip(names, row, strict=True)) for row in rows]
    _building(somebody(who), workspace).set_fields(schema, fields)


@when(parsers.re(r'(?P<who>[^"]+?) adds? the step "(?P<title>[^"]+)" of "(?P<group>[^"]+)"'))
def adds_step(who: str, title: str, group: str, somebody: Somebody, workspace: Workspace) -> None:
    """At the end of the recipe; the group is an app, Workato or Control."""
    _building(somebody(who), workspace).add_step(title, group)


@when(parsers.re(r'(?P<who>[^"]+?) uses? the end user\'s connection "(?P<name>[^"]+)" for it'))
def uses_connection(who: str, name: str, somebody: Somebody, workspace: Workspace) -> None:
    """An existing connection, for the step that is selected."""
    _building(somebody(who), workspace).use_end_users_connection(name)


@when(
    parsers.re(
        r'(?P<who>[^"]+?) puts? the pill "(?P<pill>[^"]+)" into its input "(?P<label>[^"]+)" '
        r"and saves it"
    )
)
def puts_pill(who: str, pill: str, label: str, somebody: Somebody, workspace: Workspace) -> None:
    """By the list of data pills of the step that is selected."""
    building = _building(somebody(who), workspace)
    building.insert_pill(pill, label)
    building.save_step()


@when(parsers.re(r'(?P<who>[^"]+?) starts? the recipe'))
def starts_recipe(who: str, somebody: Somebody, workspace: Workspace) -> None:
    """From the editor, by the recipe's page."""
    _building(somebody(who), workspace).start()


@when(parsers.re(r'(?P<who>[^"]+?) creates? the MCP server "(?P<server>[^"]+)" with it as a tool'))
def creates_server(
    who: str, server: str, somebody: Somebody, workspace: Workspace, made: Made
) -> None:
    """In the project that was made, from scratch."""
    _building(somebody(who), workspace).create_server(made.project, server, made.recipe)


@when(
    parsers.re(
        r'(?P<who>[^"]+?) opens? the step (?P<number>\d+) of the recipe "(?P<recipe>[^"]+)" '
        r'of "(?P<server>[^"]+)" in the editor'
    )
)
def opens_step(
    who: str,
    number: str,
    recipe: str,
    server: str,
    somebody: Somebody,
    workspace: Workspace,
    visit: Visit,
    made: Made,
) -> None:
    """A running recipe is stopped first."""
    page = somebody(who).page
    goes_to_ai_hub(who, somebody, workspace)
    clicks_server(who, server, somebody, workspace, visit)
    ServerPage(page).click_tool(recipe)
    RecipeEditor(page).click_edit()
    building = _building(somebody(who), workspace)
    building.stop()
    building.open_step(int(number))
    made.step_address = page.url


@when(
    parsers.re(
        r'(?P<name>[^"]+?) changes the input "(?P<label>[^"]+)" of that step to "(?P<value>[^"]*)" '
        r"meanwhile"
    )
)
def changes_meanwhile(name: str, label: str, value: str, workspace: Workspace, made: Made) -> None:
    """In a browser of their own, signed in as themselves."""
    other = workspace.person(name)
    sign_in = WorkatoSignIn(other.page, workspace.description["systems"]["aihub"])
    sign_in.sign_in(other.person["email"], other.person["password"])
    other.page.goto(made.step_address)
    building = _building(other, workspace)
    building.input(label).first.fill(value)
    building.save_step()
    expect(other.page.get_by_role("status").first).to_contain_text("Saved")


@when(
    parsers.re(
        r'(?P<who>[^"]+?) changes the input "(?P<label>[^"]+)" to "(?P<value>[^"]*)" and saves it'
    )
)
def changes_input(
    who: str, label: str, value: str, somebody: Somebody, workspace: Workspace
) -> None:
    """Of the step that is open in their browser."""
    building = _building(somebody(who), workspace)
    building.input(label).first.fill(value)
    building.save_step()


@then(parsers.parse("{who} is told that {name} changed the recipe meanwhile"))
def sees_conflict(who: str, name: str, somebody: Somebody) -> None:
    """With what the other changed, and what is theirs."""
    page = somebody(who).page
    expect(page.get_by_role("alert")).to_contain_text(f"{name} changed this recipe while you did")
    expect(page.get_by_role("heading", name="What you changed", exact=True)).to_be_visible()


@when(parsers.re(r"(?P<who>[^\"]+?) saves their change, too"))
def saves_too(who: str, somebody: Somebody, workspace: Workspace) -> None:
    """By the button of the page that told them."""
    _building(somebody(who), workspace).save_mine.click()


@then(
    parsers.parse(
        'the step has "{value}" in the input "{label}" and "{other}" in the input "{another}"'
    )
)
def step_has(
    value: str, label: str, other: str, another: str, admin: Actor, workspace: Workspace
) -> None:
    """Both people's changes."""
    building = _building(admin, workspace)
    expect(building.input(label).first).to_have_value(value)
    expect(building.input(another).first).to_have_value(other)
