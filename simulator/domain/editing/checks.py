"""What is wrong with the inputs of a step as somebody fills them in."""

from collections.abc import Mapping, Sequence

from simulator.domain.editing.inputs import Block, InputField, Path, get_value
from simulator.domain.editing.operations import to_text
from simulator.domain.editing.outputs import list_lines
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.formulas import Pill, iter_pills, list_problems
from simulator.errors import list_choices
from simulator.validation.parsing import parse_whole_number

#: Providers of pills that name a block by what it is.
_BY_KEYWORD = ("foreach", "repeat", "catch", "")
LONGEST = 100_000


def check_inputs(
    code: Block, number: int, fields: Sequence[InputField], values: Mapping[Path, str]
) -> dict[Path, str]:
    """Return what is wrong: path of the input → sentence.

    Of a value that is as it was, nothing is said but that it is missing.

    Args:
        code: the code of the recipe.
        number: the number of the step.
        fields: the fields of the step.
        values: path of the input → text.
    """
    block, lines = list(iter_blocks(code))[number], list_lines(code, number)
    errors = {}
    for path, text in values.items():
        field = next((each for each in fields if each.path == path), None)
        if field is not None and field.required and not text.strip():
            errors[path] = f"{field.label} is required."
        elif text != to_text(get_value(block, path)):
            sentence = _check_text(text, field, lines)
            if sentence:
                errors[path] = sentence
    return errors


def _check_text(text: str, field: InputField | None, lines: Mapping[str, set[str]]) -> str:
    if len(text) > LONGEST:
        return f"A value has at most {LONGEST:,} characters."
    if field is not None and field.path[-1] == "code":
        return ""
    if field is not None and field.bounds is not None:
        number, (least, most) = parse_whole_number(text.strip()), field.bounds
        if not text or (number is not None and least <= number <= most):
            return ""
        return f"{field.label} is a whole number from {least} to {most:,}."
    if field is not None and field.is_fixed:
        known = [value for value, _ in field.options]
        return "" if text in ("", *known) else f"Choose one of the menu. {list_choices(known)}"
    problems = list_problems(text)
    if problems:
        return " ".join(problems)
    return next(filter(None, (_check_pill(pill, lines) for pill in iter_pills(text))), "")


def _check_pill(pill: Pill, lines: Mapping[str, set[str]]) -> str:
    if pill.kind != "output" or not pill.line:
        return ""
    if pill.line not in lines:
        return f"A data pill is of step '{pill.line}', whose output this step cannot use."
    if pill.provider in lines[pill.line] or pill.provider in _BY_KEYWORD:
        return ""
    return f"A data pill of step '{pill.line}' says {pill.provider}, which is not its app."
