"""Which requests a system serves, told by its Flask routes."""

import re
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from flask import Flask

from simulator.net.addresses import API, MCP
from simulator.sandbox.directory.globs import DIGITS, SEGMENT

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication

_VARIABLE = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")


def patterns(system: str, app: "WSGIApplication") -> Iterator[tuple[str, str]]:
    """Every (pattern of requests, route as people read it) that a system serves.

    Args:
        system: its name.
        app: it.
    """
    assert isinstance(app, Flask), f"{system} is built with Flask"
    for rule in app.url_map.iter_rules():
        if system == API and rule.rule == "/<path:_rest>":
            continue  # which says of everything else that it is not there
        for path in _paths(rule.rule):
            for method in sorted(rule.methods or ()):
                yield f"{method} {path}", f"{method} {rule.rule}"
                if system == MCP and path.startswith(f"/{DIGITS}"):
                    # At its production host, a server's number is no part of the path.
                    yield f"{method} /{path[2:].lstrip('/')}", f"{method} {rule.rule}"


def _paths(rule: str) -> Iterator[str]:
    """The paths of a rule, as patterns: one for each way to choose among its alternatives."""
    parts: list[tuple[str, ...]] = []
    end = 0
    for found in _VARIABLE.finditer(rule):
        parts += [(rule[end : found.start()],), _variable(found[1] or "", found[2] or "")]
        end = found.end()
    for chosen in product(*parts, (rule[end:],)):
        yield "".join(chosen)


def _variable(kind: str, arguments: str) -> tuple[str, ...]:
    if kind == "any":
        return tuple(each.strip(" '\"") for each in arguments.split(","))
    return ({"int": DIGITS, "path": "*"}.get(kind, SEGMENT),)
