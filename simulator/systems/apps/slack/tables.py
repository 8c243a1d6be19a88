"""Slack's own tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base, new_metadata
from simulator.db.tables.apps import AppInstance, AppUser

METADATA, VERSION = new_metadata(), 3


class SlackBase(Base):
    """Base of the tables here: they are a collection of their own."""

    __abstract__ = True
    metadata = METADATA


class SlackWorkspace(SlackBase):
    """What a workspace is set to."""

    __tablename__ = "slack_workspaces"

    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host), primary_key=True)
    #: Whether calls are counted, and those beyond the limits refused.
    has_rate_limits: Mapped[bool]


class SlackCallCount(SlackBase):
    """How many calls of one method an app made in one period, where they are counted."""

    __tablename__ = "slack_call_counts"

    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host), primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    #: A method; of posting, with the conversation.
    method: Mapped[str] = mapped_column(primary_key=True)
    #: When the period began, in simulated seconds since 1970.
    begins: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]


class SlackConversation(SlackBase):
    """A channel, or a direct message of two or more people."""

    __tablename__ = "slack_conversations"
    __table_args__ = (UniqueConstraint("host", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    #: As `types` names it: `public_channel`, `private_channel`, `mpim` or `im`.
    kind: Mapped[str]
    #: Of a channel; of a direct message, made of its people, so that there is one of them.
    name: Mapped[str]
    topic: Mapped[str]
    purpose: Mapped[str]
    creator_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    is_archived: Mapped[bool]
    created_at: Mapped[datetime]


class SlackMember(SlackBase):
    """Somebody who is in a conversation."""

    __tablename__ = "slack_members"

    conversation_id: Mapped[int] = mapped_column(ForeignKey(SlackConversation.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), primary_key=True, index=True)


class SlackMessage(SlackBase):
    """A message; what it is called by is its `ts`, which is its own in the conversation."""

    __tablename__ = "slack_messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "ts"),
        Index("ix_slack_messages_of_a_thread", "conversation_id", "thread_ts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(SlackConversation.id))
    author_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    text: Mapped[str]
    #: `blocks` and `attachments`, as they were sent.
    extras: Mapped[dict[str, Any]]
    #: In microseconds; later messages of a conversation have a larger one, whatever the clock says.
    ts: Mapped[int] = mapped_column(BigInteger)
    #: The `ts` of the message that it answers; that of its own once it is answered.
    thread_ts: Mapped[int | None] = mapped_column(BigInteger)
    edited_ts: Mapped[int | None] = mapped_column(BigInteger)

    conversation: Mapped[SlackConversation] = relationship()
    author: Mapped[AppUser] = relationship()


class SlackReaction(SlackBase):
    """An emoji that somebody put to a message."""

    __tablename__ = "slack_reactions"

    message_id: Mapped[int] = mapped_column(ForeignKey(SlackMessage.id), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id), primary_key=True)


class SlackFile(SlackBase):
    """A file that somebody uploads; people see it once it is complete."""

    __tablename__ = "slack_files"
    __table_args__ = (
        UniqueConstraint("upload_key"),
        Index("ix_slack_files_of_owner", "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    owner_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    #: Names the address that takes the content.
    upload_key: Mapped[str]
    name: Mapped[str]
    title: Mapped[str]
    alt_text: Mapped[str]
    #: In bytes, as it was announced.
    size: Mapped[int]
    #: None until it was sent.
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SlackFileShare(SlackBase):
    """A conversation that a file is shared in, and the message that it came with."""

    __tablename__ = "slack_file_shares"
    __table_args__ = (Index("ix_slack_file_shares_of_message", "conversation_id", "ts"),)

    file_id: Mapped[int] = mapped_column(ForeignKey(SlackFile.id), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(SlackConversation.id), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

    conversation: Mapped[SlackConversation] = relationship(lazy="joined", innerjoin=True)


#: Version → what makes the next one of it.
UPGRADES = {1: METADATA.create_all, 2: METADATA.create_all}
