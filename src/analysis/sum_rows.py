"""Rows that stand as facilities and hold the sum of the rows beside them, whatever their name and code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.layouts import COUNT_ROLES
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.rows import Row

FEWEST_SUMS = 3
"""Counts above zero that must all be the sum before a row is taken for one: no facility meets that by chance."""


def without_sums(rows: Sequence[Row]) -> tuple[list[Row], list[Finding]]:
    """Return the rows of a table that are not the sum of two or more rows before or after them, month by month.

    rows: of one table, in its order, with their counts. A sum of sums is found too.
    """
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    parts = {id(row): summed for group in months.values() for row, summed in _sums(group)}
    findings = [
        row.finding(
            "row_is_sum",
            "facility_code",
            "code_and_name",
            "facility_name",
            read=f"{row.name or row.code_text}: jumlah baris {', '.join(str(part.row) for part in parts[id(row)])}",
            done="baris tidak dipakai",
        )
        for row in rows
        if id(row) in parts
    ]
    return [row for row in rows if id(row) not in parts], findings


def _sums(rows: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Each row that is a sum, with its parts; repeated, for a sum of sums shows once those are passed over."""
    found: dict[int, list[Row]] = {}
    while True:
        before = len(found)
        for place in range(len(rows)):
            if place in found:
                continue
            for indices in (range(place - 1, -1, -1), range(place + 1, len(rows))):
                if parts := _parts(rows, place, (index for index in indices if index not in found)):
                    found[place] = parts
                    break
        if len(found) == before:
            return [(rows[place], parts) for place, parts in sorted(found.items())]


def _parts(rows: Sequence[Row], place: int, indices: Iterable[int]) -> list[Row]:
    """The rows next to a row, from the nearest on, of which it is the sum; none where it is not."""
    total = rows[place].counts.get("registered", Count()).value
    parts: list[Row] = []
    summed = 0
    for index in indices:
        one = rows[index].counts.get("registered", Count()).value
        if not total or one is None or summed >= total:
            break
        parts.append(rows[index])
        summed += one
    if summed != total or len(parts) < 2 or not _is_sum(rows[place], parts):
        return []
    return sorted(parts, key=lambda row: row.row)


def _is_sum(row: Row, parts: Sequence[Row]) -> bool:
    if all((part.code, part.name) == (row.code, row.name) for part in parts):
        return False  # one facility by kind of participant, and all of them: which row counts is not settled here
    sums = 0
    for role in COUNT_ROLES:
        if role not in row.counts or row.counts[role].value is None:
            continue
        values = [part.counts[role].value for part in parts]
        if None in values or sum(value or 0 for value in values) != row.counts[role].value:
            return False
        sums += bool(row.counts[role].value)
    return sums >= FEWEST_SUMS
