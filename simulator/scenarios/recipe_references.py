"""What a scenario's recipe refers to: connections, actions and their inputs, data pills."""

import re
from collections.abc import Iterator
from typing import Any

from simulator.connectors import CONNECTORS
from simulator.connectors.inputs import list_inputs
from simulator.domain.engine.steps import CUSTOM_ACTION
from simulator.domain.formulas import iter_pills, list_problems
from simulator.scenarios.recipes import TRIGGER_ALIAS, TRIGGERS
from simulator.scenarios.schema import Recipe, Scenario, Step
from simulator.validation.mistakes import Mistakes, Place, expect_one_of, format_value

PROVIDERS = {trigger: provider for trigger, (provider, *_) in TRIGGERS.items()}

_PILL = re.compile(r"#\{([^}]*)\}")
_PATH = re.compile(r"_\('data\.([^'.]+)\.([^'.]+)((?:\.[^'.]+)*)'\)")


def mistakes(scenario: Scenario, recipe: Recipe, place: Place) -> Mistakes:
    """Everything in a recipe that refers to nothing, as (where, sentence)."""
    projects = [project.name for project in scenario.projects]
    if recipe.project not in projects:
        yield (*place, "project"), expect_one_of(projects, recipe.project)
    yield from _connections(scenario, recipe, place)
    trigger = PROVIDERS[recipe.trigger]
    aliases = {(trigger, TRIGGER_ALIAS)}
    for number, step in enumerate(recipe.steps):
        here: Place = (*place, "steps", number)
        yield from _step(recipe, step, here, is_last=number == len(recipe.steps) - 1)
        for where, text in _texts(step.input, (*here, "input")):
            yield from _pills(recipe, text, where, aliases)
        for where, text in _texts(step.returns, (*here, "return")):
            yield from _pills(recipe, text, where, aliases)
        if step.action is not None and step.alias is not None:
            provider = step.action.split(".")[0]
            if (provider, step.alias) in aliases:
                yield (*here, "as"), f"expected a name of its own, found '{step.alias}' again"
            aliases.add((provider, step.alias))


def _connections(scenario: Scenario, recipe: Recipe, place: Place) -> Mistakes:
    for provider, choice in recipe.connections.items():
        here: Place = (*place, "connections", provider)
        if provider not in CONNECTORS:
            yield here, expect_one_of(list(CONNECTORS), provider)
            continue
        names = [one.name for one in scenario.connections if one.provider == provider]
        if choice.connection not in names:
            yield (*here, "connection"), expect_one_of(names, choice.connection)


def _step(recipe: Recipe, step: Step, place: Place, *, is_last: bool) -> Mistakes:
    if step.action is None:
        if not is_last:
            yield (*place, "return"), "expected 'return' in the last step alone, found it before"
        if step.http_status is not None and recipe.trigger != "api_recipe":
            where = (*place, "http_status")
            yield where, f"expected it in an api_recipe alone, found {step.http_status}"
        return
    if is_last:
        yield place, f"expected the last step to be a 'return', found {format_value(step.action)}"
    provider, name = step.action.split(".")
    if provider not in CONNECTORS:
        known = [f"{app}.{action}" for app, c in CONNECTORS.items() for action in c.actions]
        yield (*place, "action"), expect_one_of(known, step.action)
        return
    actions = CONNECTORS[provider].actions
    if name == CUSTOM_ACTION:
        return
    if name not in actions:
        yield (
            (*place, "action"),
            expect_one_of([f"{provider}.{one}" for one in actions], step.action),
        )
        return
    if actions[name].takes_any_input:
        return
    inputs = [each["name"] for each in list_inputs(CONNECTORS[provider], name, {})]
    for key in step.input or {}:
        if key not in inputs:
            yield (*place, "input", key), f"unknown input; {expect_one_of(inputs, key)}"


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text inside an input, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*place, index))


def _pills(recipe: Recipe, text: str, place: Place, aliases: set[tuple[str, str]]) -> Mistakes:
    trigger = PROVIDERS[recipe.trigger]
    if "_dp(" in text:
        yield from _full_pills(text, place, aliases)
        return
    if "#{" in text and text.count("#{") != len(_PILL.findall(text)):
        yield place, f"expected a closed data pill, found {format_value(text)}"
        return
    for inner in _PILL.findall(text):
        match = _PATH.fullmatch(inner)
        if match is None:
            example = "#{_('data." + trigger + ".trigger.name')}"
            yield place, f"expected a data pill such as {example}, found '#{{{inner}}}'"
            continue
        provider, alias, path = match.groups()
        pill = f"data.{provider}.{alias}{path}"
        if (provider, alias) not in aliases:
            known = ", ".join(f"data.{one}.{name}" for one, name in sorted(aliases))
            yield place, f"expected a data pill of an earlier step ({known} …), found '{pill}'"
        elif (provider, alias) == (trigger, TRIGGER_ALIAS):
            names = [parameter.name for parameter in recipe.parameters]
            if path and path.split(".")[1] not in names:
                known = ", ".join(f"'{name}'" for name in names) or "none declared"
                yield place, f"expected a data pill of a parameter ({known}), found '{pill}'"


def _full_pills(text: str, place: Place, aliases: set[tuple[str, str]]) -> Mistakes:
    """Pills as exported recipes have them, `_dp('{"pill_type": …}')`, in texts and formulas."""
    for problem in list_problems(text):
        yield place, f"expected data pills and formulas that can be read: {problem}"
    for pill in iter_pills(text):
        if pill.kind == "output" and (pill.provider, pill.line) not in aliases:
            known = ", ".join(f"{one}, {name}" for one, name in sorted(aliases))
            found = f"{pill.provider}, {pill.line}"
            yield place, f"expected a data pill of an earlier step ({known}), found '{found}'"
