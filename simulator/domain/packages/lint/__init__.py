"""What a package's recipes would do here, step by step, and where they break Workato's rules."""

from simulator.domain.packages.lint.findings import (
    Finding,
    RecipeReport,
    Report,
    StepReport,
    Verdict,
)
from simulator.domain.packages.lint.linting import lint_package
from simulator.domain.packages.lint.stub_drafts import draft_rows, list_drafts

__all__ = [
    "Finding",
    "RecipeReport",
    "Report",
    "StepReport",
    "Verdict",
    "draft_rows",
    "lint_package",
    "list_drafts",
]
