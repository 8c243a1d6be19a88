"""The example script against a sandbox on the command line, with a scripted browser."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.testing.process import SandboxProcess

ROOT = Path(__file__).parents[2]

#: What `webbrowser` runs instead of a browser: it signs in, or connects the account.
_BROWSER = """
import json, sys
from contextlib import ExitStack
from pathlib import Path
import requests
from simulator.testing.actors import Actor, Stage

description = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
ada = Actor("Ada", Stage(description, None, None, ExitStack()))
browser = ada.forms.get(sys.argv[2])
if browser.has_button("Sign in"):
    browser.submit("Sign in", email=ada.person["email"], password=ada.person["password"])
if browser.has_button("Sign in"):
    account = ada.app_account
    browser.submit("Sign in", login=account["login"], password=account["password"])
browser.submit("Allow")
if browser.left_for:
    requests.get(browser.left_for, timeout=10)
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A running sandbox."""
    process = SandboxProcess(tmp_path)
    process.start()
    yield process
    process.kill()


@pytest.mark.requirement("VUA-18")
def test_the_example_script_gets_the_persons_own_requisitions(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """Sign in, be asked to connect, connect, get the rows: what the README promises."""
    browser = tmp_path / "browser.py"
    browser.write_text(_BROWSER, encoding="utf-8")

    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "examples" / "call_as_yourself.py"),
            sandbox.description["servers"][0]["mcp_url"],
        ],
        input="\n\n",
        env=os.environ
        | {
            "BROWSER": f"{sys.executable} {browser} {sandbox.ready_file} %s",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Tools: List_my_requisitions" in done.stdout
    assert "Authentication required: connect your Coupa account" in done.stdout
    assert "1042 ada@acme.example 2054.00 Standing desks for the design studio" in done.stdout
    assert "bob@" not in done.stdout
