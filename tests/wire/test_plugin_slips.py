"""What a test of somebody else's suite gets wrong is told at its own line, with what there is."""

import pytest

pytestmark = [pytest.mark.long, pytest.mark.wire]

SUITE = """
import pytest


@pytest.fixture
def hers(mcp_client):
    return mcp_client("Ada", "Nobody's assistant")


def test_person(end_user):
    end_user("Adda")


def test_server(hers):
    assert hers


def test_prompt(end_user, mcp_client):
    answer = mcp_client("Ada", "Procurement assistant").call_tool("Get_procurement_policy")
    end_user("Ada").connect_account(answer)


def test_tool(mcp_client):
    mcp_client("Ada", "Procurement assistant").call_tool("Nothing")


def test_group(mcp_client):
    mcp_client("Eve", "Procurement assistant")


def test_token(mcp_client):
    mcp_client("Ada", "Finance assistant")


def test_unit(clock):
    clock.travel(fortnights=1)


def test_count(journal):
    journal.verify("POST /oauth/token", times=1)


def test_during(faults):
    with faults.during(status=99):
        pass


def test_others(workspace):
    with workspace.intercept(others="ask"):
        pass


def test_world(workspace_factory):
    with workspace_factory.open("nowhere"):
        pass


def test_handled(end_user):
    try:
        1 / 0
    except ZeroDivisionError:
        end_user("Adda")


def test_own_sign_in(end_user):
    def sign_in(url):
        assert url == "another"

    ada = end_user("Ada")
    ada.sign_in = sign_in
    ada.connect("Procurement assistant")


@pytest.mark.simulator_scenario("nowhere")
def test_scenario(workspace):
    pass


def test_several_ways_to_say_who(end_user):
    ada = end_user("Ada")
    assert ada is end_user("Ada Reyes") is end_user("ada@acme.example")
    assert repr(ada) == "<Ada Reyes, ada@acme.example>"
    assert ada.person["password"] not in repr(ada.stage)


def test_a_client_does_not_tell_its_token():
    from simulator.testing import McpClient

    assert repr(McpClient("http://mcp/1?wkt_token=s3cret", None)) == "<MCP client of http://mcp/1>"
"""

#: Test → what its report says, and below which line of its own; None where it has no part in it.
EXPECTED = {
    "test_person": (
        "LookupError: Nobody in the scenario is called 'Adda'. There are: Olivia Grant, Marc",
        'end_user("Adda")',
    ),
    "test_server": (
        "LookupError: No MCP server is called 'Nobody's assistant'. There are: Procurement assis",
        'return mcp_client("Ada", "Nobody\'s assistant")',
    ),
    "test_prompt": (
        "LookupError: This answer asks nobody to connect an account: ",
        'end_user("Ada").connect_account(answer)',
    ),
    "test_tool": (
        "MCPError: tool 'Nothing' not found",
        'mcp_client("Ada", "Procurement assistant").call_tool("Nothing")',
    ),
    "test_group": (
        "MCPError: eve@acme.example has no access to the MCP server",
        'mcp_client("Eve", "Procurement assistant")',
    ),
    "test_unit": (
        "ValueError: There is no unit 'fortnights'. There are: weeks, days, hours, minutes",
        "clock.travel(fortnights=1)",
    ),
    "test_count": (
        "AssertionError: POST /oauth/token: expected 1, found 0.",
        'journal.verify("POST /oauth/token", times=1)',
    ),
    "test_during": (
        "ValueError: ",
        "with faults.during(status=99):",
    ),
    "test_others": (
        "ValueError: others must be 'refuse' or 'pass', not 'ask'.",
        'with workspace.intercept(others="ask"):',
    ),
    "test_world": (
        "ScenarioError: There is no scenario 'nowhere'. Shipped: demo, empty, minimal.",
        'with workspace_factory.open("nowhere"):',
    ),
    "test_scenario": (
        "ScenarioError: There is no scenario 'nowhere'. Shipped: demo, empty, minimal.",
        None,
    ),
}
#: What none of these reports shows.
INSIDE = ("simulator/", "mcp/client", "concurrent/futures", "contextlib", "another exception")


def reports(result: pytest.RunResult) -> dict[str, str]:
    """Test → what is shown of its failure, up to what it left behind."""
    shown: dict[str, str] = {}
    name = ""
    for line in result.outlines:
        if line.startswith("___"):
            name = line.strip("_ ").removeprefix("ERROR at setup of ")
        shown[name] = f"{shown.get(name, '')}{line}\n"
    return {name: text.partition("---------- Captured")[0] for name, text in shown.items()}


@pytest.mark.requirement("HARN-8")
def test_a_slip_is_told_at_the_line_that_made_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)

    result = pytester.runpytest_subprocess("-p", "no:randomly", "--color=no")

    result.assert_outcomes(passed=2, failed=12, errors=2)
    reports_by_test = reports(result)
    for name, (sentence, line) in EXPECTED.items():
        assert sentence in reports_by_test[name]
        if line is None:
            assert "All traceback entries are hidden" in reports_by_test[name]
        else:
            assert (
                f">       {line}\n" in reports_by_test[name]
                or f">   {line}\n" in reports_by_test[name]
            )
        for inside in INSIDE:
            assert inside not in reports_by_test[name]
    # What the suite did in the midst of ours is shown, with the way there.
    assert "simulator/testing/mcp_client.py" in reports_by_test["test_own_sign_in"]
    assert '>       assert url == "another"\n' in reports_by_test["test_own_sign_in"]
    # What the test had met itself is still there.
    assert "ZeroDivisionError" in reports_by_test["test_handled"]
    # What is nobody's slip is shown whole, and what may be its reason.
    assert "mcp/client/auth" in reports_by_test["test_token"]
    assert (
        "headers={'API-TOKEN': workspace.mcp_token('Finance assistant')}"
        in reports_by_test["test_token"]
    )


@pytest.mark.requirement("HARN-8")
def test_everything_is_shown_on_request(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)

    result = pytester.runpytest_subprocess("--full-trace", "-k", "test_person or test_scenario")

    shown = result.stdout.str()
    assert "testing/stage.py" in shown
    assert "simulator/scenarios/files.py" in shown
