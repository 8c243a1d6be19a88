"""Charts are drawings alone, whichever XML library pygal finds."""

import re
import sys
from collections.abc import Iterator

import pytest

from simulator.systems.aihub.charts import draw_over_time, draw_top

pytestmark = pytest.mark.requirement("DASH-2")
BARS = [("<b>Ada & Bob</b>", 1_200), ("MCP token", 3)]


@pytest.fixture(params=["lxml", "etree"])
def library(request: pytest.FixtureRequest) -> Iterator[None]:
    """The one that is installed here, and the one that Python brings."""
    draw_top("chart-x", "T", BARS)  # imports it
    from pygal.etree import etree

    was_lxml = etree.lxml
    if request.param == "lxml":
        pytest.importorskip("lxml", reason="pygal uses it where it is installed")
        etree.to_lxml()
    else:
        etree.to_etree()
    yield
    (etree.to_lxml if was_lxml else etree.to_etree)()


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("draw", [draw_over_time, draw_top])
def test_a_drawing_brings_neither_script_nor_style_and_escapes_names(draw: object) -> None:
    drawn = str(draw("chart-x", "Calls & more", BARS))  # type: ignore[operator]

    assert not re.search(r"<script|<style| style=|<!--|<b>|#chart|https?://(?!www\.w3\.org)", drawn)
    assert 'role="img"' in drawn
    assert 'aria-labelledby="chart-x-title chart-x-desc"' in drawn
    assert re.findall(r'\bid="([^"]+)"', drawn) == ["chart-x", "chart-x-title"]
    assert "Calls &amp; more</title>" in drawn
    assert "&lt;b&gt;Ada &amp; Bob&lt;/b&gt;: 1,200</title>" in drawn
    assert drawn.count('class="bar"') == len(BARS)


def test_nothing_is_left_among_the_finders_of_modules() -> None:
    """pygal's would warn whenever a module is looked for that is not there."""
    draw_top("chart-x", "T", BARS)

    assert not [one for one in sys.meta_path if not hasattr(one, "find_spec")]


def test_the_axis_names_whole_numbers() -> None:
    for largest, expected in ((1, ["0", "1"]), (7, ["0", "2", "4", "6", "8"])):
        drawn = str(draw_over_time("chart-x", "T", [("a", largest), ("b", 0)]))
        assert re.findall(r">(\d+)</text>", drawn) == expected
