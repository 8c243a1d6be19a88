"""Runtime user connections that a program begins for somebody (Workato docs, Developer API).

The address that it gets leads straight to the app's consent page: whoever opens it, authorizes.
"""

import logging
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy.exc import NoResultFound

from simulator.db.tables import Connection
from simulator.domain import authorizations, connections, credentials, folders, tokens
from simulator.domain.authorizations import NotGranted, Program
from simulator.errors import FieldError, NotFound, SimulatorError
from simulator.net.outbound import FetchRefused, OutboundClient
from simulator.world import World

log = logging.getLogger("simulator.runtime_connections")
_LONGEST_URL = 2000
#: Of what answers a callback, which nobody reads, in bytes.
_MOST_BYTES = 64 * 1024


class NotAuthorized(SimulatorError):
    """The app gave no consent, or no tokens.

    Args:
        message: the sentence.
        app: the app's name.
    """

    status = 403

    def __init__(self, message: str, app: str) -> None:
        super().__init__(message)
        self.app = app


def begin(
    world: World,
    parent: Connection,
    *,
    folder_id: int,
    external_id: str,
    name: str = "",
    callback_url: str = "",
    redirect_url: str = "",
) -> Connection:
    """Begin a runtime user connection, or begin again with the one that there is.

    Args:
        parent: an established connection of a builder; the child is in its environment.
        folder_id: where it belongs.
        external_id: whom it is for; see `connections.find_person`.
        name: the connection's; empty for the parent's.
        callback_url: called when the app has issued tokens; empty for none.
        redirect_url: where the browser goes then; empty for a page that says so.

    Raises:
        NotFound: there is no such folder.
        FieldError: on `parent_id`, `external_id`, `callback_url` or `redirect_url`.
    """
    if parent.parent_id is not None or not parent.connected:
        raise FieldError("parent_id", "must be a connection of a builder that is connected.")
    if not connections.get_auth_type(parent).needs_consent:
        raise FieldError("parent_id", "must be an OAuth 2.0 authorization code connection.")
    place = folders.get_place(world, parent.workspace_id, folder_id)
    owner = connections.find_person(world, parent, external_id) or external_id
    try:
        child = connections.get_or_create_child(
            world, parent, parent.environment_id, owner, place.project.id
        )
    except NoResultFound:  # it is in a project that whoever asks does not see
        raise FieldError("external_id", "has already been taken") from None
    child.name = name.strip()[:250] or child.name
    child.callback_url = _check_url("callback_url", callback_url)
    child.redirect_url = _check_url("redirect_url", redirect_url)
    child.updated_at = world.clock.now()
    world.db.session.flush()
    return child


def get_runtime_connection(world: World, environment_id: int, number: int) -> Connection:
    """Return a runtime user connection of an environment.

    Args:
        environment_id: the environment's id.
        number: the connection's id.

    Raises:
        NotFound: there is none with this id.
    """
    found = connections.get_in_environment(world, environment_id, number)
    if found.parent_id is None:
        raise NotFound(f"There is no runtime user connection {number} in this environment.")
    return found


def build_url(world: World, child: Connection) -> str:
    """Return a new address of the app's consent page, good for one authorization.

    Args:
        child: the runtime user connection.
    """
    parent = child.parent
    assert parent is not None, "a runtime user connection has a parent"
    return authorizations.start(world, parent, Program(runtime_connection_id=child.id))


def finish(world: World, completion_token: str) -> Connection:
    """Store the tokens of the flow that a browser came back from, and tell who began it.

    Args:
        world: the world; its unit of work is committed.
        completion_token: the completion token as `authorizations.handle_callback` returned it.

    Raises:
        NotStartedHere: there is nothing to finish.
        NotAuthorized: the app gave no consent or no tokens; a live connection stays as it was.
    """
    flow, outcome = authorizations.redeem(world, completion_token)
    child = world.db.session.get(Connection, flow.runtime_connection_id)
    parent = child.parent if child else None
    if child is None or parent is None or child.external_id is None:
        raise NotFound("The connection that this was for does not exist any more.")
    app = connections.get_connector(parent).name
    if isinstance(outcome, NotGranted):
        raise _not_authorized(world, child, outcome.reason, app)
    try:
        granted = tokens.exchange_code(world, parent, outcome)
    except tokens.TokenRefused as refused:
        raise _not_authorized(world, child, refused.message, app, refused.error) from None
    connections.authorize_child(
        world,
        parent,
        child.environment_id,
        child.end_user or child.external_id,
        *(granted.answer, granted.account, granted.api_url),
    )
    world.db.commit()
    _call_back(world, child)
    return child


def _not_authorized(
    world: World, child: Connection, reason: str, app: str, code: str = ""
) -> NotAuthorized:
    credentials.note_failure(world, child, reason, code)
    world.db.commit()
    return NotAuthorized(reason, app)


def _call_back(world: World, child: Connection) -> None:
    """GET the address that the program gave (our choice of method and parameters)."""
    if not child.callback_url:
        return
    parts = urlsplit(child.callback_url)
    known = {
        "connection_id": str(child.id),
        "external_id": child.external_id or "",
        "status": "success",
    }
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *known.items()])
    url = urlunsplit(parts._replace(query=query))
    settings = world.settings
    outside = OutboundClient(settings.allowed_hosts, settings.loopback_documents)
    try:
        outside.get(url, limit=_MOST_BYTES)
    except FetchRefused as error:
        log.warning("Connection %s: its callback_url was not reached: %s", child.id, error)


def _check_url(field: str, url: str) -> str | None:
    url = url.strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.fragment
    except ValueError:
        usable = False
    if not usable or len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        raise FieldError(field, "must be an address that begins with https:// or http://.")
    return url
