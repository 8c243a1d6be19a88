"""The page on which people try the Developer API."""

import re

import pytest
import requests

from simulator.systems.developer_api import explorer
from simulator.testing.workspace import Workspace

pytestmark = pytest.mark.requirement("API-38")


def test_the_page_loads_what_it_needs_from_the_sandbox_alone(workspace: Workspace) -> None:
    address = workspace.description["systems"]["aihub"]
    page = requests.get(f"{address}/api/explorer", timeout=10)

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert len(loaded) == 5
    for path in loaded:
        assert path.startswith("/api/explorer/")
        assert requests.get(address + path, timeout=10).ok
    script = requests.get(f"{address}/api/explorer/start.js", timeout=10)
    assert '"/api/openapi.json"' in script.text
    assert requests.get(f"{address}/api/explorer/../../x", timeout=10).status_code == 404
    assert requests.get(f"{address}/api/explorer/nothing.js", timeout=10).status_code == 404


def test_without_the_package_it_says_how_to_get_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "find_spec", lambda _: None)
    answer = requests.get(f"{workspace.description['systems']['aihub']}/api/explorer", timeout=10)

    assert answer.status_code == 404
    assert answer.json()["message"].endswith("pip install 'workato-vua-simulator[explorer]'")
