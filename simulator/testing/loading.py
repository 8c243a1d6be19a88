"""Bring a simulator into a pytest run, quickly."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def loading(config: pytest.Config) -> Iterator[None]:
    """For imports and other work that makes much, of which everything stays until the end.

    Nobody looks for garbage meanwhile, for there is next to none, nor again later among what was
    made; that would take longer than many a test. Nor does pytest ask at each import whether the
    module's assertions are to be explained: those of a simulator are not.
    """
    explaining: object = config.pluginmanager.rewrite_hook
    asked = [finder for finder in sys.meta_path if finder is explaining]
    collects = gc.isenabled()
    gc.disable()
    for finder in asked:
        sys.meta_path.remove(finder)
    try:
        yield
    finally:
        sys.meta_path[:0] = asked
        gc.freeze()
        if collects:
            gc.enable()
