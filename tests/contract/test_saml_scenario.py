"""A scenario in which end users sign in by SAML."""

from pathlib import Path

import pytest

from simulator import scenarios
from simulator.errors import ScenarioError
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PASSWORD
from tests.contract.saml_world import IDP

pytestmark = pytest.mark.requirement("SAML-13")
OFFICE = Path(__file__).with_name("office.yaml")
SECTIONS = """
saml:
  - environment: Production
    domains: [office.example]
identity_provider:
  - name: Nora Lind
    email: nora@office.example
    password: demo-Pass-1
    groups: [Buyers]
"""


def _write(folder: Path, sections: str) -> str:
    path = folder / "office.yaml"
    path.write_text(OFFICE.read_text(encoding="utf-8") + sections, encoding="utf-8")
    return str(path)


def test_its_world_signs_people_in_from_the_beginning(tmp_path: Path) -> None:
    """Nora is new to Workato; Ada has no account at the identity provider."""
    settings = Settings(database="memory", scenario=_write(tmp_path, SECTIONS))
    with Simulator(settings) as simulator:
        assert simulator.describe()["single_sign_on"] == ["Production"]
        for email in ("ada@office.example", "nora@office.example"):
            browser = Browser(simulator).get(f"{ID}/login")
            browser.press("Continue", email=email)
            assert browser.url.startswith(f"{IDP}/login")
            browser.press("Log in", username=email, password=PASSWORD)
            if email.startswith("ada"):
                assert "is wrong" in browser.text
        browser.press("Continue to Workato (Production)")
        assert "Signed in as Nora Lind" in browser.text
        groups = [
            one["groups"] for one in simulator.describe()["people"] if one["name"] == "Nora Lind"
        ]
        assert groups == [["Buyers"]]


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("Production\n    domains", "Test\n    domains", "Test"),
        ("[office.example]", "[office]", "a domain such as"),
        ("[Buyers]", "['A, B']", "without a comma"),
        ("  - environment", "  - environment: Production\n  - environment", "Production"),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = _write(tmp_path, SECTIONS.replace(old, new, 1))
    with pytest.raises(ScenarioError, match=sentence):
        scenarios.load(path)
