"""The pytest plugin: a Workato of one's own for each test. Nothing is loaded until it is asked for.

Fixtures: `simulator`, `workspace`, `end_user`, `admin`, `mcp_client`, `signed_in_page`, `clock`,
`journal`, `faults`. Their docstrings are their documentation: `pytest --fixtures` shows them.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Page

    from simulator.faults import Faults
    from simulator.journal import Journal
    from simulator.simulator import Simulator
    from simulator.testing.actors import Actor
    from simulator.testing.forms import FormBrowser
    from simulator.testing.mcp_client import McpClient
    from simulator.testing.time_travel import TimeTravel
    from simulator.testing.workspace import Workspace


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option, which is an ini setting as well."""
    group = parser.getgroup("simulator", "simulator of Workato's verified user access")
    told = "scenario of the tests that name none: a shipped one, or a YAML file (default: demo)"
    group.addoption("--simulator-scenario", metavar="NAME", help=told)
    parser.addini("simulator_scenario", told, default="demo")


def pytest_configure(config: pytest.Config) -> None:
    """The marker that chooses a test's scenario."""
    config.addinivalue_line(
        "markers", "simulator_scenario(name): the scenario that this test's workspace is made from"
    )


@pytest.fixture(scope="session")
def simulator(request: pytest.FixtureRequest) -> "Iterator[Simulator]":
    """Every simulated system, listening on free loopback ports; one for each process of a run.

    Its database is in memory. Tests ask for `workspace`, which makes it fresh.
    """
    from simulator.server import running
    from simulator.settings import Settings

    settings = Settings(database="memory", port_base=0, scenario=_scenario(request.config))
    with running(settings) as listening:
        yield listening


@pytest.fixture
def workspace(simulator: "Simulator", request: pytest.FixtureRequest) -> "Iterator[Workspace]":
    """A fresh world: nothing that an earlier test did is left, and everybody is signed out.

    It is made from `@pytest.mark.simulator_scenario("minimal")`, or from `--simulator-scenario`.
    """
    from simulator.testing.workspace import workspace as fresh

    marker = request.node.get_closest_marker("simulator_scenario")
    scenario = marker.args[0] if marker else _scenario(request.config)
    with fresh(simulator, scenario=scenario) as made:
        yield made


@pytest.fixture
def end_user(workspace: "Workspace") -> "Callable[[str], Actor]":
    """`end_user("Ada")`: a person with a browser, an MCP client and an account in the app."""
    return workspace.person


@pytest.fixture
def admin(workspace: "Workspace") -> "FormBrowser":
    """The owner's browser, without JavaScript, signed in to AI Hub."""
    owner = next(each for each in workspace.description["people"] if each["role"] == "owner")
    browser = workspace.person(owner["name"]).forms
    browser.get(workspace.description["systems"]["aihub"])
    return browser.submit("Sign in", email=owner["email"], password=owner["password"])


@pytest.fixture
def mcp_client(workspace: "Workspace") -> "Callable[..., McpClient]":
    """`mcp_client("Ada", "Procurement assistant")`: the official SDK, connected and signed in.

    Further keywords are those of `simulator.testing.mcp_client.McpClient`, such as
    `mode="legacy"`; `open_url=end_user("Ada").open_link` makes it follow connection prompts.
    """

    def connect(person: str, server: str, **options: Any) -> "McpClient":
        return workspace.person(person).connect(server, **options)

    return connect


@pytest.fixture
def signed_in_page(
    workspace: "Workspace", request: pytest.FixtureRequest
) -> "Iterator[Callable[[str], Page]]":
    """`signed_in_page("Ada")`: a Playwright page, signed in to Workato Identity.

    Each person has a browser context of his own, of pytest-playwright's `browser`.
    """
    from simulator.testing.pages.sign_in import IdentityPages

    browser = request.getfixturevalue("browser")
    with ExitStack() as closing:

        def sign_in(name: str) -> "Page":
            context = browser.new_context()
            closing.callback(context.close)
            workspace.clock.accompany(context)
            page: Page = context.new_page()
            person = workspace.person(name).person
            page.goto(f"{workspace.description['systems']['identity']}/login")
            IdentityPages(page).sign_in(person["email"], person["password"])
            return page

        yield sign_in


@pytest.fixture
def clock(workspace: "Workspace") -> "TimeTravel":
    """The simulated time: `clock.travel(hours=1)`, `clock.freeze()`; signed-in pages go along."""
    return workspace.clock


@pytest.fixture
def journal(workspace: "Workspace") -> "Journal":
    """Who asked which system what: `journal.verify("POST /oauth/token", times=1)`."""
    return workspace.journal


@pytest.fixture
def faults(workspace: "Workspace") -> "Faults":
    """What goes wrong on purpose: `faults.add("/api/*", system="app:*", status=503, times=1)`."""
    return workspace.faults


def _scenario(config: pytest.Config) -> str:
    return str(config.getoption("--simulator-scenario") or config.getini("simulator_scenario"))
