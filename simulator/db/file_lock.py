"""A file that one process at a time holds: the system takes it back from one that dies.

Ours: the package `filelock` would bring a second way to wait, and tell less of what is wrong.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import StartupError


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold a lock for a `with` block; whoever has it is waited for.

    Args:
        path: the path of the file, which is made and stays: one that is removed could be held
            twice.

    Raises:
        StartupError: it cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartupError(f"Cannot use the lock file {path}: {error.strerror}.") from None
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if os.name != "posix":  # there is no such lock: whoever starts two at once is told nothing
        return
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX)
