"""Who gets through the door of an MCP server, and what the others are told."""

import base64
import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from simulator.db.tables import McpServer
from simulator.domain import servers
from simulator.net.addresses import IDENTITY, app_system
from simulator.oauth import AccessTokens, TokenStore
from tests.contract.identity_world import FINANCE, ID, PROCUREMENT, RESEARCH
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
METADATA = (
    'scope="openid profile email", '
    f'resource_metadata="{PROCUREMENT}/.well-known/oauth-protected-resource"'
)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, claims and signature of a JWT."""
    head, claims, signature = token.split(".")
    return _decoded(head), _decoded(claims), signature


def _decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


def joined(head: object, claims: object, signature: str) -> str:
    """A JWT of these, whether it is a right one or not."""
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (head, claims)
    ]
    return ".".join([*encoded, signature])


@pytest.mark.requirement("MCP-2")
@pytest.mark.parametrize(
    "head, claims",
    [
        ({"alg": "none"}, {}),
        ({"alg": "HS256"}, {}),
        ({"alg": ["RS256"]}, {}),
        ({"kid": "unknown"}, {}),
        ({"crit": 5}, {}),
        ({"crit": [[]]}, {}),
        ({}, {"exp": 9_999_999_999}),
    ],
)
def test_a_token_that_was_tampered_with_is_refused(
    mcp: Mcp, head: dict[str, Any], claims: dict[str, Any]
) -> None:
    right_head, right_claims, signature = parts_of(mcp.token_of("ada"))
    token = joined(right_head | head, right_claims | claims, signature)

    answer = mcp.send(PING, token)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer realm="Workato MCP", error="invalid_token", {METADATA}'
    )


@pytest.mark.requirement("MCP-2")
@pytest.mark.parametrize(
    "typ, issuer, own_key",
    [("at+jwt", ID, False), ("JWT", ID, True), ("at+jwt", "https://id.evil.example", True)],
)
def test_key_type_and_issuer_of_a_token_are_checked(
    mcp: Mcp, typ: str, issuer: str, own_key: bool
) -> None:
    """A stranger's key under the right name; an id_token; another issuer."""
    _, claims, _ = parts_of(mcp.token_of("ada"))
    with mcp.world.db.unit():
        own = AccessTokens(mcp.world, IDENTITY).signer.load_key_set().keys[0]
    key = own if own_key else RSAKey.generate_key(2048)
    head = {"alg": "RS256", "kid": own.kid, "typ": typ}

    answer = mcp.send(PING, jwt.encode(head, claims | {"iss": issuer}, key))

    assert answer.status_code == 401


@pytest.mark.requirement("MCP-2", "RS-3")
def test_an_apps_token_is_no_token_of_workato(mcp: Mcp) -> None:
    with mcp.world.db.unit():
        store = TokenStore(world=mcp.world, provider=app_system("office.coupacloud.com"))
        token = store.issue(
            client_id="0ff1ce",
            subject="2",
            scope="core.requisition.read",
            family="f",
            auth_time=mcp.world.clock.now(),
            resource=PROCUREMENT,
        )["access_token"]

    assert mcp.send(PING, token).status_code == 401


@pytest.mark.requirement("MCP-2", "RS-3")
def test_a_token_for_sign_in_alone_opens_no_server(mcp: Mcp) -> None:
    """Without `resource` its audience is Workato Identity (our choice)."""
    token = mcp.tokens(mcp.register(), resource=None)["access_token"]

    assert mcp.is_live(token)
    assert mcp.send(PING, token).status_code == 401


@pytest.mark.requirement("MCP-2")
def test_a_token_opens_its_own_server_until_it_ends(mcp: Mcp) -> None:
    """Through the whole sign-in; an hour later it is over, and the refreshed one goes on."""
    client = mcp.register()
    tokens = mcp.tokens(client)

    assert mcp.send(PING, tokens["access_token"]).status_code == 200
    assert mcp.send(PING, tokens["access_token"], url=RESEARCH).status_code == 401
    mcp.world.clock.travel(timedelta(hours=1))
    assert mcp.send(PING, tokens["access_token"]).status_code == 401
    renewed = mcp.refresh(client, tokens["refresh_token"]).get_json()
    assert mcp.send(PING, renewed["access_token"]).status_code == 200


@pytest.mark.requirement("MCP-21", "RS-10")
def test_signed_in_but_in_no_group_is_forbidden(mcp: Mcp) -> None:
    """403 and no challenge: signing in again would not help."""
    answer = mcp.send(PING, mcp.token_of("eve"))

    assert answer.status_code == 403
    assert "WWW-Authenticate" not in answer.headers
    assert answer.get_json()["error"]["data"] == {"error": "not_in_group"}
    message = answer.get_json()["error"]["message"]
    assert "eve@office.example has no access to the MCP server" in message
    assert "AI Hub > MCP servers > Procurement assistant > End user access" in message


@pytest.mark.requirement("MCP-21")
def test_the_group_and_the_account_are_looked_at_on_every_request(mcp: Mcp) -> None:
    """The same live token: admitted, group taken away, group back, account disabled."""
    token, world = mcp.token_of("ada"), mcp.world

    def status() -> int:
        return mcp.send(PING, token).status_code

    def server() -> McpServer:
        found = servers.find_server_by_number(world, 2107)
        assert found is not None
        return found

    before = status()
    with world.db.unit():
        group = server().groups[0]
        servers.remove_group(world, server(), group.id)
    without = status()
    with world.db.unit():
        servers.assign_groups(world, server(), [group.id])
    again = status()
    mcp.set_status("ada", "disabled")

    assert (before, without, again, status()) == (200, 403, 200, 403)


@pytest.mark.requirement("MCP-3")
def test_a_new_mcp_token_and_a_new_access_method_end_the_old_token(mcp: Mcp) -> None:
    old, new = mcp.mcp_token(2108), mcp.mcp_token(2108)

    assert mcp.send(PING, old, url=FINANCE).status_code == 401
    assert mcp.send(PING, new, url=FINANCE).status_code == 200
    with mcp.world.db.unit():
        server = servers.find_server_by_number(mcp.world, 2108)
        assert server is not None
        servers.switch_to_workato_identity(mcp.world, server)
    assert mcp.send(PING, new, url=FINANCE).status_code == 401
    assert mcp.send(PING, None, url=f"{FINANCE}/?wkt_token={new}").status_code == 401


@pytest.mark.requirement("MCP-3")
def test_with_workato_identity_an_mcp_token_is_not_looked_at(mcp: Mcp) -> None:
    """Whoever sends one beside an access token is who the access token says."""
    sent = mcp.send(PING, mcp.token_of("ada"), API_TOKEN="a-token-of-before")

    assert sent.status_code == 200
    assert mcp.send(PING, None, API_TOKEN="a-token-of-before").headers["WWW-Authenticate"]


@pytest.mark.requirement("MCP-3")
def test_token_access_knows_no_people_and_no_oauth(mcp: Mcp) -> None:
    """No metadata to send a client to, and no tool that needs a verified user."""
    refused = mcp.send(PING, mcp.token_of("ada", FINANCE), url=FINANCE)
    unknown = mcp.send(PING, None, url=FINANCE)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    call |= {"params": {"name": "List_my_requisitions"}}
    tool = mcp.send(call, mcp.mcp_token(2108), url=FINANCE).get_json()["result"]
    metadata = mcp.send(PING, None, url=f"{FINANCE}/.well-known/oauth-protected-resource")

    assert refused.headers["WWW-Authenticate"] == (
        'Bearer realm="Workato MCP", error="invalid_token"'
    )
    assert unknown.headers["WWW-Authenticate"] == 'Bearer realm="Workato MCP"'
    assert tool["isError"]
    assert tool["structuredContent"]["error"] == "verified_access_unsupported"
    assert metadata.status_code in (404, 405)


@pytest.mark.requirement("MCP-22")
@pytest.mark.parametrize("url", [PROCUREMENT, f"{PROCUREMENT}/", f"{PROCUREMENT}/tools/call"])
def test_messages_are_taken_with_a_slash_and_at_tools_call_too(mcp: Mcp, url: str) -> None:
    assert mcp.send(PING, mcp.token_of("ada"), url=url).get_json()["result"] == {}


@pytest.mark.requirement("MCP-22")
@pytest.mark.parametrize("host", ["2107.APIM.MCP.Workato.com", "2107.apim.mcp.workato.com:443"])
def test_a_host_is_the_same_however_it_is_spelled(mcp: Mcp, host: str) -> None:
    assert mcp.send(PING, mcp.token_of("ada"), url=f"https://{host}").status_code == 200


@pytest.mark.requirement("MCP-22")
@pytest.mark.parametrize("url", ["https://2199.apim.mcp.workato.com", f"{PROCUREMENT}/no/such"])
def test_an_unknown_server_or_path_is_404_in_json(mcp: Mcp, url: str) -> None:
    answer = mcp.send(PING, mcp.token_of("ada"), url=url)

    assert answer.status_code == 404
    assert answer.get_json()["error"]["data"]["error"] in ("unknown_server", "unknown_path")


@pytest.mark.requirement("MCP-23", "RS-11")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH"])
def test_there_is_no_stream_to_get(mcp: Mcp, method: str) -> None:
    """405 with Allow, as the transport wants it; without a token 401 comes first."""
    browser = mcp.browser()
    headers = {"Authorization": f"Bearer {mcp.token_of('ada')}", "Accept": "text/event-stream"}

    answer = browser.request(method, PROCUREMENT, headers=headers)

    assert answer.status_code == 405
    assert {"POST", "DELETE"} <= set(answer.headers["Allow"].split(", "))
    if method == "GET":
        assert browser.request(method, PROCUREMENT).status_code == 401


@pytest.mark.requirement("MCP-24", "RS-11")
@pytest.mark.parametrize("who", ["nobody", "eve"])
def test_the_body_is_read_also_of_a_request_that_is_refused(mcp: Mcp, who: str) -> None:
    """Else its rest would be taken for the next request of a kept-alive connection."""
    body = BytesIO(json.dumps(PING).encode())
    headers = {"Content-Type": "application/json"}
    if who != "nobody":
        headers["Authorization"] = f"Bearer {mcp.token_of(who)}"

    answer = mcp.browser().request("POST", PROCUREMENT, headers=headers, input_stream=body)

    assert answer.status_code in (401, 403)
    assert body.read() == b""
