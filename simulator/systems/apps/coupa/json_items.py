"""The items of a JSON array as rows, on either database."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class json_items(GenericFunction[Any]):  # noqa: N801  # the name of the SQL function
    """The items of a JSON array, as rows with a `value`; none where there is no array."""

    inherit_cache = True


@compiles(json_items, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    array = compiler.process(element.clauses, **options)
    return f"json_each(CASE WHEN json_type({array}) = 'array' THEN {array} ELSE '[]' END)"


@compiles(json_items, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    array = compiler.process(element.clauses, **options)
    is_array = f"jsonb_typeof({array}) = 'array'"
    return f"jsonb_array_elements(CASE WHEN {is_array} THEN {array} ELSE '[]'::jsonb END)"
