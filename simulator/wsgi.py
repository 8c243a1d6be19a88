"""One WSGI callable for any production server: settings come from SIM_… variables."""

from simulator.settings import Settings
from simulator.simulator import Simulator


def create() -> Simulator:
    """A factory, as in `gunicorn 'simulator.wsgi:create()'`; the systems go by their Host."""
    return Simulator(Settings.from_environment())
