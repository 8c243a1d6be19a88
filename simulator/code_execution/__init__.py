"""Code of recipes (Python, Ruby, JavaScript) in a process of its own, cut off from everything."""

from simulator.code_execution.limits import Limits
from simulator.code_execution.running import CodeFailed, CodeRefused, Language, run_code

__all__ = ["run_code", "Language", "Limits", "CodeFailed", "CodeRefused"]
