"""The Developer API's own description: a valid OpenAPI document of the whole table."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from inspect import signature
from itertools import chain
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from simulator.control.table import CONTROL_API
from simulator.systems.developer_api import DEVELOPER_API, ENDPOINTS
from simulator.systems.developer_api.examples import load_examples
from simulator.testing.workspace import Workspace
from simulator.web.endpoints import Api, Endpoint
from simulator.web.openapi import build_document
from tests.contract.document_kinds import cut_to_kinds
from tests.tools import api_tour

pytestmark = pytest.mark.requirement("API-8")


@pytest.fixture
def document(workspace: Workspace) -> Any:
    """What anybody gets."""
    address = workspace.description["systems"]["aihub"]
    return requests.get(f"{address}/api/openapi.json", timeout=10).json()


@pytest.mark.long
def test_the_document_is_valid(document: Any) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_the_document_is_valid_for_one_operation_of_each_kind(document: Any) -> None:
    """Which takes a tenth of the time."""
    OpenAPIV31SpecValidator(cut_to_kinds(document)).validate()


def test_the_document_lists_every_endpoint(document: Any) -> None:
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    ids = [each["operationId"] for item in document["paths"].values() for each in item.values()]

    assert listed == {(each.method, each.template) for each in ENDPOINTS}
    assert len(set(ids)) == len(ids) == len(ENDPOINTS)
    assert document["security"] == [{"token": []}]


@pytest.mark.requirement("OAPI-4")
def test_operations_are_grouped_as_workatos_documentation_is(document: Any) -> None:
    tags = {each["name"]: each["externalDocs"]["url"] for each in document["tags"]}
    used = [each["tags"] for item in document["paths"].values() for each in item.values()]

    assert {name for (name,) in used} == tags.keys()
    assert tags["Jobs"] == "https://docs.workato.com/en/workato-api/jobs.html"


@pytest.mark.parametrize("api", [DEVELOPER_API, CONTROL_API], ids=lambda api: api.title)
def test_generators_of_clients_find_all_that_they_ask_for(api: Api) -> None:
    """What a list holds, and a name for each model that no other has, without our modules'."""
    document = build_document(api)
    answers = [
        content["schema"]
        for item in document["paths"].values()
        for operation in item.values()
        for answer in operation["responses"].values()
        for content in answer.get("content", {}).values()
        if "schema" in content
    ]

    assert [each for each in answers if each.get("type") == "array" and "items" not in each] == []
    assert [each for each in document["components"]["schemas"] if "__" in each] == []


#: Endpoints that refuse everybody here: no workspace measures usage with credits.
REFUSING = {"get_billing_periods", "get_total_usage", "get_metered_usage"}


@pytest.mark.requirement("OAPI-3")
def test_each_operation_has_examples_which_its_schemas_allow(document: Any) -> None:
    """Of every JSON that it takes or answers; who adds an endpoint calls it in the tour."""
    lacking = []
    components = {"components": document["components"]}
    for each in ENDPOINTS:
        operation = document["paths"][each.template][each.method.lower()]
        answers = dict(operation["responses"])
        if each.name in REFUSING:
            del answers["200"]
        for part in (operation.get("requestBody", {}), *answers.values()):
            content = part.get("content", {}).get("application/json")
            if content and "example" in content:
                schema = {**content["schema"], **components}
                Draft202012Validator(schema).validate(content["example"])
            elif content:
                lacking.append(each.name)

    assert lacking == [], "call them in tests/tools/api_tour, and see there who writes the file"


@pytest.mark.long
@pytest.mark.requirement("OAPI-3")
def test_the_examples_are_what_endpoints_answer() -> None:
    assert json.loads(json.dumps(api_tour.take())) == asdict(load_examples())


def test_every_refusal_is_foreseen(document: Any, workspace: Workspace) -> None:
    """Of nobody, of what is no object, of what lacks its members, and of what is not there."""
    token = {"Authorization": f"Bearer {workspace.description['api_clients'][0]['token']}"}
    schema = {"$ref": "#/components/schemas/Refusal", "components": document["components"]}
    refusal = Draft202012Validator(schema)

    for each in ENDPOINTS:
        workspace.clock.travel(minutes=1)  # no quota is used up
        address = workspace.description["systems"]["aihub"] + re.sub(r":\w+", "0", each.path)
        foreseen = document["paths"][each.template][each.method.lower()]["responses"]
        for headers, body in (({}, b""), (token, b"{}"), (token, b"[]")):
            answer = requests.request(
                each.method, f"{address}?page=x", data=body, headers=headers, timeout=10
            )
            assert str(answer.status_code) in foreseen, each.path
            if answer.status_code >= 400:
                refusal.validate(answer.json())
            assert answer.status_code != 200 or headers, each.path


def test_parameters_bodies_and_refusals_are_told(document: Any) -> None:
    users = document["paths"]["/api/iam/users"]["get"]
    server = document["paths"]["/api/mcp/mcp_servers/{handle}"]["put"]
    body = server["requestBody"]["content"]["application/json"]["schema"]

    assert [each["name"] for each in users["parameters"]] == [
        *("page", "per_page", "query", "name", "emails", "user_ids", "user_group_ids"),
        "environment_id",
    ]
    assert {each["in"] for each in users["parameters"]} == {"query"}
    (number,) = document["paths"]["/api/recipes/{id}"]["get"]["parameters"]
    assert (number["schema"]["type"], server["parameters"][0]["schema"]["type"]) == (
        "integer",
        "string",
    )
    assert body == {"$ref": "#/components/schemas/ServerChange"}
    assert {int(status) for status in users["responses"]} == {200, *DEVELOPER_API.problems}
    assert {int(status) for status in server["responses"]} == {
        200,
        413,
        415,
        *DEVELOPER_API.problems,
    }
    (title,) = document["paths"]["/api/custom_connectors/search"]["get"]["parameters"]
    assert (title["name"], title["required"]) == ("title", True)


def list_numbers(schema: Any) -> Iterator[Any]:
    """Every schema of a whole number within another one."""
    if isinstance(schema, dict):
        yield from [schema] if schema.get("type") == "integer" else []
        schema = list(schema.values())
    if isinstance(schema, list):
        yield from chain.from_iterable(map(list_numbers, schema))


def test_no_body_takes_a_number_that_no_database_has() -> None:
    """But for calls in a limit, which a rule of limits bounds."""
    unbounded = {
        each.name
        for each in ENDPOINTS
        if each.body
        for number in list_numbers(each.body.model_json_schema())
        if not {"maximum", "exclusiveMaximum"} & number.keys()
    }

    assert unbounded == {"change_policy"}


@pytest.mark.parametrize(
    "each", [*ENDPOINTS, *CONTROL_API.endpoints], ids=lambda row: f"{row.method} {row.path}"
)
def test_a_row_is_what_its_view_says(each: Endpoint) -> None:
    taken = signature(each.view).parameters

    assert set(each.parameters) | {"query", "body"} >= set(list(taken)[1:])
    assert set(each.parameters) <= taken.keys()
    assert re.findall(r"\{(\w+)\}", each.template) == each.parameters
    assert each.summary.endswith(".")
    assert "\n" not in each.summary
