"""What the processes on one database have to agree on, beside the rows of the world itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from simulator.db.base import Base


class PlantedFault(Base):
    """A fault: it strikes in every process, and is counted here."""

    __tablename__ = "planted_faults"

    #: As `simulator.faults.Fault.number`; those that were cleared one by one stay, so that none
    #: gets the number of another.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Tells it from the one of this number that was there before everything was cleared.
    token: Mapped[str]
    #: Of the fault, as JSON has them.
    attributes: Mapped[dict[str, Any]]
    hits: Mapped[int] = mapped_column(default=0)
    step_hits: Mapped[list[Any]]
    draws: Mapped[int] = mapped_column(default=0)
    cleared: Mapped[bool] = mapped_column(default=False)


class ServingProcess(Base):
    """A process that serves this database: it has a journal and a control API of its own."""

    __tablename__ = "serving_processes"

    #: Random; two of them may be in one process of the machine.
    id: Mapped[str] = mapped_column(primary_key=True)
    pid: Mapped[int]
    machine: Mapped[str]
    #: The origin of its control API; empty where it has none.
    control: Mapped[str]
    #: When it last said so, by the clock of the database, which all of them share.
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
