"""Records as the API has them."""

from collections.abc import Iterable
from typing import Any

from simulator.systems.apps.salesforce.tables import SalesforceRecord


def attributes(record: SalesforceRecord, version: str) -> dict[str, Any]:
    """Return what every record begins with: its object and its address.

    Args:
        record: the record.
        version: the version of the API: `62.0`.
    """
    url = f"/services/data/v{version}/sobjects/{record.kind}/{record.record_id}"
    return {"attributes": {"type": record.kind, "url": url}}


def value(record: SalesforceRecord, name: str) -> Any:
    """Return what a record has in a field; None for nothing."""
    return record.is_deleted if name == "IsDeleted" else record.fields.get(name)


def whole(record: SalesforceRecord, names: Iterable[str], version: str) -> dict[str, Any]:
    """Return a record with these fields."""
    return attributes(record, version) | {name: value(record, name) for name in names}
