"""Routes whose URL builders are compiled on first use."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

#: Builds the address of a rule, host and path, of what its converters make of the values.
_Builder = Callable[..., tuple[str, str]]

#: By host, subdomain and path of the rule, and whether other values become a query. What is built
#: is the same in every application, and a process makes many of each; there are as many as routes.
_compiled: dict[tuple[str | None, str | None, str, bool], _Builder] = {}


class LazyRule(Rule):
    """werkzeug compiles two functions for each route while an application is made.

    That was nine tenths of the time that making one takes, and few of the functions are called.
    """

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (self.host, self.subdomain, self.rule, append_unknown)
        compile_now = super()._compile_builder

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            builder = _compiled.get(key)
            if builder is None:
                builder = _compiled[key] = compile_now(append_unknown)
            return builder(rule, **values)

        return build
