"""What the extras of the package bring, and the sentence for whoever lacks one."""

from importlib.util import find_spec

from simulator.errors import SimulatorError

#: Module → (what people call it, the extra that brings it).
BROUGHT = {
    "faker": ("Faker", "fake"),
    "flask_swagger_ui": ("Swagger UI", "explorer"),
    "mcp": ("the MCP SDK", "testing"),
    "psycopg": ("psycopg", "postgres"),
    "pytest": ("pytest", "testing"),
    "pytest_bdd": ("pytest-bdd", "bdd"),
    "quickjs": ("QuickJS", "code"),
    "responses": ("responses", "testing"),
    "signxml": ("signxml", "saml"),
    "trustme": ("trustme", "testing"),
}


class MissingExtra(SimulatorError, ImportError):
    """A package that only an extra brings is not installed; the message says how to get it."""


def has(module: str) -> bool:
    """Whether a package of an extra is installed."""
    return find_spec(module) is not None


def lacking(what: str, module: str) -> str:
    """The sentence for whoever needs a package that only an extra brings.

    Args:
        what: the fixture, command or function that needs it.
        module: the package, by the name it is imported by.
    """
    name, extra = BROUGHT[module]
    return f"{what} needs {name}: {install(extra)}"


def install(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'workato-vua-simulator[{extra}]'"


def require(what: str, module: str) -> None:
    """Go on only where a package of an extra is installed.

    Args:
        what: the fixture, command or function that needs it.
        module: the package, by the name it is imported by.

    Raises:
        MissingExtra: it is not.
    """
    if not has(module):
        raise MissingExtra(lacking(what, module))
