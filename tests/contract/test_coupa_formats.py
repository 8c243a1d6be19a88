"""JSON and XML, in and out: which is chosen, how each looks, and what cannot be read."""

from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from werkzeug.test import TestResponse

from tests.contract.coupa_demo import JSON, XML, Demo, demo, started

__all__ = ["demo", "started"]  # the fixtures

AXIOS = "application/json, text/plain, */*"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BODY = """<?xml version="1.0" encoding="UTF-8"?>
<requisition-header>
  <justification>Light &amp; shade</justification>
  <currency><code>EUR</code></currency>
  <need-by-date type="datetime">2026-12-24T00:00:00Z</need-by-date>
  <ship-to-attention nil="true"/>
  <requisition-lines type="array">
    <requisition-line><description>Lamp</description><quantity type="decimal">2.5</quantity>
      <unit-price type="decimal">10.00</unit-price></requisition-line>
    <requisition-line><description>Bulb</description><quantity>1</quantity>
      <unit-price>3</unit-price></requisition-line>
  </requisition-lines>
  <custom-fields><cost-reason>growth</cost-reason></custom-fields>
</requisition-header>"""


def parse(answer: TestResponse) -> Tree.Element:
    """What is answered in XML."""
    return Tree.fromstring(answer.data)  # noqa: S314  # it is ours


@pytest.mark.requirement("COUPA-27")
@pytest.mark.parametrize(
    "accept, kind, status",
    [
        (JSON, JSON, 200),
        ("Application/JSON; charset=UTF-8", JSON, 200),
        (AXIOS, JSON, 200),
        ("application/xml;q=0.5, application/json", JSON, 200),
        (XML, XML, 200),
        ("text/xml", XML, 200),
        (BROWSER, XML, 200),
        ("*/*", XML, 200),
        (None, XML, 200),
        ("application/json;q=0, */*", XML, 200),
        ("text/html", XML, 406),
        ("image/png", XML, 406),
    ],
)
def test_xml_is_answered_unless_json_is_named(
    demo: Demo, accept: str | None, kind: str, status: int
) -> None:
    answer = demo.call("GET", "/requisitions/1042", accept=accept)

    assert (answer.status_code, answer.mimetype) == (status, kind)


@pytest.mark.requirement("COUPA-27")
def test_the_answer_is_in_the_format_of_the_body(demo: Demo) -> None:
    """Where nothing is accepted in particular; and another one than is accepted is refused."""
    body = {"requisition-lines": [{"description": "Lamp", "quantity": 1}]}

    alike = demo.call("POST", "/requisitions", "ada", accept=None, json=body)
    other = demo.call("POST", "/requisitions", "ada", accept=XML, json=body)

    assert (alike.status_code, alike.mimetype) == (201, JSON)
    assert (other.status_code, other.mimetype) == (406, XML)
    assert "must name the same type; the body is application/json" in other.text


@pytest.mark.requirement("COUPA-64")
def test_an_object_in_xml_says_of_what_type_each_value_is(demo: Demo) -> None:
    root = parse(demo.call("GET", "/requisitions/1044", accept=XML))

    def seen(path: str) -> tuple[dict[str, str], str | None]:
        found = root.find(path)
        assert found is not None, path
        return found.attrib, found.text

    assert root.tag == "requisition-header"
    assert seen("id") == ({"type": "integer"}, "1044")
    assert seen("status") == ({}, "draft")
    assert seen("exported") == ({"type": "boolean"}, "false")
    assert seen("created-at")[0] == {"type": "datetime"}
    assert seen("total")[0] == {"type": "decimal"}
    assert seen("submitted-at") == ({"nil": "true"}, None)
    assert seen("requested-by/login") == ({}, "ada")
    assert seen("requisition-lines")[0] == {"type": "array"}
    assert seen("requisition-lines/requisition-line/quantity")[0] == {"type": "decimal"}


@pytest.mark.requirement("COUPA-64")
def test_a_list_in_xml_is_an_array_and_an_empty_one_is_not_found(demo: Demo) -> None:
    some = parse(demo.call("GET", "/requisitions?limit=2", accept=XML))
    none = demo.call("GET", "/requisitions?status=backgrounded", accept=XML)
    in_json = demo.call("GET", "/requisitions?status=backgrounded")

    assert (some.tag, some.attrib) == ("requisition-headers", {"type": "array"})
    assert [each.tag for each in some] == ["requisition-header"] * 2
    assert none.status_code == 404
    errors = parse(none)
    assert [each.text for each in errors] == ["No results match your search criteria."]
    assert (in_json.status_code, in_json.get_json()) == (200, [])


@pytest.mark.requirement("COUPA-64")
@pytest.mark.parametrize("kind", [XML, "text/xml; charset=utf-8"])
def test_xml_is_taken_as_well(demo: Demo, kind: str) -> None:
    answer = demo.call("POST", "/requisitions", "ada", accept=XML, data=BODY, content_type=kind)

    assert answer.status_code == 201, answer.text
    number = parse(answer).findtext("id")
    made = demo.get(f"/requisitions/{number}", "ada")
    assert made["justification"] == "Light & shade"
    assert (made["need-by-date"], made["currency"]["code"]) == ("2026-12-24", "EUR")
    assert (made["ship-to-attention"], made["custom-fields"]) == (None, {"cost-reason": "growth"})
    assert [(line["quantity"], line["total"]) for line in made["requisition-lines"]] == [
        ("2.5", "25.00"),
        ("1", "3.00"),
    ]


@pytest.mark.requirement("COUPA-65")
@pytest.mark.parametrize(
    "raw, sentence",
    [
        (b"", "is not valid XML"),
        (b"<requisition-header>", "is not valid XML"),
        (b"\xff\xfe", "is not valid XML"),
        (b"{}", "is not valid XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "is not valid XML"),
        (b"<invoice-header/>", "must be an element requisition-header, not invoice-header"),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><requisition-header>&b;</requisition-header>',
            "document type",
        ),
        (b"<a>" * 50_000, "has more than 20 levels"),
        (b"<requisition-header><colour>red</colour></requisition-header>", "colour is unknown"),
        (b"<requisition-header/>", "requisition-lines can't be blank"),
    ],
)
def test_a_body_in_xml_that_is_wrong_is_explained_in_xml(
    demo: Demo, raw: bytes, sentence: str
) -> None:
    answer = demo.call("POST", "/requisitions", "ada", accept=XML, data=raw, content_type=XML)

    assert (answer.status_code, answer.mimetype) == (400, XML)
    assert sentence in (parse(answer).findtext("error") or "")


@pytest.mark.requirement("COUPA-65")
@pytest.mark.parametrize(
    "path, token, status",
    [("/nowhere", "ada", 404), ("/requisitions/9", "ada", 404), ("/requisitions", None, 401)],
)
def test_every_error_is_in_the_format_that_is_accepted(
    demo: Demo, path: str, token: Any, status: int
) -> None:
    lost: Any = {} if token else {"headers": {"Authorization": "Bearer nobody's"}}
    in_xml = demo.call("GET", path, "ada", accept=None, **lost)
    in_json = demo.call("GET", path, "ada", **lost)

    assert (in_xml.status_code, in_json.status_code) == (status, status)
    assert parse(in_xml).tag == "errors"
    assert list(in_json.get_json()) == ["errors"]


@pytest.mark.requirement("COUPA-27")
def test_who_asks_for_the_headers_alone_gets_those(demo: Demo) -> None:
    for path in ("/requisitions", "/requisitions/1042", "/requisitions/mine", "/suppliers"):
        answer = demo.call("HEAD", path, "ada")
        assert (answer.status_code, answer.mimetype, answer.data) == (200, JSON, b"")
    assert demo.call("HEAD", "/requisitions/submit_for_approval", "ada").status_code == 405
