"""The suite read as data: scenarios, step definitions and requirement ids, without running any."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from pytest_bdd import parsers

from tests.tools.requirements import ROOT

FEATURES = ROOT / "features"
TESTS = ("tests", "steps")
#: Where steps are defined.
LIBRARY = "simulator/testing/steps"
#: Fixtures that a real tenant does not have.
SIMULATED = {"simulator", "clock", "journal", "faults", "people", "violations", "process"}
REQUIREMENT_ID = re.compile(r"[A-Z]+-\d+")
# Given and When and Then as Gherkin's compiler names them, with And and But already resolved.
STEP_TYPES = {"given": "Context", "when": "Action", "then": "Outcome"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step as it is run: outline values filled in."""

    type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario; the rows of an outline are one scenario with all their steps."""

    name: str
    place: str
    tags: frozenset[str]
    steps: tuple[Step, ...]

    @property
    def requirements(self) -> frozenset[str]:
        """The ids among its tags."""
        return frozenset(tag for tag in self.tags if REQUIREMENT_ID.fullmatch(tag))


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """One pattern that a function of the step library answers to."""

    type: str
    parser: parsers.StepParser
    place: str
    function: ast.FunctionDef

    @property
    def module(self) -> str:
        """The noun that the step is about."""
        return Path(self.place.partition(":")[0]).stem

    @property
    def sentence(self) -> str:
        """The docstring."""
        return ast.get_docstring(self.function) or ""

    @property
    def needs_simulator(self) -> bool:
        """Whether no real tenant can do this."""
        return bool(SIMULATED & {each.arg for each in self.function.args.args})

    def matches(self, step: Step) -> bool:
        """Whether this definition would run the step."""
        right_type = self.type == "step" or STEP_TYPES[self.type] == step.type
        return right_type and self.parser.is_matching(step.text)


def feature_files() -> list[Path]:
    """Every feature, in order."""
    return sorted(FEATURES.rglob("*.feature"))


def scenarios() -> Iterator[Scenario]:
    """Every scenario of every feature."""
    for path in feature_files():
        yield from scenarios_of(path)


def scenarios_of(path: Path) -> list[Scenario]:
    """Every scenario of one feature."""
    document = Parser().parse(path.read_text(encoding="utf-8"))
    uri = path.relative_to(ROOT).as_posix()
    by_node: dict[str, Scenario] = {}
    for pickle in Compiler().compile({**document, "uri": uri}):
        node = pickle["astNodeIds"][0]
        tags = frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"])
        steps = tuple(Step(type=step["type"], text=step["text"]) for step in pickle["steps"])
        row = by_node.get(node)
        by_node[node] = Scenario(
            name=pickle["name"] if row is None else row.name,
            place=f"{uri}:{pickle['location']['line']}" if row is None else row.place,
            tags=tags if row is None else row.tags | tags,
            steps=steps if row is None else row.steps + steps,
        )
    return list(by_node.values())


def step_definitions() -> Iterator[StepDefinition]:
    """Every @given, @when, @then and @step of the step library."""
    for path, node in _nodes(LIBRARY):
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name):
                kind = decorator.func.id
                if kind in {*STEP_TYPES, "step"}:
                    place = _place(path, decorator)
                    parser = _parser(decorator.args[0], place)
                    yield StepDefinition(type=kind, parser=parser, place=place, function=node)


def _parser(pattern: ast.expr, place: str) -> parsers.StepParser:
    """The parser that a decorator's argument builds; literal patterns only."""
    if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
        return parsers.string(pattern.value)
    if isinstance(pattern, ast.Call) and isinstance(pattern.func, ast.Attribute):
        text = pattern.args[0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            kind = pattern.func.attr
            if kind == "re":
                return parsers.re(text.value)
            if any(keyword.arg == "extra_types" for keyword in pattern.keywords):
                # The type's own pattern is code; any text may stand in its place.
                return parsers.parse(re.sub(r"\{(\w*):[^}]*\}", r"{\1}", text.value))
            return parsers.cfparse(text.value) if kind == "cfparse" else parsers.parse(text.value)
    raise AssertionError(f"{place}: write the pattern of a step as a literal.")


def marks(name: str) -> Iterator[tuple[str, str]]:
    """(argument, place) for every argument of every `pytest.mark.<name>(…)` in the tests."""
    for folder in TESTS:
        for path, node in _nodes(folder):
            yield from _arguments(path, node, name)


def marks_by_default(name: str) -> Iterator[tuple[str, str]]:
    """The same for what is not marked `long`, as a whole: each module, class or function."""
    for folder in TESTS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            body = parse(path).body
            if any(isinstance(part, ast.Assign) and _is_long(part) for part in body):
                continue
            for part in body:
                decorators = getattr(part, "decorator_list", [])
                if not any(map(_is_long, decorators)):
                    for node in ast.walk(part):
                        yield from _arguments(path, node, name)


def _is_long(part: ast.AST) -> bool:
    """Whether the mark stands here itself: one of a parameter leaves the others as they are."""
    if isinstance(part, ast.Assign):
        names = [each.id for each in part.targets if isinstance(each, ast.Name)]
        listed = part.value.elts if isinstance(part.value, ast.List) else [part.value]
        return names == ["pytestmark"] and any(map(_is_long, listed))
    return isinstance(part, ast.expr) and _is_mark(part, "long")


def _arguments(path: Path, node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Call) and _is_mark(node.func, name):
        place = _place(path, node)
        assert node.args, f"{place}: a {name} mark without an id."
        for argument in node.args:
            assert isinstance(argument, ast.Constant), f"{place}: ids must be literals."
            yield str(argument.value), place


def _is_mark(function: ast.expr, name: str) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == name
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == "mark"
    )


def bound_features() -> set[Path]:
    """The features that some test module runs by `scenarios("…")`."""
    bound: set[Path] = set()
    for folder in TESTS:
        for path, node in _nodes(folder):
            if not path.name.startswith("test_") or not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "scenarios":
                for argument in node.args:
                    assert isinstance(argument, ast.Constant), f"{_place(path, node)}: literal."
                    target = FEATURES / str(argument.value)
                    bound |= set(target.rglob("*.feature")) if target.is_dir() else {target}
    return bound


def _nodes(folder: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(parse(path)):
            yield path, node


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file, read once."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _place(path: Path, node: ast.expr) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
