"""Accounts of end users: made one by one or many at once, invited, changed, removed."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from simulator.crypto import NO_PASSWORD
from simulator.db.base import first_name, normalized
from simulator.db.tables import EndUser, EndUserGroup, GroupMember
from simulator.db.upsert import insert_missing
from simulator.domain import end_user_groups
from simulator.errors import AlreadyExists, FieldError
from simulator.world import World

#: People that are made at once, at most (our choice).
MOST_AT_ONCE = 10_000
#: Values in one statement: SQLite's own limit is 32,766.
_AT_ONCE = 5_000
_EMAIL = re.compile(r'[^@\s,;<>()"]+@[^@\s,;<>()"]+\.[^@\s,;<>()"]+')


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """Somebody who is to be made an end user.

    Attributes:
        name: the name as typed; empty for what stands before the @ of the address.
        email: the e-mail address as typed.
    """

    name: str = field(default="")
    email: str


class WrongUsers(FieldError):
    """Of several people who should be made end users, some cannot be.

    Args:
        mistakes: place in the list → field → sentence.
    """

    def __init__(self, mistakes: Mapping[int, Mapping[str, str]]) -> None:
        first = next(iter(mistakes.values()))
        super().__init__("users", f"Nobody was added. {next(iter(first.values()))}")
        self.mistakes = mistakes


def create(
    world: World,
    workspace_id: int,
    *,
    name: str,
    email: str,
    groups: Sequence[EndUserGroup] = (),
) -> EndUser:
    """Make an end user and invite them; they are active when they accept (our choice).

    Args:
        workspace_id: the workspace's id.
        name: see `NewUser`.
        email: one that no other end user of the workspace has, whatever its case.
        groups: the groups that they are a member of from the beginning.

    Raises:
        FieldError: on `name` or `email`.
        AlreadyExists: on `email`.
    """
    email = check_email(email)
    name = check_name(name.strip() or email.partition("@")[0])
    _check_free(world, workspace_id, email)
    row = _row(world, workspace_id, NewUser(name=name, email=email), world.clock.now())
    key = {each: row.pop(each) for each in ("workspace_id", "email")}
    if not insert_missing(world.db.session, EndUser, key, **row):
        raise _taken(email)
    made = world.db.session.get_one(EndUser, row["id"])
    for group in groups:
        end_user_groups.set_member(world, group, made, is_member=True)
    return made


def create_many(
    world: World,
    workspace_id: int,
    users: Sequence[NewUser],
    groups: Sequence[EndUserGroup] = (),
) -> list[str]:
    """Create and invite many end users, all or none.

    Args:
        workspace_id: the workspace's id.
        users: at most `MOST_AT_ONCE`.
        groups: the groups that all of them are members of from the beginning.

    Returns:
        Their ids, in order.

    Raises:
        FieldError: on `users`: there are none, or too many.
        WrongUsers: with what is wrong with whom.
    """
    if not users:
        raise FieldError("users", "Name at least one person.")
    if len(users) > MOST_AT_ONCE:
        raise FieldError("users", f"At most {MOST_AT_ONCE:,} people can be added at once.")
    if mistakes := dict(_find_mistakes(world, workspace_id, users)):
        raise WrongUsers(mistakes)
    now = world.clock.now()
    rows = [_row(world, workspace_id, each, now) for each in users]
    members = [{"group_id": group.id, "end_user_id": row["id"]} for group in groups for row in rows]
    world.db.session.execute(insert(EndUser), rows)
    if members:
        world.db.session.execute(insert(GroupMember), members)
    for group in groups:
        group.updated_at = now
        world.db.session.expire(group, ["members"])
    return [row["id"] for row in rows]


def _row(world: World, workspace_id: int, user: NewUser, now: Any) -> dict[str, Any]:
    email = user.email.strip()
    name = user.name.strip() or email.partition("@")[0]
    return {
        "id": _new_id(world),
        "workspace_id": workspace_id,
        "name": name,
        "first_name": first_name(name),
        "email": email,
        "normalized_email": normalized(email),
        "password_hash": NO_PASSWORD,
        "status": "invited",
        "invited_at": now,
        "created_at": now,
    }


def _find_mistakes(
    world: World, workspace_id: int, users: Sequence[NewUser]
) -> Iterator[tuple[int, dict[str, str]]]:
    addresses = [normalized(each.email) for each in users]
    often, taken = Counter(addresses), _find_taken(world, workspace_id, addresses)
    for place, (user, address) in enumerate(zip(users, addresses, strict=True)):
        wrong = {}
        try:
            check_email(user.email)
            check_name(user.name.strip() or address.partition("@")[0])
        except FieldError as error:
            wrong[error.field] = error.message
        if "email" not in wrong and often[address] > 1:
            wrong["email"] = f"{user.email.strip()} is there more than once."
        elif "email" not in wrong and address in taken:
            wrong["email"] = _taken(user.email.strip()).message
        if wrong:
            yield place, wrong


def _find_taken(world: World, workspace_id: int, addresses: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(addresses), _AT_ONCE):
        query = select(EndUser.normalized_email).where(
            EndUser.workspace_id == workspace_id,
            EndUser.normalized_email.in_(addresses[start : start + _AT_ONCE]),
        )
        found.update(world.db.session.scalars(query))
    return found


def invite(world: World, person: EndUser) -> None:
    """Send an invitation once more; links of before stay good for their own time.

    Args:
        person: the person who has not accepted yet.

    Raises:
        FieldError: on `status`: they have accepted, or are disabled.
    """
    if person.status != "invited":
        raise FieldError("status", f"{person.name} is {person.status}, and cannot be invited.")
    person.invited_at = world.clock.now()


def change_end_user(
    world: World,
    person: EndUser,
    *,
    name: str | None = None,
    email: str | None = None,
    status: str | None = None,
    groups: Collection[str] | None = None,
) -> None:
    """Change an end user; one who is disabled loses every access at once (our choice).

    Their sign-ins, tokens and connections wait until they are enabled again. Who has never
    accepted an invitation and is enabled is invited again.

    Args:
        person: the person.
        name: 1 to 100 characters.
        email: one that nobody else in the workspace has, whatever its case.
        status: `active` or `disabled`.
        groups: see `end_user_groups.set_groups`.

    Raises:
        FieldError: on `name`, `email`, `status` or `groups`.
    """
    if name is not None:
        person.name = check_name(name)
    if email is not None:
        new = check_email(email)
        _check_free(world, person.workspace_id, new, but=person.id)
        before, person.email = person.email, new
        world.calls.rename_person(before, person.email)
    if status is not None:
        if status not in ("active", "disabled"):
            raise FieldError("status", f"A status is 'active' or 'disabled', not '{status}'.")
        if status == "active" and person.password_hash == NO_PASSWORD:
            person.status, person.invited_at = "invited", world.clock.now()
        else:
            person.status = status
    if groups is not None:
        end_user_groups.set_groups(world, person, groups)
    world.db.session.flush()


def check_name(name: str) -> str:
    """Return the name of an end user or group as it is stored.

    Args:
        name: the name as typed.

    Raises:
        FieldError: on `name`.
    """
    if not name.strip() or len(name.strip()) > 100 or not name.strip().isprintable():
        raise FieldError("name", "A name has 1 to 100 characters, in one line.")
    return name.strip()


def check_email(email: str) -> str:
    """Return an e-mail address as it is stored.

    Args:
        email: the e-mail address as typed.

    Raises:
        FieldError: on `email`.
    """
    email = email.strip()
    if not email:
        raise FieldError("email", "Enter an e-mail address.")
    if not _EMAIL.fullmatch(email) or len(email) > 254 or not email.isprintable():
        raise FieldError("email", f"'{email}' is not an e-mail address.")
    return email


def _check_free(world: World, workspace_id: int, email: str, but: str = "") -> None:
    taken = select(EndUser.id).where(
        EndUser.workspace_id == workspace_id,
        EndUser.id != but,
        EndUser.normalized_email == normalized(email),
    )
    if world.db.session.scalar(taken.limit(1)):
        raise _taken(email)


def _taken(email: str) -> AlreadyExists:
    return AlreadyExists("email", f"Another end user has the e-mail address {email} already.")


def _new_id(world: World) -> str:
    return f"eu-{world.randomness.hex('end user', 6)}"
