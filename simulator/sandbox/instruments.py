"""What a test, a script or another runner uses of a simulator besides its systems."""

from functools import cached_property

from simulator import oracle
from simulator.call_record import AppCall
from simulator.domain.lookup import find_email_of_anybody
from simulator.faults import Faults
from simulator.journal import Journal
from simulator.oracle import IsolationOracle
from simulator.sandbox.end_users import People
from simulator.sandbox.time_travel import TimeTravel
from simulator.validation.persons import Who
from simulator.world import World


class Instruments:
    """The same as the pytest plugin's fixtures of these names, for whoever holds a simulator."""

    world: World
    #: The simulated time; `clock.travel(hours=1)`.
    clock: TimeTravel
    #: Who asked whom what: `journal.verify("POST /oauth/token", times=1)`.
    journal: Journal
    #: What goes wrong on purpose: `faults.incident("app-down", times=1)`.
    faults: Faults
    #: Who was served with whose account and rows; `isolation.accept(person, account)`.
    isolation: IsolationOracle
    #: Grows whenever a description that was made before is out of date: with each world that is
    #: made or put back, and with each change of a person.
    generation: int = 0

    @cached_property
    def people(self) -> People:
        """The end users: `people["Ada"]`, `people.change("Ada", status="disabled")`."""
        return People(self.world, self._outdate)

    def _outdate(self) -> None:
        self.generation += 1

    def violations(self, person: Who | None = None) -> list[AppCall]:
        """Return the calls that served somebody with another's account or rows, oldest first.

        Those of worlds that are over since the last judgement are among them. Whoever calls this
        judges what it returns; for all others, `check_isolation`, the end of the `with` block, and
        each test of a pytest run fail.

        Args:
            person: the person who was served; by default anybody.

        Raises:
            NobodyError: there is nobody of this name, or several.
        """
        return self.isolation.judge(None if person is None else self.email_of(person))

    def check_isolation(self) -> None:
        """Be sure that nobody was served with another's account, unless `violations` told of it.

        For the end of a test where no pytest does it; what was found once is not found again.

        Raises:
            AssertionError: somebody was.
        """
        oracle.fail(self.isolation.end_judgement())

    def email_of(self, who: object) -> str:
        """The e-mail address of an end user, an app's user or a collaborator.

        Args:
            who: a name, a first name, an e-mail address, an actor, or an entry of `describe`, as
                `simulator.validation.persons.Who` has it.

        Raises:
            NobodyError: there is nobody, or several are called this.
        """
        return find_email_of_anybody(self.world, who)
