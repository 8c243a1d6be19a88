"""API clients: who may use the Developer API, and how often."""

import ipaddress
from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from simulator.crypto import fingerprint
from simulator.db.tables import ApiClient, ApiWindow
from simulator.db.upsert import get_or_create
from simulator.domain.windows import count_seconds_left, is_open
from simulator.errors import Forbidden, SimulatorError
from simulator.world import World


class Unauthorized(SimulatorError):
    """No API client has this token."""

    status = 401


class Ungranted(SimulatorError):
    """A client role allows nothing of the resource that an endpoint belongs to."""

    status = 401


class TooManyRequests(SimulatorError):
    """A quota is used up until its window ends.

    Args:
        retry_after: until then, in whole seconds, at least 1.
    """

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How often a client may ask for something (Workato docs, Developer API).

    Attributes:
        name: the name of what is asked for.
        requests: how many in one interval.
        interval: its length.
    """

    name: str
    requests: int
    interval: timedelta


def get_client_by_token(world: World, token: str) -> ApiClient:
    """Return the API client that has a token.

    Args:
        token: the token as the client sent it.

    Raises:
        Unauthorized: none has, or there is no token.
    """
    found = world.db.session.scalar(
        select(ApiClient).where(ApiClient.token_hash == fingerprint(token))
    )
    if not token or found is None:
        raise Unauthorized("Unauthorized")  # the real API says no more
    return found


def check_access(client: ApiClient, endpoint: str, address: str, resource: Set[str]) -> None:
    """Let a client pass that may use an endpoint from an address (Workato docs, API clients).

    Args:
        client: the client that asks.
        endpoint: the endpoint as `METHOD /api/path/{parameter}`.
        address: where the request came from; empty within this process.
        resource: every endpoint of the same resource, such as recipes.

    Raises:
        Forbidden: its role does not allow the endpoint, or its IP allow list not the address.
        Ungranted: its role allows no endpoint of the resource.
    """
    if client.ip_allow_list and address:
        source = ipaddress.ip_address(address)
        blocks = [ipaddress.ip_network(one, strict=False) for one in client.ip_allow_list]
        if not any(source.version == one.version and source in one for one in blocks):
            raise Forbidden(
                f"The API client '{client.name}' may not be used from {address}: it is not in its "
                "IP allow list (Workspace admin > API clients)."
            )
    if client.role is not None and endpoint not in client.role.endpoints:
        refusal = Ungranted if resource.isdisjoint(client.role.endpoints) else Forbidden
        raise refusal(
            f"The client role '{client.role.name}' does not allow {endpoint}. An admin can select "
            "it under Workspace admin > API clients > Client roles."
        )


def count_request(world: World, client: ApiClient, quota: Quota) -> None:
    """Count a request against a quota, before anything else is done for it.

    A window opens with the first request after the last one ended; what is refused is not counted
    (our choice). The count is committed at once: it stands whatever becomes of the request.

    Args:
        client: the client that sends it.
        quota: the quota that the endpoint belongs to.

    Raises:
        TooManyRequests: the window is full.
    """
    key = {"client_id": client.id, "quota": quota.name}
    window = get_or_create(world.db.session, ApiWindow, key, opened_at=world.clock.now(), counted=0)
    now = world.clock.now()  # others may have been counted while this one waited
    if not is_open(window.opened_at, quota.interval, now):
        window.opened_at, window.counted = now, 0
    if window.counted >= quota.requests:
        left = count_seconds_left(window.opened_at + quota.interval, now)
        raise TooManyRequests(
            f"Rate limit exceeded: {quota.requests} requests per {_length(quota.interval)} for "
            f"{quota.name}. Try again in {left} s.",
            left,
        )
    window.counted += 1
    world.db.commit()


def _length(interval: timedelta) -> str:
    named = {timedelta(minutes=1): "minute", timedelta(hours=1): "hour"}
    return named.get(interval, f"{interval.total_seconds():g} s")
