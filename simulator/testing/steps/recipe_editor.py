"""Steps in the recipe editor: the connection of a tool's action step."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_bdd import parsers, then, when

from simulator.connectors import of_app
from simulator.testing.actors import Actor
from simulator.testing.pages.ai_hub import ServerPage
from simulator.testing.pages.recipe_editor import RecipeEditor
from simulator.testing.pages.sign_in import AppPages
from simulator.testing.steps.ai_hub import Visit, clicks_server, goes_to_ai_hub
from simulator.testing.steps.consent import wait_for_app
from simulator.testing.steps.web_app import Somebody
from simulator.testing.steps.words import DECISIONS, meaning
from simulator.testing.workspace import Workspace

_SECRET = "Client secret"
_ANOTHER_CLIENT = "(a client without the redirect URI)"


@dataclass
class Typed:
    """What was typed into the form: label → value."""

    values: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def typed() -> Typed:
    """The form's contents as the scenario typed them."""
    return Typed()


@when(
    parsers.re(r'(?P<who>[^"]+?) selects? the tool "(?P<tool>[^"]+)" and the recipe editor opens')
)
def selects_tool(who: str, tool: str, somebody: Somebody) -> None:
    """Documentation, step 3."""
    ServerPage(somebody(who).page).click_tool(tool)


@when(parsers.re(r'(?P<who>[^"]+?) clicks? Edit'))
def clicks_edit(who: str, somebody: Somebody) -> None:
    """Documentation, step 4."""
    RecipeEditor(somebody(who).page).click_edit()


@when(parsers.re(r'(?P<who>[^"]+?) selects? the action step "(?P<step>[^"]+)"'))
def selects_step(who: str, step: str, somebody: Somebody) -> None:
    """Documentation, step 5."""
    RecipeEditor(somebody(who).page).select_step(step)


@when(parsers.re(r'(?P<who>[^"]+?) selects? End user\'s connection'))
def selects_end_users_connection(who: str, somebody: Somebody) -> None:
    """Documentation, step 6."""
    RecipeEditor(somebody(who).page).select_end_users_connection()


@when(
    parsers.re(
        r'(?P<who>[^"]+?) provides? "(?P<value>[^"]*)" in the (?P<label>[^"]+) field'
        r'(?:, which is what (?P<app>[^"]+) requires)?'
    )
)
def provides(
    who: str,
    value: str,
    label: str,
    app: str | None,
    somebody: Somebody,
    typed: Typed,
    workspace: Workspace,
) -> None:
    """Documentation, steps 7 and 12; field and value of step 12 differ by application."""
    if app:
        connector, *_ = of_app(workspace.stage.app_named(app)["kind"])
        field_of_app = connector.host_field
        assert field_of_app, f"the form of {app} asks for no host"
        assert label == field_of_app.label
        connector.host(value)
    _fill(somebody(who), typed, {label: value})


@when(
    parsers.re(
        r'(?P<who>[^"]+?) uses? the (?P<label>Location|Authentication type|Scopes) drop-down menu '
        r'to select (?:the project )?"(?P<value>[^"]+)"'
    )
)
def selects(who: str, value: str, label: str, somebody: Somebody, typed: Typed) -> None:
    """Documentation, steps 8, 9 and 13; several scopes stand in one list with commas."""
    _fill(somebody(who), typed, {label: value})


@when(
    parsers.re(
        r'(?P<who>[^"]+?) enters? the client ID of (?P<app>[^"]+)\'s OAuth client in the '
        r"Client ID field"
    )
)
def enters_client_id(
    who: str, app: str, somebody: Somebody, typed: Typed, workspace: Workspace
) -> None:
    """Documentation, step 10."""
    client_id = workspace.stage.app_named(app)["client_id"]
    _fill(somebody(who), typed, {"Client ID": client_id})


@when(
    parsers.re(
        r'(?P<who>[^"]+?) enters? the client secret of (?P<app>[^"]+)\'s OAuth client in the '
        r"Client secret field"
    )
)
def enters_client_secret(
    who: str, app: str, somebody: Somebody, typed: Typed, workspace: Workspace
) -> None:
    """Documentation, step 11."""
    client_secret = workspace.stage.app_named(app)["client_secret"]
    _fill(somebody(who), typed, {_SECRET: client_secret})


@when(parsers.re(r'(?P<who>[^"]+?) clicks? Connect'))
def clicks_connect(who: str, somebody: Somebody) -> None:
    """Documentation, step 14."""
    RecipeEditor(somebody(who).page).connect.click()


@when(
    parsers.re(r'(?P<who>[^"]+?) signs? in to (?P<app>[^"]+) and (?P<decision>\w+) the connection')
)
def decides_at_app(
    who: str, app: str, decision: str, somebody: Somebody, workspace: Workspace
) -> None:
    """With the builder's own account in the app; `allows` or `denies`."""
    button = meaning(decision, DECISIONS)
    actor, there = somebody(who), workspace.stage.app_named(app)
    account = actor.account_in(there)
    wait_for_app(actor, there)
    pages = AppPages(actor.page, actor.stage.kind_of(there))
    pages.decide(account["login"], account["password"], button)


@then(parsers.parse('the step shows the connection "{name}" as connected'))
def step_is_connected(name: str, admin: Actor) -> None:
    """Back in the editor."""
    RecipeEditor(admin.page).expect_connected(name)


@then(
    parsers.re(r'the tool "(?P<tool>[^"]+)"(?: of "(?P<server>[^"]+)")? needs verified user access')
)
def tool_needs_verified_access(
    tool: str,
    server: str | None,
    admin: Actor,
    somebody: Somebody,
    workspace: Workspace,
    visit: Visit,
) -> None:
    """As the Overview shows it of the server that is named, or was opened last."""
    goes_to_ai_hub("they", somebody, workspace)
    clicks_server("they", server or visit.server, somebody, workspace, visit)
    tag = ServerPage(admin.page).tool(tool).get_by_text("Verified user access", exact=True)
    expect(tag).to_be_visible()


@when(
    parsers.re(
        r'(?P<who>[^"]+?) fills? in the connection form of "(?P<tool>[^"]+)"'
        r'(?: for (?P<app>[^"]+?))? with "(?P<value>[^"]*)" in the field "(?P<label>[^"]+)"'
    )
)
def fills_in_with(
    who: str,
    tool: str,
    app: str | None,
    value: str,
    label: str,
    somebody: Somebody,
    typed: Typed,
    workspace: Workspace,
    visit: Visit,
) -> None:
    """Everything right but this one field."""
    there = _app(app, workspace)
    if value == _ANOTHER_CLIENT:
        value = _client_without_redirect_uri(there)
    _open_form(who, tool, somebody, workspace, visit)
    _fill(somebody(who), typed, _right_values(somebody(who), there) | {label: value})


@when(
    parsers.re(
        r'(?P<who>[^"]+?) fills? in the connection form of "(?P<tool>[^"]+)"'
        r'(?: for (?P<app>[^"]+?))? without a mistake'
    )
)
def fills_in(
    who: str,
    tool: str,
    app: str | None,
    somebody: Somebody,
    typed: Typed,
    workspace: Workspace,
    visit: Visit,
) -> None:
    """Everything right: the first project, and every scope that the app's client may ask for."""
    there = _app(app, workspace)
    _open_form(who, tool, somebody, workspace, visit)
    _fill(somebody(who), typed, _right_values(somebody(who), there))


@then(parsers.re(r"everything else (?:he|she|they) typed is still there, the secret aside"))
def form_has_same_values(admin: Actor, typed: Typed) -> None:
    """No page gives a secret back."""
    assert typed.values, "nothing was typed: this would tell nothing"
    for label, value in typed.values.items():
        RecipeEditor(admin.page).expect_value(label, "" if label == _SECRET else value)


@then("the recipe editor says that the consent was denied")
def says_denied(admin: Actor) -> None:
    """In words, beside the button."""
    expect(RecipeEditor(admin.page).form.get_by_role("alert")).to_contain_text("denied")


def _app(name: str | None, workspace: Workspace) -> dict[str, Any]:
    """The app that a step names; where it names none, that of the first kind."""
    return workspace.stage.app_named(name or workspace.stage.kind_of(workspace.stage.app))


def _right_values(actor: Actor, app: dict[str, Any]) -> dict[str, str]:
    editor = RecipeEditor(actor.page)
    scopes = editor.multiple_menu("Scopes")
    expect(scopes.control).to_be_visible()  # the form may be on its way
    offered = scopes.options.all_inner_texts()
    permitted = app["clients"][0]["scopes"]
    connector = of_app(actor.stage.kind_of(app))[0]
    host_field = connector.host_field
    host = {host_field.label: f"https://{app['production_host']}"} if host_field else {}
    return host | {
        "Name": f"{app['name']} of our end users",
        "Location": editor.menu("Location").options()[0],
        "Authentication type": connector.auth_type_of({}).label,
        "Client ID": app["client_id"],
        _SECRET: app["client_secret"],
        "Scopes": ", ".join(scope for scope in offered if scope in permitted),
    }


def _client_without_redirect_uri(app: dict[str, Any]) -> str:
    for client in app["clients"]:
        if not any("workato.com" in uri for uri in client["redirect_uris"]):
            return str(client["client_id"])
    raise LookupError(f"Every OAuth client of {app['name']} has Workato's redirect URI.")


def _open_form(who: str, tool: str, somebody: Somebody, workspace: Workspace, visit: Visit) -> None:
    """Open the form of the tool's first step that acts in an app, at the server that has it."""
    goes_to_ai_hub(who, somebody, workspace)
    clicks_server(who, _server_of(tool, workspace), somebody, workspace, visit)
    selects_tool(who, tool, somebody)
    clicks_edit(who, somebody)
    RecipeEditor(somebody(who).page).select_app_step()
    selects_end_users_connection(who, somebody)


def _server_of(tool: str, workspace: Workspace) -> str:
    name = re.sub(r"\W+", "_", tool)
    for server in workspace.description["servers"]:
        if name in (each["name"] for each in server.get("tools", ())):
            return str(server["name"])
    raise LookupError(f"No MCP server has a tool '{tool}'.")


def _fill(actor: Actor, typed: Typed, values: dict[str, str]) -> None:
    RecipeEditor(actor.page).fill(values)
    typed.values.update(values)
