"""Functions of countries, currencies and the states of the US."""

from simulator.domain.formulas.calls import STRING, method
from simulator.domain.formulas.countries import find_country
from simulator.domain.formulas.currencies import NAMES, STATES, SYMBOLS

_STATE_CODES = {name.lower(): code for code, name in STATES.items()}


@method("to_country_alpha2", str, page=STRING)
def to_country_alpha2(text: str) -> str | None:
    """The country's code of two letters, by its name or a code; null without one."""
    found = find_country(text)
    return found.alpha2 if found else None


@method("to_country_alpha3", str, page=STRING)
def to_country_alpha3(text: str) -> str | None:
    """The country's code of three letters, by its name or a code."""
    found = find_country(text)
    return found.alpha3 if found else None


@method("to_country_name", str, page=STRING)
def to_country_name(text: str) -> str | None:
    """The country's name, by a code."""
    found = find_country(text)
    return found.name if found else None


@method("to_currency_code", str, page=STRING)
def to_currency_code(text: str) -> str | None:
    """The code of a country's currency, by the country's name or a code."""
    code = text.strip().upper()
    if code in NAMES:
        return code
    found = find_country(text)
    return found.currency if found and found.currency in NAMES else None


@method("to_currency_name", str, page=STRING)
def to_currency_name(text: str) -> str | None:
    """The name of a currency, by its code or its country."""
    code = to_currency_code(text)
    return NAMES[code] if code else None


@method("to_currency_symbol", str, page=STRING)
def to_currency_symbol(text: str) -> str | None:
    """The symbol of a currency, by its code or its country."""
    code = to_currency_code(text)
    return SYMBOLS.get(code, code) if code else None


@method("to_state_code", str, page=STRING)
def to_state_code(text: str) -> str | None:
    """The code of a state of the US, by its name; null if there is no such state."""
    code = text.strip().upper()
    return code if code in STATES else _STATE_CODES.get(text.strip().lower())


@method("to_state_name", str, page=STRING)
def to_state_name(text: str) -> str | None:
    """The name of a state of the US in upper case, by its code."""
    code = to_state_code(text)
    return STATES[code].upper() if code else None
