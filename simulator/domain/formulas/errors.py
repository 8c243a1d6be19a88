"""What goes wrong in a formula or a data pill, in one sentence."""

from simulator.errors import SimulatorError


class FormulaError(SimulatorError):
    """A field of a step could not be calculated; nothing else is raised by an evaluation.

    The message names the field, where it is known, and the formula's function.
    """

    status = 422


class Misuse(Exception):  # caught where the function's name is known
    """A function was called on, or with, something that it does not take."""
