"""Rows that stand as facilities and hold the sum or the mean of the rows beside them, whatever their name and code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import pandas as pd

from analysis.layouts import COUNT_ROLES
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.rows import Row
from analysis.values import Code

FEWEST_SUMS = 3
"""Counts above zero that must all be the sum before a row is taken for one: no facility meets that by chance."""
SUMS_BESIDE_ANOTHER = 5
"""Counts above zero that must be the sum, of facilities with codes, where one is none: a part was mended later."""
_FEWEST_OF_PART = 2
FEWEST_OF_MEAN = 3
"""Rows of a mean, and counts that must differ widely between them: hardly any facility is in the middle of each."""
FEWEST_BESIDE = 4
"""Rows of a month among which one with no figure of its own is worth a word."""
WIDELY = 20
"""By how much a count must differ between the rows of a mean, which is printed to the nearest whole number."""


@dataclass(frozen=True)
class _Made:
    """A row that is made of others. kind: of the finding. how: Indonesian."""

    parts: list[Row]
    kind: str = "row_is_sum"
    how: str = "jumlah"


def without_sums(rows: Sequence[Row]) -> tuple[list[Row], list[Finding]]:
    """Return the rows of a table that are not sum or mean of the rows next to them, month by month.

    rows: of one table, in its order, with their counts. A sum of sums is found too. A sum has two rows or more, a mean
    three or more, before or after it.
    """
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    made = {id(row): one for group in months.values() for row, one in _made(group)}
    findings = [told_sum(row, one.parts, one.kind, one.how) for row in rows if (one := made.get(id(row)))]
    kept = [row for row in rows if id(row) not in made]
    return kept, findings + [finding for group in months.values() for finding in _borrowed(group, made)]


def told_sum(row: Row, parts: Sequence[Row], kind: str = "row_is_sum", how: str = "jumlah") -> Finding:
    """Tell that a row is made of others. kind, how: of what; default a sum."""
    read = f"{row.name or row.code_text}: {how} baris {', '.join(str(part.row) for part in parts)}"
    columns = ("facility_code", "code_and_name", "facility_name")
    return row.finding(kind, *columns, read=read, done="baris tidak dipakai")


def summed_beside(row: Row, table: Sequence[Row]) -> list[Row]:
    """Return the rows right before or after one of which every count of it is the sum, two or more; none else.

    table: rows of one month in their order, with ``row``. Of the few counts of one indicator, two above zero at least
    must be sums: a facility meets that by chance, so something else must speak against it too.
    """
    counts = {role: count.value for role, count in row.counts.items() if role in COUNT_ROLES}
    figures = {role: value for role, value in counts.items() if value is not None}
    if len(figures) < len(counts) or sum(map(bool, figures.values())) < _FEWEST_OF_PART:
        return []
    place = next(index for index, one in enumerate(table) if one is row)
    for beside in (table[:place][::-1], table[place + 1 :]):
        left = dict(figures)
        for number, other in enumerate(beside, start=1):
            left = {role: rest - (other.counts.get(role, Count()).value or 0) for role, rest in left.items()}
            if number > 1 and not any(left.values()):
                return sorted(beside[:number], key=lambda part: part.row)
            if any(rest < 0 for rest in left.values()):
                break
    return []


def _borrowed(rows: Sequence[Row], made: Collection[int]) -> list[Finding]:
    """Tell of rows in which every figure is that of another facility: the highest ones, the middle ones, one alone.

    rows: of a month; those without a code tell nothing. made: left out as they are made of others, by identity.
    """
    holders: defaultdict[tuple[str, str, int | None], set[tuple[Code, str]]] = defaultdict(set)
    rows = [row for row in rows if id(row) not in made and row.code.value]
    for row in rows:
        for role, count in row.counts.items():
            holders[row.district, role, count.value].add((row.code, row.name))
    findings = []
    for row in rows:
        figures = {role: count.value for role, count in row.counts.items() if count.value}
        large = [role for role, value in figures.items() if value >= WIDELY]
        borrowed = all(len(holders[row.district, role, value]) > 1 for role, value in figures.items())
        if len(rows) >= FEWEST_BESIDE and borrowed and "registered" in large and len(large) > FEWEST_SUMS:
            read = f"{row.name or row.code_text}: setiap angkanya juga angka fasilitas lain"
            columns = ("facility_code", "code_and_name", "facility_name")
            findings.append(row.finding("row_of_other_rows", *columns, read=read, done="angkanya tetap dipakai"))
    return findings


def _made(rows: Sequence[Row]) -> list[tuple[Row, _Made]]:
    """Each row that is made of others; repeated, for a sum of sums shows once those are passed over."""
    found: dict[int, _Made] = {}
    while True:
        before = len(found)
        groups = _Groups(rows, found)
        for place in range(len(rows)):
            if place in found:
                continue
            for indices in (range(place - 1, -1, -1), range(place + 1, len(rows))):
                if parts := _parts(rows[place], (rows[index] for index in indices if index not in found)):
                    found[place] = _Made(parts)
                    break
            else:
                if parts := groups.of_mean(place):
                    found[place] = _Made(parts, "row_is_mean", "rata-rata")
        if len(found) == before:
            return [(rows[place], one) for place, one in sorted(found.items())]


def _parts(row: Row, beside: Iterable[Row]) -> list[Row]:
    """The rows next to a row, from the nearest on, of which it is the sum; none where it is not."""
    total = row.counts.get("registered", Count()).value
    parts: list[Row] = []
    summed = 0
    for other in beside:
        one = other.counts.get("registered", Count()).value
        if not total or one is None or summed >= total:
            break
        parts.append(other)
        summed += one
    if summed != total or len(parts) < 2 or not _is_sum(row, parts):
        return []
    return sorted(parts, key=lambda part: part.row)


def _is_sum(row: Row, parts: Sequence[Row]) -> bool:
    if all((part.code, part.name) == (row.code, row.name) for part in parts):
        return False  # one facility by kind of participant, and all of them: which row counts is not settled here
    coded = all(part.code.value for part in parts)
    sums = others = 0
    for role in COUNT_ROLES:
        if role not in row.counts or row.counts[role].value is None:
            continue
        values = [part.counts[role].value for part in parts]
        if None in values and not coded:
            return False
        if sum(value or 0 for value in values) != row.counts[role].value:
            others += 1
        else:
            sums += bool(row.counts[role].value)
    if others:
        return coded and others == 1 and sums >= SUMS_BESIDE_ANOTHER
    return sums >= FEWEST_SUMS


class _Groups:
    """The rows of which a row may be the mean: all before or after it, or those up to the next row made of others."""

    def __init__(self, rows: Sequence[Row], made: Collection[int]) -> None:
        """Take the rows of a month, and the places of those that are made of others."""
        self._rows, self._made = rows, sorted(made)
        values = [None if i in made else rows[i].counts.get("registered", Count()).value for i in range(len(rows))]
        self._sums = [0, *accumulate(value or 0 for value in values)]
        self._numbers = [0, *accumulate(value is not None for value in values)]

    def of_mean(self, place: int) -> list[Row]:
        """Return the rows of which the row at a place is the mean; none where it is not."""
        value = _figure(self._rows[place], "registered")
        if value is None:
            return []
        last = max((made for made in self._made if made < place), default=-1)
        following = min((made for made in self._made if made > place), default=len(self._rows))
        spans = ((last + 1, place), (0, place), (place + 1, following), (place + 1, len(self._rows)))
        for start, end in spans:
            number = self._numbers[end] - self._numbers[start]
            if number < FEWEST_OF_MEAN or not _near(value, Fraction(self._sums[end] - self._sums[start], number)):
                continue
            parts = [self._rows[index] for index in range(start, end) if index not in self._made]
            if len(parts) == number and _is_mean(self._rows[place], parts):
                return parts
        return []


def _is_mean(row: Row, parts: Sequence[Row]) -> bool:
    if all((part.code, part.name) == (row.code, row.name) for part in parts):
        return False
    telling = 0
    for value, counts in _compared(row, parts):
        if not _near(value, Fraction(sum(counts), len(counts))):
            return False
        telling += max(counts) - min(counts) >= WIDELY
    return telling >= FEWEST_OF_MEAN


def _compared(row: Row, parts: Sequence[Row]) -> Iterator[tuple[Fraction, list[int]]]:
    """Each figure of a row with the counts of the others in its column, where all of them are known."""
    for role in COUNT_ROLES:
        value = _figure(row, role)
        counts = [part.counts.get(role, Count()).value for part in parts]
        known = [count for count in counts if count is not None]
        if value is not None and len(known) == len(counts):
            yield value, known


def _figure(row: Row, role: str) -> Fraction | None:
    """A count, or the number of a cell that is no whole one, as a mean is."""
    cell, count = row.cells.get(role), row.counts.get(role, Count()).value
    if count is not None:
        return Fraction(count)
    return Fraction(cell) if isinstance(cell, float) and not cell.is_integer() else None


def _near(value: Fraction, mean: Fraction) -> bool:
    """Whether a mean is written so: cut off or rounded to a whole number, else to two decimals or more."""
    return abs(value - mean) < (1 if value.denominator == 1 else Fraction(1, 100))
