"""What an endpoint of the Developer API is: one row of the table of routes and documents."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from simulator.db.tables import ApiClient
from simulator.domain.api_clients import Quota
from simulator.systems.developer_api.reading import Page
from simulator.world import World

_PARAMETER = re.compile(r":(\w+)")
_MINUTE = timedelta(minutes=1)

#: Quotas of the Developer API (Workato docs); the first one is reported, not documented.
MCP = Quota(name="MCP servers", requests=60, interval=_MINUTE)
IAM = Quota(name="Workato Identity", requests=60, interval=_MINUTE)
CONNECTIONS = Quota(name="connections", requests=1, interval=timedelta(seconds=1))
LIST_CONNECTIONS = Quota(name="listing connections", requests=60, interval=_MINUTE)


class Body(BaseModel):
    """What a caller sends: other members than these are passed over, as the real API does."""

    model_config = ConfigDict(strict=True, frozen=True)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, read and admitted.

    Attributes:
        world: with the request's unit of work.
        client: who asks.
        query: parameter → its values, those that the endpoint takes; lists without their `[]`.
        page: which part of a list is asked for.
        body: of the endpoint's type; None where it takes none.
    """

    world: World
    client: ApiClient
    query: Mapping[str, Sequence[str]]
    page: Page
    body: Any

    def parameter(self, name: str) -> str | None:
        """Return the value of a parameter; the last one of several."""
        return self.query[name][-1] if self.query.get(name) else None

    @property
    def workspace_id(self) -> int:
        """The workspace that the client belongs to."""
        return self.client.environment.workspace_id


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One method of one path.

    Attributes:
        method: of HTTP.
        path: as Workato's documentation writes it, parameters as `:name`.
        summary: what it does, in one sentence.
        quota: how often a client may ask for it.
        view: takes the call and the path's parameters; returns what becomes JSON.
        query: the parameters that it takes, besides `page` and `per_page`.
        most: the largest `per_page`; 0 where there are no pages.
        body: what it takes.
    """

    method: str
    path: str
    summary: str
    quota: Quota
    view: Callable[..., Any]
    query: tuple[str, ...] = ()
    most: int = 0
    body: type[Body] | None = None

    @property
    def rule(self) -> str:
        """The path, as Flask writes it."""
        return _PARAMETER.sub(r"<\1>", self.path)

    def fits(self, path: str) -> bool:
        """Return whether a path is this one."""
        return re.fullmatch(_PARAMETER.sub(r"[^/]+", self.path), path) is not None
