"""Long tables: a row for each figure of a facility and month, with its name in one column and its number in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.blocks import figure_names
from analysis.headings import Headings
from analysis.layouts import IDENTITY, Role
from analysis.plain_words import heading_key
from analysis.rows import cell_at
from analysis.sheets import Origin, Sheet
from analysis.turned_tables import only_notes
from analysis.values import Cell, clean_text, is_blank

_KEYS: frozenset[Role] = frozenset({*IDENTITY, "facility_type", "district", "month", "service_month", "year"})
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
    for column, named in figure_names(sheet, headings):
        first = named[0][0]
        for top in reversed(range(first)):
            if (long := _columns(sheet.rows[top], column, headings)) is not None:
                below = range(first, len(sheet.rows))
                end = next((i for i in below if not _is_row(sheet.rows[i], long)), len(sheet.rows))
                return _spread(sheet, top, end, long) if only_notes(sheet.rows[end:]) else None
    return None


def _columns(cells: Sequence[Cell], names: int, headings: Headings) -> _Long | None:
    """The columns of a long table by a row that may hold its headings; None where it does not."""
    texts = {place: text for place, cell in enumerate(cells) if isinstance(cell, str) and (text := clean_text(cell))}
    roles = {place: headings.read((text,)).role for place, text in texts.items() if place != names}
    keys = [place for place, role in roles.items() if role in _KEYS]
    behind = {place: heading_key(text) for place, text in texts.items() if place > names}
    numbers = [place for place, key in behind.items() if key in headings.layouts.part_of_ratio]
    if not numbers:
        numbers = [place for place, key in behind.items() if key in headings.layouts.number_keys]
        numbers = numbers if len(numbers) == 1 else []
    known = {roles[place] for place in keys}
    others = [place for place in texts if place not in {*keys, names, *numbers}]
    return _Long(keys, names, numbers, others) if numbers and not known.isdisjoint(IDENTITY) else None


def _is_row(cells: Sequence[Cell], long: _Long) -> bool:
    keyed = any(not is_blank(cell_at(cells, place)) for place in long.keys)
    return keyed and not is_blank(cell_at(cells, long.names))


def _spread(sheet: Sheet, top: int, end: int, long: _Long) -> Sheet | None:
    rows = sheet.rows
    lines: dict[tuple[Cell, ...], dict[tuple[str, int], int]] = {}
    for index in range(top + 1, end):
        name = clean_text(cell_at(rows[index], long.names))
        line = lines.setdefault(tuple(cell_at(rows[index], place) for place in long.keys), {})
        for place in long.numbers:
            if (name, place) in line:
                return None
            line[name, place] = index
    # What is said of all figures of a facility and month alike, such as whom they count, stays beside them.
    said = [
        place
        for place in long.others
        if all(len({cell_at(rows[index], place) for index in line.values()}) == 1 for line in lines.values())
    ]
    beside = [*long.keys, *said]
    figures = list(dict.fromkeys(figure for line in lines.values() for figure in line))
    names: list[Origin] = [name for name, _ in figures]
    title: list[Origin] = [(top, place) for place in beside]
    if len(long.numbers) == 1:
        heads = [[*title, *names]]
    else:
        heads = [[*[None] * len(title), *names], [*title, *((top, place) for _, place in figures)]]
    body = [
        [
            *((next(iter(line.values())), place) for place in beside),
            *((line[figure], figure[1]) if figure in line else None for figure in figures),
        ]
        for line in lines.values()
    ]
    return sheet.rearranged([*sheet.in_place(range(top)), *heads, *body, *sheet.in_place(range(end, len(rows)))])
