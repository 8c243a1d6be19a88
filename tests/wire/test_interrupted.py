"""Interrupted is over: Ctrl-C and pytest-timeout end a test at once, whatever is under way."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.requirement("HARN-23"),
    pytest.mark.wire,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]
#: How long a run may take to end on a busy machine, in seconds.
LIMIT = 10
#: What would be waited for, in seconds: longer than the test of this test may take.
LONG = 600

SUITE = f"""
import os
import signal
import threading

import pytest
import pytest_timeout
from simulator.testing import launch_options

PATTERN = "**/never"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, **launch_options()}}


@pytest.fixture
def under_way(request):
    # Tells the test of this test, and is interrupted a second later, in the midst of it.
    def tell():
        os.write(int(os.environ["TELL"]), b"!")
        method = os.environ["METHOD"]
        if method == "ctrl-c":
            threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
            return
        settings = pytest_timeout.Settings(1, method, False, True)
        request.node.ihook.pytest_timeout_set_timer(item=request.node, settings=settings)

    return tell


def test_connect(end_user, faults, under_way):
    faults.add(system="mcp", delay={LONG})
    under_way()
    end_user("Ada").connect("Procurement assistant")


def test_person_who_never_comes_back(end_user, under_way):
    ada = end_user("Ada")
    ada.sign_in = lambda url: under_way()
    ada.connect("Procurement assistant")


def test_person_at_a_form(end_user, faults, under_way):
    ada = end_user("Ada")

    def sign_in(url):
        under_way()
        threading.Event().wait({LONG})

    ada.sign_in = sign_in
    ada.connect("Procurement assistant")


def test_form(end_user, faults, under_way):
    faults.add("/login*", system="identity", delay={LONG})
    under_way()
    end_user("Ada").connect("Procurement assistant")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_stream(end_user, faults, under_way, mode):
    ada = end_user("Ada")
    client = ada.connect("Procurement assistant", mode=mode)
    ada.connect_account(client.call_tool("List_my_requisitions"))
    faults.add("/api/*", system="app:*", delay={LONG})
    under_way()
    client.call_tool("List_my_requisitions")


def test_session_that_cannot_be_ended(end_user, faults, under_way):
    end_user("Ada").connect("Procurement assistant", mode="legacy")
    faults.add("DELETE /*", system="mcp", delay={LONG})
    under_way()
    threading.Event().wait({LONG})


def test_journal(journal, under_way):
    under_way()
    journal.wait("POST /oauth/token", within={LONG})


def test_page_that_loads(signed_in_page, faults, workspace, under_way):
    page = signed_in_page("Ada")
    faults.add("/healthz", system="identity", delay={LONG})
    under_way()
    page.goto(workspace.description["systems"]["identity"] + "/healthz", timeout=0)


def test_browser_that_waits(signed_in_page, under_way):
    page = signed_in_page("Ada")
    under_way()
    page.wait_for_url(PATTERN, timeout=0)


@pytest.mark.ui
def test_browser_that_signs_in(end_user, faults, under_way):
    faults.add("/oauth/authorize", system="identity", delay={LONG})
    under_way()
    end_user("Ada").connect("Procurement assistant")


def test_acting(simulator, under_way):
    from simulator.testing import acting

    with acting(simulator) as actor:
        actor("Ada").connect("Procurement assistant", mode="legacy")
        simulator.faults.add("DELETE /*", system="mcp", delay={LONG})
        under_way()
        threading.Event().wait({LONG})


def test_process(process, under_way):
    process.start()
    with open("child", "w") as told:
        told.write(str(process._process.pid))
    under_way()
    threading.Event().wait({LONG})
"""

#: Writes how long each phase of a test took.
CONFTEST = """
import json
import signal

# A run in the background of a shell inherits that Ctrl-C is ignored; one at a terminal does not.
signal.signal(signal.SIGINT, signal.default_int_handler)
pytest_plugins = ["simulator.testing.steps"]


def pytest_runtest_logreport(report):
    with open("took", "a") as file:
        file.write(json.dumps([report.nodeid, report.when, report.duration]) + chr(10))
"""


def run(folder: Path, method: str, *tests: str) -> tuple[int, str]:
    """Run tests of the suite, each of which is interrupted; returns exit status and output.

    Args:
        folder: where to.
        method: `ctrl-c`, or a method of pytest-timeout.
        *tests: by name; all without.
    """
    (folder / "test_it.py").write_text(SUITE)
    (folder / "conftest.py").write_text(CONFTEST)
    hears, tells = os.pipe()
    plain = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            # Hypothesis, which imports much at the end of every run, is not what is looked at.
            [
                *(sys.executable, "-m", "pytest", "-v", "--color=no", "-p", "no:randomly"),
                *("-p", "no:hypothesispytest", "-p", "no:cacheprovider"),
                *(f"test_it.py::{name}" for name in tests),
            ],
            cwd=folder,
            env={**plain, "TELL": str(tells), "METHOD": method},
            pass_fds=[tells],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # what is sent to its group is not sent to us
        )
    os.close(tells)
    try:
        for _ in tests:
            assert os.read(hears, 1), (folder / "output").read_text()
        process.wait(1 + LIMIT if tests else None)
    finally:
        os.close(hears)
        process.kill()
        process.wait()
    return process.returncode, (folder / "output").read_text()


@pytest.mark.parametrize(
    "test",
    [
        "test_person_who_never_comes_back",
        pytest.param("test_stream[legacy]", marks=pytest.mark.long),
        pytest.param("test_session_that_cannot_be_ended", marks=pytest.mark.long),
        pytest.param("test_page_that_loads", marks=pytest.mark.long),
    ],
)
def test_ctrl_c_ends_a_run(tmp_path: Path, test: str) -> None:
    status, output = run(tmp_path, "ctrl-c", test)

    assert status == pytest.ExitCode.INTERRUPTED, output
    assert "KeyboardInterrupt" in output


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_timeout_ends_each_test_and_its_teardown(tmp_path: Path) -> None:
    """The next test begins in time, whatever the one before was in the midst of."""
    status, output = run(tmp_path, "signal")

    took = [json.loads(line) for line in (tmp_path / "took").read_text().splitlines()]
    calls = [each for each in took if each[1] == "call"]
    assert status == pytest.ExitCode.TESTS_FAILED, output
    assert output.count("Failed: Timeout") >= len(calls) == SUITE.count("def test_") + 1, output
    slow = [each for each in took if each[1] != "setup" and each[2] > 1 + LIMIT]
    assert not slow, output


@pytest.mark.long
@pytest.mark.parametrize("test", ["test_person_who_never_comes_back", "test_browser_that_waits"])
def test_a_timeout_in_a_thread_ends_the_run(tmp_path: Path, test: str) -> None:
    status, output = run(tmp_path, "thread", test)

    assert status == 1, output
    assert "Timeout" in output


@pytest.mark.long
def test_a_run_that_is_killed_leaves_no_sandbox_behind(tmp_path: Path) -> None:
    run(tmp_path, "thread", "test_process")

    child = int((tmp_path / "child").read_text())
    try:
        watched = os.pidfd_open(child)
    except ProcessLookupError:
        return  # gone already
    try:
        assert select.select([watched], [], [], LIMIT)[0], "the sandbox goes on"
    finally:
        os.close(watched)
