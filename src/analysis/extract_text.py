"""Cells of a workbook and values of a message as the text that an extract has in CSV."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence

from analysis.values import Cell, Fault, Struck, is_blank, is_full_code, split_code_and_name

FAULT = "#ERROR"
"""What stands for a cell that holds an error, where a blank one would be taken for an answer."""
_KEPT_DIGITS = 10**15
"""A spreadsheet keeps 15 digits of a number that is typed into it: the 16th of a NIK has become 0."""
_AROUND_CODE = re.compile(r"^[\s=\"'`’]+|[\s\"'`’]+$")
"""What spreadsheets and programs write around a code that is to stay a text."""
_EXACT = 2**53
"""Numbers from here on are not told apart one by one by any program that keeps them as a spreadsheet does."""


def cell_text(value: object) -> str:
    """Return a cell as CSV text: dates as 2024-03-05, whole numbers without a decimal point, faults blank."""
    if value is None or isinstance(value, Fault):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def plain_facility(code: str) -> str:
    """Return a facility code as it is compared: capitals without blanks, ="…", a trailing '.0' and its name."""
    plain = _AROUND_CODE.sub("", code).upper().removesuffix(".0")
    if is_full_code(plain):
        return plain
    beside = split_code_and_name(plain)[0].value
    around = (plain.replace(" ", ""), beside, plain.rpartition(" - ")[2], plain.removeprefix("(").partition(")")[0])
    return next((code for code in around if is_full_code(code)), plain)


def sheet_texts(
    rows: Sequence[Sequence[Cell]], told: Collection[int], numbers: int | None, notes: Sequence[str] = ()
) -> list[list[str]]:
    """Return the rows of a sheet as CSV text, headings first, each as wide as these.

    told: places of columns in which an error is no blank. numbers: place of the numbers of persons; None without any.
    notes: how lines below a table begin; default none. A row that is one text throughout, merged over its cells, a
    note, the numbers of the columns, and a row that is crossed out become blank: no visits.
    """
    width = len(rows[0])
    lost = numbers is not None and _lost_digits([row[numbers] for row in rows if numbers < len(row)])
    texts = []
    for row in rows:
        cells = list(row[:width]) + [None] * (width - len(row))
        if not _is_visit(cells, tuple(notes)):
            cells = [None] * width
        written = [FAULT if isinstance(cell, Fault) and place in told else cell_text(cell)
                   for place, cell in enumerate(cells)]  # fmt: skip
        if numbers is not None and lost and _is_long(cells[numbers]):
            written[numbers] = FAULT
        texts.append(written)
    return texts


def _is_visit(cells: Sequence[Cell], notes: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled or all(isinstance(cell, Struck) for cell in filled):
        return False
    if filled == list(range(1, len(filled) + 1)):
        return False
    if len(filled) == 1:
        return not str(filled[0]).strip().casefold().startswith(notes)
    return any(cell != filled[0] for cell in filled)


def _is_long(cell: Cell) -> bool:
    return isinstance(cell, int | float) and cell >= _KEPT_DIGITS


def _lost_digits(cells: Sequence[Cell]) -> bool:
    """Whether the numbers of a column have lost their last digits."""
    long = [int(cell) for cell in cells if isinstance(cell, int | float) and cell >= _KEPT_DIGITS]
    return bool(long) and (all(number % 10 == 0 for number in long) or max(long) >= _EXACT)
