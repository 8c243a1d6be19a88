"""Applications that the identity provider signs people in to: SAML service providers."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from simulator.db.claim import did_change
from simulator.db.tables import IdpApplication
from simulator.db.upsert import insert_missing
from simulator.errors import AlreadyExists, FieldError, NotFound
from simulator.world import World

#: That are looked at; nobody has more (our choice).
_MOST = 200
_LONGEST = 1_024


def list_applications(world: World) -> Sequence[IdpApplication]:
    """Return the applications, by name."""
    found = select(IdpApplication).order_by(IdpApplication.name, IdpApplication.entity_id)
    return world.db.session.scalars(found.limit(_MOST)).all()


def find(world: World, entity_id: str) -> IdpApplication | None:
    """Return the application with an entity id, as it is spelled here or in production; or None.

    Args:
        entity_id: the entity id of a request.
    """
    local = world.addresses.local
    return next(
        (each for each in list_applications(world) if local(each.entity_id) == local(entity_id)),
        None,
    )


def add(world: World, *, name: str, entity_id: str, acs_url: str) -> IdpApplication:
    """Add an application.

    Args:
        name: 1 to 100 characters.
        entity_id: how it calls itself.
        acs_url: where it takes responses.

    Raises:
        FieldError: on `name`, `entity_id` or `acs_url`.
        AlreadyExists: on `entity_id`.
    """
    name, entity_id, acs_url = name.strip(), entity_id.strip(), acs_url.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise FieldError("name", "Enter a name of 1 to 100 characters.")
    if not entity_id or len(entity_id) > _LONGEST or not entity_id.isprintable():
        raise FieldError("entity_id", "Enter the service provider's entity ID.")
    try:
        parts = urlsplit(acs_url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or len(acs_url) > _LONGEST:
        raise FieldError("acs_url", "Enter the address that responses are sent to: https://…")
    if len(list_applications(world)) >= _MOST:
        raise FieldError("name", f"There are {_MOST} applications already: delete some first.")
    key = {"entity_id": entity_id}
    if not insert_missing(world.db.session, IdpApplication, key, name=name, acs_url=acs_url):
        raise AlreadyExists("entity_id", "Another application has this entity ID.")
    return world.db.session.get_one(IdpApplication, entity_id)


def remove(world: World, entity_id: str) -> None:
    """Delete an application: nobody is signed in to it from now on.

    Args:
        entity_id: the entity id as it was typed.

    Raises:
        NotFound: it does not exist.
    """
    own = delete(IdpApplication).where(IdpApplication.entity_id == entity_id)
    if not did_change(world.db.session, own):
        raise NotFound("This application does not exist.")
