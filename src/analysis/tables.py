"""Sheets of a file → tables of facilities: each with its own headings and its own month, recaps left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from analysis.carried_down import carried_down
from analysis.column_months import MonthColumn, Way, proven_orders
from analysis.column_numbers import read_numbers
from analysis.copied_columns import judge_copies
from analysis.corrections import Corrections
from analysis.day_columns import of_whole_months
from analysis.found_tables import Found, tables_of
from analysis.headings import Headings
from analysis.layouts import COUNT_ROLES, Layouts
from analysis.ledger import Finding
from analysis.months import Claim, claims
from analysis.named_districts import NamedDistricts
from analysis.names import FacilityName
from analysis.number_cells import NumberStyle
from analysis.parted_rows import (
    of_everyone,
    of_their_month,
    without_lists,
    without_moved,
    without_parted,
    without_short_codes,
)
from analysis.periods import month_label
from analysis.printed_columns import judge_columns
from analysis.provisional import notes_of, of_their_own_month, provisional, provisional_names
from analysis.recap_sheets import refusals, without_recaps
from analysis.row_months import (
    agreeing,
    contradiction,
    not_added_up,
    of_following_years,
    of_told_years,
    over,
    without_named_months,
    without_stray,
)
from analysis.rows import Head, Reader, Row, cell_at
from analysis.sheets import SHEET_NOT_USED, Document, Sheet
from analysis.sum_rows import without_sums
from analysis.table_month import SheetMonths, month_of_table, months_of_sheets, told_years
from analysis.total_rows import Total, judge_totals
from analysis.uncounted import without_uncounted
from analysis.values import Carried, Cell, clean_text, is_blank, shown, visible
from analysis.zeros import without_zeros


@dataclass
class Table:
    """The facilities of one table, the rows of it that are none, and the month that its names claim."""

    sheet: str
    layout: str
    numbers: NumberStyle
    said: list[Claim]
    unknown_headings: tuple[str, ...]
    has_month: bool = False
    rows: list[Row] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)


@dataclass(frozen=True)
class _Whole:
    """What holds for all tables of a file.

    paid_later, corrections, newest: see ``read_tables``. months: what the names of the sheets say.
    orders: of day and month. codes: of facilities that are known from elsewhere.
    districts: what tells the district of a table without a column for it.
    """

    paid_later: bool
    corrections: Corrections
    months: SheetMonths
    orders: frozenset[Way]
    newest: pd.Period | None
    codes: Collection[str]
    districts: NamedDistricts


def read_tables(
    document: Document,
    sheets: Sequence[Sheet],
    headings: Headings,
    paid_later: bool,
    corrections: Corrections,
    *,
    newest: pd.Period | None = None,
    codes: Collection[str] = (),
    names: Collection[FacilityName] = (),
    districts: NamedDistricts | None = None,
    parts: bool = False,
) -> tuple[list[Table], list[Finding]]:
    """Return the tables of a file's visible sheets.

    paid_later: True where the column Bulan Kapitasi holds the payment month, one after the service month.
    corrections: those of district.yml; each is made before the row is read.
    newest: the latest service month that can have happened; default None, which takes every month for possible.
    codes: of facilities that are known from elsewhere, by which a column of codes without a heading is told; default
        none.
    names: of facilities that are known from elsewhere, of which a sheet may bear one alone; default none.
    districts: what tells the district of a table without a column for it; default None, for which it is the own one.
    parts: whether those tables alone are read that lack needed columns and hold an indicator as a whole; default False.
    A table without the needed columns, or whose month is unknown or contradicted, is refused with a finding.
    """
    layouts = headings.layouts
    found: list[Found] = []
    refused: list[Finding] = []
    for sheet in sheets:
        more, problems = tables_of(document, sheet, headings, codes, names, parts=parts)
        found += more
        refused += problems
    any_table = bool(found)
    found, findings = without_recaps(document, found, layouts)
    if parts:
        found = [one for one in found if one.head.part]
    tables = []
    orders = proven_orders(cell for one in found for cell in one.month_cells)
    months = months_of_sheets([sheet.name for sheet in sheets], layouts)
    named = districts or NamedDistricts(layouts)
    whole = _Whole(paid_later, corrections, months, orders, newest, codes, named)
    for one in found:
        full, carried = carried_down(document, one, layouts)
        findings += carried
        table, more_findings = _table(document, full, headings, whole)
        findings += more_findings
        tables.append(table)
    findings += refusals(document, refused, any_table, layouts)
    tables, more_findings = _agreeing_with_file(document, tables, layouts)
    more_findings += read_numbers([(table.numbers, table.rows) for table in tables])
    for table in tables if parts else ():
        table.rows, lists = without_lists(table.rows)
        more_findings += lists
    for table in tables:
        table.rows, sums = without_sums(table.rows)
        # a month without referrals is no month without activity: of parts the whole tells
        table.rows, zeros = (table.rows, []) if parts else without_zeros(table.rows)
        table.rows, uncounted = without_uncounted(table.rows)
        more_findings += sums + zeros + uncounted
        more_findings += judge_totals(table.rows, table.totals)
    more_findings += judge_columns([table.rows for table in tables])
    for table in tables:
        more_findings += judge_copies(table.rows)
    findings += [*more_findings, *_unknown_headings(document, tables)]
    return tables, list(dict.fromkeys(findings))  # of tables beside each other, each may say the same of the sheet


def _table(document: Document, one: Found, headings: Headings, whole: _Whole) -> tuple[Table, list[Finding]]:
    sheet, layouts = one.sheet, headings.layouts
    month, findings = month_of_table(document, one, layouts, paid_later=whole.paid_later, sheets=whole.months)
    table = Table(
        sheet.name, month.head.layout.id, month.head.layout.numbers,
        [claim for claim in month.said if claim.place != "nama berkas"], one.unknown_headings, month.role is not None,
    )  # fmt: skip
    if month.refused:
        return table, findings
    head = month.head
    if not head.district and "district" not in head.column:
        head = replace(head, district=whole.districts.of_table(_title(one), sheet.name, document))
    months = MonthColumn(head.month_cells(sheet.rows), whole.orders, month.said, month.shift, layouts.not_whole_month)
    month_of = partial(_service_month, head if month.role else None, month.fixed, months, month.shift)
    sheet = whole.corrections.corrected(document.name, sheet, head, layouts, month_role=month.role, month_of=month_of)
    months = MonthColumn(head.month_cells(sheet.rows), whole.orders, month.said, month.shift, layouts.not_whole_month)
    reader = Reader(document, sheet, head, headings, month.role, month.fixed, month.shift, months, whole.districts)
    for index in head.rows:
        if reader.read(index, sheet.rows[index], table.rows):
            break
    findings += reader.findings
    if (blank := _not_filled(document, one, table.rows, reader, month.fixed)) is not None:
        table.rows.clear()
        return table, [*findings, blank]
    findings += reader.summary()
    counted = [(role, head.column[role]) for role in COUNT_ROLES if role in head.column]
    table.totals += (
        Total(index + 1, {role: cell_at(sheet.rows[index], place) for role, place in counted})
        for index in reader.summaries
    )
    if not table.rows and not reader.findings:
        findings.append(Finding("sheet_without_rows", document.name, sheet.name, done="tidak ada yang dibaca"))
    table.rows, more = without_short_codes(table.rows, whole.codes, layouts)
    findings += more
    table.rows, more = without_parted(table.rows, reader.nameless)
    findings += more
    table.rows, more = without_moved(sheet, head, table.rows, reader.nameless)
    findings += more
    table.rows, more = of_everyone(document.name, sheet, one.block, table.rows, layouts)
    findings += more
    table.rows, more = of_their_month(table.rows, sheet, one.block, layouts)
    findings += more
    notes = notes_of(sheet, one.block)
    table.rows, more = of_their_own_month(table.rows, notes, layouts)
    findings += more
    if month.role is not None:
        own = {n for n in head.rows if head.month_cell(one.sheet.rows[n]) != head.month_cell(sheet.rows[n])}
        corrected = {index + 1 for index in own}
        table.rows, more = _of_its_months(document, one, table, layouts, corrected)
    else:
        table.rows, more = without_named_months(document.name, sheet.name, table.rows, layouts)
        findings += more
        table.rows, more = of_whole_months(document.name, sheet, one.block, table.rows, layouts)
    findings += more
    _carried_over(one.sheet, sheet, table.rows, whole.months, layouts)
    table.rows, more = over(document.name, sheet.name, table.rows, one.meta.until, whole.newest)
    findings += [*more, *provisional(sheet, one.block, table.rows, notes, layouts)]
    return table, findings + (provisional_names(document, sheet, layouts) if table.rows else [])


def _not_filled(
    document: Document, one: Found, rows: Sequence[Row], reader: Reader, fixed: pd.Period | None
) -> Finding | None:
    """Say that no figure stands beside the facilities of a table; None where one does, or there is no facility.

    rows, reader: as they were read. fixed: its one month; beside other months it is named.
    """
    place = (document.name, one.sheet.name)
    if one.across and fixed is not None and not rows and not reader.findings:
        done = "bulan yang belum diisi tidak dihitung"
        return Finding("sheet_not_filled", *place, read=month_label(fixed), done=done)
    if rows and not any(row.told for row in rows):
        return Finding("sheet_not_filled", *place, done="lembar yang belum diisi tidak dihitung")
    return None


def _carried_over(read: Sheet, sheet: Sheet, rows: Sequence[Row], months: SheetMonths, layouts: Layouts) -> None:
    """Make figures doubtful whose formula only repeats a cell of another month's sheet.

    read: the sheet of ``rows`` as it was read; sheet: the same with the declared corrections, which are believed.
    """
    for row in rows if read.linked else ():
        for role, cell in row.cells.items():
            place = row.row - 1, row.columns[role]
            name = read.linked.get(place, "")
            named = months.named.get(name) or layouts.months_of_name(name)
            corrected = cell_at(read.rows[place[0]], place[1]) != cell_at(sheet.rows[place[0]], place[1])
            if len(named) == 1 and not corrected and not is_blank(cell):
                claim = Claim("nama lembar", named[0])
                if not claim.agrees(row.raw_month, row.month):
                    row.cells[role] = Carried(f"{shown(cell)} dari lembar “{visible(name)}”")


def _title(one: Found) -> list[str]:
    """The texts above a table, else those above the first one of its sheet."""
    for rows in (one.sheet.rows[one.block.title : one.block.top], one.sheet.rows[: one.first]):
        if texts := [text for cells in rows for cell in cells if isinstance(cell, str) and (text := clean_text(cell))]:
            return list(dict.fromkeys(texts))
    return []


def _of_its_months(
    document: Document, one: Found, table: Table, layouts: Layouts, corrected: Collection[int]
) -> tuple[list[Row], list[Finding]]:
    """The rows of a table with a month column whose months stand. corrected: numbers of rows whose month was mended."""
    place = (document.name, table.sheet)
    rows, findings = agreeing(*place, table.rows, table.said)
    rows, more = of_told_years(*place, rows, told_years(document, one, layouts))
    findings += more
    added_up = one.meta.sums or layouts.tells_sums(table.sheet)
    rows, more = not_added_up(*place, one.head.position + 1, rows, added_up)
    findings += more
    for judge in (without_stray, of_following_years):
        rows, more = judge(rows, corrected)
        findings += more
    return rows, findings


def _service_month(
    head: Head | None, fixed: pd.Period | None, months: MonthColumn, shift: int, cells: Sequence[Cell]
) -> pd.Period | None:
    """Return the service month of a row; None where its month cell cannot be read."""
    if head is None:
        return fixed
    month = months.read(head.month_cell(cells)).month
    return None if month is None else month - shift


def _agreeing_with_file(document: Document, tables: list[Table], layouts: Layouts) -> tuple[list[Table], list[Finding]]:
    """Refuse the sheets of a file whose name tells one month that none of its month columns holds."""
    claim = next((c for c in claims(layouts.months_of_file(document.stem)) if c.place == "nama berkas"), None)
    rows = [row for table in tables if table.has_month for row in table.rows]
    read = "" if claim is None else contradiction(claim, rows)
    if not read:
        return tables, []
    findings = [
        Finding("sheet_month_clash", document.name, table.sheet, read=read, done=SHEET_NOT_USED)
        for table in tables
        if table.has_month
    ]
    return [table for table in tables if not table.has_month], findings


def _unknown_headings(document: Document, tables: Sequence[Table]) -> list[Finding]:
    """Return one finding that lists the columns of a file that no layout knows."""
    names = dict.fromkeys(name for table in tables for name in table.unknown_headings)
    if not names:
        return []
    return [Finding("columns_unknown", document.name, read=", ".join(names), done="kolom tidak dibaca")]
