"""Coupa's "Querying options" on either database: operators, associations, order, pages, fields."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa.tables import CoupaRecord
from tests.contract.coupa_demo import Demo, demo, on_database, started

__all__ = ["demo", "on_database", "started"]  # the fixtures

#: (list, query) → ids of the demo's records below 3000, the ones that it spells out.
FOUND: tuple[tuple[str, dict[str, str], list[int]], ...] = (
    ("requisitions", {"id": "1043"}, [1043]),
    ("requisitions", {"id[in]": "1042,1044"}, [1042, 1044]),
    ("requisitions", {"id[lt]": "1044", "id[gt_or_eq]": "1043"}, [1043]),
    ("requisitions", {"total[gt]": "2054", "id[lt]": "1044"}, [1043]),
    ("requisitions", {"total": "2054.00"}, [1042]),
    ("requisitions", {"justification[contains]": "MICROSCOPE"}, [1043]),
    ("requisitions", {"justification[starts_with]": "Lab"}, [1043]),
    ("requisitions", {"justification[ends_with]": "research team"}, [1043]),
    ("requisitions", {"justification[contains]": "100%"}, []),
    ("requisitions", {"need_by_date[blank]": "false", "id[lt]": "1044"}, [1042, 1043]),
    ("requisitions", {"need-by-date": "2026-09-30"}, [1042]),
    ("requisitions", {"created_at[lt_or_eq]": "2026-08-02T09:00:00Z", "id[lt]": "1045"}, [1043]),
    ("requisitions", {"created-at[gt]": "2026-08-19", "id[lt]": "1044"}, [1042]),
    ("requisitions", {"department[name]": "Research", "id[lt]": "1044"}, [1043]),
    ("requisitions", {"requested_by[login]": "ada", "status": "ordered", "id[lt]": "1050"}, [1043]),
    ("requisitions", {"requested_by[email][not_eq]": "ada@acme.example", "id": "1042"}, []),
    ("requisitions", {"requisition_lines[description]": "Cable tray"}, [1042]),
    ("requisitions", {"requisition_lines[unit_price][gt]": "3249", "id[lt]": "1044"}, [1043]),
    ("requisitions", {"requisition-lines[id]": "1042002"}, [1042]),
    ("requisitions", {"requisition_lines[blank]": "true"}, []),
    ("requisitions", {"approvals[approver][login]": "marc", "id[lt]": "1044"}, [1042]),
    ("requisitions", {"approvals[blank]": "false", "id[lt]": "1044"}, [1042]),
    ("requisitions", {"current_approval[status]": "pending_approval", "id[lt]": "1044"}, [1042]),
    ("requisitions", {"exported": "true"}, []),
    ("requisitions", {"custom_fields[cost-reason]": "growth"}, []),
    ("requisitions", {"status[not_in]": "draft,ordered", "id[lt]": "1045"}, [1042]),
    ("purchase_orders", {"requisition_header[id]": "1043"}, [2043]),
    ("purchase_orders", {"requisition_header[justification][contains]": "microscope"}, [2043]),
    ("purchase_orders", {"order_lines[price]": "3250.00"}, [2043]),
    ("purchase_orders", {"supplier[blank]": "true"}, []),
    ("purchase_orders", {"po_number[not_eq]": "PO-2043", "id": "2043"}, []),
    ("purchase_order_lines", {"order_header_number": "PO-2043"}, [2043001]),
    ("purchase_order_lines", {"price[gt]": "3249", "order_header_id": "2043"}, [2043001]),
    ("purchase_order_lines", {"description[contains]": "microscope"}, [2043001]),
)


@pytest.mark.requirement("COUPA-60")
def test_conditions_are_as_documented(on_database: Demo) -> None:
    """All of them at once, for the database is what takes its time."""
    for path, query, expected in FOUND:
        rows = on_database.get(f"/{path}?{urlencode(query)}")
        assert [row["id"] for row in rows] == expected, query
    assert {row["login"] for row in on_database.get("/users?active=true")} >= {"ada", "marc"}
    assert [row["login"] for row in on_database.get("/users?login=ada")] == ["ada"]


@pytest.mark.requirement("COUPA-60")
def test_lists_are_ordered_by_any_attribute(on_database: Demo) -> None:
    largest = on_database.get("/requisitions?order_by=total&dir=desc&limit=5")
    people = on_database.get("/requisitions?order_by=requested_by[login]&dir=desc&limit=1")
    lines = on_database.get("/purchase_order_lines?order_by=price&dir=desc&limit=2")
    pages = [on_database.get(f"/requisitions?limit=3&offset={start}") for start in (0, 3)]

    totals = [float(row["total"]) for row in largest]
    assert totals == sorted(totals, reverse=True)
    assert people[0]["requested-by"]["login"] != "ada"
    assert float(lines[0]["price"]) >= float(lines[1]["price"])
    ids = [row["id"] for page in pages for row in page]
    assert ids == sorted(set(ids))


@pytest.mark.requirement("COUPA-61")
@pytest.mark.parametrize(
    "query, key, sentence",
    [
        ("colour=red", "colour", "is unknown: there is no attribute colour"),
        ("satus=draft", "satus", "did you mean status?"),
        ("department[nmae]=x", "department[nmae]", "did you mean name?"),
        ("total[gt]=much", "total[gt]", "must be a number, not much"),
        ("id=first", "id", "must be a whole number, not first"),
        ("exported=maybe", "exported", "must be true or false, not maybe"),
        ("exported[gt]=true", "exported[gt]", "is true or false"),
        ("created_at[gt]=soon", "created_at[gt]", "must be a date such as 2026-12-31"),
        ("created_at[contains]=2026", "created_at[contains]", "[contains] is for texts alone"),
        ("status[unlike]=draft", "status[unlike]", "has no operator unlike"),
        ("department=Design", "department", "name one of its attributes, as department[id]"),
        ("requisition_lines=1", "requisition_lines", "is a collection"),
        ("status[]=draft", "status[]", "is not written as attribute[operator]=value"),
        ("id[in]=" + "1," * 600 + "1", "id[in]", "has more than 500 values"),
        ("order_by=requisition_lines", "order_by", "is a collection"),
        ("order_by=shoe_size", "order_by", "is unknown"),
        ("filter=Nobody%20stored", "filter", "there is no API filter Nobody stored"),
        ("return_object=all", "return_object", "must be none, limited or shallow"),
        ("return_object=none", "return_object", "for POST and PUT alone"),
        ("fields=id", "fields", "must be a JSON list"),
        ('fields=["id",{"supplier":"name"}]', "fields", "names supplier, which is unknown"),
        ('fields=["id",{"department":"name"}]', "fields", "must be a JSON list"),
    ],
)
def test_a_wrong_query_is_explained(demo: Demo, query: str, key: str, sentence: str) -> None:
    status, errors = demo.refused("GET", f"/requisitions?{query}")

    assert (status, list(errors)) == (400, [key])
    assert sentence in errors[key][0]


@pytest.mark.requirement("COUPA-62")
def test_fields_chooses_what_is_answered(demo: Demo) -> None:
    choice = [
        "id",
        "status",
        "ship_to_attention",
        {"requisition_lines": ["line_num", "unit-price"]},
        {"requested_by": ["login"]},
    ]
    query = urlencode({"fields": json.dumps(choice), "id": "1043"})

    expected: dict[str, Any] = {
        "id": 1043,
        "status": "ordered",
        "ship-to-attention": None,
        "requisition-lines": [{"line-num": 1, "unit-price": "3250.00"}],
        "requested-by": {"login": "ada"},
    }
    assert demo.get(f"/requisitions?{query}") == [expected]
    assert demo.get(f"/requisitions/1043?{query.replace('&id=1043', '')}") == expected


@pytest.mark.requirement("COUPA-62")
def test_return_object_says_how_much(demo: Demo) -> None:
    limited = demo.get("/purchase_orders?id=2043&return_object=limited")
    shallow = demo.get("/purchase_orders/2043?return_object=shallow")
    nothing = demo.call("PUT", "/purchase_orders/2043?return_object=none&exported=true")

    assert limited == [{"id": 2043}]
    assert set(shallow["supplier"]) == {"id", "name"}
    assert set(shallow["requested-by"]) == {"id", "login", "email", "employee-number"}
    assert (nothing.status_code, nothing.data) == (200, b"")


@pytest.mark.requirement("COUPA-63")
def test_what_was_exported_is_left_out_until_it_changes(demo: Demo) -> None:
    """A new version of an order is there again."""

    def waiting() -> list[int]:
        rows = demo.get("/purchase_orders?exported=false&id[lt]=3000&fields=[%22id%22]")
        return [row["id"] for row in rows]

    before = waiting()
    for number in before:
        demo.send("PUT", f"/purchase_orders/{number}?exported=true")
    after = waiting()
    changed = demo.send("PUT", "/purchase_orders/2043", body={"ship-to-attention": "Lab 4"})

    assert 2043 in before
    assert after == []
    assert (changed["version"], changed["exported"]) == (2, False)
    assert waiting() == [2043]


@pytest.mark.requirement("COUPA-89")
def test_content_groups_limit_who_sees_suppliers(on_database: Demo) -> None:
    """Those of the group, those whom nothing limits, and admins; what is in no group, everybody."""
    demo = on_database
    groups = [demo.send("POST", "/business_groups", body={"name": name})["id"] for name in "AB"]
    for name, number in zip("AB", groups, strict=True):
        body = {"name": f"Supplier {name}", "content-groups": [{"id": number}]}
        demo.send("POST", "/suppliers", body=body)
    limit(demo, "ada", groups[0])
    limit(demo, "bob", None)

    def seen(who: str) -> list[str]:
        rows = demo.get("/suppliers?name[starts_with]=Supplier", who)
        return [row["name"] for row in rows]

    free = len(demo.get("/suppliers?content_groups[blank]=true", "carla"))
    assert (seen("ada"), seen("bob")) == (["Supplier A"], [])
    assert seen("carla") == seen("marc") == ["Supplier A", "Supplier B"]
    assert len(demo.get("/suppliers", "bob")) == free
    hidden = demo.get("/suppliers?name=Supplier B")[0]["id"]
    assert demo.refused("GET", f"/suppliers/{hidden}", "ada")[0] == 404
    assert demo.get(f"/suppliers/{hidden}", "carla")["name"] == "Supplier B"


def limit(demo: Demo, login: str, group: int | None) -> None:
    """Have somebody see what is of their own groups alone."""
    with demo.simulator.world.db.unit() as session:
        user = session.scalars(
            select(AppUser).where(AppUser.host == demo.host, AppUser.login == login)
        ).one()
        own = CoupaRecord.kind == "users", CoupaRecord.owner_id == user.id
        profile = session.scalars(select(CoupaRecord).where(*own)).one()
        groups = [{"id": group}] if group else []
        profile.details = {"business-group-security-type": 1, "content-groups": groups}
