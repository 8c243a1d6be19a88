"""Eight programs that change one thing of a workspace at once: each is answered, none with 500."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.control_world import Control
from tests.contract.racing import RIVALS, race
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("CTL-23")

OWN = "workspaces/1"
METADATA = "https://idp.sandbox.example/metadata"
ROLE = {"name": "Readers", "endpoints": ["GET /api/recipes"]}
Call = tuple[str, str, Any]


@pytest.fixture
def control(database_url: str) -> Iterator[Control]:
    """A program that steers the demo world."""
    settings = Settings(database=database_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator:
        control = Control(simulator, {})
        assert control.document["paths"], "read once, before they are several"
        yield control


def statuses(control: Control, call: Callable[[int], Call]) -> list[int]:
    """What everybody is answered who does this at once, sorted."""

    def act(number: int) -> int:
        method, path, body = call(number)
        given = {"json": body} if body is not None else {}
        return control.send(method, path, **given).status_code

    return sorted(race(act))


def test_whoever_changes_one_thing_at_once_is_answered(control: Control) -> None:
    alone = [201] + [422] * (RIVALS - 1)
    new = ("POST", f"{OWN}/environments", {"name": "Development"})
    assert statuses(control, lambda _: new) == alone
    provider = ("POST", f"{OWN}/saml/providers", {"name": "Company", "metadata_url": METADATA})
    assert statuses(control, lambda _: provider) == alone
    assert statuses(control, lambda _: ("POST", f"{OWN}/client_roles", ROLE)) == alone
    account = {"name": "Xenia Fry", "email": "x@a.example", "password": "saml-Pass-1"}
    assert statuses(control, lambda _: ("POST", "identity_provider/accounts", account)) == alone
    environment = next(
        f"{OWN}/environments/{each['id']}"
        for each in control.call("GET", f"{OWN}/environments")["environments"]
        if each["name"] == "Development"
    )
    (role,) = control.call("GET", f"{OWN}/client_roles")["client_roles"]
    saml = ("PUT", f"{environment}/saml", {"provider": "Company"})
    assert statuses(control, lambda _: saml) == [200] * RIVALS

    def look(number: int) -> Call:
        colour = {"primary": f"#00000{number}"}
        path = f"{OWN}/login_experience"
        return ("PUT", path, colour) if number % 2 else ("DELETE", path, None)

    assert set(statuses(control, look)) == {200, 204}

    for path, change in (
        (f"{OWN}/client_roles/{role['id']}", ROLE),
        (environment, {"provider": "Company"}),
    ):

        def leave(number: int, path: str = path, change: Any = change) -> Call:
            below = f"{path}/saml" if path == environment else path
            return ("DELETE", path, None) if number == RIVALS // 2 else ("PUT", below, change)

        answers = statuses(control, leave)
        assert answers.count(204) == 1
        assert set(answers) <= {200, 204, 404}
