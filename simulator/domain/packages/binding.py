"""A recipe's document and the same with ids: references to other assets become those of rows.

In a package, a recipe names its connections, the recipes that it calls and the tables that it reads
by `{zip_name, name, folder}`. In the database it names them by id, as the Developer API does: a
number in `config[].account_id`, a text in the inputs of steps.
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.domain.engine.steps import name_applications
from simulator.domain.packages.model import Reference, read_reference

#: What a reference means here: the id of a row, or None.
Find = Callable[[Reference], int | None]
#: The reference of a row: (kind, id) → what a package says of it, or None.
Refer = Callable[[str, int], Mapping[str, Any] | None]

#: Inputs of steps that name a row by its id → the kind of asset.
_IDS = {"flow_id": "recipe", "lookup_table_id": "lookup_table", "table_id": "workato_db_table"}


def bind_code(code: Any, find: Find) -> Any:
    """Return a recipe's code with ids; unresolved references are kept unchanged.

    Args:
        code: the code of the document.
        find: what a reference means.
    """
    if isinstance(code, Mapping):
        reference = read_reference(code)
        if reference is not None:
            found = find(reference)
            return dict(code) if found is None else str(found)
        return {key: bind_code(value, find) for key, value in code.items()}
    if isinstance(code, list):
        return [bind_code(each, find) for each in code]
    return code


def unbind_code(code: Any, refer: Refer) -> Any:
    """Return a recipe's code as a package has it.

    Args:
        code: the code with ids.
        refer: the reference of a row.
    """
    if isinstance(code, Mapping):
        return {key: _unbind_member(key, value, refer) for key, value in code.items()}
    if isinstance(code, list):
        return [unbind_code(each, refer) for each in code]
    return code


def _unbind_member(key: str, value: Any, refer: Refer) -> Any:
    if key in _IDS and isinstance(value, str) and value.isascii() and value.isdigit():
        return refer(_IDS[key], int(value)) or value
    return unbind_code(value, refer)


def bind_config(
    config: list[Any], find: Find, chosen: Mapping[str, int | None]
) -> list[dict[str, Any]]:
    """Return a recipe's config with the ids of connections.

    Numbers in a package are ids of the workspace that it comes from, and mean nothing here.

    Args:
        config: the config of the document.
        find: what a reference means.
        chosen: provider → the connection that the recipe has here, kept where the package names
            none.
    """
    bound = []
    for entry in config:
        reference = read_reference(entry.get("account_id"))
        own = find(reference) if reference is not None else None
        if own is None:
            own = chosen.get(entry["provider"])
        bound.append({**entry, "account_id": own})
    return name_applications(bound)


def unbind_config(config: list[Any], refer: Refer) -> list[dict[str, Any]]:
    """Return a recipe's config as a package has it.

    Args:
        config: the config with ids.
        refer: the reference of a row.
    """
    return [
        {**entry, "account_id": account and refer("connection", account)}
        for entry in config
        for account in (entry.get("account_id"),)
    ]


def list_chosen(config: list[Any]) -> dict[str, int | None]:
    """Return provider → the connection that a stored recipe uses.

    Args:
        config: the config of the recipe, with ids.
    """
    return {entry["provider"]: entry.get("account_id") for entry in config}
