"""Tools > Logs, and Dashboard > Audit: what tools did, and who changed what."""

from typing import Any

from flask import Blueprint, render_template, request

from simulator.db.tables.recipes import JobStatus
from simulator.domain import activity_log, tool_call_log
from simulator.domain.activity_rows import KINDS
from simulator.domain.tool_call_log import RANGES, Filters
from simulator.systems.aihub.context import person
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("logs", __name__)

#: The only type that the simulator writes; Workato's Logging Service has others.
LOG_TYPES = (("mcp_server", "MCP server"),)
OUTCOMES = (
    (JobStatus.SUCCEEDED.value, "Succeeded"),
    (JobStatus.FAILED.value, "Failed"),
    (JobStatus.CONNECTION_REQUIRED.value, "Connection required"),
    (JobStatus.CANCELLED.value, "Cancelled"),
)
_LONGEST = 200


@bp.get("/tools/logs")
def tool_calls() -> str:
    """Return the log of tool calls, newest first (our choice of columns beyond three)."""
    sent = {name: _text(name) for name in ("server", "user", "client", "tool", "status", "span")}
    filters = Filters(**sent, ip_address=_text("ip"))
    part = tool_call_log.list_part(current_world(), person().workspace_id, filters, **_place())
    return render_template(
        "aihub/logs.html",
        part=part,
        filters=filters,
        active={name: value for name, value in {**sent, "ip": filters.ip_address}.items() if value},
        types=LOG_TYPES,
        outcomes=OUTCOMES,
        labels=dict(OUTCOMES),
        ranges=[(key, label) for key, (label, _length) in RANGES.items()],
    )


@bp.get("/dashboard/audit")
def activity() -> str:
    """Return who changed what, newest first (Workato docs, activity audit log)."""
    text, kind = _text("q"), _text("type")
    filters = activity_log.Filters(text=text, include_resource_types=(kind,) if kind else ())
    part = activity_log.list_part(current_world(), person().workspace_id, filters, **_place())
    return render_template(
        "aihub/activity.html",
        part=part,
        q=text,
        kind=kind,
        kinds=sorted({one.resource for one in KINDS.values()} | {"User"}),
        active={name: value for name, value in (("q", text), ("type", kind)) if value},
    )


def _place() -> dict[str, Any]:
    return {name: parse_whole_number(request.args.get(name)) for name in ("before", "after")}


def _text(name: str) -> str:
    return request.args.get(name, "").strip()[:_LONGEST]
