"""Whatever a formula is, it ends, fails with its own error alone, and reaches no Python."""

import json
import time
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.formulas import SKIP, FormulaError, compile_field, list_problems
from simulator.domain.formulas.calls import METHODS, WORDS
from simulator.domain.formulas.formula import read_formula
from tests.unit.formula_table import cases, scope

pytestmark = pytest.mark.requirement("FORM-5")

_SETTINGS = settings(max_examples=400, database=None)
read_formula("1")  # the table of functions is filled by it
_TOKENS = sorted(
    {
        *"()[]{}|.,:?+-*/%<>=!&'\"#\\ \n",
        *("&.", "**", "..", "...", "==", "=>", "||", "&&", "#{", "/a+/", "_dp('", "')", "{ |x| "),
        *("nil", "skip", "now", "x", "1", "2.5", "'a'", '"b"', "a:", ":b", "and", "not"),
        *(f".{name}" for name in METHODS),
        *WORDS,
    }
)
_LITERALS = st.one_of(
    st.sampled_from(["nil", "true", "now", "today", "2.days", "[]", "{}", "/a(b|c)*/", "1..3"]),
    st.integers(-(10**6), 10**6).map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda x: f"({x:f})"),
    st.text(max_size=12).map(lambda x: "'" + x.replace("\\", "\\\\").replace("'", "\\'") + "'"),
    st.sampled_from(["'2020-01-31'", "'2020-06-05T17:13:27.000000-07:00'", "'a,b'", "'<a/>'"]),
)


def _operations(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=2).map(", ".join)
    return st.one_of(
        st.tuples(inner, st.sampled_from(sorted(METHODS)), arguments).map(
            lambda parts: f"({parts[0]}).{parts[1]}({parts[2]})"
        ),
        st.tuples(
            inner,
            st.sampled_from(["+", "-", "*", "/", "%", "**", "==", "<", ">=", "&&", "||", ".."]),
            inner,
        ).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(inner, inner).map(lambda pair: f"{{'k' => {pair[0]}, {pair[1]} => 1}}"),
        st.tuples(inner, inner).map(lambda pair: f"[{pair[0]}].map {{ |x| [x, {pair[1]}] }}"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} ? {each[1]} : {each[2]})"),
        inner.map(lambda text: f'"<#{{{text}}}>"'),
    )


_FORMULAS = st.recursive(_LITERALS, _operations, max_leaves=8)


def evaluate(text: str) -> Any:
    """The value of a formula; None if it has none."""
    try:
        return compile_field(f"={text}").evaluate(scope())
    except FormulaError:
        return None


def assert_plain(value: Any) -> None:
    """It is what JSON has, and nothing of Python's besides."""
    if value is not SKIP:
        assert json.loads(json.dumps(value)) == value or value != value  # noqa: PLR0124  # NaN
        assert not isinstance(value, date | datetime | bytes)


@_SETTINGS
@given(st.lists(st.sampled_from(_TOKENS), max_size=12).map("".join))
def test_any_sequence_of_tokens_has_a_value_or_a_sentence(text: str) -> None:
    assert_plain(evaluate(text))


@_SETTINGS
@given(_FORMULAS)
def test_any_formula_has_a_value_or_a_sentence(text: str) -> None:
    assert list_problems(f"={text}") == [] or all(list_problems(f"={text}"))
    assert_plain(evaluate(text))


@_SETTINGS
@given(st.text(max_size=60))
def test_any_text_is_a_field(text: str) -> None:
    assert_plain(evaluate(text))
    with suppress(FormulaError):
        assert_plain(compile_field(text).evaluate(scope()))


@pytest.mark.parametrize("receiver", ["'a'", "1", "1.5", "[1]", "{a: 1}", "now", "nil", "2.days"])
def test_no_attribute_of_python_can_be_called(receiver: str) -> None:
    values = ["a", 1, 1.5, [1], {"a": 1}, date.max, evaluate, type]
    names = {name for value in values for name in dir(value)} - METHODS.keys()

    assert len(names) > 150
    for name in names:
        (problem,) = list_problems(f"={receiver}.{name}")
        assert problem.startswith(f"There is no formula `{name}`")


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "eval('1')", "open('x')", "self", "Kernel.exit", "`ls`", "$x", "@x"],
)
def test_no_name_of_python_or_ruby_is_known(text: str) -> None:
    assert list_problems(f"={text}")
    assert evaluate(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "'a' * 999999999999",
        "'a'.ljust(999999999999)",
        "'a'.rjust(9, 'b' * 3000000).ljust(4000000) * 2",
        "9 ** 9 ** 9 ** 9",
        "9 ** -999999999",
        "(9 ** 4000) * (9 ** 4000)",
        "1.5 ** 99999999",
        "1.round(999999999)",
        "1e400.to_i",
        "(1.0 / 0).to_i",
        "('a' * 30 + 'b').match?(/^(a|aa)+$/)",
        "('a' * 4000).gsub(/(a*)*b/, 'x')",
        "('x' * 3000).gsub('x', 'y' * 3000)",
        "('x' * 3000).gsub(/x*/, '\\\\&\\\\&\\\\`')",
        "'a'.match?(/(((a{1000}){1000}){1000}){1000}/)",
        "([1] * 3).length",
        "('a,' * 1000000).split(',').join('b' * 1000000)",
        "['%{a}' * 1000].map { |x| [{'a' => 'z' * 100000}].format_map(x) }",
        "[1].map { |x| [x, x] }" + ".map { |x| [x, x] }" * 45,
        "([1].map { |x| [x, x] }" + ".map { |x| [x, x] }" * 20 + ").to_json",
        "('a' * 4000).split('').map { |x| ('a' * 4000).split('').map { |y| 'b' * 4000000 } }",
        "('a' * 9999).split('').map { |x| 'b' * 1000000 }",
        "workato.parse_yaml('[' * 50000)",
        "('<a>' * 100000).from_xml",
        "1000000.months.ago",
        "99999999999999999999.days.ago",
        "'0001-01-01'.to_date.beginning_of_week",
        "'9999-12-31T23:59:59-23:59'.to_time",
        "'2020-01-01T00:00:00+99:99'.to_time",
        "(" * 5000 + "1" + ")" * 5000,
        "!" * 5000 + "1",
        "- " * 5000 + "1",
        "[" * 5000 + "]" * 5000,
        "true ? 1 : " * 500 + "1",
        "if 1 then 2" + " elsif 1 then 2" * 2500 + " end",
        "if " * 5000 + "1",
        "1" + " + 1" * 12000,
        "'a'" + ".upcase" * 6000,
        '"#{' * 300 + "1" + '}"' * 300,
        "9" * 5000,
        "'" + "a" * 60000 + "'",
        "encrypt('a' * 3000000, 'k')",
        "decrypt('" + "A" * 400 + "', 'k')",
    ],
    ids=lambda text: text[:40].replace("\n", " "),
)
def test_what_would_never_end_ends(text: str) -> None:
    begin = time.process_time()

    assert_plain(evaluate(text))

    assert time.process_time() - begin < 10


def test_deep_inputs_are_refused() -> None:
    value: Any = "=1"
    for _ in range(5000):
        value = [value]

    (problem,) = list_problems(value)

    assert "nested too deep" in problem


@_SETTINGS
@given(st.sampled_from([case.formula for case in cases()]), st.data())
def test_documented_formulas_with_a_slip_fail_with_a_sentence(text: str, data: Any) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([*"()[]{}'\"/.,: ", "", "nil", "1"]))

    assert_plain(evaluate(text[:at] + other + text[at + 1 :]))
