"""Functions of numbers."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from simulator.domain.formulas.calls import DATE, NUMBER, method
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.values import Duration, as_text, as_whole

_UNITS = {
    "second": Duration(seconds=1),
    "minute": Duration(seconds=60),
    "hour": Duration(seconds=3_600),
    "day": Duration(days=1),
    "week": Duration(days=7),
    "month": Duration(months=1),
    "year": Duration(months=12),
}
_MOST = 10_000_000_000


@method("abs", int, float, Fraction, page=NUMBER)
def absolute(number: Any) -> Any:
    """Without its sign."""
    return abs(number)


@method("round", int, float, Fraction, page=NUMBER)
def round_half_up(number: Any, digits: Any = 0) -> Any:
    """Rounded to a number of decimal places, halves away from zero."""
    return _round(number, digits, ROUND_HALF_UP)


@method("ceil", int, float, Fraction, page=NUMBER)
def ceil(number: Any, digits: Any = 0) -> Any:
    """Rounded up to a number of decimal places."""
    return _round(number, digits, ROUND_CEILING)


@method("floor", int, float, Fraction, page=NUMBER)
def floor(number: Any, digits: Any = 0) -> Any:
    """Rounded down to a number of decimal places."""
    return _round(number, digits, ROUND_FLOOR)


def _round(number: Any, digits: Any, mode: str) -> Any:
    places = as_whole(digits)
    if not -400 <= places <= 400:
        raise Misuse("takes at most 400 decimal places")
    if isinstance(number, float) and not math.isfinite(number):
        raise Misuse("takes a number that is finite")
    if isinstance(number, int) and places >= 0:
        return number
    if isinstance(number, Fraction):
        exact = Decimal(number.numerator) / Decimal(number.denominator)
    else:
        exact = Decimal(repr(number))
    if isinstance(number, float) and places > 17:
        return number
    if isinstance(number, float) and number.is_integer():
        exact = Decimal(int(number))
    step = Decimal(1).scaleb(-places)
    rounded = (exact / step).to_integral_value(mode) * step
    return int(rounded) if places <= 0 else float(rounded)


def _enter_unit(name: str, unit: Duration) -> None:
    def duration(number: Any) -> Duration:
        if not math.isfinite(number) or abs(number) > _MOST:
            raise Misuse(f"takes a number of at most {_MOST:,}")
        whole = int(number)
        rest = number - whole
        days = unit.total_seconds * rest if rest else 0
        return Duration(unit.months * whole, unit.days * whole, unit.seconds * whole + float(days))

    duration.__doc__ = f"So many {name}s, to add to a date or time, or with `ago` and `from_now`."
    for each in (name, f"{name}s"):
        method(each, int, float, Fraction, page=DATE)(duration)


for _name, _unit in _UNITS.items():
    _enter_unit(_name, _unit)


@method("to_currency", str, int, float, Fraction, page=NUMBER)
def to_currency(
    value: Any,
    *,
    unit: Any = "$",
    format: Any = "%u%n",  # noqa: A002  # the vendor's name
    negative_format: Any = None,
    precision: Any = 2,
    separator: Any = ".",
    delimiter: Any = ",",
) -> str:
    """The number as an amount of money."""
    try:
        amount = Decimal(str(float(value)) if isinstance(value, Fraction) else str(value).strip())
        places = min(max(as_whole(precision), 0), 20)
        rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except ArithmeticError:
        return str(value)
    digits = f"{abs(rounded):,f}".split(".")
    written = digits[0].replace(",", as_text(delimiter))
    if places:
        written += as_text(separator) + digits[1]
    pattern = as_text(format)
    if rounded < 0:
        pattern = as_text(negative_format) if negative_format is not None else f"-{pattern}"
    return pattern.replace("%n", written).replace("%u", as_text(unit))


@method("to_phone", str, int, page=NUMBER)
def to_phone(
    value: Any,
    *,
    area_code: Any = False,
    delimiter: Any = "-",
    extension: Any = None,
    country_code: Any = None,
) -> str:
    """The number as a telephone number of North America."""
    digits = str(value).strip()
    if not digits.isdecimal() or len(digits) < 7:
        return digits
    mark = as_text(delimiter)
    area, middle, last = digits[:-7], digits[-7:-4], digits[-4:]
    number = f"{middle}{mark}{last}"
    if area:
        number = f"({area}) {number}" if area_code is True else f"{area}{mark}{number}"
    if country_code is not None:
        number = f"+{country_code}{mark}{number}"
    return number if extension is None else f"{number} x {extension}"
