"""Pages that an app may have in a look of its own, and otherwise has from the kit."""

from typing import Any

from flask import render_template

from simulator.systems.apps._kit.instance import here


def render(name: str, **shown: Any) -> str:
    """Render the app's own template of this name, or the kit's where it has none.

    The kit's extend the app's `base`.
    """
    return render_template([f"{here().profile.templates}/{name}.html", f"kit/{name}.html"], **shown)
