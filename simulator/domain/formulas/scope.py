"""What a formula may know of the job that it is calculated in."""

from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.pills import JOB, PROPERTY, Join, ListKey, Pill

#: Finds the first row that has these values: columns, or None where no row has.
Lookup = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
#: The same for a data table, of a project.
DataTableLookup = Callable[[str, str, Mapping[str, Any]], Mapping[str, Any] | None]
#: Finds the record that a field of another one refers to.
RecordFinder = Callable[[Pill, Join, Mapping[str, Any]], Any]


def find_nested(_: Pill, join: Join, record: Mapping[str, Any]) -> Any:
    """Return the record that stands within the other one, as a relationship of Salesforce does.

    `ContactId` refers to `Contact`, `Room__c` to `Room__r`. None where nothing does (our choice).
    """
    name = join.source
    relation = f"{name[:-3]}__r" if name.endswith("__c") else name.removesuffix("Id")
    found = record.get(relation)
    return found if isinstance(found, Mapping) else None


def no_lookup_tables(*_: Any) -> None:
    """There are no tables.

    Raises:
        FormulaError: always.
    """
    raise FormulaError("No table can be looked up here.")


class Scope:
    """The values that pills have, the time, chance and tables, for one evaluation after another.

    Args:
        outputs: `{provider: {alias: output}}` of the steps that ran; may grow between evaluations.
        now: returns the simulated moment, aware.
        octets: returns so many random bytes.
        properties: returns name → value, of the project and the account.
        job: returns what the job knows of itself: `job_id`, `job_url`, `recipe_id`, `recipe_name`,
            `parameters` and so on.
        lookup: finds a row of a lookup table, by the table's name or id.
        lookup_data_table: finds a row of a data table, by project and table.
        find_record: follows a path element `join`.
    """

    __slots__ = (
        "find_record",
        "items",
        "job",
        "lookup",
        "lookup_data_table",
        "now",
        "octets",
        "outputs",
        "properties",
    )

    def __init__(
        self,
        outputs: Mapping[str, Mapping[str, Any]],
        *,
        now: Callable[[], datetime],
        octets: Callable[[int], bytes],
        properties: Callable[[], Mapping[str, Any]] = dict,
        job: Callable[[], Mapping[str, Any]] = dict,
        lookup: Lookup = no_lookup_tables,
        lookup_data_table: DataTableLookup = no_lookup_tables,
        find_record: RecordFinder = find_nested,
    ) -> None:
        self.outputs, self.now, self.octets = outputs, now, octets
        self.properties, self.job = properties, job
        self.lookup, self.lookup_data_table = lookup, lookup_data_table
        self.find_record = find_record
        #: List → its current item.
        self.items: dict[ListKey, Any] = {}

    def pill(self, pill: Pill) -> Any:
        """Return a data pill's value; None where it points to nothing."""
        if pill.kind == PROPERTY:
            return self.properties().get(pill.line)
        if pill.kind == JOB:
            return pill.follow(self.job(), self)
        outputs = self.outputs.get(pill.provider) if pill.provider else self._find(pill.line)
        return pill.follow(outputs.get(pill.line) if outputs else None, self)

    def _find(self, line: str) -> Mapping[str, Any] | None:
        """Return the outputs among which is that of the step with this alias."""
        return next((each for each in self.outputs.values() if line in each), None)

    def at(self, key: ListKey, item: Any) -> "Scope":
        """Return a scope in which this is the current item of a list.

        Args:
            key: the key of the pill that the list is: `pill.key`.
            item: the item of the list.
        """
        inner = copy(self)
        inner.items = {**self.items, key: item}
        return inner

    def join(self, pill: Pill, join: Join, record: Mapping[str, Any]) -> Any:
        """Return the record that a field of this record refers to; None if it refers to none."""
        return None if record.get(join.source) is None else self.find_record(pill, join, record)
