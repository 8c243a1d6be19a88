"""How templates show things: amounts, dates, statuses."""

from datetime import date, datetime

from flask import Flask

from simulator.systems.apps.coupa import shapes

#: Status → colour of its badge; any other status is grey.
_TONES = {
    "approved": "good",
    "ordered": "good",
    "issued": "good",
    "received": "good",
    "closed": "good",
    "paid": "good",
    "pending_approval": "waiting",
    "pending_receipt": "waiting",
    "on_hold": "waiting",
    "rejected": "bad",
    "cancelled": "bad",
    "disputed": "bad",
    "voided": "bad",
}


def install(app: Flask) -> None:
    """Give templates their filters."""
    app.add_template_filter(amount, "amount")
    app.add_template_filter(day, "day")
    app.add_template_filter(words, "words")
    app.add_template_filter(lambda status: _TONES.get(status, "plain"), "tone")


def amount(cents: int, currency: str) -> str:
    """An amount as people read it: `1,234.50 EUR`."""
    whole, _, rest = shapes.money(cents).partition(".")
    return f"{int(whole):,}.{rest} {currency}"


def day(value: date | datetime | None) -> str:
    """A date as people read it: `23 Nov 2026`; "none" when there is none."""
    return f"{value.day} {value:%b %Y}" if value else "none"


def words(status: str) -> str:
    """A status in words: `Pending approval`."""
    return status.replace("_", " ").capitalize()
