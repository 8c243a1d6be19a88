"""The script of docs/real-tenant.md at a served sandbox, of which it knows address and token."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
import requests

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.mcp_endpoint import token_for

pytestmark = [pytest.mark.wire, pytest.mark.requirement("SRV-19")]
SCRIPT = Path(__file__).parents[2] / "examples" / "by_api" / "publish.py"
COUPA, UMA = "https://new.coupacloud.com", "uma@new.example"
SCOPES: Any = ["core.common.read", "core.requisition.read", "offline_access"]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A served workspace on its first day."""
    with running(Settings(database="memory", scenario="empty", port_base=0)) as simulator:
        yield simulator


class Script:
    """The script, run by somebody who opens what it names when it waits for them."""

    def __init__(self, simulator: Simulator, *arguments: str) -> None:
        host = simulator.describe()["systems"]["aihub"]
        token = simulator.describe()["api_clients"][0]["token"]
        # Only these two differ at a real tenant.
        environment = {"WORKATO_HOST": host, "WORKATO_API_TOKEN": token}
        self._process = subprocess.Popen(
            [sys.executable, SCRIPT, "--end-user", UMA, *arguments],
            env={"PATH": os.environ["PATH"], "BROWSER": "true %s", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def wait_for(self, what: str) -> str:
        """Return the address that stands behind a sentence of the script."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        line = line.removeprefix("Press Enter when that is done, Ctrl-D to stop. ")
        assert line.startswith(what), line + self.end()[1]
        return line.removeprefix(f"{what}: ").strip()

    def go_on(self) -> None:
        """Press Enter."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def end(self) -> tuple[int, str]:
        """Close its input; return its status, and what it had to say."""
        _, errors = self._process.communicate(timeout=60)
        return self._process.returncode, errors


def _make_oauth_client(nora: Browser, folder: Path) -> str:
    """Register Workato at Coupa by hand; return the file that the script reads."""
    nora.get(f"{COUPA}/oauth2/clients/new").press("Sign in", login="nora", password="coupa-Pass-1")
    callback = "https://www.workato.com/oauth/callback"
    nora.press(
        "Save", name="Workato", grant_type="authorization_code", redirect_uris=callback,
        scopes=SCOPES,
    ).press("Show secret")  # fmt: skip
    (identifier,) = re.findall(r'id="identifier">([^<]+)<', nora.page.text)
    (secret,) = re.findall(r'id="secret">([^<]+)<', nora.page.text)
    content = {"host": COUPA, "client_id": identifier, "client_secret": secret, "scopes": SCOPES}
    file = folder / "coupa.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def _call(url: str, token: str) -> Any:
    params = {"name": "List_my_requisitions", "arguments": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(url, json=message, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


@pytest.mark.requirement("SRV-18")
def test_the_documented_script_gives_an_end_user_a_tool(
    simulator: Simulator, tmp_path: Path
) -> None:
    """From an empty workspace; the builder and the end user consent when it asks them to."""
    nora, uma = Browser(simulator), Browser(simulator)
    file = _make_oauth_client(nora, tmp_path)

    with Script(simulator, "--oauth-client", file) as script:
        nora.get(script.wait_for("As the builder, press Connect at"))
        nora.press("Sign in", email="nora@new.example", password="demo-Pass-1")
        assert "checked" in nora.page.text  # the scopes that the script sent
        nora.press("Connect", auth_type="Authorization code grant", location="1", scopes=SCOPES)
        nora.press("Sign in", login="nora", password="coupa-Pass-1").press("Allow")
        assert "is connected as Nora Owner" in nora.text
        script.go_on()
        uma.get(script.wait_for("As the end user, sign in and allow at"))
        uma.press("Sign in", login="uma", password="coupa-Pass-1").press("Allow")
        script.go_on()
        script.wait_for(f"{UMA} has to accept their invitation before they sign in.")
        url = script.wait_for("Remote MCP URL")
        assert script.end() == (0, "")
    nora.get("https://app.workato.com/workspace_admin/end_users")
    nora.press("Sign in", email="nora@new.example", password="demo-Pass-1")
    (invitation,) = re.findall(r"https?://[\w.:]+/invitations/[\w.~-]+", nora.page.text)
    uma.get(invitation).press("Accept invitation", password="demo-Pass-2")

    result = _call(url, token_for(simulator, UMA, url))
    assert "A lamp for the desk" in json.dumps(result), result
    assert "monitor" not in json.dumps(result)

    # Again, with everything there: it changes nothing, and asks nobody.
    with Script(simulator) as again:
        assert again.wait_for("Remote MCP URL") == url
        assert again.end() == (0, "")


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--host", "http://127.0.0.1:9"], "name --host and --token"),
        (["--customer", "B-1"], "name the --notification-email"),
        (["--host", "http://127.0.0.1:9", "--token", "x"], "Nothing answers at http://127.0.0.1:9"),
    ],
    ids=["no token", "no owner", "nobody there"],
)
def test_the_documented_script_says_what_it_needs(arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--end-user", UMA, *arguments],
        env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
