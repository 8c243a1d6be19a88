"""Send a message: into the sender's mailbox, and into those of recipients that live here."""

from email.utils import format_datetime, formataddr

from sqlalchemy import select

from simulator.db.base import normalized
from simulator.db.tables import AppUser
from simulator.systems.apps.google.gmail import changes, mailbox
from simulator.systems.apps.google.gmail.mime import Mail
from simulator.systems.apps.google.tables import GmailMessage
from simulator.world import World

_RECIPIENTS = ("To", "Cc", "Bcc")


class NoRecipient(Exception):
    """A message that nobody would get."""


def send(world: World, user: AppUser, raw: bytes, thread_id: str | None = None) -> GmailMessage:
    """Send a message; return the sender's own copy, with the label `SENT`.

    No mail leaves the sandbox: an address that is no account here gets nothing.

    Args:
        user: the user who sends; the message says so, whatever it said before.
        raw: the message (RFC 5322).
        thread_id: the id of a thread in the sender's mailbox.

    Raises:
        NoRecipient: it names nobody.
    """
    complete = complete_headers(world, user, raw)
    mail = Mail(complete)
    addresses = mail.addresses(*_RECIPIENTS)
    if not addresses:
        raise NoRecipient
    others = _accounts(world, user, addresses)
    mailbox.lock(world, [user, *others])
    is_own = user.email.lower() in addresses
    own_labels = ["SENT", "INBOX", "UNREAD"] if is_own else ["SENT"]
    row = changes.store(world, user, complete, own_labels, thread_id=thread_id)
    seen_by_others = mail.without_header("Bcc")
    for other in others:
        changes.store(world, other, seen_by_others, ["INBOX", "UNREAD"])
    return row


def complete_headers(world: World, user: AppUser, raw: bytes) -> bytes:
    """Return a message with the headers that Gmail sees to: sender, date and id."""
    mail = Mail(raw)
    missing = []
    if mail.addresses("From") != [user.email.lower()]:
        raw = mail.without_header("From")
        missing.append(("From", formataddr((user.name, user.email), "utf-8")))
    if mail.date is None:
        raw = Mail(raw).without_header("Date")
        missing.append(("Date", format_datetime(world.clock.now())))
    if not mail.rfc822_id:
        raw = Mail(raw).without_header("Message-ID")
        number = world.randomness.hex("message id")
        missing.append(("Message-ID", f"<CA{number}@mail.gmail.com>"))
    return "".join(f"{name}: {value}\r\n" for name, value in missing).encode() + raw


def _accounts(world: World, user: AppUser, addresses: list[str]) -> list[AppUser]:
    """The accounts of the instance with these addresses, the sender's aside."""
    found = (
        select(AppUser)
        .where(
            AppUser.host == user.host,
            AppUser.normalized_email.in_([normalized(each) for each in addresses]),
            AppUser.id != user.id,
        )
        .order_by(AppUser.id)
    )
    return list(world.db.session.scalars(found))
