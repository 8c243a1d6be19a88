"""Jira in a scenario file: projects and issues, the rows made of them, and what may be wrong."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from simulator.systems.apps._kit.scenario import App
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.jira.tables import JiraIssue, JiraProject
from simulator.validation.fields import Name, Strict, matches
from simulator.validation.mistakes import Mistakes, Place, find_repeated, find_unknown

_MORNING = time(9, tzinfo=UTC)


class Project(Strict):
    """A project."""

    key: Annotated[str, matches(r"[A-Z][A-Z0-9]{1,9}", "a key of 2 to 10 capital letters")]
    name: Name


class Issue(Strict):
    """An issue; reporter and assignee see it, and admins."""

    key: Annotated[str, matches(r"[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,5}", "a key such as OPS-1")]
    type: Literal["Task", "Bug", "Story"] = "Task"
    status: Literal["To Do", "In Progress", "Done"] = "To Do"
    priority: Literal["Highest", "High", "Medium", "Low", "Lowest"] = "Medium"
    summary: Name
    description: str = ""
    reporter: str
    assignee: str | None = None
    created: date


class Records(Strict):
    """What stands under `data`."""

    projects: list[Project] = []
    issues: list[Issue] = []


class JiraApp(App):
    """One Jira site."""

    data: Records = Records()


MODEL = JiraApp


def rows(seed: AppSeed, app: JiraApp) -> Iterator[JiraProject | JiraIssue]:
    """Make the rows of a site's projects and issues."""
    numbers = {project.key: 10_000 + n for n, project in enumerate(app.data.projects)}
    for project in app.data.projects:
        yield JiraProject(id=numbers[project.key], host=app.host, **project.model_dump())
    for number, issue in enumerate(app.data.issues, 10_000):
        key, _, own = issue.key.partition("-")
        created = datetime.combine(issue.created, _MORNING)
        yield JiraIssue(
            id=number,
            project_id=numbers[key],
            number=int(own),
            issue_type=issue.type,
            reporter_id=seed.users[issue.reporter],
            assignee_id=seed.users[issue.assignee] if issue.assignee else None,
            comments=[],
            created_at=created,
            updated_at=created,
            **issue.model_dump(include={"status", "priority", "summary", "description"}),
        )


def mistakes(apps: Mapping[Place, JiraApp]) -> Mistakes:
    """Find keys that are there twice, and references to nothing."""
    for place, app in apps.items():
        data, logins = app.data, [user.login for user in app.users]
        keys = [project.key for project in data.projects]
        yield from find_repeated((*place, "data", "projects"), keys, "key")
        yield from find_repeated((*place, "data", "issues"), [i.key for i in data.issues], "key")
        for number, issue in enumerate(data.issues):
            at = (*place, "data", "issues", number)
            yield from find_unknown((*at, "key"), issue.key.partition("-")[0], keys)
            yield from find_unknown((*at, "reporter"), issue.reporter, logins)
            yield from find_unknown((*at, "assignee"), issue.assignee, logins)
