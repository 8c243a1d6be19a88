"""A test that asks for nothing of the simulator."""


def test_one_and_one() -> None:
    assert 1 + 1 == 2
