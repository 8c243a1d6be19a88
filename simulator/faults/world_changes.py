"""What faults change in the world, for real, before a system sees a request."""

from collections.abc import Callable
from functools import partial

from authlib.oauth2 import OAuth2Error
from sqlalchemy import select

from simulator.crypto import fingerprint
from simulator.db.tables import McpSession, McpTool, OAuthClient, OAuthToken
from simulator.faults.checks import EFFECTS
from simulator.faults.incoming import IncomingRequest
from simulator.journal import called_tool
from simulator.net.addresses import IDENTITY
from simulator.oauth.client_authentication import read_credentials
from simulator.oauth.signing import Signer
from simulator.oauth.store import TokenStore
from simulator.web.environ import GROUP_LOST, SAML_EFFECT, SCOPES_NEEDED
from simulator.world import World

_SAML_EFFECTS = [each for each in EFFECTS if each.startswith("saml-")]
#: Makes the change; None where a request has nothing of the kind.
Change = Callable[[], None] | None


class WorldChanges:
    """What faults change in one world.

    Args:
        world: shared by all systems.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds: dict[str, Callable[[IncomingRequest], Change]] = {
            "session-ended": self._end_session,
            "client-deleted": self._delete_client,
            "tool-stopped": self._stop_tool,
            "keys-dropped": self._drop_keys,
            "group-lost": self._lose_group,
            **{each: partial(_spoil_assertion, each) for each in _SAML_EFFECTS},
        }

    def change(self, request: IncomingRequest, effect: str) -> Change:
        """What makes an effect on a request; None where the request has nothing of the kind."""
        with self._world.db.reading():
            return self._kinds[effect](request)

    def step_up(self, request: IncomingRequest, scopes: str) -> Change:
        """Have the MCP server ask for scopes that the request's token lacks; None: it has them."""
        with self._world.db.reading():
            token = self._live_token(request)
            if token is None or set(scopes.split()) <= set(token.scope.split()):
                return None
        return lambda: request.environ.update({SCOPES_NEEDED: scopes})

    def _lose_group(self, request: IncomingRequest) -> Change:
        if self._live_token(request) is None:
            return None
        return lambda: request.environ.update({GROUP_LOST: True})

    def _end_session(self, request: IncomingRequest) -> Change:
        key = fingerprint(request.environ.get("HTTP_MCP_SESSION_ID", ""))
        found = self._world.db.session.get(McpSession, key)
        if found is None or found.ended_at is not None:
            return None

        def end() -> None:
            with self._world.db.unit() as session:
                session.get_one(McpSession, key).ended_at = self._world.clock.now()

        return end

    def _delete_client(self, request: IncomingRequest) -> Change:
        query = select(OAuthClient).where(
            OAuthClient.provider == request.system, OAuthClient.client_id == _client_id(request)
        )
        if self._world.db.session.scalar(query) is None:
            return None

        def delete() -> None:
            with self._world.db.unit() as session:
                client = session.scalar(query)
                if client is not None:  # another request was quicker
                    store = TokenStore(world=self._world, provider=client.provider)
                    store.forget_client(client.client_id)
                    session.delete(client)

        return delete

    def _stop_tool(self, request: IncomingRequest) -> Change:
        environ = request.environ
        url = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}{request.path}"
        query = select(McpTool).where(
            McpTool.server_number == self._world.addresses.server_number(url),
            McpTool.name == called_tool(request.fields),
            McpTool.enabled,
        )
        if self._world.db.session.scalar(query) is None:
            return None

        def stop() -> None:
            with self._world.db.unit() as session:
                for tool in session.scalars(query):
                    tool.enabled = False
                    tool.server.updated_at = self._world.clock.now()

        return stop

    def _drop_keys(self, request: IncomingRequest) -> Change:
        return self._replace_keys if self._live_token(request) else None

    def _replace_keys(self) -> None:
        with self._world.db.unit():
            Signer(self._world, IDENTITY).replace()

    def _live_token(self, request: IncomingRequest) -> OAuthToken | None:
        """The access token of Workato Identity that a request bears, if it is good for anything."""
        if not request.bearer:
            return None
        return TokenStore(world=self._world, provider=IDENTITY).find_access(request.bearer)


def _spoil_assertion(effect: str, request: IncomingRequest) -> Change:
    return lambda: request.environ.update({SAML_EFFECT: effect})


def _client_id(request: IncomingRequest) -> str:
    """The client that a token request names; none where it does not say so in one way."""
    header = request.environ.get("HTTP_AUTHORIZATION", "")
    try:
        return str(read_credentials(header, request.fields).client_id)
    except OAuth2Error:
        return ""
