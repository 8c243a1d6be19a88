"""AI Hub > Enterprise MCP: the dashboard of all MCP servers, and that of one (today's navigation).

Names of charts, numbers, filters and time ranges are Workato's (docs, MCP servers dashboard); what
a server's own dashboard has is not public: the same for that server (our choice).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from simulator.db.tables import McpServer
from simulator.domain import server_lists, servers, tool_call_statistics
from simulator.domain.time_buckets import Span
from simulator.domain.tool_call_log import RANGES, Filters
from simulator.domain.tool_call_statistics import Group, Measure, Statistics
from simulator.errors import FieldError, NotFound
from simulator.systems.aihub import charts, navigation
from simulator.systems.aihub.context import person
from simulator.systems.aihub.custom_range import read_range
from simulator.web.application import current_world

bp = Blueprint("dashboard", __name__, url_prefix="/ai_hub/mcp")

#: The switch above the charts.
MEASURES = {Measure.CALLS: "Tool calls", Measure.TOKENS: "Estimated token usage"}
CUSTOM, _DEFAULT = "custom", "7d"
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart, and the same numbers as a table.

    Attributes:
        key: the id of its heading, in the page; `chart-` before it is that of the drawing.
        title: Workato's.
        heading: the heading of the table's first column.
        groups: its bars.
        drawing: SVG; empty where there is nothing to draw.
    """

    key: str
    title: str
    heading: str
    groups: Sequence[Group]
    drawing: Markup


@bp.before_request
def _check_generation() -> None:
    if not navigation.get_labels().has_dashboard:
        raise NotFound(
            "Dashboards belong to today's navigation: start the sandbox with "
            "--navigation enterprise-mcp."
        )


@bp.get("/dashboard")
def workspace() -> tuple[str, int]:
    """Return the dashboard of a workspace's servers."""
    filters = _filters("server", "client", "user")
    online = server_lists.count_online(current_world(), person().workspace_id, filters.server)
    return _page("aihub/dashboard.html", filters, None, online=online, here=url_for(".workspace"))


@bp.get("/<handle>/dashboard")
def server(handle: str) -> tuple[str, int]:
    """Return the dashboard of one server."""
    one = servers.get_server(current_world(), person().workspace_id, handle)
    return _page(
        "aihub/server_dashboard.html",
        _filters("client", "user"),
        one,
        online=server_lists.is_online(current_world(), one),
        here=url_for(".server", handle=handle),
    )


def _filters(*names: str) -> Filters:
    return Filters(**{name: request.args.get(name, "").strip()[:_LONGEST] for name in names})


def _page(
    template: str, filters: Filters, server: McpServer | None, **more: Any
) -> tuple[str, int]:
    world, sent = current_world(), request.args
    measure = Measure.TOKENS if sent.get("measure") == Measure.TOKENS else Measure.CALLS
    chosen = sent.get("span", _DEFAULT)
    chosen = chosen if chosen in RANGES or chosen == CUSTOM else _DEFAULT
    errors: dict[str, str] = {}
    found: Statistics | None = None
    try:
        span = _read_span(chosen, sent)
        found = tool_call_statistics.count(
            world, person().workspace_id, filters, span, measure, server=server
        )
    except FieldError as wrong:
        errors[wrong.field] = wrong.message
    named = {name: getattr(filters, name) for name in ("server", "client", "user")}
    times = {name: sent.get(name, "") for name in ("from", "to")} if chosen == CUSTOM else {}
    page = render_template(
        template,
        server=server,
        filters=filters,
        measure=measure,
        measures=MEASURES,
        span=chosen,
        ranges=[*((key, label) for key, (label, _) in RANGES.items()), (CUSTOM, "Custom range")],
        times=times,
        errors=errors,
        query={name: value for name, value in {**named, **times, "span": chosen}.items() if value},
        is_filtered=any(named.values()),
        found=found,
        charts=_make_charts(found, measure, server) if found else [],
        **more,
    )
    return page, 422 if errors else 200


def _read_span(chosen: str, sent: Mapping[str, str]) -> Span:
    if chosen == CUSTOM:
        return read_range(sent.get("from", ""), sent.get("to", ""))
    now = current_world().clock.now()
    return Span(since=now - RANGES[chosen][1], until=now)


def _make_charts(found: Statistics, measure: Measure, server: McpServer | None) -> list[Chart]:
    what = MEASURES[measure]
    tops = [
        ("clients", f"Top clients by {what.lower()}", "Client", found.clients),
        ("users", f"Top users by {what.lower()}", "User", found.users),
    ]
    if server is None:
        tops.insert(0, ("servers", f"Top servers by {what.lower()}", "MCP server", found.servers))
    made = [_chart("overtime", f"{what} overtime", "Time (UTC)", found.over_time, measure)]
    return made + [_chart(*each, measure) for each in tops]


def _chart(key: str, title: str, heading: str, groups: Sequence[Group], measure: Measure) -> Chart:
    bars = [(group.name, group.get(measure)) for group in groups]
    draw = charts.draw_over_time if key == "overtime" else charts.draw_top
    has_bars = any(value for _name, value in bars)
    drawing = draw(f"chart-{key}", title, bars) if has_bars else Markup()
    return Chart(key=key, title=title, heading=heading, groups=groups, drawing=drawing)
