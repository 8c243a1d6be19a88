"""What reading and calculating formulas costs; `python -m tests.tools.benchmarks.formulas`.

The processor's time of this process, so that neighbours do not count. Importing is measured in
processes of their own.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from simulator.domain.formulas import compile_field
from tests.tools.benchmarks.measuring import Figure
from tests.unit.formula_table import scope

_PILL = '_dp(\'{"pill_type":"output","provider":"table","line":"contacts","path":%s}\')'
_NAME = _PILL % '[{"path_element_type":"current_item"},"name"]'
_LIST = _PILL % "[]"
#: As recipes have them: half of all formulas are of the first three kinds.
FORMULAS = {
    "a pill": f"#{{{_NAME}}}",
    "text with two pills": f"Dear #{{{_NAME}}}, #{{{_NAME}}}",
    "a condition": f"={_NAME}.present? ? {_NAME} : skip",
    "texts put together": f"='Booking for ' + {_NAME} + ', ' + {_NAME}.upcase",
    "a date in a form": "=2.months.ago.beginning_of_month.strftime('%Y-%m-%d')",
    "a pattern": f"={_NAME}.gsub(/[^a-z]/i, '')",
    "rows of a list": f"={_LIST}.where('state': 'CA').pluck('email').join(', ')",
}
_CODE = "import time; begin = time.process_time(); {}; print(time.process_time() - begin)"


def figures() -> Iterator[Figure]:
    """Each kind of formula, read once and calculated often; imports."""
    for name, text in FORMULAS.items():
        yield _microseconds(f"formula, read: {name}", 50, partial(compile_field, text))
        field, known = compile_field(text), scope()
        evaluate = partial(field.evaluate, known)
        yield _microseconds(f"formula, calculated: {name}", 1000, evaluate)
    yield _imported("fields and pills", "import simulator.domain.formulas")
    before = "import simulator.domain.formulas; begin = time.process_time(); "
    yield _imported("every formula, besides", f"{before}import simulator.domain.formulas.formula")


def _microseconds(name: str, times: int, action: Callable[[], object]) -> Figure:
    action()
    values = []
    for _ in range(7):
        begin = time.process_time()
        for _ in range(times):
            action()
        values.append((time.process_time() - begin) / times * 1_000_000)
    return Figure(name=name, unit="µs", values=values)


def _imported(name: str, statement: str) -> Figure:
    command = [sys.executable, "-c", _CODE.format(statement)]
    values = [
        float(subprocess.run(command, capture_output=True, check=True).stdout) * 1000
        for _ in range(7)
    ]
    return Figure(name=f"import: {name}", unit="ms", values=values)


if __name__ == "__main__":
    for figure in figures():
        print(figure.row(), flush=True)
