"""The tables of the app's records; with another VERSION, say in UPGRADES how they change."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base, new_metadata
from simulator.db.tables.apps import AppInstance, AppUser

METADATA, VERSION = new_metadata(), 1


class SampleBase(Base):
    """Base of the tables here: they are a collection of their own."""

    __abstract__ = True
    metadata = METADATA


class SampleNote(SampleBase):
    """A note of one person."""

    __tablename__ = "sample_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(AppInstance.host))
    owner_id: Mapped[int] = mapped_column(ForeignKey(AppUser.id))
    text: Mapped[str]

    owner: Mapped[AppUser] = relationship()
