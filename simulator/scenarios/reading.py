"""YAML as data that remembers its lines."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from simulator.errors import ScenarioError

# libyaml reads ten times faster; both leave the same nodes and marks.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _WrongNode(Exception):
    """What YAML itself takes, and we cannot: the message says what is wrong with it."""

    def __init__(self, node: Node, problem: str) -> None:
        super().__init__(problem)
        self.line = node.start_mark.line + 1


@dataclass(frozen=True)
class Source:
    """One YAML file.

    Attributes:
        path: the file.
        text: the text as it is written.
        data: what it says, in plain Python types.
    """

    path: Path
    text: str
    data: Any

    @cached_property
    def root(self) -> Node | None:
        """Its node graph, for the lines; None for an empty file.

        Made again for whoever asks: kept, it would be many times as large as the data, and
        Python would look for garbage among all that is imported while it is made.
        """
        return yaml.compose(self.text, Loader=_Loader)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            ScenarioError: it cannot be read, or is no YAML (`file:line: …`).
        """
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ScenarioError(f"Cannot read {shown(path)}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise ScenarioError(f"{shown(path)}:1: expected text in UTF-8.") from None
        try:
            return cls(path, text, _load(text))
        except _WrongNode as error:
            raise ScenarioError(f"{shown(path)}:{error.line}: {error}.") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise ScenarioError(
                f"{shown(path)}:{line}: {error.problem or error.context}."
            ) from None
        except yaml.YAMLError as error:  # a character that YAML forbids
            line = text.count("\n", 0, getattr(error, "position", 0)) + 1
            raise ScenarioError(f"{shown(path)}:{line}: {str(error).splitlines()[0]}.") from None

    def line(self, place: Sequence[str | int]) -> int:
        """The line of a value or, where there is none, of what should have held it."""
        node, line = self.root, 1
        for part in place:
            key, value = _inside(node, part)
            if value is None:
                break
            node, line = value, (key or value).start_mark.line + 1
        return line

    def problem(self, place: Sequence[str | int], sentence: str) -> str:
        """A mistake at a place, as people read it: `file:line: end_users.3.email: …`."""
        where = ".".join(str(part) for part in place)
        return f"{shown(self.path)}:{self.line(place)}: {f'{where}: ' if where else ''}{sentence}"


def shown(path: Path) -> str:
    """A path as messages name it: relative to the current folder if it lies below it."""
    try:
        return path.resolve().relative_to(Path(os.getcwd()).resolve()).as_posix()
    except (ValueError, OSError):
        return str(path)


def _load(text: str) -> Any:
    """Return what a file says; None for an empty one.

    Raises:
        _WrongNode: a mapping has a key twice, or a value is none, such as the date 2026-13-01.
        yaml.YAMLError: it is no YAML, or has a tag that nobody knows.
    """
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        _refuse_repeated_keys(root)
        return loader.construct_document(root)
    except ValueError:
        _refuse_wrong_values(text)
        raise
    finally:
        loader.dispose()


def _refuse_wrong_values(text: str) -> None:
    """Raise for the first value that is none; PyYAML does not say where it is."""
    root = yaml.compose(text, Loader=_Loader)
    for node in _nodes(root, set()) if root else ():
        if isinstance(node, ScalarNode):
            try:
                yaml.load(yaml.serialize(node), Loader=_Loader)  # noqa: S506  # a safe one
            except ValueError as error:
                problem = f"'{node.value}' is no valid value ({error})"
                raise _WrongNode(node, problem) from None


def _inside(node: Node | None, part: str | int) -> tuple[Node | None, Node | None]:
    """The (key, value) nodes of a mapping's entry, or (None, item) of a list's."""
    if isinstance(node, MappingNode):
        # Backwards: what a merge (`<<`) brought in stands first and is overridden.
        for key, value in reversed(node.value):
            if isinstance(key, ScalarNode) and key.value == str(part):
                return key, value
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None, None


def _refuse_repeated_keys(root: Node) -> None:
    """Raise for a mapping that has a key twice; PyYAML keeps the last one silently."""
    for node in _nodes(root, set()):
        if not isinstance(node, MappingNode):
            continue
        keys: set[str] = set()
        for key, _value in node.value:
            if isinstance(key, ScalarNode) and key.value in keys:
                raise _WrongNode(key, f"the key '{key.value}' is there twice")
            keys.add(str(key.value))


def _nodes(node: Node, seen: set[int]) -> Iterator[Node]:
    """Every node once, although aliases may lead to one again."""
    if id(node) in seen:
        return
    seen.add(id(node))
    yield node
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _nodes(key, seen)
            yield from _nodes(value, seen)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _nodes(item, seen)
