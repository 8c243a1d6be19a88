"""From a file to a scenario that can be seeded, or to a list of everything that is wrong in it."""

from pydantic import ValidationError

from simulator.errors import ScenarioError
from simulator.scenarios import references
from simulator.scenarios.problems import sentences
from simulator.scenarios.reading import Source
from simulator.scenarios.schema import PREPARED, Scenario
from simulator.validation.mistakes import format_value


def check(source: Source, name: str, *, is_prepared: bool = False) -> Scenario:
    """Check a file.

    Args:
        source: the file.
        name: what the scenario is found by again.
        is_prepared: whether records of apps, and references, are known to be right.

    Raises:
        ScenarioError: one line per mistake, in the order of the file. Names that refer to nothing
            are looked for once the shape is right.
    """
    if not isinstance(source.data, dict):
        raise ScenarioError(
            source.problem((), f"expected a mapping, found {format_value(source.data)}")
        )
    try:
        scenario = Scenario.model_validate(source.data, context=PREPARED if is_prepared else None)
    except ValidationError as error:
        mistakes = sentences(error, Scenario, source.data)
    else:
        mistakes = [] if is_prepared else list(references.mistakes(scenario))
    if mistakes:
        mistakes.sort(key=lambda mistake: source.line(mistake[0]))
        raise ScenarioError("\n".join(source.problem(*mistake) for mistake in mistakes))
    return scenario.found_as(name)
