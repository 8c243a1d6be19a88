"""What a query consists of, once it was read."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Path:
    """A field, perhaps by way of relationships: `Account.Owner.Name`.

    Attributes:
        names: relationships, and the field last.
        at: its place in the query.
    """

    names: tuple[str, ...]
    at: int

    @property
    def text(self) -> str:
        """As it was written."""
        return ".".join(self.names)


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """A function over records.

    Attributes:
        function: its name in upper case.
        path: the path of what; None for `COUNT()`.
        alias: under which name the result stands; empty for none of its own.
    """

    function: str
    path: Path | None
    alias: str
    at: int

    @property
    def text(self) -> str:
        """As it was written, but for its alias."""
        return f"{self.function}({self.path.text if self.path else ''})"


@dataclass(frozen=True, kw_only=True)
class AllFields:
    """`FIELDS(ALL)`, `FIELDS(STANDARD)` or `FIELDS(CUSTOM)`; `kind` is the word in upper case."""

    kind: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Children:
    """A query of the records that refer to each found one."""

    query: "Query"


@dataclass(frozen=True, kw_only=True)
class Literal:
    """A value.

    Attributes:
        kind: `string`, `number`, `boolean`, `null`, `date`, `datetime` or `period`.
        text: the text of a string, without quotes and escapes; else as written.
    """

    kind: str
    text: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`path operator value`; several values with `IN`, `NOT IN`, `INCLUDES` and `EXCLUDES`.

    Attributes:
        path: a field; in `HAVING` a function over records, too.
        operator: in upper case.
        values: what it is compared with.
    """

    path: "Path | Aggregate"
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, kw_only=True)
class InSubquery:
    """`path IN (SELECT …)`, or `NOT IN`."""

    path: Path
    is_negative: bool
    query: "Query"


@dataclass(frozen=True, kw_only=True)
class Negation:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True, kw_only=True)
class BooleanExpression:
    """Conditions with `AND` or `OR` between them; `word` says which, in upper case."""

    word: str
    conditions: tuple["Condition", ...]


Condition = Comparison | InSubquery | Negation | BooleanExpression
Selected = Path | Aggregate | AllFields | Children


@dataclass(frozen=True, kw_only=True)
class Ordering:
    """One thing to order by."""

    by: Path | Aggregate
    is_falling: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, kw_only=True)
class Query:
    """A whole query.

    Attributes:
        selected: what is to be found of each record.
        source: the object, or the name of the relationship in a query of children.
        alias: another name for it in this query; empty for none.
        at: place of the source in the query.
        where: which records; None for all.
        group_by: by which fields they are put together.
        having: which of those that were put together; None for all.
        order_by: in which order they are found.
        limit: how many, at most; None for all.
        offset: how many are left out.
    """

    selected: tuple[Selected, ...]
    source: str
    alias: str
    at: int
    where: Condition | None = None
    group_by: tuple[Path, ...] = ()
    having: Condition | None = None
    order_by: tuple[Ordering, ...] = field(default=())
    limit: int | None = None
    offset: int = 0

    @property
    def is_count(self) -> bool:
        """Whether it is `SELECT COUNT()`, which finds a number alone."""
        (first, *more) = self.selected
        return isinstance(first, Aggregate) and first.path is None and not more

    @property
    def is_aggregate(self) -> bool:
        """Whether it finds something about records instead of records."""
        return bool(self.group_by) or any(isinstance(one, Aggregate) for one in self.selected)
