"""How the Web API writes what rows are called by: ids, timestamps, cursors."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from simulator.db.tables import AppUser
from simulator.systems.apps.slack.tables import SlackConversation

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: The letter that an id of a kind of conversation begins with.
_LETTERS = {"public_channel": "C", "private_channel": "C", "mpim": "G", "im": "D"}
#: The largest timestamp that `read_ts` returns.
LARGEST_TS = 10**17 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TS = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,6}))?")


def team_id(host: str) -> str:
    """Return the id of a workspace."""
    return f"T0{sha256(host.encode()).hexdigest()[:9].upper()}"


def app_id(client_id: str) -> str:
    """Return the id of an OAuth client as an app."""
    return f"A0{sha256(client_id.encode()).hexdigest()[:9].upper()}"


def user_id(user: AppUser | int) -> str:
    """Return the id of an account."""
    return _write("U", user if isinstance(user, int) else user.id)


def bot_id(user: AppUser | int) -> str:
    """Return the id of a bot, which is another one than that of its account."""
    return _write("B", user if isinstance(user, int) else user.id)


def file_id(number: int) -> str:
    """Return the id of a file."""
    return _write("F", number)


def conversation_id(row: SlackConversation) -> str:
    """Return the id of a conversation."""
    return _write(_LETTERS[row.kind], row.id)


def read_id(text: str, letters: str) -> int | None:
    """Return the number that an id stands for; None if it is none that begins so."""
    if not re.fullmatch(rf"[{letters}]0[0-9A-Z]{{9}}", text):
        return None
    number = int(text[2:], 36)
    return number if 0 < number < 2**31 else None


def _write(letter: str, number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return f"{letter}0{digits.rjust(9, '0')}"


def write_ts(micros: int) -> str:
    """Return microseconds as a timestamp: `1700000000.000100`."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06}"


def read_ts(text: str) -> int | None:
    """Return the microseconds of a timestamp; None if it is none."""
    found = _TS.fullmatch(text)
    return int(found[1]) * 1_000_000 + int((found[2] or "").ljust(6, "0")) if found else None


def moment(micros: int) -> datetime:
    """Return the moment of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def next_ts(moment: datetime, last: int | None) -> int:
    """Return the timestamp of a new message: of a moment, but behind the last one.

    Args:
        moment: the simulated one.
        last: the largest timestamp of the conversation so far.
    """
    return max(micros(moment), (last or 0) + 100)


def write_cursor(number: int) -> str:
    """Return where the next page begins."""
    return base64.b64encode(f"next:{number}".encode()).decode()


def read_cursor(text: str) -> int | None:
    """Return where a page begins; None if the cursor is none of ours."""
    try:
        label, _, digits = base64.b64decode(text, validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        return None
    is_ours = label == "next" and digits.isdigit() and len(digits) < 18
    return int(digits) if is_ours else None
