"""What people read beside the controls of a page: labels, groups and errors, without a browser.

Ours: see `simulator.visits.html`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.errors import list_choices

#: What a control's describing error is called: `name-error`, as on every page of the web app.
_ERROR = "-error"


@dataclass
class Control:
    """A control of a form.

    Attributes:
        name: what it is sent as; empty where it is not sent.
        identifier: its `id`.
        kind: `box`, `radio`, `list` or `text`.
        value: the value of a box or radio button what it sends; of others what stands in them.
        is_on: a box or radio button is chosen.
        options: the options of a list, text → value.
        labels: every text that names it.
        groups: what the groups around it are called, the outermost first.
        error: the sentence beside it that says what is wrong.
    """

    name: str
    identifier: str
    kind: str
    value: str = ""
    is_on: bool = False
    options: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    error: str = ""


@dataclass
class _Capture:
    """The text of an element that is open."""

    tag: str
    kind: str
    key: str = ""
    depth: int = 1
    parts: list[str] = field(default_factory=list)
    control: Control | None = None

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


class LabelReader:
    """Collects labels while a page is read, and gives them to its controls."""

    def __init__(self) -> None:
        self._open: list[_Capture] = []
        self._groups: list[tuple[str, list[str]]] = []
        self._controls: list[tuple[Control, Mapping[str, str], list[list[str]]]] = []
        self._labels: list[tuple[str, str, Control | None]] = []
        self._texts: dict[str, str] = {}

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """Begin an element."""
        for capture in self._open:
            capture.depth += capture.tag == tag
        if tag == "label":
            self._open.append(_Capture(tag, "label", given.get("for", "")))
        elif tag == "legend":
            self._open.append(_Capture(tag, "legend"))
        elif tag == "fieldset" or given.get("role") == "group":
            names = [given["aria-label"]] if "aria-label" in given else []
            self._groups.append((tag, names))
            self._open.append(_Capture(tag, "group"))
        identifier = given.get("id", "")
        if identifier.endswith((_ERROR, "-label")):
            self._open.append(_Capture(tag, "text", identifier))

    def data(self, text: str) -> None:
        """Read text."""
        for capture in self._open:
            if capture.kind != "group":
                capture.parts.append(text)

    def end(self, tag: str) -> None:
        """End an element."""
        for capture in list(self._open):
            if capture.tag != tag:
                continue
            capture.depth -= 1
            if capture.depth == 0:
                self._open.remove(capture)
                self._close(capture)

    def _close(self, capture: _Capture) -> None:
        if capture.kind == "label":
            self._labels.append((capture.text, capture.key, capture.control))
        elif capture.kind == "legend" and self._groups:
            self._groups[-1][1].append(capture.text)
        elif capture.kind == "group":
            self._groups.pop()
        elif capture.kind == "text":
            self._texts[capture.key] = capture.text

    def add(self, control: Control, given: Mapping[str, str]) -> None:
        """Note a control where it stands."""
        self._controls.append((control, given, [names for _, names in self._groups]))
        for capture in self._open:
            if capture.kind == "label":
                capture.control = control

    def resolve(self) -> None:
        """Give the controls their labels, groups and errors, once the page is read."""
        by_id = {each.identifier: each for each, _, _ in self._controls if each.identifier}
        for text, target, inside in self._labels:
            control = by_id.get(target) if target else inside
            if control is not None:
                control.labels.append(text)
        for control, given, groups in self._controls:
            control.groups = [names[0] for names in groups if names]
            if given.get("aria-label"):
                control.labels.append(given["aria-label"])
            named_by = given.get("aria-labelledby", "").split()
            control.labels += [self._texts[each] for each in named_by if each in self._texts]
            described = given.get("aria-describedby", "").split()
            errors = [self._texts[each] for each in described if each in self._texts]
            control.error = " ".join(errors) if given.get("aria-invalid") == "true" else ""


def read_typed(
    controls: Iterable[Control], typed: Mapping[str, str], group: str = ""
) -> dict[str, list[str]]:
    """Return what values by label are by the names of fields.

    Args:
        controls: the controls of one form.
        typed: label → what is typed or chosen there. A box takes `yes` or `no`; for boxes or radio
            buttons of a group, its name takes the labels of those that are chosen, with commas.
        group: the name of the group in which the labels stand, if several have them.

    Raises:
        LookupError: there is no such label, or nothing of this text is offered.
    """
    within = [each for each in controls if not group or group in each.groups]
    values: dict[str, list[str]] = {}
    for label, value in typed.items():
        found = next((each for each in within if label in each.labels), None)
        offered = [each for each in within if label in each.groups and each.kind != "text"]
        if found is not None:
            values[found.name] = _read_value(found, value, values, within)
        elif offered:
            chosen = _read_choice(offered, label, value)
            values[offered[0].name] = _keep_others(offered, values, within) + chosen
        else:
            known = dict.fromkeys(text for each in within for text in each.labels)
            raise LookupError(f"The form has no field '{label}'. {list_choices(known)}")
    return values


def _read_value(
    control: Control, value: str, values: Mapping[str, list[str]], controls: Sequence[Control]
) -> list[str]:
    if control.kind == "text":
        return [value]
    if control.kind == "radio":
        return [control.value]
    if control.kind == "box":
        on = [each.value for each in controls if each.name == control.name and each.is_on]
        others = [each for each in values.get(control.name, on) if each != control.value]
        return others + [control.value] * (value == "yes")
    if value not in control.options:
        offered = list_choices(control.options)
        raise LookupError(f"'{control.labels[0]}' does not offer '{value}'. {offered}")
    return [control.options[value]]


def _read_choice(offered: Sequence[Control], group: str, value: str) -> list[str]:
    by_label = {text: each.value for each in offered for text in each.labels}
    names = [name for each in value.split(",") if (name := each.strip())]
    for name in names:
        if name not in by_label:
            raise LookupError(f"'{group}' does not offer '{name}'. {list_choices(by_label)}")
    return [by_label[name] for name in names]


def _keep_others(
    offered: Sequence[Control], values: Mapping[str, list[str]], controls: Sequence[Control]
) -> list[str]:
    """Return what is sent of boxes that have the same name, and stand in other groups."""
    name, group = offered[0].name, {each.value for each in offered}
    if offered[0].kind != "box":
        return []
    on = [each.value for each in controls if each.name == name and each.is_on]
    return [each for each in values.get(name, on) if each not in group]
