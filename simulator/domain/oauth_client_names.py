"""What clients of Workato Identity are called: as they registered, or in their documents."""

from collections.abc import Collection

from sqlalchemy import select

from simulator.db.tables import ClientDocument, OAuthClient
from simulator.net.addresses import IDENTITY
from simulator.world import World


def find_names(world: World, client_ids: Collection[str]) -> dict[str, str]:
    """Return the names of clients by their ids, as far as they are known.

    Args:
        client_ids: the clients' ids.
    """
    session = world.db.session
    registered = select(OAuthClient.client_id, OAuthClient.name).where(
        OAuthClient.provider == IDENTITY, OAuthClient.client_id.in_(client_ids)
    )
    names = dict(session.execute(registered).all())
    documents = select(ClientDocument).where(ClientDocument.url.in_(set(client_ids) - set(names)))
    for one in session.scalars(documents):
        names[one.url] = str(one.document.get("client_name") or one.url)
    return names
