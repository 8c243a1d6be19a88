"""Where the files are that the package ships beside its modules."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def find_folder(checkout: str) -> Path:
    """Return a folder of files that are shipped: of the installed package, or of the checkout.

    The package comes first: beside an installed one, any distribution may have put a folder of
    the same name.

    Args:
        checkout: its path in the checkout, such as `fixtures/scenarios`; a wheel has it below
            `_fixtures`, by the last part of this path.
    """
    packaged = _PACKAGE / "_fixtures" / Path(checkout).name
    return packaged if packaged.is_dir() else _PACKAGE.parent / checkout
