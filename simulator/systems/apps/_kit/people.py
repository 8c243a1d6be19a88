"""The people of one instance: found by login name or e-mail, checked by password."""

from sqlalchemy import Integer, and_, bindparam, case, cast, or_, select

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.base import normalized
from simulator.db.tables import AppUser, OAuthClient, OAuthToken
from simulator.domain import lockout
from simulator.domain.people import SignInRefused
from simulator.net.addresses import app_system
from simulator.world import World

ADMIN = "admin"
#: Of the account under which a program acts that nobody signs in for (client credentials).
MACHINE = "machine"
#: Roles to which everything of the instance is shown.
SEE_ALL = (ADMIN, MACHINE)


#: A person by `token` (hashed), `provider` and `host`. Subjects of this provider are ids of people;
#: those of others need not be numbers.
_BY_ACCESS_TOKEN = (
    select(AppUser, OAuthToken.scope, OAuthToken.expires_at)
    .select_from(OAuthToken)
    .join(
        OAuthClient,
        and_(
            OAuthClient.provider == OAuthToken.provider,
            OAuthClient.client_id == OAuthToken.client_id,
        ),
    )
    .join(
        AppUser,
        AppUser.id
        == case((OAuthToken.provider == bindparam("provider"), cast(OAuthToken.subject, Integer))),
    )
    .where(
        OAuthToken.provider == bindparam("provider"),
        OAuthToken.access_hash == bindparam("token"),
        OAuthToken.revoked_at.is_(None),
        AppUser.host == bindparam("host"),
    )
)
_WRONG = "The login name or the password is wrong. Check both and try again."


def sign_in(world: World, host: str, typed: str, password: str) -> AppUser:
    """The person with these credentials.

    A password is compared even when nobody has this name, so that the time tells nothing; and
    after five wrong ones in a row none is looked at for fifteen minutes, be it for a login name,
    for the e-mail address of the same account, or for a name that nobody has (our choice).

    Args:
        world: the world.
        host: the instance.
        typed: a login name or an e-mail address; case does not matter.
        password: the password as typed.

    Raises:
        SignInRefused: they match nobody, or the name is locked.
    """
    name = normalized(typed)
    user = world.db.session.scalar(
        select(AppUser)
        .where(
            AppUser.host == host,
            or_(AppUser.normalized_login == name, AppUser.normalized_email == name),
        )
        # A login name wins over another person's e-mail address; of two spellings of it, the one
        # that was typed.
        .order_by(
            (AppUser.normalized_login == name).desc(),
            (AppUser.login == typed.strip()).desc(),
            AppUser.id,
        )
        .limit(1)
    )
    place, account = app_system(host), user.login if user else typed
    hashed = user.password_hash if user else None
    if refusal := lockout.refuse_password(
        world, place, account, "login", password=password, hashed=hashed, wrong=_WRONG
    ):
        raise SignInRefused(refusal)
    assert user is not None, "nobody's password fits"
    return user


def by_id(world: World, host: str, user_id: int) -> AppUser | None:
    """The person with this id, if they are of this instance."""
    user = world.db.session.get(AppUser, user_id)
    return user if user is not None and user.host == host else None


def by_access_token(world: World, host: str, token: str) -> tuple[AppUser, str] | None:
    """The person whose live access token this is, and its scopes, in one statement.

    A token dies with its client and with its person, whatever its own lifetime.

    Args:
        host: the instance.
        token: the token as a client sent it.
    """
    row = world.db.session.execute(
        _BY_ACCESS_TOKEN, {"provider": app_system(host), "host": host, "token": fingerprint(token)}
    ).first()
    if row is None or has_expired(row.expires_at, world.clock.now()):
        return None
    return row.AppUser, row.scope


def by_email(world: World, host: str, email: str) -> AppUser | None:
    """The person with this e-mail address, whatever its case; the oldest of several."""
    return world.db.session.scalar(
        select(AppUser)
        .where(AppUser.host == host, AppUser.normalized_email == normalized(email))
        .order_by(AppUser.id)
        .limit(1)
    )


def by_subject(world: World, host: str, subject: str) -> AppUser | None:
    """The person that a token names, if they still exist."""
    return by_id(world, host, int(subject)) if subject.isascii() and subject.isdigit() else None


def is_admin(user: AppUser) -> bool:
    """Whether this person sees everything and may open Setup."""
    return user.role == ADMIN


def is_machine(user: AppUser) -> bool:
    """Whether this is the account of a program, with which nobody signs in."""
    return user.role == MACHINE


def sees_all(user: AppUser) -> bool:
    """Whether everything of the instance is shown to this account."""
    return user.role in SEE_ALL
