"""Columns that stand a row too low or too high, told by the other months of the same facilities."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

import pandas as pd

from analysis.layouts import Role
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.periods import month_label
from analysis.rows import Row

FEWEST_FACILITIES = 5
"""Facilities of a table whose figures must all fit the facility in the row beside them."""
FEWEST_MONTHS = 2
"""Other months of which the usual figure of a facility is known; of one alone it would not be told which is moved."""
MOST = math.log(1.6)
"""Distance, as a logarithm, within which all moved figures lie from the usual ones, and most of those in place not."""
SMALLEST = 20
"""Counts below it are alike by chance."""
MOST_UNKNOWN = 2
"""Facilities of a table of which no usual figure is known."""
STEADY: tuple[Role, ...] = ("registered", "contacts")
"""Columns whose figures differ more between facilities than between months; others fit their neighbour by chance."""
_Figures = Mapping[str, Mapping[pd.Period, int]]


def judge_moved(rows: Sequence[Row]) -> list[Finding]:
    """Make the counts of columns doubtful that fit the other months one row higher or lower; a finding for each.

    rows: all that were read of a district, with their counts.
    """
    tables: defaultdict[tuple[str, str, pd.Period], list[Row]] = defaultdict(list)
    for row in rows:
        tables[row.file, row.sheet, row.month].append(row)
    findings = []
    for role in STEADY:
        figures = _figures(rows, role)
        moved = [(table, step) for table in tables.values() if (step := _step(table, role, figures))]
        for table, step in moved:
            side = "tinggi" if step > 0 else "rendah"
            read = f"{month_label(table[0].month)}; cocok dengan bulan-bulan lain bila satu baris lebih {side}"
            finding = table[0].column_finding("column_moved", role, read=read, done="angka kolom itu tidak dipakai")
            findings.append(replace(finding, month=str(table[0].month)))
            for row in table:
                row.counts[role] = Count(doubt="column_moved")
    return findings


def _figures(rows: Sequence[Row], role: str) -> _Figures:
    """Code → month → the count of the facility, the first where it stands there twice."""
    figures: defaultdict[str, dict[pd.Period, int]] = defaultdict(dict)
    for row in rows:
        value = row.counts.get(role, Count()).value
        if row.code.value and value is not None and value >= SMALLEST:
            figures[row.code.value].setdefault(row.month, value)
    return figures


def _step(table: Sequence[Row], role: str, figures: _Figures) -> int:
    """By how many rows the figures of a table stand too low, 1, or too high, -1; 0 where they do not."""
    ordered = sorted(table, key=lambda row: row.row)
    codes = [row.code.value for row in ordered]
    if len(codes) < FEWEST_FACILITIES or len(set(codes)) < len(codes):
        return 0
    own = [row.counts.get(role, Count()).value or 0 for row in ordered]
    usual = [_usual(figures.get(code, {}), table[0].month) for code in codes]
    in_place = _distances(own, usual, 0)
    if len(in_place) < FEWEST_FACILITIES - 1 or median(in_place) <= MOST:
        return 0
    for step in (1, -1):
        distances = _distances(own, usual, step)
        if len(distances) >= max(FEWEST_FACILITIES, len(codes) - MOST_UNKNOWN) - 1 and max(distances) <= MOST:
            return step
    return 0


def _usual(known: Mapping[pd.Period, int], month: pd.Period) -> float | None:
    """The median of a facility's other months; None where they are few, or one of them lies far from it."""
    others = [value for when, value in known.items() if when != month]
    if len(others) < FEWEST_MONTHS:
        return None
    usual = median(others)
    return usual if max(abs(math.log(value / usual)) for value in others) <= MOST else None


def _distances(own: Sequence[int], usual: Sequence[float | None], step: int) -> list[float]:
    """How far each figure lies from what is usual ``step`` rows above it."""
    pairs = ((value, usual[place - step]) for place, value in enumerate(own) if 0 <= place - step < len(usual))
    return [abs(math.log(value / other)) for value, other in pairs if value >= SMALLEST and other]
