"""Workato Identity as a client meets it: discovery, registration, the way to a code, and tokens."""

import base64
from typing import Any

import pytest

from simulator.domain import servers
from tests.contract.identity_world import (
    CALLBACK,
    ID,
    PROCUREMENT,
    RESEARCH,
    VERIFIER,
    Identity,
    back,
    identity,
    office,
)

__all__ = ["identity", "office"]  # the fixtures


@pytest.mark.requirement("ID-4")
def test_a_registration_is_echoed_with_what_the_server_decided(identity: Identity) -> None:
    """A public client has no secret, whatever it claims of itself."""
    client = identity.register(
        application_type="native",
        software_id="mcp",
        grant_types=["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
        scope="openid mcp.read",
        client_secret="mine",
        client_id="chosen",
        registration_access_token="mine",
    )

    assert client["client_id"] != "chosen"
    assert "client_secret" not in client
    assert client["registration_access_token"] != "mine"
    assert client["application_type"] == "native"
    assert client["software_id"] == "mcp"
    assert client["redirect_uris"] == [CALLBACK]
    assert client["grant_types"] == ["authorization_code"]
    assert client["scope"] == "openid"


@pytest.mark.requirement("ID-4")
@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example:99999/cb",
        "https://[bad",
        "https://a.example/ü",
        "https://a.example/c b",
        "https://a.example/c\x00b",
        'https://a.example/"',
        "https://a.example\\@b.example",
        "https:///cb",
        "http://192.0.2.1/cb",
    ],
)
def test_a_redirect_uri_that_is_no_uri_cannot_be_registered(identity: Identity, uri: str) -> None:
    answer = identity.http("POST", "/oauth/register", json={"redirect_uris": [uri]})

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_redirect_uri"


@pytest.mark.requirement("ID-27", "AS-8")
@pytest.mark.parametrize("port", ["", ":1", ":65535"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_loopback_client_may_listen_at_any_port(identity: Identity, host: str, port: str) -> None:
    """Codex, Cursor and the inspectors take a free one each time (RFC 8252 §7.3)."""
    client = identity.register(redirect_uris=[f"http://{host}/callback/8f14"])
    uri = f"http://{host}{port}/callback/8f14"

    query = identity.authorize(client, redirect_uri=uri)
    answer = identity.redeem(client, query["code"], redirect_uri=uri)

    assert answer.status_code == 200


@pytest.mark.requirement("ID-28", "AS-14")
def test_the_consent_page_says_who_asks_for_what_and_where_it_goes(identity: Identity) -> None:
    """With a warning for an address on the person's own computer, and none for others."""
    loopback = identity.register(client_name="<b>Cursor</b>")
    site = identity.register(redirect_uris=["https://chat.example/cb"])
    browser = identity.browser("ada")

    page = browser.get(identity.authorize_url(loopback, scope="openid email"))
    assert "Allow <b>Cursor</b> to act for you?" in page.text
    assert "Procurement assistant" in page.text
    assert "sent back to 127.0.0.1:19876" in page.text
    assert "on your own computer" in page.text
    assert "See your e-mail address" in page.text
    assert "See your name" not in page.text
    assert page.has_button("Deny")

    browser.get(identity.authorize_url(site))
    assert "sent back to chat.example" in browser.text
    assert "on your own computer" not in browser.text


@pytest.mark.requirement("ID-9")
def test_prompt_consent_asks_again_and_more_scope_asks_too(identity: Identity) -> None:
    client, browser = identity.register(), identity.browser("ada")
    browser.get(identity.authorize_url(client, scope="openid")).press("Allow")

    assert browser.get(identity.authorize_url(client, scope="openid")).left_for
    for more in ({"prompt": "consent"}, {"scope": "openid email"}, {"resource": RESEARCH}):
        assert not browser.get(
            identity.authorize_url(client, **{"scope": "openid"} | more)
        ).left_for


@pytest.mark.requirement("ID-29", "AS-15", "AS-16")
@pytest.mark.parametrize(
    "requested, granted",
    [
        (None, "openid profile email"),
        ("openid offline_access", "openid offline_access"),
        ("mcp.read", "openid profile email"),
        ("email mcp.read email", "email"),
    ],
)
def test_unknown_scopes_are_passed_over_and_none_means_the_usual_ones(
    identity: Identity, requested: str | None, granted: str
) -> None:
    """Every client gets a refresh token, whether it asked for offline_access or not."""
    tokens = identity.tokens(
        identity.register(scope="openid profile email offline_access"), scope=requested
    )

    assert tokens["scope"] == granted
    assert ("id_token" in tokens) == ("openid" in granted)
    assert tokens["refresh_token"]
    assert tokens["expires_in"] == 3600
    assert tokens["token_type"] == "Bearer"


@pytest.mark.requirement("ID-201", "AS-15", "AS-16")
@pytest.mark.parametrize(
    "registered, requested, granted",
    [
        ("", "openid offline_access", "openid"),
        ("mcp.read", "openid offline_access", "openid"),
        ("openid", "openid email", "openid"),
        ("openid", None, "openid"),
        ("openid", "mcp.read", "openid"),
        ("offline_access", None, "offline_access"),
        ("openid email offline_access", None, "openid email"),
    ],
)
def test_a_client_gets_no_scope_that_it_did_not_register_for(
    identity: Identity, registered: str, requested: str | None, granted: str
) -> None:
    """RFC 7591 §2: the scopes that it can use; none named means the usual ones."""
    assert identity.tokens(identity.register(scope=registered), scope=requested)["scope"] == granted


@pytest.mark.requirement("ID-30")
@pytest.mark.parametrize(
    "resource", [[PROCUREMENT, RESEARCH], [PROCUREMENT, f"{RESEARCH}/"], ["https://x.example"] * 2]
)
def test_one_authorization_is_for_one_server(identity: Identity, resource: list[str]) -> None:
    browser = identity.browser("ada")

    query = back(browser.get(identity.authorize_url(identity.register(), resource=resource)))

    assert (query["error"], query["state"], query["iss"]) == ("invalid_target", "st4te", ID)


@pytest.mark.requirement("ID-30", "AS-10")
def test_both_spellings_of_a_servers_address_are_the_same_resource(identity: Identity) -> None:
    """With and without the slash; a token may not be had for another one."""
    client = identity.register()
    requested = [PROCUREMENT, f"{PROCUREMENT}/"]

    code = identity.authorize(client, resource=requested)["code"]
    other = identity.redeem(client, code, resource=RESEARCH)
    tokens = identity.redeem(client, code, resource=f"{PROCUREMENT}/").get_json()
    widened = identity.refresh(client, tokens["refresh_token"], resource=RESEARCH)
    same = identity.refresh(client, tokens["refresh_token"], resource=PROCUREMENT)

    assert (other.status_code, other.get_json()["error"]) == (400, "invalid_target")
    assert (widened.status_code, widened.get_json()["error"]) == (400, "invalid_target")
    assert same.status_code == 200


@pytest.mark.requirement("ID-30")
def test_a_server_that_moved_to_token_access_is_no_resource_any_more(identity: Identity) -> None:
    client, world = identity.register(), identity.world
    tokens = identity.tokens(client)
    with world.db.unit():
        server = servers.find_server_by_number(world, 2107)
        assert server is not None
        servers.switch_to_token_access(world, server)

    refused = identity.refresh(client, tokens["refresh_token"], resource=PROCUREMENT).get_json()
    query = back(identity.browser("ada").get(identity.authorize_url(client)))

    assert (refused["error"], query["error"]) == ("invalid_target", "invalid_target")
    assert "token-based access" in query["error_description"]


@pytest.mark.requirement("ID-6", "AS-11")
def test_a_refresh_may_not_widen_the_scope_nor_change_hands(identity: Identity) -> None:
    client, other = identity.register(), identity.register()
    tokens = identity.tokens(client, scope="openid")

    wider = identity.refresh(client, tokens["refresh_token"], scope="openid email")
    foreign = identity.refresh(other, tokens["refresh_token"])
    narrow = identity.refresh(client, tokens["refresh_token"], scope="openid")

    assert (wider.status_code, wider.get_json()["error"]) == (400, "invalid_scope")
    assert (foreign.status_code, foreign.get_json()["error"]) == (400, "invalid_grant")
    assert narrow.status_code == 200


@pytest.mark.requirement("ID-202")
def test_a_refresh_for_less_leaves_the_new_refresh_token_as_it_was_granted(
    identity: Identity,
) -> None:
    """RFC 6749 §6: the new one has the scope of the old one, also after two narrow refreshes."""
    client = identity.register()
    tokens = identity.tokens(client, scope="openid email")

    for scope in ("openid", "email"):
        tokens = identity.refresh(client, tokens["refresh_token"], scope=scope).get_json()
        assert tokens["scope"] == scope
    wider = identity.refresh(client, tokens["refresh_token"], scope="openid profile")
    whole = identity.refresh(client, tokens["refresh_token"])

    assert wider.get_json()["error"] == "invalid_scope"
    assert whole.get_json()["scope"] == "openid email"


@pytest.mark.requirement("ID-6")
def test_a_client_cannot_revoke_anothers_token(identity: Identity) -> None:
    client, other = identity.register(), identity.register()
    token = identity.tokens(client)["access_token"]

    form = {"token": token, "client_id": other["client_id"]}
    refused = identity.http("POST", "/oauth/revoke", data=form)

    assert refused.status_code == 400
    assert identity.is_live(token)


def basic(name: str, secret: str) -> dict[str, str]:
    """An Authorization header of RFC 7617."""
    pair = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


@pytest.mark.requirement("ID-7", "AS-7", "AS-13")
def test_a_secret_in_the_header_opens_or_is_challenged(identity: Identity) -> None:
    """Wrong: 401 with a challenge for the scheme that was used (RFC 6749 §5.2)."""
    client = identity.register(token_endpoint_auth_method="client_secret_basic")
    form = {
        "grant_type": "authorization_code",
        "code": identity.authorize(client)["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }

    def ask(secret: str) -> Any:
        headers = basic(client["client_id"], secret)
        return identity.http("POST", "/oauth/token", data=form, headers=headers)

    wrong, right = ask("wrong"), ask(client["client_secret"])

    assert (wrong.status_code, wrong.get_json()["error"]) == (401, "invalid_client")
    assert wrong.headers["WWW-Authenticate"].startswith('Basic realm="Workato Identity", ')
    assert right.status_code == 200
    assert right.headers["Cache-Control"] == "no-store"


@pytest.mark.requirement("ID-33")
@pytest.mark.parametrize("path", ["token", "revoke", "introspect", "register"])
def test_a_wrong_method_is_told_the_right_one(identity: Identity, path: str) -> None:
    """405 with Allow (RFC 9110 §15.5.6), in the endpoint's own JSON."""
    answer = identity.http("GET", f"/oauth/{path}")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.get_json()["error"] == "invalid_request"


@pytest.mark.requirement("ID-8", "AS-17")
@pytest.mark.parametrize(
    "header, challenge",
    [
        ("", 'Bearer realm="Workato Identity"'),
        ("Bearer", 'Bearer realm="Workato Identity"'),
        ("Bearer x", 'Bearer realm="Workato Identity", error="invalid_token"'),
        ("Basic x", 'Bearer realm="Workato Identity"'),
    ],
)
def test_userinfo_challenges_who_has_no_live_token(
    identity: Identity, header: str, challenge: str
) -> None:
    answer = identity.http("GET", "/oauth/userinfo", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == challenge


@pytest.mark.requirement("ID-6")
def test_userinfo_and_sign_in_end_with_the_account(identity: Identity) -> None:
    token = identity.tokens(identity.register())["access_token"]
    assert identity.is_live(token)

    identity.set_status("ada", "disabled")

    assert not identity.is_live(token)
