"""Rows inside a table that hold nothing but the month, or the facility, of the rows below: "BULAN : JANUARI 2024"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.layouts import Layouts
from analysis.plain_words import without_numbering
from analysis.values import Cell, NamedMonth, clean_text, is_blank, months_in


def month_bands(
    rows: Sequence[Sequence[Cell]], indices: Sequence[int], measured: Collection[int], layouts: Layouts
) -> list[tuple[int, NamedMonth | None]]:
    """Return the rows that name the month of those below them, by position from 0, with the month.

    indices: rows of the table, in order. measured: columns of its figures; a month with no figures below it, as in the
    place and date of a signature, is none. Beside rows of one month, one of several ("JANUARI S.D. MARET") has None.
    """
    bands: list[tuple[int, NamedMonth | None]] = []
    waiting: tuple[int, NamedMonth | None] | None = None
    for index in indices:
        line = _text_alone(rows[index])
        named = months_in(line, dates=False)
        if named and layouts.month_alone(line):
            waiting = index, named[0]
        elif layouts.tells_several(line) or len(named) > 1:
            waiting = index, None
        elif waiting is not None and any(_has_figure(rows[index], column) for column in measured):
            bands.append(waiting)
            waiting = None
    return bands if any(named for _, named in bands) else []


def facility_bands(
    rows: Sequence[Sequence[Cell]], indices: Sequence[int], measured: Collection[int], layouts: Layouts
) -> list[tuple[int, str]]:
    """Return the rows that name the facility of those below them, by position from 0, with the name.

    Arguments as in ``month_bands``; a name with no figures below it, as in a signature, is none.
    """
    bands: list[tuple[int, str]] = []
    waiting: tuple[int, str] | None = None
    for index in indices:
        line = without_numbering(_text_alone(rows[index]))
        if line and layouts.type_from_name(line) is not None:
            waiting = index, line
        elif waiting is not None and any(_has_figure(rows[index], column) for column in measured):
            bands.append(waiting)
            waiting = None
    return bands


def _text_alone(cells: Sequence[Cell]) -> str:
    """The text of a row that holds nothing else."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return " ".join(dict.fromkeys(map(clean_text, filled))) if all(isinstance(cell, str) for cell in filled) else ""


def _has_figure(cells: Sequence[Cell], column: int) -> bool:
    """True for a cell that begins with a digit: "1.748 orang", not the "NIP. 1979…" of a signature."""
    return column < len(cells) and clean_text(cells[column])[:1].isdigit()
