"""Agent frameworks go the whole way: a model, or what stands for one, calls through them."""

import re
from pathlib import Path

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from tests.wire.browser_visits import BrowserVisits
from tests.wire.programs import ENVIRONMENTS, Desk, Program, conversing
from tests.wire.whole_way import SERVER, TOOL, revoke
from tests.wire.witness import Witness

pytestmark = [pytest.mark.long, pytest.mark.wire, pytest.mark.requirement("CLI-1")]

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("fastmcp/pydantic_ai_client.py", marks=pytest.mark.client("pydantic-ai")),
        pytest.param("fastmcp/openai_agents_client.py", marks=pytest.mark.client("openai-agents")),
        pytest.param("python_sdk_1/langchain_client.py", marks=pytest.mark.client("langchain")),
    ],
)
def test_an_agent_goes_the_whole_way(
    path: str, ada: Actor, simulator: Simulator, witness: Witness, tmp_path: Path
) -> None:
    """The model reads the prompt and its link; the next run brings the rows."""
    desk, visits = Desk(tmp_path), BrowserVisits(ada)
    url = ada.stage.server(SERVER)["mcp_url"]
    interpreter = ENVIRONMENTS / Path(path).parent / "bin/python"
    command = [str(interpreter), str(HERE / path), url]
    with (
        visits.running() as browser,
        conversing(
            command, desk.environment(BROWSER=browser), tmp_path / "client.log", visits
        ) as client,
    ):
        assert TOOL in client.ask("list")
        assert "Connected" in ada.open_link(link(client.ask("call")))
        assert owners(client) == {"ada@acme.example"}

        desk.let_an_access_token_expire(simulator)
        assert owners(client) == {"ada@acme.example"}
        assert visits.sign_ins == 1

        revoke(simulator, witness.token, **witness.credentials)
        assert owners(client) == {"ada@acme.example"}
        assert visits.sign_ins == 2


def link(text: str) -> str:
    """Where a prompt sends the person, as the model reads it: prose, or JSON."""
    (found,) = set(re.findall(r'http://[^\s"]+/connections/setup/[\w-]+', text))
    return str(found)


def owners(client: Program) -> set[str]:
    """Whose requisitions the model reads."""
    return set(re.findall(r"[\w.]+@acme\.example", client.ask("call")))
