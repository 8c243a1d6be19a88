"""Accounts of the identity provider: who can sign in there, and what it says of them."""

from collections.abc import Sequence

from sqlalchemy import select

from simulator.crypto import NO_PASSWORD
from simulator.db.base import normalized
from simulator.db.listing import Found, contains
from simulator.db.tables import EndUser, IdpAccount
from simulator.db.upsert import insert, insert_missing
from simulator.domain import end_user_accounts, end_user_groups, lockout
from simulator.errors import AlreadyExists, FieldError, NotFound, SimulatorError
from simulator.net.addresses import IDP
from simulator.world import World

#: So many of the end users that there are have accounts from the beginning.
MOST_AT_FIRST = 5_000
_AT_ONCE = 500
_LONGEST_GROUPS = 10_000


class LogInRefused(SimulatorError):
    """User name or password is wrong, or the account may not sign in."""

    status = 401


def fill(world: World) -> None:
    """Give the first end users accounts, with their passwords and groups, where nobody has one.

    A company's directory knows its people before Workato does; so nobody waits for it who never
    asks the identity provider (our choice).
    """
    session = world.db.session
    if session.scalar(select(IdpAccount.id).limit(1)) is not None:
        return
    people = session.scalars(
        select(EndUser)
        .where(EndUser.status != "disabled")
        .order_by(EndUser.workspace_id, EndUser.name, EndUser.id)
        .limit(MOST_AT_FIRST)
    ).all()
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        groups = end_user_groups.get_memberships(world, [each.id for each in some])
        rows = [
            {
                "name": each.name,
                "email": each.email,
                "normalized_email": normalized(each.email),
                "groups": list(dict.fromkeys(one.name for one in groups.get(each.id, ()))),
                "password_hash": each.password_hash,
                "is_active": True,
            }
            for each in some
        ]
        # Another request may be filling it as well.
        session.execute(insert(session, IdpAccount).values(rows).on_conflict_do_nothing())


def log_in(world: World, username: str, password: str) -> IdpAccount:
    """Return the account with these credentials; lock as everywhere.

    Args:
        username: the e-mail address, in any case.
        password: the password as typed.

    Raises:
        LogInRefused: they match nobody, the name is locked, or the account is switched off.
    """
    account = find(world, username)
    hashed = account.password_hash if account else None
    wrong = "Username or password is wrong."
    if refusal := lockout.refuse_password(
        world, IDP, username, "username", password=password, hashed=hashed, wrong=wrong
    ):
        raise LogInRefused(refusal)
    assert account is not None, "nobody's password fits"
    if not account.is_active:
        raise LogInRefused("This account is switched off. Ask whoever looks after the directory.")
    return account


def find(world: World, email: str) -> IdpAccount | None:
    """Return the account with an e-mail address, or None.

    Args:
        email: the e-mail address, in upper or lower case.
    """
    own = IdpAccount.normalized_email == normalized(email)
    return world.db.session.scalar(select(IdpAccount).where(own))


def get(world: World, account_id: int) -> IdpAccount:
    """Return an account.

    Args:
        account_id: its id.

    Raises:
        NotFound: there is none with this id.
    """
    found = world.db.session.get(IdpAccount, account_id)
    if found is None:
        raise NotFound("This account does not exist.")
    return found


def list_accounts(world: World, text: str = "") -> Found[IdpAccount]:
    """Return the accounts, by name.

    Args:
        text: part of a name or e-mail address.
    """
    found = select(IdpAccount).where(*contains(text, IdpAccount.name, IdpAccount.email))
    return Found(world.db.session, found.order_by(IdpAccount.name, IdpAccount.id))


def save(
    world: World,
    account: IdpAccount | None,
    *,
    name: str,
    email: str,
    groups: Sequence[str],
    is_active: bool = True,
    password: str = "",
) -> IdpAccount:
    """Store an account.

    Args:
        account: the one that changes; None for a new one.
        name: 1 to 100 characters.
        email: one that no other account has, whatever its case.
        groups: names, sent with each sign-in; a comma would make two of one.
        is_active: whether they can sign in.
        password: a new one; empty leaves the old one.

    Raises:
        FieldError: on `name`, `email`, `groups` or `password`.
    """
    name, email = end_user_accounts.check_name(name), end_user_accounts.check_email(email)
    taken = find(world, email)
    if taken is not None and taken is not account:
        raise AlreadyExists("email", f"Another account has the e-mail address {email}.")
    if account is None and not password:
        raise FieldError("password", "Enter a password.")
    row = account or _insert(world, name, email)
    row.name, row.email, row.normalized_email = name, email, normalized(email)
    row.groups, row.is_active = check_groups(groups), is_active
    if password:
        row.password_hash = world.keys.hash_password(password)
    world.db.session.add(row)
    world.db.session.flush()
    return row


def _insert(world: World, name: str, email: str) -> IdpAccount:
    """Return a new row; of several who have this address at once, one gets it."""
    key = {"normalized_email": normalized(email)}
    others = {"name": name, "email": email, "groups": [], "is_active": True}
    others["password_hash"] = NO_PASSWORD
    if not insert_missing(world.db.session, IdpAccount, key, **others):
        raise AlreadyExists("email", f"Another account has the e-mail address {email}.")
    made = select(IdpAccount).filter_by(**key)
    return world.db.session.scalars(made).one()


def check_groups(groups: Sequence[str]) -> list[str]:
    """Return names of groups, each once.

    Raises:
        FieldError: on `groups`: one has a comma, or they are too long.
    """
    found = list(dict.fromkeys(each.strip() for each in groups if each.strip()))
    if len(",".join(found)) > _LONGEST_GROUPS:
        raise FieldError("groups", f"Groups have at most {_LONGEST_GROUPS:,} characters in all.")
    if any("," in each or not each.isprintable() for each in found):
        raise FieldError("groups", "A group's name has no comma, and stands in one line.")
    return found
