"""What the control API refuses of a workspace is what its page refuses, at the member."""

from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import ApiClient, McpServer
from simulator.sandbox.simulator import Simulator
from tests.contract.control_world import Control, program, steered

__all__ = ["program", "steered"]  # the fixtures
pytestmark = pytest.mark.requirement("CTL-21")

OWN = "workspaces/1"
PROXY = {"name": "P", "url": "x", "project": "Office"}
CASES, SAML = f"{OWN}/recipes/1/test_cases", f"{OWN}/environments/1/saml"


@pytest.mark.parametrize(
    "method, path, body, status, pointer, sentence",
    [
        ("GET", "workspaces/7/saml", None, 404, None, "There is no workspace 7."),
        ("GET", "workspaces/x/saml", None, 404, None, "ids are whole numbers"),
        ("POST", f"{OWN}/environments", {"name": "Production"}, 422, "/name", "already has"),
        ("POST", f"{OWN}/environments", {"name": "Staging"}, 422, "/name", "must be"),
        ("DELETE", f"{OWN}/environments/1", None, 409, None, "Production is not empty"),
        ("PUT", SAML, {"provider": "Nobody"}, 422, "/provider", "There are: none."),
        ("PUT", SAML, {}, 422, "/provider", "Select an identity provider"),
        ("PUT", SAML, {"enabled": False, "domains": ["b"]}, 422, "/domains", "is not a domain"),
        (
            *("PUT", SAML, {"enabled": False, "provisioned_environments": ["Moon"]}, 422),
            *("/provisioned_environments", "There is no environment 'Moon'."),
        ),
        ("POST", f"{OWN}/saml/providers", {"name": "A"}, 422, "/metadata_url", "Give either"),
        (
            *("POST", f"{OWN}/saml/providers", {"name": "A", "metadata_xml": "<a/>"}, 422),
            *("/metadata_xml", "."),
        ),
        ("PUT", f"{OWN}/login_experience", {"primary": "red"}, 422, "/primary", "as #593196"),
        ("PUT", f"{OWN}/login_experience", {"logo": "?"}, 422, "/logo", "in base64"),
        ("PUT", f"{OWN}/login_experience", {"logo": "QUFB"}, 422, "/logo", "PNG or JPEG"),
        (
            *("POST", f"{OWN}/client_roles", {"name": "A", "endpoints": ["GET /api/x"]}, 422),
            *("/endpoints", "has no endpoint 'GET /api/x'."),
        ),
        ("POST", CASES, {"name": "A", "mocks": [{"step": 99}]}, 422, "/mocks", "A mock is"),
        ("POST", CASES, {"name": "A", "of": 1}, 422, "/of", "'of'"),
        (
            *("POST", CASES, {"name": "A", "mocks": [{"step": [], "error": "x"}]}, 422),
            *("/mocks", "There is no action in step []."),
        ),
        (
            *("POST", CASES, {"name": "A", "checks": [{"step": {}}]}, 422),
            *("/checks", "There is no step {}."),
        ),
        (
            *("POST", CASES, {"name": "A", "checks": [{"step": 1, "condition": []}]}, 422),
            *("/checks", "There is no such condition."),
        ),
        (
            *("POST", CASES, {"name": "A", "checks": [{"step": 1, "conditon": "contains"}]}, 422),
            *("/checks", "`conditon` is unknown."),
        ),
        (
            *("POST", f"{OWN}/proxy_servers", PROXY | {"url": "http://["}, 422),
            *("/url", "must be a whole address"),
        ),
        (
            *("POST", f"{OWN}/proxy_servers", PROXY | {"name": "Two\nlines"}, 422),
            *("/name", "stands in one line"),
        ),
        ("GET", f"{OWN}/recipes/1/jobs/j-1/test_case", None, 404, None, "has no such job"),
        (
            *("POST", f"{OWN}/proxy_servers", PROXY, 422),
            *("/url", "must be a whole address"),
        ),
        (
            *("POST", f"{OWN}/proxy_servers", PROXY | {"project": "Moon"}, 422),
            *("/project", "There is no project 'Moon'."),
        ),
        ("POST", f"{OWN}/server_templates/moon/use", {}, 404, None, "no such template"),
        (
            *("POST", f"{OWN}/server_templates/helpdesk/use", {"connections": {"x": {}}}, 422),
            *("/connections", "There are: jira."),
        ),
        (
            *("POST", f"{OWN}/server_templates/helpdesk/use", {"environment": "Moon"}, 422),
            *("/environment", "There are: Production."),
        ),
        (
            *("POST", f"{OWN}/server_templates/helpdesk/use", {"name": "Finance"}, 422),
            *("/project", "already"),
        ),
        ("PUT", "people/Ada/environments/9", {"allowed": True}, 404, None, "does not exist"),
    ],
)
def test_what_a_page_refuses_is_refused_at_its_member(
    program: Control,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    status: int,
    pointer: str | None,
    sentence: str,
) -> None:
    problem = program.refused(method, path, json=body)

    assert problem["status"] == status
    assert sentence in problem["detail"]
    assert [each["pointer"] for each in problem.get("errors", ())] == ([pointer] if pointer else [])


def test_nobody_is_added_to_a_server_by_token_or_who_is_not_there(
    program: Control, steered: Simulator
) -> None:
    with steered.world.db.unit() as session:
        handles = {each.name: each.handle for each in session.scalars(select(McpServer))}
    path = "{}/servers/{}/end_users"
    body = {"end_users": ["Ada", "Nemo"]}
    assert program.refused("GET", path.format(OWN, handles["Finance assistant"]))["status"] == 403
    problem = program.refused("POST", path.format(OWN, handles["Team chat"]), json=body)

    assert problem["errors"][0]["pointer"] == "/end_users"
    assert not program.call("GET", path.format(OWN, handles["Team chat"]))["end_users"], "not Ada"


def test_a_role_that_a_client_has_stays(program: Control, steered: Simulator) -> None:
    role = {"name": "In use", "endpoints": ["GET /api/recipes"]}
    made = program.call("POST", f"{OWN}/client_roles", json=role)
    with steered.world.db.unit() as session:
        session.scalars(select(ApiClient)).one().role_id = made["id"]

    problem = program.refused("DELETE", f"{OWN}/client_roles/{made['id']}")
    assert problem["detail"].startswith("1 API client has the role 'In use'.")
    (row,) = program.call("GET", f"{OWN}/client_roles")["client_roles"]
    assert row["clients"] == 1
