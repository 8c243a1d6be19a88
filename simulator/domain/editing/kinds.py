"""The kinds of steps that can be added, and the triggers that a recipe can begin with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.connectors import CONNECTORS
from simulator.domain.engine.steps import (
    API_PLATFORM,
    CONTROL_TITLES,
    CUSTOM_ACTION,
    GENIE,
    PLATFORM_TITLES,
    RECIPE_FUNCTION,
    SKILL,
)
from simulator.errors import FieldError

CONTROL, WORKATO = "Control", "Workato"
#: What a returning step is called, and by which triggers' recipes it is used.
_RETURNS = {
    RECIPE_FUNCTION: (RECIPE_FUNCTION, "return_result", "Return result"),
    API_PLATFORM: (API_PLATFORM, "return_response", "Return response"),
    SKILL: (SKILL, "workflow_return_result", "Return result"),
    GENIE: (GENIE, "workflow_return_result", "Return result"),
}
#: Control blocks in the editor's menu, in its order.
_CONTROL = ("if", "elsif", "else", "foreach", "repeat", "try", "stop")
_INPUTS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("workato_variable", "declare_variable"): {"variables": {"schema": "[]", "data": {}}},
    ("workato_variable", "declare_list"): {"list_item_schema_json": "[]"},
    ("workato_variable", "insert_to_list"): {"location": "end"},
    ("workato_variable", "insert_to_list_batch"): {"location": "end"},
    ("logger", "log_message"): {"user_logs_enabled": "true"},
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of step.

    Attributes:
        keyword: the keyword of its block.
        provider: the app's internal name, or of Workato's own action; empty for a control block.
        name: the name of the action.
        title: the title as people read it.
        group: the app's name, CONTROL or WORKATO.
        inputs: what it begins with.
    """

    keyword: str
    provider: str = ""
    name: str = ""
    title: str
    group: str
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names it in a form: `coupa/search_requisitions`, or a control block's keyword."""
        return f"{self.provider}/{self.name}" if self.provider else self.keyword

    @property
    def words(self) -> str:
        """What it is found by, in lower case: other products, and Workato's docs, say it so."""
        others = _OTHER_WORDS.get(self.keyword, "")
        return f"{self.group} {self.title} {self.name} {others}".lower()

    def make(self, draw: Callable[[str], str]) -> dict[str, Any]:
        """Return a block of this kind, with ids of its own.

        Args:
            draw: draws an id: of a `step` or a `condition`, or an `alias`.
        """
        block: dict[str, Any] = {"number": 0, "keyword": self.keyword}
        if self.provider:
            block |= {"provider": self.provider, "name": self.name}
        block |= {"as": draw("alias"), "uuid": draw("step")}
        if self.keyword in ("if", "elsif", "while_condition"):
            block["input"] = _make_condition(draw)
        elif self.keyword not in ("else", "try"):
            block["input"] = _copy(self.inputs)
        if self.keyword == "foreach":
            block |= {"source": "", "repeat_mode": "simple", "clear_scope": "false", "input": {}}
        if self.keyword not in ("action", "stop", "while_condition"):
            block["block"] = []
        if self.keyword == "repeat":
            block["block"] = [_CONDITION.make(draw)]
        if self.keyword == "try":
            block["block"] = [_CATCH.make(draw)]
        return block


def _make_condition(draw: Callable[[str], str]) -> dict[str, Any]:
    first = {"operand": "present", "lhs": "", "rhs": "", "uuid": draw("condition")}
    return {"type": "compound", "operand": "and", "conditions": [first]}


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


_OTHER_WORDS = {
    "if": "condition branch",
    "elsif": "condition branch",
    "else": "condition branch otherwise",
    "foreach": "loop list iterate",
    "repeat": "loop until",
    "try": "handle errors on error retry catch",
    "stop": "end exit fail",
}
_CONDITION = Kind(keyword="while_condition", title=CONTROL_TITLES["while_condition"], group=CONTROL)
_CATCH = Kind(
    keyword="catch",
    title=CONTROL_TITLES["catch"],
    group=CONTROL,
    inputs={"max_retry_count": "0", "retry_interval": "2"},
)


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What a recipe can begin with.

    Attributes:
        key: names it in a form.
        provider: the provider of the block.
        name: the name of the block.
        title: the title as people read it.
        hint: what such a recipe is for.
        inputs: what it begins with.
    """

    key: str
    provider: str
    name: str
    title: str
    hint: str
    inputs: Mapping[str, Any]

    def make(self, draw: Callable[[str], str]) -> dict[str, Any]:
        """Return the code of a recipe that begins so, and has no other step.

        Args:
            draw: returns a fresh id for what it is given: `alias` or `step`.
        """
        return {
            "number": 0,
            "keyword": "trigger",
            "provider": self.provider,
            "name": self.name,
            "as": draw("alias"),
            "uuid": draw("step"),
            "input": _copy(self.inputs),
            "block": [],
        }


_CALLED = {"parameters_schema_json": "[]", "result_schema_json": "[]"}
TRIGGERS = (
    Trigger(
        key="function",
        provider=RECIPE_FUNCTION,
        name="execute",
        title="Recipe function: New call",
        hint="A tool of an MCP server, or called by other recipes.",
        inputs=_CALLED,
    ),
    Trigger(
        key="api",
        provider=API_PLATFORM,
        name="receive_request",
        title="API platform: New API request",
        hint="A tool of an MCP server, or an endpoint of an API collection.",
        inputs={
            "request": {"content_type": "json", "schema": "[]"},
            "response": {
                "content_type": "json",
                "responses": [{"name": "Success", "http_status_code": "200", "body_schema": "[]"}],
            },
        },
    ),
    Trigger(
        key="skill",
        provider=SKILL,
        name="start_workflow",
        title="Workato Skill: Start workflow",
        hint="A skill: a tool of an MCP server.",
        inputs={"description": "", "requires_user_confirmation": "false", **_CALLED},
    ),
    Trigger(
        key="schedule",
        provider="clock",
        name="scheduled_event",
        title="Scheduler: New scheduled event",
        hint="No tool. Nothing fires it here: it is run on its Test tab.",
        inputs={"time_unit": "days", "trigger_every": "1"},
    ),
)


def get_trigger(key: str) -> Trigger:
    """Return a trigger.

    Args:
        key: the key as a form sends it, such as `function`.

    Raises:
        FieldError: on `trigger`: there is none of this key.
    """
    for each in TRIGGERS:
        if each.key == key:
            return each
    raise FieldError("trigger", "Select what the recipe begins with.")


def list_kinds(trigger: str, words: str = "") -> list[Kind]:
    """Return the kinds of steps that can be added, by group: control, Workato's own, apps by name.

    Args:
        trigger: the provider of the recipe's trigger: it decides how the recipe answers.
        words: the words that titles or groups have; empty for all.
    """
    found = words.strip().lower().split()
    return [each for each in _iter_kinds(trigger) if all(word in each.words for word in found)]


def get_kind(trigger: str, key: str) -> Kind:
    """Return a kind of step.

    Args:
        trigger: as for `list_kinds`.
        key: the key of the kind.

    Raises:
        FieldError: on `kind`: there is none of this key.
    """
    for each in _iter_kinds(trigger):
        if each.key == key:
            return each
    raise FieldError("kind", "Choose what the step is to do.")


def _iter_kinds(trigger: str) -> Iterator[Kind]:
    for keyword in _CONTROL:
        inputs = {"stop_with_error": "false", "stop_reason": ""} if keyword == "stop" else {}
        yield Kind(keyword=keyword, title=CONTROL_TITLES[keyword], group=CONTROL, inputs=inputs)
    if trigger in _RETURNS:
        provider, name, title = _RETURNS[trigger]
        yield _of_workato(provider, name, title)
    for (provider, name), title in PLATFORM_TITLES.items():
        yield _of_workato(provider, name, title)
    for connector in sorted(CONNECTORS.values(), key=lambda each: each.name):
        for action in sorted(connector.actions.values(), key=lambda each: each.title):
            yield _of_app(connector.provider, action.name, action.title, connector.name, {})
        own = {"mnemonic": "Custom action", "verb": "get", "response_type": "json"}
        own |= {"input": {"schema": "[]", "data": {}}, "output": "[]"}  # type: ignore[dict-item]
        yield _of_app(connector.provider, CUSTOM_ACTION, "Custom action", connector.name, own)


def _of_workato(provider: str, name: str, title: str) -> Kind:
    return Kind(
        keyword="action", provider=provider, name=name, title=title, group=WORKATO,
        inputs=_INPUTS.get((provider, name), {}),
    )  # fmt: skip


def _of_app(provider: str, name: str, title: str, app: str, inputs: Mapping[str, Any]) -> Kind:
    return Kind(
        keyword="action", provider=provider, name=name, title=title, group=app, inputs=inputs
    )
