"""schemathesis sends whatever both APIs' documents allow: every answer is one that they foresee.

No 5xx, no answer that its schema forbids, and no request refused that its schema allows, but for
what no schema can say, which is listed here.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import requests

from simulator.domain import api_clients
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from tests.wire.programs import ENVIRONMENTS

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.requirement("API-37")]

_CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_schema_conformance", "positive_data_acceptance"),
)
#: What may be answered to a request that its schema allows.
_TAKEN = ["2xx", "401", "403", "404", "409"]

#: NUL characters are stored nowhere (CORE rules), and no server reads an address of any length.
_SETTINGS = f"""generation.allow-x00 = false
checks.positive_data_acceptance.expected-statuses = {[*_TAKEN, "414"]}"""

#: Operation of the Developer API → the rule that no schema says, for which it may answer 400.
DEVELOPER_RULES: Mapping[str, str] = {
    "DELETE /api/iam/app_links": "one id or more is named",
    "DELETE /api/iam/user_groups/{group_id}/remove_users": "one id or more is named",
    "GET /api/mcp/mcp_servers": "the folder is there",
    "GET /api/tags": "ids in filters are numbers",
    "POST /api/agentic/skills": "the recipe begins as skills do, and is none yet",
    "POST /api/api_access_profiles": "addresses are some",
    "PUT /api/api_access_profiles/{api_access_profile_id}": "addresses are some",
    "POST /api/api_collections": "the text is an OpenAPI document; the name is free",
    "POST /api/api_collections/{id}/api_endpoints": "the recipe is an API recipe of the project",
    "POST /api/connections": "the parent is of the same app; the host has the app's format",
    "POST /api/connections/{connection_id}": "the host has the app's format",
    "POST /api/connections/runtime_user_connections": "the parent is connected; the URL is one",
    "POST /api/connections/{connection_id}/pick_list": "the app has such a pick list",
    "POST /api/custom_connectors/{id}/release": "the latest version is not released yet",
    "POST /api/custom_oauth_profiles": "there is such an app, whose profiles can be had",
    "POST /api/data_tables": "no two columns have one name",
    "POST /api/developer_api_clients": "there is such a role; the name is free, addresses are some",
    "PUT /api/developer_api_clients/{client_id}": "as where it is made",
    "POST /api/member_invitations": "the name is one line, the address is one, and free",
    "PUT /api/members/{member_id}": "there is such a role",
    "POST /api/environment_roles": "one privilege is chosen; the name is free",
    "POST /api/export_manifests": "the assets are in the folder",
    "POST /api/folders": "the name is free",
    "POST /api/iam/app_links": "the address is one; the name is free",
    "POST /api/iam/user_groups": "the name is free, and one person or more is named",
    "POST /api/iam/users": "the addresses are some, and free",
    "POST /api/lookup_tables": "the schema's text is JSON; labels are different",
    "POST /api/managed_users": "the name is one line",
    "POST /api/mcp/mcp_servers": "the folder is there",
    "POST /api/project_roles": "one privilege is chosen; the name is free",
    "POST /api/properties": "there are a thousand at most",
    "POST /api/sdk/generate_schema/csv": "the columns have names, all of them different",
    "POST /api/sdk/generate_schema/json": "the text is a JSON object, or a list of them",
    "POST /api/tags": "the title is free",
    "POST /api/test_cases/run_requests": "it is said which test cases",
    "POST /api/v1/tables/{table_id}/query": "the columns are the table's, and of a fitting type",
    "POST /api/v1/tables/{table_id}/records": "the columns are the table's, and of a fitting type",
    "POST /api/v1/tables/{table_id}/records/query": "as of the shorter path",
    "PUT /api/v1/tables/{table_id}/records/{record_id}": "as where it is made",
    "POST /api/v2/api_clients/{api_client_id}/api_keys": "addresses are some",
    "PUT /api/v2/api_clients/{api_client_id}/api_keys/{api_key_id}": "addresses are some",
    "POST /api/v2/managed_users/statistics/usage": "it is said whose, by one kind of id",
    "PUT /api/connections/{connection_id}": "the host has the app's format",
    "PUT /api/data_tables/{data_table_id}": "no two columns have one name",
    "PUT /api/folders/{id}": "the name is free; no folder is in itself",
    "PUT /api/iam/user_groups/{group_id}": "the name is free",
    "PUT /api/iam/users/{user_id}": "the address is one, and free",
    "PUT /api/projects/{id}": "the name is free",
    "PUT /api/recipes/{recipe_id}/connect": "the connection is of an app that the recipe uses",
}


#: What belongs to one workspace.
_OWN = "/_simulator/workspaces/{workspace}"
#: Operation of the control API → the rule that no schema says, for which it may answer 422.
CONTROL_RULES: Mapping[str, str] = {
    "GET /_simulator/journal": "there is such a request, system, person, tool or parameter",
    "PATCH /_simulator/people/{id}": "the groups are there; the name is one line, the address free",
    "POST /_simulator/clock/tick": "no clock leaves the years 1970 to 8999",
    "POST /_simulator/clock/travel": "no clock leaves the years 1970 to 8999",
    "POST /_simulator/clock/freeze": "no clock leaves the years 1970 to 8999",
    "PUT /_simulator/clock": "no clock leaves the years 1970 to 8999",
    "POST /_simulator/faults": "the members make sense together, and there is such a system",
    "POST /_simulator/incidents": "the incident can be narrowed like this; there is such a person",
    "POST /_simulator/journal/nothing-else": "as of the journal",
    "POST /_simulator/journal/order": "as of the journal",
    "POST /_simulator/journal/verify": "as of the journal; the bounds leave a number",
    "POST /_simulator/people/{id}/visits": "the address is of a system; the apps are there",
    "POST /_simulator/violations/accepted": "the scenario has such people",
    "PUT /_simulator/apps/{host}/refresh_tokens": "one policy alone has a leeway",
    "PATCH /_simulator/identity_provider/accounts/{account}": "as where it is made",
    "POST /_simulator/identity_provider/accounts": "the address is one, and free",
    "POST /_simulator/identity_provider/applications": "the address is one, the entity ID free",
    f"POST {_OWN}/client_roles": "the endpoints are there; the name is one line, and free",
    f"PUT {_OWN}/client_roles/{{role}}": "as where it is made",
    f"POST {_OWN}/environments": "it is not there yet",
    f"PUT {_OWN}/environments/{{environment}}/saml": "the provider is there; domains are some",
    f"PUT {_OWN}/login_experience": "colours are some; the logo is a picture",
    f"POST {_OWN}/proxy_servers": "the address is one that may be asked; the project is there",
    f"POST {_OWN}/recipes/{{recipe}}/test_cases": "steps are the recipe's; the name is one line",
    f"PUT {_OWN}/recipes/{{recipe}}/test_cases/{{case}}": "as where it is made",
    f"POST {_OWN}/saml/providers": "the metadata can be read; the name is free",
    f"PUT {_OWN}/saml/providers/{{provider}}": "as where it is made",
    f"POST {_OWN}/server_templates/{{template}}/use": "the project is there; the name is free",
    f"POST {_OWN}/servers/{{handle}}/apps": "the tool is there and opens none; origins are some",
    f"PUT {_OWN}/servers/{{handle}}/apps/{{app}}": "as where it is added",
    f"POST {_OWN}/servers/{{handle}}/end_users": "there are such people",
}
#: What schemathesis leaves alone: it stays away as long as it is asked to.
_WAITS = "--exclude-path=/_simulator/journal/wait"


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Listening on free ports; quotas are not counted, which have tests of their own."""
    monkeypatch.setattr(api_clients, "count_request", lambda *_: None)
    with running(Settings(database="memory", port_base=0)) as simulator:
        yield simulator


@pytest.mark.timeout(300)
def test_requests_that_the_document_allows_are_answered_as_it_says(
    simulator: Simulator, tmp_path: Path
) -> None:
    """In short: one request each of the data that recipes read."""
    paths = "^/api/(lookup_tables|properties|tags)"
    check_developer_api(
        simulator, tmp_path, "--phases=fuzzing", "-n1", f"--include-path-regex={paths}"
    )


@pytest.mark.timeout(300)
@pytest.mark.requirement("CTL-2")
def test_the_control_api_answers_as_its_document_says(simulator: Simulator, tmp_path: Path) -> None:
    """In short: one request each of those that change no world as a whole."""
    paths = "journal$|faults|people|incidents|violations|snapshots$|workspaces|identity"
    these = f"--include-path-regex=^/_simulator/({paths})"
    check_control_api(simulator, tmp_path, "--phases=fuzzing", "-n1", these)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_request_that_the_document_allows_is_answered_as_it_says(
    simulator: Simulator, tmp_path: Path
) -> None:
    check_developer_api(simulator, tmp_path, "--phases=examples,coverage,fuzzing", "-n5")


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.requirement("CTL-2")
def test_every_request_that_the_control_api_allows_is_answered_as_it_says(
    simulator: Simulator, tmp_path: Path
) -> None:
    check_control_api(simulator, tmp_path, "--phases=examples,coverage,fuzzing", "-n5", _WAITS)


def check_developer_api(simulator: Simulator, folder: Path, *options: str) -> None:
    """Run schemathesis at the Developer API; all that it says against it is the failure."""
    description = simulator.describe()
    token = description["api_clients"][0]["token"]
    options = ("--header", f"Authorization: Bearer {token}", *options)
    document = f"{description['systems']['aihub']}/api/openapi.json"
    run_schemathesis(document, DEVELOPER_RULES, folder, *options)


def check_control_api(simulator: Simulator, folder: Path, *options: str) -> None:
    """Run schemathesis at the control API; all that it says against it is the failure."""
    description = simulator.describe()
    own = f"{description['control']}workspaces/1/"
    role = {"name": "Reader", "endpoints": ["GET /api/recipes"]}
    provider = {"name": "Company", "metadata_url": f"{description['systems']['idp']}/metadata"}
    server = description["servers"][0]
    app = {"name": "Board", "html": "<p>Board</p>", "tool": server["tools"][0]["name"]}
    there: dict[str, int | str] = {
        "workspace": 1,
        "environment": 1,
        "recipe": 1,
        "template": "unit_converter",
        "handle": server["handle"],
        "app": _make(f"{own}servers/{server['handle']}/apps", app),
        "role": _make(f"{own}client_roles", role),
        "provider": _make(f"{own}saml/providers", provider),
        "case": _make(f"{own}recipes/1/test_cases", {"name": "Case"}),
    }
    document = f"{description['control']}openapi.json"
    run_schemathesis(document, CONTROL_RULES, folder, *options, there=there)


def _make(collection: str, body: Mapping[str, object]) -> int | str:
    """Make something by the control API; returns its id."""
    made: int | str = requests.post(collection, json=body, timeout=60).json()["id"]
    return made


def run_schemathesis(
    document: str,
    refusing: Mapping[str, str],
    folder: Path,
    *options: str,
    there: Mapping[str, int | str] | None = None,
) -> None:
    """Run schemathesis at an OpenAPI document.

    Args:
        document: its address.
        refusing: the operations that may refuse what their schema allows.
        folder: where it works.
        *options: of its command line.
        there: parameters of paths, and what there is of each; it would not guess them.
    """
    names = [f'"path.{name}" = {value!r}' for name, value in (there or {}).items()]
    settings = f"{_SETTINGS}\n\n[parameters]\n" + "\n".join(names)
    rules = [
        "\n".join(
            (
                "[[operations]]",
                f"include-name = {name!r}",
                f"checks.positive_data_acceptance.expected-statuses = {[*_TAKEN, '400', '422']}",
            )
        )
        for name in refusing
    ]
    (folder / "schemathesis.toml").write_text("\n\n".join((settings, *rules)), encoding="utf-8")
    done = subprocess.run(
        [
            *(ENVIRONMENTS / "schemathesis/bin/st", "run", document),
            *("--no-color", "--mode=positive", "--generation-deterministic"),
            *("--continue-on-failure", f"--checks={','.join(_CHECKS)}"),
            *("--wait-for-schema=60", "--request-timeout=60"),  # however busy the machine is
            *options,
        ],
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
