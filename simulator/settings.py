"""One frozen settings object; the CLI, the environment (SIM_…) and fixtures share its names.

Ours: pydantic-settings would spare forty lines, and cost a start 0.2 s, for where a database is
there nothing else needs pydantic before the first MCP request.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from simulator.errors import StartupError, list_choices
from simulator.net.data_centers import DATA_CENTERS, US

MEMORY = "memory"
#: In `allowed_origins`: the pages of this machine, at any port.
LOOPBACK_ORIGINS = "loopback"
DEFAULT_DATABASE = "sqlite:///.sandbox/simulator.db"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
#: Scheme, host and port as browsers write them: lower case, no path (RFC 6454 §6.2).
_ORIGIN = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
#: A host's name or address as URLs have it, perhaps with a port; or every public one.
_HOST = re.compile(r"\*|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?(:[0-9]{1,5})?|[0-9a-f:]*:[0-9a-f:.]*")
#: Variables that begin like settings and are none: which browser is driven.
_OTHERS = ("SIM_BROWSER",)
_SWITCHES = (
    "conformance_server",
    "loopback_documents",
    "request_faults",
    "headless_consent",
    "allow_code",
)
#: Generations of the web app's labels and navigation, by what its navigation reads.
USER_ACCESS, MCP_SERVERS, ENTERPRISE_MCP = "user-access", "mcp-servers", "enterprise-mcp"
NAVIGATIONS = (USER_ACCESS, MCP_SERVERS, ENTERPRISE_MCP)
#: What each calls the tab of an MCP server where people are given access.
ACCESS_TABS = dict.fromkeys(NAVIGATIONS, "End user access") | {USER_ACCESS: "User access"}
_CHOICES = {
    "connection_prompt": ("auto", "text", "elicitation"),
    "missing_resource": ("server", "sign-in", "refuse"),
    "tool_results": ("live", "structured"),
    "password_hashing": ("fast", "strong"),
    "navigation": NAVIGATIONS,
    "data_center": DATA_CENTERS,
}
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a sandbox is started with.

    Attributes:
        database: SQLAlchemy URL, or `memory` for a SQLite database that dies with the process.
        port_base: first of a row of loopback ports: the control API, then one per system; 0 takes
            any free ones.
        scenario: name of a scenario, or its file; for an empty database and on reset.
        ready_file: written (JSON, as `simulator describe --json`) once every system answers.
        secret_key: seals secrets and signs cookies; by default a key file beside the database.
        connection_prompt: `auto` asks each client in the style it can show; `text` always answers
            with a tool result, `elicitation` always with a URL elicitation.
        conformance_server: also serve the fixtures of the official MCP conformance suite.
        missing_resource: what an authorization request without `resource` (RFC 8707) is for:
            `server`, the MCP server that the client registered at, else the only one that uses
            Workato Identity, else sign-in alone; `sign-in` alone; or `refuse` it.
        allowed_hosts: outside hosts that client ID metadata documents may be fetched from, and that
            HTTP connections may ask; `*` allows every host with a public address, a name alone its
            private ones too.
        allowed_origins: origins whose web pages may read metadata, keys, tokens and MCP (CORS);
            `loopback` allows those of this machine.
        loopback_documents: let such documents be at plain http on this machine, for tests.
        tool_timeout: seconds of simulated time after which a tool call is given up.
        function_queue: so many calls of one recipe function are under way at most; one more fails.
        pool_size: so many connections to a database server are open at most; a request that gets
            none within half a minute is refused with 503.
        tool_results: `live`, as seen at the product: API recipes and skills answer with text alone;
            or `structured` content for every tool.
        password_hashing: `strong` (argon2 defaults) or `fast` (argon2 at its cheapest).
        seed: every id and secret comes from it, so that a run repeats, and anybody can guess them;
            None for random ones.
        control_token: what requests to the control API must bear; by default they need nothing.
        request_faults: a request header has that request go wrong, for tests alone.
        headless_consent: a request header signs people in and has them grant, for tests alone.
        allow_code: steps with Python, Ruby or JavaScript run their code, in a process of its own
            that the system isolates.
        navigation: generation of the web app's labels and navigation: `mcp-servers`, AI Hub with
            the MCP servers tab; `user-access`, the same with the labels of 2025; or
            `enterprise-mcp`, which opens on a dashboard.
        data_center: the data center whose production hosts there are: `us`, or another of
            Workato's.
    """

    database: str = DEFAULT_DATABASE
    port_base: int = 8700
    scenario: str = "demo"
    ready_file: Path | None = None
    secret_key: str | None = None
    connection_prompt: str = "auto"
    conformance_server: bool = False
    missing_resource: str = "server"
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    loopback_documents: bool = False
    tool_timeout: int = 60
    function_queue: int = 10_000
    pool_size: int = 20
    tool_results: str = "live"
    password_hashing: str = "fast"
    seed: int | None = None
    control_token: str | None = field(default=None, repr=False)
    request_faults: bool = False
    headless_consent: bool = False
    allow_code: bool = False
    navigation: str = MCP_SERVERS
    data_center: str = US

    def __new__(cls, **values: Any) -> Self:
        """Refuse what is no setting, with those that there are.

        Raises:
            StartupError: one of these is none.
        """
        known = [each.name for each in fields(cls)]
        for name in values:
            if name not in known:
                raise StartupError(_no_setting(name, known))
        return super().__new__(cls)

    def __post_init__(self) -> None:
        if not 0 <= self.port_base <= 65_000:
            raise StartupError(f"port-base must be 0 to 65000, not {self.port_base}.")
        for name, choices in _CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                *others, last = map(repr, choices)
                option, named = name.replace("_", "-"), ", ".join(others)
                raise StartupError(f"{option} must be {named} or {last}, not '{value}'.")
        if self.tool_timeout < 1:
            raise StartupError(f"tool-timeout must be 1 second or more, not {self.tool_timeout}.")
        if self.function_queue < 1:
            raise StartupError(f"function-queue must be 1 call or more, not {self.function_queue}.")
        if not 2 <= self.pool_size <= 1000:  # a start needs two at once
            raise StartupError(f"pool-size must be 2 to 1000, not {self.pool_size}.")
        for host in self.allowed_hosts:
            if not _HOST.fullmatch(host):
                raise StartupError(
                    "allow-host must be a host's name such as client.example or "
                    f"client.example:8443, or '*', not '{host}'."
                )
        for origin in self.allowed_origins:
            if origin != LOOPBACK_ORIGINS and not _ORIGIN.fullmatch(origin):
                raise StartupError(
                    f"allow-origin must be an origin such as https://client.example or "
                    f"http://localhost:3000, or 'loopback', not '{origin}'."
                )
        # The characters of RFC 6750 §2.1; what was said instead is a secret.
        if self.control_token is not None and not _TOKEN.fullmatch(self.control_token):
            raise StartupError(
                "control-token must be letters, digits and - . _ ~ + / alone, as a Bearer token is."
            )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Settings from SIM_… variables; keywords that are not None win.

        Raises:
            StartupError: a value has the wrong type.
        """
        environ = os.environ if environ is None else environ
        variables = {f"SIM_{setting.name.upper()}" for setting in fields(cls)}
        for name in environ:
            if name.startswith("SIM_") and name not in {*variables, *_OTHERS}:
                raise StartupError(_no_setting(name, sorted({*variables, *_OTHERS})))
        values: dict[str, Any] = {}
        for setting in fields(cls):
            text = environ.get(f"SIM_{setting.name.upper()}")
            if text:
                values[setting.name] = _parse(setting.name, text)
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)


def _no_setting(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f"Did you mean '{close[0]}'? " if close else ""
    return f"'{name}' is no setting. {meant}{list_choices(known)}"


def hide_password(database: str) -> str:
    """Return a database URL without its password; `memory`, and what is no URL, as it is."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(database).render_as_string(hide_password=True)
    except ArgumentError:
        return database


def _parse(name: str, text: str) -> Any:
    if name in ("port_base", "tool_timeout", "function_queue", "pool_size", "seed"):
        try:
            return int(text)
        except ValueError:
            raise StartupError(f"SIM_{name.upper()} must be a number, not '{text}'.") from None
    if name in _SWITCHES:
        if text.lower() not in _BOOLEANS:
            raise StartupError(f"SIM_{name.upper()} must be true or false, not '{text}'.")
        return _BOOLEANS[text.lower()]
    if name in ("allowed_hosts", "allowed_origins"):
        return tuple(text.replace(",", " ").lower().split())
    return Path(text) if name == "ready_file" else text
