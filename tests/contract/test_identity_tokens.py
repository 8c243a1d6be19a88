"""Codes and tokens of Workato Identity: once, in time, for one client and one server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from simulator.db.tables import EndUser
from simulator.net.addresses import IDENTITY
from simulator.oauth import Signer
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.identity_visitor import ID, SERVER, Visitor


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo world, at production names."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.fixture
def ada(simulator: Simulator) -> Visitor:
    """Ada, signed in, with a public client."""
    visitor = Visitor(simulator)
    visitor.sign_in()
    return visitor


def tokens(visitor: Visitor) -> dict[str, Any]:
    """A fresh token response."""
    answer = visitor.redeem(visitor.authorize()["code"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@pytest.mark.requirement("ID-5", "AS-12")
def test_a_code_becomes_tokens_once_and_its_replay_revokes_them(ada: Visitor) -> None:
    """RFC 6749 §4.1.2."""
    code = ada.authorize()["code"]
    first = ada.redeem(code).json or {}
    assert ada.ping(first["access_token"]) == 200

    replay = ada.redeem(code)

    assert (replay.json or {})["error"] == "invalid_grant"
    assert ada.ping(first["access_token"]) == 401
    assert (ada.refresh(first["refresh_token"]).json or {})["error"] == "invalid_grant"


@pytest.mark.requirement("ID-5", "AS-12")
@pytest.mark.parametrize(
    "changes, error",
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"redirect_uri": "https://client.example/other"}, "invalid_grant"),
        ({"resource": "https://2108.apim.mcp.workato.com"}, "invalid_target"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_a_code_is_bound_to_what_it_was_issued_for(
    ada: Visitor, changes: dict[str, str], error: str
) -> None:
    """Verifier, redirect URI, resource and client."""
    answer = ada.redeem(ada.authorize()["code"], **changes)

    assert (answer.json or {})["error"] == error


@pytest.mark.requirement("ID-5", "AS-12")
def test_a_code_of_another_client_is_unknown(simulator: Simulator, ada: Visitor) -> None:
    """Mix-up of two clients."""
    other = Visitor(simulator)

    assert (other.redeem(ada.authorize()["code"]).json or {})["error"] == "invalid_grant"


@pytest.mark.requirement("ID-5", "AS-12")
def test_a_code_lives_for_sixty_seconds(simulator: Simulator, ada: Visitor) -> None:
    """By the simulated clock."""
    code = ada.authorize()["code"]
    simulator.world.clock.travel(timedelta(seconds=60))

    assert (ada.redeem(code).json or {})["error"] == "invalid_grant"


@pytest.mark.requirement("ID-6", "AS-11")
def test_refresh_tokens_rotate_and_reuse_ends_the_family(
    simulator: Simulator, ada: Visitor
) -> None:
    """Access tokens live for an hour (Workato docs, Workato Identity)."""
    first = tokens(ada)
    simulator.world.clock.travel(timedelta(hours=1))
    assert ada.ping(first["access_token"]) == 401
    second = ada.refresh(first["refresh_token"]).json or {}
    assert second["refresh_token"] != first["refresh_token"]
    assert ada.ping(second["access_token"]) == 200

    reuse = ada.refresh(first["refresh_token"])

    assert (reuse.json or {})["error"] == "invalid_grant"
    assert ada.ping(second["access_token"]) == 401
    assert ada.refresh(second["refresh_token"]).status_code == 400


@pytest.mark.requirement("ID-6")
def test_a_disabled_person_gets_no_more_tokens(simulator: Simulator, ada: Visitor) -> None:
    """Neither by refresh nor with the live token."""
    issued = tokens(ada)
    with simulator.world.db.unit() as session:
        session.scalars(select(EndUser).where(EndUser.email == ada.email)).one().status = "disabled"

    assert (ada.refresh(issued["refresh_token"]).json or {})["error"] == "invalid_grant"
    assert ada.ping(issued["access_token"]) == 403


@pytest.mark.requirement("ID-6")
def test_revocation_ends_the_family(ada: Visitor) -> None:
    """RFC 7009; an unknown token is no error."""
    issued = tokens(ada)
    form = {"client_id": ada.registered["client_id"], "token": issued["refresh_token"]}

    assert ada.browser.post("/oauth/revoke", base_url=ID, data=form).status_code == 200
    assert ada.ping(issued["access_token"]) == 401
    unknown = form | {"token": "unknown"}
    assert ada.browser.post("/oauth/revoke", base_url=ID, data=unknown).status_code == 200


@pytest.mark.requirement("ID-7")
@pytest.mark.parametrize("how", ["basic", "post"])
def test_a_confidential_client_must_know_its_secret(simulator: Simulator, how: str) -> None:
    """In the header or the body, as it registered; without it 401."""
    visitor = Visitor(simulator, method=f"client_secret_{how}")
    visitor.sign_in()
    secret = visitor.registered["client_secret"]
    code = visitor.authorize()["code"]

    assert visitor.redeem(code).status_code == 401
    assert visitor.redeem_with(code, "wrong").status_code == 401
    assert visitor.redeem_with(code, secret).status_code == 200


@pytest.mark.requirement("ID-8")
def test_the_id_token_says_who_signed_in_and_where(simulator: Simulator, ada: Visitor) -> None:
    """OIDC Core §2; and keys can be rotated under it."""
    code = ada.authorize(scope="openid email", nonce="n-1")["code"]
    issued = ada.redeem(code).json or {}
    with simulator.world.db.unit():
        Signer(simulator.world, IDENTITY).rotate()

    document: Any = ada.browser.get("/oauth/jwks", base_url=ID).json
    keys = KeySet.import_key_set(document)
    claims = jwt.decode(issued["id_token"], keys, algorithms=["RS256"]).claims
    assert len(keys.keys) == 2
    assert (claims["iss"], claims["aud"]) == (ID, ada.registered["client_id"])
    assert (claims["email"], claims["nonce"]) == (ada.email, "n-1")
    assert "name" not in claims
    assert claims["exp"] > claims["iat"] >= claims["auth_time"]
    assert ada.ping(issued["access_token"]) == 200, "signed with the older key"
    assert ada.ping(issued["id_token"]) == 401, "an id_token opens no server"


@pytest.mark.requirement("ID-8")
def test_userinfo_tells_what_the_scope_allows(ada: Visitor) -> None:
    """OIDC Core §5.3."""
    issued = ada.redeem(ada.authorize(scope="openid profile")["code"]).json or {}
    headers = {"Authorization": f"Bearer {issued['access_token']}"}

    userinfo = ada.browser.get("/oauth/userinfo", base_url=ID, headers=headers).json or {}

    assert set(userinfo) == {"sub", "name"}
    assert ada.browser.get("/oauth/userinfo", base_url=ID).status_code == 401


@pytest.mark.requirement("ID-9")
def test_consent_is_remembered_for_a_client_and_asked_of_a_new_one(
    simulator: Simulator, ada: Visitor
) -> None:
    """And a denied consent goes back as access_denied, with `iss`."""
    denied = ada.authorize("deny")
    assert (denied["error"], denied["iss"], denied["state"]) == ("access_denied", ID, "s")
    assert "code" in ada.authorize()
    silent = ada.authorize(prompt="none")
    assert silent["iss"] == ID
    assert "code" in silent

    ada.registered = Visitor(simulator).registered
    assert ada.authorize(prompt="none")["error"] == "consent_required"


@pytest.mark.requirement("ID-10", "AS-3")
def test_both_discovery_documents_agree(ada: Visitor) -> None:
    """RFC 8414 and OpenID Connect Discovery, issuer byte by byte."""
    oauth = ada.browser.get("/.well-known/oauth-authorization-server", base_url=ID).json or {}
    openid = ada.browser.get("/.well-known/openid-configuration", base_url=ID).json or {}

    assert {name: openid[name] for name in oauth} == oauth
    assert oauth["issuer"] == ID
    assert oauth["code_challenge_methods_supported"] == ["S256"]
    for name, url in openid.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            answer = ada.browser.get(url.removeprefix(ID), base_url=ID)
            assert answer.status_code != 404, name
    resource = ada.browser.get("/.well-known/oauth-protected-resource", base_url=SERVER).json or {}
    assert resource["authorization_servers"] == [oauth["issuer"]]
