"""Printed ratios of whole columns against the counts beside them: another unit, or columns that changed places.

One row can contradict its ratio by a slip of the pen; when a whole column does, its counts tell why. A ratio printed in
another unit than its heading says is compared in that unit. Columns whose ratio fits two other columns are not mended:
their counts are left out of use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from analysis.layouts import RPPT, SHARES, Share
from analysis.ledger import Finding
from analysis.number_cells import Count, Ratio
from analysis.printed import FAIRLY, UNIT_NAMES, exact_ratio, ratio_matches, tells
from analysis.rows import Row
from analysis.values import shown

FEWEST = 3
"""Rows with different counts that prove something about a column."""


def judge_columns(tables: Sequence[Sequence[Row]]) -> list[Finding]:
    """Set the unit of ratios printed in another one, and make counts of swapped columns doubtful.

    tables: the rows of each table of a file, with counts and ratios read. Returns a finding for each such column.
    """
    findings = []
    units = {share.printed: share.per for share in SHARES} | {RPPT: 100}
    together = [row for rows in tables for row in rows]
    for role, per in units.items():
        in_file = _other_unit(together, role, per)
        for rows in tables:
            unit = _other_unit(rows, role, per)
            # A table of one or two rows cannot tell; its file can.
            if unit is None and in_file is not None and not any(_fits(row, role, per) for row in rows):
                unit = in_file
            if unit is not None:
                findings += _take_in_unit(rows, role, per, unit)
    for rows in tables:
        for share in SHARES:
            findings += _swapped(rows, share)
    return findings


def _comparable(row: Row, role: str) -> tuple[Fraction, Ratio] | None:
    """The ratio of the counts and the printed one, where the latter tells something."""
    printed, exact = row.ratios.get(role, Ratio()), exact_ratio(row, role)
    return (exact, printed) if exact and tells(printed, FAIRLY) else None


def _fits(row: Row, role: str, per: int) -> bool:
    pair = _comparable(row, role)
    return pair is not None and ratio_matches(*pair, per)


def _other_unit(rows: Sequence[Row], role: str, per: int) -> int | None:
    """The unit in which nine of ten rows print their ratio, where not one prints it in that of its sign or heading."""
    pairs = set()
    for row in rows:
        if (pair := _comparable(row, role)) is not None:
            if ratio_matches(*pair, per):
                return None
            pairs.add(pair)
    if len(pairs) < FEWEST:
        return None
    fitting = {
        unit: sum(ratio_matches(exact, replace(printed, per=unit), unit) for exact, printed in pairs)
        for unit in UNIT_NAMES
    }
    best = max(fitting, key=lambda unit: fitting[unit])
    return best if fitting[best] >= max(FEWEST, 0.9 * len(pairs)) else None


def _take_in_unit(rows: Sequence[Row], role: str, per: int, unit: int) -> list[Finding]:
    example = None
    for row in rows:
        printed = row.ratios.get(role, Ratio())
        if printed.value is not None:
            row.ratios[role] = replace(printed, per=unit)
            example = example or row
    if example is None:
        return []
    read = f"misalnya {shown(example.cells[role])}"
    otherwise = "walaupun bertanda lain" if unit == per else f"bukan {UNIT_NAMES[per]}"
    done = f"dibandingkan sebagai {UNIT_NAMES[unit]}, {otherwise}"
    return [example.column_finding("ratio_other_unit", role, read=read, done=done)]


def _swapped(rows: Sequence[Row], share: Share) -> list[Finding]:
    roles = (share.numerator, share.denominator)
    known = [row for row in rows if all(row.counts.get(role, Count()).value is not None for role in roles)]
    printed = [row for row in known if tells(row.ratios.get(share.printed, Ratio()), FAIRLY)]
    if printed:
        return _fitting_others(printed, rows, share)
    above = {(top, bottom) for row in known if (top := _value(row, roles[0])) != (bottom := _value(row, roles[1]))}
    if len(above) < FEWEST or any(top < bottom for top, bottom in above):
        return []
    headings = known[0].headings
    read = f"{headings[roles[0]]} lebih besar daripada {headings[roles[1]]} pada semua baris"
    return [known[0].column_finding("columns_swapped", *roles, read=read, done="kedua kolom mungkin tertukar")]


def _fitting_others(printed: Sequence[Row], rows: Sequence[Row], share: Share) -> list[Finding]:
    """Where no row gives its printed ratio: the one pair of other columns of which every row does."""
    own = (share.numerator, share.denominator)
    if len({(_value(row, own[0]), _value(row, own[1])) for row in printed}) < FEWEST:
        return []
    if any(_gives(row, own, share) for row in printed):
        return []
    pairs = [pair for pair in permutations(printed[0].counts, 2) if all(_gives(row, pair, share) for row in printed)]
    if len(pairs) != 1:
        return []
    (pair,) = pairs
    wrong = set(own) ^ set(pair) or set(own)
    for row in rows:
        for role in wrong:
            if row.counts.get(role, Count()).value is not None:
                row.counts[role] = Count(doubt="columns_swapped")
    first = printed[0]
    named = " ÷ ".join(first.headings[role] for role in pair)
    read = f"{first.headings[share.printed]} cocok dengan {named} pada semua baris"
    done = "isi kolom mungkin tertukar; angkanya tidak dipakai"
    return [first.column_finding("columns_swapped", *sorted(wrong), read=read, done=done)]


def _gives(row: Row, pair: tuple[str, str], share: Share) -> bool:
    top, bottom = (row.counts.get(role, Count()).value for role in pair)
    if not top or not bottom or top > bottom:
        return False
    return ratio_matches(Fraction(top, bottom), row.ratios[share.printed], share.per)


def _value(row: Row, role: str) -> int:
    return row.counts[role].value or 0
