"""Sheets of a file → tables of facilities: headings found wherever they stand, months agreed upon, recaps left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from analysis.column_months import MonthColumn, Way, proven_orders
from analysis.column_numbers import read_numbers
from analysis.corrections import Corrections
from analysis.layouts import Layouts, Role
from analysis.ledger import Finding
from analysis.months import Claim, claims, month_without_column
from analysis.number_cells import NumberStyle
from analysis.printed_columns import judge_columns
from analysis.rows import FEWEST_HEADINGS, Head, Reader, Row, cell_at
from analysis.sheets import Document, Sheet
from analysis.values import Cell, clean_text, is_blank


@dataclass
class Table:
    """The facilities of one sheet, and the month that its names claim."""

    sheet: str
    layout: str = ""
    numbers: NumberStyle = "indonesia"
    rows: list[Row] = field(default_factory=list)
    has_month: bool = False
    said: list[Claim] = field(default_factory=list)
    unknown_headings: tuple[str, ...] = ()


def read_tables(
    document: Document, sheets: Sequence[Sheet], layouts: Layouts, paid_later: bool, corrections: Corrections
) -> tuple[list[Table], list[Finding]]:
    """Return the tables of a file's visible sheets.

    paid_later: True where the column Bulan Kapitasi holds the payment month, one after the service month.
    corrections: those of district.yml; each is made before the row is read.
    A sheet without the needed columns, or whose month is unknown or contradicted, is refused with a finding.
    """
    heads: list[tuple[Sheet, Head]] = []
    refused: list[Finding] = []
    for sheet in sheets:
        head, problem = _head(document, sheet, layouts)
        if head is not None:
            heads.append((sheet, head))
        elif problem is not None:
            refused.append(problem)
    heads, findings = _without_recaps(document, heads, layouts)
    tables = []
    orders = proven_orders(cell for sheet, head in heads for cell in _month_cells(sheet, head))
    for sheet, head in heads:
        table, more = _table(
            document, sheet, head, layouts, paid_later=paid_later, orders=orders, corrections=corrections
        )
        findings += more
        tables.append(table)
    findings += _refusals(document, refused, bool(heads), layouts)
    tables, more = _agreeing_with_file(document, tables)
    more += read_numbers([(table.numbers, table.rows) for table in tables])
    more += judge_columns([table.rows for table in tables])
    return tables, findings + more + _unknown_headings(document, tables)


def _head(document: Document, sheet: Sheet, layouts: Layouts) -> tuple[Head | None, Finding | None]:
    best: tuple[int, int, dict[int, Role]] = (0, 0, {})
    for position, cells in enumerate(sheet.rows[:60]):
        roles = layouts.roles(cells)
        known = len(set(roles.values()) - {"ignored"})
        if known > best[0]:
            best = (known, position, roles)
    known, position, roles = best
    named: dict[str, str] = {role: clean_text(sheet.rows[position][place]) for place, role in roles.items()}
    if known < FEWEST_HEADINGS:
        if all(is_blank(cell) for cells in sheet.rows for cell in cells):
            return None, None
        read = f"judul yang dikenal: {', '.join(named.values()) or 'tidak ada'}"
        return None, Finding("sheet_without_table", document.name, sheet.name, read=read, done="lembar tidak dipakai")
    layout = layouts.match(set(roles.values()), document.kind)
    if layout is None:
        missing = ", ".join(layouts.missing(set(roles.values()), document.kind))
        found = ", ".join(dict.fromkeys(clean_text(c) for c in sheet.rows[position] if not is_blank(c)))
        return None, Finding(
            "sheet_columns_missing", document.name, sheet.name, position + 1,
            read=f"tidak ada: {missing}; ada: {found}", done="lembar tidak dipakai",
        )  # fmt: skip
    unique, double = _unique(sheet, position, roles)
    if double:
        return None, Finding(
            "sheet_columns_double", document.name, sheet.name, position + 1,
            read=", ".join(double), done="lembar tidak dipakai",
        )  # fmt: skip
    return Head(position, unique, layout, named), None


def _unique(sheet: Sheet, head: int, roles: dict[int, Role]) -> tuple[dict[int, Role], list[str]]:
    """One column for each role: of columns with the same role and content the first, else they are named as double."""
    columns: dict[Role, list[int]] = {}
    for position, role in roles.items():
        if role != "ignored":
            columns.setdefault(role, []).append(position)
    unique, double = {}, []
    for role, positions in columns.items():
        contents: dict[tuple[str, ...], int] = {}
        for position in positions:
            cells = tuple(clean_text(row[position]) if position < len(row) else "" for row in sheet.rows[head + 1 :])
            if any(cells):
                contents.setdefault(cells, position)
        if len(contents) > 1:
            double.append(clean_text(sheet.rows[head][positions[0]]))
        unique[next(iter(contents.values()), positions[0])] = role
    return unique, double


def _table(
    document: Document,
    sheet: Sheet,
    head: Head,
    layouts: Layouts,
    *,
    paid_later: bool,
    orders: frozenset[Way],
    corrections: Corrections,
) -> tuple[Table, list[Finding]]:
    title = [clean_text(cell) for cells in sheet.rows[: head.position] for cell in cells if not is_blank(cell)]
    said = claims(document.stem, sheet.name, title)
    month_cells = _month_cells(sheet, head)
    month_role = None if all(map(is_blank, month_cells)) else head.month_role
    table = Table(
        sheet.name, head.layout.id, head.layout.numbers, has_month=month_role is not None,
        said=[c for c in said if c.place != "nama berkas"], unknown_headings=_unknown(sheet, head, layouts),
    )  # fmt: skip
    fixed = None
    if month_role is None:
        fixed, clash = month_without_column(said, [document.stem, sheet.name, *title])
        if fixed is None:
            kind = "sheet_month_clash" if clash else "sheet_month_unknown"
            return table, [Finding(kind, document.name, sheet.name, read=clash, done="lembar tidak dipakai")]
    shift = 1 if paid_later and month_role == "month" else 0
    months = MonthColumn(month_cells, orders, said, shift)
    month_of = partial(_service_month, head.column[month_role] if month_role else None, fixed, months, shift)
    sheet = corrections.corrected(document.name, sheet, head, layouts, month_role=month_role, month_of=month_of)
    months = MonthColumn(_month_cells(sheet, head), orders, said, shift)
    reader = Reader(document, sheet, head, layouts, month_role, fixed, shift, months)
    for index, cells in enumerate(sheet.rows[head.position + 1 :], start=head.position + 1):
        if reader.read(index, cells, table.rows):
            break
    findings = reader.findings + reader.summary()
    if table.rows and not any(row.told for row in table.rows):
        done = "lembar yang belum diisi tidak dihitung"
        table.rows.clear()
        return table, [*findings, Finding("sheet_not_filled", document.name, sheet.name, done=done)]
    if not table.rows and not reader.findings:
        findings.append(Finding("sheet_without_rows", document.name, sheet.name, done="tidak ada yang dibaca"))
    if month_role is not None:
        table.rows, more = _agreeing(document.name, sheet.name, table)
        findings += more
    return table, findings


def _month_cells(sheet: Sheet, head: Head) -> list[Cell]:
    if head.month_role is None:
        return []
    return [cell_at(cells, head.column[head.month_role]) for cells in sheet.rows[head.position + 1 :]]


def _service_month(
    place: int | None, fixed: pd.Period | None, months: MonthColumn, shift: int, cells: Sequence[Cell]
) -> pd.Period | None:
    """Return the service month of a row; None where its month cell cannot be read."""
    if place is None:
        return fixed
    month = months.read(cell_at(cells, place)).month
    return None if month is None else month - shift


def _unknown(sheet: Sheet, head: Head, layouts: Layouts) -> tuple[str, ...]:
    known = layouts.roles(sheet.rows[head.position])
    cells = enumerate(sheet.rows[head.position])
    return tuple(dict.fromkeys(clean_text(c) for i, c in cells if i not in known and not is_blank(c)))


def _agreeing(file: str, sheet: str, table: Table) -> tuple[list[Row], list[Finding]]:
    """Return the rows that no name of the sheet contradicts; where most agree, only the others are left out."""
    rows, findings = table.rows, []
    for claim in table.said:
        good = [row for row in rows if claim.agrees(row.raw_month, row.month)]
        if len(good) == len(rows):
            continue
        if not good:
            read = f"{claim.text}, kolom bulan berisi {_months(rows)}"
            return [], [Finding("sheet_month_clash", file, sheet, read=read, done="lembar tidak dipakai")]
        if 2 * len(good) > len(rows):
            kept = set(map(id, good))
            findings += [
                row.finding(
                    "row_month_clash", "month", read=f"{row.raw_month}; {claim.text}", done="baris tidak dipakai"
                )
                for row in rows
                if id(row) not in kept
            ]
            rows = good
    return rows, findings


def _months(rows: Sequence[Row]) -> str:
    return ", ".join(f"{m:%m-%Y}" for m in sorted({row.raw_month for row in rows}))


def _agreeing_with_file(document: Document, tables: list[Table]) -> tuple[list[Table], list[Finding]]:
    """Refuse the sheets of a file whose name tells one month that none of its month columns holds."""
    claim = next((c for c in claims(document.stem, "", ()) if c.place == "nama berkas"), None)
    rows = [row for table in tables if table.has_month for row in table.rows]
    if claim is None or not rows or any(claim.agrees(row.raw_month, row.month) for row in rows):
        return tables, []
    read = f"{claim.text}, kolom bulan berisi {_months(rows)}"
    findings = [
        Finding("sheet_month_clash", document.name, table.sheet, read=read, done="lembar tidak dipakai")
        for table in tables
        if table.has_month
    ]
    return [table for table in tables if not table.has_month], findings


def _without_recaps(
    document: Document, heads: list[tuple[Sheet, Head]], layouts: Layouts
) -> tuple[list[tuple[Sheet, Head]], list[Finding]]:
    """Leave out sheets named as a summary that have no month of their own, where other sheets hold facilities."""
    recaps = [s for s, h in heads if layouts.is_recap(s.name) and not {"month", "service_month"} & set(h.column)]
    if len(recaps) == len(heads):
        return heads, []
    names = {sheet.name for sheet in recaps}
    findings = [Finding("sheet_recap", document.name, s.name, done="lembar tidak dihitung") for s in recaps]
    return [(sheet, head) for sheet, head in heads if sheet.name not in names], findings


def _refusals(document: Document, refused: list[Finding], beside_tables: bool, layouts: Layouts) -> list[Finding]:
    """A sheet without a table is a note beside sheets with one, and a fault where the whole file holds none."""
    if beside_tables:
        return [
            Finding("sheet_recap", document.name, f.sheet, done="lembar tidak dihitung")
            if layouts.is_recap(f.sheet)
            else f
            for f in refused
        ]
    if any(f.kind != "sheet_without_table" for f in refused):
        return refused
    read = "; ".join(f.read for f in refused) or "tidak ada isi pada lembar yang terlihat"
    return [Finding("file_without_table", document.name, read=read, done="berkas tidak dipakai")]


def _unknown_headings(document: Document, tables: Sequence[Table]) -> list[Finding]:
    """Return one finding that lists the columns of a file that no layout knows."""
    names = dict.fromkeys(name for table in tables for name in table.unknown_headings)
    if not names:
        return []
    return [Finding("columns_unknown", document.name, read=", ".join(names), done="kolom tidak dibaca")]
