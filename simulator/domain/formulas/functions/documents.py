"""Functions that read and write XML and YAML."""

import html
import re
from functools import cache
from typing import Any
from xml.parsers import expat

from simulator.domain.formulas.calls import LIST, OTHER, method, word
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.limits import DEEPEST_VALUE
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import as_text, limit_text, render_text, to_plain

_NOT_IN_NAMES = re.compile(r"[^\w.\-]+")
#: Characters of YAML: its reader is slow.
_LONGEST_YAML = 100_000


@method("to_xml", dict, list, page=LIST)
def to_xml(value: Any, *, root: Any = None) -> str:
    """The object or list as XML; `root` names the outermost element."""
    plain = to_plain(value)
    name = as_text(root) if root is not None else "hash" if isinstance(plain, dict) else "objects"
    return limit_text("".join(_elements(_element_name(name), plain)))


def _element_name(name: str) -> str:
    clean = _NOT_IN_NAMES.sub("-", name)
    return clean if clean[:1].isalpha() or clean[:1] == "_" else f"_{clean}"


def _elements(name: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        inner = [
            part for key, each in value.items() for part in _elements(_element_name(key), each)
        ]
    elif isinstance(value, list):
        inner = [part for each in value for part in _elements(_singular(name), each)]
    else:
        inner = [html.escape(render_text(value), quote=False)]
    return [f"<{name}>", *inner, f"</{name}>"]


def _singular(name: str) -> str:
    """Return what one of these is called, as far as it can be told by the last letters."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


@method("from_xml", str, page=LIST)
def from_xml(text: str) -> dict[str, Any]:
    """XML as an object: elements are lists of objects, attributes `@name`, text `content!`."""
    document: dict[str, Any] = {}
    within = [document]

    def begin(name: str, attributes: dict[str, str]) -> None:
        if len(within) > DEEPEST_VALUE // 2:
            raise Misuse("needs XML that is not nested as deep as this")
        element: dict[str, Any] = {f"@{key}": value for key, value in attributes.items()}
        within[-1].setdefault(name, []).append(element)
        within.append(element)

    def end(_: str) -> None:
        content = within.pop()
        if not content.get("content!", "x").strip():
            del content["content!"]

    def data(part: str) -> None:
        within[-1]["content!"] = within[-1].get("content!", "") + part

    def refuse(*_: Any) -> None:
        raise Misuse("takes no XML with a DOCTYPE")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = data, refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise Misuse(f"cannot read this XML: {error}") from None
    return document


@cache
def _yaml_loader() -> Any:
    """Return what reads plain data, and no aliases: they make a huge value of a small text."""
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise Misuse("takes no YAML with aliases")
            return super().compose_node(parent, index)

    return Loader


@word("workato.parse_yaml", page=OTHER)
def parse_yaml(_: Scope, text: Any) -> Any:
    """What a text in YAML stands for."""
    import yaml

    if len(as_text(text)) > _LONGEST_YAML:
        raise Misuse(f"takes at most {_LONGEST_YAML:,} characters")
    try:
        return yaml.load(text, _yaml_loader())  # noqa: S506  # a safe loader, and stricter
    except yaml.YAMLError as error:
        where = str(getattr(error, "problem", "") or "it is malformed")
        raise Misuse(f"cannot read this YAML: {where}") from None


@word("workato.render_yaml", page=OTHER)
def render_yaml(_: Scope, value: Any) -> str:
    """The value in YAML."""
    import yaml

    text: str = yaml.safe_dump(
        to_plain(value), explicit_start=True, allow_unicode=True, sort_keys=False
    )
    return limit_text(text.removesuffix("...\n"))
