"""Customers of an embedded vendor: each has a workspace of its own (Workato docs, Embedded API).

Any workspace that is no customer's may have customers (our choice). A customer begins with one
environment, Development, as the documentation calls the first one, and with an owner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from simulator.db.tables import Connection, Customer, Environment, Recipe, Workspace
from simulator.domain import activity_trail, collaborator_groups, collaborators, environments
from simulator.domain.end_user_accounts import check_email, check_name
from simulator.errors import AlreadyExists, FieldError, Forbidden, NotFound
from simulator.validation.paging import Page
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

#: What an external id begins with, where it stands for the customer's own id.
_EXTERNAL = "E"
_LONGEST = 255
#: Of a customer for whom none was chosen, and after a downgrade: as the documentation's examples.
_PLAN, _FREE = "oem_plan", "free"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A customer, as its vendor sees it.

    Attributes:
        customer: what the vendor knows of it.
        workspace: its workspace.
        number: what names it, if a number does, and with it one of its environments.
    """

    customer: Customer
    workspace: Workspace
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What is in use at a customer's.

    Attributes:
        recipes: the recipes that run.
        connections: the connections of builders, that are established.
    """

    recipes: int = 0
    connections: int = 0


def check_vendor(world: World, workspace_id: int) -> None:
    """Let those pass who may have customers.

    Args:
        workspace_id: the id of the workspace of the API client that asks.

    Raises:
        Forbidden: it is a customer's workspace itself.
    """
    if world.db.session.get(Customer, workspace_id) is not None:
        raise Forbidden("This workspace is a customer's: only its vendor's has customers.")


def get_account(world: World, vendor_id: int, handle: str) -> Account:
    """Return a customer of a vendor.

    Args:
        vendor_id: the vendor's workspace.
        handle: the customer's id or that of one of its environments, or `E` and its external id.

    Raises:
        NotFound: the vendor has no such customer.
    """
    number = parse_whole_number(handle)
    if number is not None:
        columns = Customer.id, Customer.test_id, Customer.production_id
        named = or_(*(each == number for each in columns))
    elif handle.startswith(_EXTERNAL):
        named = Customer.external_id == handle.removeprefix(_EXTERNAL)
    else:
        raise _missing(handle)
    row = world.db.session.execute(_select(vendor_id).where(named)).first()
    if row is None:
        raise _missing(handle)
    return Account(customer=row[0], workspace=row[1], number=number)


def list_accounts(world: World, vendor_id: int, page: Page) -> tuple[list[Account], int]:
    """Return customers of a vendor, those first that were made first, and how many there are.

    Args:
        vendor_id: the vendor's workspace.
        page: which part of them.
    """
    session, own = world.db.session, _select(vendor_id)
    total = own.with_only_columns(func.count(), maintain_column_froms=True)
    rows = session.execute(own.order_by(Customer.id).limit(page.size).offset(page.offset))
    found = [Account(customer=row[0], workspace=row[1]) for row in rows]
    return found, session.execute(total).scalar_one()


def count_activity(world: World, ids: Iterable[int]) -> dict[int, Activity]:
    """Return what is in use at customers': id → what.

    Args:
        ids: the ids of the customers.
    """
    numbers = list(ids)

    def count(column: Any, *conditions: Any) -> dict[int, int]:
        found = select(column, func.count()).where(column.in_(numbers), *conditions)
        return {row[0]: row[1] for row in world.db.session.execute(found.group_by(column))}

    recipes = count(Recipe.workspace_id, Recipe.running)
    own = Connection.parent_id.is_(None), Connection.authorized_at.is_not(None)
    connections = count(Connection.workspace_id, *own, Connection.connection_lost_at.is_(None))
    return {
        each: Activity(recipes=recipes.get(each, 0), connections=connections.get(each, 0))
        for each in numbers
    }


def get_environment(world: World, account: Account) -> Environment:
    """Return the environment in which a vendor acts at a customer's: the one that was named, or
    else the first one.

    Args:
        account: the account of the customer.
    """
    own = select(Environment).where(Environment.workspace_id == account.workspace.id)
    name = list_numbers(account.customer).get(account.number or 0)
    if name not in (None, environments.NAMES[0]):
        own = own.where(Environment.name == name)
    return world.db.session.scalars(own.order_by(Environment.id).limit(1)).one()


def list_numbers(customer: Customer) -> dict[int, str]:
    """Return number → name of the environment that it names at a customer's, in their order.

    Args:
        customer: the customer.
    """
    numbers = customer.id, customer.test_id, customer.production_id
    named = zip(numbers, environments.NAMES, strict=True)
    return {number: name for number, name in named if number is not None}


def provision_environments(world: World, account: Account) -> None:
    """Give a customer the environments Test and Production, for good (EMB-7).

    Its own number names Development from then on, and each of the others has one of its own.

    Args:
        account: the account of the customer.

    Raises:
        AlreadyExists: on `environments`: it has them.
    """
    _wait_for_turn(world)
    customer = account.customer
    world.db.session.refresh(customer)
    if customer.test_id is not None:
        raise AlreadyExists("environments", "This customer has environments already.")
    customer.test_id = _find_next_id(world)
    customer.production_id = customer.test_id + 1
    customer.updated_at = world.clock.now()
    for name in environments.NAMES[1:]:
        environments.add(world, account.workspace.id, name)
    world.db.session.flush()


def change_plan(world: World, account: Account, plan_id: str | None, *, is_free: bool) -> None:
    """Give a customer another plan; every plan has every feature here (our choice).

    Args:
        account: the account of the customer.
        plan_id: which; None for the one that customers begin with.
        is_free: whether it is the free one, whatever `plan_id` says.

    Raises:
        FieldError: on `plan_id`.
    """
    plan = _FREE if is_free else plan_id or _PLAN
    change(world, account, {"plan_id": plan})


def create(
    world: World,
    vendor_id: int,
    *,
    name: str,
    notification_email: str,
    external_id: str | None = None,
    further: Mapping[str, str | None] | None = None,
) -> Account:
    """Make a customer with a workspace of its own.

    Its owner is called as the customer is, and has the notification e-mail address (our choice);
    they accept an invitation, or have an account already.

    Args:
        vendor_id: the vendor's workspace.
        name: 1 to 100 characters.
        notification_email: the address that errors are reported to.
        external_id: what the vendor calls it; no two customers are called alike.
        further: other columns → values.

    Raises:
        FieldError: on `name`, `notification_email`, `external_id` or one of the further columns.
        AlreadyExists: on `external_id`.
    """
    name = check_name(name)
    notification_email = _check_notification_email(notification_email)
    session, now = world.db.session, world.clock.now()
    _wait_for_turn(world)
    _check_external_id(world, vendor_id, external_id)
    workspace = Workspace(id=_find_next_id(world), name=name)
    session.add(workspace)
    session.flush()
    activity_trail.move_to(world, workspace.id)
    customer = Customer(
        id=workspace.id,
        vendor_id=vendor_id,
        external_id=external_id,
        notification_email=notification_email,
        created_at=now,
        updated_at=now,
        **{"plan_id": _PLAN, **_check_texts(further or {})},
    )
    session.add(customer)
    session.add(collaborator_groups.build_everybody(workspace.id, now))
    environments.add(world, workspace.id, environments.NAMES[0])
    collaborators.invite(world, workspace.id, name=name, email=notification_email, role="owner")
    session.flush()
    return Account(customer=customer, workspace=workspace)


def change(world: World, account: Account, values: Mapping[str, str | None]) -> None:
    """Change a customer.

    Args:
        account: which.
        values: `name`, `notification_email`, `external_id` and columns of the customer, those
            alone that are to be changed.

    Raises:
        FieldError: on one of the values.
        AlreadyExists: on `external_id`.
    """
    rest = dict(values)
    if "name" in rest:
        account.workspace.name = check_name(rest.pop("name") or "")
    customer = account.customer
    if "notification_email" in rest:
        address = _check_notification_email(rest.pop("notification_email") or "")
        customer.notification_email = address
    if "external_id" in rest:
        external_id = rest.pop("external_id")
        _wait_for_turn(world)
        _check_external_id(world, customer.vendor_id, external_id, but=customer.id)
        customer.external_id = external_id
    for column, value in _check_texts(rest).items():
        setattr(customer, column, value)
    customer.updated_at = world.clock.now()
    world.db.session.flush()


def _select(vendor_id: int) -> Select[*tuple[Any, ...]]:
    own = select(Customer, Workspace).join(Workspace, Workspace.id == Customer.id)
    return own.where(Customer.vendor_id == vendor_id)


def _missing(handle: str) -> NotFound:
    return NotFound(
        f"There is no customer '{handle}'. Name one by its id, or by 'E' and its external id; "
        "GET /api/managed_users lists them."
    )


def _wait_for_turn(world: World) -> None:
    """Have numbers and external ids be chosen by one after the other, in whichever process."""
    first = select(func.min(Workspace.id)).scalar_subquery()
    world.db.session.execute(
        update(Workspace)
        .where(Workspace.id == first)
        .values(name=Workspace.name)
        .execution_options(synchronize_session=False)
    )


def _find_next_id(world: World) -> int:
    """Return a number that no workspace has or had; every customer leaves its row."""
    session = world.db.session
    columns = Workspace.id, Customer.id, Customer.production_id
    highest = (session.scalar(select(func.max(each))) for each in columns)
    return max(number or 0 for number in highest) + 1


def _check_external_id(
    world: World, vendor_id: int, external_id: str | None, but: int | None = None
) -> None:
    if external_id is None:
        return
    fits = external_id.strip() and len(external_id) <= _LONGEST and external_id.isprintable()
    if not fits or "/" in external_id:  # no server tells a slash from %2F in a path
        raise FieldError("external_id", f"must have 1 to {_LONGEST} characters, none of them a '/'")
    taken = select(Customer.id).where(
        Customer.vendor_id == vendor_id, Customer.external_id == external_id
    )
    if world.db.session.scalar(taken) not in (None, but):
        raise AlreadyExists("external_id", f"Another customer is called '{external_id}' already.")


def _check_notification_email(address: str) -> str:
    try:
        return check_email(address)
    except FieldError as error:
        raise FieldError("notification_email", error.message) from None


def _check_texts(values: Mapping[str, str | None]) -> dict[str, Any]:
    for column, value in values.items():
        if value is not None and len(value) > _LONGEST:
            raise FieldError(column, f"must have {_LONGEST} characters at most")
    return dict(values)
