"""Charts of the dashboards: SVG without scripts and styles, which the page's style sheet colours.

pygal draws them; it is imported when somebody opens a dashboard, and never before.
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:  # pragma: no cover
    from xml.etree.ElementTree import Element

    from pygal.graph.graph import Graph

#: In units of the drawing, which is as wide as its place; `charts.css` has the size of letters.
_WIDTH, _HEIGHT, _BAR, _LETTERS = 440, 260, 30, 15
#: So many parts of the time are named below their bars.
_NAMED = 3
_LONGEST_NAME = 20
#: How much longer than the longest bar the axis is, for its value behind it.
_WITH_VALUE = 1.4


def draw_over_time(key: str, title: str, bars: Sequence[tuple[str, int]]) -> Markup:
    """Draw upright bars, one for each part of the time.

    Args:
        key: the id of the drawing, in the page.
        title: what the bars are.
        bars: names and values, in their order.
    """
    _import_pygal()
    from pygal.graph.bar import Bar

    chart = Bar(height=_HEIGHT, **_options())
    chart.x_labels = [name for name, _value in bars]
    every = -(-len(bars) // _NAMED)
    chart.x_labels_major = [name for name, _value in bars[::every]]
    chart.show_minor_x_labels = False
    chart.y_labels = _scale(max(value for _name, value in bars))
    return _draw(chart, key, title, bars)


def draw_top(key: str, title: str, bars: Sequence[tuple[str, int]]) -> Markup:
    """Draw bars that lie, the longest one on top, with their values.

    Args:
        key: the id of the drawing, in the page.
        title: what the bars are.
        bars: names and values, the largest first.
    """
    _import_pygal()
    from pygal.graph.horizontalbar import HorizontalBar

    chart = HorizontalBar(height=_BAR * len(bars) + _BAR // 2, print_values=True, **_options())
    chart.x_labels = [name for name, _value in reversed(bars)]
    chart.truncate_label = _LONGEST_NAME
    chart.print_values_position = "top"  # of a bar that lies, behind its end
    chart.range = (0, max(value for _name, value in bars) * _WITH_VALUE)
    chart.show_x_labels = False  # of the axis, which is y here
    return _draw(chart, key, title, list(reversed(bars)))


def _import_pygal() -> None:
    """Import it, and take out the finder that it leaves in this process, for maps that it draws.

    The finder speaks the protocol of before Python 3.4: every later import of a module that is not
    there would warn (ImportWarning), and fail where warnings are errors.
    """
    if "pygal" in sys.modules:
        return
    import pygal  # noqa: F401

    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != "pygal"]


def _options() -> dict[str, Any]:
    from pygal.style import Style

    style = Style(label_font_size=_LETTERS, major_label_font_size=_LETTERS)
    return {
        "width": _WIDTH,
        "style": style,
        "js": [],
        "show_legend": False,
        "margin": 6,
        "truncate_label": -1,
        "disable_xml_declaration": True,
        "value_formatter": lambda value: f"{value:,.0f}",
    }


def _scale(largest: int) -> list[int]:
    """Return the values that the axis names: whole numbers, six at most."""
    steps = (each * 10**power for power in range(20) for each in (1, 2, 5))
    step = next(each for each in steps if each * 5 >= largest)
    return [number * step for number in range(-(-largest // step) + 1)]


def _draw(chart: "Graph", key: str, title: str, bars: Sequence[tuple[str, int]]) -> Markup:
    chart.add(title, [value for _name, value in bars])
    chart.add_xml_filter(lambda root: _tidy(root, key, title, bars))
    drawn: str = chart.render()
    return Markup(drawn)  # noqa: S704  # of pygal, which escapes names


def _tidy(root: "Element", key: str, title: str, bars: Sequence[tuple[str, int]]) -> "Element":
    """Leave the drawing alone: no style and script, which the page forbids, nor an id by chance."""
    for parent in list(root.iter()):
        for child in list(parent):
            # Comments have a function as their tag.
            if (
                callable(child.tag)
                or child.tag in ("defs", "title", "desc")
                or "tooltip-overlay" in child.get("class", "")
            ):
                parent.remove(child)
    for element in root.iter():
        element.attrib.pop("style", None)
    make = root.makeelement
    for element, (name, value) in zip(_bars(root), bars, strict=True):
        hint = make("title", {})
        hint.text = f"{name}: {value:,}"
        element.insert(0, hint)
    head = make("title", {"id": f"{key}-title"})
    head.text = title
    root.insert(0, head)
    root.attrib.update({"id": key, "role": "img", "aria-labelledby": f"{key}-title {key}-desc"})
    return root


def _bars(root: "Element") -> list["Element"]:
    return [element for element in root.iter("g") if element.get("class") == "bar"]
