"""How a package is refused: the file, and what is wrong with it."""

from simulator.errors import SimulatorError
from simulator.validation.parsing import shorten


class PackageError(SimulatorError):
    """A package, or a file in it, cannot be used; nothing of it is imported.

    Args:
        file: the file that is wrong, as the package names it; empty for the package as a whole.
        reason: a sentence that says what is wrong and what to do.
    """

    status = 422

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = shorten(file, 300), reason
        super().__init__(f"{self.file}: {reason}" if file else reason)
