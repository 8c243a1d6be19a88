"""What every third-party app has: instances and accounts; Workato's side never reads them."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from simulator.db.base import Base, normalized


class AppInstance(Base):
    """One instance of an app, such as Acme's Coupa at `acme.coupacloud.com`."""

    __tablename__ = "app_instances"

    host: Mapped[str] = mapped_column(primary_key=True)
    #: The connector's provider name: `coupa`.
    provider: Mapped[str]
    name: Mapped[str]


class AppUser(Base):
    """A person's account in one app instance."""

    __tablename__ = "app_users"
    __table_args__ = (
        UniqueConstraint("host", "login"),
        Index("ix_app_users_host_normalized_login", "host", "normalized_login"),
        Index("ix_app_users_host_normalized_email", "host", "normalized_email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey("app_instances.host"))
    login: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    #: What a sign-in is compared with; see `normalized`.
    normalized_login: Mapped[str]
    normalized_email: Mapped[str]
    password_hash: Mapped[str]
    #: `admin` (sees everything, may open Setup) or `user` (sees their own).
    role: Mapped[str]

    @validates("login", "email")
    def _normalize(self, name: str, value: str) -> str:
        setattr(self, f"normalized_{name}", normalized(value))
        return value
