"""The engine that runs a tool's recipe: data pills, steps, calls to apps."""

from simulator.recipes.engine import Actor, Progress, Result, StepFailed, TimedOut, run

__all__ = ["Actor", "Progress", "Result", "StepFailed", "TimedOut", "run"]
