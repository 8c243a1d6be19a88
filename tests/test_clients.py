"""The list of clients is true: each row has its test, and the page is fresh."""

import pytest

from tests.tools import clients, suite


@pytest.mark.requirement("CLI-1")
def test_every_client_has_a_test_and_every_test_a_row() -> None:
    tested = {each.id for each in clients.load().values() if not each.by_hand}

    assert {name for name, _ in suite.marks("client")} == tested


@pytest.mark.requirement("CLI-1")
def test_a_client_that_was_run_by_hand_says_in_which_version() -> None:
    rows = clients.load().values()

    assert [each.id for each in rows if bool(each.version) != bool(each.by_hand)] == []


@pytest.mark.requirement("CLI-1")
def test_the_page_of_clients_is_fresh() -> None:
    page = clients.PAGE.read_text(encoding="utf-8")

    assert page == clients.render(clients.load()), "stale; run: python -m tests.tools.clients"
