"""Versions of what processes remember of the database; see `simulator.db.remembered`."""

from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class Version(Base):
    """The version of one kind of thing; a change makes another one, which no other ever had."""

    __tablename__ = "versions"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
