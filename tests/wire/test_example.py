"""The example script against a sandbox on the command line, with a scripted browser."""

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from simulator.testing.process import SandboxProcess

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "call_as_yourself.py"

#: What `webbrowser` runs instead of a browser: somebody opens the address, and decides there.
_BROWSER = """
import json, os, sys
from urllib.request import Request, urlopen

control = os.environ["CONTROL"]
person, decision, url = sys.argv[1:]
visit = {"url": url, "decision": decision, "callback": True}
urlopen(Request(f"{control}people/{person}/visits", json.dumps(visit).encode(),
                {"Content-Type": "application/json"})).read()
"""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """One sandbox for all."""
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def sandbox(process: SandboxProcess) -> SandboxProcess:
    """A running sandbox in which nobody has done anything."""
    requests.post(f"{process.description['control']}reset", timeout=10).raise_for_status()
    return process


@dataclass(frozen=True)
class Script:
    """The example, run by a person at a sandbox.

    Attributes:
        sandbox: where.
        folder: for the scripted browser.
    """

    sandbox: SandboxProcess
    folder: Path

    def server(self, name: str) -> str:
        """The address of an MCP server."""
        servers = self.sandbox.description["servers"]
        return str(next(each["mcp_url"] for each in servers if each["name"] == name))

    def run(
        self, *arguments: str, person: str = "Ada", decision: str = "allow", typed: str = "\n"
    ) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        browser = self.folder / "browser.py"
        browser.write_text(_BROWSER, encoding="utf-8")
        # A colon in BROWSER ends the name of one browser.
        control = {"CONTROL": self.sandbox.description["control"]}
        opens = {"BROWSER": f"{sys.executable} {browser} {person} {decision} %s"}
        return subprocess.run(
            [sys.executable, str(EXAMPLE), *arguments],
            input=typed,
            env=os.environ | control | opens | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )


@pytest.fixture
def script(sandbox: SandboxProcess, tmp_path: Path) -> Script:
    """The example at the sandbox."""
    return Script(sandbox, tmp_path)


@pytest.mark.requirement("VUA-18")
def test_the_example_script_gets_the_persons_own_requisitions(script: Script) -> None:
    """Sign in, be asked to connect, connect, get the rows: what the README promises.

    The addresses are printed, too, for whoever has no browser there.
    """
    done = script.run(script.server("Procurement assistant"))

    assert done.returncode == 0, done.stderr
    assert "Open in your browser: http" in done.stdout
    assert "Tools: List_my_requisitions" in done.stdout
    assert "Authentication required: connect your Coupa account" in done.stdout
    assert "1042 ada@acme.example 2054.00 Standing desks for the design studio" in done.stdout
    assert "bob@" not in done.stdout


@pytest.mark.requirement("JIRA-19")
def test_the_example_script_passes_arguments(script: Script) -> None:
    """To a tool that needs two apps, as the README's fourth step has it."""
    tool = "Report_a_problem_with_a_requisition"
    arguments = '{"requisition_id": 1042, "problem": "Wrong quantity"}'

    done = script.run(
        *(script.server("Service desk"), "--tool", tool, "--arguments", arguments),
        typed="\n\n",
    )

    assert done.returncode == 0, done.stderr
    assert '{"issue": "BUY-5"}' in done.stdout


@pytest.mark.requirement("VUA-18")
@pytest.mark.parametrize(
    "server, how, sentence",
    [
        pytest.param(
            *("Procurement assistant", {"decision": "deny"}, "Sign-in: "), marks=pytest.mark.long
        ),
        pytest.param(
            *("Procurement assistant", {"person": "Eve"}, "has no access to the MCP server"),
            marks=pytest.mark.long,
        ),
        ("Procurement assistant", {"typed": ""}, "Not connected."),
        ("Finance assistant", {}, "wants --token"),
    ],
    ids=["denied", "no group", "not connected", "token server"],
)
def test_the_example_script_ends_with_a_sentence(
    script: Script, server: str, how: dict[str, str], sentence: str
) -> None:
    done = script.run(script.server(server), **how)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.requirement("VUA-18")
@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ([], "the following arguments are required: url"),
        (["http://127.0.0.1:9/2107", "--arguments", "[1]"], "write a JSON object, such as"),
    ],
    ids=["no argument", "odd arguments"],
)
def test_the_example_script_says_how_it_is_called(
    arguments: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process, for it does nothing yet: another would import the SDK for that."""
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), *arguments])

    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(str(EXAMPLE), run_name="__main__")

    assert sentence in capsys.readouterr().err


@pytest.mark.requirement("VUA-18")
def test_the_example_script_says_that_nobody_is_there() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "http://127.0.0.1:9/2107"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert done.returncode != 0
    assert "Nothing answers at http://127.0.0.1:9/2107" in done.stderr
    assert "Traceback" not in done.stderr
