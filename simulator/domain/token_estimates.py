"""How many tokens of a language model a tool call is estimated at."""

import json
from collections.abc import Mapping
from typing import Any

#: Characters that one token stands for: the usual rule of thumb for English text and JSON.
CHARACTERS = 4


def estimate_tokens(arguments: Mapping[str, Any], text: str) -> int:
    """Return the estimated token usage of a call: what the model wrote, and what it read.

    Our choice, for Workato's rule is not public: the characters of the arguments as JSON and of
    the answer's text, divided by four and rounded up. Structured content says the same as the text
    and is not counted twice; descriptions of tools belong to no call.

    Args:
        arguments: the arguments of the call.
        text: the text of the answer; empty where it has none.
    """
    return -(-(len(json.dumps(arguments, ensure_ascii=False)) + len(text)) // CHARACTERS)
