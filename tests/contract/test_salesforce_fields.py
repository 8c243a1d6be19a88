"""Salesforce: fields that some do not see, or do not write (field-level security)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.sandbox.simulator import Simulator
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.salesforce_world import ORG, Salesforce

DESKS = "Standing desks for the Harbor Clinic"
SECURED = """      field_security:
        - {object: Opportunity, field: Amount, hidden_from: [ada@acme.example]}
        - {object: Opportunity, field: NextStep, read_only_for: [ada@acme.example]}
        - {object: Contact, field: AccountId, hidden_from: [ada@acme.example]}
      # An object of the org's own"""


def written(tmp_path: Path, before: str = "", after: str = "") -> str:
    """The demo with three fields that Ada does not see or write."""
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    mark = "      # An object of the org's own"
    assert mark in text
    assert before in SECURED
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(mark, SECURED.replace(before, after, 1) if before else SECURED, 1))
    return str(file)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Salesforce]:
    """An org with field-level security, in which nothing is changed."""
    scenario = written(tmp_path_factory.mktemp("secured"))
    with Simulator(Settings(database="memory", scenario=scenario)) as simulator:
        yield Salesforce(simulator)


@pytest.mark.requirement("SALESFORCE-30")
def test_a_hidden_field_is_not_there_for_some_and_there_for_others(secured: Salesforce) -> None:
    number = secured.id_of("Opportunity", DESKS)
    mine = secured.api("GET", f"/sobjects/Opportunity/{number}").get_json()
    whole = secured.api("GET", f"/sobjects/Opportunity/{number}", "marc").get_json()
    described = secured.api("GET", "/sobjects/Opportunity/describe").get_json()["fields"]

    assert ("Amount" in mine, whole["Amount"]) == (False, 48900)
    assert "Amount" not in [each["name"] for each in described]
    for text in ("SELECT Amount FROM Opportunity", "SELECT Id FROM Opportunity WHERE Amount > 1"):
        code, sentence = secured.refusal(text)
        assert (code, "No such column 'Amount' on entity 'Opportunity'" in sentence) == (
            *("INVALID_FIELD", True),
        )
    assert secured.refusal("SELECT Account.Name FROM Contact")[0] == "INVALID_FIELD"
    fields = secured.query("SELECT FIELDS(ALL) FROM Opportunity LIMIT 1")["records"][0]
    assert "Amount" not in fields
    assert secured.query("SELECT Amount FROM Opportunity", "marc")["totalSize"] == 5


@pytest.mark.requirement("SALESFORCE-30")
def test_a_hidden_or_closed_field_is_not_written(secured: Salesforce) -> None:
    path = f"/sobjects/Opportunity/{secured.id_of('Opportunity', DESKS)}"
    described = secured.api("GET", "/sobjects/Opportunity/describe").get_json()["fields"]
    (step,) = [each for each in described if each["name"] == "NextStep"]

    hidden = secured.api("PATCH", path, json={"Amount": 1})
    closed = secured.api("PATCH", path, json={"NextStep": "Call"})

    assert (step["updateable"], step["createable"]) == (False, False)
    assert (hidden.status_code, hidden.get_json()[0]["errorCode"]) == (400, "INVALID_FIELD")
    assert closed.get_json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    new = {"Name": "New", "StageName": "Prospecting", "CloseDate": "2026-12-01"}
    made = secured.api("POST", "/sobjects/Opportunity", json=new).get_json()["id"]
    assert (
        secured.query(f"SELECT Amount FROM Opportunity WHERE Id = '{made}'", "marc")["records"][0][
            "Amount"
        ]
        is None
    )
    secured.api("DELETE", f"/sobjects/Opportunity/{made}")


@pytest.mark.requirement("SALESFORCE-30")
def test_a_hidden_field_is_not_on_the_pages(secured: Salesforce) -> None:
    url = f"{ORG}/lightning/r/Opportunity/{secured.id_of('Opportunity', DESKS)}/view"
    shown = {}
    for who in ("ada", "marc"):
        browser = Browser(secured.simulator).get(url)
        browser.press("Log In", username=f"{who}@acme.example", pw="force-Pass-1")
        shown[who] = "48900" in browser.text.replace(",", "")

    assert shown == {"ada": False, "marc": True}


@pytest.mark.requirement("SALESFORCE-30")
@pytest.mark.parametrize(
    "before, after, sentence",
    [
        ("field: Amount", "field: StageName", "field_security.0.field"),
        ("field: Amount", "field: Id", "field_security.0.field"),
        ("object: Opportunity", "object: Deal", "field_security.0.object"),
        ("[ada@acme.example]", "[ida@acme.example]", "field_security.0.hidden_from.0"),
        ("field: NextStep", "field: Amount", "field_security.1"),
    ],
)
def test_what_cannot_be_secured_is_told(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    with pytest.raises(ScenarioError, match=sentence):
        load(written(tmp_path, before, after))
