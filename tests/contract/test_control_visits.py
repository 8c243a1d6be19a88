"""A person allows, denies, picks an account or leaves, asked to over HTTP."""

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from tests.contract.control_world import Control, control, steered
from tests.contract.mcp_endpoint import Endpoint, token_for

__all__ = ["control", "steered"]  # the fixtures

pytestmark = pytest.mark.requirement("CTL-20")

IDENTITY = "https://id.workato.com"
CALLBACK = "http://127.0.0.1:45999/callback"
COUPA = "acme.coupacloud.com"


def person(control: Control, name: str = "ada") -> dict[str, Any]:
    """An end user."""
    people = control.call("GET", "people")["people"]
    return next(each for each in people if each["email"] == f"{name}@acme.example")


def visits(control: Control, name: str = "ada") -> str:
    """Where visits of somebody are made."""
    return f"people/{person(control, name)['id']}/visits"


def request_of_client(control: Control) -> str:
    """An authorization request."""
    registration = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    http = Client(control.simulator)
    made = http.post("/oauth/register", base_url=IDENTITY, json=registration).get_json()
    query = {
        "response_type": "code",
        "client_id": made["client_id"],
        "redirect_uri": CALLBACK,
        "state": "st4te",
        "scope": "openid",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "resource": "https://2107.apim.mcp.workato.com",
    }
    return f"{IDENTITY}/oauth/authorize?{urlencode(query)}"


def setup_link(control: Control) -> str:
    """The link of Ada's prompt."""
    endpoint = Endpoint(control.simulator, token_for(control.simulator, "ada@acme.example"))
    call = endpoint.ask("tools/call", {"name": "List_my_requisitions", "arguments": {}})
    link = call.get_json()["result"]["structuredContent"]["auth_url"]
    assert isinstance(link, str)
    return link


@pytest.mark.parametrize("decision, outcome", [("allow", "code"), ("deny", "error")])
def test_a_person_decides_on_a_client(control: Control, decision: str, outcome: str) -> None:
    body = {"url": request_of_client(control), "decision": decision}

    visit = control.call("POST", visits(control), body)

    assert visit["redirect"]["url"].startswith(f"{CALLBACK}?")
    assert visit["redirect"]["parameters"]["state"] == "st4te"
    assert outcome in visit["redirect"]["parameters"]
    assert visit["redirect"]["opened"] is False
    assert len(visit["pages"]) == 2  # sign-in, consent
    assert all(each["status"] == 200 and each["title"] for each in visit["pages"])


def test_a_person_who_leaves_decides_nothing(control: Control) -> None:
    body = {"url": request_of_client(control), "decision": "leave"}

    visit = control.call("POST", visits(control), body)

    assert visit["redirect"] is None
    assert visit["pages"][-1]["url"] == visit["url"]
    assert "Ada Reyes" in visit["text"] or "ada@acme.example" in visit["text"]


@pytest.mark.parametrize(
    "body",
    [{"decision": "deny"}, {"decisions": {COUPA: "deny"}}, {"decision": "leave"}],
    ids=["denies", "denies there", "leaves"],
)
def test_a_person_who_does_not_allow_is_not_connected(
    control: Control, body: dict[str, Any]
) -> None:
    visit = control.call("POST", visits(control), {"url": setup_link(control), **body})

    assert any(COUPA in each["url"] for each in visit["pages"])
    assert setup_link(control)  # is asked again


def test_a_person_connects_somebody_elses_account(control: Control) -> None:
    body = {"url": setup_link(control), "accounts": {COUPA: "bob"}}

    visit = control.call("POST", visits(control), body)

    assert any(COUPA in each["url"] for each in visit["pages"])
    endpoint = Endpoint(control.simulator, token_for(control.simulator, "ada@acme.example"))
    on_purpose = {"person": "ada@acme.example", "account": "bob@acme.example"}
    control.call("POST", "violations/accepted", on_purpose)
    call = endpoint.ask("tools/call", {"name": "List_my_requisitions", "arguments": {}})
    rows = call.get_json()["result"]["structuredContent"]["requisitions"]
    assert {row["requested-by"]["email"] for row in rows} == {"bob@acme.example"}


@pytest.mark.parametrize(
    "body, status, sentence",
    [
        ({"url": "https://example.com/x"}, 422, "example.com, which is not simulated"),
        ({"url": "http://127.0.0.1:9/x"}, 422, "which is not simulated"),
        ({"url": "file:///etc/passwd"}, 422, "which is not simulated"),
        ({"url": IDENTITY, "accounts": {"x.example": "a"}}, 422, "No app is at 'x.example'."),
        ({"url": IDENTITY, "decision": "maybe"}, 422, "'decision' must be"),
    ],
)
def test_what_cannot_be_visited_is_refused(
    control: Control, body: dict[str, Any], status: int, sentence: str
) -> None:
    problem = control.refused("POST", visits(control), body)

    assert problem["status"] == status
    assert sentence in problem["detail"]


def test_an_account_that_is_not_there_is_told(control: Control) -> None:
    body = {"url": setup_link(control), "accounts": {COUPA: "nobody"}}

    problem = control.refused("POST", visits(control), body)

    assert problem["status"] == 409
    assert "no account 'nobody'" in problem["detail"]


def test_a_person_who_may_not_sign_in_sees_why(control: Control) -> None:
    control.call("PATCH", f"people/{person(control)['id']}", {"status": "disabled"})

    visit = control.call("POST", visits(control), {"url": request_of_client(control)})

    assert visit["redirect"] is None
    assert visit["pages"][-1]["text"] == visit["text"]
