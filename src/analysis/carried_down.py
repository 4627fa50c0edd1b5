"""Month or facility written on the first row of its group alone: carried down to the rows below it.

So a pivot table prints it, and whoever does not repeat what stands above. A cell that is blank by mistake looks alike;
only where each month, or facility, is named once, most rows and more than one are blank, and none would then be there
twice is it certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.extents import cell_name
from analysis.found_tables import Found
from analysis.layouts import IDENTITY, MEASURED, Layouts, Role
from analysis.ledger import Finding
from analysis.number_cells import read_count
from analysis.rows import cell_at
from analysis.sheets import Document
from analysis.values import Cell, clean_text, is_blank

_FEWEST = 2
"""Blank cells below the named ones; a single one may be a month that somebody forgot."""
_MONTHS: tuple[Role, ...] = ("service_month", "month", "year")
_WHO: tuple[Role, ...] = (*IDENTITY, "facility_type")


def carried_down(document: Document, one: Found, layouts: Layouts) -> tuple[Found, list[Finding]]:
    """Return a table with the months, or else the facilities, of its groups on each row, and a finding that says so."""
    if not one.has_month:
        return one, []
    for kind, carried, apart, told in (
        ("month_from_above", _MONTHS, _WHO, "dianggap bulan pada baris terisi di atasnya"),
        ("facility_from_above", _WHO, _MONTHS, "dianggap fasilitas pada baris terisi di atasnya"),
    ):
        places, others = (
            [place for role, place in one.head.column.items() if role in roles] for roles in (carried, apart)
        )
        from_above = _from_above(one, places, others, layouts)
        if from_above:
            rows = list(one.sheet.rows)
            for index, source in from_above.items():
                rows[index] = _filled(rows[index], rows[source], places)
            finding = Finding(
                kind, document.name, one.sheet.name, one.head.position + 1,
                ", ".join(dict.fromkeys(one.head.headings[one.head.roles[place]] for place in places)),
                read=f"baris {', '.join(str(index + 1) for index in from_above)}", done=told,
                cell=cell_name(one.head.position, places[0]),
            )  # fmt: skip
            return replace(one, sheet=replace(one.sheet, rows=rows)), [finding]
    return one, []


def _from_above(one: Found, places: Sequence[int], others: Sequence[int], layouts: Layouts) -> dict[int, int]:
    """Row → the row above it that names what holds for both; empty where that is not certain.

    places: columns of what is named once. others: columns that tell the rows of a group apart.
    """
    data = [index for index in one.head.rows if _is_row(one, index, others, layouts)]
    sources: dict[int, int] = {}
    groups: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    named = None
    for index in data:
        own = _texts(one, index, places)
        if any(own):
            if own in groups:
                return {}
            named, groups[own] = index, set()
        elif named is None:
            return {}
        else:
            sources[index] = named
        group = groups[_texts(one, index if any(own) else sources[index], places)]
        apart = _texts(one, index, others)
        if apart in group:
            return {}
        group.add(apart)
    return sources if 2 * len(sources) >= len(data) and len(sources) >= _FEWEST else {}


def _is_row(one: Found, index: int, others: Sequence[int], layouts: Layouts) -> bool:
    """True for a row of figures that tells itself apart within its group, and is no total."""
    cells = one.sheet.rows[index]
    measured = [place for role, place in one.head.column.items() if role in MEASURED]
    before = (clean_text(cell) for cell in cells[: min(measured, default=0)] if isinstance(cell, str))
    return (
        any(_texts(one, index, others))
        and any(read_count(cell_at(cells, place)).value is not None for place in measured)
        and not any(layouts.is_summary(text, area=False) for text in before if text)
    )


def _texts(one: Found, index: int, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(clean_text(cell_at(one.sheet.rows[index], place)) for place in places)


def _filled(cells: Sequence[Cell], above: Sequence[Cell], places: Sequence[int]) -> list[Cell]:
    """The row with the cells of ``places`` as they stand above, where it has none."""
    filled = [*cells, *[None] * (max(places) + 1 - len(cells))]
    for place in places:
        if is_blank(filled[place]):
            filled[place] = cell_at(above, place)
    return filled
