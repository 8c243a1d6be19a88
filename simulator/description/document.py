"""What `simulator describe` says: where every system is, who is in it, and how to get on."""

from collections.abc import Collection, Iterable
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
    Environment,
    Fact,
    McpServer,
    OAuthClient,
)
from simulator.description.people import MOST, ListedPeople, Passwords, count_all
from simulator.domain import end_user_groups, server_access, server_lists, servers
from simulator.domain.recipes import needs_verified_access
from simulator.domain.saml import setups
from simulator.errors import ScenarioError
from simulator.net.addresses import CONTROL_PATH, app_system
from simulator.world import World

#: Raised when a key is renamed or removed; new keys may be added at any time.
VERSION = 1


def describe(
    world: World, accounts: Iterable[tuple[str, str]] = (), about: Collection[str] = ()
) -> dict[str, Any]:
    """The sandbox as a JSON-able document; `docs/describe.md` lists every key.

    Everything comes from the database and so stays true after changes. Passwords are stored as
    hashes: one is shown if the scenario's still fits, otherwise it is None. Of each kind the first
    `MOST` are listed; `counts` tells how many there are.

    Args:
        accounts: (person, account) of people who use an account under another address on purpose,
            such as their own from before they were renamed; both addresses casefolded.
        about: people and servers that are listed in any case, by name; people also by first name,
            e-mail address, login or id.
    """
    fact = world.db.session.get(Fact, scenarios.SCENARIO_FACT)
    scenario = fact.value if fact else None
    roster = ListedPeople(world, _passwords(scenario), accounts, about)
    systems = world.addresses.systems
    people, clients = roster.list_people(), _api_clients(world, scenario)
    its_servers, apps = _servers(world, about), _apps(world, roster)
    return {
        "version": VERSION,
        "scenario": scenario,
        "database": _database(world),
        "systems": {system: world.addresses.base_url(system) for system in systems},
        "control": _control(world),
        "request_faults": world.settings.request_faults,
        "headless_consent": world.settings.headless_consent,
        "production_names": {system: world.addresses.production_host(system) for system in systems},
        "single_sign_on": _single_sign_on(world),
        "people": people,
        "api_clients": clients,
        "servers": its_servers,
        "apps": apps,
        "counts": {
            "people": count_all(world, people, select(Collaborator), select(EndUser)),
            "api_clients": count_all(world, clients, select(ApiClient)),
            "servers": count_all(world, its_servers, select(McpServer)),
            "apps": count_all(world, apps, select(AppInstance)),
        },
    }


def _single_sign_on(world: World) -> list[str]:
    session = world.db.session
    enabled = setups.list_enabled(world)
    return [session.get_one(Environment, each.environment_id).name for each in enabled]


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
    return world.db.url.render_as_string(hide_password=True)


def _api_clients(world: World, scenario: str | None) -> list[dict[str, Any]]:
    try:
        tokens = scenarios.api_tokens(scenario) if scenario else set()
    except ScenarioError:  # its file is gone or broken since
        tokens = set()
    by_hash = {fingerprint(token): token for token in tokens}
    return [
        {
            "name": name,
            "environment": environment,
            "token": by_hash.get(token_hash),
        }
        for name, environment, token_hash in world.db.session.execute(
            select(ApiClient.name, Environment.name, ApiClient.token_hash)
            .join(ApiClient.environment)
            .order_by(ApiClient.id)
            .limit(MOST)
        )
    ]


def _servers(world: World, about: Collection[str]) -> list[dict[str, Any]]:
    """The first servers and those that are asked for, each with its first groups and tools."""
    session = world.db.session
    found = select(McpServer).order_by(McpServer.number)
    rows = list(session.scalars(found.limit(MOST)))
    if about and len(rows) == MOST:
        known = {row.number for row in rows}
        more = session.scalars(found.where(McpServer.name.in_(about)).limit(MOST))
        rows += [row for row in more if row.number not in known]
    numbers = [row.number for row in rows]
    groups = end_user_groups.get_groups_with_access(world, numbers, MOST)
    singles = server_access.get_end_users(world, numbers, MOST)
    tools = server_lists.get_tools(world, numbers, MOST)
    return [
        {
            "name": row.name,
            "number": row.number,
            "handle": row.handle,
            "mcp_url": servers.add_token(world, row, servers.get_url(world, row)),
            "access_method": "workato_identity" if row.uses_workato_identity else "token",
            "groups": [group.name for group in groups[row.number]],
            "end_users": [one.email for one in singles[row.number]],
            "tools": [
                {
                    "name": tool.name,
                    "description": tool.description,
                    "verified_access": needs_verified_access(tool),
                    "started": tool.live,
                }
                for tool in tools[row.number]
            ],
        }
        for row in rows
    ]


def _host_label(provider: str) -> str | None:
    """What the form of a connection calls an instance's host; None where it does not ask."""
    connector = CONNECTORS.get(provider)
    return connector.host_field.label if connector and connector.host_field else None


def _apps(world: World, roster: ListedPeople) -> list[dict[str, Any]]:
    found = select(AppInstance).order_by(AppInstance.provider, AppInstance.host).limit(MOST)
    return [_app(world, app, roster) for app in world.db.session.scalars(found)]


def _app(world: World, app: AppInstance, roster: ListedPeople) -> dict[str, Any]:
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
            select(OAuthClient)
            .where(OAuthClient.provider == provider)
            .order_by(OAuthClient.id)
            .limit(MOST)
        )
    ]
    people = roster.list_accounts(app.host)
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
        "people": people,
        "people_count": count_all(world, people, select(AppUser).where(AppUser.host == app.host)),
    }
