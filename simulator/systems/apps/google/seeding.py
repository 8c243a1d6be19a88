"""The rows of what a scenario says is in mailboxes, calendars and drives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from simulator.systems.apps.google.gmail import labels
from simulator.systems.apps.google.gmail.changes import build_row
from simulator.systems.apps.google.gmail.history import build_change
from simulator.systems.apps.google.gmail.mailbox import FIRST_HISTORY
from simulator.systems.apps.google.gmail.words import index_text
from simulator.systems.apps.google.tables import (
    CalendarEvent,
    DriveFile,
    DrivePermission,
    GmailChange,
    GmailLabel,
    GmailMailbox,
    GmailMessage,
    GmailMessageLabel,
)

#: Media type of a folder of Drive.
FOLDER = "application/vnd.google-apps.folder"
#: (Mailbox, name of a label) → its id.
LabelIds = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose rows are made."""

    id: int
    name: str
    email: str


def make_id(*parts: object, length: int = 16) -> str:
    """Return an id, always the same of the same parts, in hex digits."""
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:length]


def mailboxes(
    accounts: Mapping[str, Account], written: list[Any], ids: LabelIds
) -> Iterator[GmailMailbox | GmailLabel]:
    """Make every account's mailbox, with its labels."""
    for login, account in accounts.items():
        own = [label.name for label in written if label.mailbox == login]
        yield GmailMailbox(
            user_id=account.id, history_id=FIRST_HISTORY + 1_000, last_label=len(own)
        )
        for name in own:
            yield GmailLabel(
                user_id=account.id,
                label_id=ids[login, name],
                name=name,
                normalized_name=labels.normalize(name),
                looks={"messageListVisibility": "show", "labelListVisibility": "labelShow"},
            )


def messages(
    host: str, accounts: Mapping[str, Account], written: list[dict[str, Any]], ids: LabelIds
) -> Iterator[GmailMessage | GmailMessageLabel | GmailChange]:
    """Make the messages of all mailboxes."""
    threads: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for number, mail in enumerate(written, 1):
        login = mail["mailbox"]
        message_id = mail["id"] or make_id(host, login, "message", number)
        rfc822_id = f"{make_id(host, mail['subject'], mail['received'], 'mail')}@mail.gmail.com"
        key = login, mail["thread"] or message_id
        thread_id, before = threads.setdefault(key, (message_id, []))
        own = {"DRAFT"} if mail["draft"] else set(mail["labels"])
        row = build_row(
            write_mail(mail, rfc822_id, before),
            id=number,
            user_id=accounts[login].id,
            message_id=message_id,
            thread_id=thread_id,
            draft_id=f"r{int(message_id[:12], 16)}" if mail["draft"] else None,
            at=int(mail["received"].timestamp() * 1000),
            history_id=FIRST_HISTORY + number % 1_000,
        )
        yield row
        label_ids = [ids.get((login, name), name) for name in sorted(own)]
        for label_id in label_ids:
            yield GmailMessageLabel(message_key=number, label_id=label_id)
        yield build_change(row, row.history_id, label_ids)
        before.append(rfc822_id)


def write_mail(mail: Mapping[str, Any], rfc822_id: str, references: list[str]) -> bytes:
    """Return a message as RFC 5322 has it.

    Args:
        mail: the mail as the scenario has it, with `received` in UTC.
        rfc822_id: its `Message-ID`.
        references: ids of the messages of its thread that come before it.
    """
    made = EmailMessage()
    made["From"], made["To"] = mail["sender"], ", ".join(mail["to"])
    if mail["cc"]:
        made["Cc"] = ", ".join(mail["cc"])
    made["Subject"] = mail["subject"]
    made["Date"] = format_datetime(mail["received"])
    made["Message-ID"] = f"<{rfc822_id}>"
    if references:
        made["In-Reply-To"] = f"<{references[-1]}>"
        made["References"] = " ".join(f"<{each}>" for each in references)
    made.set_content(mail["text"] + "\n")
    for each in mail["attachments"]:
        kind, _, subtype = each["type"].partition("/")
        content = each["text"].encode()
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=each["name"])
        # A boundary is made of chance, and the same scenario makes the same world.
        made.set_boundary(make_id(rfc822_id, "boundary", length=28))
    return made.as_bytes()


def events(
    host: str, accounts: Mapping[str, Account], written: list[dict[str, Any]]
) -> Iterator[CalendarEvent]:
    """Make the events of all calendars."""
    for number, event in enumerate(written):
        account = accounts[event["calendar"]]
        event_id = make_id(host, event["calendar"], "event", number, length=26)
        is_day = event["starts_is_day"]
        yield CalendarEvent(
            user_id=account.id,
            event_id=event_id,
            ical_uid=f"{event_id}@google.com",
            organizer=account.email,
            status="confirmed",
            begins_at=event["starts"],
            ends_at=event["ends"],
            change=number + 1,
            sequence=0,
            created_at=event["starts"],
            updated_at=event["starts"],
            members={
                "summary": event["summary"],
                **{name: event[name] for name in ("description", "location") if event[name]},
                "start": _time(event["starts"], is_day),
                "end": _time(event["ends"], event["ends_is_day"]),
                "attendees": [
                    {"email": email, "responseStatus": "needsAction"}
                    for email in event["attendees"]
                ],
            },
            summary_words=index_text(
                " ".join((event["summary"], event["description"], event["location"]))
            ),
        )


def _time(moment: datetime, is_day: bool) -> dict[str, str]:
    if is_day:
        return {"date": f"{moment:%Y-%m-%d}"}
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "timeZone": "UTC"}


def files(
    host: str, accounts: Mapping[str, Account], written: list[dict[str, Any]]
) -> Iterator[DriveFile | DrivePermission]:
    """Make the files of all drives, and with whom they are shared."""
    made = {}
    for number, file in enumerate(written, 1):
        file_id = "1" + make_id(host, file["owner"], "file", number, length=32)
        made[file["owner"], file["name"]] = file_id
        folder = made.get((file["owner"], file["folder"])) if file["folder"] else None
        yield DriveFile(
            id=number,
            file_id=file_id,
            owner_id=accounts[file["owner"]].id,
            name=file["name"],
            mime_type=file["type"],
            parent_id=folder or "root",
            description="",
            content=file["text"].encode(),
            is_trashed=False,
            is_starred=False,
            version=1,
            created_at=file["created"],
            modified_at=file["created"],
        )
        for login in file["shared_with"]:
            yield DrivePermission(file_key=number, user_id=accounts[login].id, role="reader")
