"""The MCP Inspector's interactive mode, in a browser: sign-in, elicitation dialog, results."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.pages.sign_in import AppPages, IdentityPages
from simulator.testing.workspace import Workspace
from tests.wire.inspector import InspectorWindow, stored, storing
from tests.wire.node_process import PACKAGES, environment, free_port, running
from tests.wire.whole_way import EXPIRY, SERVER, revoke

pytestmark = [
    pytest.mark.long,
    pytest.mark.wire,
    pytest.mark.ui,
    pytest.mark.usefixtures("witness"),
]

#: A window that waits for three programs on a busy machine.
PATIENCE = 30_000


@pytest.fixture
def address(request: pytest.FixtureRequest, simulator: Simulator, tmp_path: Path) -> Iterator[str]:
    """Where `mcp-inspector --web` serves its window, started for one server and one era."""
    (server,) = [one for one in simulator.describe()["servers"] if one["name"] == SERVER]
    env = environment(tmp_path / "home", "false") | storing(tmp_path / "store")
    ports = ("CLIENT_PORT", "MCP_SANDBOX_PORT", "MCP_APP_ORIGIN_PORT")
    env |= {name: str(free_port()) for name in ports} | {"MCP_AUTO_OPEN_ENABLED": "false"}
    options = ("--server-url", server["mcp_url"], "--transport", "http")
    command = (PACKAGES / ".bin/mcp-inspector", "--web", *options, "--protocol-era", request.param)
    with running(*command, env=env) as inspector:
        assert inspector.process.stdout is not None
        lines = iter(inspector.process.stdout.readline, "")
        yield next(line.strip() for line in lines if "?MCP_INSPECTOR_API_TOKEN=" in line)


@pytest.mark.slow
@pytest.mark.timeout(120)  # three programs start and talk, on a machine that may be busy
@pytest.mark.requirement("CLI-1")
@pytest.mark.parametrize(
    "address",
    [
        pytest.param("legacy", marks=[pytest.mark.long, pytest.mark.client("inspector-web")]),
        pytest.param("modern", marks=pytest.mark.client("inspector-web-modern")),
    ],
    indirect=True,
)
def test_the_inspectors_interactive_mode_goes_the_whole_way(
    address: str, workspace: Workspace, simulator: Simulator, tmp_path: Path
) -> None:
    """Its dialog leads to the consent; after a revocation it sends the person to sign in again."""
    ada = workspace.person("Ada")
    window, identity = InspectorWindow(ada.page), IdentityPages(ada.page)
    window.connect(address)
    expect(identity.sign_in_button).to_be_visible(timeout=PATIENCE)
    identity.sign_in(ada.person["email"], ada.person["password"])
    identity.allow.click()
    expect(window.connected).to_be_visible(timeout=PATIENCE)

    window.open_tool("List my requisitions")
    window.execute.click()
    expect(window.elicitation).to_contain_text("connect your Coupa account", timeout=PATIENCE)
    allow_at_coupa(window.open_elicitation(), ada)
    window.complete_elicitation()
    shows_her_rows(window)

    before, _ = stored(tmp_path / "store")
    simulator.world.clock.travel(EXPIRY)
    window.call_again()
    shows_her_rows(window)
    token, client_id = stored(tmp_path / "store")
    assert token != before

    revoke(simulator, token, client_id)
    window.call_again()
    identity.allow.click()
    expect(window.connected).to_be_visible(timeout=PATIENCE)
    window.open_tool("List my requisitions")
    window.execute.click()
    shows_her_rows(window)


def allow_at_coupa(page: Page, ada: Actor) -> None:
    """Sign in and allow in the window that the dialog has opened; it closes by itself."""
    coupa = AppPages(page, "coupa")
    coupa.sign_in(ada.app_account["login"], ada.app_account["password"])
    with page.expect_event("close"):
        coupa.allow.click()


def shows_her_rows(window: InspectorWindow) -> None:
    """The results are Ada's, and nobody else's."""
    expect(window.close_results).to_be_visible(timeout=PATIENCE)
    expect(window.results).to_contain_text("ada@acme.example", timeout=PATIENCE)
    expect(window.results).not_to_contain_text("bob@acme.example")
