"""Functions of objects (hashes), and of their written forms."""

from typing import Any
from urllib.parse import quote_plus, urlencode

from simulator.domain.formulas.calls import LIST, SEEN, method
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.values import check_size, describe, limit_text, render_text


@method("[]", dict, page=LIST)
def member(members: dict[Any, Any], key: Any) -> Any:
    """The value of a key; null if there is none. The key's type counts: 2, 2.0 and "2" differ."""
    if isinstance(key, str):
        return members.get(key)
    if isinstance(key, list | dict):
        raise Misuse(f"takes a key that is text or a number, not {describe(key)}")
    return next(
        (value for each, value in members.items() if type(each) is type(key) and each == key), None
    )


@method("keys", dict, page=LIST)
def keys(members: dict[Any, Any]) -> list[Any]:
    """Its keys, as a list."""
    return list(members)


@method("values", dict, page=LIST)
def values(members: dict[Any, Any]) -> list[Any]:
    """Its values, as a list."""
    return list(members.values())


@method("except", dict, page=LIST)
def without(members: dict[Any, Any], *left_out: Any) -> dict[Any, Any]:
    """The object without some keys."""
    return {key: value for key, value in members.items() if key not in left_out}


@method("slice", dict, page=SEEN)
def with_only(members: dict[Any, Any], *names: Any) -> dict[Any, Any]:
    """The object with some keys alone."""
    return {key: value for key, value in members.items() if key in names}


@method("compact", dict, page=LIST)
def compact(members: dict[Any, Any]) -> dict[Any, Any]:
    """Without members that are null."""
    return {key: value for key, value in members.items() if value is not None}


@method("merge", dict, page=SEEN)
def merge(members: dict[Any, Any], other: Any) -> dict[Any, Any]:
    """With the members of another object, which count where both have one."""
    if not isinstance(other, dict):
        raise Misuse(f"takes an object, not {describe(other)}")
    return {**members, **other}


@method("encode_www_form", dict, page=LIST)
def encode_www_form(members: dict[Any, Any]) -> str:
    """The object as the parameters of a form, `a=1&b=2`."""
    pairs = [
        (render_text(key), render_text(each))
        for key, value in members.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return limit_text(urlencode(pairs))


@method("to_param", dict, page=LIST)
def to_param(members: dict[Any, Any]) -> str:
    """The object as the query of an address, nested ones with square brackets."""
    check_size(members)
    return limit_text("&".join(_parameters(members, "")))


def _parameters(value: Any, prefix: str) -> list[str]:
    if isinstance(value, dict):
        names = [f"{prefix}[{render_text(key)}]" if prefix else render_text(key) for key in value]
        return [
            pair
            for name, inner in zip(names, value.values(), strict=True)
            for pair in _parameters(inner, name)
        ]
    if isinstance(value, list):
        return [pair for inner in value for pair in _parameters(inner, f"{prefix}[]")]
    return [f"{quote_plus(prefix)}={quote_plus(render_text(value))}"]
