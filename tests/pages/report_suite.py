"""Suites of somebody else, of which reports are made."""

CONFTEST = """
import pytest
from pytest_bdd import given, then, when

from simulator.testing.browser import launch_args, require_browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    browser = require_browser()
    return {**browser_type_launch_args, "executable_path": browser, "args": launch_args()}


@given("a page of hers")
def page_of_hers(signed_in_page):
    signed_in_page("Ada")


@when("her client calls a tool")
def calls(end_user, mcp_client):
    client = mcp_client("Ada", "Procurement assistant")
    end_user("Ada").connect_account(client.call_tool("List_my_requisitions"))
    assert client.call_tool("List_my_requisitions").structured_content["requisitions"]


@then("it fails with:")
def fails(docstring):
    raise AssertionError(f"<b>{docstring}</b>")
"""

FEATURE = '''
Feature: <Angles> & what stands in them
  Told to those who read.

  @SKY-1
  Scenario: It goes well
    Given a page of hers
    When her client calls a tool

  Rule: Some fail

    @SKY-2 @other
    Scenario: It goes wrong
      When her client calls a tool
      Then it fails with:
        """
        <script>document.title = "no"</script>
        """
'''

SENTENCES = """
- {id: SKY-1, sentence: The sky is above.}
- {id: SKY-2, sentence: It is <blue>.}
"""

#: A way with a browser and one without, both within one step; a scenario that is run again and
#: again, one whose fixture fails, one whose teardown does, one that is skipped, and an outline.
MORE_CONFTEST = (
    CONFTEST
    + """

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):  # as pytest-rerunfailures does
    from _pytest.runner import runtestprotocol

    for attempt in range(3):
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        again = attempt < 2 and any(each.failed for each in reports) and "shaky" in item.name
        for report in reports:
            if report.failed and again:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        if not again:
            return True
        item._initrequest()


def pytest_report_teststatus(report):
    return ("rerun", "R", "RERUN") if report.outcome == "rerun" else None


def pytest_generate_tests(metafunc):
    if metafunc.definition.name == "test_twice_the_same":
        metafunc.fixturenames.append("repeat")
        metafunc.parametrize("repeat", [1, 2])


def pytest_bdd_apply_tag(tag, function):
    if tag in ("broken", "dirty"):
        return pytest.mark.usefixtures(tag)(function)
    if tag == "skipped":
        return pytest.mark.skip(reason="not today")(function)


@pytest.fixture
def broken():
    raise RuntimeError("no such luck")


@pytest.fixture
def dirty():
    yield
    raise RuntimeError("left in a mess")


@given("Ada goes the whole way")
def whole_way(end_user):
    ada = end_user("Ada")
    ada.connect("Procurement assistant")
    from simulator.testing.steps.consent import consent

    prompt = ada.call("List_my_requisitions")
    consent(ada, prompt.structured_content["auth_url"], ["Coupa"], "Allow")
    if ada.has_browser:
        ada.page.wait_for_url("**/connections/*")  # the last page, of which a picture is taken
    ada.call("List_my_requisitions")


@then("it holds at the second attempt", target_fixture="tried")
def second(request):
    tried = request.config.__dict__.setdefault("tried", [])
    tried.append(1)
    assert len(tried) == 2, "the first attempt"


@then("it holds")
@then(parsers.parse("it holds for {colour}"))
def holds():
    assert True
"""
).replace("from pytest_bdd import given, then", "from pytest_bdd import given, parsers, then")

MORE = """
Feature: All that can happen
  @SKY-1 @ui
  Scenario: With a browser
    Given Ada goes the whole way

  @SKY-1
  Scenario: Without a browser
    Given Ada goes the whole way
    Then it holds

  Scenario: Shaky
    Then it holds at the second attempt

  Scenario: Twice the same
    Then it holds

  Scenario Outline: Not the same
    Then it holds for <colour>

    Examples:
      | colour |
      | green  |
      | blue   |

  @broken @SKY-4
  Scenario: Broken before
    Then it holds

  @dirty
  Scenario: Broken after
    Then it holds

  @skipped @SKY-2
  Scenario: Skipped
    Then it holds
"""
