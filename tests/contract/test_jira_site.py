"""Jira Cloud: what a site has beside issues, and addresses that are none."""

import pytest
from sqlalchemy import text

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import acting
from tests.contract.jira_world import API, REST, SITE, Jira, demo, jira
from tests.postgres.plugin import SECRET_KEY

__all__ = ["demo", "jira"]  # the fixtures


@pytest.mark.requirement("JIRA-16")
@pytest.mark.parametrize("version", [2, 3, "latest"])
def test_clients_learn_what_stands_here(jira: Jira, version: int | str) -> None:
    info = jira.api("GET", "/serverInfo", version=version).get_json()

    assert info["deploymentType"] == "Cloud"
    assert (info["baseUrl"], info["serverTitle"]) == (SITE, "Acme Jira")
    assert info["versionNumbers"] == [1001, 0, 0]


@pytest.mark.requirement("JIRA-16")
@pytest.mark.parametrize(
    "path, names",
    [
        ("/status", ["To Do", "In Progress", "Done"]),
        ("/statuscategory", ["To Do", "In Progress", "Done"]),
        ("/priority", ["Highest", "High", "Medium", "Low", "Lowest"]),
        ("/issuetype", ["Task", "Bug", "Story", "Epic", "Subtask"]),
        ("/resolution", ["Done"]),
        ("/project", ["Purchasing requests", "Office operations"]),
    ],
)
def test_lists_of_values_are_there_in_full(jira: Jira, path: str, names: list[str]) -> None:
    found = jira.api("GET", path).get_json()

    assert [each["name"] for each in found] == names
    assert len({str(each["id"]) for each in found}) == len(names)


@pytest.mark.requirement("JIRA-16")
def test_each_field_that_is_answered_is_listed(jira: Jira) -> None:
    listed = {each["id"] for each in jira.api("GET", "/field").get_json()}

    found = set(jira.api("GET", "/issue/BUY-1").get_json()["fields"])
    assert found | {"parent"} == listed, "an issue without a parent does not tell of one"


@pytest.mark.requirement("JIRA-16")
def test_a_project_is_read_by_key_or_id(jira: Jira) -> None:
    for name in ("OPS", "ops", "10001"):
        project = jira.api("GET", f"/project/{name}").get_json()
        assert (project["key"], len(project["issueTypes"])) == ("OPS", 5)
    kinds = jira.api("GET", "/project/OPS/statuses").get_json()
    assert [each["name"] for each in kinds[0]["statuses"]] == ["To Do", "In Progress", "Done"]
    missing = jira.api("GET", "/project/NIL")
    assert (missing.status_code, missing.get_json()["errorMessages"]) == (
        404,
        ["No project could be found with key 'NIL'."],
    )
    (some,) = jira.api("GET", "/project/search?keys=OPS").get_json()["values"]
    assert some["key"] == "OPS"


@pytest.mark.requirement("JIRA-16")
def test_people_are_found(jira: Jira) -> None:
    def names(query: str) -> list[str]:
        return [each["displayName"] for each in jira.api("GET", query).get_json()]

    account = jira.account("bob")
    assert names("/user/search?query=tanaka") == ["Bob Tanaka"]
    assert names("/user/search?query=BOB@acme") == ["Bob Tanaka"]
    assert names("/user/search?query=%25") == []
    assert names(f"/user/search?accountId={account}") == ["Bob Tanaka"]
    assert names("/user/search?accountId=nobody") == []
    assert names("/user/search?query=acme&maxResults=1&startAt=1") == ["Bob Tanaka"]
    assert len(names("/user/assignable/search?project=OPS")) == 5
    assert jira.api("GET", f"/user?accountId={account}").get_json()["accountId"] == account
    assert jira.api("GET", "/user?accountId=nobody").status_code == 404
    for path in ("/user", "/user/search"):
        assert jira.api("GET", path).status_code == 400
        assert jira.api("GET", path, scope="read:jira-work").status_code == 401


@pytest.mark.requirement("JIRA-16")
def test_what_can_be_set_is_told_before(jira: Jira) -> None:
    """In the shape that goes and in the one that comes."""
    query = "projectKeys=OPS&issuetypeNames=Bug&expand=projects.issuetypes.fields"
    (project,) = jira.api("GET", f"/issue/createmeta?{query}").get_json()["projects"]
    (kind,) = project["issuetypes"]
    required = {name for name, each in kind["fields"].items() if each["required"]}
    assert required == {"summary", "issuetype", "project"}

    kinds = jira.api("GET", "/issue/createmeta/OPS/issuetypes").get_json()["issueTypes"]
    assert [each["name"] for each in kinds] == ["Task", "Bug", "Story", "Epic", "Subtask"]
    path = f"/issue/createmeta/10001/issuetypes/{kinds[0]['id']}"
    fields = jira.api("GET", path).get_json()["fields"]
    assert {each["fieldId"] for each in fields} == set(kind["fields"])
    assert jira.api("GET", "/issue/createmeta/OPS/issuetypes/7").status_code == 404
    edit = jira.api("GET", "/issue/OPS-2/editmeta").get_json()["fields"]
    assert set(edit) == set(kind["fields"]) - {"project"}


@pytest.mark.requirement("JIRA-16")
def test_issues_are_counted(jira: Jira) -> None:
    count = jira.api("POST", "/search/approximate-count", json={"jql": "assignee = currentUser()"})

    assert count.get_json() == {"count": 3}


@pytest.mark.requirement("JIRA-16")
def test_the_search_that_jira_removed_says_where_to_go(jira: Jira) -> None:
    for method in ("GET", "POST"):
        answer = jira.api(method, "/search?jql=key%3DBUY-1")
        assert answer.status_code == 410
        assert "Please migrate to the /rest/api/3/search/jql API." in answer.text


@pytest.mark.requirement("JIRA-17")
def test_addresses_that_are_none_are_refused_in_the_shape_of_the_api(jira: Jira) -> None:
    """An id stays one part of a path, whatever is in it; the site's own host takes no token."""
    for path in ("/issue/BUY-1%2Ftransitions", "/issue/BUY-1%2ftransitions"):
        hidden = jira.api("GET", path)
        assert (hidden.status_code, hidden.get_json()["errorMessages"]) == (
            404,
            ["Issue does not exist or you do not have permission to see it."],
        )
    assert jira.api("GET", "/nothing").get_json()["errorMessages"]
    assert jira.api("PATCH", "/issue/BUY-1").status_code == 405
    assert jira.api("GET", "/myself", version=4).status_code == 404
    for version in (2, 3):
        for url in (f"{SITE}/rest/api/{version}/myself", f"{SITE}/rest/api/{version}/issue/A-1"):
            headers = {"Authorization": "Bearer abc", "Accept": "text/html"}
            answer = jira.request("GET", url, headers=headers)
            assert (answer.status_code, answer.get_json()) == (
                401,
                {"code": 401, "message": "Unauthorized"},
            )
    assert jira.request("GET", f"{API}/rest/api/2/myself").status_code == 404


@pytest.mark.requirement("JIRA-17")
def test_an_id_of_a_tool_s_argument_reaches_no_other_path(jira: Jira) -> None:
    """The connector encodes it, and the app takes it as one segment."""
    with acting(jira.simulator) as actor:
        ada = actor("Ada")
        ada.connect("Service desk")
        ada.connect_account(ada.call("Get_issue", {"id": "BUY-1"}))
        right = ada.call("Get_issue", {"id": "BUY-1"}).structured_content
        answers = [
            ada.call("Get_issue", {"id": odd})
            for odd in ("BUY-1/transitions", "BUY-1%2Ftransitions", "BUY-1?fields=id", "..", "")
        ]

    texts = [each.content[0].text for each in answers]
    assert right["issue"]["key"] == "BUY-1"
    assert ["does not exist" in text for text in texts[:3]] == [True] * 3
    assert all("404" in text for text in texts), texts


@pytest.mark.requirement("JIRA-17")
def test_the_absolute_form_of_a_request_is_understood(jira: Jira) -> None:
    """RFC 9112 §3.2.2; a proxy sends it."""
    environ = {"REQUEST_URI": f"{API}{REST}/issue/BUY-1%2Ftransitions?x=%2F"}

    answer = jira.api("GET", "/issue/BUY-1%2Ftransitions", environ_overrides=environ)

    assert answer.status_code == 404


@pytest.mark.requirement("APP-6")
def test_tables_of_the_first_version_are_kept_and_get_priorities(database_url: str) -> None:
    """The database is made what it was before there were any."""
    settings = Settings(database=database_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator, simulator.world.db.unit() as session:
        session.execute(text("DROP INDEX ix_jira_issues_parent_id"))
        for column in ("priority", "due_on", "parent_id"):
            session.execute(text(f"ALTER TABLE jira_issues DROP COLUMN {column}"))
        for table in ("changes", "issue_components", "components", "labels"):
            session.execute(text(f"DROP TABLE jira_{table}"))
        session.execute(text("UPDATE app_versions SET version = 1 WHERE app = 'jira'"))

    with Simulator(settings) as simulator:
        issue = Jira(simulator).api("GET", "/issue/BUY-1").get_json()["fields"]

    assert (issue["priority"]["name"], issue["status"]["name"]) == ("Medium", "In Progress")
    assert (issue["labels"], issue["duedate"]) == ([], None)


@pytest.mark.requirement("JIRA-17")
def test_the_same_holds_for_every_app(jira: Jira) -> None:
    """Coupa's users/me is there, and is no one segment."""
    site = "https://acme.coupacloud.com/api"

    assert jira.request("GET", f"{site}/users/me").status_code == 401
    assert jira.request("GET", f"{site}/users%2Fme").status_code == 404
