"""One WSGI callable for any production server: settings come from SIM_… variables."""

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings


def create() -> Simulator:
    """A factory: `gunicorn 'simulator.serving.wsgi:create()'`; the systems go by their Host."""
    return Simulator(Settings.from_environment())
