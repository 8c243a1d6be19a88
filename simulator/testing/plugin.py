"""The pytest plugin: a Workato of one's own for each test. Nothing is loaded until it is asked for.

The docstrings of its fixtures are their documentation: `pytest --fixtures` shows them.
"""

import secrets
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Page
    from pytest_bdd.parser import Feature, Scenario

    from simulator.call_record import AppCall
    from simulator.faults import Faults
    from simulator.journal import Journal
    from simulator.sandbox.end_users import People
    from simulator.sandbox.simulator import Simulator
    from simulator.sandbox.time_travel import TimeTravel
    from simulator.testing.actors import Actor
    from simulator.testing.api_client import ApiClient
    from simulator.testing.evidence import Evidence
    from simulator.testing.mcp_client import McpClient
    from simulator.testing.names import ProductionNames
    from simulator.testing.report.begin import Run
    from simulator.testing.workspace import Workspace
    from simulator.testing.workspace_factory import WorkspaceFactory
    from simulator.validation.persons import Who
    from simulator.visits.forms import FormBrowser

#: Fails tests that let the isolation oracle's findings go unjudged.
pytest_plugins = ("simulator.testing.judging",)
#: The name that what is loaded later goes by.
_EVIDENCE = "simulator-evidence"
_browser = pytest.StashKey[Any]()
_NO_SIMULATOR = "needs the simulator: --simulator-target names a real tenant"
_tenant = pytest.StashKey[dict[str, Any]]()
_workspace = pytest.StashKey["Workspace"]()
_run: "pytest.StashKey[Run]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options and settings."""
    group = parser.getgroup("simulator", "simulator of Workato's verified user access")
    text = "scenario of the tests that name none: a shipped one, or a YAML file (default: demo)"
    group.addoption("--simulator-scenario", metavar="NAME", help=text)
    parser.addini("simulator_scenario", text, default="demo")
    text = "file that describes a real tenant, to run against that instead of a simulator"
    group.addoption("--simulator-target", metavar="FILE", help=text)
    parser.addini("simulator_target", text, default="")
    text = "repeat the ids and secrets of an earlier run (default: pytest-randomly's seed, or a "
    text += "random one; it is printed)"
    group.addoption("--simulator-seed", metavar="N", type=int, help=text)
    text = "let people without a browser sign in and grant by a header, without a page"
    group.addoption("--simulator-headless-consent", action="store_true", help=text)
    parser.addini("simulator_headless_consent", text, type="bool", default=False)
    text = "let a request ask for its own fault by a header"
    group.addoption("--simulator-request-faults", action="store_true", help=text)
    parser.addini("simulator_request_faults", text, type="bool", default=False)
    text = "run the Python, Ruby and JavaScript code of recipes, isolated from this machine"
    group.addoption("--simulator-allow-code", action="store_true", help=text)
    parser.addini("simulator_allow_code", text, type="bool", default=False)
    text = "labels of the web app: mcp-servers (default), user-access (of 2025), enterprise-mcp"
    group.addoption("--simulator-navigation", metavar="NAME", help=text)
    parser.addini("simulator_navigation", text, default="mcp-servers")
    text = "folder for what failed tests leave behind (default: simulator-evidence)"
    group.addoption("--simulator-evidence", metavar="DIR", help=text)
    parser.addini("simulator_evidence", text, default="simulator-evidence")
    text = "write what the scenarios of this run say, and whether it holds, as pages to read"
    group.addoption("--simulator-report", metavar="DIR", help=text)
    text = "fail a test that plants a fault which happens to no request (else it is a warning)"
    parser.addini("simulator_strict_faults", text, type="bool", default=False)
    text = "YAML list of requirements (id, sentence), for the report of scenarios tagged with ids"
    parser.addini("simulator_requirements", text, default="")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and choose the seed of the run."""
    config.addinivalue_line(
        "markers", "simulator_scenario(name): the scenario that this test's workspace is made from"
    )
    config.addinivalue_line("markers", "simulator_strict_faults: as the setting, for one test")
    config.addinivalue_line("markers", "fresh: starts from a world that nobody has touched yet")
    config.addinivalue_line("markers", "simulator: no real tenant can do this")
    config.addinivalue_line("markers", "ui: the people of this test's workspace have a browser")
    if config.option.simulator_seed is None:
        # pytest-xdist hands options on to its workers: all have the same seed.
        randomly = getattr(config.option, "randomly_seed", None)
        config.option.simulator_seed = (
            randomly if isinstance(randomly, int) else secrets.randbelow(2**32)
        )

    if report := _report(config):
        if not hasattr(config, "workerinput"):
            from simulator.testing.report.begin import begin

            config.stash[_run] = begin(config, report)
        _evidence(config)  # also scenarios that never begin are told of


def pytest_report_header(config: pytest.Config) -> str:
    """Return the line that repeats this run."""
    return f"simulator seed: {config.option.simulator_seed}"


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_scenario(
    request: pytest.FixtureRequest, feature: "Feature", scenario: "Scenario"
) -> None:
    """Watch each scenario, for what it leaves behind when it fails."""
    _evidence(request.config).begin_scenario(request.node, feature, scenario)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Watch each test that uses a simulator, and the browser that it may use."""
    value = yield
    if fixturedef.argname == "browser":
        request.config.stash[_browser] = value
        if request.config.pluginmanager.has_plugin(_EVIDENCE):
            _evidence(request.config).see_browser(value)
    elif (
        fixturedef.argname in ("workspace", "simulator")
        and request.scope == "function"
        and type(value).__module__.startswith("simulator.")  # others have such names, too
    ):
        if fixturedef.argname == "workspace":
            request.node.stash[_workspace] = value
        used = value.given_simulator if fixturedef.argname == "workspace" else value
        if used is not None:
            _evidence(request.config).see_simulator(request.node, used)
        if fixturedef.argname == "workspace" and (used is None or _report(request.config)):
            _evidence(request.config).see_workspace(request.node, value)
    return value


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """Show what a test did wrong at its own line; `--full-trace` shows all."""
    if call.excinfo is not None and _workspace in item.stash:
        item.stash[_workspace].stage.network.explain(call.excinfo.value)
    used = "simulator.sandbox.simulator" in sys.modules
    if used and call.excinfo is not None and not item.config.getoption("fulltrace"):
        from simulator.testing.tracebacks import hide_ours

        hide_ours()


def _evidence(config: pytest.Config) -> "Evidence":
    """Who watches tests; there is nobody until there is something to be seen."""
    from simulator.testing.evidence import Evidence

    found: Evidence | None = config.pluginmanager.get_plugin(_EVIDENCE)
    if found is None:
        folder = _path(config, "simulator_evidence")
        assert folder is not None, "it has a default"
        found = Evidence(config, folder, _report(config))
        config.pluginmanager.register(found, _EVIDENCE)
        if _browser in config.stash:
            found.see_browser(config.stash[_browser])
    return found


def _report(config: pytest.Config) -> Path | None:
    folder = config.getoption("--simulator-report")
    return config.invocation_params.dir / folder if folder else None


def pytest_terminal_summary(
    terminalreporter: "pytest.TerminalReporter",
    exitstatus: int | pytest.ExitCode,
    config: pytest.Config,
) -> None:
    """Make the report, and say where it is."""
    if _run in config.stash:
        first = config.stash[_run].finish(config, terminalreporter.stats, exitstatus)
        terminalreporter.write_line(f"simulator report: {first}")


@pytest.fixture(scope="session")
def simulator(request: pytest.FixtureRequest) -> "Iterator[Simulator]":
    """Every simulated system, listening on free loopback ports; one for each process of a run.

    Its database is in memory. Tests ask for `workspace`, which makes it fresh. At a real tenant
    (`--simulator-target`), tests that ask for it are skipped.
    """
    from simulator.testing.loading import run, watch_faults

    if _target(request.config):
        pytest.skip(_NO_SIMULATOR)
    with run(request.config) as made:
        watch_faults(request.config, made)
        yield made


@pytest.fixture(scope="session")
def workspace_factory(request: pytest.FixtureRequest) -> "WorkspaceFactory":
    """`with workspace_factory.open("minimal") as workspace`: a world for fixtures of any scope.

    Each has a simulator of its own, so that no test's `workspace` makes it anew.
    """
    if _target(request.config):
        pytest.skip(_NO_SIMULATOR)
    from simulator.testing.loading import factory

    return factory(request.config)


@pytest.fixture
def workspace(request: pytest.FixtureRequest) -> "Iterator[Workspace]":
    """A fresh world: nothing that an earlier test did is left, and everybody is signed out.

    It is made from `@pytest.mark.simulator_scenario("minimal")`, or from `--simulator-scenario`.
    In a test or scenario that is marked `ui`, each person has a page of pytest-playwright's
    `browser`, and signs in with it. With `--simulator-target` it is that tenant, as it stands.
    """
    with ExitStack() as closing:
        has_browsers = request.config.pluginmanager.has_plugin("playwright")
        with_browser = request.node.get_closest_marker("ui") and has_browsers
        new_page = None
        if with_browser:
            from simulator.testing.contexts import pages

            new_page = pages(request, closing, confined=_target(request.config) is None)
        if target := _target(request.config):
            if request.node.get_closest_marker("simulator"):
                pytest.skip(_NO_SIMULATOR)
            from simulator.testing.workspace import at_target

            yield closing.enter_context(at_target(_described(request.config, target), new_page))
            return
        from simulator.testing.choices import scenario_of

        scenario = scenario_of(request)
        from simulator.testing.workspace import workspace as fresh

        simulator = request.getfixturevalue("simulator")
        made = fresh(simulator, new_page, scenario=scenario, seed_context=request.node.nodeid)
        yield closing.enter_context(made)


@pytest.fixture
def end_user(workspace: "Workspace") -> "Callable[..., Actor]":
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
    from simulator.testing.loading import demand

    demand("mcp_client", "mcp")

    def connect(person: "Who", server: str, **options: Any) -> "McpClient":
        return workspace.person(person).connect(server, **options)

    return connect


@pytest.fixture
def signed_in_page(
    workspace: "Workspace", request: pytest.FixtureRequest
) -> "Iterator[Callable[..., Page]]":
    """`signed_in_page("Ada")`: a Playwright page, signed in to Workato Identity.

    Each person has a browser context of their own, of pytest-playwright's `browser`.
    """
    try:
        request.getfixturevalue("browser")
    except pytest.FixtureLookupError:
        message = "signed_in_page needs a browser: pip install pytest-playwright"
        pytest.fail(message, pytrace=False)
    from simulator.testing.contexts import new_context
    from simulator.testing.pages.sign_in import IdentityPages

    with ExitStack() as closing:

        def sign_in(name: "Who") -> "Page":
            context = new_context(request, closing, workspace.given_simulator)
            workspace.stage.network.watch(context)
            workspace.clock.accompany(context)
            page: Page = context.new_page()
            person = workspace.person(name).person
            page.goto(f"{workspace.description['systems']['identity']}/login")
            IdentityPages(page).sign_in(person["email"], person["password"])
            return page

        yield sign_in


@pytest.fixture
def api_client(workspace: "Workspace") -> "Iterator[ApiClient]":
    """`api_client.get("/api/mcp/mcp_servers")`: a `requests` session at the Developer API.

    It has the token of the scenario's first API client.
    """
    from simulator.testing.api_client import ApiClient

    with ApiClient(workspace.description, network=workspace.stage.network) as client:
        yield client


@pytest.fixture(scope="session")
def production_names(simulator: "Simulator") -> "Iterator[ProductionNames]":
    """What has a browser, or a program, find the `simulator` at production names, over TLS.

    `production_names.launch_options()` is for `browser_type_launch_args` of pytest-playwright.
    """
    from simulator.testing.loading import demand

    demand("production_names", "trustme")
    from simulator.testing.names import production_names as served

    with served(simulator) as names:
        yield names


@pytest.fixture
def clock(workspace: "Workspace") -> "TimeTravel":
    """The simulated time: `clock.travel(hours=1)`, `clock.freeze()`; signed-in pages go along."""
    return _simulated(workspace).clock


@pytest.fixture
def journal(workspace: "Workspace") -> "Journal":
    """Who asked which system what: `journal.verify("POST /oauth/token", times=1)`."""
    return _simulated(workspace).journal


@pytest.fixture
def faults(workspace: "Workspace") -> "Faults":
    """What goes wrong on purpose: `faults.incident("app-down", person="ada@acme.example")`."""
    return _simulated(workspace).faults


@pytest.fixture
def people(workspace: "Workspace") -> "People":
    """The end users: `people["Ada"]`, `people.change("Ada", status="disabled", groups=[])`."""
    return _simulated(workspace).simulator.people


@pytest.fixture
def violations(workspace: "Workspace") -> "Callable[..., list[AppCall]]":
    """`violations()`: calls that served somebody with another's account or rows, oldest first.

    Whoever calls it judges what it returns; a test fails for those that it did not judge, also for
    those that occur afterwards, in worlds that are over, and while fixtures are torn down.
    `violations("Ada")` are those that served one person, and judges no others.
    """
    return _simulated(workspace).simulator.violations


def _simulated(workspace: "Workspace") -> "Workspace":
    if workspace.given_simulator is None:
        pytest.skip(_NO_SIMULATOR)
    return workspace


def _path(config: pytest.Config, name: str) -> Path | None:
    from simulator.testing.choices import path

    return path(config, name)


def _target(config: pytest.Config) -> Path | None:
    return _path(config, "simulator_target")


def _described(config: pytest.Config, target: Path) -> dict[str, Any]:
    """The tenant, read once; without it no test can run."""
    from simulator.testing.target import TargetError, load

    if _tenant not in config.stash:
        try:
            config.stash[_tenant] = load(target)
        except TargetError as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    return config.stash[_tenant]
