"""State machines whose steps are verbs, as likely as one says.

Hypothesis switches rules off in groups from history to history (swarm testing). That pays after
hundreds of histories; where there is time for dozens, most of them would do next to nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

Method = TypeVar("Method", bound=Callable[..., None])
#: What an argument is drawn from: a strategy, or what a machine holds at the moment.
Source = st.SearchStrategy[Any] | Callable[[Any], Sequence[Any]]

_SOURCES = "_verb_sources"


def verb(**sources: Source) -> Callable[[Method], Method]:
    """Mark a method as a verb of its machine; it waits while one of its sources holds nothing.

    Args:
        sources: argument → a strategy, or a function from the machine to a sequence.
    """

    def mark(method: Method) -> Method:
        setattr(method, _SOURCES, sources)
        return method

    return mark


class VerbMachine(RuleBasedStateMachine):
    """A state machine with verbs, all of them equally likely but for the favourites."""

    #: Verbs that come four times as often as the others.
    favourites: ClassVar[frozenset[str]] = frozenset()
    _verbs: ClassVar[dict[str, dict[str, Source]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: getattr(method, _SOURCES, None) for name, method in vars(cls).items()}
        found = {name: sources for name, sources in own.items() if sources is not None}
        cls._verbs = cls._verbs | found
        assert cls.favourites <= cls._verbs.keys()

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """Draw a verb out of those that are possible, and its arguments."""
        drawn_from = {name: self._strategies(sources) for name, sources in self._verbs.items()}
        possible = [name for name, found in drawn_from.items() if found is not None]
        weighted = possible + 3 * [name for name in possible if name in self.favourites]
        name = data.draw(st.sampled_from(weighted), label="verb")
        strategies = drawn_from[name] or {}
        getattr(self, name)(**{key: data.draw(one, key) for key, one in strategies.items()})

    def _strategies(self, sources: dict[str, Source]) -> dict[str, st.SearchStrategy[Any]] | None:
        found = {}
        for key, source in sources.items():
            if not callable(source):
                found[key] = source
            elif held := source(self):
                found[key] = st.sampled_from(held)
            else:
                return None
        return found
