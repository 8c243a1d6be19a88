"""Send the requests of a recipe's steps to apps, with the token of the right connection."""

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.call_record import CallContext
from simulator.connectors import Connector
from simulator.connectors.base import AppRequest
from simulator.db.tables import Connection
from simulator.db.tables.connections import LostCause
from simulator.domain import connections, verified_access
from simulator.domain.engine.errors import StepFailed
from simulator.domain.engine.host import AppAnswer
from simulator.domain.engine.steps import Step
from simulator.domain.request_context import RequestContext
from simulator.domain.run_connections import RunConnections
from simulator.domain.tokens import ConnectionLost, TokenRefused, discover, get_live_access_token
from simulator.errors import Unreachable
from simulator.validation.parsing import parse_foreign_json, parse_foreign_object
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.net.in_process import Response


class AppCalls:
    """The app calls of one job.

    Args:
        context: the person and the MCP session that the recipe runs for.
        tool: the name of the MCP tool that was called.
        connections: the connections of the run.
    """

    def __init__(
        self, world: World, context: RequestContext, tool: str, connections: RunConnections
    ) -> None:
        self._world, self._context, self._tool = world, context, tool
        self._connections = connections

    def call(self, step: Step, request: AppRequest) -> AppAnswer:
        """Send a step's request to its app, and return the app's response.

        Args:
            step: the step that calls the app.
            request: the request without its credentials.

        Raises:
            StepFailed: the app refused the request, or did not answer.
            ConnectionRequired: the end user's connection was lost after the job began.
        """
        connector = step.connector
        assert connector is not None, "the step calls an app"
        person = self._context.person
        behalf = CallContext(
            person=person.email if person else None,
            server=self._context.server.name,
            tool=self._tool,
            as_person=step.acts_as_end_user,
        )
        with self._world.calls.on_behalf(behalf):
            answer = self._send(step, connector, request)
        if answer.status_code >= 400 and not request.accepts_errors:
            details = connector.read_error(_read_members(answer.content))
            ending = f": {details}" if details else "."
            reason = f"{connector.name} answered {answer.status_code}{ending}"
            raise StepFailed(step, reason, _name_status(answer.status_code))
        if connector.body_errors is not None:
            members = parse_foreign_object(answer.content)
            if code := connector.body_errors.read(members):
                reason = f"{connector.name} refused: {connector.read_error(members) or code}"
                raise StepFailed(step, reason, code)
        return AppAnswer(status=answer.status_code, content=answer.content, headers=answer.headers)

    def _send(self, step: Step, connector: Connector, request: AppRequest) -> "Response":
        """Send a request with a live token; after a 401 once more, with a refreshed token."""
        connection, parent = self._get(step)
        try:
            for attempt in range(2):
                token = get_live_access_token(self._world, connection, force_refresh=attempt > 0)
                base = self._api_url(connector, connection, parent, token)
                header = connector.header(parent.input, token)
                send = partial(self._ask, step, connector, base, header)
                answer: Response = connector.converse(send, request)
                if answer.status_code != 401 and not _refuses_token(connector, answer):
                    return answer
            reason = f"{connector.name} refused an access token that it had just issued."
            connections.mark_lost(self._world, connection, reason, LostCause.TOKEN_REFUSED)
            self._world.db.commit()
            raise ConnectionLost(connection, "the access token was refused")
        except TokenRefused as refused:
            lost = verified_access.explain_loss(connector.name)
            raise StepFailed(step, lost if refused.cause else str(refused)) from None
        except Unreachable as error:
            raise StepFailed(step, str(error)) from None
        except ConnectionLost as error:
            if self._context.person is not None and connection is not parent:
                raise verified_access.ConnectionRequired([parent]) from error
            lost = verified_access.explain_loss(connector.name)
            raise StepFailed(step, lost) from error

    def _ask(
        self, step: Step, connector: Connector, base: str, header: str, request: AppRequest
    ) -> "Response":
        return self._world.http.request(
            request.method,
            locate(step, connector, base, request.path),
            headers={
                "Accept": "application/json",
                **request.headers,
                "Authorization": header,
            },
            outside=connector.is_elsewhere,
            **_body(request),
        )

    def _api_url(
        self, connector: Connector, connection: Connection, parent: Connection, token: str
    ) -> str:
        """Return the base URL of the API for a connection; ask the app for it on the first call."""
        if connection.api_url is None and connector.discovery is not None:
            connection.api_url = discover(self._world, parent, token)
            self._world.db.commit()
        return connection.api_url or connector.api_url or str(parent.input["host"])

    def _get(self, step: Step) -> tuple[Connection, Connection]:
        if step.acts_as_end_user and self._context.person is None:
            raise StepFailed(step, "End user's connection needs a verified end user.")
        try:
            return self._connections.get(step)
        except verified_access.Unavailable as error:
            raise StepFailed(step, str(error)) from None


def locate(step: Step, connector: Connector, base: str, path: str) -> str:
    """Return the URL of a request; only the app's own hosts may get a connection's token.

    Args:
        step: the step that sends the request.
        connector: the app's connector.
        base: the base URL of the app's API.
        path: the path of the request, or an absolute URI.

    Raises:
        StepFailed: an absolute URI names a host that is not the app's.
    """
    host = urlsplit(path).netloc.lower()
    if host and host not in (urlsplit(base).netloc.lower(), *connector.api_hosts):
        raise StepFailed(
            step,
            f"A custom action of {connector.name} cannot send the connection's token to {host}: "
            f"its absolute URI has to name a host of {connector.name}.",
        )
    return path if host else base + path


def _refuses_token(connector: Connector, answer: "Response") -> bool:
    """Return whether a response refuses the token in its body, with another status than 401."""
    errors = connector.body_errors
    return errors is not None and errors.refuses_token(parse_foreign_object(answer.content))


def _read_members(content: bytes) -> dict[str, Any]:
    """Return the members of a JSON response; a list becomes a member with an empty name."""
    found = parse_foreign_json(content)
    return {"": found} if isinstance(found, list) else parse_foreign_object(content)


def _body(request: AppRequest) -> dict[str, Any]:
    """Return the query and the body of a request as arguments of `requests.request`."""
    options: dict[str, Any] = {"params": request.params}
    if request.body is not None:
        options["data"] = request.body
    elif request.form is not None:
        options["data"] = request.form
    elif request.parts is not None:
        options["files"] = {name: (None, text) for name, text in request.parts.items()}
    elif request.json is not None:
        options["json"] = request.json
    return options


def _name_status(code: int) -> str:
    """Return an HTTP status with its phrase, such as `404 Not Found`."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
