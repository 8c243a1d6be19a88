"""What `simulator init-suite` writes: the files beside this one."""

from pathlib import Path

from simulator.errors import StartupError

_FILES = ("conftest.py", "my_agent.feature", "test_my_agent.py", "README.md")


def write(folder: Path) -> list[Path]:
    """Write a small suite; returns its files.

    Args:
        folder: where to; made if it is not there.

    Raises:
        StartupError: one of the files is there already, or the folder cannot be written.
    """
    here = Path(__file__).parent
    files = [folder / name for name in _FILES]
    if there := [file.name for file in files if file.exists()]:
        raise StartupError(
            f"{folder} has {', '.join(there)} already: name another folder, nothing is overwritten."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            file.write_text((here / file.name).read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise StartupError(f"Cannot write to {folder}: {error.strerror}.") from None
    return files
