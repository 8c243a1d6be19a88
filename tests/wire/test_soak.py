"""A small soak; `make soak` is the large one."""

import re

import pytest

from tests.tools.soak import soak


@pytest.mark.long
@pytest.mark.requirement("SEED-5")
@pytest.mark.timeout(180)
def test_tests_do_not_disturb_each_other() -> None:
    passed, line = soak(seed=4, tests=20)

    assert passed, line
    assert re.fullmatch(r"seed 4: 20 passed in \d+ s", line)
