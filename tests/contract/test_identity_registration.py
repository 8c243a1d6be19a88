"""A client's registration at Workato Identity: read, replaced, deleted (RFC 7592)."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import OAuthClient
from tests.contract.identity_world import CALLBACK, ID, Identity, back, identity, office

__all__ = ["identity", "office"]  # the fixtures

#: What an update must leave out (RFC 7592 §2.2).
SERVERS_OWN = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


def manage(
    identity: Identity,
    method: str,
    client: dict[str, Any],
    token: str | None = None,
    **options: Any,
) -> TestResponse:
    """A request at the client's configuration endpoint, with its own token unless another."""
    bearer = client["registration_access_token"] if token is None else token
    headers = {"Authorization": f"Bearer {bearer}"}
    path = client["registration_client_uri"].removeprefix(ID)
    return identity.http(method, path, headers=headers, **options)


def replacement(client: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A right update of this client but for the changes; None leaves a member out."""
    metadata = {name: value for name, value in client.items() if name not in SERVERS_OWN}
    return {name: value for name, value in (metadata | changes).items() if value is not None}


@pytest.mark.requirement("ID-204")
@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_client_reads_its_registration(identity: Identity, method: str) -> None:
    """Word for word what it was told when it registered; the token is kept as a fingerprint."""
    client = identity.register(token_endpoint_auth_method=method, software_id="mcp")

    answer = manage(identity, "GET", client)

    assert (answer.status_code, answer.get_json()) == (200, client)
    assert answer.headers["Cache-Control"] == "no-store"
    with identity.world.db.unit() as session:
        row = session.scalars(
            select(OAuthClient).where(OAuthClient.client_id == client["client_id"])
        ).one()
        assert client["registration_access_token"] not in str(vars(row))


@pytest.mark.requirement("ID-204")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("whose", ["", "made up", "another client's", "an access token"])
def test_no_other_token_manages_a_registration(identity: Identity, method: str, whose: str) -> None:
    """401 with a challenge (RFC 6750 §3); nothing is changed."""
    client, other = identity.register(), identity.register()
    tokens = {
        "another client's": other["registration_access_token"],
        "an access token": identity.tokens(client)["access_token"],
    }
    before = identity.rows()

    answer = manage(
        identity, method, client, tokens.get(whose, whose), json=replacement(client, scope="email")
    )

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_token")
    error = ', error="invalid_token"' if whose else ""
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="Workato Identity"{error}'
    assert identity.rows() == before
    assert manage(identity, "GET", client).get_json() == client


@pytest.mark.requirement("ID-205")
def test_an_update_replaces_the_registration_as_a_whole(identity: Identity) -> None:
    """What is left out is gone; id, secret and token stay."""
    client = identity.register(
        token_endpoint_auth_method="client_secret_post", logo_uri="https://c.example/l.png"
    )

    body = replacement(client, logo_uri=None, client_name="New name", scope="openid")
    answer = manage(identity, "PUT", client, json=body)

    assert answer.status_code == 200
    changed = {**client, "client_name": "New name", "scope": "openid"}
    del changed["logo_uri"]
    assert answer.get_json() == changed
    assert identity.tokens(client)["scope"] == "openid"


@pytest.mark.requirement("ID-217")
@pytest.mark.parametrize("nothing", ["", None])
def test_what_a_client_leaves_empty_is_not_echoed(identity: Identity, nothing: str | None) -> None:
    """A client that reads its answer strictly would refuse it: no address is empty."""
    client = identity.register(client_uri=nothing, logo_uri=nothing, software_version="0")
    update = replacement(client, logo_uri="https://c.example/l.png") | {"tos_uri": nothing}

    assert not {"client_uri", "logo_uri"} & client.keys()
    assert manage(identity, "GET", client).get_json() == client
    answer = manage(identity, "PUT", client, json=update)
    assert answer.get_json() == client | {"logo_uri": "https://c.example/l.png"}


@pytest.mark.requirement("ID-205")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "another"},
        {"client_secret": "my own choice"},
        {"registration_access_token": "my own choice"},
        {"client_id_issued_at": 1},
        {"token_endpoint_auth_method": "none"},
        {"redirect_uris": []},
        {"redirect_uris": ["http://a.example/cb"]},
        {"grant_types": ["implicit"]},
    ],
)
def test_an_update_that_is_not_right_changes_nothing(
    identity: Identity, changes: dict[str, Any]
) -> None:
    client = identity.register(token_endpoint_auth_method="client_secret_post")

    answer = manage(identity, "PUT", client, json=replacement(client, **changes))

    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert next(iter(changes)) in answer.get_json()["error_description"]
    assert manage(identity, "GET", client).get_json() == client


@pytest.mark.requirement("ID-205")
@pytest.mark.parametrize(
    "changes, consents_again",
    [
        ({"redirect_uris": [CALLBACK, "https://elsewhere.example/cb"]}, True),
        ({"client_name": "Somebody else"}, True),
        ({"software_version": "2"}, False),
    ],
)
def test_people_are_asked_again_where_the_page_would_say_something_else(
    identity: Identity, changes: dict[str, Any], consents_again: bool
) -> None:
    client = identity.register()
    identity.tokens(client)

    manage(identity, "PUT", client, json=replacement(client, **changes))
    query = back(identity.browser("ada").get(identity.authorize_url(client, prompt="none")))

    assert (query.get("error") == "consent_required") == consents_again


@pytest.mark.requirement("ID-206")
def test_a_deleted_client_leaves_nothing_that_works(identity: Identity) -> None:
    """Tokens, a code under way, the consent and the registration token itself."""
    client, other = identity.register(), identity.register()
    tokens, others = identity.tokens(client), identity.tokens(other)
    code = identity.authorize(client)["code"]

    answer = manage(identity, "DELETE", client)

    assert (answer.status_code, answer.data) == (204, b"")
    assert manage(identity, "GET", client).status_code == 401
    assert not identity.is_live(tokens["access_token"])
    for refused in (
        identity.redeem(client, code),
        identity.refresh(client, tokens["refresh_token"]),
    ):
        assert refused.get_json()["error"] == "invalid_client"
    page = identity.browser("ada").get(identity.authorize_url(client))
    assert page.page.status_code == 400
    assert identity.is_live(others["access_token"])
    assert identity.rows()["oauth_consents"] == 1


@pytest.mark.requirement("AS-6")
@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": ["https://id.workato.com@evil.example/cb"]},
        {"redirect_uris": ["http://user:password@127.0.0.1/cb"]},
        {"redirect_uris": ["http://127.0.0.1:0/cb"]},
        {"redirect_uris": ["https://client.example/cb?code=1"]},
        {"redirect_uris": ["https://client.example/cb?a=b&iss="]},
        {"redirect_uris": ["view-source:https://client.example"]},
        {"redirect_uris": ["filesystem:https://client.example/x"]},
        {"redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"]},
        {"client_name": "   "},
        {"client_name": "Workato\u202eevil"},
        {"client_name": "Workato\u0000"},
        {"client_name": "One line\nand another"},
    ],
)
def test_metadata_that_could_mislead_people_is_refused(
    identity: Identity, changes: dict[str, Any]
) -> None:
    """The consent page names the client, and the host that the answer goes to."""
    before = identity.rows()

    answer = identity.http("POST", "/oauth/register", json={"redirect_uris": [CALLBACK]} | changes)

    assert answer.status_code == 400, answer.text
    assert answer.get_json()["error"] == (
        "invalid_redirect_uri" if "redirect_uris" in changes else "invalid_client_metadata"
    )
    assert identity.rows() == before


@pytest.mark.requirement("AS-6")
@pytest.mark.parametrize("name", ["Café 😀 client", "日本語", "O'Neil & <Co>", "عميل"])
def test_a_name_in_any_language_is_kept(identity: Identity, name: str) -> None:
    assert identity.register(client_name=name)["client_name"] == name


@pytest.mark.requirement("AS-6")
@pytest.mark.parametrize(
    "member",
    [
        '"software_version": NaN',
        '"software_version": 1e999',
        '"redirect_uris": ["https://other.example/cb"]',
        '"software_version": "\\ud800"',
        f'"software_version": {"[" * 101}{"]" * 101}',
    ],
)
def test_a_body_that_two_readers_read_differently_is_refused(
    identity: Identity, member: str
) -> None:
    """It would come back as it came, and be no JSON then, or hold what nobody asked for."""
    body = f'{{"redirect_uris": ["{CALLBACK}"], {member}}}'
    answer = identity.http("POST", "/oauth/register", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")


@pytest.mark.requirement("AS-6")
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_metadata_says_that_it_is_json(identity: Identity, kind: str) -> None:
    """What any web page may send to any host (CORS) registers nothing."""
    body = f'{{"redirect_uris": ["{CALLBACK}"]}}'
    answer = identity.http("POST", "/oauth/register", data=body, content_type=kind)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")


@pytest.mark.requirement("ID-103", "AS-13")
@pytest.mark.parametrize("endpoint", ["revoke", "introspect"])
def test_a_hint_that_means_nothing_is_passed_over(identity: Identity, endpoint: str) -> None:
    """RFC 7009 §2.2.1, RFC 7662 §2.1; what lacks is said (RFC 6749 §5.2)."""
    client = identity.register()
    form = {"client_id": client["client_id"], "token": "x", "token_type_hint": "a guess"}
    hinted = identity.http("POST", f"/oauth/{endpoint}", data=form)
    empty = identity.http("POST", f"/oauth/{endpoint}", data=form | {"token": ""})

    assert hinted.status_code == 200
    assert (empty.status_code, empty.get_json()["error"]) == (400, "invalid_request")
    assert "token is missing" in empty.get_json()["error_description"]
