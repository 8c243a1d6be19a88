"""What `simulator describe` says: where every system is, who is in it, and how to get on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from simulator import scenarios
from simulator.connectors import CONNECTORS
from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import (
    ApiClient,
    AppInstance,
    AppUser,
    Collaborator,
    EndUser,
    Fact,
    McpServer,
    OAuthClient,
)
from simulator.domain import end_user_groups
from simulator.domain.recipes import needs_verified_access
from simulator.domain.servers import add_token
from simulator.errors import ScenarioError
from simulator.net.addresses import CONTROL_PATH, app_system, production_host
from simulator.world import World

#: Raised when a key is renamed or removed; new keys may be added at any time.
VERSION = 1

Passwords = dict[tuple[str, str], str]


def describe(world: World, accounts: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """The sandbox as a JSON-able document; `docs/describe.md` lists every key.

    Everything comes from the database and so stays true after changes. Passwords are stored as
    hashes: one is shown if the scenario's still fits, otherwise it is None.

    Args:
        world: with an open unit of work.
        accounts: (person, account) of people who use an account under another address on purpose,
            such as their own from before they were renamed; both addresses casefolded.
    """
    fact = world.db.session.get(Fact, scenarios.SCENARIO_FACT)
    scenario = fact.value if fact else None
    passwords = _passwords(scenario)
    systems = world.addresses.systems
    return {
        "version": VERSION,
        "scenario": scenario,
        "database": _database(world),
        "systems": {system: world.addresses.base_url(system) for system in systems},
        "control": _control(world),
        "request_faults": world.settings.request_faults,
        "headless_consent": world.settings.headless_consent,
        "production_names": {system: production_host(system) for system in systems},
        "people": [
            *_collaborators(world, passwords),
            *_end_users(world, passwords, tuple(accounts)),
        ],
        "api_clients": _api_clients(world, scenario),
        "servers": [
            _server(world, server)
            for server in world.db.session.scalars(select(McpServer).order_by(McpServer.number))
        ],
        "apps": [
            _app(world, app, passwords)
            for app in world.db.session.scalars(
                select(AppInstance).order_by(AppInstance.provider, AppInstance.host)
            )
        ],
    }


def _control(world: World) -> str | None:
    return world.addresses.control + CONTROL_PATH if world.addresses.control else None


def _passwords(scenario: str | None) -> Passwords:
    """What the scenario says; nothing when its file is gone or broken since."""
    try:
        return scenarios.passwords(scenario) if scenario else {}
    except ScenarioError:
        return {}


def _database(world: World) -> str:
    if world.db.in_memory:
        return "memory"
    return world.db.engine.url.render_as_string(hide_password=True)


def _password(world: World, known: str | None, hashed: str) -> str | None:
    fits = known is not None and world.keys.password_matches(known, hashed)
    return known if fits else None


def _collaborators(world: World, passwords: Passwords) -> list[dict[str, Any]]:
    rows = world.db.session.scalars(select(Collaborator).order_by(Collaborator.id))
    return [
        {
            "id": None,
            "name": row.name,
            "email": row.email,
            "password": _password(
                world, passwords.get(("collaborators", row.email.lower())), row.password_hash
            ),
            "role": row.role,
            "status": "active",
            "groups": [],
        }
        for row in rows
    ]


def _end_users(
    world: World, passwords: Passwords, accounts: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:
    groups = end_user_groups.get_memberships(world)
    rows = world.db.session.scalars(select(EndUser).order_by(EndUser.name, EndUser.id))
    return [
        {
            "id": row.id,
            "name": row.name,
            "email": row.email,
            "password": _end_users_password(world, row, passwords, accounts),
            "role": "end user",
            "status": row.status,
            "groups": [group.name for group in groups.get(row.id, ())],
        }
        for row in rows
    ]


def _end_users_password(
    world: World, row: EndUser, passwords: Passwords, accounts: Iterable[tuple[str, str]]
) -> str | None:
    """The scenario's, which knows a person by the address that they had there."""
    email = row.email.casefold()
    before = (account for person, account in accounts if person == email)
    known = (passwords.get(("end_users", each)) for each in (row.email.lower(), *before))
    fitting = (_password(world, each, row.password_hash) for each in known)
    return next((each for each in fitting if each is not None), None)


def _api_clients(world: World, scenario: str | None) -> list[dict[str, Any]]:
    try:
        tokens = scenarios.api_tokens(scenario) if scenario else set()
    except ScenarioError:  # its file is gone or broken since
        tokens = set()
    by_hash = {fingerprint(token): token for token in tokens}
    return [
        {
            "name": row.name,
            "environment": row.environment.name,
            "token": by_hash.get(row.token_hash),
        }
        for row in world.db.session.scalars(select(ApiClient).order_by(ApiClient.id))
    ]


def _server(world: World, server: McpServer) -> dict[str, Any]:
    return {
        "name": server.name,
        "number": server.number,
        "handle": server.handle,
        "mcp_url": add_token(world, server, world.addresses.mcp_url(server.number)),
        "access_method": "workato_identity" if server.uses_workato_identity else "token",
        "groups": [group.name for group in server.groups],
        "tools": [
            {
                "name": tool.name,
                "description": tool.description,
                "verified_access": needs_verified_access(tool),
                "started": tool.live,
            }
            for tool in server.tools
        ],
    }


def _host_label(provider: str) -> str | None:
    """What the form of a connection calls an instance's host; None where it does not ask."""
    connector = CONNECTORS.get(provider)
    return connector.host_field.label if connector and connector.host_field else None


def _app(world: World, app: AppInstance, passwords: Passwords) -> dict[str, Any]:
    session = world.db.session
    provider = app_system(app.host)
    clients = [
        {
            "name": row.name,
            "client_id": row.client_id,
            "client_secret": world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, row.secret_sealed)
            if row.secret_sealed
            else None,
            "redirect_uris": list(row.redirect_uris),
            "grant_types": list(row.grant_types),
            "scopes": list(row.scopes),
        }
        for row in session.scalars(
            select(OAuthClient).where(OAuthClient.provider == provider).order_by(OAuthClient.id)
        )
    ]
    accounts = [
        {
            "name": row.name,
            "login": row.login,
            "email": row.email,
            "password": _password(
                world, passwords.get((app.host.lower(), row.login)), row.password_hash
            ),
            "role": row.role,
        }
        for row in session.scalars(
            select(AppUser).where(AppUser.host == app.host).order_by(AppUser.id)
        )
    ]
    return {
        "kind": app.provider,
        "name": app.name,
        "production_host": app.host,
        "address": world.addresses.base_url(provider),
        "hosts": {
            host: world.addresses.base_url(app_system(host))
            for host in world.addresses.hosts_of(app.host)
        },
        "host_label": _host_label(app.provider),
        "client_id": clients[0]["client_id"] if clients else None,
        "client_secret": clients[0]["client_secret"] if clients else None,
        "clients": clients,
        "people": accounts,
    }
