"""Formulas have the values that the vendor documents, and others that follow from them."""

import json
import subprocess
import sys
from types import FrameType
from typing import Any

import pytest

from simulator.domain.formulas import SKIP, FormulaError, compile_field
from simulator.domain.formulas.calls import METHODS, SEEN, WORDS
from simulator.domain.formulas.parser import CONSTANTS
from tests.tools import formulas_page
from tests.tools.benchmarks.formulas import FORMULAS
from tests.unit.formula_table import Case, cases, scope

CASES = list(cases())


def evaluate(formula: str) -> Any:
    """What a formula is in the table's scope."""
    return compile_field(f"={formula}").evaluate(scope())


@pytest.mark.requirement("FORM-4")
@pytest.mark.parametrize(
    "case", CASES, ids=[f"{number} {each.formula[:50]}" for number, each in enumerate(CASES)]
)
def test_a_formula_has_its_documented_value(case: Case) -> None:
    if case.error:
        with pytest.raises(FormulaError) as caught:
            evaluate(case.formula)
        assert case.error in str(caught.value)
    else:
        value = evaluate(case.formula)
        assert value == case.value
        assert isinstance(value, bool) == isinstance(case.value, bool)
        assert json.dumps(value, default=repr) is not None


@pytest.mark.requirement("FORM-4")
def test_the_table_is_worth_its_name() -> None:
    assert len(CASES) >= 150
    assert {each.page for each in CASES} == {
        "string-formulas",
        "number-formulas",
        "date-formulas",
        "array-list-formulas",
        "conditions",
        "other-formulas",
    }


@pytest.mark.requirement("FORM-4")
@pytest.mark.parametrize(
    "formula, value",
    [
        # operators, and how tight they bind
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * 3", 9),
        ("-2 ** 2", -4),
        ("-2.abs ** 2", 4),
        ("-1.5.abs + 1", 2.5),
        ("0.0 ** -1", None),
        ("1e22.round", 10**22),
        ("2 ** 3 ** 2", 512),
        ("-7 / 2", -4),
        ("-7 % 3", 2),
        ("- 3.abs", -3),
        ("1.0 / 0", None),
        ("1 == 1.0", True),
        ("1 == true", False),
        ("[1] == [true]", False),
        ("{a: 1} == {'a' => 1.0}", True),
        ("'a' != 'b' && !false", True),
        ("nil || false || 'x'", "x"),
        ("nil or 'a' and 'b'", "b"),
        ("not true", False),
        ("true ? false ? 1 : 2 : 3", 2),
        ("'b' > 'a'", True),
        ("'ab' * 3", "ababab"),
        ("[1] + [2]", [1, 2]),
        ("1_000 + 1e3", 2000.0),
        ("'a' == :a", True),
        # texts
        (r"'it\'s \\ \n'", r"it's \ \n"),
        (r'"tab\t \u00e9 \"q\""', 'tab\t é "q"'),
        ('"a #{"b #{1 + 1}"} c"', "a b 2 c"),
        ("\"#{nil}#{true}#{1.0}#{[1, nil, 'x']}\"", 'true1.0[1, nil, "x"]'),
        ('"no # {interpolation}"', "no # {interpolation}"),
        ("'abc'[1]", "b"),
        ("'abc'[0..1]", "ab"),
        ("'abc'[0...-1]", "ab"),
        ("'abc'[/b./]", "bc"),
        ("'abc'[9]", None),
        ("'abc'[3]", None),
        ("'abc'.slice(3, 1)", ""),
        ("''.slice(0, 0)", ""),
        ("'abcd'.split(/x*/)", ["a", "b", "c", "d"]),
        ("'a-b--c'.split(/(-)/)", ["a", "-", "b", "-", "", "-", "c"]),
        ("'a1b2'.gsub(/[a-z](\\d)/, '<\\1>')", "<1><2>"),
        ("'2020-01'.gsub(/(?<y>\\d+)-(?<m>\\d+)/, '\\k<m>/\\k<y>')", "01/2020"),
        ("'a,b,,'.split(',')", ["a", "b"]),
        ("'a1b22c'.split(/\\d+/)", ["a", "b", "c"]),
        ("'abc'.split('')", ["a", "b", "c"]),
        ("'k=v w=x'.scan(/(\\w)=(\\w)/)", [["k", "v"], ["w", "x"]]),
        ("'line one\nline two'.match?(/^line two$/)", True),
        ("'ONE'.match?(/one/i)", True),
        (
            "'a@b.example'.match?(/\\A[\\w+\\-.]+@[a-z\\d\\-]+(\\.[a-z\\d\\-]+)*\\.[a-z]+\\z/i)",
            True,
        ),
        ("'x'.split ','", ["x"]),
        ("'  '.blank?", True),
        ("12.5.to_s + '%'", "12.5%"),
        ("1e20.to_s", "1.0e+20"),
        ("'12 apples'.to_i + '3.5x'.to_f", 15.5),
        ("nil.to_s + 'x'", "x"),
        # rounding
        ("2.5.round", 3),
        ("-2.5.round", -3),
        ("0.1 + 0.2 == 0.3", False),
        ("2.675.round(2)", 2.68),
        ("1234.round(-2)", 1200),
        ("11.ordinalize + 112.ordinalize", "11th112th"),
        ("'1234567.891'.to_currency(unit: 'EUR ')", "EUR 1,234,567.89"),
        ("'words'.to_currency", "words"),
        # dates
        ("'2020-01-31'.to_date + 1.month", "2020-02-29"),
        ("'2020-03-01'.to_date - '2020-02-28'.to_date", 2),
        ("'2020-01-01'.to_date < today", True),
        ("now > '2022-01-31T00:00:00Z'", True),
        ("(now - '2022-02-01T14:59:00Z'.to_time).to_i", 60),
        ("'2022-03-12T12:00:00-08:00'.in_time_zone + 1.day", "2022-03-13T12:00:00.000000-07:00"),
        ("'2022-03-12T12:00:00-08:00'.in_time_zone + 24.hours", "2022-03-13T13:00:00.000000-07:00"),
        ("today + 8.hours", "2022-02-01T08:00:00.000000-08:00"),
        ("Date.today == today", True),
        ("(today + 30).strftime('%d.%m.%Y')", "03.03.2022"),
        ("today - 1", "2022-01-31"),
        ("now + 60 - 0.5", "2022-02-01T07:00:59.500000-08:00"),
        ("now.to_date.to_s", "2022-02-01"),
        ("'comp_' + now.to_i.to_s", "comp_1643727600"),
        ("2.months.ago.beginning_of_month.strftime('%d.%m.%Y')", "01.12.2021"),
        ("'Jan 5, 2021 3:04 PM'.to_time", "2021-01-05T15:04:00.000000+00:00"),
        ("'Tue, 05 Jan 2021 03:04:05 +0200'.to_time", "2021-01-05T01:04:05.000000+00:00"),
        ("'5/1/2021'.to_date", "2021-01-05"),
        (
            "'2021-01-05T03:04:05Z'.to_time.strftime('%-d %^b %3N %j %u %s')",
            "5 JAN 000 005 2 1609815845",
        ),
        ("(1.day + 2.hours).to_i", 93600),
        # lists and objects
        ("[3, 1, 2].first(0)", []),
        ("[].first", None),
        ("[1, 2][5]", None),
        ("[1, 2, 3][1, 2]", [2, 3]),
        ("[[1, 'a'], [1, 'a'], [1.0, 'a']].uniq", [[1, "a"], [1.0, "a"]]),
        ("[].sum", 0),
        ("[nil, false].present?", True),
        ("{'a' => {'b' => [1, {c: 2}]}}['a']['b'].last[:c]", 2),
        ("[{a: 1}, {a: nil}].pluck(:a).compact", [1]),
        ("[{'n' => '5'}].where('n': 5)", []),
        ("[{'d' => '2020-01-02'}].where('d >': '2020-01-01'.to_date).length", 1),
        ("{a: {b: [1, 2]}}.to_param", "a%5Bb%5D%5B%5D=1&a%5Bb%5D%5B%5D=2"),
        ("{'a b': [1, {'x' => nil}]}.to_json", '{"a b":[1,{"x":null}]}'),
        ("['say \"hi\"', '', 'a,b'].to_csv", '"say ""hi""","","a,b"'),
        (
            "{'items' => [{'id' => 1}, {'id' => 2}]}.to_xml(root: 'order')",
            "<order><items><item><id>1</id></item><item><id>2</id></item></items></order>",
        ),
        (
            "'<a x=\"1\"><b>t</b><b/></a>'.from_xml",
            {"a": [{"@x": "1", "b": [{"content!": "t"}, {}]}]},
        ),
        # blocks, as in the vendor's examples
        ("[1, 2, 3].select { |x| x > 1 }.map { |x| x * 2 }", [4, 6]),
        ("['a', 'b'].map(&:upcase)", ["A", "B"]),
        ("[[1, 2], [3]].map { |row| row.map { |x| x + row.length } }", [[3, 4], [4]]),
        ("[1, 2].find { |x| x == 2 } + 1", 3),
        ("[{'a' => true}].any? { |row| row['a'] }", True),
        # as recipes write them
        (
            "[(1.present? ? \"A = '#{1}'\": nil), (nil.present? ? 'x': nil)].compact.join('&')",
            "A = '1'",
        ),
        ("[\n  'a',\n  nil\n]\n  .compact\n  .join(' ')", "a"),
        ("nil.presence || skip", SKIP),
        ("if nil then 1 elsif 2 > 1 then 'b' else 'c' end", "b"),
        ("(if false then 1 end).nil?", True),
        ("[if [].size > 0 then 1 else 2 end, 3]", [2, 3]),
        ("5.between?(1, 9) && [1].size > 0 && !nil.nil?", False),
    ],
)
def test_formulas_go_by_ruby(formula: str, value: Any) -> None:
    assert evaluate(formula) == value


@pytest.mark.requirement("FORM-3")
@pytest.mark.parametrize(
    "formula, words",
    [
        ("'a' + 1", "`+` cannot be applied to text and a whole number. Turn the number"),
        ("'a' + nil", "Check for null"),
        ("1 < 'a'", "`<` cannot compare a whole number with text"),
        ("1 / 0", "divided by 0"),
        ("5.upcase", "`upcase` cannot be called on a whole number"),
        ("true.to_i", "`to_i` cannot be called on true or false"),
        ("[1, 'a'].max", "`<` cannot compare"),
        ("[1, nil].sum", "`sum` needs numbers alone"),
        ("'x'.to_date", "`to_date` cannot read 'x' as a date"),
        ("'32/01/2020'.to_date(format: 'DD/MM/YYYY')", "cannot read '32/01/2020' as a date"),
        ("'a'.to_date(form: 'x')", "`to_date` has no option 'form'; there are: format"),
        ("now.in_time_zone('Mars/Base')", "There is no time zone 'Mars/Base'"),
        ("now.in_time_zone('../../etc/passwd')", "There is no time zone"),
        ("'a'.gsub(/(/, 'b')", "/(/ is no pattern"),
        ("'a'.match?(/a/q)", "A pattern has no option 'q'"),
        ("'a'.wday", "`wday` needs a date or time, not text"),
        ("'abc'.first", "`first` cannot be called on text"),
        ("[1].join(1)", "`join` takes text, not a whole number"),
        ("[1].first(-1)", "`first` takes a number of 0 or more"),
        ("'zz'.decode_hex", "`decode_hex` needs a text of hexadecimal digits"),
        ("'<a>'.from_xml", "`from_xml` cannot read this XML"),
        ("'<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>'.from_xml", "no XML with a DOCTYPE"),
        ('workato.parse_yaml("a: &x 1\\nb: *x")', "takes no YAML with aliases"),
        ("lookup('6', 1)", "`lookup` takes columns with values"),
        ("lookup('6')", "`lookup` takes 2 arguments, not 1"),
        ("['a', skip]", "`skip` leaves a whole field out"),
        ('"#{skip}"', "`skip` leaves a whole field out"),
        ("{[1] => 2}", "The key of an object's member"),
        ("'unclosed", "no closing quote"),
        ("[1, 2", "ends too soon"),
        ("if true 1", "`1` is unexpected (at character 9); `then` was expected"),
        ("if true then 1", "`end` was expected"),
        ("1 2", "`2` is unexpected (at character 3)"),
        ("workato.jwt_encode({}, 'k', 'none')", "takes one of the algorithms RS256"),
        ("today + 1e300", "between the years 1 and 9999"),
        ("today + 1.0 / 0", "between the years 1 and 9999"),
        ("9999999999.years.from_now", "between the years 1 and 9999"),
    ],
)
def test_what_a_formula_cannot_do_is_a_sentence(formula: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        evaluate(formula)

    assert words in str(caught.value)


#: The headings of the vendor's pages, and what stands in their texts.
DOCUMENTED = {
    "string-formulas": """
        blank? is_not_true? is_true? present? presence include? exclude? match? ends_with?
        starts_with? parameterize lstrip rstrip scrub strip strip_tags ljust rjust reverse gsub sub
        length slice scan encode transliterate capitalize titleize upcase downcase quote split bytes
        bytesize byteslice to_s ordinalize to_f to_i to_country_alpha2 to_country_alpha3
        to_country_name to_currency to_currency_code to_currency_name to_currency_symbol to_phone
        to_state_code to_state_name""",
    "number-formulas": """
        abs round blank? even? odd? present? presence ceil floor to_f to_i to_s to_currency
        to_phone""",
    "date-formulas": """
        seconds minutes hours days months years now today from_now ago wday yday yweek
        beginning_of_hour beginning_of_day beginning_of_week beginning_of_month beginning_of_year
        end_of_month strftime in_time_zone dst? to_date to_time to_i""",
    "array-list-formulas": """
        first second third fourth fifth last index count where not except pluck format_map join
        smart_join concat reverse sum uniq flatten length max min compact blank? include? exclude?
        present? presence to_csv to_json to_xml from_xml encode_www_form to_param keys values []""",
    "other-formulas": """
        null clear skip uuid encrypt decrypt encode_sha256 encode_hex decode_hex decode_url
        encode_base64 decode_base64 encode_url encode_urlsafe_base64 decode_urlsafe_base64 as_string
        as_utf8 to_hex sha1 hmac_sha256 hmac_sha1 hmac_sha512 hmac_md5 md5_hexdigest
        workato.jwt_decode workato.jwt_encode workato.parse_yaml workato.render_yaml lookup
        data_table_lookup""",
}


@pytest.mark.requirement("FORM-4")
@pytest.mark.parametrize("page", DOCUMENTED)
def test_every_documented_formula_is_there(page: str) -> None:
    names = set(DOCUMENTED[page].split())

    assert names - METHODS.keys() - WORDS.keys() - CONSTANTS.keys() == set()


@pytest.mark.requirement("FORM-6")
def test_what_is_not_documented_is_marked_so() -> None:
    documented = {name for names in DOCUMENTED.values() for name in names.split()}
    others = {
        name
        for name, functions in METHODS.items()
        if all(function.page == SEEN for function in functions.values())
    }

    assert others.isdisjoint(documented)
    assert (
        METHODS.keys() - others - documented
        == {*("second", "minute", "hour", "day", "week", "weeks", "month", "year")} - documented
    )


@pytest.mark.requirement("FORM-6")
def test_the_page_of_formulas_is_fresh() -> None:
    page = formulas_page.PAGE.read_text(encoding="utf-8")

    assert formulas_page.renewed(page) == page, "renew it: python -m tests.tools.formulas_page"
    assert all(f"| `{name}` |" in page for name in (*METHODS, *WORDS, *CONSTANTS))


@pytest.mark.requirement("FORM-7")
@pytest.mark.parametrize("text", FORMULAS.values(), ids=list(FORMULAS))
def test_calculating_takes_few_steps(text: str) -> None:
    """Counted and not timed: `python -m tests.tools.benchmarks.formulas` times them."""
    field, known = compile_field(text), scope()
    field.evaluate(known)
    calls = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        field.evaluate(known)
    finally:
        sys.setprofile(before)

    assert 0 < calls <= 100


@pytest.mark.requirement("FORM-7")
def test_a_recipe_without_formulas_imports_no_parser() -> None:
    program = (
        "import sys; from simulator.domain.formulas import compile_field; "
        "compile_field([\"a #{_('data.a.b.c')}\", "
        "\"#{_('data.a.b.c')}\", \"=_('data.a.b.c')\", 1]); "
        "print('simulator.domain.formulas.parser' in sys.modules, 'regex' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout.split() == [b"False", b"False"]
