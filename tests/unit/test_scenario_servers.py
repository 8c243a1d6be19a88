"""What a scenario sets on its servers: limits, hints, legacy tokens, token inheritance."""

from pathlib import Path
from typing import get_args

import pytest

from simulator.db.tables import Connection, McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.db.tables.servers import LEGACY_TOKEN
from simulator.description.document import describe
from simulator.domain import limits, server_lists, servers
from simulator.errors import ScenarioError
from simulator.scenarios import load, schema
from simulator.scenarios.files import folder
from simulator.world import World
from tests.unit.scenario_world import seeded_world

MINIMAL = (folder() / "minimal.yaml").read_text(encoding="utf-8")
HINTS = "hints: {read_only: true, destructive: false, idempotent: true, open_world: true}"
TOOL = "      - recipe: List my requisitions\n"
METHOD = "    access_method: workato_identity\n"
AUTHORIZED = "    authorized_as: olga\n"


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """`minimal` with changes, in a file."""
    text = MINIMAL
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def server_of(world: World) -> McpServer:
    """The one server, in the open unit of work."""
    return world.db.session.get_one(McpServer, 1001)


@pytest.mark.requirement("LIM-8")
def test_limits_are_planted(tmp_path: Path) -> None:
    limited = """\
    limits:
      rate_limit: {tool_calls: 3, interval: minute}
      usage_quota: {tool_calls: 1000, interval: 30 days}
      ip_allow_list: [203.0.113.0/24, "2001:db8::/32"]
      ip_deny_list: [203.0.113.9]
"""
    world = seeded_world(written(tmp_path, (METHOD, METHOD + limited)))

    with world.db.unit():
        server = server_of(world)
        found = {
            kind: (limit.tool_calls, limit.interval, limit.counted, limit.opened_at)
            for kind, limit in limits.get_limits(world, server).items()
        }
        assert found == {
            RATE_LIMIT: (3, "minute", 0, None),
            USAGE_QUOTA: (1000, "30 days", 0, None),
        }
        assert server.ip_allow_list == ["203.0.113.0/24", "2001:db8::/32"]
        assert server.ip_deny_list == ["203.0.113.9"]
    world.db.close()


@pytest.mark.requirement("LIM-8")
@pytest.mark.parametrize("scenario", ["demo", "minimal"])
def test_the_shipped_scenarios_have_no_limits(scenario: str) -> None:
    world = seeded_world(scenario)

    with world.db.unit() as session:
        for server in session.query(McpServer):
            assert limits.get_limits(world, server) == {}
            assert server.ip_allow_list == server.ip_deny_list == []
    world.db.close()


@pytest.mark.requirement("LIM-3")
def test_a_scenario_knows_the_intervals_that_the_rules_know() -> None:
    for kind, model in ((RATE_LIMIT, schema.RateLimit), (USAGE_QUOTA, schema.UsageQuota)):
        known = get_args(model.model_fields["interval"].annotation)
        assert list(known) == list(limits.INTERVALS[kind])


#: (the line of minimal.yaml behind which it stands, the addition, the sentence).
MISTAKES = [
    (
        TOOL,
        f"        {HINTS.replace(', open_world: true', '')}",
        "servers.0.tools.0.hints.open_world: expected this key, found nothing",
    ),
    (
        TOOL,
        f"        {HINTS.replace('idempotent: true', 'idempotent: maybe')}",
        "servers.0.tools.0.hints.idempotent: expected true or false, found 'maybe'",
    ),
    (
        TOOL,
        f"        {HINTS.replace('read_only', 'readonly')}",
        "servers.0.tools.0.hints.readonly: unknown key; expected one of 'read_only'",
    ),
    (
        METHOD,
        "    limits: {rate_limit: {tool_calls: 5}}",
        "servers.0.limits.rate_limit.interval: expected this key, found nothing",
    ),
    (
        METHOD,
        "    limits: {usage_quota: {interval: year}}",
        "servers.0.limits.usage_quota.tool_calls: expected this key, found nothing",
    ),
    (
        METHOD,
        "    limits: {rate_limit: {tool_calls: 0, interval: hour}}",
        "servers.0.limits.rate_limit.tool_calls: expected a number above 0, found 0",
    ),
    (
        METHOD,
        "    limits: {rate_limit: {tool_calls: 1, interval: 30 days}}",
        "rate_limit.interval: expected 'minute', 'hour' or 'day', found '30 days'",
    ),
    (
        METHOD,
        "    limits: {usage_quota: {tool_calls: 1, interval: month}}",
        "expected '30 days', '60 days', '90 days' or 'year', found 'month'",
    ),
    (
        METHOD,
        "    limits: {ip_deny_list: [203.0.113.9/24]}",
        "servers.0.limits.ip_deny_list.0: expected an IP address, or a CIDR block such as "
        "203.0.113.0/24, found '203.0.113.9/24'",
    ),
    (
        AUTHORIZED,
        "    authorized_by: otto@small.example",
        "connections.0.authorized_by: expected 'olga@small.example', found 'otto@small.example'",
    ),
]


@pytest.mark.requirement("LIM-3", "LIM-4", "MCP-41")
@pytest.mark.parametrize("line, addition, sentence", MISTAKES, ids=[case[2] for case in MISTAKES])
def test_a_mistake_is_told_at_its_place(
    tmp_path: Path, line: str, addition: str, sentence: str
) -> None:
    with pytest.raises(ScenarioError) as wrong:
        load(written(tmp_path, (line, f"{line}{addition}\n")))

    assert sentence in str(wrong.value)


@pytest.mark.requirement("MCP-45")
def test_nobody_authorized_a_connection_that_is_not_authorized(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match="expected 'authorized_by' beside 'authorized_as' alone"
    ):
        load(written(tmp_path, (AUTHORIZED, "    authorized_by: olga@small.example\n")))


@pytest.mark.requirement("MCP-41")
def test_hints_are_planted_and_every_tool_of_the_demo_has_them() -> None:
    """Creating a requisition is no reading; the policy is told without leaving Workato."""
    world = seeded_world("demo")

    with world.db.unit():
        tools = {
            tool.name: tool.hints
            for server in server_lists.list_servers(world, 1).first(50)
            for tool in server.tools
        }
        procurement = servers.find_server_by_number(world, 2107)
        assert procurement is not None
        own = {tool.name for tool in procurement.tools}
    assert all(set(hints) == set(schema.Hints.model_fields) for hints in tools.values())
    assert [name for name in own if not tools[name]["read_only"]] == ["Create_requisition"]
    assert [name for name, hints in tools.items() if not hints["open_world"]] == [
        "Get_procurement_policy"
    ]
    world.db.close()


@pytest.mark.requirement("MCP-44")
def test_a_server_on_a_legacy_token_has_one_from_the_start(tmp_path: Path) -> None:
    """The description, made for scripts, has the URL as the Developer API gives it."""
    method = "    access_method: legacy_token\n"
    world = seeded_world(written(tmp_path, (METHOD, method)))

    with world.db.unit():
        server = server_of(world)
        (described,) = describe(world)["servers"]
        url, _, token = described["mcp_url"].partition("?wkt_token=")
        assert server.auth_type == LEGACY_TOKEN
        assert len(token) == 64
        assert servers.token_matches(server, token)
        assert url == world.addresses.mcp_url(1001)
        assert described["access_method"] == "token"
    world.db.close()


@pytest.mark.requirement("MCP-45")
def test_inheritance_is_planted(tmp_path: Path) -> None:
    world = seeded_world(
        written(
            tmp_path,
            (METHOD, f"{METHOD}    allow_same_user_token_inheritance: true\n"),
            (AUTHORIZED, f"{AUTHORIZED}    authorized_by: olga@small.example\n"),
        )
    )

    with world.db.unit() as session:
        assert server_of(world).allow_same_user_token_inheritance
        assert session.get_one(Connection, 1).authorized_by == "olga@small.example"
    world.db.close()
