"""What an operation of the control API is: one row of the table that makes routes and documents."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator

_PARAMETER = re.compile(r"\{(\w+)\}")


class Body(BaseModel):
    """What a caller sends: strict, with no other members than those it has."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Nothing(Body):
    """A body without members; none at all is as good."""


class ResponseModel(BaseModel):
    """What the control API answers; the base of every model of an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a view answers.

    Attributes:
        value: of the operation's `answer` type; None for no content.
        status: of HTTP; by default 200, or 204 where there is no value.
        location: of what was made, below the prefix.
    """

    value: Any = None
    status: int | None = None
    location: str | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one path.

    Attributes:
        method: of HTTP.
        path: below the prefix; parameters in braces, as OpenAPI writes them.
        summary: what it does, in one sentence.
        view: takes the simulator, the path's parameters, and `body` and `query` if there are any.
        body: what it takes.
        query: the parameters that it takes; a mapping is written `name[key]=value` (`deepObject`).
        answer: model of what it answers; `str` is plain text, None nothing, `dict` any JSON object.
        created: whether it may also answer 201, with the Location of what was made.
        problems: status → when it is answered, beyond those that every operation has.
    """

    method: str
    path: str
    summary: str
    view: Callable[..., Reply]
    body: type[Body] | None = None
    query: type[Body] | None = None
    answer: Any = None
    created: bool = False
    problems: dict[int, str]

    @property
    def parameters(self) -> list[str]:
        """Return the names of the path's parameters."""
        return _PARAMETER.findall(self.path)

    @property
    def address(self) -> str:
        """Return the whole path, as OpenAPI writes it."""
        return CONTROL_PATH + self.path

    @property
    def rule(self) -> str:
        """Return the whole path, as Flask writes it."""
        return _PARAMETER.sub(r"<\1>", self.address)

    @property
    def name(self) -> str:
        """Return the view's name, which is the operation's id."""
        return self.view.__name__

    def __call__(self, simulator: Simulator, **arguments: Any) -> Reply:
        """Call the view."""
        return self.view(simulator, **arguments)
