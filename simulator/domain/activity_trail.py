"""The trail of a unit of work: every row that a person or program changes leaves a line.

No rule has to think of it, and none can forget it: what is written of the tables that are told of
(`activity_rows.KINDS`) is seen by the session itself, and its lines are stored in the same
transaction. Where nobody acts, as in a tool call or a seed, nothing listens and nothing is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.engine import Result
from sqlalchemy.orm import ORMExecuteState, Session

from simulator.db.base import Base, table_of
from simulator.db.tables import (
    ActivityLog,
    CollaboratorGroup,
    EndUserGroup,
    McpServer,
    PackageAsset,
)
from simulator.domain.activity_rows import KINDS, Kind, is_logged, tell
from simulator.validation.parsing import shorten
from simulator.world import World

#: Lines of one kind that one transaction leaves, at most; the rest is counted in the last one.
_MOST_OF_A_KIND = 100
_TRAIL = "simulator_activity_trail"
#: Events of the row of a group itself, which has its name.
_OF_ROWS = ("created", "updated", "deleted")


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts.

    Attributes:
        kind: `collaborator`, `api_client` or `end_user`.
        id: the id of the person or client.
        name: theirs.
        email: theirs; of a client, empty.
        workspace_id: where they act.
        ip_address: where the request came from.
        user_agent: what sent it, as it says.
    """

    kind: str
    id: str
    name: str
    email: str
    workspace_id: int
    ip_address: str = ""
    user_agent: str = ""


@dataclass
class _Trail:
    """What happened in one unit of work and is not stored yet.

    Attributes:
        actor: the actor who acts.
        world: for the time.
        lines: rows of the log, without time and actor.
        about: which row → its last line.
    """

    actor: Actor
    world: World
    lines: list[dict[str, Any]] = field(default_factory=list)
    about: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def add(self, kind: Kind, what: str, row: Any, details: dict[str, Any] | None = None) -> None:
        """Add a line about a row, or about anything with its columns as attributes.

        What is changed several times in one transaction, or once it was made, is one line.
        """
        resource, key = kind.resource, kind.key
        if kind.otherwise[0] and getattr(row, key, None) is None:
            resource, key = kind.otherwise
        about = (resource, key, getattr(row, key, None), getattr(row, "id", None))
        before = self.about.get(about)
        if details is not None and before is not None and before in self.lines:
            if before["event_type"] not in (kind.created, kind.deleted):
                before["details"] = before["details"] | details
                if before["event_type"] == "updated":
                    before["event_type"] = what
            return
        name = str(getattr(row, kind.name, "") or "") if kind.name else ""
        line = {
            "event_type": what,
            "resource_type": resource,
            "resource_id": str(getattr(row, key, "") or ""),
            "resource_name": shorten(name, 200),
            "details": details or {},
        }
        self.about[about] = line
        self.lines.append(line)


def act_as(world: World, actor: Actor) -> None:
    """Say who acts in the current unit of work: from now on its changes leave lines.

    Args:
        actor: the actor who acts.
    """
    session = world.db.session
    if _TRAIL in session.info:
        session.info[_TRAIL].actor = actor
        return
    session.info[_TRAIL] = _Trail(actor, world)
    event.listen(session, "after_flush", _note_rows)
    event.listen(session, "do_orm_execute", _note_statement)
    event.listen(session, "before_commit", _store)
    event.listen(session, "after_rollback", _forget)


def get_actor(world: World) -> Actor | None:
    """Return who acts in the current unit of work; None where nobody does."""
    trail: _Trail | None = world.db.session.info.get(_TRAIL)
    return trail.actor if trail is not None else None


def move_to(world: World, workspace_id: int) -> None:
    """Have what is done from now on be told in another workspace's log; where nobody acts, nothing.

    Args:
        workspace_id: where it is done.
    """
    trail: _Trail | None = world.db.session.info.get(_TRAIL)
    if trail is not None:
        trail.actor = replace(trail.actor, workspace_id=workspace_id)


def note(
    world: World,
    what: str,
    resource_type: str,
    resource_id: str,
    name: str,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a line about what is no change of a row, such as a sign-in; where nobody acts, none.

    Args:
        what: the event.
        resource_type: the resource type of what it is about.
        resource_id: the resource id of what it is about.
        name: the name of what it is about.
        details: what more there is to say, by name.
    """
    trail = world.db.session.info.get(_TRAIL)
    if trail is None:
        return
    trail.lines.append(
        {
            "event_type": what,
            "resource_type": resource_type,
            "resource_id": resource_id,
            "resource_name": shorten(name, 200),
            "details": details or {},
        }
    )


def _note_rows(session: Session, _context: Any) -> None:
    trail: _Trail = session.info[_TRAIL]
    for row in session.new:
        if kind := KINDS.get(type(row)):
            trail.add(kind, kind.created, row)
    for row in session.dirty:
        if (kind := KINDS.get(type(row))) and (changes := _changes(row)):
            details = {name: tell(name, *values) for name, values in changes.items()}
            trail.add(kind, kind.changed(changes), row, details)
    for row in session.deleted:
        if kind := KINDS.get(type(row)):
            trail.add(kind, kind.deleted, row)


def _changes(row: Base) -> dict[str, tuple[Any, Any]]:
    found = {}
    for attribute in inspect(row).mapper.column_attrs:
        history = inspect(row).attrs[attribute.key].history
        if history.has_changes() and is_logged(attribute.key):
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
            if before != after:
                found[attribute.key] = (before, after)
    return found


def _note_statement(state: ORMExecuteState) -> Result[Any] | None:
    """See what a statement changes without the rows being loaded."""
    if state.is_select or state.bind_mapper is None:
        return None
    kind = KINDS.get(state.bind_mapper.class_)
    if kind is None:
        return None
    trail: _Trail = state.session.info[_TRAIL]
    if state.is_insert:
        return _note_inserts(state, trail, kind)
    if isinstance(state.parameters, Sequence):  # many rows by their keys
        for values in state.parameters:
            trail.add(kind, "updated", _Values(values), dict.fromkeys(values))
    elif state.is_delete or state.is_update:
        statement: Any = state.statement
        rows = select(table_of(state.bind_mapper.class_))
        if statement.whereclause is not None:
            rows = rows.where(statement.whereclause)
        parameters = state.parameters if isinstance(state.parameters, dict) else {}
        for found in state.session.connection().execute(rows, parameters).mappings().all():
            row = _Values(found)
            if state.is_delete:
                trail.add(kind, kind.deleted, row)
                continue
            values = statement.compile().params
            changes = {
                name: (found[name], values[name])
                for name in values
                if name in found and is_logged(name) and found[name] != values[name]
            }
            if changes:
                details = {name: tell(name, *two) for name, two in changes.items()}
                trail.add(kind, kind.changed(changes), row, details)
    return None


def _note_inserts(state: ORMExecuteState, trail: _Trail, kind: Kind) -> Result[Any]:
    """Add lines for the rows that were inserted: of those that were there already, none."""
    result = state.invoke_statement()
    statement: Any = state.statement
    if not statement.exported_columns:  # no RETURNING: all of them were
        sent = state.parameters
        for values in sent if isinstance(sent, Sequence) else [sent or statement.compile().params]:
            trail.add(kind, kind.created, _Values(values))
        return result
    frozen = result.freeze()
    values = statement.compile().params
    for row in frozen().mappings().all():
        trail.add(kind, kind.created, _Values({**values, **row}))
    return frozen()


class _Values:
    """Values of columns, as attributes."""

    def __init__(self, values: Any) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> Any:
        # Several rows in one statement: the values of the first stand for those all have.
        return self._values.get(name, self._values.get(f"{name}_m0"))


def _store(session: Session) -> None:
    session.flush()
    trail: _Trail = session.info[_TRAIL]
    lines, trail.lines = _shortened(trail.lines), []
    trail.about.clear()
    if not lines:
        return
    _name_resources(session, lines)
    actor = trail.actor
    common = {
        "workspace_id": actor.workspace_id,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "actor_email": actor.email,
        "ip_address": actor.ip_address,
        "user_agent": actor.user_agent,
        "created_at": trail.world.clock.now(),
    }
    session.connection().execute(
        insert(table_of(ActivityLog)),
        [line | common | {"search_text": _search_text(actor, line)} for line in lines],
    )


def _search_text(actor: Actor, line: dict[str, Any]) -> str:
    return "\n".join((actor.name, actor.email, line["resource_name"])).lower()


def _shortened(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what is there often: ten thousand people are told of in a hundred lines."""
    shown: list[dict[str, Any]] = []
    often: dict[tuple[str, str], int] = {}
    for line in lines:
        what = line["event_type"], line["resource_type"]
        often[what] = often.get(what, 0) + 1
        if often[what] <= _MOST_OF_A_KIND:
            shown.append(line)
        else:
            last = next(each for each in reversed(shown) if _what(each) == what)
            last["details"] = {**last["details"], "and_more": often[what] - _MOST_OF_A_KIND}
    return shown


def _what(line: dict[str, Any]) -> tuple[str, str]:
    return line["event_type"], line["resource_type"]


def _name_resources(session: Session, lines: list[dict[str, Any]]) -> None:
    """Name servers, groups and connectors where a row knows their number or id alone."""
    for line in lines:
        about: Any = None
        if line["resource_type"] == "McpServer" and line["resource_id"].isdigit():
            about = session.get(McpServer, int(line["resource_id"]))
            if about is not None:
                line["resource_id"] = about.handle
        elif line["resource_type"] == "UserGroup" and line["event_type"] not in _OF_ROWS:
            about = session.get(CollaboratorGroup, int(line["resource_id"]))
        elif line["event_type"] in ("member_added", "member_removed"):
            about = session.get(EndUserGroup, line["resource_id"])
        elif line["resource_type"] == "CustomAdapter":
            about = session.get(PackageAsset, int(line["resource_id"]))
        else:
            continue
        if line["resource_name"]:
            line["details"] = {**line["details"], "about": line["resource_name"]}
        line["resource_name"] = about.name if about is not None else ""


def _forget(session: Session) -> None:
    trail: _Trail = session.info[_TRAIL]
    trail.lines.clear()
    trail.about.clear()
