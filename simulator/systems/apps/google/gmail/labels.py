"""Labels: Gmail's own, and those that people make."""

import re

#: System labels, as the API lists them (Gmail API, "Manage labels").
SYSTEM = (
    *("CHAT", "SENT", "INBOX", "IMPORTANT", "TRASH", "DRAFT", "SPAM", "CATEGORY_FORUMS"),
    *("CATEGORY_UPDATES", "CATEGORY_PERSONAL", "CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL"),
    *("STARRED", "UNREAD"),
)
#: Those that nobody can add or remove.
FIXED = frozenset({"SENT", "DRAFT", "CHAT"})
#: Those that hide a message from lists that do not ask for them.
HIDDEN = ("SPAM", "TRASH")
#: What the id of a person's own label begins with.
OWN_PREFIX = "Label_"


def normalize(name: str) -> str:
    """Return a label's name as `label:` finds it: `Work/Big deals` is `work-big-deals`."""
    return re.sub(r"[\s/&()_|]+", "-", name.strip().casefold())


def find_system(name: str) -> str | None:
    """Return the system label that a name stands for, whatever its case; None if it is none."""
    upper = name.strip().upper()
    return upper if upper in SYSTEM else None
