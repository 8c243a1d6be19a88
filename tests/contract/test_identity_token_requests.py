"""What the token, revocation and introspection endpoints take of a request before they look at it.

Client authentication in one way, the registered one; each parameter once, in the body; grant types
and resources as registered (RFC 6749 §2.3, §3.2, RFC 7591 §2).
"""

import base64
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.contract.identity_world import (
    CALLBACK,
    PROCUREMENT,
    VERIFIER,
    Identity,
    identity,
    office,
    office_with,
)

__all__ = ["identity", "office"]  # the fixtures

ENDPOINTS = ("token", "revoke", "introspect")


def basic(client_id: str, secret: str) -> str:
    """The value of an Authorization header."""
    return f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"


def form_of(endpoint: str, token: str = "made-up") -> dict[str, str]:
    """A form that the endpoint would look at."""
    if endpoint == "token":
        return {"grant_type": "refresh_token", "refresh_token": token}
    return {"token": token}


def refused(answer: TestResponse, error: str, words: str) -> None:
    """An OAuth error with a sentence that says what to do; 401 challenges by name."""
    body = answer.get_json()
    assert body["error"] == error, body
    assert words in body["error_description"], body
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.headers["Cache-Control"] == "no-store"
    challenge = answer.headers.get("WWW-Authenticate", "")
    assert challenge.startswith('Basic realm="Workato Identity", ') == (error == "invalid_client")


@pytest.mark.requirement("ID-301")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "method, header, extra, error, words",
    [
        ("client_secret_basic", True, {"client_secret": "SECRET"}, "invalid_request", "one of"),
        ("client_secret_post", True, {"client_secret": "SECRET"}, "invalid_request", "one of"),
        ("client_secret_basic", True, {"client_assertion": "x.y.z"}, "invalid_request", "one of"),
        (
            "client_secret_post",
            False,
            {"client_id": "ID", "client_secret": "SECRET", "client_assertion": "x.y.z"},
            "invalid_request",
            "one of",
        ),
        ("client_secret_basic", True, {"client_id": "another"}, "invalid_request", "client_id"),
        ("client_secret_post", True, {}, "invalid_client", "client_secret_post"),
        (
            "client_secret_basic",
            False,
            {"client_id": "ID", "client_secret": "SECRET"},
            "invalid_client",
            "client_secret_basic",
        ),
        ("none", True, {}, "invalid_client", "did not register client_secret_basic"),
        ("none", False, {"client_id": "ID", "client_secret": "x"}, "invalid_client", "(none)"),
        ("client_secret_basic", False, {"client_id": "ID"}, "invalid_client", "is missing"),
        (
            "none",
            False,
            {"client_id": "ID", "client_assertion_type": "jwt"},
            "invalid_client",
            "assertions",
        ),
        ("none", False, {}, "invalid_client", "names no client"),
    ],
)
def test_a_client_authenticates_in_one_way_and_the_one_it_registered(
    identity: Identity,
    endpoint: str,
    method: str,
    header: bool,
    extra: dict[str, str],
    error: str,
    words: str,
) -> None:
    client = identity.register(token_endpoint_auth_method=method)
    secret = client.get("client_secret", "none at all")
    values = {"ID": client["client_id"], "SECRET": secret}
    form = form_of(endpoint) | {name: values.get(text, text) for name, text in extra.items()}
    headers = {"Authorization": basic(client["client_id"], secret)} if header else {}

    refused(identity.http("POST", f"/oauth/{endpoint}", data=form, headers=headers), error, words)


@pytest.mark.requirement("ID-301")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "header",
    ["Bearer x", "Digest username=x", "Basic", "Basic eA==", "Basic eDp5, Basic eDp5", "Basic =x"],
)
def test_an_authorization_header_of_another_kind_is_challenged(
    identity: Identity, endpoint: str, header: str
) -> None:
    form = form_of(endpoint) | {"client_id": identity.register()["client_id"]}

    answer = identity.http(
        "POST", f"/oauth/{endpoint}", data=form, headers={"Authorization": header}
    )

    refused(answer, "invalid_client", "Basic")


@pytest.mark.requirement("ID-301")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_each_registered_way_opens_every_endpoint(identity: Identity, method: str) -> None:
    """The client_id may stand in the body beside the header, too; an empty secret is none."""
    client = identity.register(token_endpoint_auth_method=method)
    shown = {"client_id": client["client_id"]}
    headers = {}
    if method == "client_secret_basic":
        headers = {"Authorization": basic(client["client_id"], client["client_secret"])}
    shown["client_secret"] = client["client_secret"] if method == "client_secret_post" else ""
    code = identity.authorize(client)["code"]
    redeem = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    def post(endpoint: str, form: dict[str, str]) -> Any:
        answer = identity.http("POST", f"/oauth/{endpoint}", data=form | shown, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    tokens = post("token", redeem | {"code_verifier": VERIFIER})

    assert post("introspect", {"token": tokens["access_token"]})["active"] is True
    assert post("token", form_of("token", tokens["refresh_token"]))["access_token"]
    assert post("revoke", {"token": tokens["access_token"]}) == {}


@pytest.mark.requirement("ID-302")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", ["grant_type", "token", "client_id", "scope", "x_own", "ü"])
def test_every_parameter_is_there_once(identity: Identity, endpoint: str, name: str) -> None:
    """Equal ones, too, and those that nobody knows."""
    form: dict[str, Any] = form_of(endpoint) | {"client_id": identity.register()["client_id"]}
    form[name] = [form.get(name, "x")] * 2

    answer = identity.http("POST", f"/oauth/{endpoint}", data=form)

    refused(answer, "invalid_request", "more than once")


@pytest.mark.requirement("ID-302")
@pytest.mark.parametrize("name", ["nonce", "prompt", "code_challenge", "max_age", "x_own"])
def test_the_same_of_authorization_requests(identity: Identity, name: str) -> None:
    """The client is told, by its redirect URI (RFC 6749 §4.1.2.1)."""
    client = identity.register()

    twice: dict[str, Any] = {name: ["a", "a"]}

    query = identity.authorize(client, **twice)

    assert query["error"] == "invalid_request"
    assert name in query["error_description"]
    assert (query["state"], query["iss"]) == ("st4te", "https://id.workato.com")


@pytest.mark.requirement("ID-302")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", ["client_id", "client_secret", "token", "code", "resource"])
def test_nothing_secret_is_taken_from_the_query(
    identity: Identity, endpoint: str, name: str
) -> None:
    form = form_of(endpoint) | {"client_id": identity.register()["client_id"]}

    answer = identity.http("POST", f"/oauth/{endpoint}?{name}=x", data=form)

    assert answer.get_json()["error"] == "invalid_request"
    if name not in form:
        refused(answer, "invalid_request", "in the body")


@pytest.mark.requirement("ID-302")
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("options", [{"json": {"token": "x"}}, {"data": "token=x"}])
def test_a_body_of_another_type_is_told_the_right_one(
    identity: Identity, endpoint: str, options: dict[str, Any]
) -> None:
    answer = identity.http("POST", f"/oauth/{endpoint}", **options)

    refused(answer, "invalid_request", "application/x-www-form-urlencoded")


@pytest.mark.requirement("ID-302")
def test_a_content_type_may_have_parameters_and_any_case(identity: Identity) -> None:
    answer = identity.http(
        "POST",
        "/oauth/token",
        data="grant_type=refresh_token",
        headers={"Content-Type": "Application/X-WWW-Form-URLencoded; charset=UTF-8"},
    )

    refused(answer, "invalid_client", "names no client")


@pytest.mark.requirement("ID-303")
def test_a_client_that_registered_for_codes_alone_gets_no_refresh_token(
    identity: Identity,
) -> None:
    client = identity.register(grant_types=["authorization_code"])

    tokens = identity.tokens(client)
    answer = identity.refresh(client, "made-up")

    assert client["grant_types"] == ["authorization_code"]
    assert "refresh_token" not in tokens
    refused(answer, "unauthorized_client", "did not register the grant type refresh_token")


@pytest.mark.requirement("ID-303")
def test_who_lists_no_grant_types_gets_all_that_there_are(identity: Identity) -> None:
    client = identity.register()

    assert client["grant_types"] == ["authorization_code", "refresh_token"]
    assert identity.refresh(client, identity.tokens(client)["refresh_token"]).status_code == 200


@pytest.mark.requirement("ID-303")
def test_an_update_takes_a_grant_type_away(identity: Identity) -> None:
    client = identity.register()
    tokens = identity.tokens(client)
    body = {name: client[name] for name in ("client_id", "redirect_uris")}
    body |= {"grant_types": ["authorization_code"], "token_endpoint_auth_method": "none"}
    headers = {"Authorization": f"Bearer {client['registration_access_token']}"}

    path = client["registration_client_uri"].removeprefix("https://id.workato.com")
    assert identity.http("PUT", path, json=body, headers=headers).status_code == 200

    answer = identity.refresh(client, tokens["refresh_token"])
    assert answer.get_json()["error"] == "unauthorized_client"


@pytest.mark.requirement("ID-213", "AS-10")
def test_where_a_missing_resource_is_refused_token_requests_name_it_too() -> None:
    """With a code and with a refresh token; an empty one is none, and the code is not used up."""
    with office_with(missing_resource="refuse") as identity:
        client = identity.register()
        code = identity.authorize(client)["code"]

        for without in ({}, {"resource": ""}):
            answer = identity.redeem(client, code, **without)
            refused(answer, "invalid_target", "send its URL as resource")
        tokens = identity.redeem(client, code, resource=PROCUREMENT).get_json()
        answer = identity.refresh(client, tokens["refresh_token"])
        refused(answer, "invalid_target", "send its URL as resource")
        renewed = identity.refresh(client, tokens["refresh_token"], resource=PROCUREMENT)

        assert renewed.status_code == 200


@pytest.mark.requirement("ID-3")
@pytest.mark.parametrize(
    "changes, error, words",
    [
        ({"grant_type": ""}, "invalid_request", "send authorization_code or refresh_token"),
        ({"grant_type": "implicit"}, "unsupported_grant_type", "authorization_code and refresh"),
        ({"code": ""}, "invalid_grant", "authorization endpoint again"),
        ({"code": "made-up"}, "invalid_grant", "authorization endpoint again"),
        ({"redirect_uri": "https://else.example"}, "invalid_grant", "send the same one"),
        ({"code_verifier": ""}, "invalid_request", "RFC 7636 4.5"),
        ({"code_verifier": "short"}, "invalid_request", "43 to 128"),
        ({"code_verifier": "w" * 43}, "invalid_grant", "send the one that it was made from"),
        ({"resource": "https://2108.apim.mcp.workato.com"}, "invalid_target", ""),
    ],
)
def test_descriptions_say_what_to_do(
    identity: Identity, changes: dict[str, str], error: str, words: str
) -> None:
    client = identity.register()
    form = {"code": identity.authorize(client)["code"]} | changes

    refused(identity.redeem(client, **form), error, words)


@pytest.mark.requirement("ID-3")
def test_refreshes_say_what_to_do(identity: Identity) -> None:
    client, other = identity.register(), identity.register()
    tokens = identity.tokens(client, scope="openid")["refresh_token"]

    refused(
        identity.token(client, grant_type="refresh_token"), "invalid_request", "is missing: send"
    )
    refused(identity.refresh(other, tokens), "invalid_grant", "send one of its own")
    refused(identity.refresh(client, tokens, scope="email"), "invalid_scope", "a part of it")
