"""The pytest plugin as somebody else's suite uses it: installed, in a pytest run of its own."""

import re
from pathlib import Path

import pytest

from simulator import testing
from simulator.testing import plugin
from tests.runs import ALONE_AND_WITH_TWO_WORKERS, RunHere
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.wire

SUITE = """
import pytest
import requests


def test_ada_is_prompted_connects_and_sees_her_own(end_user, mcp_client, journal):
    client = mcp_client("Ada", "Procurement assistant")
    prompt = client.call_tool("List_my_requisitions")
    assert "Connected" in end_user("Ada").connect_account(prompt)
    rows = client.call_tool("List_my_requisitions").structured_content["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ada"}
    journal.verify("POST /oauth/token", times=1, grant_type="authorization_code")


def test_nothing_is_left_of_the_test_before(end_user, mcp_client, journal):
    assert list(journal) == []
    prompt = mcp_client("Ada", "Procurement assistant").call_tool("List_my_requisitions")
    assert prompt.structured_content["error"] == "authentication_required"


def test_time_passes_on_command(workspace, clock):
    link = f"{workspace.description['systems']['identity']}/"
    ada = workspace.person("Ada")
    ada.forms.get(link).submit(
        "Sign in", email=ada.person["email"], password=ada.person["password"]
    )
    assert not ada.forms.get(link).has_button("Sign in")
    clock.travel(hours=9)
    assert ada.forms.get(link).has_button("Sign in")


@pytest.mark.simulator_scenario("minimal")
def test_another_scenario(workspace, end_user, mcp_client):
    assert workspace.description["scenario"] == "minimal"
    client = mcp_client("Ida", "Buying")
    assert "Connected" in end_user("Ida").connect_account(client.call_tool("List_my_requisitions"))
    rows = client.call_tool("List_my_requisitions").structured_content["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ida"}


def test_the_admin_is_signed_in(admin):
    assert "MCP servers" in admin.text


def test_production_addresses(workspace):
    with workspace.intercept():
        found = requests.get("https://id.workato.com/.well-known/openid-configuration").json()
    assert found["issuer"] == "https://id.workato.com"
"""


@pytest.mark.requirement("HARN-5")
@pytest.mark.parametrize("options", ALONE_AND_WITH_TWO_WORKERS)
def test_a_suite_of_somebody_else_passes(
    pytester: pytest.Pytester, run_here: RunHere, options: list[str]
) -> None:
    pytester.makepyfile(SUITE)

    result = run_here(*options)

    result.assert_outcomes(passed=6)


def shown_in(page: str) -> str:
    """The tests that a page of the documents shows, as they stand."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return "\n\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))


@pytest.mark.requirement("HARN-5", "HARN-6")
def test_the_suite_in_the_documents_passes(pytester: pytest.Pytester, run_here: RunHere) -> None:
    """Every test shown in docs/testing.md, as it stands."""
    # The reader's own, which the page puts in the place of the official SDK's client.
    mine = "class MyClient:\n    def __init__(self, url, sign_in): ..."
    pytester.makepyfile(shown_in("testing.md"), my_client=mine)

    run_here().assert_outcomes(passed=4)


@pytest.mark.requirement("FLT-5", "ISO-1")
def test_the_tests_about_faults_in_the_documents_pass(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    """Every test shown in docs/faults.md, as it stands."""
    pytester.makepyfile(shown_in("faults.md"))

    run_here().assert_outcomes(passed=3)


@pytest.mark.requirement("API-4")
def test_the_test_about_the_developer_api_in_the_documents_passes(
    pytester: pytest.Pytester,
    run_here: RunHere,
) -> None:
    """The test shown in docs/developer-api.md, as it stands."""
    pytester.makepyfile(shown_in("developer-api.md"))

    run_here().assert_outcomes(passed=1)


@pytest.mark.requirement("ISO-1")
def test_a_test_fails_when_somebody_was_served_with_anothers_account(
    pytester: pytest.Pytester,
    run_here: RunHere,
) -> None:
    """It asserts nothing that would fail; the test before leaves nothing to the next one."""
    pytester.makepyfile(
        """
        def mix_up(mcp_client, end_user, faults):
            client = mcp_client("Ada", "Procurement assistant")
            end_user("Ada").connect_account(client.call_tool("List_my_requisitions"))
            faults.incident("mix-up")
            assert not client.call_tool("List_my_requisitions").is_error

        def test_it_is_not_expected(mcp_client, end_user, faults):
            mix_up(mcp_client, end_user, faults)

        def test_it_is_expected(mcp_client, end_user, faults, violations):
            mix_up(mcp_client, end_user, faults)
            assert len(violations()) == 1

        def test_nothing_is_left(workspace):
            assert workspace.isolation.calls == []
        """
    )

    result = run_here()

    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: Somebody was served with another person's account or rows:*",
            "*ada@acme.example called List_my_requisitions of 'Procurement assistant'*",
        ]
    )


@pytest.mark.requirement("HARN-5")
def test_every_fixture_is_documented() -> None:
    page = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    fixtures = [name for name, thing in vars(plugin).items() if _is_fixture(thing)]

    assert re.findall(r"(?m)^\| `(\w+)` \| .* \| `.+` \|$", page) == fixtures


@pytest.mark.requirement("HARN-5")
def test_the_type_of_every_fixture_is_documented_and_can_be_imported() -> None:
    page = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"(?m)^\| `(\w+)` \| .* \| `(.+)` \|$", page))
    code = Path(plugin.__file__).read_text(encoding="utf-8")
    messages = re.findall(
        r'@pytest\.fixture.*\ndef (\w+)\([^)]*\) -> "(?:Iterator\[(.+)\]|(.+))":', code
    )

    assert documented == {name: iterated or plain for name, iterated, plain in messages}
    ours = set(re.findall(r"[A-Z]\w+", " ".join(documented.values()))) - {"Callable", "Page"}
    assert ours - {"Simulator"} <= set(testing.__all__)
    for name in testing.__all__:
        assert getattr(testing, name).__name__ == name


@pytest.mark.requirement("HARN-5")
def test_every_option_is_documented() -> None:
    """In one table: options, and settings in the ini file."""
    page = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (?:`(--simulator-\S+)`)? ?\| (?:`(simulator_\w+)`)? ?\|", page)
    code = Path(plugin.__file__).read_text(encoding="utf-8")

    options = {option for option, _ in rows if option}
    settings = {setting for _, setting in rows if setting}

    assert options == set(re.findall(r'addoption\(\s*"(--[\w-]+)"', code))
    assert settings == set(re.findall(r'addini\("(\w+)"', code))


def _is_fixture(thing: object) -> bool:
    return type(thing).__name__ == "FixtureFunctionDefinition"


@pytest.mark.requirement("HARN-5")
def test_the_scenario_is_an_option_and_a_setting(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    pytester.makeini("[pytest]\nsimulator_scenario = minimal\n")
    pytester.makepyfile(
        """
        def test_it(workspace, pytestconfig):
            wanted = pytestconfig.getoption("--simulator-scenario") or "minimal"
            assert workspace.description["scenario"] == wanted
        """
    )

    run_here().assert_outcomes(passed=1)
    run_here("--simulator-scenario", "demo").assert_outcomes(passed=1)


@pytest.mark.requirement("HARN-5")
def test_who_does_not_ask_loads_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.partition(".")[0] == "simulator"}
            ours -= {"simulator", "simulator.testing", "simulator.testing.entry_point"}
            assert ours == {"simulator.testing.plugin", "simulator.testing.judging"}
            assert not {"flask", "sqlalchemy", "mcp", "requests", "responses"} & sys.modules.keys()
        """
    )

    pytester.runpytest_subprocess("-p", "no:playwright").assert_outcomes(passed=1)


@pytest.mark.long
@pytest.mark.requirement("HARN-5", "HARN-33")
def test_who_asks_finds_pytest_as_it_was(pytester: pytest.Pytester) -> None:
    """Garbage is collected, and the assertions of what a suite imports later are explained."""
    pytester.makepyfile(
        helper="def check(found):\n    assert found == {'told': 2}",
        test_it="""
        import gc
        import sys

        import pytest

        def test_it(workspace, pytestconfig):
            assert gc.isenabled()
            assert sys.meta_path[0] is pytestconfig.pluginmanager.rewrite_hook
            pytest.register_assert_rewrite("helper")
            import helper

            with pytest.raises(AssertionError, match="'told': 1"):
                helper.check({"told": 1})
        """,
    )

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.requirement("HARN-5")
def test_the_help_and_the_fixtures_explain_themselves(run_here: RunHere) -> None:
    help_text = run_here("--help").stdout.str()
    fixtures = run_here("--fixtures").stdout.str()

    assert "--simulator-scenario=NAME" in help_text
    assert "simulator_scenario (string):" in help_text
    for sentence in ("A fresh world: nothing that an earlier test did", '`end_user("Ada")`'):
        assert sentence in fixtures


@pytest.mark.requirement("HEAD-3")
@pytest.mark.parametrize("how", ["option", "setting", "neither"])
def test_consent_is_headless_on_request(
    pytester: pytest.Pytester, run_here: RunHere, how: str
) -> None:
    """People without a browser then load no page on their way."""
    if how == "setting":
        pytester.makeini("[pytest]\nsimulator_headless_consent = true\n")
    pytester.makepyfile(
        f"""
        def test_it(end_user, mcp_client, journal):
            client = mcp_client("Ada", "Procurement assistant")
            end_user("Ada").connect_account(client.call_tool("List_my_requisitions"))
            assert not client.call_tool("List_my_requisitions").is_error
            forms = journal.find("POST *login") + journal.find("POST *authori*")
            assert bool(forms) == {how == "neither"}
        """
    )
    options = ["--simulator-headless-consent"] if how == "option" else []

    run_here(*options).assert_outcomes(passed=1)


@pytest.mark.requirement("FLT-12")
@pytest.mark.parametrize("how", ["option", "setting", "neither"])
def test_a_request_asks_for_its_own_fault_on_request(
    pytester: pytest.Pytester, run_here: RunHere, how: str
) -> None:
    if how == "setting":
        pytester.makeini("[pytest]\nsimulator_request_faults = true\n")
    pytester.makepyfile(
        f"""
        import requests

        def test_it(workspace):
            url = workspace.description["systems"]["identity"] + "/oauth/jwks"
            answer = requests.get(url, headers={{"Simulator-Fault": "status=503"}}, timeout=5)
            assert answer.status_code == {400 if how == "neither" else 503}
            assert workspace.description["request_faults"] is {how != "neither"}
            assert requests.get(url, timeout=5).status_code == 200
        """
    )
    options = ["--simulator-request-faults"] if how == "option" else []

    run_here(*options).assert_outcomes(passed=1)
