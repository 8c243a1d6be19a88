"""Jira in a scenario file: projects and issues, the rows made of them, and what may be wrong."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from simulator.systems.apps._kit.scenario import App
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.jira.catalog import SUBTASK, level
from simulator.systems.apps.jira.tables import (
    JiraComponent,
    JiraIssue,
    JiraIssueComponent,
    JiraLabel,
    JiraProject,
)
from simulator.validation.fields import Name, Strict, matches
from simulator.validation.mistakes import Mistakes, Place, find_repeated, find_unknown

_MORNING = time(9, tzinfo=UTC)


Label = Annotated[str, matches(r"\S{1,255}", "a label without spaces")]


class Project(Strict):
    """A project."""

    key: Annotated[str, matches(r"[A-Z][A-Z0-9]{1,9}", "a key of 2 to 10 capital letters")]
    name: Name
    components: list[Name] = []


class Issue(Strict):
    """An issue; reporter and assignee see it, and admins."""

    key: Annotated[str, matches(r"[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,5}", "a key such as OPS-1")]
    type: Literal["Task", "Bug", "Story", "Epic", "Subtask"] = "Task"
    status: Literal["To Do", "In Progress", "Done"] = "To Do"
    priority: Literal["Highest", "High", "Medium", "Low", "Lowest"] = "Medium"
    summary: Name
    description: str = ""
    reporter: str
    assignee: str | None = None
    created: date
    labels: list[Label] = []
    components: list[Name] = []
    due: date | None = None
    parent: str | None = None


class Records(Strict):
    """What stands under `data`."""

    projects: list[Project] = []
    issues: list[Issue] = []


class JiraApp(App):
    """One Jira site."""

    data: Records = Records()


MODEL = JiraApp


_Row = JiraProject | JiraComponent | JiraIssue | JiraIssueComponent | JiraLabel


def rows(seed: AppSeed, app: JiraApp) -> Iterator[_Row]:
    """Make the rows of a site's projects and issues."""
    numbers = {project.key: 10_000 + n for n, project in enumerate(app.data.projects)}
    for project in app.data.projects:
        about = {"key": project.key, "name": project.name}
        yield JiraProject(id=numbers[project.key], host=app.host, **about)
    parts = {
        (project.key, name): number
        for number, (project, name) in enumerate(
            ((project, name) for project in app.data.projects for name in project.components),
            10_000,
        )
    }
    for (key, name), part in parts.items():
        yield JiraComponent(id=part, project_id=numbers[key], name=name)
    keys = {issue.key: number for number, issue in enumerate(app.data.issues, 10_000)}
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
            due_on=issue.due,
            parent_id=keys[issue.parent] if issue.parent else None,
            created_at=created,
            updated_at=created,
            **issue.model_dump(include={"status", "priority", "summary", "description"}),
        )
        for label in dict.fromkeys(issue.labels):
            yield JiraLabel(issue_id=number, label=label)
        for name in dict.fromkeys(issue.components):
            yield JiraIssueComponent(issue_id=number, component_id=parts[key, name])


def mistakes(apps: Mapping[Place, JiraApp]) -> Mistakes:
    """Find keys that are there twice, and references to nothing."""
    for place, app in apps.items():
        data, logins = app.data, [user.login for user in app.users]
        keys = [project.key for project in data.projects]
        yield from find_repeated((*place, "data", "projects"), keys, "key")
        yield from find_repeated((*place, "data", "issues"), [i.key for i in data.issues], "key")
        for number, issue in enumerate(data.issues):
            at = (*place, "data", "issues", number)
            own = issue.key.partition("-")[0]
            yield from find_unknown((*at, "key"), own, keys)
            yield from find_unknown((*at, "reporter"), issue.reporter, logins)
            yield from find_unknown((*at, "assignee"), issue.assignee, logins)
            parts = [name for one in data.projects if one.key == own for name in one.components]
            for index, name in enumerate(issue.components):
                yield from find_unknown((*at, "components", index), name, parts)
            yield from _wrong_parent(at, issue, {each.key: each for each in data.issues})


def _wrong_parent(at: Place, issue: Issue, known: Mapping[str, Issue]) -> Mistakes:
    place = (*at, "parent")
    yield from find_unknown(place, issue.parent, [*known])
    parent = known.get(issue.parent or "")
    is_fine = parent is None or level(parent.type) == level(issue.type) + 1
    if not is_fine or (issue.type == SUBTASK and issue.parent is None):
        sentence = "expected an epic, or for a subtask an issue that is neither epic nor subtask"
        yield place, sentence
