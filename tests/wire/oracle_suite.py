"""A suite whose tests plant mix-ups wherever one can happen, and look at nothing."""

HELPER = """
from simulator import Settings, Simulator
from simulator.testing import acting, running

SETTINGS = Settings(database="memory", port_base=0)
TOOL = "List_my_requisitions"


def serve_with_another(simulator):
    # What the simulator notes of a mix-up, without the way there.
    from simulator.call_record import CallContext

    context = CallContext(person="ada@acme.example", server="A", tool="T", as_person=True)
    with simulator.world.calls.on_behalf(context):
        simulator.world.calls.record_token_use("an.app", "bob@acme.example", sees_all=False)


def mix_up(actor, faults):
    ada = actor("Ada")
    if ada.client is None:
        ada.connect("Procurement assistant")
        ada.connect_account(ada.call(TOOL))
    faults.incident("mix-up", person="ada@acme.example")
    assert not ada.call(TOOL).is_error
    faults.clear()
"""

#: Each plants a mix-up and looks at nothing; what becomes of it follows its name.
SUITE = """
import threading
import unittest

import pytest
import requests
from helper import SETTINGS, TOOL, acting, mix_up, running, serve_with_another
from simulator import Simulator
from simulator.testing import Workspace


def control(simulator, path, method="POST", **body):
    address = simulator.describe()["control"]
    requests.request(method, address + path, json=body, timeout=10).raise_for_status()


def test_call_failed(end_user, faults):
    mix_up(end_user, faults)


def test_restore_failed(workspace):
    workspace.snapshot("then")
    serve_with_another(workspace.simulator)
    workspace.restore("then")


def test_restore_twice_failed(workspace):
    workspace.snapshot("then")
    serve_with_another(workspace.simulator)
    workspace.restore("then")
    workspace.restore("then")


def test_kept_snapshot_failed(workspace, simulator):
    simulator.keep_snapshot("then")
    serve_with_another(workspace.simulator)
    simulator.restore_snapshot("then")
    simulator.drop_snapshot("then")


def test_unnamed_snapshot_failed(workspace, simulator):
    then = simulator.snapshot()
    serve_with_another(workspace.simulator)
    simulator.restore(then)


def test_reset_failed(workspace, simulator):
    serve_with_another(workspace.simulator)
    simulator.reset()


def test_reset_to_another_failed(workspace, simulator):
    serve_with_another(workspace.simulator)
    simulator.reset("minimal")


def test_clear_failed(workspace, journal):
    serve_with_another(workspace.simulator)
    workspace.isolation.clear()
    journal.clear()


def test_control_reset_failed(workspace, simulator):
    serve_with_another(workspace.simulator)
    control(simulator, "reset")


def test_control_snapshot_failed(workspace, simulator):
    control(simulator, "snapshots", name="then")
    serve_with_another(workspace.simulator)
    control(simulator, "snapshots/then/restore")
    control(simulator, "snapshots/then", "DELETE")


def test_control_read_failed(workspace, simulator):
    serve_with_another(workspace.simulator)
    control(simulator, "violations", "GET")


@pytest.fixture
def at_teardown(workspace, faults):
    yield
    mix_up(workspace.person, faults)


def test_fixture_teardown_passed_error(at_teardown):
    pass


@pytest.fixture
def at_setup(workspace):
    workspace.snapshot("then")
    serve_with_another(workspace.simulator)
    workspace.restore("then")


def test_fixture_setup_failed(at_setup):
    pass


def test_acting_failed(simulator):
    simulator.reset()
    with acting(simulator) as actor:
        mix_up(actor, simulator.faults)


def test_acting_and_reset_failed(simulator):
    simulator.reset()
    with acting(simulator) as actor:
        mix_up(actor, simulator.faults)
    simulator.reset()


def test_running_failed():
    with running(SETTINGS) as simulator, acting(simulator) as actor:
        mix_up(actor, simulator.faults)


def test_running_and_reset_failed():
    with running(SETTINGS) as simulator:
        with acting(simulator) as actor:
            mix_up(actor, simulator.faults)
        simulator.reset()


def test_running_raises_by_itself_passed():
    with pytest.raises(AssertionError, match="served with another person's account"):
        with running(SETTINGS) as simulator, acting(simulator) as actor:
            mix_up(actor, simulator.faults)


def test_running_and_skip_failed():
    with running(SETTINGS) as simulator, acting(simulator) as actor:
        mix_up(actor, simulator.faults)
        pytest.skip("enough seen")


def test_skip_failed(end_user, faults):
    mix_up(end_user, faults)
    pytest.skip("enough seen")


def test_background_thread_passed_error(workspace, end_user, faults, request):
    began, go = threading.Event(), threading.Event()

    def late():
        began.set()
        go.wait()
        mix_up(end_user, faults)

    thread = threading.Thread(target=late)

    def finish():
        go.set()
        thread.join()

    request.addfinalizer(finish)
    thread.start()
    began.wait()


def test_call_that_nobody_waits_for_failed(workspace, end_user, faults, request):
    ada = end_user("Ada")
    ada.connect("Procurement assistant")
    ada.connect_account(ada.call(TOOL))
    under_way = threading.Event()
    calls = workspace.simulator.world.calls
    record = calls.record_token_use

    def held(*args, **options):
        under_way.set()
        threading.Event().wait(0.3)  # longer than the rest of the test takes
        record(*args, **options)

    calls.record_token_use = held
    faults.incident("mix-up")
    caller = threading.Thread(target=ada.call, args=(TOOL,))
    caller.start()
    request.addfinalizer(caller.join)
    under_way.wait()
    del calls.record_token_use


def test_own_failure_failed_twofold(end_user, faults):
    mix_up(end_user, faults)
    assert 1 + 1 == 3


def test_own_failure_in_running_failed_twofold():
    with running(SETTINGS) as simulator, acting(simulator) as actor:
        mix_up(actor, simulator.faults)
        assert 1 + 1 == 3


@pytest.fixture
def broken(end_user, faults):
    mix_up(end_user, faults)
    assert 1 + 1 == 3


def test_broken_fixture_error_twofold(broken):
    pass


def test_judged_passed(end_user, faults, violations):
    mix_up(end_user, faults)
    assert len(violations()) == 1
    assert len(violations()) == 1


def test_asked_for_but_not_judged_failed(end_user, faults, violations):
    mix_up(end_user, faults)


def test_judged_too_early_failed(end_user, faults, violations):
    mix_up(end_user, faults)
    assert len(violations()) == 1
    mix_up(end_user, faults)


def test_judged_before_any_failed(end_user, faults, violations):
    assert violations() == []
    mix_up(end_user, faults)


def test_judged_after_a_restore_passed(workspace, faults, violations):
    workspace.snapshot("then")
    mix_up(workspace.person, faults)
    workspace.restore("then")
    assert [each.account for each in violations()] == ["priya@acme.example"]
    assert len(violations()) == 1
    workspace.restore("then")
    assert len(violations()) == 1


def test_judged_before_a_restore_passed(workspace, violations):
    workspace.snapshot("then")
    serve_with_another(workspace.simulator)
    assert len(violations()) == 1
    workspace.restore("then")
    assert violations() == []


def test_accepted_before_a_restore_passed(workspace, faults):
    workspace.isolation.accept("ada@acme.example", "priya@acme.example")
    workspace.snapshot("then")
    mix_up(workspace.person, faults)
    workspace.restore("then")


def test_accepted_in_a_snapshot_passed(workspace, end_user, faults, simulator):
    workspace.isolation.accept("ada@acme.example", "priya@acme.example")
    workspace.snapshot("then")
    workspace.isolation.clear()
    workspace.restore("then")
    mix_up(end_user, faults)


@pytest.fixture(scope="module")
def shared():
    with running(SETTINGS) as simulator, acting(simulator) as actor:
        yield simulator, actor


class TestShared:
    def test_first_failed(self, shared):
        simulator, actor = shared
        mix_up(actor, simulator.faults)

    def test_second_passed(self, shared):
        simulator, actor = shared
        assert not actor("Ada").call(TOOL).is_error
        assert simulator.violations() == []

    def test_third_failed(self, shared):
        simulator, actor = shared
        mix_up(actor, simulator.faults)
        simulator.reset()


class Unit(unittest.TestCase):
    def setUp(self):
        self.simulator = self.enterContext(running(SETTINGS))
        self.actor = self.enterContext(acting(self.simulator))

    def test_unit_failed(self):
        mix_up(self.actor, self.simulator.faults)

    def test_unit_skip_error(self):
        mix_up(self.actor, self.simulator.faults)
        self.skipTest("enough seen")

    def test_unit_nothing_passed(self):
        pass


def test_in_process_failed():
    with Simulator(SETTINGS) as simulator, simulator.intercept():
        serve_with_another(simulator)


def test_raised_and_caught_outside_failed():
    with pytest.raises(KeyError), Simulator(SETTINGS) as simulator:
        serve_with_another(simulator)
        raise KeyError("expected")


def test_raised_in_simulator_failed_twofold():
    with Simulator(SETTINGS) as simulator:
        serve_with_another(simulator)
        assert 1 + 1 == 3


def test_expected_failure_failed(workspace):
    serve_with_another(workspace.simulator)
    pytest.xfail("known")


@pytest.mark.xfail(raises=KeyError)
def test_other_than_expected_failed(workspace):
    serve_with_another(workspace.simulator)
    raise KeyError("expected")


def test_not_closed_failed():
    serve_with_another(Simulator(SETTINGS))


def test_nothing_is_left_of_others_passed(workspace, violations):
    assert violations() == []
"""
