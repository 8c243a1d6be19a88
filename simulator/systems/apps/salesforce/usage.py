"""How many requests an org's API had; each process counts its own since it began (our choice)."""

from collections import Counter
from threading import Lock

#: Requests in a day (Salesforce, "API Request Limits and Allocations": a Developer Edition's).
DAILY_REQUESTS = 15_000
_counted: Counter[str] = Counter()
_lock = Lock()


def count(host: str) -> int:
    """Count a request; return how many there were."""
    with _lock:
        _counted[host] += 1
        return _counted[host]


def usage(host: str) -> int:
    """Return how many requests there were."""
    return _counted[host]
