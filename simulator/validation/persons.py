"""References to people: by name, by e-mail address or by actor."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from simulator.errors import SimulatorError, list_choices


class Acting(Protocol):
    """Somebody who acts in a test, such as `simulator.testing.Actor`."""

    @property
    def person(self) -> dict[str, Any]:
        """The entry in the description, with `email`."""


#: A name, first name or e-mail address; an actor; an entry of `describe`'s `people`.
Who = str | Acting | Mapping[str, Any]


class NobodyError(SimulatorError, LookupError, ValueError):
    """The name matches nobody, or several people."""


class AmbiguousError(NobodyError):
    """Several people are called this."""


def get_designation(who: object) -> str:
    """Return what a person is called: the e-mail address of an actor or entry, a text as it stands.

    Raises:
        NobodyError: it is nothing that names a person.
    """
    entry = who if isinstance(who, str | Mapping) else getattr(who, "person", None)
    if isinstance(entry, Mapping):
        entry = entry.get("email")
    if not isinstance(entry, str) or not entry.strip():
        raise NobodyError(f"A person is a name, an e-mail address or an actor, not {who!r}.")
    return entry.strip()


def find(people: Iterable[tuple[str, str]], who: object) -> str:
    """Return the e-mail address of the person, as `people` has it.

    Args:
        people: name and e-mail address of everybody who may be meant.
        who: see `Who`; case matters in names alone.

    Raises:
        NobodyError: nobody is called this, or several people are; names who there is.
    """
    everybody, called = list(people), get_designation(who)
    found = [email for _, email in everybody if email.casefold() == called.casefold()]
    found = found or [email for name, email in everybody if name == called]
    found = found or [email for name, email in everybody if name.split()[:1] == [called]]
    if not found and "@" in called:
        known = list_choices(sorted(email for _, email in everybody))
        raise NobodyError(f"Nobody has the e-mail address '{called}'. {known}")
    if not found:
        known = list_choices(name for name, _ in everybody)
        raise NobodyError(f"Nobody in the scenario is called '{called}'. {known}")
    if len({email.casefold() for email in found}) > 1:
        raise AmbiguousError(f"Several are called '{called}': say more. {list_choices(found)}")
    return found[0]
