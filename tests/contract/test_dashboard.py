"""The dashboards of today's navigation: what they count, and how they show it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import ClientDocument, DeletedServer, Job, McpServer, OAuthClient
from simulator.domain import lookup, server_lists, servers, tool_call_statistics
from simulator.domain.time_buckets import Span
from simulator.domain.tool_call_log import Filters
from simulator.domain.tool_call_statistics import Group, Measure, Statistics
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.world import World
from tests.contract.browser import Browser, plain
from tests.postgres.plugin import SECRET_KEY

HUB = "https://app.workato.com"
DASHBOARD = f"{HUB}/ai_hub/mcp/dashboard"
PROCUREMENT, FINANCE, GONE = 2107, 2108, 2999
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DOCUMENT = "https://client.example/metadata.json"
#: minutes before noon, server, person, client, tokens
CALLS = (
    (5, PROCUREMENT, "ada", "one", 10),
    (6, PROCUREMENT, "ada", "two", 10),
    (70, PROCUREMENT, "bob", "one", 10),
    (71, PROCUREMENT, "eu-gone", "two", None),
    (90, FINANCE, None, None, 500),
    (60 * 30, GONE, "ada", DOCUMENT, 7),
    (60 * 24 * 40, PROCUREMENT, "ada", "one", 1),
)


def fill(world: World) -> None:
    """Stop the clock at noon, with calls from before."""
    world.clock.freeze(NOON)
    with world.db.unit() as session:
        session.add(
            DeletedServer(
                number=GONE,
                workspace_id=1,
                handle="mcps-gone",
                name="Travel desk",
                deleted_by="marc@acme.example",
                deleted_at=NOON,
            )
        )
        for name in ("one", "two"):
            client = {"provider": "identity", "client_id": name, "name": "Claude Code"}
            session.add(OAuthClient(**client, **_CLIENT))
        document = {"client_name": "Cursor"}
        session.add(ClientDocument(url=DOCUMENT, document=document, fresh_until=NOON))
        people = {"ada": _end_user(world, "ada"), "bob": _end_user(world, "bob")}
        for number, (minutes, server, person, client_id, tokens) in enumerate(CALLS):
            began = NOON - timedelta(minutes=minutes)
            session.add(
                _job(number, began, server, people.get(person or "", person), client_id, tokens)
            )
        inner = _job(99, NOON, PROCUREMENT, None, None, None)
        inner.calling_job_id = "j-0"  # a recipe that another one called is no tool call
        session.add(inner)


_CLIENT: dict[str, Any] = {
    "redirect_uris": [],
    "grant_types": [],
    "scopes": [],
    "token_endpoint_auth_method": "none",
    "client_metadata": {},
    "created_at": NOON,
}


def _end_user(world: World, name: str) -> str:
    return lookup.get_end_user_called(world, name.capitalize()).id


def _job(
    number: int,
    began: datetime,
    server: int,
    person: str | None,
    client_id: str | None,
    tokens: int | None,
) -> Job:
    return Job(
        id=f"j-{number}",
        recipe_id=1,
        server_number=server,
        end_user_id=person,
        tool="T",
        status="succeeded",
        ip_address="::1",
        started_at=began,
        completed_at=began,
        client_id=client_id,
        estimated_tokens=tokens,
    )


@pytest.fixture
def today() -> Iterator[Simulator]:
    """The demo in today's navigation."""
    settings = Settings(database="memory", navigation="enterprise-mcp")
    with Simulator(settings) as simulator:
        yield simulator


def signed_in(simulator: Simulator, name: str = "olivia") -> Browser:
    """A browser of somebody who builds."""
    browser = Browser(simulator).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email=f"{name}@acme.example", password="demo-Pass-1")


def shown(groups: Any) -> list[tuple[str, int, int]]:
    """Name, calls, tokens."""
    return [(group.name, group.calls, group.tokens) for group in groups]


@pytest.mark.requirement("DASH-2", "DASH-3")
def test_the_log_is_counted_by_time_server_client_and_user(database_url: str) -> None:
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        world = simulator.world
        fill(world)

        def count(measure: Measure = Measure.CALLS, days: float = 2, **filters: Any) -> Statistics:
            span = Span(since=NOON - timedelta(days=days), until=NOON)
            with world.db.reading():
                return tool_call_statistics.count(world, 1, Filters(**filters), span, measure)

        found = count()
        assert (found.calls, found.tokens) == (6, 537)
        called = [group for group in found.over_time if group.calls]
        assert shown(called) == [("26 Nov 06:00", 1, 7), ("27 Nov 10:00", 5, 530)]
        assert shown(found.servers) == [
            ("Procurement assistant", 4, 30),
            ("Finance assistant", 1, 500),
            ("Travel desk (deleted)", 1, 7),
        ]
        assert shown(found.clients) == [
            ("Claude Code", 4, 30),
            ("Cursor", 1, 7),
            ("MCP token", 1, 500),
        ]
        assert {name: (calls, tokens) for name, calls, tokens in shown(found.users)} == {
            "Ada Reyes": (3, 27),
            "Bob Tanaka": (1, 10),
            "eu-gone (removed)": (1, 0),
            "MCP token": (1, 500),
        }
        assert found.users[0].name == "Ada Reyes"
        by_tokens = count(Measure.TOKENS)
        assert by_tokens.servers[0].name == "Finance assistant"
        assert "eu-gone (removed)" not in [group.name for group in by_tokens.users]
        cases: tuple[tuple[dict[str, Any], int], ...] = (
            ({"client": "cursor"}, 1),
            ({"client": "claude"}, 4),
            ({"client": "two"}, 2),
            ({"server": "travel"}, 1),
            ({"user": "ADA"}, 3),
            ({"user": "ada", "server": "procure"}, 2),
            ({"user": "nobody"}, 0),
        )
        for filters, calls in cases:
            assert count(**filters).calls == calls, filters
        assert count(days=1 / 24).calls == 2
        assert count(days=60).calls == 7
        with world.db.reading() as session:
            one = session.get_one(McpServer, PROCUREMENT)
            span = Span(since=NOON - timedelta(days=2), until=NOON)
            other = Filters(server="finance")
            own = tool_call_statistics.count(world, 1, other, span, Measure.CALLS, server=one)
            assert (own.calls, [group.name for group in own.servers]) == (4, [one.name])
        assert found.servers[2] == Group(name="Travel desk (deleted)", calls=1, tokens=7)
        assert found.servers[0].handle


@pytest.mark.requirement("DASH-2")
def test_a_server_is_online_while_somebody_can_call_a_tool_of_it(today: Simulator) -> None:
    def online() -> tuple[int, bool]:
        with today.world.db.reading() as session:
            one = session.get_one(McpServer, FINANCE)
            return server_lists.count_online(today.world, 1), server_lists.is_online(
                today.world, one
            )

    before, has_token = online()
    assert not has_token, "nobody has made a token yet"
    with today.world.db.unit() as session:
        one = session.get_one(McpServer, FINANCE)
        servers.generate_token(today.world, one)
    assert online() == (before + 1, True)
    with today.world.db.unit() as session:
        tools = [tool.id for tool in session.get_one(McpServer, FINANCE).tools]
        servers.set_tools_enabled(
            today.world, session.get_one(McpServer, FINANCE), tools, enabled=False
        )
    assert online() == (before, False)


@pytest.mark.requirement("DASH-2", "DASH-3")
def test_the_dashboard_draws_what_it_lists_without_script_or_style(today: Simulator) -> None:
    fill(today.world)
    browser = signed_in(today)
    assert browser.url == DASHBOARD, "AI Hub opens on it"

    page = browser.get(f"{DASHBOARD}?span=7d")

    assert _figures(page) == "5 Online MCP servers 6 Tool calls 537 Estimated token usage"
    drawings = re.findall(r"<svg\b.*?</svg>", page.page.text, re.S)
    drawings = [one for one in drawings if "pygal" in one]
    assert len(drawings) == 4
    for one, title in zip(
        drawings,
        (
            "Tool calls overtime",
            "Top servers by tool calls",
            "Top clients by tool calls",
            "Top users by tool calls",
        ),
        strict=True,
    ):
        assert not re.search(r"<script|<style| style=", one)
        assert f">{title}</title>" in one
        assert f"{title} " in page.text
    rows = [plain(row) for row in re.findall(r"<tr>.*?</tr>", page.page.text, re.S)]
    for row in ("Procurement assistant 4", "Claude Code 4", "MCP token 1", "Ada Reyes 3"):
        assert row in rows
    tokens = browser.get(f"{DASHBOARD}?measure=tokens&span=7d&user=ada")
    assert "Top clients by estimated token usage" in tokens.text
    rows = [plain(row) for row in re.findall(r"<tr>.*?</tr>", tokens.page.text, re.S)]
    assert {"Claude Code 20", "Cursor 7"} <= set(rows)
    nobody = browser.get(f"{DASHBOARD}?user=nobody")
    assert "No tool call of this time fits the filter." in nobody.text
    assert (
        "No tool was called in this time."
        in browser.get(f"{DASHBOARD}?span=custom&from=2020-01-01T00:00&to=2020-01-02T00:00").text
    )


def _figures(page: Browser) -> str:
    """The numbers, as they are read: label behind number."""
    (found,) = re.findall(r'<dl class="figures">(.*?)</dl>', page.page.text, re.S)
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", found)
    return " ".join(f"{number} {label}" for label, number in pairs)


@pytest.mark.requirement("DASH-3")
@pytest.mark.parametrize(
    "since, until, sentence",
    [
        ("", "", "Choose the beginning of the range."),
        ("2026-11-27T09:30", "", "Choose the end of the range."),
        ("yesterday", "2026-11-27T09:30", "Enter a date and a time, such as 2026-11-27T09:30."),
        ("2026-11-27T09:30", "2026-11-27T09:30", "Choose an end that is after the beginning."),
        ("0001-01-01T00:00", "2026-11-27T09:30", "Choose a date between 1970 and 8999."),
    ],
)
def test_a_custom_range_says_beside_the_field_what_is_wrong(
    today: Simulator, since: str, until: str, sentence: str
) -> None:
    page = signed_in(today).get(f"{DASHBOARD}?span=custom&from={since}&to={until}&user=ada")

    assert page.page.status_code == 422
    assert sentence in page.text
    assert 'value="ada"' in page.page.text, "what was typed stays"


@pytest.mark.requirement("DASH-3")
def test_a_custom_range_takes_what_is_in_it(today: Simulator) -> None:
    fill(today.world)
    page = signed_in(today).get(
        f"{DASHBOARD}?span=custom&from=2026-11-27T10:30&to=2026-11-27T11:00"
    )

    assert "3 Tool calls 510 Estimated token usage" in _figures(page)


@pytest.mark.requirement("DASH-5")
def test_a_server_has_its_own_dashboard(today: Simulator) -> None:
    fill(today.world)
    with today.world.db.reading() as session:
        handle = session.scalars(select(McpServer.handle).where(McpServer.number == 2107)).one()
    browser = signed_in(today, "priya").get(f"{HUB}/ai_hub/mcp/{handle}/overview")
    assert "Overview Dashboard End user access Settings" in browser.text

    page = browser.get(f"{HUB}/ai_hub/mcp/{handle}/dashboard?server=finance")

    assert _figures(page) == "Online Status 4 Tool calls 30 Estimated token usage"
    assert "Top clients by tool calls" in page.text
    assert "Top servers" not in page.text
    assert browser.get(f"{HUB}/ai_hub/mcp/mcps-none/dashboard").page.status_code == 404


@pytest.mark.requirement("HUB-20")
def test_the_older_navigation_has_no_dashboard_and_says_where_it_is() -> None:
    with Simulator(Settings(database="memory")) as simulator:
        browser = signed_in(simulator)
        assert browser.url == f"{HUB}/ai_hub"
        assert "Overview MCP servers" in browser.text
        assert "Enterprise MCP" not in browser.text

        page = browser.get(DASHBOARD)

    assert page.page.status_code == 404
    assert "start the sandbox with --navigation enterprise-mcp" in page.text
