"""The control API's own description: a valid OpenAPI document, and the page for people."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from simulator.control.table import CONTROL_API
from tests.contract.control_world import Control, control, steered
from tests.contract.document_kinds import cut_to_kinds
from tests.tools import control_page
from tests.tools.requirements import ROOT

__all__ = ["control", "steered"]  # the fixtures


@pytest.mark.long
@pytest.mark.requirement("CTL-2")
def test_the_document_is_valid_openapi(control: Control) -> None:
    OpenAPIV31SpecValidator(control.document).validate()


@pytest.mark.requirement("CTL-2")
def test_the_document_is_valid_for_one_operation_of_each_kind(control: Control) -> None:
    OpenAPIV31SpecValidator(cut_to_kinds(control.document)).validate()

    assert control.document["openapi"].startswith("3.1.")


@pytest.mark.requirement("CTL-2")
def test_every_operation_is_in_it_and_in_the_index(control: Control) -> None:
    rows = {(each.method, each.template) for each in CONTROL_API.endpoints}
    documented = {
        (method.upper(), path)
        for path, item in control.document["paths"].items()
        for method in item
    }
    listed = control.call("GET", "")

    assert documented == rows
    assert {(each["method"], each["path"]) for each in listed["operations"]} == rows
    assert listed["openapi"] == "/_simulator/openapi.json"
    names = [each.name for each in CONTROL_API.endpoints]
    assert len(set(names)) == len(names) == len(rows)


@pytest.mark.requirement("CTL-12")
def test_the_page_lists_every_operation() -> None:
    page = control_page.PAGE.read_text(encoding="utf-8")

    assert control_page.renewed(page) == page, "renew it: python -m tests.tools.control_page"


@pytest.mark.requirement("CTL-12")
def test_the_page_shows_what_the_example_does() -> None:
    page = control_page.PAGE.read_text(encoding="utf-8")
    shown = page.split("## What Workato has pages alone for")[1].split("```")[1]
    example = (ROOT / "examples/control.mjs").read_text(encoding="utf-8")

    assert " ".join(shown.removeprefix("js").split()) in " ".join(example.split())
