"""What is wrong with a collection: found, told with a remedy, and mended where that is safe."""

from .findings import CODES, SEVERITIES, Finding, Rule, Severity
from .fixing import FIXABLE, Fixed, fix
from .run import check, chosen_codes, left_out

__all__ = [
    "CODES",
    "FIXABLE",
    "SEVERITIES",
    "Finding",
    "Fixed",
    "Rule",
    "Severity",
    "check",
    "chosen_codes",
    "fix",
    "left_out",
]
