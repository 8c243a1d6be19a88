"""What every third-party app has: instances and accounts; Workato's side never reads them."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from simulator.db.base import Base, first_name, normalized


class AppInstance(Base):
    """One instance of an app, such as Acme's Coupa at `acme.coupacloud.com`."""

    __tablename__ = "app_instances"

    host: Mapped[str] = mapped_column(primary_key=True)
    #: The connector's provider name: `coupa`.
    provider: Mapped[str]
    name: Mapped[str]
    #: What becomes of used refresh tokens (`RefreshPolicy`); None: as the app does.
    refresh_policy: Mapped[str | None]
    #: How long one works on after its first use, in seconds, with the policy that has a leeway.
    refresh_leeway: Mapped[int | None]


class AppUser(Base):
    """A person's account in one app instance."""

    __tablename__ = "app_users"
    __table_args__ = (
        UniqueConstraint("host", "login"),
        Index("ix_app_users_host_normalized_login", "host", "normalized_login"),
        Index("ix_app_users_host_normalized_email", "host", "normalized_email"),
        Index("ix_app_users_normalized_email", "normalized_email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey("app_instances.host"))
    login: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    #: Of the name, for those who call the person by it.
    first_name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str]
    #: What a sign-in is compared with; see `normalized`.
    normalized_login: Mapped[str]
    normalized_email: Mapped[str]
    password_hash: Mapped[str]
    #: `admin` (sees everything, may open Setup) or `user` (sees their own).
    role: Mapped[str]

    @validates("name", "login", "email")
    def _derive(self, column: str, value: str) -> str:
        if column == "name":
            self.first_name = first_name(value)
        else:
            setattr(self, f"normalized_{column}", normalized(value))
        return value
