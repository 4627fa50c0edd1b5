"""Columns of days beside figures of a month: "Tanggal" with 15 March tells that March was not over by then."""

from __future__ import annotations

import pandas as pd

from analysis.blocks import Block
from analysis.column_months import month_ways
from analysis.extents import cell_name
from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.rows import Row, cell_at
from analysis.sheets import SHEET_NOT_USED, Sheet
from analysis.values import Cell, month_of, shown

_QUOTED = 3


def of_whole_months(
    file: str, sheet: Sheet, block: Block, rows: list[Row], layouts: Layouts
) -> tuple[list[Row], list[Finding]]:
    """Leave out rows beside which a column of days tells one before the end of their month.

    rows: of the table at ``block``, which has no column of months. The first and the last day of a month stand for it;
    a later month is that of the sending.
    """
    findings = []
    for heading in block.headings:
        if heading.reading.role is not None or not layouts.is_day(heading.text):
            continue
        days = {row.row: cell_at(sheet.rows[row.row - 1], heading.position) for row in rows}
        early = [row for row in rows if _is_early(days[row.row], row.month)]
        if not early:
            continue
        left_out = set(map(id, early))
        rows = [row for row in rows if id(row) not in left_out]
        told = list(dict.fromkeys(shown(days[row.row]) for row in early))
        read = f"kolom “{heading.text}” berisi {', '.join(told[:_QUOTED])}{' …' if len(told) > _QUOTED else ''}"
        done = f"baris {', '.join(str(row.row) for row in early)} tidak dipakai" if rows else SHEET_NOT_USED
        cell = cell_name(block.bottom, heading.position)
        month = str(early[0].month)
        findings.append(
            Finding("month_not_over", file, sheet.name, None, heading.text, read, done, month=month, cell=cell)
        )
    return rows, findings


def _is_early(cell: Cell, month: pd.Period) -> bool:
    """True where every way to read a day makes it one within the month, or before it."""
    ways = month_ways(cell).values()
    return bool(ways) and all(
        (day := month_of(way.year, way.month)) < month or (day == month and not way.regular) for way in ways
    )
