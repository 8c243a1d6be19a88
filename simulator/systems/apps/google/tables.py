"""Google's own tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base, new_metadata
from simulator.db.tables.apps import AppUser

METADATA, VERSION = new_metadata(), 3


class GoogleBase(Base):
    """Base of the tables here: they are a collection of their own."""

    __abstract__ = True
    metadata = METADATA


class GmailMailbox(GoogleBase):
    """The mailbox of an account; `history_id` grows with every change in it."""

    __tablename__ = "gmail_mailboxes"

    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), primary_key=True)
    history_id: Mapped[int] = mapped_column(BigInteger)
    last_label: Mapped[int]


class GmailMessage(GoogleBase):
    """A message of a mailbox; of the `*_words` see `simulator.systems.apps.google.gmail.words`."""

    __tablename__ = "gmail_messages"
    __table_args__ = (
        UniqueConstraint("user_id", "message_id"),
        Index("ix_gmail_messages_thread", "user_id", "thread_id"),
        Index("ix_gmail_messages_at", "user_id", "at"),
        Index("ix_gmail_messages_draft", "user_id", "draft_id"),
        Index("ix_gmail_messages_rfc822_id", "user_id", "rfc822_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    #: 16 hex digits, as in the API; that of a thread is the id of its first message.
    message_id: Mapped[str]
    thread_id: Mapped[str]
    #: Of the draft whose message it is.
    draft_id: Mapped[str | None]
    #: Its internal date, milliseconds since 1970.
    at: Mapped[int] = mapped_column(BigInteger)
    history_id: Mapped[int] = mapped_column(BigInteger)
    #: The whole message (RFC 5322).
    raw: Mapped[bytes]
    snippet: Mapped[str]
    has_attachment: Mapped[bool]
    #: `Message-ID`, without its brackets.
    rfc822_id: Mapped[str]
    size: Mapped[int]
    sender_words: Mapped[str]
    to_words: Mapped[str]
    cc_words: Mapped[str]
    bcc_words: Mapped[str]
    subject_words: Mapped[str]
    file_words: Mapped[str]
    list_words: Mapped[str]
    body_words: Mapped[str]

    user: Mapped[AppUser] = relationship()
    labels: Mapped[list["GmailMessageLabel"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="GmailMessageLabel.label_id"
    )

    @property
    def label_ids(self) -> list[str]:
        """The ids of its labels."""
        return sorted(label.label_id for label in self.labels)


class GmailMessageLabel(GoogleBase):
    """A label that a message has: a system label's name, or the id of one of the person's own."""

    __tablename__ = "gmail_message_labels"
    __table_args__ = (Index("ix_gmail_message_labels_label", "label_id", "message_key"),)

    message_key: Mapped[int] = mapped_column(ForeignKey(GmailMessage.id), primary_key=True)
    label_id: Mapped[str] = mapped_column(primary_key=True)


class GmailChange(GoogleBase):
    """What became of a message: one record of a mailbox's history.

    Labels are ids with blanks between and around them, so that one is found among them.
    """

    __tablename__ = "gmail_changes"
    __table_args__ = (Index("ix_gmail_changes_history", "user_id", "history_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    history_id: Mapped[int] = mapped_column(BigInteger)
    #: `added`, `deleted` or `labels`.
    kind: Mapped[str]
    message_id: Mapped[str]
    thread_id: Mapped[str]
    #: Those that the message has afterwards, or had when it was deleted.
    labels: Mapped[str]
    added: Mapped[str]
    removed: Mapped[str]


class GmailLabel(GoogleBase):
    """A label that a person made; `looks` are visibilities and color, as the API has them."""

    __tablename__ = "gmail_labels"
    __table_args__ = (
        UniqueConstraint("user_id", "label_id"),
        UniqueConstraint("user_id", "normalized_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    label_id: Mapped[str]
    name: Mapped[str]
    #: As `label:` finds it: in lower case, with hyphens for blanks and slashes.
    normalized_name: Mapped[str]
    looks: Mapped[dict[str, Any]]


class CalendarEvent(GoogleBase):
    """An event in the primary calendar of an account."""

    __tablename__ = "google_calendar_events"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id"),
        Index("ix_google_calendar_events_begins", "user_id", "begins_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    event_id: Mapped[str]
    #: The same in the calendars of all who attend.
    ical_uid: Mapped[str]
    organizer: Mapped[str]
    status: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: Grows with every change in the calendar.
    change: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: Summary, description, start, end, attendees and so on, as the API has them.
    members: Mapped[dict[str, Any]]
    summary_words: Mapped[str]

    user: Mapped[AppUser] = relationship()


class DriveFile(GoogleBase):
    """A file or folder of an account's drive."""

    __tablename__ = "google_drive_files"
    __table_args__ = (
        UniqueConstraint("file_id"),
        Index("ix_google_drive_files_owner", "owner_id", "modified_at"),
        Index("ix_google_drive_files_parent", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    name: Mapped[str]
    mime_type: Mapped[str]
    #: `file_id` of its folder; `root` for that of the drive.
    parent_id: Mapped[str]
    description: Mapped[str]
    content: Mapped[bytes]
    is_trashed: Mapped[bool]
    is_starred: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime]
    modified_at: Mapped[datetime]

    owner: Mapped[AppUser] = relationship()


class DrivePermission(GoogleBase):
    """A person with whom a file is shared."""

    __tablename__ = "google_drive_permissions"

    file_key: Mapped[int] = mapped_column(ForeignKey(DriveFile.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), primary_key=True, index=True)
    role: Mapped[str]


class Upload(GoogleBase):
    """Content that an account sends in several requests, as far as it is there."""

    __tablename__ = "google_uploads"
    __table_args__ = (UniqueConstraint("upload_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), index=True)
    #: Of the request that it began with.
    path: Mapped[str]
    metadata_: Mapped[dict[str, Any]]
    media_type: Mapped[str]
    content: Mapped[bytes]
    expires_at: Mapped[datetime]


def _begin_history(connection: Connection) -> None:
    """Have the history of every mailbox begin with the messages that are there."""
    METADATA.create_all(connection)
    connection.execute(
        text(
            "INSERT INTO gmail_changes "
            "(user_id, history_id, kind, message_id, thread_id, labels, added, removed) "
            "SELECT user_id, history_id, 'added', message_id, thread_id, '', '', '' "
            "FROM gmail_messages ORDER BY history_id, id"
        )
    )


#: Version → what makes the next one of it.
UPGRADES = {1: METADATA.create_all, 2: _begin_history}
