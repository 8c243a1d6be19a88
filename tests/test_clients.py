"""The list of clients is true: each row has its test, and the page is fresh."""

import pytest

from tests import clients, suite


@pytest.mark.requirement("CLI-1")
def test_every_client_has_a_test_and_every_test_a_row() -> None:
    assert {name for name, _ in suite.marks("client")} == clients.load().keys()


@pytest.mark.requirement("CLI-1")
def test_the_page_of_clients_is_fresh() -> None:
    page = clients.PAGE.read_text(encoding="utf-8")

    assert page == clients.render(clients.load()), "stale; run: python -m tests.clients"
