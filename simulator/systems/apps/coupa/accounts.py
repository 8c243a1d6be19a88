"""Coupa's users: accounts of the instance, and what else the API has of them."""

from typing import Any

from sqlalchemy import select

from simulator.db.base import normalized
from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import store
from simulator.systems.apps.coupa.api_errors import ApiError, Invalid
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.tables import CoupaRecord
from simulator.world import World

USERS = RESOURCES["users"]
_COLUMNS = ("login", "email", "firstname", "lastname", "password", "generate-password-and-notify")


def create(world: World, author: AppUser, values: dict[str, Any]) -> tuple[AppUser, CoupaRecord]:
    """Make an account; without a password nobody can sign in with it.

    Raises:
        ApiError: 403, the author is no integration; 400, a name or address is taken.
    """
    _check_author(author)
    _check_names(world, author.host, values)
    user = AppUser(
        host=author.host,
        login=values["login"],
        name=f"{values['firstname']} {values['lastname']}".strip(),
        email=values["email"],
        password_hash=world.keys.hash_password(
            values.get("password") or world.randomness.secret("password")
        ),
        role="user",
    )
    world.db.session.add(user)
    world.db.session.flush()
    return user, _profile(world, author, user, values)


def change(
    world: World, author: AppUser, row: tuple[AppUser, CoupaRecord | None], values: dict[str, Any]
) -> None:
    """Change an account.

    Raises:
        ApiError: 403, the author is no integration; 400, a name or address is taken.
    """
    _check_author(author)
    user, profile = row
    _check_names(world, author.host, values, user.id)
    if "firstname" in values or "lastname" in values:
        first, _, last = user.name.partition(" ")
        first, last = values.get("firstname", first), values.get("lastname", last)
        user.name = f"{first} {last}".strip()
    if values.get("login"):
        user.login = values["login"]
    if values.get("email"):
        user.email = values["email"]
    if values.get("password"):
        user.password_hash = world.keys.hash_password(values["password"])
    if profile is None:
        _profile(world, author, user, values)
    else:
        store.touch(world, profile, _others(values), author)


def _profile(world: World, author: AppUser, user: AppUser, values: dict[str, Any]) -> CoupaRecord:
    return store.add(*(world, USERS, user.host, _others(values)), author=author, owner_id=user.id)


def _others(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _COLUMNS}


def _check_author(author: AppUser) -> None:
    """Coupa: users are made and changed by integrations alone."""
    if not people.is_machine(author):
        sentence = "Only an integration (client credentials) can create or change users."
        raise ApiError(403, {"error": [sentence]})


def _check_names(world: World, host: str, values: dict[str, Any], but: int = 0) -> None:
    for name in ("login", "email"):
        if not (value := values.get(name)):
            continue
        if " " in value or (name == "email" and "@" not in value):
            raise Invalid(name, "is invalid")
        column = getattr(AppUser, f"normalized_{name}")
        same = select(AppUser.id).where(
            AppUser.host == host, column == normalized(value), AppUser.id != but
        )
        if world.db.session.scalars(same).first() is not None:
            raise Invalid(name, "has already been taken")
