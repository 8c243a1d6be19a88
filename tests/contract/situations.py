"""Which incidents have a test of their own as a situation that people report."""

from collections.abc import Callable
from typing import TypeVar

import pytest

#: Every incident that has one.
SITUATIONS: set[str] = set()
Test = TypeVar("Test", bound=Callable[..., None])


def situation(*names: str) -> Callable[[Test], Test]:
    """Mark a test as that of these incidents, the parameter `name` where there are several."""
    SITUATIONS.update(names)

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.requirement("FLT-10")(test)
        if len(names) > 1:
            marked = pytest.mark.parametrize("name", names)(marked)
        return marked

    return mark
