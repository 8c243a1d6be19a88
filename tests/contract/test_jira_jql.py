"""Jira Cloud's JQL: what a query finds, and how one that makes no sense is refused."""

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit import people
from simulator.systems.apps.jira import issues, jql
from simulator.systems.apps.jira.jql_clauses import JqlError
from simulator.systems.apps.jira.jql_fields import Fields
from tests.contract.jira_world import KEYS_OF_ADA, Jira, demo, jira
from tests.postgres.plugin import SECRET_KEY

__all__ = ["demo", "jira"]  # the fixtures

FOUND = [
    ("assignee = currentUser() ORDER BY created DESC", KEYS_OF_ADA),
    ("assignee=currentUser() and status != Done order by key", ["BUY-1", "OPS-2"]),
    ("project = BUY AND (status = 'In Progress' OR status = Done)", ["BUY-1", "BUY-2"]),
    ("project in (ops) ORDER BY updated DESC, key ASC", ["OPS-2"]),
    ("text ~ desks", ["BUY-1"]),
    ('description ~ "four DESKS"', ["BUY-1"]),
    ("summary !~ microscopes AND project = BUY", ["BUY-1"]),
    ("NOT project = BUY", ["OPS-2"]),
    ("issuetype = Bug AND status not in (Done)", ["BUY-1"]),
    ("key = buy-2", ["BUY-2"]),
    ("key in (BUY-2, OPS-2)", ["BUY-2", "OPS-2"]),
    ('reporter = "bob@acme.example"', ["BUY-1"]),
    ("assignee is empty", []),
    ("assignee is not EMPTY AND project = OPS", ["OPS-2"]),
    ('summary ~ "100%"', []),
]
#: Beside those: what a project of a stranger's asks for.
MORE = [
    ("assignee = EMPTY", []),
    ("assignee != null AND project = OPS", ["OPS-2"]),
    ("assignee in (currentUser(), EMPTY) AND project = OPS", ["OPS-2"]),
    ('project = "Office operations"', ["OPS-2"]),
    ("project = 10001", ["OPS-2"]),
    ("status in (Done, 'to do') ORDER BY key", ["BUY-2", "OPS-2"]),
    ("status = 31", ["BUY-2"]),
    ("statusCategory = Done", ["BUY-2"]),
    ("statusCategory = 'In Progress' or statusCategory = new ORDER BY key", ["BUY-1", "OPS-2"]),
    ("statusCategory not in (Done, 4)", ["OPS-2"]),
    ("resolution = Unresolved ORDER BY key DESC", ["OPS-2", "BUY-1"]),
    ("resolution is not EMPTY", ["BUY-2"]),
    ("resolution = Done", ["BUY-2"]),
    ("issuetype in (10002)", ["BUY-1"]),
    ("priority >= Medium AND project = OPS", ["OPS-2"]),
    ("priority < Medium", []),
    ("priority = 3 AND project = OPS", ["OPS-2"]),
    ('created >= "2026-08-20" ORDER BY created', ["OPS-2", "BUY-1"]),
    ('created < "2026/08/20 09:00"', ["BUY-2"]),
    ("created > 2026-08-10 AND created <= 2026-08-21", ["BUY-2", "OPS-2"]),
    ("created >= -7d ORDER BY key", ["BUY-1", "OPS-2"]),
    ('updated >= "-1w 1d" AND project = OPS', ["OPS-2"]),
    (
        "created >= startOfMonth() AND created < endOfMonth() ORDER BY key",
        ["BUY-1", "BUY-2", "OPS-2"],
    ),
    ("created < startOfMonth(-1)", []),
    ("created > startOfDay(-2d)", ["BUY-1"]),
    ("created <= now() AND key = BUY-1", ["BUY-1"]),
    ("created is EMPTY", []),
    ("created != 2026-08-10 AND project = BUY ORDER BY key", ["BUY-1", "BUY-2"]),
    ("key > BUY-1", ["BUY-2"]),
    ("id = 10000", ["BUY-1"]),
    ("description is EMPTY ORDER BY key", ["BUY-2", "OPS-2"]),
    ('text ~ "trays desk*"', ["BUY-1"]),
    (r'text ~ "\"desks came\""', ["BUY-1"]),
    (r'text ~ "\"came desks\""', []),
    ("reporter = bob\\u0040acme.example", ["BUY-1"]),
    ("project = BUY && !(status = Done) || project = OPS ORDER BY key", ["BUY-1", "OPS-2"]),
    ("project = BUY ORDER BY status DESC, priority, key DESC", ["BUY-2", "BUY-1"]),
    ("project in (BUY, OPS) ORDER BY reporter, issuetype", ["BUY-2", "BUY-1", "OPS-2"]),
    ("creator = currentUser() ORDER BY summary, resolution, statusCategory, project", ["BUY-2"]),
]
_OPERATORS = (
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and "
    "'IS NOT'."
)
_UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)


@pytest.mark.requirement("JIRA-4", "JIRA-11")
@pytest.mark.parametrize("query, keys", [*FOUND, *MORE])
def test_issues_are_found_by_jql(jira: Jira, query: str, keys: list[str]) -> None:
    """Those alone that the person may see."""
    jira.at("2026-08-26 12:00")

    assert jira.found(query) == keys


@pytest.mark.requirement("JIRA-11")
@pytest.mark.parametrize(
    "query, sentence",
    [
        ("", _UNBOUNDED),
        ("ORDER BY created", _UNBOUNDED),
        ("project", f"Expecting operator before the end of the query. {_OPERATORS}"),
        ("project is", "Expecting either a value, list or function before the end of the query."),
        (
            "project & BUY",
            f"Expecting operator but got '&'. {_OPERATORS} (line 1, character 9)",
        ),
        (
            "project not BUY",
            f"Expecting operator but got 'not'. {_OPERATORS} (line 1, character 9)",
        ),
        ("project = ", "Expecting either a value, list or function before the end of the query."),
        (
            "project = OR",
            "Expecting either a value, list or function but got 'OR'. You must surround 'OR' in "
            "quotation marks to use it as a value. (line 1, character 11)",
        ),
        ("project = BUY AND", "Expecting a field name before the end of the query."),
        ("= BUY", "Expecting a field name but got '='. (line 1, character 1)"),
        (
            "project = BUY\nstatus = Done",
            "Expecting either 'OR' or 'AND' but got 'status'. (line 2, character 1)",
        ),
        ("(project = BUY", "Expecting ')' before the end of the query."),
        ("project = BUY ORDER created", "Expecting 'by' but got 'created'. (line 1, character 21)"),
        (
            'project = "BUY',
            "The quoted string 'BUY' has not been completed. (line 1, character 11)",
        ),
        (
            "reporter = bob@acme.example",
            "The character '@' is a reserved JQL character. You must enclose it in a string or use "
            r"the escape '\u0040' instead. (line 1, character 15)",
        ),
        ("(" * 60 + "project = BUY" + ")" * 60, "it nests too deeply."),
        ("project = " + "x" * 2000, "it has more than 2000 characters."),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_with_where(
    jira: Jira, query: str, sentence: str
) -> None:
    answer = jira.api("POST", "/search/jql", json={"jql": query})

    assert answer.status_code == 400
    expected = sentence if sentence == _UNBOUNDED else f"Error in the JQL Query: {sentence}"
    assert answer.get_json() == {"errorMessages": [expected], "errors": {}}


@pytest.mark.requirement("JIRA-11")
@pytest.mark.parametrize(
    "query, sentence",
    [
        ("project = NOSUCH", "The value 'NOSUCH' does not exist for the field 'project'."),
        ("project in (BUY, 99)", "The value '99' does not exist for the field 'project'."),
        ("status = Opened", "The value 'Opened' does not exist for the field 'status'."),
        ("status in (Done, 99)", "The value '99' does not exist for the field 'status'."),
        ("type != Saga", "The value 'Saga' does not exist for the field 'type'."),
        ("priority > Huge", "The value 'Huge' does not exist for the field 'priority'."),
        (
            "statusCategory = Over",
            "The value 'Over' does not exist for the field 'statusCategory'.",
        ),
        (
            "resolution = Rejected",
            "The value 'Rejected' does not exist for the field 'resolution'.",
        ),
        ("assignee = nobody", "The value 'nobody' does not exist for the field 'assignee'."),
        ("key in (BUY-2, BUY-3)", "An issue with key 'BUY-3' does not exist for field 'key'."),
        ("key != NOSUCH", "An issue with key 'NOSUCH' does not exist for field 'key'."),
        ("key = EMPTY", "An issue with key 'EMPTY' does not exist for field 'key'."),
        (
            "colour = red",
            "Field 'colour' does not exist or you do not have permission to view it.",
        ),
        (
            "project = BUY ORDER BY colour",
            "Field 'colour' does not exist or you do not have permission to view it.",
        ),
        ("project = BUY ORDER BY text", "Not able to sort using field 'text'."),
        ("text = desks", "The operator '=' is not supported by the 'text' field."),
        ("summary is EMPTY", "The operator 'is' is not supported by the 'summary' field."),
        ("project ~ BUY", "The operator '~' is not supported by the 'project' field."),
        ("status > Done", "The operator '>' is not supported by the 'status' field."),
        ("created ~ 2026", "The operator '~' is not supported by the 'created' field."),
        ("key ~ BUY", "The operator '~' is not supported by the 'key' field."),
        (
            "assignee is done",
            "The operator 'is' takes EMPTY or NULL alone for the field 'assignee'.",
        ),
        (
            'text ~ ""',
            "The field 'text' does not support searching for an empty string.",
        ),
        (
            "created > yesterday",
            "Date value 'yesterday' for field 'created' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
            "format e.g. '-5d', '4w 2d'.",
        ),
        (
            "assignee = membersOf(staff)",
            "Unable to find JQL function 'membersOf(staff)' for the field 'assignee'.",
        ),
        (
            "status = currentUser()",
            "Unable to find JQL function 'currentUser()' for the field 'status'.",
        ),
        (
            "project = projectsLeadByUser()",
            "Unable to find JQL function 'projectsLeadByUser()' for the field 'project'.",
        ),
        (
            "created > startOfDay(1, 2)",
            "Unable to find JQL function 'startOfDay(1, 2)' for the field 'created'.",
        ),
        (
            "created > startOfDay(soon)",
            "Unable to find JQL function 'startOfDay(soon)' for the field 'created'.",
        ),
        (
            "created > startOfYear(-9999)",
            "Unable to find JQL function 'startOfYear(-9999)' for the field 'created'.",
        ),
    ],
)
def test_a_query_for_what_is_not_there_is_refused(jira: Jira, query: str, sentence: str) -> None:
    """Instead of finding nothing."""
    answer = jira.api("GET", f"/search/jql?{urlencode({'jql': query})}")

    assert answer.status_code == 400
    assert answer.get_json() == {"errorMessages": [sentence], "errors": {}}


@pytest.mark.requirement("JIRA-11")
def test_queries_find_the_same_on_either_database(database_url: str) -> None:
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        jira = Jira(simulator)
        jira.at("2026-08-26 12:00")
        found = [jira.found(query) for query, _ in MORE]

    assert found == [keys for _, keys in MORE]


_FIELDS = st.sampled_from(
    (
        *("project", "status", "assignee", "key", "created", "text", "priority", "resolution"),
        *("statusCategory", "summary", "colour"),
    )
)
_SIGNS = st.sampled_from(("=", "!=", "<", ">=", "~", "!~", "in", "not in", "is", "is not"))
_VALUES = st.sampled_from(
    (
        *("BUY", "Done", "EMPTY", "-7d", "99999w", "9999-12-31", '"a b"', "currentUser()", "now()"),
        *("startOfYear(9999y)", "(BUY, OPS)", "BUY-1", "10000", "\\", '"', "'"),
    )
) | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5)
_CLAUSES = st.tuples(_FIELDS, _SIGNS, _VALUES).map(" ".join)
_PIECES = _CLAUSES | _VALUES | st.sampled_from(("AND", "or", "NOT", "(", ")", "ORDER BY key", ","))


@pytest.mark.requirement("JIRA-11")
@settings(max_examples=50)
@given(st.lists(_PIECES, max_size=6).map(" ".join))
def test_whatever_is_written_is_searched_for_or_refused(demo: Simulator, query: str) -> None:
    world, refused = demo.world, ""
    with world.db.unit() as session:
        user = people.by_email(world, "acme.atlassian.net", "ada@acme.example")
        assert user is not None
        try:
            condition, order = jql.parse(query, Fields(world, user))
        except JqlError as error:
            refused, found = str(error), set()
        else:
            rows = session.scalars(issues.visible(user).where(condition).order_by(*order))
            found = {row.key for row in rows}

    assert found <= {"BUY-1", "BUY-2", "OPS-2"}
    assert not refused or refused.endswith(".") or "(line " in refused
