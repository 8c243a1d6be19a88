"""The situations that people report of sign-in: discovery, registration, consent, tokens."""

from typing import Any

import pytest
from joserfc.errors import BadSignatureError

from tests.contract.browser import Browser
from tests.contract.identity_world import CALLBACK, PROCUREMENT, Identity, email_of
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.situations import situation

__all__ = ["identity", "mcp", "office"]  # the fixtures

ADA = email_of("ada")
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def metadata(mcp: Identity, path: str = "oauth-authorization-server") -> dict[str, Any]:
    """Workato Identity's document, as a client reads it."""
    return dict(mcp.http("GET", f"/.well-known/{path}").get_json())


@situation(
    "discovery-wrong-issuer", "discovery-no-s256", "discovery-no-pkce", "registration-missing"
)
def test_a_document_of_identity_lies_wherever_it_is_read(mcp: Mcp, name: str) -> None:
    honest = {
        "issuer": "https://id.workato.com",
        "code_challenge_methods_supported": ["S256"],
        "registration_endpoint": "https://id.workato.com/oauth/register",
    }
    lies: dict[str, dict[str, Any]] = {
        "discovery-wrong-issuer": {"issuer": "https://id.workato.com/"},
        "discovery-no-s256": {"code_challenge_methods_supported": ["plain"]},
        "discovery-no-pkce": {"code_challenge_methods_supported": None},
        "registration-missing": {"registration_endpoint": None},
    }
    mcp.simulator.faults.incident(name)

    documents = [metadata(mcp), metadata(mcp, "openid-configuration"), of_server(mcp)]

    for document in documents:
        for member, value in (honest | lies[name]).items():
            found = document.get(member)
            assert (found.partition("?")[0] if isinstance(found, str) else found) == value
    mcp.simulator.faults.clear()
    assert metadata(mcp).items() >= honest.items()


def of_server(mcp: Mcp) -> dict[str, Any]:
    """Workato Identity's document at the MCP server's own host."""
    url = f"{PROCUREMENT}/.well-known/oauth-authorization-server"
    return dict(Browser(mcp.simulator).request("GET", url).get_json())


@pytest.mark.requirement("FLT-10")
def test_who_registers_all_the_same_finds_nothing_there(mcp: Mcp) -> None:
    mcp.simulator.faults.incident("registration-missing")

    assert mcp.http("POST", "/oauth/register", json={}).status_code == 404


@situation("discovery-wrong-resource")
def test_a_protected_resource_says_that_it_is_another(mcp: Mcp) -> None:
    (fault,) = mcp.simulator.faults.incident("discovery-wrong-resource", times=1)
    url = f"{PROCUREMENT}/.well-known/oauth-protected-resource"

    documents = [Browser(mcp.simulator).request("GET", url).get_json() for _ in range(2)]

    assert [each["resource"] for each in documents] == ["https://another.example/mcp", PROCUREMENT]
    assert fault.hits == 1


@situation("discovery-answers-html")
def test_every_well_known_address_answers_a_page(mcp: Mcp) -> None:
    mcp.simulator.faults.incident("discovery-answers-html")
    urls = [
        f"{PROCUREMENT}/.well-known/oauth-protected-resource",
        f"{PROCUREMENT}/.well-known/openid-configuration",
        "https://id.workato.com/.well-known/oauth-authorization-server",
        "https://id.workato.com/.well-known/openid-configuration",
    ]

    answers = [Browser(mcp.simulator).request("GET", url) for url in urls]

    assert {(each.status_code, each.mimetype) for each in answers} == {(404, "text/html")}
    assert mcp.send(LIST, None).status_code == 401


@situation("registration-refused", "registration-forbidden")
def test_a_registration_is_refused(identity: Identity, name: str) -> None:
    identity.simulator.faults.incident(name)

    answer = identity.http("POST", "/oauth/register", json={"redirect_uris": [CALLBACK]})

    expected = {
        "registration-refused": (400, "invalid_client_metadata"),
        "registration-forbidden": (403, "access_denied"),
    }
    body = answer.get_json()
    assert (answer.status_code, body["error"]) == expected[name]
    assert body["error_description"]


@situation("client-deleted")
@pytest.mark.parametrize("method", ["none", "client_secret_post"])
def test_a_client_is_deleted_later(identity: Identity, method: str) -> None:
    client = identity.register(token_endpoint_auth_method=method)
    tokens = identity.tokens(client)
    other = identity.register()
    (fault,) = identity.simulator.faults.incident("client-deleted")

    refused = [identity.refresh(client, tokens["refresh_token"]) for _ in range(2)]

    assert [each.status_code for each in refused] == [401, 401]
    assert {each.get_json()["error"] for each in refused} == {"invalid_client"}
    assert not identity.is_live(tokens["access_token"])
    assert fault.hits == 1
    assert identity.tokens(identity.register())["access_token"]
    assert identity.tokens(other)["access_token"]


@situation("identity-consent-left-open")
def test_a_window_is_left_open(identity: Identity) -> None:
    client = identity.register()
    (fault,) = identity.simulator.faults.incident("identity-consent-left-open", times=1)
    browser = identity.browser("ada").get(identity.authorize_url(client))
    assert fault.hits == 0

    browser.press("Allow")

    assert browser.left_for == ""
    assert "One moment, please" in browser.text
    assert fault.hits == 1
    assert "code" in identity.authorize(client)


@situation(
    "id-token-wrong-audience", "id-token-wrong-nonce", "id-token-wrong-issuer", "id-token-expired"
)
def test_an_id_token_says_what_is_wrong(identity: Identity, name: str) -> None:
    """Its signature is right: only who looks at the claims finds out."""
    wrong: dict[str, dict[str, Any]] = {
        "id-token-wrong-audience": {"aud": "another-client"},
        "id-token-wrong-nonce": {"nonce": "not-the-one-that-was-sent"},
        "id-token-wrong-issuer": {"iss": "https://attacker.example"},
        "id-token-expired": {"exp": 946_688_400},
    }
    client = identity.register()
    (fault,) = identity.simulator.faults.incident(name, times=1)

    struck, after = (
        identity.id_claims(identity.tokens(client, nonce="n0nce")["id_token"]) for _ in range(2)
    )

    assert wrong[name].items() <= struck.items()
    assert after["aud"] == client["client_id"]
    assert (after["nonce"], after["iss"]) == ("n0nce", "https://id.workato.com")
    assert fault.hits == 1


@situation("id-token-wrong-signature")
def test_an_id_token_is_signed_by_nobody(identity: Identity) -> None:
    client = identity.register()
    identity.simulator.faults.incident("id-token-wrong-signature", times=1)

    forged, after = (identity.tokens(client)["id_token"] for _ in range(2))

    with pytest.raises(BadSignatureError):
        identity.id_claims(forged)
    assert identity.id_claims(after)["aud"] == client["client_id"]


@situation("identity-rate-limited")
def test_identity_is_rate_limited(identity: Identity) -> None:
    identity.simulator.faults.incident("identity-rate-limited")

    answer = identity.http("GET", "/.well-known/oauth-authorization-server")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


@situation("identity-answers-html")
def test_identity_answers_a_page_for_a_token(identity: Identity) -> None:
    client = identity.register()
    code = identity.authorize(client)["code"]
    identity.simulator.faults.incident("identity-answers-html")

    answer = identity.redeem(client, code)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@situation("identity-recovers")
def test_identity_recovers_and_the_code_is_still_good(identity: Identity) -> None:
    client = identity.register()
    code = identity.authorize(client)["code"]
    (fault,) = identity.simulator.faults.incident("identity-recovers", person=ADA)

    answers = [identity.redeem(client, code) for _ in range(4)]

    assert [each.status_code for each in answers] == [503, 503, 429, 200]
    assert answers[2].headers["Retry-After"] == "1"
    assert (fault.hits, fault.step_hits) == (3, [2, 1])
