"""Settings for MCP clients, ready to paste, made from the addresses of a running sandbox."""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from simulator.errors import SimulatorError

_PROGRAMS = Path(__file__).parent

#: What stands for a token that only its owner knows: it was shown once.
UNKNOWN_TOKEN = "THE-SERVERS-TOKEN"


class NoSettings(SimulatorError):
    """No settings can be written: the client is unknown, or there is no MCP server for it."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """An MCP server, as clients name it.

    Attributes:
        name: lower-case letters, digits and hyphens; no two servers have the same.
        url: its Remote MCP URL, without a token.
        token: what a token-based server wants as bearer; empty where people sign in.
    """

    name: str
    url: str
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What a client sends with every request, besides what it gets by itself."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def variable(self) -> str:
        """An environment variable for the token."""
        return f"{self.name.replace('-', '_').upper()}_TOKEN"


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client that settings can be made for.

    Attributes:
        title: the title as its makers call it.
        place: where the settings go.
        documentation: the page that documents their form.
        write: makes them.
        hints: what else one must know, a sentence each.
    """

    title: str
    place: str
    documentation: str
    write: Callable[[Sequence[Server]], str]
    hints: tuple[str, ...] = ()


def settings(name: str, description: dict[str, Any]) -> tuple[str, list[str]]:
    """A client's settings for every MCP server of a sandbox.

    Args:
        name: one of `CLIENTS`.
        description: the description as `simulator.description.document.describe` returns it.

    Returns:
        The settings alone, and remarks for people: where they go and what to do then.

    Raises:
        NoSettings: no such client is known, or the sandbox has no MCP server.
    """
    client = CLIENTS.get(name.strip().lower())
    if client is None:
        known = ", ".join(CLIENTS)
        raise NoSettings(f"No settings are known for a client '{name}'. There are: {known}.")
    servers = list(_servers(description["servers"]))
    if not servers:
        raise NoSettings(
            f"Scenario '{description['scenario']}' has no MCP server that a client could use."
        )
    remarks = [f"{client.title}: {client.place}", *client.hints]
    if any(each.token == UNKNOWN_TOKEN for each in servers):
        remarks.append(
            f"Put the server's MCP token in the place of {UNKNOWN_TOKEN}: its page in AI Hub "
            "makes one, and shows it once."
        )
    remarks.append(f"Form of these settings: {client.documentation}")
    return client.write(servers), remarks


def _servers(described: Iterable[dict[str, Any]]) -> Iterable[Server]:
    taken: set[str] = set()
    for each in described:
        words = re.sub(r"[^a-z0-9]+", "-", each["name"].lower()).strip("-") or "server"
        name = f"{words}-{each['number']}" if words in taken else words
        taken.add(name)
        url, _, query = each["mcp_url"].partition("?")
        token = parse_qs(query).get("wkt_token", [UNKNOWN_TOKEN])[0]
        yield Server(name=name, url=url, token=token if each["access_method"] == "token" else "")


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _named(servers: Sequence[Server], **members: str) -> dict[str, Any]:
    """Servers by name; `url` names the member for the URL, others are as they are given."""
    url = members.pop("url", "url")
    return {
        each.name: {**members, url: each.url} | ({"headers": each.headers} if each.token else {})
        for each in servers
    }


def _proxy(server: Server) -> list[str]:
    header = ["--header", "Authorization:${AUTH_HEADER}"] if server.token else []
    return ["-y", "mcp-remote", server.url, "--allow-http", *header]


def _claude_code(servers: Sequence[Server]) -> str:
    lines = []
    for each in servers:
        command = ["claude", "mcp", "add", "--transport", "http", each.name, each.url]
        for name, value in each.headers.items():
            command += ["--header", f"{name}: {value}"]
        lines.append(shlex.join(command))
    return "\n".join(lines)


def _claude_desktop(servers: Sequence[Server]) -> str:
    return _json(
        {
            "mcpServers": {
                each.name: {"command": "npx", "args": _proxy(each)}
                # A header with a space in it is cut apart on Windows (mcp-remote's README).
                | ({"env": {"AUTH_HEADER": f"Bearer {each.token}"}} if each.token else {})
                for each in servers
            }
        }
    )


def _codex(servers: Sequence[Server]) -> str:
    lines = []
    for each in servers:
        lines += [f"[mcp_servers.{each.name}]", f"url = {json.dumps(each.url)}"]
        if each.token:
            lines.append(f"bearer_token_env_var = {json.dumps(each.variable)}")
            lines.append(f"# in the shell: export {each.variable}={shlex.quote(each.token)}")
        lines.append("")
    return "\n".join(lines).rstrip()


def _inspector(servers: Sequence[Server]) -> str:
    lines = []
    for each in servers:
        command = ["npx", "@modelcontextprotocol/inspector", "--web", "--transport", "http"]
        command += ["--server-url", each.url]
        for name, value in each.headers.items():
            command += ["--header", f"{name}: {value}"]
        lines.append(shlex.join(command))
    return "\n".join(lines)


def _mcp_remote(servers: Sequence[Server]) -> str:
    lines = []
    for each in servers:
        variable = f"AUTH_HEADER={shlex.quote(f'Bearer {each.token}')} " if each.token else ""
        lines.append(f"{variable}{shlex.join(['npx', *_proxy(each)])}")
    return "\n".join(lines)


def _program(file: str) -> Callable[[Sequence[Server]], str]:
    def write(servers: Sequence[Server]) -> str:
        text = (_PROGRAMS / file).read_text(encoding="utf-8").rstrip()
        return text.replace("@SERVERS@", _json(_named(servers)))

    return write


_SIGN_IN_LATER = "The client opens the browser by itself when it is first used, for the sign-in."

#: By the name that `simulator describe --client` takes.
CLIENTS = {
    "claude-code": Client(
        title="Claude Code",
        place="run these commands in your project",
        documentation="https://code.claude.com/docs/en/mcp",
        write=_claude_code,
        hints=("Then sign in: start `claude`, say /mcp, choose the server.",),
    ),
    "claude-desktop": Client(
        title="Claude Desktop",
        place="into claude_desktop_config.json (Settings > Developer > Edit Config), then restart",
        documentation="https://modelcontextprotocol.io/docs/develop/connect-local-servers",
        write=_claude_desktop,
        hints=(
            "Custom connectors are called from the vendor's cloud, which cannot reach this "
            "machine; mcp-remote (Node.js) stands between.",
        ),
    ),
    "codex": Client(
        title="Codex",
        place="into ~/.codex/config.toml",
        documentation="https://developers.openai.com/codex/mcp",
        write=_codex,
        hints=(
            "Then sign in: codex mcp login NAME.",
            "If it ends on a page that says that a host is not allowed, the sandbox runs with "
            "--allow-host: Codex then sends the address of its client document instead of "
            "registering. Name that host to --allow-host as well, or start without the option.",
        ),
    ),
    "cursor": Client(
        title="Cursor",
        place="into .cursor/mcp.json of your project",
        documentation="https://cursor.com/docs/mcp",
        write=lambda servers: _json({"mcpServers": _named(servers)}),
        hints=(_SIGN_IN_LATER,),
    ),
    "gemini-cli": Client(
        title="Gemini CLI",
        place="into .gemini/settings.json of your project",
        documentation="https://geminicli.com/docs/tools/mcp-server/",
        write=lambda servers: _json({"mcpServers": _named(servers, url="httpUrl")}),
        hints=("Then sign in: start `gemini`, say /mcp auth NAME.",),
    ),
    "inspector": Client(
        title="MCP Inspector",
        place="run one of these commands",
        documentation="https://github.com/modelcontextprotocol/inspector",
        write=_inspector,
    ),
    "mcp-remote": Client(
        title="mcp-remote",
        place="the command that a client on stdio starts",
        documentation="https://www.npmjs.com/package/mcp-remote",
        write=_mcp_remote,
        hints=("It keeps registrations in ~/.mcp-auth: remove that folder after a reset.",),
    ),
    "mcporter": Client(
        title="mcporter",
        place="into config/mcporter.json",
        documentation="https://github.com/steipete/mcporter/blob/main/docs/config.md",
        write=lambda servers: _json({"mcpServers": _named(servers, url="baseUrl")}),
        hints=(
            "Then sign in: npx mcporter auth NAME.",
            'It refreshes tokens if the entry has an "oauthRedirectUrl" on loopback.',
        ),
    ),
    "python-sdk": Client(
        title="MCP Python SDK 2.x",
        place="save as client.py, then: pip install 'mcp>=2,<3' && python client.py [NAME]",
        documentation="https://github.com/modelcontextprotocol/python-sdk",
        write=_program("python_sdk.txt"),
    ),
    "typescript-sdk": Client(
        title="MCP TypeScript SDK 1.x",
        place="save as client.mjs, then: npm install @modelcontextprotocol/sdk@1 && "
        "node client.mjs [NAME]",
        documentation="https://github.com/modelcontextprotocol/typescript-sdk",
        write=_program("typescript_sdk.txt"),
    ),
    "vscode": Client(
        title="VS Code",
        place="into .vscode/mcp.json of your project",
        documentation="https://code.visualstudio.com/docs/agents/reference/mcp-configuration",
        write=lambda servers: _json({"servers": _named(servers, type="http")}),
        hints=(_SIGN_IN_LATER,),
    ),
}
