"""A world grown by many rows at once: what no list, page or question may load whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, event, insert, select

from simulator.db import Database
from simulator.db.base import Base, normalized
from simulator.db.tables import (
    AppUser,
    Connection,
    EndUser,
    EndUserGroup,
    GroupMember,
    Job,
    LookupTable,
    McpServer,
    McpTool,
    OAuthClient,
    OAuthToken,
    Project,
    Recipe,
    Role,
    ServerGroup,
    Tag,
)
from simulator.systems.apps.coupa.tables import CoupaRequisition
from simulator.world import World

_CHUNK = 5_000
#: Nobody signs in as one of these.
_NO_PASSWORD = "!"
#: The server of the demo that its first groups use, and the app with which tools act.
SERVER, HOST = 2107, "acme.coupacloud.com"
_THEN = datetime(2026, 1, 1, tzinfo=UTC)


def person_id(number: int) -> str:
    """The id of a person who was added."""
    return f"eu-large-{number}"


def grow(db: Database, people: int, *, groups: int | None = None, calls: int = 10) -> None:
    """Add people with an account in Coupa, a connection, a token, a requisition and calls each.

    Servers, groups and clients grow along, a hundredth of the people; every person is a member of
    the first group, and of another one.

    Args:
        db: with the demo scenario in it.
        people: how many.
        calls: how many jobs each person has.
        groups: how many groups, servers and clients; by default a hundredth, at least five.
    """
    few = groups if groups is not None else max(5, people // 100)
    with db.unit() as session:
        recipe = session.scalars(select(Recipe).limit(1)).one()
        parent = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
        assert parent is not None, "the demo has a builder's connection"
        environment, project = parent.environment_id, parent.project_id

        def add(table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
            while chunk := list(islice(rows, _CHUNK)):
                session.execute(insert(table), chunk)

        add(AppUser, (_account(number) for number in range(people)))
        add(EndUser, (_person(number) for number in range(people)))
        add(EndUserGroup, (_group(number, environment) for number in range(few)))
        add(GroupMember, (_member(number, 1 + number % (few - 1)) for number in range(people)))
        add(GroupMember, (_member(number, 0) for number in range(people)))
        add(McpServer, (_server(number, environment, project) for number in range(few)))
        add(McpTool, (_tool(number, 10_000 + number, recipe.id) for number in range(few)))
        add(McpTool, (_tool(number, SERVER, recipe.id) for number in range(few)))
        add(ServerGroup, (_grant(number, SERVER) for number in range(few)))
        add(ServerGroup, (_grant(0, 10_000 + number) for number in range(few)))
        add(Connection, (_child(number, parent) for number in range(people)))
        add(Connection, (_shared(number, parent) for number in range(few)))
        add(OAuthToken, (_token(number) for number in range(people)))
        add(OAuthClient, (_client(number, system) for number in range(few) for system in _SYSTEMS))
        add(CoupaRequisition, (_requisition(number) for number in range(people)))
        add(Job, (_job(number, recipe.id, number // calls) for number in range(people * calls)))


_SYSTEMS = ("identity", f"app:{HOST}")


def add_named(world: World, number: int) -> None:
    """Add so many projects, lookup tables, roles and tags, which have a name and little else."""
    now = world.clock.now()
    own: dict[str, Any] = {"workspace_id": 1, "created_at": now, "updated_at": now}
    with world.db.unit() as session:

        def add(table: type[Base], **row: Any) -> None:
            texts = {key: value for key, value in row.items() if isinstance(value, str)}
            for start in range(0, number, 500):
                session.execute(
                    insert(table),
                    [
                        row | {key: text.format(at) for key, text in texts.items()}
                        for at in range(start, min(number, start + 500))
                    ],
                )

        add(Project, workspace_id=1, name="Large {}", description="")
        add(LookupTable, **own, name="Large {}", columns=[])
        add(Role, **own, kind="privilege_group", handle="", name="Large {}", privileges={})
        add(Tag, **own, handle="tag-{}", title="Large {}", description="", color="blue")


def _account(number: int) -> dict[str, Any]:
    login = email = f"person{number}@large.example"
    return _named(number, email) | {
        "id": 1_000_000 + number,
        "host": HOST,
        "login": login,
        "normalized_login": normalized(login),
        "role": "user",
    }


def _named(number: int, email: str) -> dict[str, Any]:
    return {
        "name": f"Person {number:06}",
        "first_name": "Person",
        "email": email,
        "normalized_email": normalized(email),
        "password_hash": _NO_PASSWORD,
    }


def _person(number: int) -> dict[str, Any]:
    return _named(number, f"Person{number}@large.example") | {
        "id": person_id(number),
        "workspace_id": 1,
        "status": "active",
        "created_at": _THEN,
    }


def _group(number: int, environment: int) -> dict[str, Any]:
    name = f"Large group {number:05}"
    row = {"id": f"eug-large-{number}", "environment_id": environment, "name": name}
    return row | _dates()


def _dates() -> dict[str, Any]:
    return {"created_at": _THEN, "updated_at": _THEN}


def _member(number: int, group: int) -> dict[str, Any]:
    return {"group_id": f"eug-large-{group}", "end_user_id": person_id(number)}


def _server(number: int, environment: int, project: int) -> dict[str, Any]:
    return _dates() | {
        "number": 10_000 + number,
        "handle": f"mcps-large-{number}",
        "workspace_id": 1,
        "environment_id": environment,
        "project_id": project,
        "name": f"Large server {number:05}",
        "description": "One of many.",
        "auth_type": "workato_idp",
        "ip_allow_list": [],
        "ip_deny_list": [],
        "allow_same_user_token_inheritance": False,
    }


def _tool(number: int, server: int, recipe: int) -> dict[str, Any]:
    return {
        "server_number": server,
        "recipe_id": recipe,
        "name": f"Large_tool_{number}",
        "description": "One of many.",
        "position": 100 + number,
        "enabled": True,
        "hints": {},
    }


def _grant(group: int, server: int) -> dict[str, Any]:
    return {"server_number": server, "group_id": f"eug-large-{group}"}


def _child(number: int, parent: Connection) -> dict[str, Any]:
    row = _shared(number, parent)
    row["input"] = {}
    return row | {
        "id": 1_000_000 + number,
        "name": parent.name,
        "parent_id": parent.id,
        "end_user_id": person_id(number),
        "external_id": person_id(number),
        "account": f"Person {number:06} ({number})",
    }


def _shared(number: int, parent: Connection) -> dict[str, Any]:
    return _dates() | {
        "id": 10_000 + number,
        "workspace_id": 1,
        "project_id": parent.project_id,
        "environment_id": parent.environment_id,
        "provider": parent.provider,
        "name": f"Large connection {number:05}",
        "input": parent.input,
        "authorization_status": "success",
        "authorized_at": _THEN,
    }


def _token(number: int) -> dict[str, Any]:
    return {
        "provider": "identity",
        "client_id": "large",
        "subject": person_id(number),
        "scope": "mcp",
        "granted_scope": "mcp",
        "family": f"family {number}",
        "access_hash": f"access {number}",
        "refresh_hash": f"refresh {number}",
        "auth_time": _THEN,
        "issued_at": _THEN,
        "expires_at": _THEN + timedelta(days=365_000),
    }


def _client(number: int, system: str) -> dict[str, Any]:
    return {
        "provider": system,
        "client_id": f"large-{number}",
        "name": f"Large client {number:05}",
        "redirect_uris": ["http://127.0.0.1:9/callback"],
        "grant_types": ["authorization_code"],
        "scopes": [],
        "token_endpoint_auth_method": "none",
        "client_metadata": {},
        "created_at": _THEN,
    }


def _requisition(number: int) -> dict[str, Any]:
    return _dates() | {
        "id": 1_000_000 + number,
        "host": HOST,
        "requester_id": 1_000_000 + number,
        "status": "draft",
        "justification": "One of many",
        "department": "IT",
        "currency": "EUR",
        "total_cents": 100,
        "lines": [],
    }


def _job(number: int, recipe: int, person: int) -> dict[str, Any]:
    return {
        "id": f"job-large-{number}",
        "recipe_id": recipe,
        "server_number": SERVER,
        "end_user_id": person_id(person),
        "tool": "Get_procurement_policy",
        "status": "succeeded",
        "ip_address": "127.0.0.1",
        "started_at": _THEN,
        "completed_at": _THEN,
    }


@dataclass
class Work:
    """What a database was asked.

    Attributes:
        statements: with parameters, in order.
        rows: how many rows were fetched.
    """

    statements: list[tuple[str, Any]] = field(default_factory=list)
    rows: int = 0


@contextmanager
def counting(engine: Engine | type[Engine]) -> Iterator[Work]:
    """Count the statements that are executed in a `with` block, and the rows that they fetch.

    Args:
        engine: of the database; the class for all databases of this process.
    """
    work = Work()

    def execute(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any
    ) -> None:
        work.statements.append((statement, parameters))

    def fetched(original: Callable[..., Any]) -> Callable[..., Any]:
        def fetch(self: Any, *given: Any, **options: Any) -> Any:
            found = original(self, *given, **options)
            work.rows += len(found) if isinstance(found, list) else found is not None
            return found

        return fetch

    from sqlalchemy.engine.cursor import CursorFetchStrategy

    names = ("fetchone", "fetchmany", "fetchall")
    before = {name: getattr(CursorFetchStrategy, name) for name in names}
    event.listen(engine, "before_cursor_execute", execute)
    for name, original in before.items():
        setattr(CursorFetchStrategy, name, fetched(original))
    try:
        yield work
    finally:
        for name, original in before.items():
            setattr(CursorFetchStrategy, name, original)
        event.remove(engine, "before_cursor_execute", execute)
