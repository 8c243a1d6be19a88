"""Profiles of Hypothesis, chosen with `--hypothesis-profile`."""

from hypothesis import settings

#: For a night: state machines take many and long histories.
settings.register_profile("long", max_examples=1000, stateful_step_count=60)
