"""Ordinary work at Salesforce with simple-salesforce: `salesforce_client.py GRANT APP`.

APP is JSON: client, addresses, the name of an opportunity of the person's and the id of another's.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import requests
from grants_client import GRANTS
from requests.adapters import HTTPAdapter

NEW = {"LastName": "Library", "FirstName": "Made by a", "Email": "library@reports.example"}


class Plain(HTTPAdapter):
    """The library speaks https alone, and the sandbox has no TLS."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        request.url = str(request.url).replace("https://", "http://", 1)
        return super().send(request, **options)


def work(tokens: Mapping[str, Any], app: Mapping[str, Any]) -> dict[str, Any]:
    """Find, create, change, upsert, describe, count, page through and delete."""
    from simple_salesforce import Salesforce
    from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

    session = requests.Session()
    session.mount("https://", Plain())
    client = Salesforce(
        instance_url=tokens["instance_url"],
        session_id=tokens["access_token"],
        session=session,
        version="62.0",
    )
    found = client.query_all("SELECT Name, Account.Name FROM Opportunity ORDER BY CloseDate")
    made = client.Contact.create(NEW)
    client.Contact.update(made["id"], {"Title": "Librarian"})
    by_email = client.Contact.get_by_custom_id("Email", NEW["Email"])
    put = client.Contact.upsert("Customer_Number__c/C-77", {"LastName": "Second"})
    again = client.Contact.upsert("Customer_Number__c/C-77", {"LastName": "Third"})
    rows = [
        each["LastName"]
        for each in client.query_all_iter(
            "SELECT LastName FROM Contact WHERE LastName IN ('Library', 'Third') ORDER BY LastName"
        )
    ]
    searched = client.search("FIND {library} IN EMAIL FIELDS RETURNING Contact(Id, Name)")
    quick = client.quick_search("library")
    client.Contact.delete(made["id"])
    refusals = []
    for call in (
        lambda: client.Opportunity.get(app["hidden"]),
        lambda: client.query("SELECT Nothing FROM Account"),
        lambda: client.Lead.create({"LastName": "Alone"}),
    ):
        try:
            call()
        except (SalesforceResourceNotFound, SalesforceMalformedRequest) as error:
            refusals.append([error.status, error.content[0]["errorCode"]])
    return {
        "user": client.oauth2("userinfo")["preferred_username"],
        "opportunities": [[each["Name"], each["Account"]["Name"]] for each in found["records"]],
        "total": found["totalSize"],
        "title": by_email["Title"],
        "upserted": [put, again],
        "rows": rows,
        "searched": [each["Name"] for each in searched["searchRecords"]],
        "quick": len(quick["searchRecords"]),
        "objects": [each["name"] for each in client.describe()["sobjects"] if each["custom"]],
        "fields": [
            each["name"] for each in client.Equipment__c.describe()["fields"] if each["custom"]
        ],
        "limits": client.limits()["DailyApiRequests"]["Max"],
        "usage": client.api_usage["api-usage"].total,
        "refusals": refusals,
    }


def main(grant: str, app: Mapping[str, Any]) -> None:
    """Get tokens, refresh them, work, and say what came of it."""
    first, tokens = GRANTS[grant](app)
    answer = work({**first, **tokens}, app)
    answer["lifetime"] = first.get("expires_in")
    answer["instance_url"] = first["instance_url"]
    print(json.dumps({"answer": answer}), flush=True)


main(sys.argv[1], json.loads(sys.argv[2]))
