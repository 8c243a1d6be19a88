"""Objects as XML, Coupa's own way: dashed elements with `type`, `nil` for nothing."""

from typing import Any
from xml.etree import ElementTree as Tree

from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.systems.apps.coupa.fields import Field, fields_of
from simulator.systems.apps.coupa.resource import Resource

#: So deep may elements be nested in what is sent (our choice).
_DEEPEST = 20
_TYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "moment": "datetime",
    "day": "datetime",
}


class _Refused(Exception):
    """The document has what none needs here: a DTD, or too many levels."""


class _Builder(Tree.TreeBuilder):
    """Builds elements; refuses a DTD, whose entities could grow without end, and deep nesting."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, *_: Any) -> None:
        raise _Refused("has a document type declaration, which is not taken")

    def start(self, tag: Any, attributes: Any, /) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Refused(f"has more than {_DEEPEST} levels")
        return super().start(tag, attributes)

    def end(self, tag: Any, /) -> Any:
        self._depth -= 1
        return super().end(tag)


def singular_of(word: str) -> str:
    """Return what one of a collection is called: `requisition-line`, `currency`, `address`."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith("sses"):
        return word[:-2]
    return word.removesuffix("s")


def write(element: str, value: Any, type_name: str = "") -> bytes:
    """Return one object as a document.

    Args:
        element: what it is called.
        value: the object, as JSON would have it.
        type_name: its type in `fields`, for the kinds of its values.
    """
    return _encode(_element(element, value, Field(name=element, kind="object", type=type_name)))


def write_list(elements: str, element: str, values: list[Any], type_name: str = "") -> bytes:
    """Return a list of objects as a document.

    Args:
        elements: what the list is called.
        element: what one of it is called.
        values: the values as JSON would have them.
        type_name: their type.
    """
    root = Tree.Element(elements, {"type": "array"})
    one = Field(name=element, kind="object", type=type_name)
    root.extend(_element(element, each, one) for each in values)
    return _encode(root)


def write_errors(sentences: list[str]) -> bytes:
    """Return what was wrong: `<errors><error>…</error></errors>`."""
    root = Tree.Element("errors")
    for sentence in sentences:
        Tree.SubElement(root, "error").text = _legal(sentence)
    return _encode(root)


def _encode(root: Tree.Element) -> bytes:
    text: bytes = Tree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text


def _element(name: str, value: Any, field: Field | None) -> Tree.Element:
    made = Tree.Element(_legal_name(name))
    if isinstance(value, dict):
        known = fields_of(field.type) if field else {}
        made.extend(_element(key, each, known.get(key)) for key, each in value.items())
    elif isinstance(value, list):
        made.set("type", "array")
        one = singular_of(name)
        made.extend(_element(one, each, field) for each in value)
    elif value is None:
        made.set("nil", "true")
    else:
        if kind := _kind(value, field):
            made.set("type", kind)
        made.text = _text(value)
    return made


def _kind(value: Any, field: Field | None) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return _TYPES.get(field.kind) if field and value != "" else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _legal(str(value))


def _legal(text: str) -> str:
    """Text without the characters that XML 1.0 cannot have."""
    return "".join(each for each in text if each in "\t\n\r" or each >= " ").replace("\ufffe", "")


def _legal_name(name: str) -> str:
    """A name as XML takes it; keys of custom fields may be anything."""
    legal = "".join(each if each.isalnum() or each in "-_." else "-" for each in name)
    return legal if legal[:1].isalpha() else f"field-{legal}"


def read(raw: bytes, resource: Resource) -> dict[str, Any]:
    """Return the object of a document, texts as they are.

    Args:
        raw: the raw as it was sent.
        resource: what it should be one of.

    Raises:
        ApiError: 400; it cannot be read, or is something else.
    """
    try:
        parser = Tree.XMLParser(target=_Builder())  # noqa: S314  # a DTD is refused, with entities
        parser.feed(raw)
        root = parser.close()
    except _Refused as refused:
        raise ApiError(400, {"error": [f"The body {refused}."]}) from None
    except (Tree.ParseError, LookupError, ValueError):
        raise ApiError(400, {"error": ["The body is not valid XML."]}) from None
    if root.tag != resource.element:
        raise ApiError(
            400, {"error": [f"The body must be an element {resource.element}, not {root.tag}."]}
        )
    found = _value(root, Field(name=root.tag, kind="object", type=resource.type_name))
    return found if isinstance(found, dict) else {}


def _value(element: Tree.Element, field: Field | None) -> Any:
    if element.get("nil") == "true":
        return None
    is_list = element.get("type") == "array" or (field is not None and field.is_list)
    if is_list:
        one = Field(name="", kind="object", type=field.type) if field and field.type else None
        return [_value(child, one) for child in element]
    if len(element):
        known = fields_of(field.type) if field else {}
        return {child.tag: _value(child, known.get(child.tag)) for child in element}
    if field is not None and field.kind == "object":
        return {}
    return (element.text or "").strip()
