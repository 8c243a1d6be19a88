"""The processor's time of recipes: steps that call no app, code, and importing them."""

import time
from collections.abc import Callable, Iterator

from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.interpreter import Job
from simulator.domain.packages import importing, reading
from simulator.domain.packages.lint import lint_package
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.packages import to_zip
from tests.tools.benchmarks.measuring import Figure
from tests.unit.engine.recipes import (
    Block,
    FakeHost,
    condition,
    control,
    finish,
    log,
    numbered,
    parameter,
    recipe,
    return_result,
)

_STEPS = 100
_TEXT = parameter("text")
#: Name → the step that is repeated.
_KINDS: dict[str, Callable[[int], Block]] = {
    "recipe step: log a message with two pills": lambda n: log(f"{_TEXT} and {_TEXT}", f"log{n}"),
    "recipe step: IF with one condition": lambda n: control(
        "if", input=condition(_TEXT, "equals_to", "x"), **{"as": f"if{n}"}
    ),
}


def figures(runs: int = 7) -> Iterator[Figure]:
    """Microseconds of CPU for each step, and to compile one.

    Args:
        runs: how many are counted.
    """
    for name, make in _KINDS.items():
        code = numbered(recipe(*map(make, range(_STEPS)), return_result(text=_TEXT)))
        program = compile_recipe(code, [])
        yield _cpu(name, runs, lambda: finish(Job(program, FakeHost(), {"text": "a text"})))  # noqa: B023
        yield _cpu(f"{name}, compiled", runs, lambda: compile_recipe(code, []))  # noqa: B023
    yield _import_fifty(runs)


def _import_fifty(runs: int) -> Figure:
    """Milliseconds that a package of fifty recipes of a hundred steps takes, read and imported."""
    code = numbered(recipe(*(log(f"{_TEXT} and {_TEXT}", f"log{n}") for n in range(_STEPS))))
    documents = {
        f"recipe_{number}.recipe.json": {"name": f"Recipe {number}", "version": 1, "code": code}
        for number in range(50)
    }
    content, values = to_zip(documents), []
    with Simulator(Settings(database="memory", scenario="minimal")) as simulator:
        for number in range(runs):
            begin = time.perf_counter()
            package = reading.read_zip(content, f"Project {number}")
            with simulator.world.db.unit():
                importing.import_package(simulator.world, 1, 1, package)
            lint_package(package)
            values.append((time.perf_counter() - begin) * 1000)
    return Figure(name="fifty recipes, imported and looked over", unit="ms", values=values)


def _cpu(name: str, runs: int, action: Callable[[], object]) -> Figure:
    values = []
    action()
    for _ in range(runs):
        begin = time.process_time()
        action()
        values.append((time.process_time() - begin) * 1_000_000 / _STEPS)
    return Figure(name=name, unit="µs CPU", values=values)
