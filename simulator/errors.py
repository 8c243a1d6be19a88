"""The errors that every system can meet; each has a sentence for the person who caused it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from simulator.validation.parsing import shorten

#: The longest message, in characters.
LONGEST = 2000
#: The most names that a message lists.
_NAMED = 20
#: Words that begin a message whose subject is the field, such as "must be a list".
_PREDICATES = {"can't", "cannot", "has", "is", "must"}
#: What people call a field that programs call otherwise.
_SUBJECTS = {"openapi_spec": "document", "schema": "table"}


class SimulatorError(Exception):
    """Something a caller can put right: the message says what was wrong and what to do.

    Systems render it in their own shape; `status` is the HTTP status they answer with.
    """

    status = 400

    def __str__(self) -> str:
        """Return the message; what a caller sent in it is not repeated for pages (MCP-131)."""
        return shorten(super().__str__(), LONGEST)


class FieldError(SimulatorError):
    """One field of a form or body is wrong.

    Args:
        field: the field's name as the form posts it.
        message: what is wrong and what to do; a sentence, or one without its subject, which is
            the field ("can't be blank"), as the Developer API answers it.
    """

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = shorten(field)
        self.message = shorten(message, LONGEST)

    @property
    def sentence(self) -> str:
        """The message as a whole sentence, for people."""
        text = self.message
        if text.partition(" ")[0] in _PREDICATES:
            subject = _SUBJECTS.get(self.field, self.field.replace("_", " "))
            text = f"The {subject} {text}"
        return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


class AlreadyExists(FieldError):
    """Another one has this name or address already."""


class NotFound(SimulatorError):
    """The named thing does not exist in this workspace."""

    status = 404


class Forbidden(SimulatorError):
    """The person is known but may not do this."""

    status = 403


class StartupError(SimulatorError):
    """The simulator cannot start: a wrong setting, a taken port, an unusable database or key."""


class ScenarioError(SimulatorError):
    """A scenario is not there or wrong: one line per mistake, whoever asks for it, and when."""


class Unreachable(SimulatorError):
    """A call to another system got no answer.

    Args:
        host: the production host that did not answer.
    """

    status = 502

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} does not answer: {reason}")
        self.host = host


def list_choices(names: Iterable[str]) -> str:
    """Return the sentence that tells what could have been named instead, each once."""
    known = list(dict.fromkeys(names))
    some = ", ".join(known[:_NAMED]) or "none"
    return f"There are: {some}{', …' if known[_NAMED:] else ''}."


@contextmanager
def naming(member: str) -> Iterator[None]:
    """Report errors as mistakes in one member of a body or query.

    Args:
        member: the member's name.

    Raises:
        FieldError: on that member, for a FieldError or NotFound.
    """
    try:
        yield
    except FieldError as error:
        raise FieldError(member, error.message) from None
    except NotFound as error:
        raise FieldError(member, str(error)) from None
