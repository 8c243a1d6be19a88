"""The connection prompt as the official SDK meets it: both eras, each style."""

from collections.abc import Callable, Iterator

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import URL_ELICITATION_REQUIRED

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import Actor, acting

pytestmark = pytest.mark.wire
TOOL = "List_my_requisitions"


@pytest.fixture
def actor(simulator: Simulator) -> Iterator[Callable[[str], Actor]]:
    """The people of the worker's simulator."""
    with acting(simulator) as people:
        yield people


def emails(answer: object) -> set[str]:
    """Whose requisitions an answer holds."""
    rows = answer.structured_content["requisitions"]  # type: ignore[attr-defined]
    return {row["requested-by"]["email"] for row in rows}


@pytest.mark.requirement("MCP-101")
def test_a_modern_client_that_opens_urls_gets_its_answer_in_one_call(
    actor: Callable[[str], Actor],
) -> None:
    """input_required, the link in the browser, the retry with requestState: one call_tool."""
    ada = actor("Ada")
    client = ada.connect("Procurement assistant", open_url=ada.open_link)

    answer = ada.call(TOOL)

    assert emails(answer) == {"ada@acme.example"}
    assert client.negotiated == "2026-07-28"


@pytest.mark.requirement("MCP-101")
def test_a_modern_client_hears_that_the_person_denied(actor: Callable[[str], Actor]) -> None:
    """The waiting call ends with a code that a program can switch on."""
    ada = actor("Ada")
    ada.connect("Procurement assistant", open_url=lambda url: _deny(ada, url))

    answer = ada.call(TOOL)

    assert answer.is_error
    assert answer.structured_content["error"] == "connection_denied"


@pytest.mark.requirement("MCP-102")
def test_a_handshake_client_that_opens_urls_gets_error_32042(
    actor: Callable[[str], Actor],
) -> None:
    """One elicitation per missing app; after the consent the repeated call succeeds."""
    bob = actor("Bob")
    client = bob.connect("Procurement assistant", mode="legacy", open_url=bob.open_link)

    with pytest.raises(MCPError) as required:
        bob.call(TOOL)

    assert required.value.error.code == URL_ELICITATION_REQUIRED
    (elicitation,) = required.value.error.data["elicitations"]
    assert elicitation["mode"] == "url"
    assert "Connected" in bob.open_link(elicitation["url"])
    assert emails(bob.call(TOOL)) == {"bob@acme.example"}
    assert client.negotiated == "2025-11-25"


@pytest.mark.requirement("MCP-103")
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_that_opens_no_urls_gets_the_link_in_a_result(
    actor: Callable[[str], Actor], mode: str
) -> None:
    """The same in both eras."""
    ada = actor("Ada")
    ada.connect("Procurement assistant", mode=mode)

    prompt = ada.call(TOOL)

    assert prompt.structured_content["error"] == "authentication_required"
    ada.connect_account(prompt)
    assert emails(ada.call(TOOL)) == {"ada@acme.example"}


@pytest.mark.requirement("MCP-103")
def test_a_setting_forces_the_link_into_a_result() -> None:
    """For suites that must not depend on what a client declares."""
    settings = Settings(database="memory", port_base=0, connection_prompt="text")
    with running(settings) as simulator, acting(simulator) as people:
        ada = people("Ada")
        ada.connect("Procurement assistant", open_url=ada.open_link)

        prompt = ada.call(TOOL)

    assert prompt.structured_content["error"] == "authentication_required"


def _deny(actor: Actor, url: str) -> None:
    actor.open_link(url, "Deny")
