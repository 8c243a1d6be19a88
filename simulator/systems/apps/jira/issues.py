"""Issues of a site, as far as one person may see them: those that they reported or work on."""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, func, or_, select

from simulator.db.listing import Found, contains
from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.jira.tables import JiraComponent, JiraIssue, JiraProject
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

#: What every account id begins with.
_ACCOUNT = "5b10ac8d"


def cloud_id(host: str) -> str:
    """Return the id of a site in the addresses of the API."""
    digits = sha256(host.encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def account_id(user: AppUser) -> str:
    """Return the id by which the API names an account."""
    return f"{_ACCOUNT}{user.id:016x}"


def find_user(world: World, host: str, name: str, *, by_email: bool = False) -> AppUser | None:
    """Return the account of a site that an account id names, or, where that may be, an address."""
    prefix, digits = name[: len(_ACCOUNT)], name[len(_ACCOUNT) :]
    if prefix == _ACCOUNT and re.fullmatch(r"[0-9a-f]{16}", digits) and int(digits, 16) < 2**31:
        return people.by_id(world, host, int(digits, 16))
    return people.by_email(world, host, name) if by_email else None


def users(world: World, host: str, text: str = "") -> Found[AppUser]:
    """Return the accounts of a site whose name or e-mail address has a text, by name."""
    fits = contains(text, AppUser.name, AppUser.email)
    found = select(AppUser).where(AppUser.host == host, *fits)
    return Found(world.db.session, found.order_by(AppUser.name, AppUser.id))


def visible(user: AppUser) -> Select[JiraIssue]:
    """Select what a person may see; an admin sees every issue."""
    found = select(JiraIssue).join(JiraIssue.project).where(JiraProject.host == user.host)
    own = or_(JiraIssue.reporter_id == user.id, JiraIssue.assignee_id == user.id)
    return found if people.is_admin(user) else found.where(own)


def may_see(user: AppUser, row: JiraIssue) -> bool:
    """Return whether a person may see an issue, as `visible` says it."""
    return people.is_admin(user) or user.id in (row.reporter_id, row.assignee_id)


def components(world: World, project: JiraProject) -> Sequence[JiraComponent]:
    """Return the components of a project, by name."""
    found = select(JiraComponent).where(JiraComponent.project_id == project.id)
    return world.db.session.scalars(found.order_by(JiraComponent.name)).all()


def find(world: World, user: AppUser, name: str) -> JiraIssue | None:
    """Return the issue with this id or key, if the person may see it."""
    key, _, digits = name.upper().rpartition("-")
    number = parse_whole_number(digits) or 0
    by_key = JiraProject.key == key, JiraIssue.number == number
    found = visible(user).where(*(by_key if key else (JiraIssue.id == number,)))
    return world.db.session.scalar(found)


def projects(world: World, host: str, text: str = "") -> Sequence[JiraProject]:
    """Return the projects of a site whose key or name has a text, by key."""
    fits = or_(
        *(column.icontains(text, autoescape=True) for column in (JiraProject.key, JiraProject.name))
    )
    found = select(JiraProject).where(JiraProject.host == host, fits).order_by(JiraProject.key)
    return world.db.session.scalars(found).all()


def find_project(
    world: World, host: str, name: str, *, by_name: bool = False
) -> JiraProject | None:
    """Return the project of a site with this key or id, or, where that may be, this name."""
    number = parse_whole_number(name)
    ways = (
        [JiraProject.key == name.upper(), JiraProject.id == number]
        if number
        else [JiraProject.key == name.upper()]
    )
    if by_name:
        ways.append(func.lower(JiraProject.name) == name.lower())
    found = select(JiraProject).where(JiraProject.host == host, or_(*ways))
    return world.db.session.scalar(found.order_by(JiraProject.id).limit(1))


def next_number(world: World, project: JiraProject) -> int:
    """Return the number of a project's next issue."""
    last = select(func.max(JiraIssue.number)).where(JiraIssue.project_id == project.id)
    return (world.db.session.scalar(last) or 0) + 1


def moment(value: datetime) -> str:
    """A moment as Jira writes it: `2026-08-20T09:00:00.000+0000`."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}+0000"
