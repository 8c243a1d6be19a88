"""Settings for MCP clients hold every server, in the form of each client."""

import json
import shlex
import tomllib
from typing import Any

import pytest

from simulator.description.client_settings import CLIENTS, UNKNOWN_TOKEN, NoSettings, settings

pytestmark = pytest.mark.requirement("SBX-11")

IDENTITY = "http://127.0.0.1:8703/2107"
TOKEN = "http://127.0.0.1:8703/2108"


def description(*servers: dict[str, Any]) -> dict[str, Any]:
    """What `describe` says, as far as it matters here."""
    return {"scenario": "demo", "servers": list(servers)}


def server(name: str, url: str, method: str = "workato_identity") -> dict[str, Any]:
    """An MCP server as `describe` tells of it."""
    number = int(url.split("?", maxsplit=1)[0].rsplit("/", 1)[1])
    return {"name": name, "number": number, "mcp_url": url, "access_method": method}


TWO = description(
    server("Procurement assistant", IDENTITY),
    server("Finance assistant", f"{TOKEN}?wkt_token=wkt-s%20'1", "token"),
)


@pytest.mark.parametrize("name", CLIENTS)
def test_every_client_is_given_every_server_and_the_token_as_bearer(name: str) -> None:
    written, remarks = settings(name, TWO)

    assert IDENTITY in written
    assert TOKEN in written
    assert "wkt_token" not in written
    assert "wkt-s '1" in written.replace("'\"'\"'", "'")
    assert CLIENTS[name].place in remarks[0]
    assert CLIENTS[name].documentation in remarks[-1]


@pytest.mark.parametrize(
    "name, top, url, more",
    [
        ("cursor", "mcpServers", "url", {}),
        ("gemini-cli", "mcpServers", "httpUrl", {}),
        ("mcporter", "mcpServers", "baseUrl", {}),
        ("vscode", "servers", "url", {"type": "http"}),
    ],
)
def test_json_settings_are_the_file_itself(
    name: str, top: str, url: str, more: dict[str, str]
) -> None:
    document = json.loads(settings(name, TWO)[0])

    assert document == {
        top: {
            "procurement-assistant": {url: IDENTITY, **more},
            "finance-assistant": {
                url: TOKEN,
                "headers": {"Authorization": "Bearer wkt-s '1"},
                **more,
            },
        }
    }


def test_codex_is_given_toml_with_the_name_of_the_tokens_variable() -> None:
    written, remarks = settings("codex", TWO)

    assert tomllib.loads(written) == {
        "mcp_servers": {
            "procurement-assistant": {"url": IDENTITY},
            "finance-assistant": {"url": TOKEN, "bearer_token_env_var": "FINANCE_ASSISTANT_TOKEN"},
        }
    }
    assert "--allow-host" in " ".join(remarks)


@pytest.mark.parametrize("name", ["claude-code", "inspector", "mcp-remote"])
def test_commands_survive_a_shell(name: str) -> None:
    identity, token = settings(name, TWO)[0].splitlines()

    assert IDENTITY in shlex.split(identity)
    assert TOKEN in shlex.split(token)
    assert any(word.endswith("Bearer wkt-s '1") for word in shlex.split(token))


def test_claude_desktop_is_given_the_proxy() -> None:
    document = json.loads(settings("claude-desktop", TWO)[0])["mcpServers"]

    assert document["procurement-assistant"]["args"][:3] == ["-y", "mcp-remote", IDENTITY]
    assert document["finance-assistant"]["env"] == {"AUTH_HEADER": "Bearer wkt-s '1"}


def test_a_token_that_was_shown_once_has_a_place_to_be_put() -> None:
    written, remarks = settings("cursor", description(server("Own", TOKEN, "token")))

    assert f"Bearer {UNKNOWN_TOKEN}" in written
    assert any(UNKNOWN_TOKEN in remark for remark in remarks)


def test_servers_of_like_names_are_told_apart() -> None:
    likes = description(
        server("Orders & more", IDENTITY),
        server("orders  MORE!", TOKEN),
        server("日本", f"{TOKEN}9"),
    )

    names = list(json.loads(settings("cursor", likes)[0])["mcpServers"])

    assert names == ["orders-more", "orders-more-2108", "server"]


@pytest.mark.parametrize("name", ["Cursor", " cursor "])
def test_a_name_may_be_written_as_people_write(name: str) -> None:
    assert settings(name, TWO) == settings("cursor", TWO)


def test_an_unknown_client_is_told_which_there_are() -> None:
    with pytest.raises(NoSettings, match="'netscape'") as refused:
        settings("netscape", TWO)

    assert all(name in str(refused.value) for name in CLIENTS)


def test_a_world_without_servers_has_no_settings() -> None:
    with pytest.raises(NoSettings, match="no MCP server"):
        settings("cursor", description())
