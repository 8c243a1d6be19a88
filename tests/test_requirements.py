"""The suite is a contract: promises and proofs match both ways, and no step is dead."""

from collections import Counter
from pathlib import Path

import pytest

from tests.tools import requirements, sources, suite


def used() -> dict[str, str]:
    """Every requirement id that a scenario or test carries, with one place where."""
    places = {tag: each.place for each in suite.scenarios() for tag in each.requirements}
    return places | dict(suite.marks("requirement"))


@pytest.mark.requirement("RAIL-1")
def test_every_promise_is_proven() -> None:
    unproven = requirements.load().keys() - used().keys()

    assert not unproven, f"no scenario or test carries {sorted(unproven)}"


#: What takes minutes to prove: environments made of the wheel, and many runs in random order.
PROVEN_AT_LENGTH_ALONE = {"SUITE-4", "SEED-5", "WCLI-2"}


@pytest.mark.requirement("RAIL-1")
def test_every_promise_is_proven_by_default() -> None:
    """`make test` alone sees when one is broken."""
    proven = {tag for each in suite.scenarios() for tag in each.requirements}
    proven |= {name for name, _ in suite.marks_by_default("requirement")}

    assert requirements.load().keys() - proven == PROVEN_AT_LENGTH_ALONE


@pytest.mark.requirement("RAIL-1")
def test_every_id_in_use_is_promised() -> None:
    promised = requirements.load()
    unknown = {name: place for name, place in used().items() if name not in promised}

    assert not unknown, f"not in {requirements.MANIFEST.name}: {unknown}"


@pytest.mark.requirement("RAIL-1")
def test_every_scenario_names_a_promise() -> None:
    nameless = [each.place for each in suite.scenarios() if not each.requirements]

    assert not nameless


@pytest.mark.requirement("RAIL-1")
def test_every_feature_is_run() -> None:
    forgotten = set(suite.feature_files()) - suite.bound_features()

    assert not forgotten, "no steps/test_*.py binds these"


def test_no_two_scenarios_share_a_name() -> None:
    names = Counter(each.name for each in suite.scenarios())

    assert not [name for name, count in names.items() if count > 1]


@pytest.mark.requirement("RAIL-7")
def test_a_feature_fits_on_a_few_screens() -> None:
    long = {
        path.name: length
        for path in suite.feature_files()
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > 150
    }

    assert not long


def test_no_step_definition_is_unused() -> None:
    steps = {step for scenario in suite.scenarios() for step in scenario.steps}
    unused = [
        f"{definition.place}: {definition.type} {definition.parser.name}"
        for definition in suite.step_definitions()
        if not any(definition.matches(step) for step in steps)
    ]

    assert not unused


@pytest.mark.requirement("SUITE-3")
def test_what_no_real_tenant_can_do_is_tagged() -> None:
    simulated = [each for each in suite.step_definitions() if each.needs_simulator]
    wrong = [
        scenario.place
        for scenario in suite.scenarios()
        if ("simulator" in scenario.tags)
        != any(each.matches(step) for each in simulated for step in scenario.steps)
    ]

    assert not wrong, "tag these @simulator, or take the tag away"


def test_every_step_is_defined_once() -> None:
    definitions = list(suite.step_definitions())
    steps = {step: each.place for each in suite.scenarios() for step in each.steps}
    wrong = {}
    for step, place in steps.items():
        matching = [each.place for each in definitions if each.matches(step)]
        if len(matching) != 1:
            wrong[f"{place} {step.text}"] = matching

    assert not wrong, "defined nowhere, or more than once"


@pytest.mark.requirement("RAIL-4")
def test_the_page_of_what_is_simulated_is_fresh() -> None:
    page = requirements.PAGE.read_text(encoding="utf-8") if requirements.PAGE.exists() else ""

    assert page == requirements.render(requirements.load().values()), (
        "stale; run: python -m tests.tools.requirements"
    )


@pytest.mark.requirement("RAIL-10")
def test_every_source_leads_somewhere() -> None:
    known = requirements.legend()
    wrong = {
        name: parts
        for name, each in requirements.load().items()
        if (parts := list(sources.unexplained(each.source, known)))
    }

    assert not wrong, "no address, no file, and not in fixtures/sources.yaml"


@pytest.mark.requirement("RAIL-10")
def test_every_name_of_the_legend_is_used() -> None:
    known = requirements.legend()
    all_sources = " ; ".join(each.source for each in requirements.load().values())

    assert not [name for name in known if name not in all_sources]


@pytest.mark.requirement("RAIL-10")
@pytest.mark.parametrize(
    "source, unexplained",
    [
        ("https://example.com/page", []),
        ("README.md", []),
        ("S0 (connection, step 3); RFC 6749 §4.1", []),
        ("D3; our choice", ["D3"]),
        ("S01", ["S01"]),
        ("docs/nothing.md", ["docs/nothing.md"]),
        ("http://example.com", ["http://example.com"]),
    ],
)
def test_a_source_that_leads_nowhere_is_found(source: str, unexplained: list[str]) -> None:
    assert list(sources.unexplained(source, requirements.legend())) == unexplained


GOOD = "- {id: A-1, source: docs, sentence: It holds., grade: A}\n"


@pytest.mark.parametrize(
    "text, complaint",
    [
        (GOOD + GOOD, "line 2: A-1 is there twice"),
        (GOOD + "- {id: A-2, source: docs, sentence: x, grade: Z}", "line 2: grade: must be 'A'"),
        (GOOD + "- {id: a2, source: docs, sentence: x, grade: A}", "line 2: id: String"),
        (GOOD + "- {id: A-2, source: docs, grade: A}", "line 2: sentence: is missing"),
        (
            GOOD + "- {id: A-2, source: docs, sentence: x, grade: A, note: y}",
            "line 2: note: is unknown",
        ),
        ("- {id: A-2, source: x, sentence: x, grade: A, grade: B}", "line 1: grade is there twice"),
        (GOOD + "- hello", "line 2: entry: must be an object"),
        ("id: A-1", "must be a list"),
        ("- ]", "line 1"),
    ],
)
def test_a_malformed_list_is_refused_by_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "requirements.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(requirements.ManifestError, match=complaint):
        requirements.load(path)


def test_the_page_lists_known_differences_first(tmp_path: Path) -> None:
    path = tmp_path / "requirements.yaml"
    path.write_text(GOOD.replace("grade: A", "grade: A, divergence: Not | yet."), encoding="utf-8")

    page = requirements.render(requirements.load(path).values())

    assert "- A-1: Not | yet." in page.split("## A\n")[0]
