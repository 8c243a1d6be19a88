"""Hand what a failed test leaves behind to Allure; needs the extra `allure`."""

from pathlib import Path

import allure


def hand_over(folder: Path) -> None:
    """Attach every file of a failed test to its result, under its own name.

    Args:
        folder: the folder that has the files.
    """
    for path in sorted(folder.iterdir()):
        kind = _KINDS.get(path.suffix, "text/plain")
        allure.attach.file(  # type: ignore[no-untyped-call]
            path, name=path.name, attachment_type=kind, extension=path.suffix[1:]
        )


_KINDS = {".png": "image/png", ".zip": "application/zip"}
