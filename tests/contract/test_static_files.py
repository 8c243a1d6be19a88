"""Browsers keep style sheets, scripts and pictures until these are others."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from simulator.sandbox.simulator import Simulator
from simulator.web.static_files import _version

pytestmark = pytest.mark.requirement("SPEED-43")
PAGES = (
    "https://app.workato.com/users/sign_in",
    "https://id.workato.com/login",
    "https://idp.sandbox.example/login",
    "https://acme.coupacloud.com/sessions/new",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_file_is_named_by_its_content_and_kept(simulator: Simulator, address: str) -> None:
    http, base = Client(simulator), "{0.scheme}://{0.netloc}".format(urlsplit(address))
    shown = http.get(urlsplit(address).path, base_url=base).text
    files = {each for each in re.findall(r'(?:src|href)="([^"]+)"', shown) if "/static/" in each}

    assert files
    for each in files:
        path, _, query = each.partition("?")
        assert re.fullmatch(r"v=[0-9a-f]{12}", query), each
        assert _cache_control(http, each, base).endswith("immutable")
        assert _cache_control(http, path, base) == "no-cache"


def _cache_control(http: Client, path: str, base: str) -> str:
    with http.get(path, base_url=base) as answer:
        return answer.headers["Cache-Control"]


def test_another_content_has_another_address(tmp_path: Path) -> None:
    one, other = tmp_path / "one.css", tmp_path / "other.css"
    one.write_text("a {}")
    other.write_text("b {}")

    assert _version(one) != _version(other)
    assert _version(tmp_path / "missing.css") == ""
