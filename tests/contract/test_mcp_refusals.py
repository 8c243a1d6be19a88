"""Every refusal of an MCP server is a JSON-RPC error with a documented code, and small."""

import json
from collections.abc import Iterator

import pytest
from flask import abort

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import ERRORS, RpcError
from tests.contract.mcp_endpoint import SERVER, Endpoint, token_for
from tests.contract.mcp_refusal_cases import CASES, HUGE, INPUTS, PING, Case
from tests.contract.mcp_refusals import SMALL, check_refusal

pytestmark = pytest.mark.requirement("MCP-104")
IDS = [f"{number}-{code}" for number, (code, _) in enumerate(CASES)]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """The demo's Procurement assistant with Ada's token; the conformance server is on."""
    with Simulator(Settings(database="memory", conformance_server=True)) as simulator:
        yield Endpoint(simulator, token_for(simulator, "ada@acme.example"))


@pytest.mark.parametrize("code, case", CASES, ids=IDS)
def test_a_refusal_is_a_json_rpc_error_with_its_code(
    endpoint: Endpoint, code: Code, case: Case
) -> None:
    answer = case(endpoint)

    check_refusal(answer, code)


def test_every_code_of_an_error_has_a_case() -> None:
    assert {code for code, _ in CASES} == set(ERRORS)


def test_an_error_that_nobody_foresaw_has_the_shape_too(endpoint: Endpoint) -> None:
    """Whatever a view lets Flask refuse."""
    for status in (400, 401, 403, 406, 409, 418, 429, 500, 503):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "simulator.systems.mcp.endpoint.authenticate",
                lambda *_, status=status: abort(status),
            )
            answer = endpoint.client.post("/", base_url=SERVER, json=PING)
        assert answer.status_code == status
        error = answer.get_json()["error"]
        assert Code(error["data"]["error"]) in ERRORS
        assert answer.get_json()["id"] == "the-id"


def test_a_longer_sentence_than_anybody_reads_is_shortened() -> None:
    assert len(str(RpcError(Code.BAD_REQUEST, "x" * 1_000_000))) <= SMALL


@pytest.mark.requirement("MCP-131")
@pytest.mark.parametrize("case", INPUTS.values(), ids=INPUTS)
def test_what_was_sent_is_repeated_shortened(endpoint: Endpoint, case: Case) -> None:
    """One megabyte in, a few kilobytes out; what was wrong can still be read."""
    answer = case(endpoint)

    bound = SMALL if answer.get_json().__class__ is dict else 50 * 1024
    assert len(answer.data) <= bound
    assert '"error"' in answer.text
    job_errors = json.dumps(answer.get_json())
    assert HUGE[:5000] not in job_errors
