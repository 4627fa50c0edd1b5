"""Months that stand above groups of columns by their Roman numbers: five and more, or under "BULAN"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
_MOST_HEADING_ROWS = 3


def with_month_names(sheet: Sheet, layouts: Layouts) -> Sheet:
    """Return the sheet with the names of months in the place of their Roman numbers above groups of columns.

    The numbers of columns stand below the headings; below those of months the same headings stand for each.
    """
    rows = list(sheet.rows)
    for index, cells in enumerate(rows):
        numbers = _numbers(cells)
        if len(set(numbers.values())) < FEWEST_TITLED or not _alike_below(rows[index + 1 :], numbers):
            continue
        above = rows[max(0, index - 1) : index]
        said = {word for row in above for cell in row for word in words(clean_text(cell)).split()}
        if len(set(numbers.values())) >= FEWEST or not layouts.period_words.isdisjoint(said):
            rows[index] = [MONTH_NAMES[numbers[p] - 1] if p in numbers else cell for p, cell in enumerate(cells)]
    return sheet if all(new is old for new, old in zip(rows, sheet.rows, strict=True)) else replace(sheet, rows=rows)


def _numbers(cells: Sequence[Cell]) -> dict[int, int]:
    """Position → number, of a row in which the months from January on stand in Roman numbers; empty for any other."""
    texts = {place: cell.strip().casefold() for place, cell in enumerate(cells) if isinstance(cell, str)}
    numbers = {place: int(ARABIC[text]) for place, text in texts.items() if text in ARABIC}
    told = list(dict.fromkeys(numbers.values()))
    return numbers if told == list(range(1, len(told) + 1)) and len(told) <= _MONTHS else {}


def _alike_below(rows: Sequence[Sequence[Cell]], numbers: Mapping[int, int]) -> bool:
    """Whether the same two headings or more stand below each number, in one of the next rows."""
    starts = [
        min(place for place, number in numbers.items() if number == one) for one in dict.fromkeys(numbers.values())
    ]
    width = starts[1] - starts[0]
    for cells in rows[:_MOST_HEADING_ROWS]:
        below = {tuple(clean_text(cell) for cell in cells[start : start + width]) for start in starts}
        texts = {text for text in next(iter(below)) if any(map(str.isalpha, text))}
        if len(below) == 1 and len(texts) > 1:
            return True
    return False
