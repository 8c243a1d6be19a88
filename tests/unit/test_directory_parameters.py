"""The table of parameters, held against what views read, what pages send, and a whole way."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from simulator.sandbox.directory.parameters import known_names
from simulator.sandbox.directory.routes import patterns
from simulator.sandbox.simulator import Simulator
from simulator.sandbox.systems import Systems
from simulator.settings import Settings
from simulator.testing import acting
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("HARN-21")

#: Folder → the system whose requests its modules read and whose pages its templates are.
FOLDERS = {
    "systems/aihub": "aihub",
    "systems/identity": "identity",
    "systems/idp": "idp",
    "systems/mcp": "mcp",
    "systems/apps/_kit": "app:acme.coupacloud.com",
    "systems/apps/coupa": "app:acme.coupacloud.com",
}
_SOURCES = ("args", "form", "values")
_CONTROL = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([\w.-]+)\"", re.S)


class Read(NamedTuple):
    """A name that is read out of a request, and the function that does."""

    function: str
    name: str


def reads(source: str) -> Iterator[Read]:
    """What the functions of a module read out of `request.args`, `.form` and `.values`."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        bound = {
            target.id
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and _is_source(each.value, set())
            for target in each.targets
            if isinstance(target, ast.Name)
        }
        bound |= {
            each.arg
            for each in function.args.args
            if each.annotation and "MultiDict" in ast.unparse(each.annotation)
        }
        for each in ast.walk(function):
            if (name := _name_read(each, bound)) is not None:
                yield Read(function.name, name)


def _is_source(node: ast.expr, bound: set[str]) -> bool:
    """Whether this is a mapping of a request's parameters."""
    if isinstance(node, ast.Name):
        return node.id in bound
    return (
        isinstance(node, ast.Attribute)
        and node.attr in _SOURCES
        and ast.unparse(node.value).endswith("request")
    )


def _name_read(node: ast.AST, bound: set[str]) -> str | None:
    key: ast.expr | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr in ("get", "getlist", "pop") and _is_source(node.func.value, bound):
            key = node.args[0]
    elif isinstance(node, ast.Subscript) and _is_source(node.value, bound):
        key = node.slice
    elif (
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and _is_source(node.comparators[0], bound)
    ):
        key = node.left
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def sends(template: str) -> set[str]:
    """The names of a template's controls that are written out."""
    return set(_CONTROL.findall(template))


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A world, listening nowhere."""
    with Simulator(Settings(database="memory")) as made:
        yield made


def requests_of(app: Flask, system: str, module: str, function: str) -> list[str]:
    """The requests whose view a function is, as patterns; every request for any other function."""
    views = {
        f"* {rule}"
        for endpoint, view in app.view_functions.items()
        if (inspect.unwrap(view).__module__, inspect.unwrap(view).__name__) == (module, function)
        for each in app.url_map.iter_rules(endpoint)
        for rule in [each.rule]
    }
    routes = {f"* {route.partition(' ')[2]}": pattern for pattern, route in patterns(system, app)}
    return [f"* {routes[each].partition(' ')[2]}" for each in sorted(views)] or ["*"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_views_read_is_known(simulator: Simulator, folder: str) -> None:
    system = FOLDERS[folder]
    app = Systems(simulator.world).get(system)
    assert isinstance(app, Flask)
    found = 0
    unknown = []
    for path in sorted((ROOT / "simulator" / folder).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for function, name in reads(path.read_text(encoding="utf-8")):
            found += 1
            unknown += [
                f"{_shown(path)}: {function} reads '{name}' of {request}"
                for request in requests_of(app, system, module, function)
                if name not in known_names(request, [system])
            ]

    assert found
    assert unknown == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_pages_send_is_known(folder: str) -> None:
    known = known_names("*", [FOLDERS[folder]])

    assert [
        f"{_shown(path)}: '{name}'"
        for path in sorted((ROOT / "simulator" / folder).rglob("*.html"))
        for name in sorted(sends(path.read_text(encoding="utf-8")) - known)
    ] == []


def test_what_a_whole_way_sends_is_known(simulator: Simulator) -> None:
    """Each exchange by its own method and path, calls between the systems included."""
    with acting(simulator) as actor:
        ada = actor("Ada")
        ada.connect("Procurement assistant", mode="legacy")
        ada.connect_account(ada.call("List_my_requisitions"))
        ada.call("List_my_requisitions")

    journal = list(simulator.journal)
    assert {each.system for each in journal} >= {"identity", "mcp", "app:acme.coupacloud.com"}
    assert [
        f"{each.system}: {each.method} {each.path} has '{name}'"
        for each in journal
        for name in sorted(
            set(each.fields or ()) - known_names(f"{each.method} {each.path}", [each.system])
        )
    ] == []


def test_a_name_that_the_table_lacks_is_found() -> None:
    source = """
def view(values: MultiDict[str, str]):
    query = request.args
    flask_request.form.getlist("one")
    query.get("two", "")
    request.values["three"]
    "four" in request.args
    values.pop("five")
    settings.get("no"), request.headers.get("no"), request.args.get(name)
"""
    assert [each.name for each in reads(source)] == ["one", "two", "three", "four", "five"]
    page = '<meta name="no"><input\n type="text" name="six"><select name="seven"><a name="no">'
    assert sends(page + '<input name="{{ name }}">') == {"six", "seven"}
    assert "six" not in known_names("*", ["aihub"])
    assert "code_verifier" in known_names("POST /oauth/token", ["identity"])
    assert "code_verifier" not in known_names("POST /oauth/token", ["aihub"])
    assert "code_verifier" not in known_names("GET /login", ["identity"])


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
