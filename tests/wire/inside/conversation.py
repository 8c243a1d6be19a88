"""How a client program talks with its test: wishes come on standard input, answers go out."""

import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio


async def obey(handlers: Mapping[str, Callable[[], Awaitable[Any]]]) -> None:
    """Say that all is ready, then answer each line, the name of a wish, until there is none."""
    _say(answer="ready")
    while command := await _read():
        _say(answer=await handlers[command]())


async def open_in_browser(url: str) -> str:
    """Have the person's browser open a URL; returns the address outside that it was sent to."""
    _say(open=url)
    return await _read()


async def _read() -> str:
    line: str = await anyio.to_thread.run_sync(sys.stdin.readline)
    return line.strip()


def _say(**message: Any) -> None:
    print(json.dumps(message), flush=True)
