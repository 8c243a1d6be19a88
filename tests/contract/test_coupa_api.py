"""Coupa's REST API: whose documents, which scopes, strict bodies, one error shape."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.contract.coupa_world import Coupa, coupa

__all__ = ["coupa"]  # the fixture
LINE = {"description": "Desk lamp", "quantity": 2, "unit-price": 12.75}
COLLECTIONS = ("requisitions", "purchase_orders", "invoices")


def assert_error(answer: TestResponse, status: int, field: str = "error") -> str:
    """Coupa's one error shape; returns the sentence of the field."""
    assert answer.status_code == status, answer.text
    assert set(answer.get_json()) == {"errors"}
    sentences = answer.get_json()["errors"][field]
    assert isinstance(sentences, list)
    return str(sentences[0])


@pytest.mark.requirement("COUPA-20")
@pytest.mark.parametrize("path", COLLECTIONS)
def test_people_see_their_own_and_admins_all(coupa: Coupa, path: str) -> None:
    def requesters(login: str) -> list[str]:
        rows = coupa.api("GET", f"/api/{path}", coupa.access_token(login)).get_json()
        return [row["requested-by"]["login"] for row in rows]

    assert requesters("ada") == ["ada"]
    assert requesters("bob") == ["bob"]
    assert requesters("new") == []
    assert requesters("root") == ["ada", "bob"]  # and nobody of the other instance


@pytest.mark.requirement("COUPA-20")
@pytest.mark.parametrize("path", COLLECTIONS)
def test_someone_elses_document_does_not_exist(coupa: Coupa, path: str) -> None:
    """Same status and words for another person's, another instance's and an unknown id."""
    token = coupa.access_token("ada")
    mine = coupa.api("GET", f"/api/{path}", token).get_json()[0]["id"]
    bobs = coupa.api("GET", f"/api/{path}", coupa.access_token("bob")).get_json()[0]["id"]

    assert coupa.api("GET", f"/api/{path}/{mine}", token).get_json()["id"] == mine
    for name in (str(bobs), str(bobs + 1), "0", "999", "9" * 30, "abc", "-1"):
        sentence = assert_error(coupa.api("GET", f"/api/{path}/{name}", token), 404)
        assert name in sentence


@pytest.mark.requirement("COUPA-21")
def test_a_row_has_coupas_field_names(coupa: Coupa) -> None:
    token = coupa.access_token("ada")

    requisition = coupa.api("GET", "/api/requisitions", token).get_json()[0]
    order = coupa.api("GET", "/api/purchase_orders", token).get_json()[0]
    invoice = coupa.api("GET", "/api/invoices", token).get_json()[0]

    person = {
        "id": coupa.ids["ada"],
        "login": "ada",
        "email": "ada@example.com",
        "employee-number": None,
        "firstname": "Ada",
        "lastname": "Example",
        "fullname": "Ada Example",
        "salesforce-id": None,
        "avatar-thumb-url": None,
    }
    for row in (requisition, order, invoice):
        assert row["requested-by"] == person
        assert (row["total"], row["currency"]) == ("25.50", {"code": "EUR"})
        assert row["created-at"].endswith("+00:00")
    assert requisition["department"] == {"name": "Facilities"}
    assert requisition["need-by-date"] == "2026-12-01"
    assert requisition["requisition-lines"][0]["unit-price"] == "12.75"
    assert order["requisition-header"] == {"id": requisition["id"]}
    assert order["supplier"] == invoice["supplier"] == {"name": "Lamps Ltd"}
    assert invoice["order-header"] == {"id": order["id"]}
    assert invoice["invoice-date"] == "2026-11-20"


@pytest.mark.requirement("COUPA-22")
def test_a_requisition_is_created_as_a_draft_of_the_person(coupa: Coupa) -> None:
    token = coupa.access_token("ada")
    body = {
        "justification": "Light",
        "department": {"name": "Facilities"},
        "currency": "EUR",
        "need-by-date": "2026-12-24T12:00:00Z",
        "requisition-lines": [LINE, {"description": "Bulb", "quantity": "2.5", "unit-price": "3"}],
    }

    created = coupa.api("POST", "/api/requisitions", token, json=body)

    assert created.status_code == 201
    row = created.get_json()
    assert (row["status"], row["submitted-at"], row["total"]) == ("draft", None, "33.00")
    assert row["requested-by"]["login"] == "ada"
    assert row["need-by-date"] == "2026-12-24"
    assert [line["quantity"] for line in row["requisition-lines"]] == ["2", "2.5"]
    assert coupa.api("GET", f"/api/requisitions/{row['id']}", token).get_json() == row
    bob = coupa.access_token("bob")
    assert_error(coupa.api("GET", f"/api/requisitions/{row['id']}", bob), 404)


@pytest.mark.requirement("COUPA-23")
@pytest.mark.parametrize(
    "change, field, sentence",
    [
        ({"requisition-lines": None}, "requisition-lines", "must be a list"),
        ({"requisition-lines": []}, "requisition-lines", "can't be blank"),
        (
            {"requisition-lines": [LINE] * 101},
            "requisition-lines",
            "must have at most 100 entries",
        ),
        ({"justification": 5}, "justification", "must be text"),
        ({"justification": "x" * 1001}, "justification", "must have at most 1000 characters"),
        ({"justification": "\ud800"}, "justification", "must not contain control characters"),
        ({"department": "x" * 101}, "department", "must have at most 100 characters"),
        (
            {"currency": "eur"},
            "currency",
            "must be a currency code of three capital letters, such as USD",
        ),
        ({"need-by-date": "tomorrow"}, "need-by-date", "must be a date such as 2026-12-31"),
        ({"need-by-date": 20261231}, "need-by-date", "must be a date such as 2026-12-31"),
        ({"status": "approved"}, "status", "is set by Coupa alone"),
        ({"colour": "red"}, "colour", "is unknown"),
    ],
)
def test_a_wrong_field_is_named(
    coupa: Coupa, change: dict[str, Any], field: str, sentence: str
) -> None:
    body = {"requisition-lines": [LINE]} | change

    answer = coupa.api("POST", "/api/requisitions", coupa.access_token("ada"), json=body)

    assert assert_error(answer, 400, field) == sentence


@pytest.mark.requirement("COUPA-23")
@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("quantity", True, "must be a number"),
        ("quantity", "two", "must be a number"),
        ("quantity", None, "must be a number"),
        ("quantity", 0, "must be a number above 0"),
        ("quantity", -1, "must be a number above 0"),
        ("quantity", 1e300, "must be a number of at most 100000"),
        ("unit-price", False, "must be a number"),
        ("unit-price", -0.01, "must be a number of at least 0"),
        ("unit-price", 1.005, "must have at most 2 decimal places"),
        ("unit-price", "1.0050", "must have at most 2 decimal places"),
        ("description", " ", "can't be blank"),
        ("description", "x" * 256, "must have at most 255 characters"),
        ("colour", "red", "is unknown"),
    ],
)
def test_a_wrong_field_of_a_line_is_named_with_its_line(
    coupa: Coupa, field: str, value: object, sentence: str
) -> None:
    body = {"requisition-lines": [LINE, LINE | {field: value}]}

    answer = coupa.api("POST", "/api/requisitions", coupa.access_token("ada"), json=body)

    assert assert_error(answer, 400, f"requisition-lines[1].{field}") == sentence


@pytest.mark.requirement("COUPA-23")
def test_a_total_beyond_the_limit_is_refused(coupa: Coupa) -> None:
    body = {"requisition-lines": [LINE | {"quantity": 100_000, "unit-price": 100}]}

    answer = coupa.api("POST", "/api/requisitions", coupa.access_token("ada"), json=body)

    assert "9999999.99" in assert_error(answer, 400, "requisition-lines")


@pytest.mark.requirement("COUPA-23")
@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, b"[]", b"1" * 5000]
)
def test_a_body_that_is_no_json_object_is_refused(coupa: Coupa, raw: bytes) -> None:
    answer = coupa.api(
        "POST",
        "/api/requisitions",
        coupa.access_token("ada"),
        data=raw,
        content_type="application/json",
    )

    assert "JSON" in assert_error(answer, 400)


@pytest.mark.requirement("COUPA-23")
def test_a_body_of_another_type_is_refused(coupa: Coupa) -> None:
    answer = coupa.api("POST", "/api/requisitions", coupa.access_token("ada"), data={"a": "b"})

    assert "application/json" in assert_error(answer, 415)


@pytest.mark.requirement("COUPA-24")
@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_no_token_and_a_dead_token_are_told_apart(coupa: Coupa, token: str | None) -> None:
    answer = coupa.api("GET", "/api/requisitions", token)

    assert_error(answer, 401)
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer")
    assert ('error="invalid_token"' in challenge) == bool(token)


@pytest.mark.requirement("COUPA-24")
def test_a_token_outside_the_header_counts_for_nothing(coupa: Coupa) -> None:
    token = coupa.access_token("ada")

    in_query = coupa.api("GET", f"/api/requisitions?access_token={token}", None)
    as_basic = coupa.api(
        "GET", "/api/requisitions", None, headers={"Authorization": f"Basic {token}"}
    )

    assert_error(in_query, 401)
    assert_error(as_basic, 401)


@pytest.mark.requirement("COUPA-24")
def test_an_access_token_ends_after_a_day(coupa: Coupa) -> None:
    token = coupa.access_token("ada")
    coupa.world.clock.travel(timedelta(hours=23, minutes=59))
    before = coupa.api("GET", "/api/requisitions", token)
    coupa.world.clock.travel(timedelta(minutes=2))

    assert before.status_code == 200
    assert_error(coupa.api("GET", "/api/requisitions", token), 401)


@pytest.mark.requirement("COUPA-25")
@pytest.mark.parametrize(
    "method, path, scope, missing",
    [
        ("GET", "requisitions", "core.requisition.read", "core.common.read"),
        ("GET", "requisitions", "core.common.read core.invoice.read", "core.requisition.read"),
        ("GET", "purchase_orders/1", "core.common.read", "core.purchase_order.read"),
        ("GET", "invoices", "core.common.read", "core.invoice.read"),
        (
            "POST",
            "requisitions",
            "core.common.read core.requisition.read",
            "core.requisition.write",
        ),
    ],
)
def test_a_missing_scope_is_named(
    coupa: Coupa, method: str, path: str, scope: str, missing: str
) -> None:
    """Each call needs core.common.read and the resource's own scope."""
    answer = coupa.api(method, f"/api/{path}", coupa.access_token("ada", scope))

    assert missing in assert_error(answer, 403)
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


@pytest.mark.requirement("COUPA-26")
def test_lists_are_paged_filtered_and_ordered(coupa: Coupa) -> None:
    token = coupa.access_token("ada")
    for number in range(3):
        body = {"justification": f"No. {number}", "requisition-lines": [LINE]}
        coupa.api("POST", "/api/requisitions", token, json=body)

    def numbers(query: str) -> list[str]:
        rows = coupa.api("GET", f"/api/requisitions?{query}", token).get_json()
        return [row["justification"] for row in rows]

    assert numbers("status=draft") == ["No. 0", "No. 1", "No. 2"]
    assert numbers("status=draft&limit=1&offset=1") == ["No. 1"]
    assert numbers("order_by=created_at&dir=desc&limit=2") == ["No. 2", "No. 1"]
    assert numbers("status=unheard_of") == []


@pytest.mark.requirement("COUPA-26")
@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=51", "limit"),
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("status[unlike]=draft", "status[unlike]"),
        ("order_by=password_hash", "order_by"),
        ("dir=up", "dir"),
        ("page=2", "page"),
    ],
)
def test_a_wrong_query_parameter_is_named(coupa: Coupa, query: str, field: str) -> None:
    answer = coupa.api("GET", f"/api/requisitions?{query}", coupa.access_token("ada"))

    assert assert_error(answer, 400, field)


@pytest.mark.requirement("COUPA-27")
@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/api", 404),
        ("GET", "/api/contraptions", 404),
        ("GET", "/api/requisitions/1/lines", 404),
        ("DELETE", "/api/requisitions", 405),
        ("PUT", "/api/currencies/1", 405),
    ],
)
def test_every_error_under_api_has_the_one_shape(
    coupa: Coupa, method: str, path: str, status: int
) -> None:
    assert_error(coupa.api(method, path, coupa.access_token("ada")), status)


@pytest.mark.requirement("CONN-5")
def test_a_token_is_told_whom_it_belongs_to(coupa: Coupa) -> None:
    answer = coupa.api("GET", "/api/users/me", coupa.access_token("ada", "core.common.read"))
    assert answer.status_code == 200
    assert answer.get_json()["login"] == "ada"
    without = coupa.api("GET", "/api/users/me", coupa.access_token("ada", "core.user.read"))
    assert "core.common.read" in assert_error(without, 403)
    assert_error(coupa.api("GET", "/api/users/me", "no-token"), 401)
