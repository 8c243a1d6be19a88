"""What Workato has pages alone for, by program: every page shows what the control API made."""

from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import ActivityLog, EndUser, McpServer
from simulator.domain import (
    api_collections,
    api_endpoints,
    customers,
    recipe_tests,
    recipes,
    workspaces,
)
from simulator.sandbox.simulator import Simulator
from tests.contract.browser import Browser
from tests.contract.control_world import Control, program, steered

__all__ = ["program", "steered"]  # the fixtures
pytestmark = pytest.mark.requirement("API-45", "CTL-21")

HUB = "https://app.workato.com"
OWN = "workspaces/1"
CASES, SAML = f"{OWN}/recipes/1/test_cases", f"{OWN}/environments/1/saml"
ADMIN = "/workspace_admin"
#: The first bytes of a picture, in base64: no more is looked at.
LOGO = "iVBORw0KGgoAAAANSUhEUg=="


@pytest.fixture(scope="module")
def olivia(steered: Simulator) -> Browser:
    """The owner's browser."""
    browser = Browser(steered).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email="olivia@acme.example", password="demo-Pass-1")


@pytest.fixture(scope="module")
def handles(steered: Simulator) -> dict[str, str]:
    """Name of an MCP server → handle."""
    with steered.world.db.unit() as session:
        return {each.name: each.handle for each in session.scalars(select(McpServer))}


@pytest.mark.parametrize(
    "path, at, body, change",
    [
        (
            f"{OWN}/client_roles",
            f"{ADMIN}/api_clients/roles",
            {"name": "Reader", "endpoints": ["GET /api/recipes"]},
            {"name": "Writer", "endpoints": ["GET /api/recipes", "POST /api/recipes"]},
        ),
        (
            CASES,
            "/recipes/1/test_cases",
            {"name": "Nothing found", "event": {"status": "draft"}},
            {"name": "Something found", "event": {}, "checks": [{"step": 2, "of": "failure"}]},
        ),
        (
            f"{OWN}/saml/providers",
            f"{ADMIN}/authentication",
            {"name": "Okta", "metadata_url": "https://idp.sandbox.example/metadata"},
            {"name": "OneLogin", "metadata_url": "https://idp.sandbox.example/metadata"},
        ),
    ],
)
def test_what_is_made_changed_and_deleted_is_on_the_page(
    program: Control,
    olivia: Browser,
    path: str,
    at: str,
    body: dict[str, Any],
    change: dict[str, Any],
) -> None:
    answer = program.send("POST", path, json=body)
    assert answer.status_code == 201
    own = answer.headers["Location"].removeprefix("/_simulator/")
    made = program.call("GET", own)
    assert made == answer.json
    assert made | body == made
    assert body["name"] in olivia.get(HUB + at).text
    assert made in next(iter(program.call("GET", path).values()))

    changed = program.call("PUT", own, json=change)
    assert changed | change == changed
    text = olivia.get(HUB + at).text
    assert (change["name"] in text, body["name"] in text) == (True, False)

    program.call("DELETE", own)
    assert program.refused("GET", own)["status"] == 404
    assert change["name"] not in olivia.get(HUB + at).text


@pytest.mark.parametrize(
    "path, at, body, text, default",
    [
        (
            f"{OWN}/settings",
            f"{ADMIN}/settings",
            {"restricts_tags": True},
            'name="restricts_tags" value="yes" checked',
            {"restricts_tags": False},
        ),
        (
            f"{OWN}/login_experience",
            f"{ADMIN}/login_experience",
            {"primary": "#0b5fff", "secondary": "#001133", "logo": LOGO},
            'value="#0b5fff"',
            {"primary": "#593196", "secondary": "#2b1a57", "logo": None},
        ),
        (
            SAML,
            f"{ADMIN}/authentication",
            {"enabled": False, "domains": ["b.example"], "syncs_groups": False},
            'value="b.example"',
            {"enabled": False, "provisions_users": False, "syncs_groups": False},
        ),
    ],
)
def test_what_is_set_is_on_the_page(
    program: Control,
    olivia: Browser,
    path: str,
    at: str,
    body: dict[str, Any],
    text: str,
    default: dict[str, Any],
) -> None:
    assert program.call("PUT", path, json=body).items() >= body.items()
    assert program.call("GET", path).items() >= body.items()
    shown = olivia.get(HUB + at).page.text.replace('checked=""', "checked")
    assert text in " ".join(shown.split())

    program.call("PUT", path, json=default)
    assert program.call("GET", path).items() >= default.items()


def test_the_login_experience_goes_back_to_workatos(program: Control) -> None:
    program.call("PUT", f"{OWN}/login_experience", json={"primary": "1, 2, 3"})
    program.call("DELETE", f"{OWN}/login_experience")

    assert program.call("GET", f"{OWN}/login_experience")["source"] == "workato"


def test_an_environment_is_added_and_taken_from_a_person(
    program: Control, olivia: Browser, steered: Simulator
) -> None:
    made = program.call("POST", f"{OWN}/environments", json={"name": "Test"})
    assert "Test" in olivia.get(f"{HUB}{ADMIN}/environments").text
    rows = program.call("GET", f"{OWN}/environments")["environments"]
    assert [each["name"] for each in rows] == ["Production", "Test"]

    path = f"people/ada@acme.example/environments/{made['id']}"
    program.call("PUT", path, json={"allowed": False})
    listed = program.call("GET", "people/ada@acme.example/environments")["environments"]
    assert {each["name"]: each["allowed"] for each in listed} == {"Production": True, "Test": False}
    ada = program.call("GET", "people/ada@acme.example")["id"]
    assert olivia.get(f"{HUB}{ADMIN}/end_users/{ada}").has_button("Restore access")
    program.call("PUT", path, json={"allowed": True})
    assert not olivia.get(f"{HUB}{ADMIN}/end_users/{ada}").has_button("Restore access")

    program.call("DELETE", f"{OWN}/environments/{made['id']}")
    assert program.refused("GET", f"{OWN}/environments/{made['id']}")["status"] == 404
    with steered.world.db.unit() as session:
        own = ActivityLog.resource_type == "Environment"
        lines = session.scalars(select(ActivityLog).where(own)).all()
    assert {(each.event_type, each.actor_name) for each in lines} == {
        ("created", "Olivia Grant"),
        ("deleted", "Olivia Grant"),
    }


def test_single_people_have_a_server(
    program: Control, olivia: Browser, handles: dict[str, str]
) -> None:
    path = f"{OWN}/servers/{handles['Procurement assistant']}/end_users"
    page = f"{HUB}/ai_hub/mcp/{handles['Procurement assistant']}/end_user_access"
    added = program.call("POST", path, json={"end_users": ["eve@acme.example", "Fay Lindqvist"]})
    assert [each["name"] for each in added["end_users"]] == ["Eve Outerbridge", "Fay Lindqvist"]
    first = program.call("GET", f"{path}?limit=1")
    assert [each["name"] for each in first["end_users"]] == ["Eve Outerbridge"]
    rest = program.call("GET", f"{path}?after={first['next']}")
    assert ([each["name"] for each in rest["end_users"]], rest["next"]) == (["Fay Lindqvist"], None)
    assert "Eve Outerbridge" in olivia.get(page).text

    for each in ("eve@acme.example", added["end_users"][1]["id"]):
        program.call("DELETE", f"{path}/{each}")
    assert "Eve Outerbridge" not in olivia.get(page).text
    assert program.refused("DELETE", f"{path}/eve@acme.example")["status"] == 404


def test_an_invitation_is_sent_once_more(program: Control, steered: Simulator) -> None:
    assert program.refused("POST", "people/Ada/invite")["status"] == 409
    with steered.world.db.unit() as session:
        hana = session.scalars(select(EndUser).where(EndUser.name == "Hana Sato")).one()
        hana.status = "invited"

    letter = program.call("POST", "people/Hana/invite")
    (listed,) = program.call("GET", "mails?to=hana@acme.example")["mails"]
    assert listed["to"] == letter["to"] == "hana@acme.example"
    assert Browser(steered).get(letter["link"]).page.status_code == 200


def test_a_template_is_used_and_an_api_endpoint_deleted(
    program: Control, olivia: Browser, steered: Simulator
) -> None:
    (template,) = (
        each
        for each in program.call("GET", "server_templates")["server_templates"]
        if each["key"] == "procurement_api"
    )
    assert template["apps"] == [{"provider": "coupa", "end_user": True}]
    chosen = {"coupa": {"connection": "Coupa (shared)", "end_user": False}}
    use = f"{OWN}/server_templates/procurement_api/use"
    made = program.call("POST", use, json={"name": "From a template", "connections": chosen})
    page = f"{HUB}/ai_hub/mcp/{made['handle']}/overview"
    assert olivia.get(page).text.count("Get a requisition")
    assert made["tools"] == ["Get_a_requisition", "List_requisitions"]

    with steered.world.db.unit() as session:
        server = session.scalars(select(McpServer).filter_by(handle=made["handle"])).one()
        collection = api_collections.get_collection(steered.world, 1, server.collection_id or 0)
        (number,) = (
            each.row.id
            for each in api_endpoints.list_endpoints(steered.world, 1, collection)
            if each.row.name == "Get a requisition"
        )
    program.call("DELETE", f"{OWN}/api_endpoints/{number}")
    assert "Get a requisition" not in olivia.get(page).text
    assert program.refused("DELETE", f"{OWN}/api_endpoints/{number}")["status"] == 404


def test_a_proxy_server_is_made_and_takes_over_tools(
    program: Control, olivia: Browser, handles: dict[str, str]
) -> None:
    access = f"{OWN}/servers/{handles['Mail desk']}/end_users"
    program.call("POST", access, json={"end_users": ["olivia@acme.example"]})
    body = {"name": "Mail", "url": "https://2110.apim.mcp.workato.com", "project": "Office"}
    made = program.call("POST", f"{OWN}/proxy_servers", json=body)
    own = f"{OWN}/proxy_servers/{made['handle']}"
    assert program.call("GET", f"{OWN}/proxy_servers") == {"proxy_servers": [made], "next": None}
    assert not made["connected"]
    assert program.refused("POST", f"{own}/refresh_tools")["status"] == 409

    olivia.get(made["page"]).press("Sign in again")
    olivia.press("Sign in", email="olivia@acme.example", password="demo-Pass-1").press("Allow")
    assert program.call("GET", own)["connected"]
    tools = program.call("POST", f"{own}/refresh_tools")["tools"]
    assert tools
    assert program.call("POST", f"{own}/register") == program.call("GET", own), "it knows us"
    assert tools[0].replace("_", " ") in olivia.get(made["page"]).text.replace("_", " ")


def test_a_case_is_drafted_of_a_job(program: Control, steered: Simulator) -> None:
    with steered.world.db.unit():
        recipe = recipes.get_recipe(steered.world, 1, 1)
        environment = workspaces.list_environments(steered.world, 1)[0]
        event = {"status": "draft"}
        job = recipe_tests.run(steered.world, recipe, event, None, environment)

    draft = program.call("GET", f"{OWN}/recipes/1/jobs/{job}/test_case")
    made = program.call("POST", CASES, json=draft)
    assert (made["name"], made["event"]) == (f"Like job {job}", {"status": "draft"})
    program.call("DELETE", f"{CASES}/{made['id']}")


def test_a_customers_workspace_is_one_of_them(program: Control, steered: Simulator) -> None:
    with steered.world.db.unit():
        email = "boss@retailer.example"
        customers.create(steered.world, 1, name="Retailer", notification_email=email)

    first = program.call("GET", "workspaces?limit=1")
    (theirs,) = program.call("GET", f"workspaces?after={first['next']}")["workspaces"]
    assert theirs["name"] == "Retailer"
    path = f"workspaces/{theirs['id']}"
    role = {"name": "Reader", "endpoints": ["GET /api/recipes"]}
    made = program.call("POST", f"{path}/client_roles", json=role)
    assert program.call("GET", f"{path}/client_roles")["client_roles"] == [made]
    assert program.refused("GET", f"{OWN}/client_roles/{made['id']}")["status"] == 404
    assert program.refused("PUT", f"{OWN}/client_roles/{made['id']}", json=role)["status"] == 404


@pytest.mark.requirement("MCPA-2")
def test_an_mcp_app_is_added_changed_and_removed(
    program: Control, olivia: Browser, handles: dict[str, str]
) -> None:
    handle = handles["Procurement assistant"]
    path, page = f"{OWN}/servers/{handle}/apps", f"{HUB}/ai_hub/mcp/{handle}/overview"
    body = {"name": "Policy", "tool": "Get_procurement_policy", "html": "<p>1</p>", "csp": {}}
    for wrong, member in (
        ({"tool": "Moon"}, "/tool"),
        ({"csp": {"moonDomains": []}}, "/csp"),
        ({"csp": {"connectDomains": ["moon"]}}, "/csp"),
    ):
        problem = program.refused("POST", path, json=body | wrong)
        assert [each["pointer"] for each in problem["errors"]] == [member]
    made = program.call("POST", path, json=body)
    assert made["uri"] == "ui://policy"
    assert "Policy : opened by Get_procurement_policy" in olivia.get(page).text

    own = f"{path}/{made['id']}"
    program.call("PUT", own, json={"name": "Rules", "html": "<p>2</p>"})
    assert program.call("GET", own) == made | {"name": "Rules", "html": "<p>2</p>"}
    assert program.call("GET", path)["mcp_apps"] == [program.call("GET", own)]
    program.call("DELETE", own)
    assert "Rules" not in olivia.get(page).text
