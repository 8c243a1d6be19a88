"""An API as a table of endpoints: routes, refusals and documents are all made from its rows.

Ours and no library: flask-openapi3, APIFlask and spectree (read in 2026-11; they import in 90, 150
and 20 ms) hand a model what Flask has parsed, so that a strict one refuses every moment that is
written as text, and no JSON at all passes for an empty body. What an API adds, such as quotas or
`deepObject` queries, would be as long as this.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from inspect import getdoc
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from flask import Flask, Response, request
from pydantic import BaseModel

from simulator.errors import NotFound
from simulator.validation.media_types import FILE, JSON
from simulator.validation.parsing import parse_whole_number, shorten
from simulator.web.typed_requests import read_body, read_query

#: The longest file that an endpoint takes, in bytes; other bodies are shorter.
LONGEST_FILE = 50 * 2**20

_PARAMETER = re.compile(r":(\w+)")

Value = TypeVar("Value")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Reply(Generic[Value]):
    """What a view answers that may have made something (201).

    Attributes:
        value: the value as a view returns it alone.
        status: the HTTP status.
        location: the path of what was made.
    """

    value: Value
    status: int = 200
    location: str | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One method of one path; what else an API says of its endpoints, such as a quota, it adds.

    Attributes:
        method: the HTTP method.
        path: the whole one, parameters as `:name`.
        summary: what it does, in one sentence.
        view: takes what its API admits a request with, the path's parameters, and `query` and
            `body` where there are models of them; it returns what is answered, or a `Reply`.
        ids: the path's parameters that are numbers: those that the view annotates with `int`.
        query: the parameters that it takes; a member that is a mapping is written
            `name[key]=value`, one that is a list `name=a&name=b` or `name[]=a`.
        body: what it takes.
        takes_file: whether it takes a file instead, whatever that holds, as `body: bytes`.
        answer: model of what it answers; `str` is plain text, `bytes` a file, None nothing, `dict`
            and `list` any JSON object or array, in which a `datetime` may stand.
        created: whether it may also answer 201, with the Location of what was made.
        problems: status → when it is answered, beyond those that every endpoint of the API has.
    """

    method: str
    path: str
    summary: str
    view: Callable[..., Any]
    ids: Sequence[str] = ()
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    takes_file: bool = False
    answer: Any = None
    created: bool = False
    problems: Mapping[int, str] = field(default_factory=dict)

    @property
    def parameters(self) -> list[str]:
        """The names of the path's parameters."""
        return _PARAMETER.findall(self.path)

    @property
    def template(self) -> str:
        """The path, as OpenAPI writes it."""
        return _PARAMETER.sub(r"{\1}", self.path)

    @property
    def name(self) -> str:
        """The view's name, which is the operation's id."""
        return self.view.__name__


Row = TypeVar("Row", bound=Endpoint)


class Table(Generic[Row]):
    """The endpoints of one module: a decorator says where a view is, and the view all the rest.

    Its docstring begins with the summary; the annotations of `query`, `body` and what is returned
    are the models; a parameter of the path that is an `int` is the number of something.

    Args:
        kind: what a row is.
        below: what every path begins with, parameters as `:name`.
        **common: what rows have that say nothing else, such as a quota.
    """

    def __init__(self, kind: type[Row], below: str, **common: Any) -> None:
        self._kind, self._below, self._common = kind, below, common
        self._rows: list[Row] = []

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, in the order of the views."""
        return iter(self._rows)

    def add(self, method: str, path: str, **further: Any) -> Callable[[View], View]:
        """Add the view that is decorated.

        Args:
            method: the HTTP method.
            path: the rest of it, parameters as `:name`.
            **further: what else the row has, such as `problems`; or `body` and `answer`, where
                models are made at run time, and no type that annotations could name.
        """

        whole = self._below + path

        def keep(view: View) -> View:
            hints = get_type_hints(view)
            answer, created = hints["return"], False
            if get_origin(answer) is Reply:
                (answer,), created = get_args(answer), True
            takes_file = hints.get("body") is bytes
            from_view = {
                "summary": (getdoc(view) or "").partition("\n\n")[0],
                "ids": [name for name in _PARAMETER.findall(whole) if hints.get(name) is int],
                "query": hints.get("query"),
                "body": None if takes_file else hints.get("body"),
                "takes_file": takes_file,
                "answer": None if answer is type(None) else get_origin(answer) or answer,
                "created": created,
            }
            row = {**from_view, **self._common, **further}
            self._rows.append(self._kind(method=method, path=whole, view=view, **row))
            return view

        return keep


@dataclass(frozen=True, kw_only=True)
class Group:
    """Endpoints that belong together, as readers of the document see them.

    Attributes:
        name: of them all.
        documentation: the address of the page that tells of them.
    """

    name: str
    documentation: str


@dataclass(frozen=True, kw_only=True)
class Api:
    """What the endpoints of one API have in common.

    Attributes:
        title: the title of its document.
        summary: what it is for, in one sentence.
        endpoints: the table.
        nothing: the model of a query or body that an endpoint does not take.
        wording: pydantic's kind of error → sentence, where the API has words of its own.
        needs_token: whether every request bears a token.
        refusal: the model of what it answers when it refuses.
        refusal_type: the media type of that.
        find_group: endpoint → its group; by default, there are none.
        timespec: to what part of a second moments in answers are written (`datetime.isoformat`).
        problems: status → when every endpoint answers it.
        problems_with_body: those of endpoints that may take a body.
    """

    title: str
    summary: str
    endpoints: Sequence[Endpoint]
    nothing: type[BaseModel]
    wording: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = True
    refusal: type[BaseModel]
    refusal_type: str = JSON
    find_group: Callable[[Any], Group | None] = lambda _endpoint: None
    timespec: str = "auto"
    problems: Mapping[int, str]
    problems_with_body: Mapping[int, str]


def path_fits(pattern: str, path: str) -> bool:
    """Return whether a path is one of those with parameters as `:name`."""
    return _compile(pattern).fullmatch(path) is not None


@cache  # of re's own cache, there are more patterns than it takes
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub(r"[^/]+", re.escape(pattern)))


def add_routes(app: Flask, api: Api, admit: Callable[[Any], Any]) -> None:
    """Add a route for each endpoint; whatever is raised on the way is the application's to render.

    Args:
        app: the application.
        api: the table.
        admit: takes the endpoint that is asked for, before anything is read; returns what its
            view is called with, such as who asks.
    """
    for each in api.endpoints:
        app.add_url_rule(
            _PARAMETER.sub(r"<\1>", each.path),
            f"{each.method} {each.path}",
            _build_view(api, each, admit),
            methods=[each.method],
        )


def _build_view(api: Api, endpoint: Endpoint, admit: Callable[[Any], Any]) -> Any:
    def view(**arguments: Any) -> Response:
        subject = admit(endpoint)
        arguments |= {name: _read_id(arguments[name]) for name in endpoint.ids}
        query = read_query(
            request.args.items(multi=True), endpoint.query or api.nothing, api.wording
        )
        arguments |= {"query": query} if endpoint.query else {}
        if endpoint.takes_file:
            request.max_content_length = LONGEST_FILE
            arguments |= {"body": request.get_data()}
            return _respond(endpoint.view(subject, **arguments), api.timespec)
        body = read_body(request.get_data(), endpoint.body or api.nothing, api.wording)
        arguments |= {"body": body} if endpoint.body else {}
        return _respond(endpoint.view(subject, **arguments), api.timespec)

    return view


def _read_id(text: str) -> int:
    number = parse_whole_number(text)
    if number is None:
        raise NotFound(f"'{shorten(text)}' is no id: ids are whole numbers of at most 9 digits.")
    return number


def _respond(answer: Any, timespec: str) -> Response:
    reply = answer if isinstance(answer, Reply) else Reply(value=answer)
    value = reply.value
    if value is None:
        return Response(status=204)
    if isinstance(value, bytes):
        return Response(value, status=reply.status, mimetype=FILE)
    if isinstance(value, str):
        return Response(value, status=reply.status, mimetype="text/plain")
    document = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    # Moments alone are left to be written: as ISO 8601 has them.
    text = json.dumps(document, default=lambda moment: moment.isoformat(timespec=timespec))
    response = Response(text, status=reply.status, mimetype=JSON)
    if reply.location is not None:
        response.headers["Location"] = reply.location
    return response
