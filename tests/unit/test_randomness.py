"""What a seed repeats, and what nothing repeats without one."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.crypto import Keys, Purpose
from simulator.randomness import Randomness
from tests.tools.requirements import ROOT
from tests.tools.suite import parse

pytestmark = pytest.mark.requirement("SEED-1")

#: Where chance comes from the operating system on purpose, and why.
OF_THE_SYSTEM = {
    "randomness.py": "the source itself",
    "crypto.py": "the key file outlives a seed",
    "db/__init__.py": "the name of a database in memory, which nobody sees",
    "db/remembered.py": "a version that a restored snapshot must not bring back",
    "oauth/signing.py": "the id of a key that is random itself",
    "faults/fault.py": "a fault has a seed of its own",
    "systems/apps/coupa/bulk.py": "made-up records have a seed of their own",
}


def drawn(randomness: Randomness) -> list[str]:
    """Something of each kind."""
    return [randomness.secret("token"), randomness.hex("client id"), randomness.secret("token", 12)]


def test_one_seed_repeats_and_another_does_not() -> None:
    assert drawn(Randomness(7)) == drawn(Randomness(7))
    assert not set(drawn(Randomness(7))) & set(drawn(Randomness(8)))


def test_without_a_seed_nothing_repeats() -> None:
    assert not Randomness().is_seeded
    assert not set(drawn(Randomness())) & set(drawn(Randomness()))


def test_a_context_has_the_same_sequence_whenever_it_begins() -> None:
    one, other = Randomness(7), Randomness(7)
    one.reseed("the first test")
    drawn(one)
    one.reseed("the second test")
    other.reseed("the second test")

    assert drawn(one) == drawn(other)
    other.reseed("the second", "test")
    assert drawn(one) != drawn(other)


def test_one_purpose_does_not_depend_on_how_often_another_was_drawn() -> None:
    one, other = Randomness(7), Randomness(7)
    other.secret("request")

    assert one.secret("token") == other.secret("token")


def test_what_is_drawn_fits_in_an_address_and_is_as_long_as_wanted() -> None:
    for randomness in (Randomness(), Randomness(7)):
        assert re.fullmatch(r"[\w-]{43}", randomness.secret("token"), re.ASCII)
        assert re.fullmatch(r"[0-9a-f]{14}", randomness.hex("job", 7))


def test_threads_never_draw_the_same() -> None:
    randomness = Randomness(7)
    with ThreadPoolExecutor(8) as pool:
        everything = list(pool.map(lambda _: randomness.secret("token"), range(400)))

    expected = Randomness(7)
    assert set(everything) == {expected.secret("token") for _ in range(400)}


@pytest.mark.parametrize("secret", ["", "s3cret", "ünïcode 😀", "x" * 16, "x" * 10_000])
def test_seals_and_salts_repeat_and_are_what_everybody_reads(secret: str) -> None:
    """Fernet, of the library, opens what was sealed here without it."""
    one, other = (Keys("master", randomness=Randomness(7)) for _ in range(2))

    sealed = one.seal(Purpose.MCP_TOKEN, secret)
    hashed = one.hash_password(secret)

    assert sealed == other.seal(Purpose.MCP_TOKEN, secret)
    assert sealed != one.seal(Purpose.MCP_TOKEN, secret)
    assert Keys("master").unseal(Purpose.MCP_TOKEN, sealed) == secret
    assert hashed == other.hash_password(secret) != one.hash_password(secret)
    assert Keys("master").password_matches(secret, hashed)


def test_chance_comes_from_one_place_alone() -> None:
    package = ROOT / "simulator"
    strays = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if package / "testing" not in path.parents
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _modules(node)
        if name in {"random", "secrets", "uuid", "faker"}
    }

    assert strays == OF_THE_SYSTEM.keys()


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    """What is imported, or from where; the type of a UUID draws nothing."""
    names = [each.name for each in node.names]
    if isinstance(node, ast.Import):
        return names
    return [] if names == ["UUID"] else [node.module or ""]
