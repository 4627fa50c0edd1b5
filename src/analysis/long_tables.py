"""Long tables: a row for each figure of a facility, with its name in one column and its number in another.

The numbers may stand in one column, in those of numerator and denominator, or in one column for each month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.blocks import figure_names
from analysis.headings import Headings
from analysis.layouts import IDENTITY, Role
from analysis.number_cells import read_count
from analysis.plain_words import heading_key
from analysis.rows import cell_at
from analysis.sheets import Origin, Sheet
from analysis.turned_tables import only_notes
from analysis.values import Cell, clean_text, is_blank

_TIMES: frozenset[Role] = frozenset({"month", "service_month"})
_KEYS: frozenset[Role] = frozenset({*IDENTITY, "facility_type", "district", *_TIMES, "year"})
"""Columns that say whose figure a row holds, and when."""
_FEWEST_MONTHS = 2


@dataclass(frozen=True)
class _Long:
    """Where the columns of a long table stand: whose and when, the names of the figures, their numbers, and others.

    keys: whose and when; who: of these, whose. months: True where each column of numbers is of one month.
    sums: titles of sums and means beside them.
    """

    keys: list[int]
    who: list[int]
    names: int
    numbers: list[int]
    others: list[int]
    months: bool = False
    sums: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spread:
    """A sheet whose long table is spread out.

    left_out: titles of the columns that it leaves out. from_above: headings of the columns in which what stands on the
    first row of its group alone holds for the rows below.
    """

    sheet: Sheet
    left_out: tuple[str, ...] = ()
    from_above: tuple[str, ...] = ()


def spread(sheet: Sheet, headings: Headings) -> Spread | None:
    """Return a sheet with its long table spread out, a row for each facility and month; None where it has none.

    Also None where a figure of a facility and month stands there twice, for then something else parts the two, and
    where other figures stand below it. Notes below it follow. From here on, rows and columns are those of the table
    that is spread out.
    """
    for column, named in figure_names(sheet, headings):
        first = named[0][0]
        for top in reversed(range(first)):
            if (long := _columns(sheet.rows, top, column, headings)) is not None:
                below = range(first, len(sheet.rows))
                end = next((i for i in below if not _is_row(sheet.rows[i], long)), len(sheet.rows))
                return _spread(sheet, top, end, long, headings) if only_notes(sheet.rows[end:]) else None
    return None


def _columns(rows: Sequence[Sequence[Cell]], top: int, names: int, headings: Headings) -> _Long | None:
    """The columns of a long table by a row that may hold its headings; None where it does not."""
    cells, layouts = rows[top], headings.layouts
    texts = {place: text for place, cell in enumerate(cells) if isinstance(cell, str) and (text := clean_text(cell))}
    roles = {place: headings.read((text,)).role for place, text in texts.items() if place != names}
    keys = [place for place, role in roles.items() if role in _KEYS]
    who = [place for place in keys if roles[place] in {*IDENTITY, "facility_type"}]
    known = {roles[place] for place in keys}
    if known.isdisjoint(IDENTITY):
        return None
    # Months come first: "JUMLAH" behind them is their sum.
    if any(_is_month(cell, headings) for cell in cells[names + 1 :]):
        return None if known & _TIMES else _of_months(rows, top, (keys, who), names, headings)
    behind = {place: heading_key(text) for place, text in texts.items() if place > names}
    numbers = [place for place, key in behind.items() if key in layouts.part_of_ratio]
    if not numbers:
        numbers = [place for place, key in behind.items() if key in layouts.number_keys]
        numbers = numbers if len(numbers) == 1 else []
    others = [place for place in texts if place not in {*keys, names, *numbers}]
    return _Long(keys, who, names, numbers, others) if numbers else None


def _of_months(
    rows: Sequence[Sequence[Cell]], top: int, beside: tuple[list[int], list[int]], names: int, headings: Headings
) -> _Long | None:
    """The columns of a long table with months beside each other; None where other figures stand among them.

    beside: ``keys`` and ``who``.
    """
    keys, who = beside
    layouts, cells = headings.layouts, rows[top]
    behind = range(names + 1, len(cells))
    months = [place for place in behind if _is_month(cells[place], headings)]
    sums = [place for place in behind if layouts.is_summary(clean_text(cells[place]), area=False)]
    figures = {place for row in rows[top + 1 :] for place in range(names + 1, len(row)) if _is_number(row[place])}
    if len(months) < _FEWEST_MONTHS or not figures <= {*months, *sums}:
        return None
    texts = [place for place in range(names) if place not in keys and not is_blank(cells[place])]
    return _Long(keys, who, names, months, texts, True, tuple(clean_text(cells[place]) for place in sums))


def _is_month(cell: Cell, headings: Headings) -> bool:
    return isinstance(cell, dt.date) or headings.layouts.month_alone(clean_text(cell)) is not None


def _is_number(cell: Cell) -> bool:
    return read_count(cell).value is not None


def _is_row(cells: Sequence[Cell], long: _Long) -> bool:
    filled = any(not is_blank(cell_at(cells, place)) for place in (*long.keys, *long.numbers))
    return filled and not is_blank(cell_at(cells, long.names))


def _named_above(
    rows: Sequence[Sequence[Cell]], indices: Sequence[int], place: int, who: Sequence[int]
) -> dict[int, int]:
    """Row → the row that names what stands in a column for it: itself, or one above where most rows are blank.

    who: columns of facilities; what one of them lacks is not that of the facility above.
    """
    blank = {index for index in indices if is_blank(cell_at(rows[index], place))}
    if 2 * len(blank) < len(indices) or indices[0] in blank:
        return {index: index for index in indices}
    source: dict[int, int] = {}
    last = indices[0]
    for index in indices:
        another = place in who and any(not is_blank(cell_at(rows[index], one)) for one in who)
        last = index if another or index not in blank else last
        source[index] = last
    return source


def _spread(sheet: Sheet, top: int, end: int, long: _Long, headings: Headings) -> Spread | None:
    rows = sheet.rows
    indices = range(top + 1, end)
    above = {place: _named_above(rows, indices, place, long.who) for place in long.keys}
    lines: dict[tuple[tuple[Cell, ...], int], dict[tuple[str, int], int]] = {}
    for index in indices:
        name = clean_text(cell_at(rows[index], long.names))
        key = tuple(cell_at(rows[above[place][index]], place) for place in long.keys)
        for place in long.numbers:
            # A column of numbers is that of a month, with a row of its own, or of a part of the figure.
            line = lines.setdefault((key, place if long.months else 0), {})
            figure = name, 0 if long.months else place
            if figure in line:
                return None
            line[figure] = index
    # What is said of all figures of a facility and month alike, such as whom they count, stays beside them.
    said = [
        place
        for place in long.others
        if all(len({cell_at(rows[index], place) for index in line.values()}) == 1 for line in lines.values())
    ]
    figures = list(dict.fromkeys(figure for line in lines.values() for figure in line))
    names: list[Origin] = [name for name, _ in figures]
    title: list[Origin] = [(top, place) for place in (*long.keys, *said)]
    if long.months:
        heads = [[*title, headings.layouts.labels["month"], *names]]
    elif len(long.numbers) == 1:
        heads = [[*title, *names]]
    else:
        heads = [[*[None] * len(title), *names], [*title, *((top, place) for _, place in figures)]]
    body: list[list[Origin]] = []
    for (_, month), line in lines.items():
        first = next(iter(line.values()))
        beside: list[Origin] = [*((above[place][first], place) for place in long.keys), *((first, p) for p in said)]
        own: list[Origin] = [(line[one], month if long.months else one[1]) if one in line else None for one in figures]
        body.append([*beside, *([(top, month)] if long.months else []), *own])
    spread_out = sheet.rearranged([*sheet.in_place(range(top)), *heads, *body, *sheet.in_place(range(end, len(rows)))])
    carried = [
        clean_text(rows[top][place]) for place, source in above.items() if any(i != n for i, n in source.items())
    ]
    return Spread(spread_out, long.sums, tuple(carried))
