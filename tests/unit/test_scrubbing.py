"""What is secret is found however it is spelled, and nothing else is touched."""

import json
import re
from pathlib import Path
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest

from simulator.journal import Journal
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing.scrubbing import Scrubber
from tests.unit.test_journal import sandbox  # noqa: F401  # a fixture

pytestmark = pytest.mark.requirement("EVID-3")

PASSWORD = 'p&ss "wörd"/7'


@pytest.mark.parametrize(
    "text",
    [PASSWORD, json.dumps({"value": PASSWORD}), urlencode({"password": PASSWORD})],
    ids=["plain", "JSON", "form"],
)
def test_a_secret_is_found_however_it_is_spelled(text: str) -> None:
    clean = Scrubber([PASSWORD]).text(text)

    mask = Scrubber([PASSWORD]).text(PASSWORD)
    assert mask in clean
    assert not re.search(r"wörd|%C3%B6|u00f6", clean)


def test_the_longest_secret_wins_and_the_same_one_looks_the_same() -> None:
    scrubber = Scrubber(["secret-1", "secret-1-and-more"])

    first, second, other = scrubber.text("secret-1-and-more secret-1-and-more secret-1").split()

    assert first == second != other
    assert "more" not in first


@pytest.mark.parametrize(
    "secret",
    ["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "Bearer abcdefghijklmnop-_~+/=="],
)
def test_a_token_is_found_by_its_shape(secret: str) -> None:
    assert secret.removeprefix("Bearer ") not in Scrubber(()).text(f"sent {secret} there")


def test_what_is_short_or_harmless_stays() -> None:
    text = "code=302, state=draft, Bearer tokens, eyJ, 'a' and /oauth/token"

    assert Scrubber(["", "a", "draft"]).text(text) == text


def test_an_archive_keeps_its_pictures(tmp_path: Path) -> None:
    path, picture = tmp_path / "trace.zip", bytes(range(256))
    with ZipFile(path, "w") as whole:
        whole.writestr("trace.trace", '{"value": "demo-Pass-1"}')
        whole.writestr("resources/1.png", picture)

    Scrubber(["demo-Pass-1"]).archive(path)

    with ZipFile(path) as clean:
        assert "demo-Pass-1" not in clean.read("trace.trace").decode()
        assert clean.read("resources/1.png") == picture


def test_the_journal_knows_every_secret_that_was_said(sandbox: Simulator) -> None:  # noqa: F811
    """In queries, forms, JSON, paths, headers, cookies and redirects."""
    journal = sandbox.journal
    secrets = journal.secrets()

    assert {"demo-Pass-1", "coupa-Pass-1", "v" * 43} <= secrets
    assert any(each.count(".") == 2 for each in secrets)  # the access token, a cookie
    scrubber = Scrubber(secrets)
    assert not [each for each in secrets if len(each) >= 6 and each in scrubber.text(f"x {each} y")]


def test_a_journal_without_exchanges_knows_none() -> None:
    with Simulator(Settings(database="memory")) as simulator:
        journal: Journal = simulator.journal

        assert journal.secrets() == set()
