"""Nothing that is sent can forge a line of the log, or speak to the terminal that shows it."""

import json
import logging
from typing import Any

import pytest

from tests.contract.browser import Browser
from tests.contract.control_world import Control
from tests.contract.identity_world import CALLBACK, ID, PROCUREMENT, Identity, identity, office

__all__ = ["identity", "office"]  # the fixtures

pytestmark = pytest.mark.requirement("SEC-9")
FORGED = "2026-01-01 00:00:00 WARNING simulator forged"
BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1b[2K", "\u202e"]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """Reads every line of the log so far, as a terminal would show them."""
    caplog.set_level(logging.DEBUG)

    def read() -> list[str]:
        text = "\n".join(record.getMessage() for record in caplog.records)
        return [line for line in text.splitlines() if line]

    return read


def check(lines: list[str]) -> None:
    """No line begins with what was sent, and none holds what a terminal would obey."""
    assert lines
    for line in lines:
        assert not line.startswith(FORGED), line
        assert line.isprintable(), line


@pytest.mark.parametrize("text", BREAKS)
@pytest.mark.parametrize(
    "host",
    [ID, PROCUREMENT, "https://app.workato.com", "https://office.coupacloud.com"],
)
def test_paths_and_methods_stay_in_their_line(
    identity: Identity, lines: Any, host: str, text: str
) -> None:
    browser = Browser(identity.simulator)
    for path in (f"/x{text}{FORGED}", f"/connections/setup/x{text}{FORGED}", f"/1{text}{FORGED}"):
        browser.request("GET", host + path.replace("\n", "%0A").replace("\r", "%0D"))
        browser._http.open(path, base_url=host)

    check(lines())


@pytest.mark.parametrize("text", BREAKS)
def test_the_control_api_keeps_its_lines_too(identity: Identity, lines: Any, text: str) -> None:
    Control(identity.simulator, {}).raw("GET", f"/_simulator/x{text}{FORGED}")

    check(lines())


@pytest.mark.parametrize("text", BREAKS)
def test_names_headers_and_parameters_stay_in_their_line(
    identity: Identity, lines: Any, text: str
) -> None:
    name = f"Client{text}{FORGED}"
    refused = {"client_name": name, "redirect_uris": [CALLBACK]}
    identity.http("POST", "/oauth/register", json=refused)
    client = identity.register(software_version=name)
    identity.http("POST", "/oauth/token", data={"grant_type": name, "client_id": name, name: name})
    Browser(identity.simulator).get(identity.authorize_url(client, state=name, scope=name))
    identity.browser().get(f"{ID}/login").press("Sign in", email=name, password=name)
    message = json.dumps({"jsonrpc": "2.0", "id": name, "method": name})
    Browser(identity.simulator).request("POST", PROCUREMENT, data=message)

    check(lines())


@pytest.mark.parametrize("text", BREAKS)
def test_a_failure_is_logged_in_lines_of_its_own(
    identity: Identity, lines: Any, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback has several lines: they are indented, so that none passes for the log's own."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"unreadable: x{text}{FORGED}")

    monkeypatch.setattr("simulator.systems.identity.session.people.sign_in_end_user", fail)
    page = identity.browser().get(f"{ID}/login").press("Sign in", email="a", password="b")

    assert page.page.status_code == 500
    check(lines())
    assert any("ValueError" in line for line in lines())


@pytest.mark.requirement("HARN-11")
@pytest.mark.parametrize("path", ["/2107;wkt_token=s3cr3t", "/x;state=s3cr3t/y"])
def test_a_parameter_of_an_unknown_path_is_no_line_of_the_log(
    identity: Identity, lines: Any, path: str
) -> None:
    """Nor is it in the journal."""
    for host in (ID, PROCUREMENT):
        Browser(identity.simulator).request("GET", host + path)

    logged = lines()
    assert any(";" in line for line in logged)
    assert not [line for line in logged if "s3cr3t" in line]
    assert "s3cr3t" not in repr(list(identity.simulator.journal))
