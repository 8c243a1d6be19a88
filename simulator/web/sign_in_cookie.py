"""The cookie by which a browser shows its sign-in; what it stands for is kept in the world.

Ours: Flask-Login keeps no sign-ins that the simulated time, a reset or another process could end.
"""

from flask import session

from simulator.db.base import Base
from simulator.db.tables import SignIn
from simulator.domain import sign_ins
from simulator.world import World

_SIGN_IN = "sign_in"


def begin(world: World, system: str, person: str, saml_provider_id: int | None = None) -> None:
    """Sign a person in, in a session that carries nothing over from before.

    Args:
        world: with the request's unit of work.
        system: the system that is answering.
        person: the id of who signed in, as text.
        saml_provider_id: see `sign_ins.begin`.
    """
    end(world)
    session[_SIGN_IN] = sign_ins.begin(world, system, person, saml_provider_id)


def find(world: World, system: str, people: type[Base] | None = None) -> SignIn | None:
    """Return the live sign-in of the browser that is asking, or None.

    Args:
        world: with the request's unit of work.
        system: the system that is answering.
        people: see `sign_ins.find`.
    """
    secret = session.get(_SIGN_IN)
    return sign_ins.find(world, system, secret, people) if isinstance(secret, str) else None


def end(world: World) -> None:
    """Sign out: the sign-in is over for every copy of the cookie, too."""
    secret = session.get(_SIGN_IN)
    if isinstance(secret, str):
        sign_ins.end(world, secret)
    session.clear()
