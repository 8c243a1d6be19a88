"""How suites of the plugin are run by its tests: alone, and with pytest-xdist."""

import pytest

#: Options of pytest; that two workers change nothing is proven at length.
ALONE_AND_WITH_TWO_WORKERS = [
    pytest.param([], id="alone"),
    pytest.param(["-n", "2"], id="two workers", marks=pytest.mark.long),
]
