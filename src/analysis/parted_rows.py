"""Rows that look like those of a facility and are a part of it, or none at all: told by the rows beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from analysis.blocks import Block
from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.rows import Row, cell_at
from analysis.sheets import SHEET_NOT_USED, Sheet
from analysis.values import clean_text, is_full_code

FEWEST_PARTED = 2
"""Facilities with rows of no name below them that make it a habit of the table."""
_WHO = ("facility_code", "code_and_name", "facility_name")


def without_parted(rows: list[Row], nameless: Mapping[int, pd.Period | None]) -> tuple[list[Row], list[Finding]]:
    """Leave out facilities whose figures stand in several rows, of which the first alone bears code and name.

    That first row may be the target, or the men. Rows below of another month are no parts of it.

    rows: of one table. nameless: number of each row with figures and neither code nor name → its month, None for none.
    """
    parted = [row for row in rows if row.row + 1 in nameless and nameless[row.row + 1] in {None, row.raw_month}]
    if len(parted) < FEWEST_PARTED or 5 * len(parted) < 4 * len(rows):
        # Below the last facility of each subdistrict stands its sum.
        return rows, []
    done = "baris tidak dipakai"
    findings = [
        row.finding("row_parted", *_WHO, read=f"{row.name or row.code_text}; baris {row.row + 1} tanpa nama", done=done)
        for row in parted
    ]
    left_out = set(map(id, parted))
    return [row for row in rows if id(row) not in left_out], findings


def of_everyone(
    file: str, sheet: Sheet, block: Block, rows: list[Row], layouts: Layouts
) -> tuple[list[Row], list[Finding]]:
    """Leave out rows of which a column says that they are of some participants or weeks only: "Segmen" beside "PBI".

    rows: of the table at ``block``. A column that district.yml declares to be passed over says nothing.
    """
    findings = []
    for heading in block.headings:
        if heading.reading.role is not None:
            continue
        told = {row.row: cell_at(sheet.rows[row.row - 1], heading.position) for row in rows}
        parts = {number: cell for number, cell in told.items() if layouts.is_part(heading.text, cell)}
        if not parts:
            continue
        rows = [row for row in rows if row.row not in parts]
        read = f"kolom “{heading.text}” berisi {', '.join(dict.fromkeys(map(clean_text, parts.values())))}"
        done = f"baris {', '.join(map(str, parts))} tidak dipakai" if rows else SHEET_NOT_USED
        findings.append(Finding("sheet_of_other_figures", file, sheet.name, block.bottom + 1, read=read, done=done))
    return rows, findings


def without_short_codes(rows: list[Row], known: Collection[str], layouts: Layouts) -> tuple[list[Row], list[Finding]]:
    """Leave out rows whose code is none of a facility, "19 SELURUH PUSKESMAS" or "6105 SANGGAU", beside full codes.

    rows: of one table. known: codes of facilities that are known from elsewhere. A row named as a facility is one.
    """
    full = sum(is_full_code(row.code.value) for row in rows)
    if 2 * full <= len(rows):
        return rows, []
    kept, findings = [], []
    for row in rows:
        code = row.code.value
        if not code or is_full_code(code) or code in known or layouts.type_from_name(row.name):
            kept.append(row)
            continue
        read = f"{row.code_text} {row.name}".strip()
        findings.append(row.finding("code_of_no_facility", *_WHO, read=read, done="baris tidak dipakai"))
    return kept, findings
