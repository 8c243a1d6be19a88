"""Lists by Workato: a helper list to repeat over, and items that add up to a list."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.limits import MOST_TURNS
from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.values import render_text


def create_list(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a list of so many numbers: `list_items: [{index}]` (our choice of names).

    At most 50,000 (as the helper list's limit is documented for customers).
    """
    text = render_text(inputs.get("size", inputs.get("list_size")))
    if not text.isdigit() or int(text) > MOST_TURNS:
        raise FormulaError(f"The size of a helper list is a number up to {MOST_TURNS}.")
    return {"list_items": [{"index": index} for index in range(int(text))]}


def accumulate_list_items(
    job: JobView, action: Action, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Add this item to those of the turns before: `list_items`, `list_size`."""
    before = job.outputs.get(action.step.provider, {}).get(action.step.alias) or {}
    item = {name: value for name, value in inputs.items() if name not in ("name", "list_name")}
    items = [*before.get("list_items", []), item.get("item", item)]
    return {"list_items": items, "list_size": len(items)}


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    ("workato_list", "create_list"): create_list,
    ("utility", "create_list"): create_list,
    ("workato_list", "accumulate_list_items"): accumulate_list_items,
}
