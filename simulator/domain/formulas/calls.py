"""Calls of formula functions: the table of all, and how one is found by its receiver's type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.domain.formulas.errors import FormulaError, Misuse
from simulator.domain.formulas.limits import LARGEST_TOTAL, LONG, MOST_BLOCK_CALLS
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import SKIP, describe


class Frame:
    """One evaluation under way: its scope, the parameters of blocks, and what it may still do."""

    __slots__ = ("blocks_left", "left", "parameters", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.parameters: dict[str, Any] = {}
        self.left, self.blocks_left = LARGEST_TOTAL, MOST_BLOCK_CALLS

    def charge(self, amount: int) -> None:
        """Count a long result.

        Raises:
            FormulaError: all of them together are too much.
        """
        self.left -= amount
        if self.left < 0:
            raise FormulaError(
                f"The formula makes more than {LARGEST_TOTAL:,} characters and items."
            )

    def charge_block(self) -> None:
        """Count the call of a block.

        Raises:
            FormulaError: there were too many.
        """
        self.blocks_left -= 1
        if self.blocks_left < 0:
            raise FormulaError(
                f"The formula calls its blocks more than {MOST_BLOCK_CALLS:,} times."
            )


#: What a formula, or a part of it, is compiled to.
Run = Callable[[Frame], Any]
#: One link of a chain: what is done with the value before it.
Link = Callable[[Frame, Any], Any]

#: The vendor's pages, as sources of what is supported: https://docs.workato.com/formulas/….html
STRING, NUMBER, DATE = "string-formulas", "number-formulas", "date-formulas"
LIST, CONDITION, OTHER = "array-list-formulas", "conditions", "other-formulas"
#: Not on the vendor's list, but used by recipes or examples that the vendor publishes.
SEEN = "seen in examples"


@dataclass(frozen=True, slots=True)
class Function:
    """What a name does with one type of receiver.

    Attributes:
        call: takes the receiver (if it is a method), the arguments, and options by name.
        page: the page of the vendor's documentation that has it.
        least, most: how many arguments it takes.
        options: by name.
        needs_scope: whether the scope comes first.
    """

    call: Callable[..., Any]
    page: str
    least: int
    most: int
    options: frozenset[str]
    needs_scope: bool

    @property
    def sentence(self) -> str:
        """The first line of its docstring."""
        return (self.call.__doc__ or "").partition("\n")[0]


#: Name → type of the receiver (`object` for every other one) → function.
METHODS: dict[str, dict[type, Function]] = {}
#: Functions and words that stand by themselves, such as `now`.
WORDS: dict[str, Function] = {}
_Call = TypeVar("_Call", bound=Callable[..., Any])


def method(
    name: str, *receivers: type, page: str, needs_scope: bool = False
) -> Callable[[_Call], _Call]:
    """Enter a function in the table, for receivers of these types."""

    def enter(call: _Call) -> _Call:
        function = _read(call, page, needs_scope, receiver=1)
        for receiver in receivers:
            METHODS.setdefault(name, {})[receiver] = function
        return call

    return enter


def word(name: str, *, page: str) -> Callable[[_Call], _Call]:
    """Enter what stands by itself; it gets the scope first."""

    def enter(call: _Call) -> _Call:
        WORDS[name] = _read(call, page, needs_scope=True, receiver=0)
        return call

    return enter


def _read(call: Callable[..., Any], page: str, needs_scope: bool, receiver: int) -> Function:
    code, defaults = call.__code__, call.__defaults__ or ()
    most = code.co_argcount - receiver - needs_scope
    least = most - len(defaults)
    if code.co_flags & 0x04:  # *args
        most = 1_000
    options = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return Function(call, page, least, most, frozenset(options), needs_scope)


def suggest(name: str, names: Mapping[str, Any]) -> str:
    """Return a sentence that says what is supported instead, if anything is near."""
    import difflib

    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f" Did you mean `{near[0]}`?" if near else ""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call, compiled.

    Attributes:
        positional: in order.
        options: key and value of each `name: value` and `key => value`.
        block: the block of the call, or None.
    """

    positional: tuple[Run, ...] = ()
    options: tuple[tuple[Run, Run], ...] = ()
    block: Run | None = None


def make_link(name: str, arguments: Arguments) -> Link:
    """Return what calls a method that exists.

    Args:
        name: the name of the method.
        arguments: the arguments of the call.

    Raises:
        FormulaError: it takes another number of arguments, whatever it is called on.
    """
    functions = METHODS[name]
    count = len(arguments.positional) + (arguments.block is not None)
    fitting = {
        kind: function
        for kind, function in functions.items()
        if function.least <= count + _trailing(function, arguments) <= function.most
    }
    if not fitting:
        counts = sorted({(each.least, each.most) for each in functions.values()})
        raise FormulaError(f"`{name}` takes {_describe_counts(counts)}, not {count}.")
    if not count and not arguments.options:
        return _bare_link(name, functions, fitting)
    return _full_link(name, functions, fitting, arguments)


def _trailing(function: Function, arguments: Arguments) -> int:
    """Options that no parameter has a name for are one more argument: an object."""
    return 1 if arguments.options and not function.options else 0


def _describe_counts(counts: list[tuple[int, int]]) -> str:
    least, most = min(low for low, _ in counts), max(high for _, high in counts)
    if most == 0:
        return "no arguments"
    if least == most:
        return "1 argument" if most == 1 else f"{most} arguments"
    return f"{least} or more arguments" if most >= 1_000 else f"{least} to {most} arguments"


def _bare_link(
    name: str, functions: Mapping[type, Function], fitting: Mapping[type, Function]
) -> Link:
    direct = {kind: each.call for kind, each in fitting.items() if not each.needs_scope}

    def link(frame: Frame, value: Any) -> Any:
        call = direct.get(type(value))
        try:
            if call is not None:
                result = call(value)
            else:
                function = _find(name, value, functions, fitting)
                result = (
                    function.call(frame.scope, value)
                    if function.needs_scope
                    else function.call(value)
                )
        except Misuse as error:
            raise FormulaError(f"`{name}` {error}.") from None
        return _charged(frame, result)

    return link


def _full_link(
    name: str,
    functions: Mapping[type, Function],
    fitting: Mapping[type, Function],
    arguments: Arguments,
) -> Link:
    positional, block = arguments.positional, arguments.block

    def link(frame: Frame, value: Any) -> Any:
        function = fitting.get(type(value)) or _find(name, value, functions, fitting)
        given = [run(frame) for run in positional]
        options = _take_options(frame, name, function, arguments, given)
        if block is not None:
            given.append(block(frame))
        if SKIP in given:
            raise FormulaError(f"`{name}` takes no `skip`: that leaves a whole field out.")
        try:
            if function.needs_scope:
                result = function.call(frame.scope, value, *given, **options)
            else:
                result = function.call(value, *given, **options)
        except Misuse as error:
            raise FormulaError(f"`{name}` {error}.") from None
        return _charged(frame, result)

    return link


def _take_options(
    frame: Frame, name: str, function: Function, arguments: Arguments, given: list[Any]
) -> dict[str, Any]:
    """Return the options by name; a function that has none is given them as its last argument."""
    if not arguments.options:
        return {}
    pairs = {key(frame): inner(frame) for key, inner in arguments.options}
    if function.options:
        return _named(name, function, pairs)
    given.append(pairs)
    return {}


def _named(name: str, function: Function, pairs: Mapping[Any, Any]) -> dict[str, Any]:
    unknown = [str(key) for key in pairs if key not in function.options]
    if unknown:
        known = ", ".join(sorted(function.options))
        raise FormulaError(f"`{name}` has no option '{unknown[0]}'; there are: {known}.")
    return {str(key): value for key, value in pairs.items()}


def _find(
    name: str, value: Any, functions: Mapping[type, Function], fitting: Mapping[type, Function]
) -> Function:
    """Return the function for a value of no type that the table has as it is."""
    for kind in (
        *type(value).__mro__[:-1],
        *([dict] if isinstance(value, Mapping) else []),
        object,
    ):
        if kind in fitting and not (isinstance(value, bool) and kind is int):
            return fitting[kind]
        if kind in functions and not (isinstance(value, bool) and kind is int):
            function = functions[kind]
            counts = _describe_counts([(function.least, function.most)])
            raise FormulaError(f"`{name}` takes {counts} when it is called on {describe(value)}.")
    if value is None:
        raise FormulaError(
            f"`{name}` was called on null: check the value with `present?`, or call it by "
            f"`&.{name}`."
        )
    raise FormulaError(f"`{name}` cannot be called on {describe(value)}.")


def _charged(frame: Frame, result: Any) -> Any:
    if isinstance(result, str | list | bytes) and len(result) > LONG:
        frame.charge(len(result))
    return result


def make_word(name: str, arguments: Arguments) -> Run:
    """Return what calls a function that stands by itself, such as `lookup('…', key: value)`.

    Raises:
        FormulaError: it takes another number of arguments.
    """
    function = WORDS[name]
    positional = arguments.positional
    count = len(positional) + _trailing(function, arguments)
    if not function.least <= count <= function.most:
        counts = _describe_counts([(function.least, function.most)])
        raise FormulaError(f"`{name}` takes {counts}, not {count}.")

    def run(frame: Frame) -> Any:
        given = [each(frame) for each in positional]
        options = _take_options(frame, name, function, arguments, given)
        try:
            return _charged(frame, function.call(frame.scope, *given, **options))
        except Misuse as error:
            raise FormulaError(f"`{name}` {error}.") from None

    return run
