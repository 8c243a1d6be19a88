"""What a record has because of what else it has: full names, whether it is closed, and so on."""

from collections.abc import Callable, Mapping
from typing import Any

#: Stage → probability in percent, and whether the opportunity is closed, and won (an org's own).
_STAGES: dict[str, tuple[float, bool, bool]] = {
    "Prospecting": (10.0, False, False),
    "Qualification": (10.0, False, False),
    "Needs Analysis": (20.0, False, False),
    "Value Proposition": (50.0, False, False),
    "Id. Decision Makers": (60.0, False, False),
    "Perception Analysis": (70.0, False, False),
    "Proposal/Price Quote": (75.0, False, False),
    "Negotiation/Review": (90.0, False, False),
    "Closed Won": (100.0, True, True),
    "Closed Lost": (0.0, True, False),
}
Fields = dict[str, Any]
#: Returns the fields of a record by its id, whoever may see it; None for none.
Find = Callable[[str], Fields | None]


def derive(kind: str, fields: Fields, written: Mapping[str, Any], now: str, find: Find) -> Fields:
    """Return what follows from a record's fields.

    Args:
        kind: the object.
        fields: the fields of the record, after the write.
        written: what of them was written.
        now: the current moment, as the API has it.
        find: for what follows from another record.
    """
    if kind in ("Contact", "Lead"):
        parts = (fields.get(each) for each in ("FirstName", "LastName"))
        return {"Name": " ".join(each for each in parts if each)}
    if kind == "Opportunity":
        probability, is_closed, is_won = _STAGES.get(fields["StageName"], (0.0, False, False))
        found: Fields = {"IsClosed": is_closed, "IsWon": is_won}
        if "StageName" in written and "Probability" not in written:
            found["Probability"] = probability
        return found
    if kind == "Case":
        return _derive_case(fields, written, now, find)
    if kind == "Task":
        return {"IsClosed": fields.get("Status") == "Completed"}
    return {}


def _derive_case(fields: Fields, written: Mapping[str, Any], now: str, find: Find) -> Fields:
    is_closed = fields.get("Status") == "Closed"
    found: Fields = {
        "IsClosed": is_closed,
        "ClosedDate": (fields.get("ClosedDate") or now) if is_closed else None,
    }
    if "ContactId" not in written:
        return found
    contact = (find(fields["ContactId"]) if fields.get("ContactId") else None) or {}
    for name in ("Email", "Phone"):
        found[f"Contact{name}"] = contact.get(name)
    found["ContactMobile"] = contact.get("MobilePhone")
    if not fields.get("AccountId"):
        found["AccountId"] = contact.get("AccountId")
    return found
