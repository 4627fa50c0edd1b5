"""Tables whose figures are no numbers of people: ranks, scores, marks of what was sent, differences between months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from analysis.layouts import COUNT_ROLES
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.rows import Row

FEWEST_ROWS = 3
"""Facilities of a month that must all have so few participants."""
MOST_OF_MARKS = 10
"""Participants up to which a figure may be a score; ranks reach as far as there are facilities."""
FEWEST_NEGATIVE = 3
"""Figures below zero, in two rows or more, that make a table one of differences."""


def without_uncounted(rows: Sequence[Row]) -> tuple[list[Row], list[Finding]]:
    """Return the rows of a table that hold counts, month by month, and a finding for each month that does not.

    rows: of one table, with their counts.
    """
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    findings = []
    left_out: set[int] = set()
    for group in months.values():
        if read := _marks(group) or _differences(group):
            done = "angka bulan itu tidak dipakai"
            findings.append(group[0].column_finding("figures_not_counts", "registered", read=read, done=done))
            left_out |= set(map(id, group))
    return [row for row in rows if id(row) not in left_out], findings


def _marks(rows: Sequence[Row]) -> str:
    """Say how few participants all facilities have; empty where one has as many as any."""
    registered = [row.counts.get("registered", Count()).value for row in rows]
    known = [value for value in registered if value is not None]
    if (
        len(rows) < FEWEST_ROWS
        or len(known) < len(rows)
        or max(known) > max(MOST_OF_MARKS, len(rows))
        or not any(known)
    ):
        return ""
    return f"peserta semua fasilitas paling banyak {max(known)}: peringkat, skor, atau tanda ada dan tidak ada"


def _differences(rows: Sequence[Row]) -> str:
    """Say how many figures are below zero; empty where they are a slip of the pen."""
    negative = [(row.row, role) for row in rows for role in COUNT_ROLES if _is_negative(row, role)]
    if len(negative) < FEWEST_NEGATIVE or len({number for number, _ in negative}) < 2:
        return ""
    return f"{len(negative)} angka negatif pada baris {', '.join(map(str, sorted({n for n, _ in negative})))}: selisih"


def _is_negative(row: Row, role: str) -> bool:
    return row.counts.get(role, Count()).doubt == "negative"
