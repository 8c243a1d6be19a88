"""When Python looks for garbage in a process that is ours alone: seldom while it starts.

Whatever is imported or made for all systems stays to the end, and was looked through again and
again: a sixth of a start's processor time, and a third of a second where the process ends.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: So many new objects, as often, before older ones are looked through: filling a large world leaves
#: garbage behind, too.
_WHILE_STARTING = (100_000, 50, 50)


@contextmanager
def wait_for_start() -> Iterator[Callable[[], None]]:
    """Look for garbage seldom, until what this yields is called, or to the end of the `with` block.

    Yields:
        To be called once all is there: none of that is looked through any more, to the end of the
        process.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*_WHILE_STARTING)

    def started() -> None:
        gc.freeze()
        gc.set_threshold(*usual)

    try:
        yield started
    finally:
        gc.set_threshold(*usual)
