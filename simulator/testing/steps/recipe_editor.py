"""Steps in the recipe editor: the connection of a tool's action step."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect
from pytest_bdd import parsers, then, when

from simulator.testing.actors import Actor
from simulator.testing.pages.ai_hub import ServerPage
from simulator.testing.pages.recipe_editor import RecipeEditor
from simulator.testing.pages.sign_in import CoupaPages
from simulator.testing.steps.ai_hub import clicks_server, goes_to_ai_hub
from simulator.testing.workspace import Workspace

_SECRET = "Client secret"


@dataclass
class Typed:
    """What was typed into the form: label → value."""

    values: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def typed() -> Typed:
    """The form's contents as the scenario typed them."""
    return Typed()


@when(parsers.parse('he selects the tool "{tool}" and the recipe editor opens'))
def selects_tool(tool: str, admin: Actor) -> None:
    """Documentation, step 3."""
    ServerPage(admin.page).click_tool(tool)
    expect(admin.page.get_by_role("heading", level=1)).to_contain_text(tool)


@when("he clicks Edit")
def clicks_edit(admin: Actor) -> None:
    """Documentation, step 4."""
    RecipeEditor(admin.page).click_edit()


@when(parsers.parse('he selects the action step "{step}"'))
def selects_step(step: str, admin: Actor) -> None:
    """Documentation, step 5."""
    RecipeEditor(admin.page).select_step(step)


@when("he selects End user's connection")
def selects_end_users_connection(admin: Actor) -> None:
    """Documentation, step 6."""
    editor = RecipeEditor(admin.page)
    editor.select_end_users_connection()
    expect(editor.field("Name")).to_be_visible()


@when(parsers.parse('he provides "{value}" in the {label} field'))
def provides(value: str, label: str, admin: Actor, typed: Typed) -> None:
    """Documentation, steps 7 and 12."""
    _type(admin, typed, {label: value})


@when(
    parsers.re(
        r"he uses the (?P<label>Location|Authentication type|Scopes) drop-down menu to select "
        r'(the project )?"(?P<value>[^"]+)"'
    )
)
def selects(value: str, label: str, admin: Actor, typed: Typed) -> None:
    """Documentation, steps 8, 9 and 13."""
    _type(admin, typed, {label: value})


@when("he enters the client ID of Coupa's OAuth client in the Client ID field")
def enters_client_id(admin: Actor, typed: Typed, workspace: Workspace) -> None:
    """Documentation, step 10."""
    _type(admin, typed, {"Client ID": workspace.stage.app["client_id"]})


@when("he enters the client secret of Coupa's OAuth client in the Client secret field")
def enters_client_secret(admin: Actor, typed: Typed, workspace: Workspace) -> None:
    """Documentation, step 11."""
    _type(admin, typed, {_SECRET: workspace.stage.app["client_secret"]})


@when("he clicks Connect")
def clicks_connect(admin: Actor) -> None:
    """Documentation, step 14."""
    RecipeEditor(admin.page).connect.click()


@when(parsers.re(r"he signs in to Coupa and (?P<decision>allows|denies) the connection"))
def decides_at_coupa(decision: str, admin: Actor) -> None:
    """The builder's own Coupa account."""
    coupa = CoupaPages(admin.page)
    coupa.sign_in(admin.app_account["login"], admin.app_account["password"])
    (coupa.allow if decision == "allows" else coupa.deny).click()


@then(parsers.parse('the step shows the connection "{name}" as connected'))
def step_is_connected(name: str, admin: Actor) -> None:
    """Back in the editor."""
    main = admin.page.get_by_role("main")
    expect(main.get_by_text("Connected", exact=True)).to_be_visible()
    expect(main).to_contain_text(name)


@then(parsers.parse('the tool "{tool}" needs verified user access'))
def tool_needs_verified_access(tool: str, admin: Actor, workspace: Workspace) -> None:
    """As the server's Overview shows it."""
    goes_to_ai_hub(admin, workspace)
    clicks_server("Finance assistant", admin, workspace)
    row = admin.page.get_by_role("listitem").filter(has=admin.page.get_by_role("link", name=tool))
    expect(row).to_contain_text("Verified user access")


@when(
    parsers.re(
        r'he fills in the connection form of "(?P<tool>[^"]+)" with "(?P<value>[^"]*)" '
        r'in the field "(?P<label>[^"]+)"'
    )
)
def fills_in_with(
    tool: str, value: str, label: str, admin: Actor, typed: Typed, workspace: Workspace
) -> None:
    """Everything right but this one field."""
    if value == "(a client without the redirect URI)":
        value = next(
            client["client_id"]
            for client in workspace.stage.app["clients"]
            if not any("workato.com" in uri for uri in client["redirect_uris"])
        )
    _open_form(tool, admin, workspace)
    _type(admin, typed, _right_values(workspace) | {label: value})


@when(parsers.parse('he fills in the connection form of "{tool}" without a mistake'))
def fills_in(tool: str, admin: Actor, typed: Typed, workspace: Workspace) -> None:
    """Everything right."""
    _open_form(tool, admin, workspace)
    _type(admin, typed, _right_values(workspace))


@then(parsers.re(r'the field "(?P<label>(?!User groups)[^"]+)" says "(?P<sentence>[^"]+)"'))
def field_says(label: str, sentence: str, admin: Actor) -> None:
    """The error stands next to its field, and assistive technology knows."""
    editor = RecipeEditor(admin.page)
    expect(editor.field(label)).to_have_attribute("aria-invalid", "true")
    expect(editor.error_of(label)).to_contain_text(sentence)


@then("everything else he typed is still there, the secret aside")
def typed_is_kept(admin: Actor, typed: Typed) -> None:
    """No page gives a secret back."""
    editor = RecipeEditor(admin.page)
    for label, value in typed.values.items():
        field = editor.field(label)
        if label == _SECRET:
            expect(field).to_have_value("")
        elif label == "Scopes":
            expect(field).to_have_values([name.strip() for name in value.split(",")])
        elif label in ("Location", "Authentication type"):
            expect(field.locator("option:checked")).to_have_text(value)
        else:
            expect(field).to_have_value(value)


@then("the recipe editor says that the consent was denied")
def says_denied(admin: Actor) -> None:
    """In words, beside the button."""
    expect(admin.page.get_by_role("main")).to_contain_text("denied")


def _right_values(workspace: Workspace) -> dict[str, str]:
    return {
        "Name": "Coupa of our end users",
        "Location": "Finance",
        "Authentication type": "Authorization code grant",
        "Client ID": workspace.stage.app["client_id"],
        _SECRET: workspace.stage.app["client_secret"],
        "Host": f"https://{workspace.stage.app['production_host']}",
        "Scopes": "core.common.read, core.purchase_order.read",
    }


def _open_form(tool: str, admin: Actor, workspace: Workspace) -> None:
    goes_to_ai_hub(admin, workspace)
    clicks_server("Finance assistant", admin, workspace)
    selects_tool(tool, admin)
    clicks_edit(admin)
    selects_step("Search purchase orders in Coupa", admin)
    selects_end_users_connection(admin)


def _type(admin: Actor, typed: Typed, values: dict[str, str]) -> None:
    RecipeEditor(admin.page).fill(values)
    typed.values.update(values)
