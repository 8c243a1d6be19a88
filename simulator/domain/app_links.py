"""App links: addresses of apps that an environment's end users are shown."""

from collections.abc import Collection
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select

from simulator.db.listing import Found
from simulator.db.tables import AppLink, Environment
from simulator.domain.end_user_accounts import check_name
from simulator.errors import FieldError, NotFound
from simulator.world import World


def list_links(world: World, environment_id: int) -> Found[AppLink]:
    """Return the app links of an environment, by name.

    Args:
        environment_id: the environment's id.
    """
    own = select(AppLink).where(AppLink.environment_id == environment_id)
    return Found(world.db.session, own.order_by(AppLink.name, AppLink.id))


def create(world: World, environment: Environment, name: str, url: str) -> AppLink:
    """Create an app link.

    Args:
        environment: the environment whose end users are shown it.
        name: 1 to 100 characters.
        url: an http or https URL.

    Raises:
        FieldError: on `name` or `url`.
    """
    now = world.clock.now()
    link = AppLink(
        environment_id=environment.id,
        name=check_name(name),
        url=_check_url(url),
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(link)
    world.db.session.flush()
    return link


def delete_links(world: World, environment_id: int, ids: Collection[int]) -> None:
    """Delete app links of an environment, all of them or none.

    Args:
        environment_id: the environment's id.
        ids: the ids of the links.

    Raises:
        NotFound: one is not there.
    """
    own = AppLink.environment_id == environment_id, AppLink.id.in_(ids)
    if world.db.session.scalar(select(func.count()).where(*own)) != len(set(ids)):
        raise NotFound("This app link does not exist.")
    world.db.session.execute(delete(AppLink).where(*own))


def _check_url(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or len(url) > 2000 or not url.isprintable() or " " in url:
        raise FieldError("url", "must be an address that begins with https:// or http://")
    return url
