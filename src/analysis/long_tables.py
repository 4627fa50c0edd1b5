"""Long tables: a row for each figure of a facility and month, with its name in one column and its number in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from analysis.headings import Headings
from analysis.layouts import IDENTITY, Layouts, RatioPart, Role
from analysis.plain_words import heading_key
from analysis.rows import cell_at
from analysis.sheets import Sheet
from analysis.turned_tables import figure_named, only_notes
from analysis.values import Cell, clean_text, is_blank

_MOST_COLUMNS = 26
"""Columns, from the left, of which one may hold the names of the figures."""
_KEYS: frozenset[Role] = frozenset(
    {*IDENTITY, "facility_type", "district", "month", "service_month", "year"},
)
"""Columns that say whose figure a row holds, and when."""


@dataclass(frozen=True)
class _Long:
    """Where the columns of a long table stand: whose and when, the names of the figures, their numbers, and others."""

    keys: list[int]
    names: int
    numbers: list[int]
    others: list[int]


def spread(sheet: Sheet, headings: Headings) -> Sheet | None:
    """Return a sheet with its long table spread out, a row for each facility and month; None where it has none.

    Also None where a figure of a facility and month stands there twice, for then something else parts the two, and
    where other figures stand below it. Notes below it follow. From here on, rows and columns are those of the table
    that is spread out.
    """
    width = max(map(len, sheet.rows), default=0)
    for column in range(min(width, _MOST_COLUMNS)):
        named = [index for index in range(len(sheet.rows)) if figure_named(sheet, index, column, headings)]
        for top in range(named[0] - 1, -1, -1) if named else ():
            if (long := _columns(sheet.rows[top], column, headings)) is not None:
                below = range(named[0], len(sheet.rows))
                end = next((i for i in below if not _is_row(sheet.rows[i], long)), len(sheet.rows))
                return _spread(sheet, top, end, long) if only_notes(sheet.rows[end:]) else None
    return None


def _columns(cells: Sequence[Cell], names: int, headings: Headings) -> _Long | None:
    """The columns of a long table by a row that may hold its headings; None where it does not."""
    texts = {place: text for place, cell in enumerate(cells) if isinstance(cell, str) and (text := clean_text(cell))}
    roles = {place: headings.read((text,)).role for place, text in texts.items() if place != names}
    keys = [place for place, role in roles.items() if role in _KEYS]
    numbers = [place for place, text in texts.items() if place > names and _is_part(text, headings.layouts)]
    if not numbers:
        numbers = [p for p, text in texts.items() if p > names and heading_key(text) in headings.layouts.number_keys]
        numbers = numbers if len(numbers) == 1 else []
    known = {roles[place] for place in keys}
    others = [place for place in texts if place not in {*keys, names, *numbers}]
    return _Long(keys, names, numbers, others) if numbers and not known.isdisjoint(IDENTITY) else None


def _is_row(cells: Sequence[Cell], long: _Long) -> bool:
    keyed = any(not is_blank(cell_at(cells, place)) for place in long.keys)
    return keyed and not is_blank(cell_at(cells, long.names))


def _is_part(text: str, layouts: Layouts) -> bool:
    return layouts.part_of_ratio.get(heading_key(text)) in get_args(RatioPart)


def _spread(sheet: Sheet, top: int, end: int, long: _Long) -> Sheet | None:
    names: dict[str, None] = {}
    groups: dict[tuple[Cell, ...], list[Sequence[Cell]]] = {}
    lines: dict[tuple[Cell, ...], dict[tuple[str, int], Cell]] = {}
    for cells in sheet.rows[top + 1 : end]:
        name = clean_text(cell_at(cells, long.names))
        names[name] = None
        key = tuple(cell_at(cells, place) for place in long.keys)
        groups.setdefault(key, []).append(cells)
        line = lines.setdefault(key, {})
        for place in long.numbers:
            if (name, place) in line:
                return None
            line[name, place] = cell_at(cells, place)
    # What is said of all figures of a facility and month alike, such as whom they count, stays beside them.
    said = [p for p in long.others if all(len({cell_at(cells, p) for cells in rows}) == 1 for rows in groups.values())]
    figures = [(name, place) for name in names for place in long.numbers]
    title = [cell_at(sheet.rows[top], place) for place in (*long.keys, *said)]
    if len(long.numbers) == 1:
        heads: list[list[Cell]] = [[*title, *names]]
    else:
        above: list[Cell] = [None] * len(title)
        heads = [
            [*above, *(name for name, _ in figures)],
            [*title, *(cell_at(sheet.rows[top], place) for _, place in figures)],
        ]
    rows = [
        [*key, *(cell_at(groups[key][0], place) for place in said), *(line.get(figure) for figure in figures)]
        for key, line in lines.items()
    ]
    merged = frozenset((row, place) for row, place in sheet.merged if row < top)
    return replace(sheet, rows=[*sheet.rows[:top], *heads, *rows, *sheet.rows[end:]], merged=merged)
