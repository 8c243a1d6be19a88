"""For which MCP server the tokens of Workato Identity are: `resource`, and none (RFC 8707)."""

from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from simulator.db.tables import McpServer
from simulator.domain import servers
from tests.contract.identity_world import (
    CALLBACK,
    ID,
    PROCUREMENT,
    RESEARCH,
    Identity,
    back,
    identity,
    office,
    office_with,
)

__all__ = ["identity", "office"]  # the fixtures


def audience(identity: Identity, tokens: dict[str, Any]) -> str:
    """The audience of an access token, as its client may learn it."""
    return str(identity.id_claims(tokens["access_token"])["aud"])


def registered_at(identity: Identity, server: str) -> dict[str, Any]:
    """A client that found the registration endpoint in the metadata at a server's address."""
    document = identity.browser().request("GET", f"{server}/.well-known/oauth-authorization-server")
    url = document.get_json()["registration_endpoint"]
    body = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    answer = identity.http("POST", url.removeprefix(ID), json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


@pytest.mark.requirement("ID-213")
@pytest.mark.parametrize("server", [PROCUREMENT, RESEARCH])
def test_a_client_that_registered_at_a_server_gets_tokens_for_it(
    identity: Identity, server: str
) -> None:
    """Clients of 2025-03-26 send no resource; the consent page names the server all the same."""
    client = registered_at(identity, server)

    browser = identity.browser("ada").get(identity.authorize_url(client, resource=None))
    assert "in your name" in browser.text
    tokens = identity.redeem(client, back(browser.press("Allow"))["code"]).get_json()

    assert audience(identity, tokens) == server
    named = identity.tokens(client, resource=RESEARCH)
    assert audience(identity, named) == RESEARCH, "a resource that is named wins"


@pytest.mark.requirement("ID-213")
def test_the_only_server_is_meant_where_the_client_is_from_nowhere(identity: Identity) -> None:
    """Of several none: then the token is for Workato Identity alone, and the sign-in works."""
    client = identity.register()
    of_several = identity.tokens(client, resource=None, scope="openid")
    assert audience(identity, of_several) == ID
    assert identity.id_claims(of_several["id_token"])["aud"] == client["client_id"]

    with identity.world.db.unit() as session:
        for server in session.scalars(select(McpServer)).all():
            if server.uses_workato_identity and server.number != 2107:
                servers.switch_to_token_access(identity.world, server)

    assert audience(identity, identity.tokens(client, resource=None)) == PROCUREMENT


@pytest.mark.requirement("ID-213")
def test_a_request_without_resource_can_always_be_a_sign_in() -> None:
    with office_with(missing_resource="sign-in") as identity:
        client = registered_at(identity, PROCUREMENT)

        tokens = identity.tokens(client, resource=None)

        assert audience(identity, tokens) == ID
        assert identity.is_live(tokens["access_token"])


@pytest.mark.requirement("ID-213", "AS-10")
def test_a_request_without_resource_can_be_refused() -> None:
    with office_with(missing_resource="refuse") as identity:
        client = registered_at(identity, PROCUREMENT)
        before = identity.rows()

        query = back(identity.browser("ada").get(identity.authorize_url(client, resource=None)))

        assert (query["error"], query["state"]) == ("invalid_target", "st4te")
        assert "RFC 8707" in query["error_description"]
        assert identity.rows() == before


@pytest.mark.requirement("ID-213", "AS-10")
@pytest.mark.parametrize(
    "resource",
    ["https://evil.example", "https://9.apim.mcp.workato.com", f"{PROCUREMENT}#x", "x", ""],
)
def test_nobody_registers_at_a_server_that_is_none(identity: Identity, resource: str) -> None:
    body, before = {"redirect_uris": [CALLBACK]}, identity.rows()

    query = urlencode({"resource": resource})
    answer = identity.http("POST", f"/oauth/register?{query}", json=body)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_target")
    assert answer.get_json()["error_description"]
    assert identity.rows() == before


@pytest.mark.requirement("AS-10")
@pytest.mark.parametrize(
    "resource",
    [
        [PROCUREMENT, RESEARCH],
        [PROCUREMENT, "https://evil.example"],
        "https://evil.example",
        "https://9.apim.mcp.workato.com",
        f"{PROCUREMENT}#fragment",
        f"{PROCUREMENT}#",
        f"{PROCUREMENT}?",
        f" {PROCUREMENT}",
        PROCUREMENT.replace("https:", "ftp:"),
        PROCUREMENT.replace("https:", ""),
        f"{PROCUREMENT}?query",
        f"{PROCUREMENT}/path",
        "2107",
        "https://[bad",
        ID,
    ],
)
def test_a_resource_that_is_no_one_server_is_an_invalid_target(
    identity: Identity, resource: str | list[str]
) -> None:
    """Several, foreign, unknown, with a fragment: the client is told, and nothing is kept."""
    client = identity.register()
    before = identity.rows()

    query = back(identity.browser("ada").get(identity.authorize_url(client, resource=resource)))

    assert (query["error"], query["state"], query["iss"]) == ("invalid_target", "st4te", ID)
    assert query["error_description"]
    assert identity.rows() == before
