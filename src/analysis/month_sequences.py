"""Months that follow each other in all facilities alike: the same figures again, or sums that run on since January."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from analysis.layouts import COUNT_ROLES
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.periods import month_label, months_label
from analysis.rows import Row

FEWEST_FACILITIES = 3
"""Facilities of two months that must all behave alike."""
FEWEST_STEPS = 2
"""Steps from month to month, each as a running sum grows, before it is told."""
LEAST, MOST = 0.6, 1.5
"""Growth of a running sum in a month, in parts of the mean month before it."""
SMALLEST = 20
"""Counts below it are alike, or grow so, by chance."""
_GROWING = ("contacts", "referrals")
_Month = Mapping[str, Row]


def judge_sequences(rows: Sequence[Row]) -> list[Finding]:
    """Tell of months of which all facilities have the figures of another one, and of those that add up; figures stand.

    rows: all that were read of a district, with their counts.
    """
    months: defaultdict[pd.Period, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row.code.value:
            months[row.month].setdefault(row.code.value, row)
    ordered = sorted(months)
    findings = []
    for before, after in pairwise(ordered):
        told = f"{month_label(before)} dan {month_label(after)}"
        if _is_same(months[before], months[after]):
            findings.append(_finding("months_equal", months[after], told))
        elif same := [role for role in _GROWING if _is_same_column(months[before], months[after], role)]:
            findings.append(_finding("columns_of_two_months", months[after], told, *same))
    runs = {role: _runs(months, role) for role in _GROWING}
    for run in dict.fromkeys(run for each in runs.values() for run in each):
        roles = [role for role in _GROWING if run in runs[role]]
        findings.append(_finding("months_added_up", months[run[-1]], months_label(set(run)), *roles))
    return findings


def _runs(months: Mapping[pd.Period, _Month], role: str) -> list[tuple[pd.Period, ...]]:
    """The months of a year in a row over which the figures of a column grow as running sums do."""
    found: list[tuple[pd.Period, ...]] = []
    run: list[pd.Period] = []
    ordered = sorted(months)
    for before, after in pairwise(ordered):
        adds_up = (
            (after - before).n == 1 and after.year == before.year and _adds_up(months[before], months[after], role)
        )
        if adds_up:
            run = [*(run or [before]), after]
        if (not adds_up or after == ordered[-1]) and len(run) > FEWEST_STEPS:
            found.append(tuple(run))
        run = run if adds_up else []
    return found


def _finding(kind: str, month: _Month, read: str, *roles: str) -> Finding:
    row = next(iter(month.values()))
    finding = row.column_finding(kind, *roles, read=read, done="angkanya tetap dipakai")
    return replace(finding, month=str(row.month))


def _is_same_column(before: _Month, after: _Month, role: str) -> bool:
    """Whether all facilities of both months have the same large count, each its own."""
    common = before.keys() & after.keys()
    pairs = [tuple(row.counts.get(role, Count()).value or 0 for row in (before[code], after[code])) for code in common]
    own = {new for _, new in pairs}
    return len(own) >= FEWEST_FACILITIES and min(own) >= SMALLEST and all(old == new for old, new in pairs)


def _values(row: Row) -> list[int | None]:
    return [row.counts.get(role, Count()).value for role in COUNT_ROLES]


def _is_same(before: _Month, after: _Month) -> bool:
    """Whether all facilities of both months have the same counts, and not one and the same among themselves."""
    common = before.keys() & after.keys()
    own = {tuple(_values(after[code])) for code in common}
    large = all((after[code].counts.get("contacts", Count()).value or 0) >= SMALLEST for code in common)
    same = all(_values(before[code]) == _values(after[code]) for code in common)
    return len(own) >= FEWEST_FACILITIES and large and same


def _adds_up(before: _Month, after: _Month, role: str) -> bool:
    """Whether a count of all facilities grows by about the mean of the months before."""
    common = before.keys() & after.keys()
    pairs = [
        (before[code].counts.get(role, Count()).value, after[code].counts.get(role, Count()).value) for code in common
    ]
    earlier = next(iter(before.values())).month.month
    return len(common) >= FEWEST_FACILITIES and all(
        old is not None and new is not None and old >= SMALLEST and LEAST <= (new / old - 1) * earlier <= MOST
        for old, new in pairs
    )
