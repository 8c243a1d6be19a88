"""What is wrong with a query, in the words of Salesforce, which show where."""

MALFORMED, NO_FIELD, NO_TYPE = "MALFORMED_QUERY", "INVALID_FIELD", "INVALID_TYPE"
_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."
#: How much of a query is shown before the place, and behind it.
_BEFORE, _BEHIND = 60, 20


class QueryError(ValueError):
    """A query is refused.

    Args:
        code: Salesforce's error code.
        message: for whoever wrote the query.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def point_at(query: str, at: int, sentence: str) -> str:
    """Return a sentence below the part of a query that it is about, with row and column.

    Args:
        query: the whole of it.
        at: place of the first wrong character.
        sentence: what is wrong.
    """
    lines = query[:at].split("\n")
    begin = max(0, at - _BEFORE)
    shown = " ".join(query[begin : at + _BEHIND].split("\n"))
    place = f"ERROR at Row:{len(lines)}:Column:{len(lines[-1]) + 1}"
    return f"\n{shown}\n{' ' * (at - begin)}^\n{place}\n{sentence}"


def unexpected(token: str) -> QueryError:
    """The query has this where something else belongs."""
    return QueryError(MALFORMED, f"unexpected token: '{token or '<EOF>'}'")


def no_object(query: str, at: int, name: str) -> QueryError:
    """There is no such object."""
    sentence = (
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be "
        f"sure to append the '__c' after the entity name. {_REFERENCE}"
    )
    return QueryError(NO_TYPE, point_at(query, at, sentence))


def no_field(query: str, at: int, name: str, entity: str) -> QueryError:
    """The object has no such field."""
    return QueryError(NO_FIELD, point_at(query, at, explain_no_field(name, entity)))


def explain_no_field(name: str, entity: str) -> str:
    """Return the sentence about a field that an object does not have."""
    return (
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom "
        f"field, be sure to append the '__c' after the custom field name. {_REFERENCE}"
    )


def no_relationship(query: str, at: int, name: str) -> QueryError:
    """The object has no such relationship."""
    sentence = (
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a "
        "custom relationship, be sure to append the '__r' after the custom relationship name. "
        f"{_REFERENCE}"
    )
    return QueryError(NO_FIELD, point_at(query, at, sentence))
