"""What `simulator describe` says: where every system is, who is in it, and how to get on."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from simulator import scenarios
from simulator.addresses import app_system, production_host
from simulator.db.tables import (
    AppInstance,
    AppUser,
    Collaborator,
    EndUser,
    EndUserGroup,
    Fact,
    GroupMember,
    McpServer,
    OAuthClient,
)
from simulator.domain.recipes import needs_verified_access
from simulator.errors import StartupError
from simulator.world import World

#: Raised when a key is renamed or removed; new keys may be added at any time.
VERSION = 1

Passwords = dict[tuple[str, str], str]
Row = tuple[str, ...]


def describe(world: World) -> dict[str, Any]:
    """The sandbox as a JSON-able document; `docs/describe.md` lists every key.

    Everything comes from the database and so stays true after changes. Passwords are stored as
    hashes: one is shown if the scenario's still fits, otherwise it is None.

    Args:
        world: with an open unit of work.
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
        "production_names": {system: production_host(system) for system in systems},
        "people": [*_collaborators(world, passwords), *_end_users(world, passwords)],
        "servers": [
            _server(world, server)
            for server in world.db.session.scalars(select(McpServer).order_by(McpServer.number))
        ],
        "apps": [
            _app(world, app, passwords)
            for app in world.db.session.scalars(select(AppInstance).order_by(AppInstance.host))
        ],
    }


def _passwords(scenario: str | None) -> Passwords:
    """What the scenario says; nothing when its file is gone or broken since."""
    try:
        return scenarios.passwords(scenario) if scenario else {}
    except StartupError:
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


def _end_users(world: World, passwords: Passwords) -> list[dict[str, Any]]:
    groups: dict[str, list[str]] = {}
    memberships = world.db.session.execute(
        select(GroupMember.end_user_id, EndUserGroup.name)
        .join(EndUserGroup, EndUserGroup.id == GroupMember.group_id)
        .order_by(EndUserGroup.name)
    )
    for end_user_id, name in memberships:
        groups.setdefault(end_user_id, []).append(name)
    rows = world.db.session.scalars(select(EndUser).order_by(EndUser.name, EndUser.id))
    return [
        {
            "name": row.name,
            "email": row.email,
            "password": _password(
                world, passwords.get(("end_users", row.email.lower())), row.password_hash
            ),
            "role": "end user",
            "status": row.status,
            "groups": groups.get(row.id, []),
        }
        for row in rows
    ]


def _server(world: World, server: McpServer) -> dict[str, Any]:
    return {
        "name": server.name,
        "number": server.number,
        "handle": server.handle,
        "mcp_url": world.addresses.mcp_url(server.number),
        "access_method": "workato_identity" if server.uses_workato_identity else "token",
        "groups": [group.name for group in server.groups],
        "tools": [
            {
                "name": tool.name,
                "description": tool.description,
                "verified_access": needs_verified_access(tool),
                "started": tool.enabled,
            }
            for tool in server.tools
        ],
    }


def _app(world: World, app: AppInstance, passwords: Passwords) -> dict[str, Any]:
    session = world.db.session
    provider = app_system(app.host)
    clients = [
        {
            "name": row.name,
            "client_id": row.client_id,
            "client_secret": world.keys.unseal(row.secret_sealed) if row.secret_sealed else None,
            "redirect_uris": list(row.redirect_uris),
            "grant_types": list(row.grant_types),
            "scopes": list(row.scopes),
        }
        for row in session.scalars(
            select(OAuthClient).where(OAuthClient.provider == provider).order_by(OAuthClient.id)
        )
    ]
    people = [
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
        "client_id": clients[0]["client_id"] if clients else None,
        "client_secret": clients[0]["client_secret"] if clients else None,
        "clients": clients,
        "people": people,
    }


_WIDTH = 100
_LINES = 40
_FIXED_LINES = 13  # headings, blank lines, the MCP URL, the three next steps


def table(document: dict[str, Any]) -> str:
    """A description for people: at most 40 lines of 100 columns.

    Args:
        document: as `describe` returns it.
    """
    people = _merged(document["people"])
    logins = [(app, one) for app in document["apps"] for one in app["people"]]
    systems = list(document["systems"].items())[:8]
    room = _LINES - _FIXED_LINES - len(systems)
    most_people = max(room - len(logins), room // 2)
    people_rows = _cut([_person(one) for one in people], most_people)
    login_rows = _cut([_login(app, one) for app, one in logins], room - len(people_rows))
    server = _demo_server(document)
    lines = [
        f"Sandbox of scenario '{document['scenario']}' ({document['database']})",
        *_columns([(name, address) for name, address in systems]),
        "",
        "People of Workato",
        *_columns(people_rows),
        "",
        "Logins of the apps",
        *_columns(login_rows),
        "",
        "MCP server to begin with",
        f"  {server['name']}: {server['mcp_url']}" if server else "  none yet",
        "",
        "What to do next",
        *_next_steps(document, server),
    ]
    return "\n".join(line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…" for line in lines)


def _merged(people: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry for a person who is in both populations with the same password."""
    merged: dict[tuple[str, str | None], dict[str, Any]] = {}
    for person in people:
        key = person["email"].lower(), person["password"]
        if key in merged:
            both = f"{merged[key]['role']} and {person['role']}"
            merged[key] |= {"role": both, "groups": person["groups"]}
        else:
            merged[key] = dict(person)
    return list(merged.values())


def _person(person: dict[str, Any]) -> Row:
    role = person["role"] + ("" if person["status"] == "active" else f", {person['status']}")
    groups = ", ".join(person["groups"]) or ("no group" if "end user" in role else "")
    return person["name"], person["email"], person["password"] or "(changed)", role, groups


def _login(app: dict[str, Any], person: dict[str, Any]) -> Row:
    password = person["password"] or "(changed)"
    return f"{app['kind']} {app['production_host']}", person["login"], password, person["role"]


def _cut(rows: list[Row], most: int) -> list[Row]:
    if len(rows) <= most:
        return rows
    kept = max(most - 1, 1)
    return [*rows[:kept], (f"… and {len(rows) - kept} more: simulator describe --json",)]


def _columns(rows: Sequence[Row]) -> list[str]:
    """Rows with aligned columns; a row of one cell is a remark and aligns with nothing."""
    cells = [row for row in rows if len(row) > 1]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for row in rows:
        padded = row if len(row) == 1 else [c.ljust(w) for c, w in zip(row, widths, strict=True)]
        lines.append(f"  {'  '.join(padded)}".rstrip())
    return lines


def _demo_server(document: dict[str, Any]) -> dict[str, Any] | None:
    """The first server that people can sign in to; else the first."""
    servers: list[dict[str, Any]] = document["servers"]
    ready = (one for one in servers if one["access_method"] == "workato_identity" and one["groups"])
    return next(ready, servers[0] if servers else None)


def _next_steps(document: dict[str, Any], server: dict[str, Any] | None) -> list[str]:
    admin = next((one for one in document["people"] if one["role"] in ("owner", "admin")), None)
    aihub = document["systems"].get("aihub", "the Workato web app")
    steps = [f"Open {aihub} and sign in{_as(admin, 'email')}: AI Hub > MCP servers."]
    if server is not None:
        groups = set(server["groups"])
        member = next((one for one in document["people"] if groups & set(one["groups"])), None)
        steps.append(
            f"Connect an MCP client to {server['mcp_url']}; sign in{_as(member, 'email')}."
        )
        tool = next((one["name"] for one in server["tools"] if one["verified_access"]), None)
        if tool is not None:
            logins = [one for app in document["apps"] for one in app["people"]]
            own = [one for one in logins if member and one["email"] == member["email"]]
            login = _as(own[0] if own else None, "login")
            steps.append(f"Call {tool}, open the link it answers with, sign in to the app{login}.")
    return [f"  {number}. {step}" for number, step in enumerate(steps, 1)]


def _as(person: dict[str, Any] | None, key: str) -> str:
    return f" as {person[key]}" if person else ""
