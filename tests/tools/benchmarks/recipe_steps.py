"""The processor's time that a step of a recipe takes which calls no app."""

import time
from collections.abc import Callable, Iterator

from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.interpreter import Job
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


def _cpu(name: str, runs: int, action: Callable[[], object]) -> Figure:
    values = []
    action()
    for _ in range(runs):
        begin = time.process_time()
        action()
        values.append((time.process_time() - begin) * 1_000_000 / _STEPS)
    return Figure(name=name, unit="µs CPU", values=values)
