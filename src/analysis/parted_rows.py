"""Rows that look like those of a facility and are a part of it, or none at all: told by the rows beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from analysis.blocks import Block
from analysis.layouts import COUNT_ROLES, IDENTITY, Layouts
from analysis.ledger import Finding
from analysis.periods import month_label
from analysis.rows import Head, Row, cell_at
from analysis.sheets import SHEET_NOT_USED, Sheet
from analysis.values import clean_text, is_blank, is_full_code

FEWEST_MOVED = 3
"""Facilities beside which a column that begins and ends one row lower is no chance."""
FEWEST_PARTED = 2
"""Facilities with rows of no name below them that make it a habit of the table."""
_QUOTED = 3
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


def without_lists(rows: list[Row]) -> tuple[list[Row], list[Finding]]:
    """Leave out a month in which several facilities stand in several rows: a list by diagnosis, clinic or week.

    rows: of one table with the counts of one indicator, or of some. A table with all counts tells it by other columns.
    """
    seen: defaultdict[tuple[pd.Period, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        seen[row.month, row.code.value, row.name].append(row)
    again = [group for group in seen.values() if len(group) > 1 and any(r.counts != group[0].counts for r in group)]
    months = Counter(group[0].month for group in again)
    lists = {month for month, number in months.items() if number >= FEWEST_PARTED}
    findings = []
    for month in sorted(lists):
        named = [group[0].name or group[0].code_text for group in again if group[0].month == month]
        first = next(row for row in rows if row.month == month)
        read = f"{month_label(month)}: {', '.join(named[:_QUOTED])} ada pada beberapa baris"
        findings.append(first.column_finding("part_of_lists", *_WHO, read=read, done="angka bulan itu tidak dipakai"))
    return [row for row in rows if row.month not in lists], findings


def without_moved(
    sheet: Sheet, head: Head, rows: list[Row], nameless: Mapping[int, pd.Period | None]
) -> tuple[list[Row], list[Finding]]:
    """Take a column out of use that was pasted one row lower: blank in the first row, filled below the last facility.

    rows: of one table. nameless: as in ``without_parted``. Of moved codes no row has its own.
    """
    if len(rows) < FEWEST_MOVED:
        return rows, []
    first, *others = rows
    last = rows[-1]
    alone = bool(last.code.value) and not last.name and not last.told
    if alone and not first.code_text and first.name and all(row.code.value and row.name for row in others[:-1]):
        read = f"{first.name} tanpa kode; baris {last.row} hanya berisi kode {last.code_text}"
        return [], [first.column_finding("column_moved", *_WHO, read=read, done=SHEET_NOT_USED)]
    if last.row + 1 not in nameless or len({row.month for row in rows}) > 1:
        return rows, []
    below = {role: cell_at(sheet.rows[last.row], head.column.get(role)) for role in COUNT_ROLES if role in head.column}
    filled = [role for role, cell in below.items() if not is_blank(cell)]
    moved = [
        role for role in filled if is_blank(first.cells[role]) and not any(is_blank(row.cells[role]) for row in others)
    ]
    if not moved or 2 * len(filled) > len(below):
        return rows, []
    read = f"baris {first.row} kosong; baris {last.row + 1} di bawah fasilitas terakhir terisi"
    finding = first.column_finding("column_moved", *moved, read=read, done="angka kolom itu tidak dipakai")
    return [replace(row, cells={**row.cells, **dict.fromkeys(moved)}) for row in rows], [finding]


def of_their_month(rows: list[Row], sheet: Sheet, block: Block, layouts: Layouts) -> tuple[list[Row], list[Finding]]:
    """Leave out rows whose remark says that their figures are those of another month: "pakai data Februari"."""
    remarks = [heading for heading in block.headings if heading.reading.role in {None, "ignored"}]
    kept, findings = [], []
    for row in rows:
        told = ((h.text, cell_at(sheet.rows[row.row - 1], h.position)) for h in remarks)
        other = next((one for one in told if layouts.tells_other_month(one[1], row.month.month)), None)
        if other is None:
            kept.append(row)
            continue
        read = f"kolom “{other[0]}” berisi “{clean_text(other[1])}”"
        findings.append(row.finding("row_month_clash", read=read, done="baris tidak dipakai"))
    return kept, findings


def of_everyone(
    file: str, sheet: Sheet, block: Block, rows: list[Row], layouts: Layouts
) -> tuple[list[Row], list[Finding]]:
    """Leave out rows of which a column says that they are of some participants or weeks only: "Segmen" beside "PBI".

    rows: of the table at ``block``. A column that district.yml declares to be passed over says nothing.
    """
    findings = []
    of_one = block.roles.isdisjoint(IDENTITY)
    for heading in block.headings:
        if heading.reading.role is not None:
            continue
        told = {row.row: cell_at(sheet.rows[row.row - 1], heading.position) for row in rows}
        parts = {number: cell for number, cell in told.items() if layouts.is_part(heading.text, cell, of_one=of_one)}
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
