"""A provider that is not ours behind the HTTP connector: oidc-provider-mock, on this machine."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import acting
from tests.contract.browser import Browser
from tests.contract.own_provider import CALLBACK, write_scenario
from tests.wire.programs import ENVIRONMENTS

pytestmark = [pytest.mark.wire, pytest.mark.requirement("HTTP-1", "HTTP-3")]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider in a process and an environment of its own; its tokens live a minute."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    python = str(ENVIRONMENTS / "app_clients/bin/python")
    command = [python, "-m", "oidc_provider_mock", "-p", str(port), "-e", "60", "-r", "true"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if b"running on" in line.lower():
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def sandbox(issuer: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A sandbox whose owner allowed the provider's host, or other hosts."""
    about = {
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
    }
    client = requests.post(f"{issuer}/oauth2/clients", json=about, timeout=10).json()
    names = {"issuer": issuer, "client": client["client_id"], "secret": client["client_secret"]}
    path = write_scenario(tmp_path, **names)
    simulators: list[Simulator] = []

    def start(*hosts: str) -> Simulator:
        settings = Settings(database="memory", scenario=str(path), allowed_hosts=hosts)
        simulators.append(Simulator(settings))
        return simulators[-1]

    yield start
    for simulator in simulators:
        simulator.close()


def consent(simulator: Simulator, link: str, email: str, sub: str) -> str:
    """Open a setup link, sign in there and at the provider; what the person reads at the end."""
    browser = Browser(simulator).get(link)
    browser.press("Sign in", email=email, password="demo-Pass-1")
    assert browser.left_for, browser.text
    answer = requests.post(browser.left_for, data={"sub": sub}, allow_redirects=False, timeout=10)
    return browser.get(answer.headers["Location"]).text


def test_two_people_get_their_own_rows_of_a_provider_of_one_s_own(
    sandbox: Callable[..., Simulator], issuer: str
) -> None:
    """Prompt, consent there, code for tokens, the call; after a minute a refresh.

    This provider takes the client's secret in the header alone.
    """
    simulator = sandbox(issuer.removeprefix("http://"))
    found = {}
    with acting(simulator) as actor:
        for name in ("ada", "bob"):
            person = actor(name.capitalize())
            person.connect("Own")
            prompt = person.call("Who_am_I").structured_content
            assert prompt["connections"][0]["app"] == "HTTP"
            shown = consent(simulator, prompt["auth_url"], f"{name}@acme.example", f"{name}-there")
            assert "Your connection is stored" in shown
            found[name] = person.call("Who_am_I").structured_content["person"]["sub"]
        simulator.clock.travel(minutes=2)
        answer = actor("Ada").call("Who_am_I")
        assert not answer.is_error, answer
        again = answer.structured_content["person"]["sub"]

    assert found == {"ada": "ada-there", "bob": "bob-there"}
    assert again == "ada-there"
    assert simulator.violations() == []


@pytest.mark.requirement("HTTP-2")
def test_a_host_that_is_not_allowed_is_refused_by_its_name(
    sandbox: Callable[..., Simulator], issuer: str
) -> None:
    simulator = sandbox()
    host = issuer.removeprefix("http://")

    with acting(simulator) as actor:
        ada = actor("Ada")
        ada.connect("Own")
        prompt = ada.call("Who_am_I").structured_content
        shown = consent(simulator, prompt["auth_url"], "ada@acme.example", "ada-there")

    assert f"The sandbox may not ask {host}; its owner can allow it with --allow-host." in shown
