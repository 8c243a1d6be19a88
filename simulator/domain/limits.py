"""Limits of an MCP server: how many tool calls it takes in an interval, and from where.

Ours: the library `limits` counts by the real clock, and beside the database that is reset.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from types import MappingProxyType

from sqlalchemy import select

from simulator.db.tables import CallLimit, McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.db.upsert import get_or_create
from simulator.domain.catalogue import PublishedServer
from simulator.domain.windows import count_seconds_left, is_open
from simulator.errors import FieldError, Forbidden, SimulatorError
from simulator.world import World

#: Kind of limit → name of an interval → its length. The quota's names are those of the Developer
#: API; a year has 365 days (our choice).
INTERVALS: Mapping[str, Mapping[str, timedelta]] = MappingProxyType(
    {
        RATE_LIMIT: {
            "minute": timedelta(minutes=1),
            "hour": timedelta(hours=1),
            "day": timedelta(days=1),
        },
        USAGE_QUOTA: {
            "30 days": timedelta(days=30),
            "60 days": timedelta(days=60),
            "90 days": timedelta(days=90),
            "year": timedelta(days=365),
        },
    }
)
#: What an interval is called on pages; "1 hour" and "1 month" are Workato's (docs, MCP servers).
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "minute": "1 minute",
        "hour": "1 hour",
        "day": "1 day",
        "30 days": "1 month",
        "60 days": "2 months",
        "90 days": "3 months",
        "year": "1 year",
    }
)

_MOST_CALLS = 999_999_999


class LimitReached(SimulatorError):
    """The server's limit is reached; no tool call is accepted until its window ends.

    Args:
        limit: the one that is reached; if both are, the one that is so for longer.
        retry_after: until the window ends, in whole seconds, at least 1.
        message: which limit, and when to come back.
    """

    status = 429

    def __init__(self, limit: CallLimit, retry_after: int, message: str) -> None:
        super().__init__(message)
        self.kind = limit.kind
        self.retry_after = retry_after


class AddressDenied(Forbidden):
    """The server's IP restrictions keep this address out."""


def count_call(world: World, server: McpServer | PublishedServer) -> None:
    """Count a tool call against the server's limits, before anything else is done for it.

    A window opens with the first call after the last one ended, and has the interval's length
    (our choice). What is refused is not counted. The count is committed at once: it stands
    whatever becomes of the call.

    Args:
        server: the MCP server.

    Raises:
        LimitReached: a window is full.
    """
    limits = world.db.session.scalars(
        select(CallLimit)
        .where(CallLimit.server_number == server.number)
        .order_by(CallLimit.kind)
        .with_for_update()  # SQLite needs none: its transactions have the write lock
    ).all()
    if not limits:
        return
    now = world.clock.now()
    for limit in limits:
        if not _is_open(limit, now):
            limit.opened_at, limit.counted = now, 0
    full = [limit for limit in limits if limit.counted >= limit.tool_calls]
    if full:
        raise _reached(server, full, now)
    for limit in limits:
        limit.counted += 1
    world.db.commit()


def check_quota(world: World, server: McpServer | PublishedServer) -> None:
    """Refuse any request while the usage quota is used up (Workato docs, MCP servers, Limits).

    Args:
        server: the MCP server.

    Raises:
        LimitReached: it is.
    """
    quota = world.db.session.get(CallLimit, (server.number, USAGE_QUOTA))
    now = world.clock.now()
    if quota is not None and quota.counted >= quota.tool_calls and _is_open(quota, now):
        raise _reached(server, [quota], now)


def _is_open(limit: CallLimit, now: datetime) -> bool:
    return is_open(limit.opened_at, INTERVALS[limit.kind][limit.interval], now)


def _end(limit: CallLimit) -> datetime:
    assert limit.opened_at is not None
    return limit.opened_at + INTERVALS[limit.kind][limit.interval]


def _reached(
    server: McpServer | PublishedServer, full: Iterable[CallLimit], now: datetime
) -> LimitReached:
    limit = max(full, key=_end)
    until = _end(limit)
    retry_after = count_seconds_left(until, now)
    name = "rate limit" if limit.kind == RATE_LIMIT else "usage quota"
    calls = f"{limit.tool_calls:,} tool call{'' if limit.tool_calls == 1 else 's'}"
    return LimitReached(
        limit,
        retry_after,
        f"The {name} of the MCP server '{server.name}' is reached: {calls} per {limit.interval} "
        f"for all users together. Call again in {retry_after:,} second"
        f"{'' if retry_after == 1 else 's'}, at {until:%Y-%m-%d %H:%M:%S} UTC.",
    )


def set_limit(world: World, server: McpServer, kind: str, tool_calls: int, interval: str) -> None:
    """Set the rate limit or the usage quota; what the open window has counted stays counted.

    Args:
        world: the world.
        server: the server whose limit it is.
        kind: `RATE_LIMIT` or `USAGE_QUOTA`.
        tool_calls: how many in one interval, 1 to 999,999,999 (our choice).
        interval: a name of `INTERVALS[kind]`.

    Raises:
        FieldError: on `tool_calls` or `interval`.
    """
    if not 1 <= tool_calls <= _MOST_CALLS:
        sentence = f"Enter how many tool calls are allowed: 1 to {_MOST_CALLS:,}."
        raise FieldError("tool_calls", sentence)
    if interval not in INTERVALS[kind]:
        known = ", ".join(INTERVALS[kind])
        raise FieldError("interval", f"Select one of these time intervals: {known}.")
    key = {"server_number": server.number, "kind": kind}
    limit = get_or_create(
        world.db.session, CallLimit, key, tool_calls=tool_calls, interval=interval
    )
    limit.tool_calls, limit.interval = tool_calls, interval
    server.updated_at = world.clock.now()
    world.db.session.flush()


def remove_limit(world: World, server: McpServer, kind: str) -> None:
    """Remove the rate limit or the usage quota, if there is one.

    Args:
        server: the MCP server.
        kind: `RATE_LIMIT` or `USAGE_QUOTA`.
    """
    if limit := world.db.session.get(CallLimit, (server.number, kind)):
        world.db.session.delete(limit)
    server.updated_at = world.clock.now()
    world.db.session.flush()


def get_limits(world: World, server: McpServer) -> Mapping[str, CallLimit]:
    """Return the limits of a server by kind.

    Args:
        server: the MCP server.
    """
    rows = world.db.session.scalars(
        select(CallLimit).where(CallLimit.server_number == server.number)
    )
    return {row.kind: row for row in rows}


def restrict_addresses(
    world: World, server: McpServer, *, allow: Iterable[str], deny: Iterable[str]
) -> None:
    """Set both address lists; an entry is an address or a CIDR block of either family.

    Args:
        server: the MCP server.
        allow: addresses and blocks that may call; empty for all.
        deny: addresses and blocks that may not; they win.

    Raises:
        FieldError: on `ip_allow_list` or `ip_deny_list`.
    """
    lists = {"ip_allow_list": list(allow), "ip_deny_list": list(deny)}
    for field, sentence in check_addresses(lists).items():
        raise FieldError(field, sentence)
    server.ip_allow_list, server.ip_deny_list = lists["ip_allow_list"], lists["ip_deny_list"]
    server.updated_at = world.clock.now()


def check_addresses(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return a sentence for each list in which something is no address and no CIDR block.

    Args:
        lists: field → its entries.
    """
    wrong = {
        field: [entry for entry in entries if parse_network(entry) is None]
        for field, entries in lists.items()
    }
    return {
        field: f"'{entries[0]}' is neither an IP address nor a CIDR block."
        for field, entries in wrong.items()
        if entries
    }


def check_address(server: McpServer | PublishedServer, address: str | None) -> None:
    """Refuse an address that is denied, or not allowed where only some are; deny wins.

    An IPv4 address in IPv6 clothes (RFC 4291 §2.5.5.2) counts as the IPv4 address. A caller without
    an address, inside this process, is on no list.

    Args:
        server: the MCP server.
        address: IPv4 or IPv6; None for a call within this process.

    Raises:
        AddressDenied: with the address.
    """
    if not (server.ip_allow_list or server.ip_deny_list):
        return
    if not is_allowed(address, server.ip_allow_list, server.ip_deny_list):
        raise AddressDenied(
            f"The IP restrictions of this MCP server do not allow requests from "
            f"{_address(address) or 'a caller without an IP address'}. Ask an admin of the "
            "workspace to change them under Limits."
        )


def is_allowed(address: str | None, allow: Collection[str], deny: Collection[str]) -> bool:
    """Return whether lists of addresses let somebody in: deny wins, and nothing allowed is all.

    Args:
        address: IPv4 or IPv6; None for a call within this process.
        allow: addresses and CIDR blocks.
        deny: the addresses that are refused, in the same form.
    """
    caller = _address(address)
    return (not allow or _is_in(caller, allow)) and not _is_in(caller, deny)


def _address(address: str | None) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_in(caller: IPv4Address | IPv6Address | None, entries: Iterable[str]) -> bool:
    if caller is None:
        return False
    networks = (parse_network(entry) for entry in entries)
    return any(caller in block for block in networks if block is not None)


@lru_cache(maxsize=4096)
def parse_network(entry: str) -> IPv4Network | IPv6Network | None:
    """Return an address or CIDR block as a network; None for anything else, or with host bits.

    Args:
        entry: an address or a CIDR block.
    """
    try:
        return ip_network(entry)
    except ValueError:
        return None
