"""Made-up Coupa records: the same seed makes the same ones for the same accounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.systems.apps.coupa import records as made

if TYPE_CHECKING:  # pragma: no cover
    from simulator.systems.apps.coupa.scenario import Bulk

_DEPARTMENTS = ("Design", "Facilities", "Finance", "IT", "Marketing", "Research")
_GOODS = (
    ("Notebook computer", 89_900),
    ("Docking station", 17_950),
    ("27-inch monitor", 31_900),
    ("Noise-cancelling headset", 14_900),
    ("Office chair", 28_500),
    ("Whiteboard", 11_250),
    ("Software licence, one year", 24_000),
    ("Training day", 65_000),
    ("Printer paper, box", 2_490),
    ("Trade fair stand, one day", 120_000),
)
_REASONS = (
    "New starter in {city}",
    "Replacement of broken equipment",
    "Visit of {company}",
    "Project for {company}",
    "Move to the office in {city}",
    "Yearly order",
)
_WAITING = ("draft", "pending_approval", "approved")
#: So many companies and cities are made up where a scenario names none.
_MADE_UP = 40


def records(
    host: str, users: Mapping[str, int], bulk: "Bulk", numbers: Iterator[int]
) -> Iterator[made.Row]:
    """Records for every account of an instance; what they say depends on seed, host and login.

    Args:
        host: the instance.
        users: login → id of the account.
        bulk: how many of what, and from when.
        numbers: ids for the records.
    """
    names = _names(bulk)
    for login, user_id in users.items():
        chance = Random(f"{bulk.seed}/{host}/{login}")  # noqa: S311  # nothing here is secret
        yield from _of_one(host, user_id, bulk, numbers, names, chance)


@dataclass(frozen=True, kw_only=True)
class _Names:
    """What records speak of."""

    companies: Sequence[str]
    cities: Sequence[str]


def _names(bulk: "Bulk") -> _Names:
    """Those that the scenario gives, and made-up ones where it gives none."""
    if bulk.companies and bulk.cities:
        return _Names(companies=bulk.companies, cities=bulk.cities)
    from faker import Faker  # takes longer to import than all records take to make

    faker = Faker("en_US", use_weighting=False)
    faker.seed_instance(bulk.seed)
    return _Names(
        companies=bulk.companies or [faker.company() for _ in range(_MADE_UP)],
        cities=bulk.cities or [faker.city() for _ in range(_MADE_UP)],
    )


def _of_one(
    host: str, user_id: int, bulk: "Bulk", numbers: Iterator[int], names: _Names, chance: Random
) -> Iterator[made.Row]:
    days = (bulk.last_day - bulk.first_day).days
    for number in range(bulk.requisitions_per_user):
        ordered = number < bulk.purchase_orders_per_user
        created = bulk.first_day + timedelta(days=chance.randint(0, days))
        status = "ordered" if ordered else chance.choice(_WAITING)
        requisition = made.requisition(
            id=next(numbers),
            host=host,
            requester_id=user_id,
            status=status,
            justification=_reason(names, chance),
            department=chance.choice(_DEPARTMENTS),
            currency="EUR",
            lines=_lines(chance),
            need_by_date=created + timedelta(days=chance.randint(10, 40)),
            submitted=None if status == "draft" else created,
            created=created,
        )
        yield requisition
        if not ordered:
            continue
        order_number = next(numbers)
        order = made.purchase_order(
            requisition,
            id=order_number,
            po_number=f"PO-{order_number}",
            status=chance.choice(("issued", "closed")),
            supplier=chance.choice(names.companies),
            created=_later(created, 3, bulk.last_day),
        )
        yield order
        if number < bulk.invoices_per_user:
            invoice_number = next(numbers)
            yield made.invoice(
                order,
                id=invoice_number,
                invoice_number=f"INV-{invoice_number}",
                status=chance.choice(("pending_approval", "approved", "disputed")),
                invoice_date=_later(created, 14, bulk.last_day),
            )


def _later(day: date, days: int, last: date) -> date:
    return min(day + timedelta(days=days), last)


def _reason(names: _Names, chance: Random) -> str:
    city, company = chance.choice(names.cities), chance.choice(names.companies)
    return chance.choice(_REASONS).format(city=city, company=company)


def _lines(chance: Random) -> list[dict[str, Any]]:
    goods = chance.sample(_GOODS, chance.randint(1, 3))
    return [
        made.order_line(number, description, chance.randint(1, 5), price)
        for number, (description, price) in enumerate(goods, 1)
    ]
