"""API tokens and personal access tokens: what people make for programs that act as themselves.

API tokens are Jira Cloud's, sent with the e-mail address (Atlassian, basic auth for REST APIs), and
expire after 1 to 365 days. Personal access tokens are Jira Data Center's, sent alone; that a site
takes both is our choice, since no Data Center stands here.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.base import normalized
from simulator.db.tables import AppUser
from simulator.errors import NotFound
from simulator.systems.apps._kit import people
from simulator.systems.apps.jira.tables import JiraToken
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

API, PERSONAL = "api", "personal"
#: How each kind begins (our choice for the second one).
_STARTS = {API: "ATATT3xFfGF0", PERSONAL: "jdc-"}
LONGEST_LABEL = 255
#: Days that a token may live.
MOST_DAYS = 365
#: Tokens of one kind that a person may have (our choice).
_MOST = 100


def list_tokens(world: World, user: AppUser, kind: str) -> Sequence[JiraToken]:
    """Return a person's tokens of a kind, the oldest first; expired ones, too."""
    own = select(JiraToken).where(JiraToken.user_id == user.id, JiraToken.kind == kind)
    return world.db.session.scalars(own.order_by(JiraToken.id)).all()


def check(world: World, user: AppUser, kind: str, label: str, days: str) -> dict[str, str]:
    """Return what is wrong with a token to be made: `label` or `days` → a sentence."""
    wrong, number = {}, parse_whole_number(days)
    if not label.strip():
        wrong["label"] = "Enter a name."
    elif len(label.strip()) > LONGEST_LABEL:
        wrong["label"] = f"A name has at most {LONGEST_LABEL} characters."
    elif len(list_tokens(world, user, kind)) >= _MOST:
        wrong["label"] = f"You have {_MOST} tokens. Revoke one first."
    if number is None or not 1 <= number <= MOST_DAYS:
        wrong["days"] = f"Enter a number of days from 1 to {MOST_DAYS}."
    return wrong


def create(world: World, user: AppUser, kind: str, label: str, days: int) -> str:
    """Make a token that was checked; it is returned once, and only its fingerprint is kept."""
    now, token = world.clock.now(), _STARTS[kind] + world.randomness.secret("token of Jira")
    world.db.session.add(
        JiraToken(
            user_id=user.id,
            kind=kind,
            label=label.strip(),
            token_hash=fingerprint(token),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    world.db.session.flush()
    return token


def revoke(world: World, user: AppUser, kind: str, token_id: int) -> None:
    """Take a token back: it works no more.

    Raises:
        NotFound: the person has no such token.
    """
    own = JiraToken.id == token_id, JiraToken.user_id == user.id, JiraToken.kind == kind
    if not world.db.session.execute(delete_rows(JiraToken).where(*own)).rowcount:  # type: ignore[attr-defined]
        raise NotFound("You have no such token any more.")


def find_person(world: World, host: str, kind: str, token: str, email: str = "") -> AppUser | None:
    """Return whose live token this is, or None.

    Args:
        host: the host of the site.
        kind: `api` or `personal`.
        token: the token as it was sent.
        email: sent with an API token.
    """
    row = world.db.session.scalar(
        select(JiraToken).where(JiraToken.kind == kind, JiraToken.token_hash == fingerprint(token))
    )
    if row is None or has_expired(row.expires_at, world.clock.now()):
        return None
    user = people.by_id(world, host, row.user_id)
    if user is not None and kind == API and user.normalized_email != normalized(email):
        return None
    return user
