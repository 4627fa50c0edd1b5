"""Months that stand above groups of columns by their Roman numbers: five and more, or under "BULAN"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analysis.layouts import Layouts
from analysis.periods import MONTH_NAMES
from analysis.plain_words import words
from analysis.sheets import Sheet
from analysis.values import ARABIC, Cell, clean_text

FEWEST = 5
"""Numbers from I on that are those of months: a year has no five quarters or half-years."""
FEWEST_TITLED = 2
"""The same under a cell that says so."""
_MONTHS = 12


def with_month_names(sheet: Sheet, layouts: Layouts) -> Sheet:
    """Return the sheet with the names of months in the place of their Roman numbers above groups of columns.

    Numbers of single columns stand beside each other, those of months over the several columns of each.
    """
    rows = list(sheet.rows)
    for index, cells in enumerate(rows):
        numbers = _numbers(cells)
        if len(set(numbers.values())) < FEWEST_TITLED or not _over_groups(numbers):
            continue
        above = [
            word for row in rows[max(0, index - 1) : index] for cell in row for word in words(clean_text(cell)).split()
        ]
        titled = not layouts.period_words.isdisjoint(above)
        if len(set(numbers.values())) >= FEWEST or titled:
            rows[index] = [MONTH_NAMES[numbers[p] - 1] if p in numbers else cell for p, cell in enumerate(cells)]
    return sheet if all(new is old for new, old in zip(rows, sheet.rows, strict=True)) else replace(sheet, rows=rows)


def _numbers(cells: Sequence[Cell]) -> dict[int, int]:
    """Position → number, of a row in which the months from January on stand in Roman numbers; empty for any other."""
    texts = {place: cell.strip().casefold() for place, cell in enumerate(cells) if isinstance(cell, str)}
    numbers = {place: int(ARABIC[text]) for place, text in texts.items() if text in ARABIC}
    told = list(dict.fromkeys(numbers.values()))
    return numbers if told == list(range(1, len(told) + 1)) and len(told) <= _MONTHS else {}


def _over_groups(numbers: dict[int, int]) -> bool:
    """Whether each number but the last reaches over two columns or more, as merged cells or blanks tell."""
    first: dict[int, int] = {}
    for place, number in numbers.items():
        first.setdefault(number, place)
    starts = list(first.values())
    return all(after - before > 1 for before, after in pairwise(starts))
