"""An OpenAPI document in short: a validator takes seconds for a whole one."""

from typing import Any


def cut_to_kinds(document: dict[str, Any]) -> dict[str, Any]:
    """The document with one operation of each kind: of the same members and media types."""
    kinds = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            parts = [*operation["responses"].values(), operation.get("requestBody", {})]
            taken = {kind for part in parts for kind in part.get("content", ())}
            kinds[frozenset(operation), frozenset(taken)] = path, {method: operation}
    return {**document, "paths": dict(kinds.values())}
