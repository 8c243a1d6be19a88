"""What the connector SDK's `workato push` asks for (workato/workato-connector-sdk)."""

import json
from collections.abc import Iterator

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.developer_api_world import Program
from tests.packages import to_zip

pytestmark = pytest.mark.requirement("API-31")
METADATA = {"title": "My connector", "description": None, "note": "The first one"}


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """In a workspace on its first day."""
    with Simulator(Settings(database="memory", scenario="empty")) as simulator:
        yield Program(simulator)


def push(program: Program, folder: int, code: str) -> str:
    """Import a connector as the SDK packs it; return what became of that."""
    files = {
        "connector.custom_adapter.rb": code,
        "connector.custom_adapter.json": json.dumps(METADATA),
    }
    sent = program.send(
        "POST", f"packages/import/{folder}", data=to_zip(files), content_type="application/zip"
    )
    status: str = program.call("GET", f"packages/{sent.get_json()['id']}")["status"]
    return status


def test_a_connector_is_pushed_to_the_root_folder_and_again(program: Program) -> None:
    root = program.call("GET", "users/me")["root_folder_id"]

    assert push(program, root, "{ title: 'One' }") == "completed"
    for _ in range(2):
        assert push(program, root, "{ title: 'Two' }") == "completed"

    (found,) = program.call("GET", "custom_connectors")["result"]
    assert (found["title"], found["latest_released_version_note"]) == (
        "My connector",
        "The first one",
    )
    assert found["latest_version"] == 2, "one for each code, released as it came"
    assert [each["version"] for each in found["released_versions"]] == [2, 1]
    code = program.call("GET", f"custom_connectors/{found['id']}/code")["data"]["code"]
    assert code == "{ title: 'Two' }"


def test_a_refused_package_says_why_where_the_sdk_reads_it(program: Program) -> None:
    query = "packages/import/1000000?restart_recipes=perhaps"
    refused = program.send("POST", query, data=b"x", content_type="application/zip")

    assert refused.status_code == 400
    assert refused.get_json()["error"] == refused.get_json()["message"]


@pytest.mark.requirement("API-49")
def test_a_schema_is_made_of_a_sample(program: Program) -> None:
    sample = {
        "test": "hello",
        "amount": 1.5,
        "paid": True,
        "due_on": "2026-11-28",
        "at": "2026-11-28T04:00:00Z",
        "lines": [{"id": 1}, {"note": None}],
        "tags": ["a"],
    }
    made = program.call("POST", "sdk/generate_schema/json", sample=json.dumps(sample))

    assert made[0] == {"control_type": "text", "label": "Test", "type": "string", "name": "test"}
    kinds = {each["name"]: (each["type"], each.get("of")) for each in made}
    assert kinds == {
        "test": ("string", None),
        "amount": ("number", None),
        "paid": ("boolean", None),
        "due_on": ("date", None),
        "at": ("date_time", None),
        "lines": ("array", "object"),
        "tags": ("array", "string"),
    }
    assert [each["name"] for each in made[5]["properties"]] == ["id", "note"]
    assert made[2]["toggle_field"]["name"] == "paid"

    columns = program.call(
        "POST", "sdk/generate_schema/csv", sample="Name;Due on\nA;1\n", col_sep="semicolon"
    )
    assert [each["name"] for each in columns] == ["Name", "Due on"]


@pytest.mark.requirement("API-49")
@pytest.mark.parametrize(
    "kind, body, member",
    [
        ("json", {"sample": "{"}, "sample"),
        ("json", {"sample": "[1]"}, "sample"),
        ("csv", {"sample": "a,a"}, "sample"),
        ("csv", {"sample": "a,"}, "sample"),
        ("csv", {"sample": "a", "col_sep": "#"}, "col_sep"),
    ],
)
def test_a_sample_that_is_none_is_refused(
    program: Program, kind: str, body: dict[str, str], member: str
) -> None:
    refused = program.call("POST", f"sdk/generate_schema/{kind}", status=400, **body)

    assert list(refused["errors"]) == [member]
