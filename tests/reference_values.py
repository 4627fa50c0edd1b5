"""Values computed by R, as test cases; tests/data/reference_values/README.md says how they were made."""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.estimates import Estimate

FOLDER = Path(__file__).parent / "data" / "reference_values"


def reference(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference file as text by column."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(text: str) -> list[float]:
    """Return the numbers of a field that holds several, separated by blanks."""
    return [float(v) for v in text.split()]


def limits(estimate: Estimate) -> list[float]:
    """Return lower and upper limit of an estimate that has both."""
    assert estimate.lower is not None
    assert estimate.upper is not None
    return [estimate.lower, estimate.upper]


def holds_value(estimate: Estimate, lowest: float, highest: float) -> bool:
    """Return whether lowest ≤ lower ≤ value ≤ upper ≤ highest, up to rounding."""
    assert estimate.value is not None
    lower, upper = limits(estimate)
    slack = 1e-9 * max(1.0, abs(estimate.value))
    return lowest <= lower <= estimate.value + slack and estimate.value - slack <= upper <= highest
