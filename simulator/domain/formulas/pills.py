"""Data pills: what `_dp('…')` points to, and how its path is followed.

Shapes as exported recipes have them: the JSON form `{"pill_type", "provider", "line", "path"}`
and, of older recipes, `data.<provider>.<alias>.<path>`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.domain.formulas.errors import FormulaError

if TYPE_CHECKING:  # pragma: no cover
    from simulator.domain.formulas.scope import Scope

OUTPUT, PROPERTY, JOB = "output", "property", "job_context"
#: The product's names of pill types, and what each is here.
_KINDS = {
    "output": OUTPUT,
    "refs": OUTPUT,
    "account_property": PROPERTY,
    "project_property": PROPERTY,
    "job_context": JOB,
}


@dataclass(frozen=True, slots=True)
class Size:
    """Path element: how many items the list has."""


@dataclass(frozen=True, slots=True)
class CurrentItem:
    """Path element: the item of the list that a loop or a list mapping is at."""


@dataclass(frozen=True, slots=True)
class First(CurrentItem):
    """The same in pills by path, which write it `first`; a member of an object may be called so."""


@dataclass(frozen=True, slots=True)
class Join:
    """Path element: the record that a field of this record refers to.

    Attributes:
        action: the action of the connector, that finds it, such as `get_custom_object`.
        source: the field that holds the reference, such as `ContactId`.
        target: the field of the other record that it equals, such as `id`.
        args: further inputs of the action, such as `{"sobject_name": "Contact"}`, as JSON text.
    """

    action: str
    source: str
    target: str
    args: str = "{}"


Element = str | int | Size | CurrentItem | Join
_CURRENT = CurrentItem()
_FIRST = First()
_SIZE = Size()
#: What a loop's item is called that is a text or a number, and has no members.
_PLAIN_ITEM = ("value",)
_LOOPS = ("foreach", "")


@dataclass(frozen=True, slots=True)
class ListKey:
    """Which list it is that a current item belongs to."""

    provider: str
    line: str
    path: tuple[Element, ...]

    @classmethod
    def make(cls, provider: str, line: str, path: tuple[Element, ...]) -> "ListKey":
        """Return the key of the list at a path, in whichever form its current items are written."""
        same = tuple(_CURRENT if isinstance(each, CurrentItem) else each for each in path)
        return cls(provider, line, same)


@dataclass(frozen=True, slots=True)
class Pill:
    """One data pill.

    Attributes:
        kind: `output` of a step, `property` (of the project or the account), or `job_context`.
        provider: the provider of the step whose output it is; empty where the alias alone says
            which, and of a property.
        line: the step's alias; of a property, its name.
        path: into the output.
        places: where in `path` a current item stands, last first, each with its list.
    """

    kind: str
    provider: str
    line: str
    path: tuple[Element, ...]
    places: tuple[tuple[int, ListKey], ...] = ()

    @classmethod
    def make(cls, kind: str, provider: str, line: str, path: tuple[Element, ...]) -> "Pill":
        """Return a pill that knows its lists."""
        places = tuple(
            (position, ListKey.make(provider, line, path[:position]))
            for position in reversed(range(len(path)))
            if isinstance(path[position], CurrentItem)
        )
        return cls(kind, provider, line, path, places)

    @property
    def key(self) -> ListKey:
        """The list that the pill points to, for pills of its items."""
        return ListKey.make(self.provider, self.line, self.path)

    def follow(self, value: Any, scope: "Scope") -> Any:
        """Return what the path leads to.

        What is not there is None, as a field without a value is in Workato. A current item outside
        of any loop or mapping is the first one.

        Args:
            value: where the path begins: the step's whole output.
            scope: knows the current items, and finds records that others refer to.
        """
        path = self.path
        if self.places and scope.items:
            for position, key in self.places:
                if key in scope.items:
                    value, path = scope.items[key], path[position + 1 :]
                    break
        for element in path:
            if value is None:
                return 0 if isinstance(path[-1], Size) else None
            if isinstance(value, Mapping):
                value = _of_mapping(value, element, scope, self)
            elif isinstance(value, list):
                value = _of_list(value, element)
            else:
                return value if self.provider in _LOOPS and path == _PLAIN_ITEM else None
        return value


def _of_mapping(value: Mapping[str, Any], element: Element, scope: "Scope", pill: Pill) -> Any:
    if isinstance(element, str):
        return value.get(element)
    if isinstance(element, Join):
        return scope.join(pill, element, value)
    if isinstance(element, First):
        return value.get("first")
    return value if isinstance(element, CurrentItem) else len(value)


def _of_list(value: list[Any], element: Element) -> Any:
    if isinstance(element, Size):
        return len(value)
    if isinstance(element, CurrentItem):
        return value[0] if value else None
    if isinstance(element, str):
        element = int(element) if element.isdecimal() and len(element) < 9 else -1
    if isinstance(element, int):
        return value[element] if 0 <= element < len(value) else None
    return None


def read_pill(text: str) -> Pill:
    """Return the pill that is meant by what stands between the quotes of `_dp('…')`.

    Args:
        text: JSON, or `data.<provider>.<alias>.<path>`, or `job.<name>`.

    Raises:
        FormulaError: it is neither.
    """
    if text.startswith("data."):
        return _read_dotted(text)
    if text.startswith("job."):
        return Pill.make(JOB, "", "", tuple(text.split(".")[1:]))
    try:
        written = json.loads(text)
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict):
        raise FormulaError(
            "A data pill is _dp('{\"pill_type\": …}') or _dp('data.<provider>.<alias>.<path>')."
        )
    kind = _KINDS.get(str(written.get("pill_type")))
    if kind is None:
        known = ", ".join(_KINDS)
        raise FormulaError(
            f"Data pills of type {written.get('pill_type')!r} are not supported; "
            f"there are: {known}."
        )
    if kind == PROPERTY:
        return Pill.make(kind, "", _text_of(written, "property_name"), ())
    path = written.get("path")
    if not isinstance(path, list):
        raise FormulaError("A data pill's path must be a list.")
    elements = tuple(map(_read_element, path))
    if kind == JOB:
        return Pill.make(kind, "", "", elements)
    # Of a loop's item or a caught error the provider may be null: the line says which step.
    provider = "" if written.get("provider", "") is None else _text_of(written, "provider")
    return Pill.make(kind, provider, _text_of(written, "line"), elements)


def _read_dotted(text: str) -> Pill:
    parts = text.split(".")
    if len(parts) < 3 or not all(parts[1:3]):
        raise FormulaError("A data pill by path is data.<provider>.<step alias>.<path>.")
    path = tuple(_FIRST if part == "first" else part for part in parts[3:])
    return Pill.make(OUTPUT, parts[1], parts[2], path)


def _text_of(written: Mapping[str, Any], member: str) -> str:
    value = written.get(member)
    if not isinstance(value, str) or not value:
        raise FormulaError(f"A data pill of type {written['pill_type']} needs {member!r} as text.")
    return value


def _read_element(element: Any) -> Element:
    if isinstance(element, str | int) and not isinstance(element, bool):
        return element
    kind = element.get("path_element_type") if isinstance(element, dict) else None
    if kind == "current_item":
        return _CURRENT
    if kind == "size":
        return _SIZE
    if kind == "join":
        return Join(
            action=str(element.get("action", "")),
            source=str(element.get("src_key", "")),
            target=str(element.get("dst_key", "")),
            args=json.dumps(element.get("args") or {}, sort_keys=True),
        )
    raise FormulaError(
        "An element of a data pill's path is text, or an object whose path_element_type is "
        "current_item, size or join."
    )
