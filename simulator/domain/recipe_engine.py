"""Run a recipe: resolve each step's inputs, call the app as the right person, return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.call_record import CallContext
from simulator.connectors import Connector
from simulator.connectors.base import AppRequest
from simulator.db.tables import Connection
from simulator.db.tables.connections import LostCause
from simulator.domain import connections, verified_access
from simulator.domain.catalogue import PublishedTool
from simulator.domain.formulas import FormulaError, Scope, compile_field
from simulator.domain.recipes import Step
from simulator.domain.request_context import RequestContext
from simulator.domain.run_connections import RunConnections
from simulator.domain.tokens import ConnectionLost, TokenRefused, discover, get_live_access_token
from simulator.errors import SimulatorError, Unreachable
from simulator.validation.parsing import parse_foreign_json, parse_foreign_object
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from simulator.net.in_process import Response


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a recipe returned; an API recipe's `status` may say that it failed."""

    value: Any
    status: int = 200


class StepFailed(SimulatorError):
    """A step of the recipe failed; the message names it as the editor counts, and why."""

    status = 502

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(f"Step {step.number + 1} ({step.title}) failed: {reason}")


class TimedOut(SimulatorError):
    """The run took longer than a tool call may; what its steps did before stays done."""

    status = 504

    def __init__(self, step: Step, seconds: int) -> None:
        super().__init__(
            f"The call took longer than {seconds} seconds and was given up at step "
            f"{step.number + 1} ({step.title})."
        )


class Run:
    """A tool's recipe under way; whoever runs it performs its steps in order, each once.

    No transaction is open while an app is called, and each step may have a unit of work of its own.
    A step that is under way is not torn off: the run ends when it is back (our choice; how long a
    real call may take is not public).

    Args:
        world: with an open unit of work.
        context: for whom it runs.
        tool: whose recipe.
        arguments: of the tool call, checked against its schema.

    Raises:
        ConnectionRequired: the end user has no live connection to one or more apps.
        Unavailable: a builder's connection that they depend on cannot be used.

    Attributes:
        steps: of the recipe, the trigger first.
    """

    def __init__(
        self,
        world: World,
        context: RequestContext,
        tool: PublishedTool,
        arguments: Mapping[str, Any],
    ) -> None:
        self._world, self._context, self._tool = world, context, tool.name
        self._arguments = arguments
        self.steps = tool.recipe.steps
        self._connections = RunConnections(world, context, tool.recipe)
        self._require_connections()
        self._deadline = world.clock.now() + timedelta(seconds=world.settings.tool_timeout)
        self._data: dict[str, dict[str, Any]] = {}
        self._scope = Scope(
            self._data,
            now=world.clock.now,
            octets=partial(world.randomness.octets, "formula"),
        )

    def perform(self, step: Step) -> Result | None:
        """Perform the next step; return what the recipe returns, if it does so here.

        Args:
            step: of `steps`; all before it were performed.

        Raises:
            TimedOut: the run took longer than the settings allow.
            ConnectionRequired: the end user's connection was lost since the run began.
            StepFailed: a field could not be calculated; an app refused, or did not answer.
        """
        if step.is_trigger:
            output: Any = dict(self._arguments)
        else:
            try:
                inputs = resolve(step.inputs, self._scope)
            except FormulaError as error:
                raise StepFailed(step, str(error)) from None
            if step.connector is None:
                return Result(
                    value=inputs.get("result"), status=int(inputs.get("http_status_code") or 200)
                )
            output = self._call_app(step, step.connector, inputs)
        if self._world.clock.now() > self._deadline:
            raise TimedOut(step, self._world.settings.tool_timeout)
        self._data.setdefault(step.provider, {})[step.alias] = output
        return None

    def _require_connections(self) -> None:
        """Check before the first step that every app of the recipe is connected for the person.

        Raises:
            ConnectionRequired: naming the parents of all missing connections, in order.
        """
        self._connections.require()

    def _call_app(self, step: Step, connector: Connector, inputs: Mapping[str, Any]) -> Any:
        """Return the step's output, made of what the app answers on the caller's behalf."""
        person = self._context.person
        behalf = CallContext(
            person=person.email if person else None,
            server=self._context.server.name,
            tool=self._tool,
            as_person=step.acts_as_end_user,
        )
        action = connector.actions[step.name]
        with self._world.calls.on_behalf(behalf):
            answer = self._send(step, connector, action.request(inputs))
        if answer.status_code >= 400:
            details = connector.read_error(parse_foreign_object(answer.content))
            ending = f": {details}" if details else "."
            raise StepFailed(step, f"{connector.name} answered {answer.status_code}{ending}")
        payload = {} if answer.status_code == 204 else parse_foreign_json(answer.content)
        if payload is None:
            raise StepFailed(step, f"{connector.name} answered something else than JSON.")
        return action.output(payload)

    def _send(self, step: Step, connector: Connector, request: AppRequest) -> "Response":
        """Send a request with the right person's token; once more with a new one after a 401."""
        connection, parent = self._get_connections(step)
        try:
            for attempt in range(2):
                token = get_live_access_token(self._world, connection, force_refresh=attempt > 0)
                answer = self._world.http.request(
                    request.method,
                    self._api_url(connector, connection, parent, token) + request.path,
                    params=request.params,
                    json=request.json,
                    headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                )
                if answer.status_code != 401:
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

    def _api_url(
        self, connector: Connector, connection: Connection, parent: Connection, token: str
    ) -> str:
        """Return where the API takes a connection's tokens; ask once where nobody knows it yet."""
        if connection.api_url is None and connector.discovery is not None:
            connection.api_url = discover(self._world, parent, token)
            self._world.db.commit()
        return connection.api_url or str(parent.input["host"])

    def _get_connections(self, step: Step) -> tuple[Connection, Connection]:
        if step.acts_as_end_user and self._context.person is None:
            raise StepFailed(step, "End user's connection needs a verified end user.")
        try:
            return self._connections.get(step)
        except verified_access.Unavailable as error:
            raise StepFailed(step, str(error)) from None


def resolve(inputs: Mapping[str, Any], scope: Scope) -> Any:
    """Return a step's inputs with the values of its pills and formulas.

    Raises:
        FormulaError: a field cannot be calculated.
    """
    return compile_field(inputs).evaluate(scope)
