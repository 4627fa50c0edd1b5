"""Months, columns and facilities of which every figure ends in a zero: estimated or rounded, not counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from analysis.layouts import COUNT_ROLES
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.rows import Row

_NOTHING = Count()
SMALLEST = 100
"""Counts below it end in a zero too often by themselves."""
FEWEST = 6
"""Different counts that must all end in a zero: one in a million such sets does so by chance."""
FEWEST_OF_ALL = 10
"""The same, of all columns of a month together: a few facilities may have round figures each in its own way."""
FEWEST_ROWS = 3
"""Facilities of a month, or months of a facility, that they must come from."""


def judge_rounding(rows: Sequence[Row]) -> list[Finding]:
    """Tell of figures that all end in a zero, by file and month, else by column there, else by facility; they stand.

    rows: all that were read of a district, with their counts.
    """
    months: defaultdict[tuple[str, pd.Period], list[Row]] = defaultdict(list)
    facilities: defaultdict[str, list[Row]] = defaultdict(list)
    findings = []
    told: set[int] = set()
    for row in rows:
        months[row.file, row.month].append(row)
    for group in months.values():
        of_all = _step(group, COUNT_ROLES, FEWEST_OF_ALL)
        steps = {role: of_all or _step(group, [role]) for role in COUNT_ROLES}
        roles = [role for role, step in steps.items() if step]
        if roles:
            findings.append(_finding(group, roles, min(steps[role] for role in roles), str(group[0].month)))
            told |= set(map(id, group))
    for row in rows:
        if row.code.value and id(row) not in told:
            facilities[row.code.value].append(row)
    for group in facilities.values():
        if step := _step(group, COUNT_ROLES):
            one = _finding(group, COUNT_ROLES, step, "")
            findings.append(replace(one, facility_code=group[0].code.value, facility_name=group[0].name))
    return findings


def _values(rows: Iterable[Row], roles: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The large counts with their roles, one by one: the first that ends in no zero settles most."""
    counts = ((role, row.counts.get(role, _NOTHING).value) for role in roles for row in rows)
    return ((role, value) for role, value in counts if value is not None and value >= SMALLEST)


def _step(rows: Sequence[Row], roles: Iterable[str], fewest: int = FEWEST) -> int:
    """100 or 10 where every large count of some rows is a multiple of it; 0 where they were counted.

    fewest: different counts that must be so; default FEWEST.
    """
    values: set[int] = set()
    for _, value in _values(rows, roles):
        if value % 10:
            return 0
        values.add(value)
    if len(values) < fewest or len(rows) < FEWEST_ROWS:
        return 0
    return 10 if any(value % 100 for value in values) else 100


def _finding(rows: Sequence[Row], roles: Iterable[str], step: int, month: str) -> Finding:
    found = list(_values(rows, roles))
    named = dict.fromkeys(role for role, _ in found)
    read = f"{len(found)} angka dari {SMALLEST} ke atas, semuanya kelipatan {step}"
    done = "angkanya tetap dipakai; perlu dicek"
    return replace(rows[0].column_finding("figures_rounded", *named, read=read, done=done), month=month)
