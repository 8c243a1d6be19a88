"""People as a suite plays them, for a client of its own."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from simulator.errors import Forbidden
from simulator.testing import McpClient, Workspace

CALLBACK = "http://127.0.0.1:9/callback"


@pytest.fixture
def authorization_url(workspace: Workspace) -> str:
    """The authorization URL of a client that was just registered."""
    identity = workspace.description["systems"]["identity"]
    about = {
        "client_name": "My agent",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
    }
    client = requests.post(f"{identity}/oauth/register", json=about).json()["client_id"]
    question = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "state": "s-1",
        "resource": workspace.stage.server("Procurement assistant")["mcp_url"],
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"{identity}/oauth/authorize?{urlencode(question)}"


def query_of(address: str) -> dict[str, str]:
    """What the browser brings back to the client."""
    assert address.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.requirement("HARN-10")
def test_she_authorizes_a_client_of_anybodys(workspace: Workspace, authorization_url: str) -> None:
    ada = workspace.person("Ada")

    first, again = (
        query_of(ada.authorize(authorization_url)),
        query_of(ada.authorize(authorization_url)),
    )

    assert first["state"] == "s-1"
    assert first["iss"] == workspace.description["systems"]["identity"]
    assert first["code"] != again["code"]


@pytest.mark.requirement("HARN-10")
def test_she_may_deny_it(workspace: Workspace, authorization_url: str) -> None:
    answer = query_of(workspace.person("Ada").authorize(authorization_url, "Deny"))

    assert (answer["error"], answer["state"]) == ("access_denied", "s-1")
    assert "code" not in answer


@pytest.mark.requirement("HARN-10")
def test_where_there_is_no_way_back_the_page_is_told(
    workspace: Workspace, authorization_url: str
) -> None:
    """An unknown redirect URI: nobody is sent there (RFC 6749, section 4.1.2.1)."""
    with pytest.raises(LookupError, match=r"No button 'Allow' at .*redirect_uri"):
        workspace.person("Ada").authorize(authorization_url.replace("callback", "elsewhere"))


@pytest.mark.requirement("HARN-10")
def test_she_follows_the_link_of_a_prompt(workspace: Workspace) -> None:
    """For clients that hand it on as text."""
    ada = workspace.person("Ada")
    ada.connect("Procurement assistant")
    link = ada.call("List_my_requisitions").structured_content["auth_url"]

    assert "Connected" in ada.open_link(link)


@pytest.mark.requirement("HARN-10")
def test_a_token_opens_a_server_where_nobody_signs_in(
    workspace: Workspace, mcp_client: Callable[..., McpClient]
) -> None:
    """And dies with the next one."""
    server = "Finance assistant"
    old, new = workspace.mcp_token(server), workspace.mcp_token(server)

    client = mcp_client("Dan", server, headers={"API-TOKEN": new})

    assert "List_my_invoices" in {tool.name for tool in client.list_tools()}
    assert all(status == 200 for _, _, status in client.exchanges)
    refused = requests.post(client.url, json={}, headers={"API-TOKEN": old})
    assert refused.status_code == 401
    with pytest.raises(Forbidden, match="uses Workato Identity"):
        workspace.mcp_token("Procurement assistant")
