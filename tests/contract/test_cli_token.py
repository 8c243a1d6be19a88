"""`simulator token`: the Developer API's address and a token, as a shell reads them."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser

pytestmark = pytest.mark.requirement("USR-52")
KEY = "x" * 40


def exports(database: str, *options: str) -> dict[str, str]:
    """What the command prints, by variable."""
    done = CliRunner().invoke(
        main, ["token", "--database", database, *options], env={"SIM_SECRET_KEY": KEY}
    )
    assert done.exit_code == 0, done.output
    return dict(re.findall(r"^export (\w+)=(\S+)$", done.stdout, re.M))


def test_the_token_of_the_scenario_or_a_new_one_is_printed_and_works(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'sandbox.db'}"
    with Simulator(Settings(database=database, secret_key=KEY)) as simulator:
        first = exports(database)
        assert first["WORKATO_API_TOKEN"] == "wrkaus-demo-test-automation"
        assert first["WORKATO_API_URL"] == f"{first['WORKATO_HOST']}/api/"

        made = exports(database, "--name", "CI")["WORKATO_API_TOKEN"]
        again = exports(database, "--name", "CI")["WORKATO_API_TOKEN"]

        def status(token: str) -> int:
            headers = {"Authorization": f"Bearer {token}"}
            browser = Browser(simulator)
            return browser.request(
                "GET", "https://app.workato.com/api/users/me", headers=headers
            ).status_code

        assert made != again
        assert (status(made), status(again)) == (401, 200)
