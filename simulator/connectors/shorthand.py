"""The fields of what actions take and give, as a connector writes them in short."""

from typing import Any

Field = dict[str, Any]

#: Words of a line that say something else than a type → members of the field.
_FLAGS: dict[str, Field] = {
    "needed": {"optional": False},
    "lines": {"control_type": "text-area"},
}


def read_outputs(text: str) -> list[Field]:
    """Return fields, as schemas of recipes have them.

    Args:
        text: paths apart by spaces, such as `id:integer` or `lines[].account.code`.
    """
    fields: list[Field] = []
    for written in text.split():
        path, _, kind = written.partition(":")
        add_field(fields, path, {"type": kind or "string"})
    return fields


def read_inputs(text: str) -> list[Field]:
    """Return fields, as schemas of recipes have them.

    Args:
        text: a line each, `path: words = value, Label; value, Label | label | hint`; of the words,
            `needed` and `lines` (it may be long) are no type. All but the path may be missing.
    """
    fields: list[Field] = []
    for line in text.strip().splitlines():
        written, label, hint = (*(part.strip() for part in line.split("|", 2)), "", "")[:3]
        path, _, rest = written.partition(":")
        words, _, options = rest.partition("=")
        members: Field = {"type": "string", "optional": True}
        for word in words.split():
            members |= _FLAGS.get(word, {"type": word})
        pairs = [each.partition(",")[::2] for each in options.split(";") if each.strip()]
        if pairs:
            members["pick_list"] = [[(b or a).strip(), a.strip()] for a, b in pairs]
        members |= {name: text for name, text in (("label", label), ("hint", hint)) if text}
        add_field(fields, path.strip(), members)
    return fields


def add_field(fields: list[Field], path: str, members: Field) -> None:
    """Add a field, with those that it is in.

    Args:
        fields: the fields of a schema.
        path: with dots for members of members, and `[]` behind the name of a list.
        members: the members of the field, beside its name.
    """
    outer, _, inner = path.partition(".")
    if not inner:
        fields.append({"name": outer, **members})
        return
    name = outer.removesuffix("[]")
    found = next((each for each in fields if each["name"] == name), None)
    if found is None:
        kind = "array" if name != outer else "object"
        found = {"name": name, "type": kind, "optional": True, "properties": []}
        fields.append(found)
    if members.get("optional") is False:
        found["optional"] = False
    add_field(found["properties"], inner, members)
