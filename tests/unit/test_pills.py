"""Data pills: what they point to, in its own type, and the fields around them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.domain.formulas import (
    SKIP,
    FormulaError,
    Join,
    Pill,
    Scope,
    compile_field,
    iter_pills,
    list_problems,
)

DATA: dict[str, Any] = {
    "coupa": {
        "found": {
            "rows": [
                {"id": 7, "tags": ["a"], "lines": [{"sku": "x"}, {"sku": "y"}]},
                {"id": 8, "tags": [], "lines": []},
            ],
            "total": "2.50",
            "none": None,
            "empty": [],
            "Owner__c": "005",
            "Owner__r": {"Email": "ada@acme.example"},
        }
    },
    "foreach": {"loop": {"id": 8}},
}
CURRENT = {"path_element_type": "current_item"}
SIZE = {"path_element_type": "size"}
JOIN = {
    "path_element_type": "join",
    "action": "get_custom_object",
    "src_key": "Owner__c",
    "dst_key": "id",
    "args": {"sobject_name": "User"},
}


def scope(**more: Any) -> Scope:
    """A scope over DATA in which time stands still and chance is none."""
    return Scope(DATA, now=lambda: datetime(2022, 2, 1, tzinfo=UTC), octets=bytes, **more)


def pill(*path: Any, line: str = "found", **members: Any) -> str:
    """A pill of the step `found`, in the form of exported recipes."""
    written = {"pill_type": "output", "provider": "coupa", "line": line, "path": list(path)}
    return f"#{{_dp('{json.dumps(written | members)}')}}"


def old_pill(path: str) -> str:
    """A pill of the step `found`, as older recipes have it."""
    return f"#{{_('data.coupa.found.{path}')}}"


@pytest.mark.requirement("CORE-3")
@pytest.mark.parametrize(
    "value, expected",
    [
        (old_pill("rows.0.id"), 7),
        (old_pill("rows.0.tags.0"), "a"),
        (f"No. {old_pill('rows.0.id')} of {old_pill('total')}", "No. 7 of 2.50"),
        (old_pill("rows.5.id"), None),
        (old_pill("nothing.here"), None),
        (f"[{old_pill('none')}]", "[]"),
        ({"a": [old_pill("rows.0.id"), 1]}, {"a": [7, 1]}),
        ("no pill", "no pill"),
        (True, True),
    ],
)
def test_a_pill_becomes_what_it_points_to(value: Any, expected: Any) -> None:
    assert compile_field(value).evaluate(scope()) == expected


@pytest.mark.requirement("FORM-1")
@pytest.mark.parametrize(
    "value, expected",
    [
        (pill("total"), "2.50"),
        (pill("rows", SIZE), 2),
        (pill("nothing", SIZE), 0),
        (pill("rows", CURRENT, "id"), 7),
        (pill("empty", CURRENT, "id"), None),
        (pill("rows", 1, "id"), 8),
        (pill("rows", "id"), None),
        (pill("total", "deeper"), None),
        (pill(JOIN, "Email"), "ada@acme.example"),
        (pill("none", JOIN, "Email"), None),
        (pill(line="absent"), None),
        (pill("id", provider="foreach", line="loop"), 8),
        (f"{pill('rows', CURRENT, 'tags')} and {pill('none')}", '["a"] and '),
        (f"= {pill('total')[2:-1]} ", "2.50"),
        (f"={pill('total')[2:-1]}.to_f + 1", 3.5),
        ("#{_dp('data.coupa.found.rows.0.id') + 1}", 8),
        ("a #{_dp('data.coupa.found.rows.0.id') + 1} b", "a 8 b"),
        ('#{_dp("data.coupa.found.total")}', "2.50"),
        ("#{name} and #{", "#{name} and #{"),
        (
            {"skipped": "=skip", "kept": "=null", "list": ["=skip", 1]},
            {"kept": None, "list": [1]},
        ),
    ],
)
def test_every_form_of_a_pill_is_followed(value: Any, expected: Any) -> None:
    assert compile_field(value).evaluate(scope()) == expected


@pytest.mark.requirement("FORM-1")
def test_properties_and_the_job_have_pills() -> None:
    known = scope(
        properties=lambda: {"region": "EU"},
        job=lambda: {"job_id": "j-1", "parameters": {"flow": "A"}},
    )
    value = {
        "project": '#{_dp(\'{"pill_type":"project_property","property_name":"region"}\')}',
        "account": '#{_dp(\'{"pill_type":"account_property","property_name":"no"}\')}',
        "job": '#{_dp(\'{"pill_type":"job_context","path":["job_id"]}\')}',
        "deep": '#{_dp(\'{"pill_type":"job_context","path":["parameters","flow"]}\')}',
        "old": "=_('job.job_id')",
    }

    assert compile_field(value).evaluate(known) == {
        "project": "EU",
        "account": None,
        "job": "j-1",
        "deep": "A",
        "old": "j-1",
    }


@pytest.mark.requirement("FORM-2")
def test_a_list_is_made_of_another() -> None:
    value = {
        "____source": pill("rows"),
        "number": pill("rows", CURRENT, "id"),
        "text": f"No. {pill('rows', CURRENT, 'id')}",
        "double": f"={pill('rows', CURRENT, 'id')[2:-1]} * 2",
        "all": pill("rows", SIZE),
        "articles": {
            "____source": pill("rows", CURRENT, "lines"),
            "name": pill("rows", CURRENT, "lines", CURRENT, "sku"),
            "of": pill("rows", CURRENT, "id"),
        },
    }

    assert compile_field(value).evaluate(scope()) == [
        {
            "number": 7,
            "text": "No. 7",
            "double": 14,
            "all": 2,
            "articles": [{"name": "x", "of": 7}, {"name": "y", "of": 7}],
        },
        {"number": 8, "text": "No. 8", "double": 16, "all": 2, "articles": []},
    ]


@pytest.mark.requirement("FORM-2")
def test_a_mapped_list_of_nothing_is_empty_and_of_something_else_refused() -> None:
    absent = compile_field({"lines": {"____source": pill("none"), "a": "b"}})
    text = compile_field({"lines": {"____source": pill("total"), "a": "b"}})

    assert absent.evaluate(scope()) == {"lines": []}
    with pytest.raises(FormulaError, match=r"Field 'lines': The source of a mapped list"):
        text.evaluate(scope())


@pytest.mark.requirement("FORM-2")
def test_a_loop_says_which_item_is_current() -> None:
    rows = compile_field(pill("rows")).pills[0]
    second = scope().at(rows.key, DATA["coupa"]["found"]["rows"][1])

    assert compile_field(pill("rows", CURRENT, "id")).evaluate(second) == 8


@pytest.mark.requirement("FORM-1")
def test_whoever_runs_the_recipe_may_find_records_that_others_refer_to() -> None:
    asked_for: list[tuple[str, str]] = []

    def find(found: Pill, join: Join, record: Any) -> Any:
        asked_for.append((found.provider, join.args))
        return {"Email": record[join.source]}

    value = compile_field(pill(JOIN, "Email"))

    assert value.evaluate(scope(find_record=find)) == "005"
    assert asked_for == [("coupa", '{"sobject_name": "User"}')]


@pytest.mark.requirement("FORM-3")
@pytest.mark.parametrize(
    "value, problem",
    [
        ("#{_dp('{}')}", "Data pills of type None are not supported"),
        ("#{_dp('nonsense')}", "A data pill is _dp"),
        ("#{_dp('data.x')}", "A data pill by path is data"),
        ('#{_dp(\'{"pill_type":"output","provider":"x","path":[]}\')}', "needs 'line' as text"),
        ('#{_dp(\'{"pill_type":"output","provider":"x","line":"y"}\')}', "path must be a list"),
        (pill({"path_element_type": "next"}), "current_item, size or join"),
        ("=_dp('{}').upcase", "Data pills of type None"),
        ("=upcas", "There is no formula `upcas`"),
        ("='a'.upcas", "Did you mean `upcase`?"),
        ("='a'.upcase(1)", "`upcase` takes no arguments, not 1"),
        ("=(1", r"ends too soon \(at character 3\); `\)` was expected"),
        ("=1 =~ 2", "`=~ 2` is unexpected"),
        ("=", "The formula is empty"),
        ("#{_dp('data.a.b.c')", "ends too soon"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_fails_when_it_is_calculated(
    value: str, problem: str
) -> None:
    field = compile_field({"outer": {"inner": value}})

    assert len(list_problems(value)) == 1
    with pytest.raises(FormulaError, match=rf"Field 'outer.inner': .*{problem}"):
        field.evaluate(scope())


@pytest.mark.requirement("FORM-3")
def test_a_field_that_is_not_reached_harms_nobody() -> None:
    assert compile_field("=true ? 1 : 'a'.upcase + nil").evaluate(scope()) == 1


@pytest.mark.requirement("FORM-3")
def test_all_pills_and_problems_of_an_input_are_listed() -> None:
    value = {"a": f"={pill('x')[2:-1]}.upcas + foo", "b": [f"{pill('y')} {pill('z')}", 1, None]}

    assert [each.path for each in iter_pills(value)] == [("x",), ("y",), ("z",)]
    assert [each.removesuffix(".") for each in list_problems(value, "input")] == [
        "Field 'input.a': There is no formula `upcas`. Did you mean `upcase`?",
        "Field 'input.a': There is no formula `foo`",
    ]


@pytest.mark.requirement("FORM-1")
def test_skip_is_a_value_of_its_own() -> None:
    assert compile_field("=skip").evaluate(scope()) is SKIP
    with pytest.raises(FormulaError, match="`skip` leaves a whole field out"):
        compile_field("=['a', skip]").evaluate(scope())
