"""Records of data tables, which Workato has at a host of its own (Workato docs, data tables)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any, Literal

from flask import request
from pydantic import ConfigDict, Field, model_validator

from simulator.db.tables import DataRecord, DataTable
from simulator.domain import data_record_queries, data_records, data_tables, data_values
from simulator.domain.data_record_queries import Order
from simulator.errors import FieldError, NotFound
from simulator.net.addresses import APP_HOST, DATA_TABLES_HOST, WWW_HOST, is_below
from simulator.systems.developer_api.endpoint import DATA_TABLES, ApiEndpoint, Body, Call
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

_ROOT = "/api/v1/tables"
ENDPOINTS = Table(ApiEndpoint, f"{_ROOT}/", quota=DATA_TABLES)
_MOST = 200


class Values(Body):
    """Values of a record, by the names of columns or their UUIDs."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, value: Any) -> Any:
        return value  # null empties a column


class OrderMembers(Body):
    """By what records are sorted."""

    by: str
    order: Literal["asc", "desc"] = "asc"
    case_sensitive: bool = False


class RecordQuery(Body):
    """Which records; `select` names columns, or $record_id, $created_at and $updated_at."""

    select: Annotated[list[str], Field(max_length=200)] | None = None
    where: dict[str, Any] | None = None
    order: str | OrderMembers | None = None
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 100
    continuation_token: str | None = None
    timezone_offset_secs: Annotated[int, Field(ge=-86_400, le=86_400)] = 0


@ENDPOINTS.add("POST", ":table_id/query")
def query_records(call: Call, table_id: str, body: RecordQuery) -> dict[str, Any]:
    """Find records of a data table; `continuation_token` continues a longer result."""
    table = _found(call, table_id)
    found = data_record_queries.find(
        call.world,
        table,
        where=body.where,
        order=_order(body.order),
        timezone_offset_secs=body.timezone_offset_secs,
    )
    offset = _read_token(body.continuation_token)
    rows = list(found.cut(offset, body.limit + 1))
    shown, fields = _select(table, body.select)
    answer: dict[str, Any] = {
        "schema": [
            [{"name": each, "type": data_records.META[each]} for each in shown],
            [{"name": each.name, "type": each.type, "field_id": each.id} for each in fields],
        ],
        "data": [
            [[_meta(row)[each] for each in shown], [row.fields.get(each.id) for each in fields]]
            for row in rows[: body.limit]
        ],
        "count": len(rows[: body.limit]),
        "limit": body.limit,
    }
    if len(rows) > body.limit:
        answer["continuation_token"] = _write_token(offset + body.limit)
    return answer


@ENDPOINTS.add("POST", ":table_id/records/query")
def query_records_by_longer_path(call: Call, table_id: str, body: RecordQuery) -> dict[str, Any]:
    """Find records, as the shorter path does; clients use both paths."""
    return query_records(call, table_id, body)


@ENDPOINTS.add("POST", ":table_id/records")
def create_record(call: Call, table_id: str, body: Values) -> dict[str, Any]:
    """Add a record to a data table."""
    table = _found(call, table_id)
    return _row(table, data_records.create(call.world, table, body.model_extra or {}))


@ENDPOINTS.add("PUT", ":table_id/records/:record_id")
def update_record(call: Call, table_id: str, record_id: str, body: Values) -> dict[str, Any]:
    """Change values of a record; columns that are left out keep their values."""
    table = _found(call, table_id)
    record = data_records.get(call.world, table, record_id)
    data_records.change(call.world, table, record, body.model_extra or {})
    return _row(table, record)


@ENDPOINTS.add("DELETE", ":table_id/records/:record_id")
def delete_record(call: Call, table_id: str, record_id: str) -> dict[str, Any]:
    """Delete a record of a data table."""
    table = _found(call, table_id)
    data_records.delete(call.world, data_records.get(call.world, table, record_id))
    return {"data": {"status": 200}}


def check_host() -> None:
    """Refuse whatever else is asked at the host of records (our choice: nothing else is there).

    Raises:
        NotFound: it is no record of a data table.
    """
    host = request.host.lower().removesuffix(":443")
    if host == DATA_TABLES_HOST and not is_below(request.path, (_ROOT,)):
        raise NotFound(
            f"Records of data tables alone are here; all else is at https://{WWW_HOST}/api."
        )


def _found(call: Call, handle: str) -> DataTable:
    if request.host in (APP_HOST, WWW_HOST, call.world.addresses.web_host):
        raise NotFound(f"Records of data tables are at https://{DATA_TABLES_HOST}, not here.")
    return data_tables.get_table(call.world, call.workspace_id, handle)


def _order(given: str | OrderMembers | None) -> Order | None:
    if isinstance(given, OrderMembers):
        descending = given.order == "desc"
        return Order(by=given.by, descending=descending, case_sensitive=given.case_sensitive)
    return Order(by=given) if given else None


def _select(table: DataTable, names: list[str] | None) -> tuple[list[str], list[data_values.Field]]:
    """Return which of the records' own and of the columns are asked for; all where none is."""
    if not names:
        return list(data_records.META), data_records.list_fields(table)
    own = [each for each in names if each in data_records.META]
    others = [each for each in names if each not in data_records.META]
    return own, [data_records.find_field(table, each, "select") for each in others]


def _meta(record: DataRecord) -> dict[str, str]:
    return {
        "$record_id": record.id,
        "$created_at": data_values.write_moment(record.created_at),
        "$updated_at": data_values.write_moment(record.updated_at),
    }


def _row(table: DataTable, record: DataRecord) -> dict[str, Any]:
    values = {each.name: record.fields.get(each.id) for each in data_records.list_fields(table)}
    return {**_meta(record), **values}


def _write_token(offset: int) -> str:
    return urlsafe_b64encode(f"record {offset}".encode()).decode()


def _read_token(token: str | None) -> int:
    if not token:
        return 0
    try:
        text = urlsafe_b64decode(token.encode("ascii")).decode("ascii")
    except (ValueError, UnicodeError):
        text = ""
    number = parse_whole_number(text.removeprefix("record "))
    if number is None or not text.startswith("record "):
        raise FieldError("continuation_token", "is not a token of a previous response")
    return number
