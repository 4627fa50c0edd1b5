"""A column without a heading that holds the codes of facilities: told by what stands in it, never by its place."""

from __future__ import annotations

from collections.abc import Collection

from analysis.blocks import Block
from analysis.layouts import MEASURED
from analysis.rows import cell_at
from analysis.sheets import Sheet
from analysis.values import is_blank, is_full_code, read_code

FEWEST_CODES = 2
"""Different codes that a column must hold."""


def untitled_codes(sheet: Sheet, block: Block, known: Collection[str]) -> int | None:
    """Return the position of the one column without a heading in which every cell beside figures is a known code.

    known: codes of facilities.csv, district.yml and other files. None where there is no such column, or more than one.
    """
    titled = {heading.position for heading in block.headings}
    known = {*known, *(code.lstrip("0") for code in known)}
    measured = [h.position for h in block.headings if h.reading.role in MEASURED]
    rows = [
        cells
        for cells in sheet.rows[block.bottom + 1 : block.end]
        if any(not is_blank(cell_at(cells, place)) for place in measured)
    ]
    found = []
    for place in range(max(block.span[0] - 1, 0), block.span[1] + 1):
        codes = [] if place in titled else [read_code(cell_at(cells, place)).value for cells in rows]
        filled = [code for code, cells in zip(codes, rows, strict=False) if not is_blank(cell_at(cells, place))]
        if len(set(filled)) >= FEWEST_CODES and all(is_full_code(code) and code in known for code in filled):
            found.append(place)
    return found[0] if len(found) == 1 else None
