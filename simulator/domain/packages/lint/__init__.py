"""What a package's recipes would do here, step by step, and where they break Workato's rules."""

from simulator.domain.packages.lint.findings import (
    Finding,
    RecipeReport,
    Report,
    StepReport,
    Verdict,
)
from simulator.domain.packages.lint.linting import lint_package

__all__ = ["Finding", "RecipeReport", "Report", "StepReport", "Verdict", "lint_package"]
