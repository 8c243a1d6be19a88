"""How much a piece of code may use (Workato docs, Ruby snippets by Workato, Limitations)."""

from dataclasses import dataclass

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a piece of code may use.

    Attributes:
        seconds: the seconds of the machine's own time, start included.
        memory: bytes, those of the interpreter and the input included.
        script: bytes of the code itself.
        output: bytes of what it returns, as JSON (our choice).
    """

    seconds: int = 30
    memory: int = 256 * _MEGABYTE
    script: int = _MEGABYTE
    output: int = _MEGABYTE
