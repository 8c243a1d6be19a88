"""Answers of Salesforce page by page, deleted records, and searches for a text (SOSL)."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.salesforce_world import Salesforce, demo, reading, salesforce

__all__ = ["demo", "reading", "salesforce"]  # the fixtures


@pytest.mark.requirement("SALESFORCE-15")
def test_a_long_answer_comes_page_by_page(salesforce: Salesforce) -> None:
    """The next page is where `nextRecordsUrl` says, for the person who asked, and in order."""
    records = [
        {"attributes": {"type": "Lead"}, "LastName": f"L{n:03}", "Company": "C"} for n in range(200)
    ]
    made = salesforce.api("POST", "/composite/sobjects", json={"records": records})
    assert made.status_code == 200
    asked = {"Sforce-Query-Options": "batchSize=200"}

    first = salesforce.query("SELECT LastName FROM Lead ORDER BY Id LIMIT 300", headers=asked)
    second = salesforce.api("GET", first["nextRecordsUrl"]).get_json()

    pages: list[dict[str, Any]] = [first, second]
    assert [len(each["records"]) for each in pages] == [200, 1]
    assert [each["totalSize"] for each in pages] == [201, 201]
    assert [each["done"] for each in pages] == [False, True]
    urls = {each["attributes"]["url"] for page in pages for each in page["records"]}
    assert len(urls) == 201
    assert first["nextRecordsUrl"].endswith("-200")
    refused = salesforce.api("GET", first["nextRecordsUrl"], "bob")
    assert refused.get_json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.requirement("SALESFORCE-15")
def test_deleted_records_are_found_by_query_all(salesforce: Salesforce) -> None:
    own = salesforce.id_of("Opportunity", "Chairs for two waiting rooms")
    assert salesforce.api("DELETE", f"/sobjects/Opportunity/{own}").status_code == 204

    query = "SELECT+Name+FROM+Opportunity+WHERE+IsDeleted+=+true"
    found = salesforce.api("GET", f"/queryAll?q={query}").get_json()["records"]

    assert [each["Name"] for each in found] == ["Chairs for two waiting rooms"]
    assert salesforce.api("GET", f"/query?q={query}").get_json()["records"] == []
    gone = salesforce.api("GET", f"/sobjects/Opportunity/{own}")
    assert (gone.status_code, gone.get_json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


@pytest.mark.requirement("SALESFORCE-16")
@pytest.mark.parametrize(
    "search, found",
    [
        ("FIND {harbor}", ["Account", "Contact", "Contact", "Opportunity", "Case"]),
        ("FIND {ines*} IN EMAIL FIELDS RETURNING Contact(Id, Name)", ["Contact"]),
        ("FIND {desk} IN NAME FIELDS RETURNING Opportunity, Case", ["Opportunity"]),
        ("FIND {desk} RETURNING Case(Subject WHERE Priority = 'High' LIMIT 1)", ["Case"]),
        ("FIND {archive} RETURNING Opportunity(Name)", []),
        ("FIND {Rui Costa} RETURNING Contact(Name ORDER BY Name), Lead LIMIT 2", ["Contact"]),
    ],
)
def test_a_text_is_searched_for(reading: Salesforce, search: str, found: list[str]) -> None:
    """As Ada, who sees her own."""
    answer = reading.api("GET", f"/search?{urlencode({'q': search})}")

    assert answer.status_code == 200, answer.text
    types = [each["attributes"]["type"] for each in answer.get_json()["searchRecords"]]
    assert types == found


@pytest.mark.requirement("SALESFORCE-16")
def test_what_is_wrong_with_a_search_is_said(reading: Salesforce) -> None:
    def code(search: str) -> str:
        answer = reading.api("GET", f"/search?{urlencode({'q': search})}")
        return f"{answer.status_code} {answer.get_json()[0]['errorCode']}"

    assert code("LOOK {x}") == "400 MALFORMED_QUERY"
    assert code("FIND {x}") == "400 MALFORMED_QUERY"
    assert code("FIND {xyz} RETURNING Nothing") == "400 INVALID_TYPE"
    assert code("FIND {xyz} RETURNING Account(Nothing)") == "400 INVALID_FIELD"
    found = reading.api("GET", "/parameterizedSearch?q=harbor&sobject=Account")
    assert len(found.get_json()["searchRecords"]) == 1


_WORDS = st.sampled_from(
    [
        *("SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "NULL", "ORDER BY", "LIMIT"),
        *("GROUP BY", "COUNT()", "COUNT(Id)", "FIELDS(ALL)", "OFFSET", "Name", "Id", "Amount", "("),
        *("Account.Name", "Owner.Email", "Opportunity", "Account", "Case", "CloseDate", ",", ")"),
        *(
            "=",
            "!=",
            "<",
            "'a'",
            "'%'",
            "12",
            "1.5",
            "true",
            "TODAY",
            "LAST_N_DAYS:3",
            "2026-08-01",
        ),
        *("2026-08-01T09:00:00Z", "'\\\\'", "ASC", "DESC", "NULLS LAST", "é", "\x00", ";", "Cases"),
    ]
)
_QUERIES = st.one_of(
    st.text(max_size=40),
    st.lists(_WORDS, max_size=14).map(" ".join),
    st.lists(_WORDS, max_size=8).map(lambda words: f"SELECT Id FROM Case WHERE {' '.join(words)}"),
    st.lists(_WORDS, max_size=5).map(lambda words: f"SELECT {' '.join(words)} FROM Opportunity"),
)


@pytest.mark.requirement("SALESFORCE-14")
@settings(max_examples=25)
@given(query=_QUERIES)
def test_whatever_is_asked_is_answered_or_refused(reading: Salesforce, query: str) -> None:
    answer = reading.api("GET", f"/query?{urlencode({'q': query})}")

    assert answer.status_code in (200, 400), answer.text
    body = answer.get_json()
    assert body["records"] is not None if answer.status_code == 200 else body[0]["message"]
