"""A mistake in a scenario file is reported with its file, its line and what was expected."""

import re
from pathlib import Path

import pytest

from simulator import installed_apps
from simulator.connectors import CONNECTORS
from simulator.errors import ScenarioError
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.validation.fields import Strict
from simulator.validation.mistakes import expect_one_of

MINIMAL = (folder() / "minimal.yaml").read_text(encoding="utf-8")

#: (text of minimal.yaml, its replacement, what stands in the line reported, the sentence).
SHAPE = [
    (
        "workspace:\n",
        "workspce:\n",
        "workspce:",
        "workspce: unknown key; expected one of 'workspace'",
    ),
    (
        "email: ida@small.example, password: demo-Pass-1}",
        "email: ida, password: demo-Pass-1}",
        "email: ida,",
        "end_users.0.email: expected an e-mail address, found 'ida'",
    ),
    ("title: ", "title:\n#", "title:", "title: expected text, found nothing"),
    (", role: owner", "", "Olga Owner, email", "collaborators.0.role: expected this key, found"),
    (
        "role: owner",
        "role: boss",
        "role: boss",
        "expected 'owner', 'admin', 'coll",
    ),
    (
        "password: demo-Pass-1, role: o",
        "password: short, role: o",
        "Olga",
        "found one of 5 characters",
    ),
    ("number: 1001", "number: '1001'", "number: '1001'", "expected a whole number, found '1001'"),
    ("number: 1001", "number: 0", "number: 0", "expected a number above 0, found 0"),
    ("id: 11", "id: 100001", "id: 100001", "expected a number below 100001"),
    ("unit_price: 31.50", "unit_price: 31.505", "31.505", "at most two decimals, found 31.505"),
    ("unit_price: 31.50", "unit_price: -1", "unit_price: -1", "an amount of at least 0"),
    ("unit_price: 31.50", "unit_price: .nan", "unit_price: .nan", "a finite number, found nan"),
    ("unit_price: 31.50", "unit_price: .inf", "unit_price: .inf", "a finite number, found inf"),
    ("quantity: 2", "quantity: 999999", "id: 11", "lines of less than 10,000,000 in all"),
    (
        "created: 2026-08-03",
        "created: soon",
        "created: soon",
        "a date such as 2026-08-31, found 's",
    ),
    ("end_user: true", "end_user: 'yes'", "'yes'", "expected true or false, found 'yes'"),
    ("members: [ida@small.example]", "members: []", "members: []", "at least 1 entry"),
    ("environments: [Production]", "environments: Production", "environments:", "expected a list"),
    (
        "  name: Small Ltd\n",
        "  - Small\n",
        "workspace:",
        "workspace: expected a mapping, found a list",
    ),
    (
        "access_method: workato_identity",
        "access_method: none",
        "access_method:",
        "or 'legacy_token'",
    ),
    (
        "        as: found\n",
        "",
        "action: coupa.search",
        "expected 'as', the name that data pills use",
    ),
    ("      - return:", "      - as: x\n        return:", "as: x", "neither 'as' nor 'input'"),
    (
        "      - action: coupa.s",
        "      - returns: coupa.s",
        "returns:",
        "unknown key; expected one",
    ),
]

REFERENCES = [
    (
        "members: [ida@small.example]",
        "members: [ina@small.example]",
        "ina@small",
        "groups.0.members.0: expected one of 'ida@small.example', 'otto@small.example', found 'ina",
    ),
    (
        "coupa: {connection: Coupa,",
        "coupa: {connection: Cuopa,",
        "Cuopa",
        "expected 'Coupa', found",
    ),
    (
        "- recipe: List my",
        "- recipe: List our",
        "List our",
        "servers.0.tools.0.recipe: expected 'List",
    ),
    (
        "action: coupa.search_requisitions",
        "action: coupa.search_requisition",
        "action: coupa",
        "recipes.0.steps.0.action: expected one of 'coupa.search_requisitions'",
    ),
    (
        "action: coupa.search_req",
        "action: jira.search_req",
        "action: jira",
        "found 'jira.search_req",
    ),
    (
        "#{_('data.coupa.found.requisitions')}",
        "#{_('data.coupa.lost.requisitions')}",
        "data.coupa.lost",
        "recipes.0.steps.1.return.requisitions: expected a data pill of an earlier step",
    ),
    (
        "#{_('data.coupa.found.req",
        "#{_(data.coupa.found.req",
        "_(data",
        "expected a data pill such as",
    ),
    ("requisitions')}\"", "requisitions')\"", "data.coupa.found", "expected a closed data pill"),
    (
        "as: found\n",
        "as: found\n        input: {limit: \"#{_('data.workato_recipe_function.trigger.top')}\"}\n",
        "trigger.top",
        "expected a data pill of a parameter (none declared)",
    ),
    (
        "as: found\n",
        "as: found\n        input: {stauts: draft}\n",
        "stauts",
        "unknown input; expected",
    ),
    (
        "      - return:",
        "      - http_status: 200\n        return:",
        "http_status",
        "api_recipe alone",
    ),
    ("groups: [Everyone who buys]", "groups: [Nobody]", "groups: [Nobody]", "servers.0.groups.0"),
    ("requester: otto", "requester: oto", "requester: oto", "expected one of 'otto'"),
    ("authorized_as: olga", "authorized_as: olaf", "authorized_as", "connections.0.authorized_as"),
    (
        "provider: coupa",
        "provider: coopa",
        "provider: coopa",
        expect_one_of([*CONNECTORS], "coopa"),
    ),
    ("client: 0c9a", "client: 0c9b", "client: 0c9b", "connections.0.client: expected"),
    (
        "project: Home\n    host",
        "project: Away\n    host",
        "project: Away",
        "connections.0.project",
    ),
    (
        "host: small.coupacloud.com\n    client",
        "host: s.coupacloud.com\n    client",
        "host: s.",
        "found 's.",
    ),
    (
        "host: small.coupacloud.com\n    name",
        "host: small.example\n    name",
        "small.example\n",
        "apps.0.host",
    ),
    ("id: 12", "id: 11", "id: 11\n          requester: otto", "an id of its own, found 11 again"),
    ("otto@small.example, password: demo", "Ida@small.example, password: demo", "Ida@", "it once"),
    (
        "scopes: [core.common.read, core.requisition.read, offline_access]\n    auth",
        "scopes: [core.common.raed, core.requisition.read, offline_access]\n    auth",
        "core.common.raed",
        "connections.0.scopes.0: expected one of 'core.common.read'",
    ),
    (
        "environment: Production, members",
        "environment: DEV, members",
        "DEV",
        "expected 'Production'",
    ),
]

SYNTAX = [
    ("environments: [Production]", "environments: [Production", "projects:", "expected ',' or ']'"),
    ("created: 2026-08-03", "created: 2026-08-33", "2026-08-33", "'2026-08-33' is no valid value"),
    (
        "projects:\n",
        "projects: &again []\nprojects:\n",
        "projects:\n  -",
        "'projects' is there twice",
    ),
    (
        "  name: Small Ltd\n",
        "  name: !!python/name:os.system\n",
        "!!python",
        "could not determine a con",
    ),
    ("  name: Small Ltd\n", "\tname: Small Ltd\n", "\tname", "cannot start any token"),
]


@pytest.mark.requirement("SCN-9")
@pytest.mark.parametrize("case", [*SHAPE, *REFERENCES, *SYNTAX], ids=lambda case: case[3])
def test_a_mistake_is_reported_with_file_line_and_what_was_expected(
    case: tuple[str, str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, at, sentence = case
    monkeypatch.chdir(tmp_path)
    assert old in MINIMAL
    text = MINIMAL.replace(old, new, 1)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    line = text[: text.index(at)].count("\n") + 1

    with pytest.raises(ScenarioError) as raised:
        load("./mine.yaml")

    reported = [one for one in str(raised.value).splitlines() if sentence in one]
    assert reported, str(raised.value)
    assert reported[0].startswith(f"mine.yaml:{line}: ")


@pytest.mark.requirement("SCN-9")
def test_all_mistakes_of_a_file_are_reported_at_once_in_its_order(tmp_path: Path) -> None:
    text = MINIMAL.replace("number: 1001", "number: many").replace("role: owner", "role: boss")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ScenarioError) as raised:
        load(tmp_path / "mine.yaml")

    first, second = str(raised.value).splitlines()
    assert "collaborators.0.role" in first
    assert "servers.0.number" in second


@pytest.mark.requirement("SCN-9")
@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", ":1: expected a mapping, found nothing"),
        (b"- a\n", ":1: expected a mapping, found a list"),
        (b"title: \xff\n", ":1: expected text in UTF-8."),
        (b"title: a\n---\ntitle: b\n", ":2: but found another document."),
        (b"a: 1\nb: \x01\n", ":2: "),
        (b"title: &t [*t]\n", ":1: title: expected text, found a list"),
    ],
)
def test_a_file_that_is_no_scenario_at_all_is_refused(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_bytes(content)

    with pytest.raises(ScenarioError, match=re.escape(f"mine.yaml{sentence}")):
        load(tmp_path / "mine.yaml")


@pytest.mark.requirement("SCN-9")
def test_no_password_is_repeated_in_a_message(tmp_path: Path) -> None:
    text = MINIMAL.replace("password: demo-Pass-1, role: owner", "password: s3cret, role: boss")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ScenarioError) as raised:
        load(tmp_path / "mine.yaml")

    assert "s3cret" not in str(raised.value)


@pytest.mark.requirement("SCN-10")
def test_every_key_of_a_scenario_is_documented() -> None:
    docs = (folder().parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", docs))))
    installed_apps.parts("scenario")
    keys = {
        field.alias or name
        for model in Strict.__subclasses__()
        for name, field in model.model_fields.items()
    }

    assert keys <= documented
