"""Google in a scenario file: mail, events and files, the rows made of them, and what is wrong."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.systems.apps._kit.scenario import App
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.google import seeding
from simulator.systems.apps.google.gmail import labels
from simulator.systems.apps.google.tables import GoogleBase
from simulator.systems.apps.google.traffic import ACCOUNTS
from simulator.validation.fields import Email, Name, Strict, Text, matches
from simulator.validation.mistakes import Mistakes, Place, find_repeated, find_unknown

_ADDRESS = r"[^\r\n]{0,200}[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?"
Address = Annotated[str, matches(_ADDRESS, "an address such as Bob Tanaka <bob@acme.example>")]
#: A moment; a day alone is nine o'clock of it, in UTC.
Moment = datetime | date


class Attachment(Strict):
    """A file that a message carries; its content is text."""

    name: Name
    type: Annotated[str, matches(r"[a-z]+/[a-z0-9.+-]+", "a media type such as text/plain")] = (
        "text/plain"
    )
    text: str = ""


class Mail(Strict):
    """A message in somebody's mailbox."""

    mailbox: str
    id: Annotated[str, matches(r"[0-9a-f]{16}", "an id of 16 hex digits")] | None = None
    sender: Annotated[Address, Field(alias="from")]
    to: Annotated[list[Address], Field(min_length=1)]
    cc: list[Address] = []
    subject: str = ""
    text: str = ""
    received: Moment
    labels: list[Text] = ["INBOX"]
    thread: Text | None = None
    draft: bool = False
    attachments: list[Attachment] = []


class Label(Strict):
    """A label that somebody made."""

    mailbox: str
    name: Name


class Event(Strict):
    """An event in somebody's primary calendar."""

    calendar: str
    summary: Name
    starts: Moment
    ends: Moment
    location: str = ""
    description: str = ""
    attendees: list[Email] = []


class File(Strict):
    """A file or folder of somebody's drive; its content is text."""

    owner: str
    name: Name
    type: Annotated[str, matches(r"[a-z]+/[A-Za-z0-9.+-]+", "a media type such as text/plain")] = (
        "text/plain"
    )
    text: str = ""
    folder: Text | None = None
    shared_with: list[str] = []
    created: Moment


class Records(Strict):
    """What stands under `data`."""

    labels: list[Label] = []
    mail: list[Mail] = []
    events: list[Event] = []
    files: list[File] = []


class GoogleApp(App):
    """Google, with the accounts of an organization."""

    kind: Literal["google"] = "google"
    data: Records = Records()


MODEL = GoogleApp


def rows(seed: AppSeed, app: GoogleApp) -> Iterator[GoogleBase]:
    """Make the rows of mailboxes, calendars and drives."""
    known = {
        user.login: seeding.Account(id=seed.users[user.login], name=user.name, email=user.email)
        for user in app.users
    }
    label_ids = _number_labels(app.data)
    yield from seeding.mailboxes(known, app.data.labels, label_ids)
    yield from seeding.messages(app.host, known, _mail_of(app.data), label_ids)
    yield from seeding.events(app.host, known, _with_moments(app.data.events, "starts", "ends"))
    yield from seeding.files(app.host, known, _with_moments(app.data.files, "created"))


def _mail_of(data: Records) -> list[dict[str, Any]]:
    return _with_moments(data.mail, "received")


def _with_moments(found: list[Any], *names: str) -> list[dict[str, Any]]:
    """Records as plain data, with moments in UTC."""
    made = []
    for one in found:
        plain = one.model_dump()
        for name in names:
            plain[f"{name}_is_day"] = not isinstance(plain[name], datetime)
            plain[name] = _moment(plain[name])
        made.append(plain)
    return made


def _moment(value: Moment) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time(9, tzinfo=UTC))
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _number_labels(data: Records) -> dict[tuple[str, str], str]:
    """(Mailbox, name of a label) → its id."""
    counts: dict[str, int] = {}
    found = {}
    for label in data.labels:
        counts[label.mailbox] = counts.get(label.mailbox, 0) + 1
        found[label.mailbox, label.name] = f"{labels.OWN_PREFIX}{counts[label.mailbox]}"
    return found


def mistakes(apps: Mapping[Place, GoogleApp]) -> Mistakes:
    """Find hosts that are not Google's, names that are there twice, and references to nothing."""
    for place, app in apps.items():
        data, logins = app.data, [user.login for user in app.users]
        if app.host != ACCOUNTS:
            yield (*place, "host"), f"expected '{ACCOUNTS}', Google's own, found '{app.host}'"
        at: Place = (*place, "data")
        own = [f"{label.mailbox} {labels.normalize(label.name)}" for label in data.labels]
        yield from find_repeated((*at, "labels"), own, "name")
        for kind, name in (
            *(("labels", "mailbox"), ("mail", "mailbox"), ("events", "calendar")),
            ("files", "owner"),
        ):
            for number, one in enumerate(getattr(data, kind)):
                yield from find_unknown((*at, kind, number, name), getattr(one, name), logins)
        yield from _in_mail(at, data)
        yield from _in_files(at, data, logins)
        for number, event in enumerate(data.events):
            if _moment(event.ends) < _moment(event.starts):
                yield (*at, "events", number, "ends"), "expected it after 'starts'"


def _in_mail(at: Place, data: Records) -> Mistakes:
    ids = [f"{mail.mailbox} {mail.id or number}" for number, mail in enumerate(data.mail)]
    yield from find_repeated((*at, "mail"), ids, "id")
    for number, mail in enumerate(data.mail):
        own = [label.name for label in data.labels if label.mailbox == mail.mailbox]
        for index, name in enumerate(mail.labels):
            if name not in labels.SYSTEM:
                yield from find_unknown((*at, "mail", number, "labels", index), name, own)


def _in_files(at: Place, data: Records, logins: list[str]) -> Mistakes:
    folders = [one.name for one in data.files if one.type == seeding.FOLDER]
    for number, file in enumerate(data.files):
        yield from find_unknown((*at, "files", number, "folder"), file.folder, folders)
        for index, login in enumerate(file.shared_with):
            yield from find_unknown((*at, "files", number, "shared_with", index), login, logins)
