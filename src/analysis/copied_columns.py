"""Columns whose figures a spreadsheet has filled: copied from the column beside them, dragged down, or counted on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

import pandas as pd

from analysis.layouts import COUNT_ROLES, Role
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.rows import Row

FEWEST_EQUAL = 3
"""Facilities of a month whose figures must all be alike."""
FEWEST_DRAGGED = 5
"""Facilities whose figures must be one and the same, or each one more than the last."""
SMALLEST = 20
"""Counts below it are alike by chance."""
LARGE = 100
"""Participants or contacts, of which no three facilities have the same number; of other counts no five have."""
_QUOTED = 5
_ONE_EACH: tuple[Role, ...] = ("registered", "contacts")
"""Columns of figures so large that no two facilities share one."""


def judge_copies(rows: Sequence[Row]) -> list[Finding]:
    """Make counts doubtful that a spreadsheet has filled, month by month; return a finding for each such column.

    rows: of one table, in its order, with their counts.
    """
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    findings = []
    for group in months.values():
        columns = {role: _values(group, role) for role in COUNT_ROLES}
        for one, other in combinations(COUNT_ROLES, 2):
            if columns[one] and columns[one] == columns[other] and len(set(columns[one])) >= FEWEST_EQUAL:
                findings.append(_doubt(group, "columns_equal", one, other))
        for role in COUNT_ROLES:
            if _dragged(columns[role], large=role in _ONE_EACH):
                findings.append(_doubt(group, "column_dragged", role))
    return findings


def _values(rows: Sequence[Row], role: str) -> list[int]:
    """The counts of a column; none where one of them is small or unknown, or where a facility stands in it twice."""
    values = [row.counts.get(role, Count()).value for row in rows]
    known = [value for value in values if value is not None and value >= SMALLEST]
    facilities = {(row.code, row.name) for row in rows}
    return known if len(known) == len(values) == len(facilities) else []


def _dragged(values: Sequence[int], *, large: bool) -> bool:
    """Whether the figures are all alike or, in a column of large ones, each one more than the last."""
    alike = len(set(values)) == 1 and values[0] >= LARGE
    if len(values) < FEWEST_DRAGGED:
        return large and alike and len(values) >= FEWEST_EQUAL
    return alike or (large and all(after - before == 1 for before, after in pairwise(values)))


def _doubt(rows: Sequence[Row], kind: str, *roles: str) -> Finding:
    few = rows[:_QUOTED]
    quoted = [f"{few[0].headings[role]} {', '.join(str(row.counts[role].value) for row in few)}" for role in roles]
    read, more = "; ".join(quoted), " …" if len(rows) > len(few) else ""
    finding = rows[0].column_finding(kind, *roles, read=f"{read}{more}", done="angka kolom itu tidak dipakai")
    for row in rows:
        for role in roles:
            row.counts[role] = Count(doubt=kind)
    return finding
