"""The queue of a recipe function: how many calls of it may be under way at once.

Workato documents its size alone (Recipe limits, "Size of recipe function queue"). A call runs here
at once, so those that are under way are the queue, of all processes together; that each function
has one of its own, and what a call too many gets, is our choice.
"""

from datetime import datetime

from sqlalchemy import delete, func, insert, select

from simulator.clock import has_expired
from simulator.db.tables import FunctionCall, Recipe
from simulator.errors import SimulatorError
from simulator.world import World


class QueueFull(SimulatorError):
    """As many calls of a recipe function are under way as its queue holds.

    Args:
        name: the name of the function.
        size: the size of its queue.
    """

    status = 429

    def __init__(self, name: str, size: int) -> None:
        calls = "1 call" if size == 1 else f"{size:,} calls"
        super().__init__(
            f"The queue of the recipe function '{name}' is full: it holds {calls}, and as many are "
            "under way. Call it again when one has ended."
        )


def enter(world: World, job_id: str, recipe_id: int, name: str, deadline: datetime) -> None:
    """Begin a call; it is committed, and what was done before in the unit of work.

    Args:
        job_id: what the job of the call will be called.
        recipe_id: the recipe id of the function.
        name: the name of the function.
        deadline: the simulated moment after which the call cannot be under way any more.

    Raises:
        QueueFull: there is no room.
    """
    world.db.commit()  # an open transaction counts what was there when it began
    session = world.db.session
    # One after the other: two who count at the same moment would both find the last place.
    lock = select(Recipe.id).where(Recipe.id == recipe_id)
    session.execute(lock.with_for_update(key_share=True))
    under_way = ~has_expired(FunctionCall.deadline, world.clock.now())
    own = select(func.count()).where(FunctionCall.recipe_id == recipe_id, under_way)
    size = world.settings.function_queue
    if session.scalars(own).one() >= size:
        world.db.commit()
        raise QueueFull(name, size)
    row = {"id": job_id, "recipe_id": recipe_id, "deadline": deadline}
    session.execute(insert(FunctionCall).values(row))
    world.db.commit()


def leave(world: World, job_id: str) -> None:
    """End a call, with the open unit of work.

    Args:
        job_id: as it entered.
    """
    world.db.session.execute(
        delete(FunctionCall)
        .where(FunctionCall.id == job_id)
        .execution_options(synchronize_session=False)
    )
