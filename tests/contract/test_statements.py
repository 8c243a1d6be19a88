"""How many statements people and clients send at Workato Identity."""

from collections.abc import Mapping

import pytest

from tests.tools.benchmarks.statements import Counted, operations

#: Operation → the most statements on tables that it may send. Lower them when it sends fewer
#: (`python -m tests.tools.benchmarks.statements --path` shows them).
MOST = {
    "sign-in, consent remembered, 5 requests": 12,
    "sign-in to an MCP server, consent remembered, 5 requests": 12,
    "refresh with rotation": 3,
    "registration": 1,
    "userinfo": 1,
    "JWKS": 1,
    "discovery": 0,
}


@pytest.fixture(scope="module")
def counted() -> Mapping[str, Counted]:
    """Each operation of the benchmark, once."""
    return {each.name: each for each in operations()}


@pytest.mark.requirement("SPEED-23")
@pytest.mark.parametrize("name", MOST)
def test_an_operation_sends_no_more(counted: Mapping[str, Counted], name: str) -> None:
    # Where other processes may share the database, a look at what they changed comes with each
    # request. A file is looked at without SQLAlchemy, and one in memory not at all.
    sent = [each for each in counted[name].sent if "FROM sandbox_facts" not in each]

    assert len(sent) <= MOST[name], "\n".join(sent)


@pytest.mark.requirement("SPEED-23")
def test_every_operation_has_its_limit(counted: Mapping[str, Counted]) -> None:
    assert counted.keys() == MOST.keys()
