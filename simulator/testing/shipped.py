"""The shipped features: what Workato's documentation says, for suites that bind them."""

from simulator.package_data import find_folder


def features(name: str = "") -> str:
    """Return the path of a shipped feature, or the folder of all: `scenarios(features("access"))`.

    Args:
        name: `access`, `connection`, `verified_access`, …

    Raises:
        FileNotFoundError: there is none of that name.
    """
    folder = find_folder("features")
    path = folder / f"{name}.feature" if name else folder
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in folder.glob("*.feature")))
        raise FileNotFoundError(f"There is no feature '{name}'. Shipped: {known}.")
    return str(path)
