"""What clients do with the simulator's peers: the same operations, where a peer has them."""

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.tools.benchmarks.http_client import HttpClient
from tests.tools.benchmarks.load import Operation
from tests.tools.benchmarks.operations import (
    CALLBACK,
    CHALLENGE,
    VERIFIER,
    call_tool,
    code_of,
    hold_session,
    initialize,
    json_of,
)
from tests.tools.benchmarks.servers import Server

#: Makes a client's operation.
Maker = Callable[[], Operation]
_TOOL = ("policy", {"category": "travel"})
_BASIC = {"Authorization": "Basic " + base64.b64encode(b"peer:peer-secret").decode()}


def operations_of(server: Server) -> Mapping[str, Maker]:
    """The operations that a peer has.

    Args:
        server: that answers.

    Returns:
        Names of operations, as `comparison` has them → makers.
    """
    return _PEERS[server.name](server)


def _client(server: Server) -> HttpClient:
    return HttpClient({urlsplit(server.url).netloc})


def _fastmcp_jwt(server: Server) -> Mapping[str, Maker]:
    return {"call_without_app": lambda: _call(server, f"{server.url}/mcp", server.facts["token"])}


def _fastmcp_oauth(server: Server) -> Mapping[str, Maker]:
    url = f"{server.url}/mcp"
    token = _connect(_client(server), server.url, url)
    return {
        "session": lambda: _session(server, url, token),
        "connect": lambda: _connecting(server, url),
    }


def _typescript_sdk(server: Server) -> Mapping[str, Maker]:
    url = f"{server.url}/session"
    token = _connect(_client(server), server.url, url)
    return {
        "call_without_app": lambda: _call(server, f"{server.url}/mcp", server.facts["token"]),
        "session": lambda: _session(server, url, token),
        "connect": lambda: _connecting(server, url),
    }


def _call(server: Server, url: str, token: str) -> Operation:
    client = _client(server)

    def work() -> None:
        result = call_tool(client, url, token, _TOOL)
        assert result["structuredContent"], result

    return work


def _session(server: Server, url: str, token: str) -> Operation:
    client = _client(server)
    return lambda: hold_session(client, url, token)


def _connecting(server: Server, url: str) -> Operation:
    client = _client(server)
    return lambda: initialize(client, url, _connect(client, server.url, url))


def _connect(client: HttpClient, issuer: str, url: str) -> str:
    """401, discovery, registration, authorization without a page, token."""
    assert client.post_json(url, {}).status == 401
    metadata = json_of(client.get(f"{issuer}/.well-known/oauth-authorization-server"))
    registration = {
        "client_name": "bench",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
    }
    client_id = json_of(client.post_json(metadata["registration_endpoint"], registration))
    question = {
        "response_type": "code",
        "client_id": client_id["client_id"],
        "redirect_uri": CALLBACK,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "s",
    }
    answer = client.get(f"{metadata['authorization_endpoint']}?{urlencode(question)}")
    tokens = json_of(
        client.post_form(
            metadata["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "client_id": client_id["client_id"],
                "code": code_of(answer),
                "redirect_uri": CALLBACK,
                "code_verifier": VERIFIER,
            },
        )
    )
    return str(tokens["access_token"])


def _oidc_provider_mock(server: Server) -> Mapping[str, Maker]:
    url = server.url

    def sign_in(client: HttpClient) -> Any:
        """Three requests: a page that asks for the person's id, that page sent, token."""
        page = client.get(f"{url}/oauth2/authorize?{_question()}")
        answer = client.submit(page, 'name="sub"', sub="ada")
        return json_of(client.post_form(f"{url}/oauth2/token", _code(code_of(answer)), _BASIC))

    return {
        **_openid(server, sign_in, f"{url}/oauth2/token"),
        "jwks": lambda: _fetching(server, f"{url}/jwks", {}),
        "userinfo": lambda: _fetching(server, f"{url}/userinfo", _bearer(sign_in(_client(server)))),
    }


def _node_oidc_provider(server: Server) -> Mapping[str, Maker]:
    url = server.url

    def sign_in(client: HttpClient) -> Any:
        """Authorize, login page, login, consent page, consent, token: ten requests."""
        client.forget_cookies()
        page = client.follow(client.get(f"{url}/auth?{_question()}"))
        page = client.follow(client.submit(page, 'value="login"', login="ada", password="x"))
        answer = client.follow(client.submit(page, 'value="consent"'))
        return json_of(client.post_form(f"{url}/token", _code(code_of(answer)), _BASIC))

    return {
        **_openid(server, sign_in, f"{url}/token"),
        "jwks": lambda: _fetching(server, f"{url}/jwks", {}),
        "userinfo": lambda: _fetching(server, f"{url}/me", _bearer(sign_in(_client(server)))),
    }


def _openid(
    server: Server, sign_in: Callable[[HttpClient], Any], token_endpoint: str
) -> Mapping[str, Maker]:
    def signing_in() -> Operation:
        client = _client(server)

        def work() -> None:
            assert sign_in(client)["id_token"]

        return work

    def refreshing() -> Operation:
        client = _client(server)
        tokens = sign_in(client)

        def work() -> None:
            form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
            tokens.update(json_of(client.post_form(token_endpoint, form, _BASIC)))

        return work

    return {"sign_in": signing_in, "refresh": refreshing}


def _fetching(server: Server, url: str, headers: Mapping[str, str]) -> Operation:
    client = _client(server)

    def work() -> None:
        json_of(client.get(url, headers))

    return work


def _question() -> str:
    return urlencode(
        {
            "response_type": "code",
            "client_id": "peer",
            "redirect_uri": CALLBACK,
            "scope": "openid profile email",
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
    )


def _code(code: str) -> Mapping[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }


def _bearer(tokens: Mapping[str, Any]) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


_PEERS: Mapping[str, Callable[[Server], Mapping[str, Maker]]] = {
    "FastMCP, JWT": _fastmcp_jwt,
    "FastMCP, own OAuth": _fastmcp_oauth,
    "TypeScript SDK": _typescript_sdk,
    "oidc-provider-mock": _oidc_provider_mock,
    "node-oidc-provider": _node_oidc_provider,
}
