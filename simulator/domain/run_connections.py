"""The connections that the steps of one run use, read by one SQL statement per transaction."""

from collections.abc import Iterable

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import SessionTransaction

from simulator.db.tables import Connection
from simulator.domain import verified_access
from simulator.domain.catalogue import CompiledRecipe
from simulator.domain.engine.steps import Step
from simulator.domain.request_context import RequestContext
from simulator.world import World

#: The connections with these `ids`, and one person's children of them.
_SELECT = select(Connection).where(
    or_(
        Connection.id.in_(bindparam("ids", expanding=True)),
        and_(
            Connection.parent_id.in_(bindparam("ids", expanding=True)),
            Connection.environment_id == bindparam("environment_id"),
            Connection.end_user_id == bindparam("end_user_id"),
        ),
    )
)


class RunConnections:
    """The connections of a run: those that the recipe selects, and the person's own children.

    Args:
        world: with an open unit of work on each call of a method.
        context: the person and the MCP session that the recipe runs for.
        recipe: the recipe that runs.
    """

    def __init__(self, world: World, context: RequestContext, recipe: CompiledRecipe) -> None:
        self._world, self._context, self._recipe = world, context, recipe
        self._rows: dict[int, Connection] = {}
        #: Id of a builder's connection → the person's runtime user connection.
        self._own: dict[int, Connection] = {}
        #: The transaction in which the rows were read.
        self._transaction: SessionTransaction | None = None

    def require(self) -> None:
        """Check that the person has every connection that steps need which act as the end user.

        Raises:
            ConnectionRequired: connections are missing; the error has their parents, in order.
            Unavailable: a builder's connection cannot be used.
        """
        needed = self._recipe.steps_as_end_user
        if self._context.person is None or not needed:
            return
        self._read()
        chosen = [self._choose(step) for step in needed]
        if missing := [parent for acting, parent in chosen if acting is None]:
            raise verified_access.ConnectionRequired(missing)

    def get(self, step: Step) -> tuple[Connection, Connection]:
        """Return the connection that a step uses, and the one that has its settings, freshly read.

        Args:
            step: a step that calls an app; there is a person if it acts as the end user.

        Raises:
            ConnectionRequired: the end user has no live connection.
            Unavailable: the builder's connection cannot be used.
        """
        self._read()
        acting, parent = self._choose(step)
        if acting is None:
            raise verified_access.ConnectionRequired([parent])
        return acting, parent

    def _choose(self, step: Step) -> tuple[Connection | None, Connection]:
        """Return a step's connection, None if the person has none, and the builder's connection."""
        found = self._rows.get(step.connection_id) if step.connection_id is not None else None
        parent = verified_access.check_established(found, self._recipe.name, step)
        if not step.acts_as_end_user:
            return parent, parent
        person = self._context.person
        assert person is not None, "a step that acts as an end user is refused before"
        own = self._own.get(parent.id)
        return verified_access.choose_acting(self._context.server, person, parent, own), parent

    def _read(self) -> None:
        """Read all connections of the run, unless this transaction already has."""
        session = self._world.db.session
        if self._transaction is not None and session.get_transaction() is self._transaction:
            return
        # Rows that an earlier transaction read may have changed since.
        person = self._context.person
        sought = {
            "ids": self._recipe.app_connections,
            "environment_id": self._context.server.environment_id,
            "end_user_id": person.id if person else None,  # nobody's: NULL equals nothing
        }
        again = {"populate_existing": True}
        self._keep(session.scalars(_SELECT, sought, execution_options=again))
        self._transaction = session.get_transaction()

    def _keep(self, found: Iterable[Connection]) -> None:
        self._rows, self._own = {}, {}
        for row in found:
            if row.id in self._recipe.app_connections:
                self._rows[row.id] = row
            elif row.parent_id is not None:
                self._own[row.parent_id] = row
