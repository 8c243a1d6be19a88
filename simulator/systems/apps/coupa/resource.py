"""What a resource of the REST API is: what it is called, who may do what, where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from simulator.systems.apps.coupa.fields import Field, fields_of
from simulator.systems.apps.coupa.tables import CoupaRecord


class Visibility(Enum):
    """Whose rows a person sees; an admin and a machine see all of the instance (our choice)."""

    OWN = "their own, and those that they are asked to approve"
    EVERYBODY = "all, but those of content groups that they are not in"
    PARENT = "those of what they may see"


@dataclass(frozen=True, kw_only=True, eq=False)  # there is one of each
class Resource:
    """One resource.

    Attributes:
        path: its name in addresses.
        element: what one is called in XML.
        type_name: what it has, a type of `fields`.
        noun: what people call one.
        scope: the scopes' common part: `core.requisition`.
        methods: which of index, show, create, update and delete there are.
        table: where rows are.
        visibility: the visibility whose rows a person sees.
        keys: fields by which others refer to one, beside its id.
        required: fields that a new one must have.
        unique: a field that no two of an instance share.
        usual: what a new one has that does not say.
        parents: resources that one may be part of: there are lists of it below them.
        create_scope: where it is not that of writing.
        delete_scope: the same.
        read_scope: where it is not `….read`.
        is_listed: whether it has a list of its own, beside those below its parents.
    """

    path: str
    element: str
    type_name: str
    noun: str
    scope: str
    methods: frozenset[str]
    table: type[Any] = CoupaRecord
    visibility: Visibility = Visibility.EVERYBODY
    keys: tuple[str, ...] = ("name",)
    required: tuple[str, ...] = ()
    unique: str = ""
    usual: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    create_scope: str = ""
    delete_scope: str = ""
    read_scope: str = ""
    is_listed: bool = True

    @property
    def fields(self) -> Mapping[str, Field]:
        """Its fields by name."""
        return fields_of(self.type_name)

    @cached_property
    def reading(self) -> str:
        """The scope of reading."""
        return self.read_scope or f"{self.scope}.read"

    @cached_property
    def writing(self) -> str:
        """The scope of changing one, and of its actions."""
        return f"{self.scope}.write"

    @cached_property
    def creating(self) -> str:
        """The scope of making one."""
        return self.create_scope or self.writing

    @cached_property
    def deleting(self) -> str:
        """The scope of deleting one."""
        return self.delete_scope or self.writing

    @property
    def elements(self) -> str:
        """What a list of it is called in XML."""
        return plural_of(self.element)


def plural_of(word: str) -> str:
    """Return the plural of a dashed name: `order-headers`, `currencies`, `addresses`."""
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"
