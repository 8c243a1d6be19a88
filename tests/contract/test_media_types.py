"""Every system parses media types where it looks at them (RFC 9110 §8.3.1, §12.5.1)."""

import json

import pytest

from tests.contract.browser import Browser
from tests.contract.control_world import Control
from tests.contract.coupa_world import Coupa, coupa
from tests.contract.identity_world import PROCUREMENT, Identity, identity, office
from tests.contract.mcp_world import Mcp, mcp

__all__ = ["coupa", "identity", "mcp", "office"]  # the fixtures

pytestmark = pytest.mark.requirement("CORE-16")
PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"})
JSON_KINDS = ["Application/JSON", "application/json ; charset=UTF-8", 'APPLICATION/json;a="b,c"']


@pytest.mark.parametrize("kind", JSON_KINDS)
def test_mcp_reads_json_however_it_is_announced(mcp: Mcp, kind: str) -> None:
    headers = {"Authorization": f"Bearer {mcp.token_of('ada')}", "Content-Type": kind}

    answer = Browser(mcp.simulator).request("POST", PROCUREMENT, data=PING, headers=headers)

    assert answer.get_json()["result"] == {}


@pytest.mark.parametrize(
    "kind", ["text/json", "application/jsonp", "text/plain;x=application/json"]
)
def test_mcp_takes_nothing_that_only_looks_like_json(mcp: Mcp, kind: str) -> None:
    headers = {"Authorization": f"Bearer {mcp.token_of('ada')}", "Content-Type": kind}

    answer = Browser(mcp.simulator).request("POST", PROCUREMENT, data=PING, headers=headers)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "accept, kind",
    [
        ("application/json, text/event-stream", "application/json"),
        ("Application/JSON;charset=utf-8, text/event-stream", "application/json"),
        ("application/json;q=0, text/event-stream", "text/event-stream"),
        ("TEXT/Event-Stream;charset=utf-8", "text/event-stream"),
        ("text/*", "text/event-stream"),
        ("text/event-stream;q=0, */*", "application/json"),
        (None, "application/json"),
    ],
)
def test_mcp_answers_in_a_type_that_the_client_takes(
    mcp: Mcp, accept: str | None, kind: str
) -> None:
    headers = {"Authorization": f"Bearer {mcp.token_of('ada')}", "Content-Type": "application/json"}
    headers |= {"Accept": accept} if accept else {}

    answer = Browser(mcp.simulator).request("POST", PROCUREMENT, data=PING, headers=headers)

    assert (answer.status_code, answer.mimetype) == (200, kind)


@pytest.mark.parametrize(
    "accept, kind",
    [
        ("application/json;charset=UTF-8", "application/json"),
        ("Application/Json, text/html;q=0.5", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("text/html, application/json;q=0.9", "text/html"),
        ("*/*", "text/html"),
    ],
)
def test_errors_are_pages_or_json_as_the_client_likes(
    identity: Identity, coupa: Coupa, accept: str, kind: str
) -> None:
    headers = {"Accept": accept}

    at_identity = identity.http("GET", "/nowhere", headers=headers)
    at_coupa = coupa.http.get("/oauth2/authorizations/new", headers=headers)

    assert at_identity.mimetype == at_coupa.mimetype == kind


@pytest.mark.parametrize("kind", JSON_KINDS)
def test_coupa_and_the_control_api_read_json_however_it_is_announced(
    identity: Identity, coupa: Coupa, kind: str
) -> None:
    """Coupa looks at the members; the control API at the whole body."""
    token = coupa.access_token("ada")

    created = coupa.api(
        "POST", "/api/requisitions", token, data="{}", headers={"Content-Type": kind}
    )

    assert created.status_code not in (406, 415)
    control = Control(identity.simulator, {})
    assert control.send("POST", "clock/freeze", data=b"{}", content_type=kind).status_code == 200


@pytest.mark.parametrize("kind", JSON_KINDS)
def test_the_journal_reads_and_masks_json_however_it_is_announced(mcp: Mcp, kind: str) -> None:
    headers = {"Authorization": f"Bearer {mcp.token_of('ada')}", "Content-Type": kind}

    Browser(mcp.simulator).request("POST", PROCUREMENT, data=PING, headers=headers)

    last = list(mcp.simulator.journal)[-1]
    assert last.fields["method"] == "ping"
