"""Issues of a site, as far as one person may see them: those that they reported or work on."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Select, func, or_, select

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.jira.tables import JiraIssue, JiraProject
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

#: Transition → the status that it leads to, from any other.
TRANSITIONS = {"11": "To Do", "21": "In Progress", "31": "Done"}
TYPES = ("Task", "Bug", "Story")


def cloud_id(host: str) -> str:
    """Return the id of a site in the addresses of the API."""
    digits = sha256(host.encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def account_id(user: AppUser) -> str:
    """Return the id by which the API names an account."""
    return f"5b10ac8d{user.id:016x}"


def find_user(world: World, host: str, name: str) -> AppUser | None:
    """Return the account that an account id or e-mail address names."""
    every = world.db.session.scalars(select(AppUser).where(AppUser.host == host))
    return next((one for one in every if name in (account_id(one), one.email)), None)


def visible(user: AppUser) -> Select[JiraIssue]:
    """Select what a person may see; an admin sees every issue."""
    found = select(JiraIssue).join(JiraIssue.project).where(JiraProject.host == user.host)
    own = or_(JiraIssue.reporter_id == user.id, JiraIssue.assignee_id == user.id)
    return found if people.is_admin(user) else found.where(own)


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


def next_number(world: World, project: JiraProject) -> int:
    """Return the number of a project's next issue."""
    last = select(func.max(JiraIssue.number)).where(JiraIssue.project_id == project.id)
    return (world.db.session.scalar(last) or 0) + 1
