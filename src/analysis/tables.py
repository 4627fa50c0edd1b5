"""Sheets of a file → tables of facilities: each with its own headings and its own month, recaps left out."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from analysis.blocks import FEWEST_HEADINGS, Block, Heading, blocks, figures_down, has_rows, months_across
from analysis.column_months import MonthColumn, Way, proven_orders, year_of, year_without_column
from analysis.column_numbers import read_numbers
from analysis.corrections import Corrections
from analysis.extents import cell_name
from analysis.headings import NOT_READ, Headings
from analysis.layouts import COUNT_ROLES, IDENTITY, PRINTED, Layout, Layouts, Role, heading_key
from analysis.ledger import Finding
from analysis.meta_block import Meta, meta_of
from analysis.month_bands import month_bands
from analysis.months import Claim, claims, month_without_column, years_by_order
from analysis.number_cells import NumberStyle
from analysis.periods import month_label
from analysis.printed_columns import judge_columns
from analysis.rows import Head, Reader, Row, cell_at
from analysis.sheets import Document, Sheet
from analysis.sum_rows import without_sums
from analysis.values import Cell, clean_text, is_blank, months_in, shown, years_in
from analysis.workspace import SETTINGS_FILE
from analysis.zeros import without_zeros

_NOT_USED = "lembar tidak dipakai"
_NUMBERED = re.compile(r"[ ._]\d{1,2}$")
_FEWEST_OF_A_MONTH = 4
"""Rows of one month beside which a single row of another month is doubtful."""
_STRANGER = "di bawah judul kelompok yang tidak dikenal"


@dataclass
class Table:
    """The facilities of one table, and the month that its names claim."""

    sheet: str
    layout: str = ""
    numbers: NumberStyle = "indonesia"
    rows: list[Row] = field(default_factory=list)
    has_month: bool = False
    said: list[Claim] = field(default_factory=list)
    unknown_headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    """A table that can be read: where it stands, its columns, and what stands above it.

    across: True for one of several months beside each other, of which title and sheet name may tell the span.
    """

    sheet: Sheet
    block: Block
    head: Head
    meta: Meta
    across: bool = False

    @property
    def has_month(self) -> bool:
        return self.head.month_role is not None


@dataclass(frozen=True)
class _Whole:
    """What holds for all tables of a file.

    paid_later, corrections: see ``read_tables``. years: of sheets whose year follows from their order.
    orders: of day and month.
    """

    paid_later: bool
    corrections: Corrections
    years: Mapping[str, int]
    orders: frozenset[Way]


def read_tables(
    document: Document, sheets: Sequence[Sheet], headings: Headings, paid_later: bool, corrections: Corrections
) -> tuple[list[Table], list[Finding]]:
    """Return the tables of a file's visible sheets.

    paid_later: True where the column Bulan Kapitasi holds the payment month, one after the service month.
    corrections: those of district.yml; each is made before the row is read.
    A table without the needed columns, or whose month is unknown or contradicted, is refused with a finding.
    """
    layouts = headings.layouts
    found: list[_Found] = []
    refused: list[Finding] = []
    for sheet in sheets:
        more, problems = _of_sheet(document, sheet, headings)
        found += more
        refused += problems
    any_table = bool(found)
    found, findings = _without_recaps(document, found, layouts)
    tables = []
    orders = proven_orders(cell for one in found for cell in _month_cells(one.sheet, one.head))
    whole = _Whole(paid_later, corrections, years_by_order([sheet.name for sheet in sheets]), orders)
    for one in found:
        table, more_findings = _table(document, one, headings, whole)
        findings += more_findings
        tables.append(table)
    findings += _refusals(document, refused, any_table, layouts)
    tables, more_findings = _agreeing_with_file(document, tables)
    more_findings += read_numbers([(table.numbers, table.rows) for table in tables])
    for table in tables:
        table.rows, sums = without_sums(table.rows)
        table.rows, zeros = without_zeros(table.rows)
        more_findings += sums + zeros
    more_findings += judge_columns([table.rows for table in tables])
    findings += [*more_findings, *_unknown_headings(document, tables)]
    return tables, list(dict.fromkeys(findings))  # of tables beside each other, each may say the same of the sheet


def _of_sheet(document: Document, sheet: Sheet, headings: Headings) -> tuple[list[_Found], list[Finding]]:
    found: list[_Found] = []
    problems: list[Finding] = []
    here = blocks(sheet, headings)
    for block in here:
        beside = (other.span[1] + 1 for other in here if other.title == block.title and other.span[1] < block.span[0])
        titles = max(beside, default=0), block.span[1]  # a title may stand left of the table that it is about
        meta = meta_of(sheet.rows[block.title : block.top], titles, headings.layouts)
        before = next((i for i in reversed(range(len(found))) if block.same_columns(found[i].block)), None)
        if before is not None and not (meta and (meta.months or has_rows(sheet, block))):
            # The headings stand again, as at the top of a printed page; or below a signature, with nothing under them.
            one = found[before]
            passed = one.head.passed | set(range(one.head.end, block.bottom + 1))
            found[before] = replace(one, head=replace(one.head, end=block.end, passed=passed))
            continue
        if not meta.tells_time and len({one.meta.months for one in found}) == 1:
            # "B. KLINIK PRATAMA" stands above it: the title of the sheet holds for it too.
            first = found[0].meta
            who = meta.district or first.district, meta.facility, meta.facility_code
            meta = replace(first, district=who[0], facility=who[1], facility_code=who[2])
        head, faults = _head(document, sheet, block, meta, headings)
        if len(here) > 1:
            faults = [replace(f, done=f.done.replace(_NOT_USED, "tabel ini tidak dipakai")) for f in faults]
        problems += faults
        if head is not None:
            months = {other.month for other in here if other.top == block.top} - {None}
            across = block.month is not None and len(months) > 1
            sums = meta.sums or headings.layouts.tells_sums(sheet.name)
            found.append(_Found(sheet, block, head, meta, across and not sums))
    if not here and (problem := _no_table(document, sheet, headings)) is not None:
        problems.append(problem)
    return [part for one in found for part in _by_band(one, headings.layouts)], problems


def _by_band(one: _Found, layouts: Layouts) -> list[_Found]:
    """The parts of a table inside which rows name the month of those below; the table itself where none does."""
    head, rows = one.head, one.head.rows
    measured = [position for role, position in head.column.items() if role in (*COUNT_ROLES, *PRINTED)]
    bands = [] if one.has_month else month_bands(one.sheet.rows, rows, measured, layouts)
    if not bands:
        return [one]
    starts = [index for index, _ in bands]
    years = dict.fromkeys([*one.meta.years, *(named.year for named in one.meta.months if named.year is not None)])
    parts = []
    if any(not is_blank(cell_at(one.sheet.rows[i], p)) for i in rows if i < starts[0] for p in measured):
        parts.append(replace(one, head=replace(head, end=starts[0])))
    for (start, named), end in zip(bands, [*starts[1:], head.end], strict=True):
        own = replace(head, end=end, passed=head.passed | set(range(head.position + 1, start + 1)))
        months = () if named is None else (named,)
        meta = replace(one.meta, months=months, years=tuple(years), several=named is None)
        parts.append(replace(one, head=own, meta=meta))
    return parts


def _no_table(document: Document, sheet: Sheet, headings: Headings) -> Finding | None:
    """Say why a sheet has no table that can be read; None for an empty sheet."""
    if all(is_blank(cell) for cells in sheet.rows for cell in cells):
        return None
    place = (document.name, sheet.name)
    for index, cells in enumerate(sheet.rows):
        if report := headings.layouts.other_report(cells):
            read = f"{report.title}, bukan capaian KBK; kegunaan: {report.gives}"
            return Finding("sheet_other_report", *place, index + 1, read=read, done=_NOT_USED)
    if (down := figures_down(sheet, headings)) is not None:
        read = f"judul tersusun ke bawah: {', '.join(down[1])}"
        return Finding("sheet_turned", *place, down[0] + 1, read=read, done=_NOT_USED)
    if (row := months_across(sheet)) is not None:
        return Finding("sheet_months_across", *place, row + 1, done=_NOT_USED)
    most = max((headings.roles(cells) for cells in sheet.rows), key=len, default={})
    labels = headings.layouts.labels
    known = ", ".join(dict.fromkeys(labels[role] for role in most.values() if role != "ignored"))
    return Finding("sheet_without_table", *place, read=f"judul yang dikenal: {known or 'tidak ada'}", done=_NOT_USED)


def _head(
    document: Document, sheet: Sheet, block: Block, meta: Meta, headings: Headings
) -> tuple[Head | None, list[Finding]]:
    """Return the columns of a table, each known and standing once; else a finding for everything that is doubtful."""
    layouts = headings.layouts
    place = (document.name, sheet.name, block.bottom + 1)
    heading_row = [cell for row in sheet.rows[block.top : block.bottom + 1] for cell in row]
    if report := layouts.other_report(heading_row):
        read = f"{report.title}, bukan capaian KBK; kegunaan: {report.gives}"
        return None, [Finding("sheet_other_report", *place, read=read, done=_NOT_USED)]
    roles = set(block.roles)
    if (meta.facility or meta.facility_code) and roles.isdisjoint(IDENTITY):
        roles.add("facility_name")
    layout = layouts.match(roles, document.kind)
    if layout is None:
        return None, _missing(document, sheet, block, roles, headings)
    columns, double = _unique(sheet, block)
    if double:
        return None, [
            Finding("sheet_columns_double", *place, read=", ".join(h.text for h in same), done=_declare(same))
            for same in double
        ]
    return _as_head(block, columns, layout, meta), []


def _as_head(block: Block, columns: Sequence[Heading], layout: Layout, meta: Meta) -> Head:
    roles: dict[int, Role] = {h.position: h.reading.role for h in columns if h.reading.role is not None}
    return Head(
        block.bottom, roles, layout, {h.reading.role: h.text for h in columns if h.reading.role is not None},
        block.end, block.span, meta.facility, meta.district, facility_code=meta.facility_code,
    )  # fmt: skip


def _missing(document: Document, sheet: Sheet, block: Block, roles: set[Role], headings: Headings) -> list[Finding]:
    """A finding for each column that may be one of those that are missing, else one that names what is missing."""
    layouts = headings.layouts
    lacking = set(layouts.lacking(roles))
    findings = []
    for heading in block.headings:
        if lacking.isdisjoint(heading.reading.candidates):
            continue
        labels = [layouts.labels[role] for role in heading.reading.candidates]
        lines = " atau ".join(_line(heading.text, label) for label in (*labels, NOT_READ))
        findings.append(
            Finding(
                "sheet_columns_ambiguous", document.name, sheet.name, block.bottom + 1, heading.text,
                read=_may_mean(heading, labels), done=f"{_NOT_USED}; tulis di {SETTINGS_FILE}: {lines}",
                cell=cell_name(block.bottom, heading.position),
            )
        )  # fmt: skip
    if findings:
        return findings
    missing = ", ".join(layouts.missing(roles))
    present = ", ".join(dict.fromkeys(_named(h) for h in block.headings if h.text))
    return [
        Finding(
            "sheet_columns_missing", document.name, sheet.name, block.bottom + 1,
            read=f"tidak ada: {missing}; ada: {present}", done=_NOT_USED,
        )
    ]  # fmt: skip


def _may_mean(heading: Heading, labels: Sequence[str]) -> str:
    told = f"dapat berarti {' atau '.join(labels)}"
    return f"{told}, tetapi {_STRANGER}" if heading.stranger else told


def _named(heading: Heading) -> str:
    return f"{heading.text} ({_STRANGER})" if heading.stranger else heading.text


def _line(heading: str, label: str) -> str:
    """The line of district.yml that declares a column."""
    return f"columns: {{{json.dumps(heading, ensure_ascii=False)}: {label}}}"


def _declare(same: Sequence[Heading]) -> str:
    """What to write for two columns of one meaning: which of them is not read."""
    if len({heading_key(h.text) for h in same}) < len(same):
        return _NOT_USED
    return f"{_NOT_USED}; tulis di {SETTINGS_FILE}: {' atau '.join(_line(h.text, NOT_READ) for h in same)}"


def _unique(sheet: Sheet, block: Block) -> tuple[list[Heading], list[list[Heading]]]:
    """One column for each role: of columns with the same role and content the first, else they are named as double."""
    columns: dict[Role, list[Heading]] = {}
    roles = {heading_key(h.text): h.reading.role for h in block.headings if h.reading.role not in {None, "ignored"}}
    for heading in block.headings:
        # Programs that hold tables number the second heading of a name: "Jumlah Kontak.1".
        again = roles.get(heading_key(heading.text[: n.start()])) if (n := _NUMBERED.search(heading.text)) else None
        role = again if heading.reading.role is None else heading.reading.role
        if role not in {None, "ignored"}:
            columns.setdefault(role, []).append(heading)
    unique, double = [], []
    for same in columns.values():
        contents: dict[tuple[str, ...], Heading] = {}
        for heading in same:
            cells = tuple(
                clean_text(cell_at(row, heading.position)) for row in sheet.rows[block.bottom + 1 : block.end]
            )
            if any(cells):
                contents.setdefault(cells, heading)
        if len(contents) > 1:
            double.append(list(contents.values()))
        unique.append(next((h for h in contents.values() if h.reading.role is not None), same[0]))
    return unique, double


def _table(document: Document, one: _Found, headings: Headings, whole: _Whole) -> tuple[Table, list[Finding]]:
    sheet, head, meta = one.sheet, one.head, one.meta
    spanned = one.across and (meta.several or len(meta.months) > 1)
    said = claims(document.stem, sheet.name, () if spanned else meta.months, one.block.month)
    month_cells = _month_cells(sheet, head)
    month_role = None if all(map(is_blank, month_cells)) else head.month_role
    table = Table(
        sheet.name, head.layout.id, head.layout.numbers, has_month=month_role is not None,
        said=[c for c in said if c.place != "nama berkas"], unknown_headings=_unknown(one.block),
    )  # fmt: skip
    fixed = None
    if month_role is None:
        unsure = _several(one, headings.layouts) or _paid(document, one, headings.layouts, whole.paid_later)
        if unsure:
            place = (document.name, sheet.name, head.position + 1)
            return table, [Finding("sheet_month_unknown", *place, read=unsure, done=_NOT_USED)]
    if month_role is None:
        beside = (year_of(head.year_cell(sheet.rows[index])) for index in head.rows)
        years = (*_years(document, one), *(y for y in beside if y is not None))
        fixed, clash = month_without_column(said, years, whole.years.get(sheet.name))
        if fixed is None:
            kind = "sheet_month_clash" if clash else "sheet_month_unknown"
            return table, [Finding(kind, document.name, sheet.name, head.position + 1, read=clash, done=_NOT_USED)]
    shift = 1 if whole.paid_later and month_role == "month" else 0
    more: list[Finding] = []
    if month_role is not None and not shift and "year" not in head.column:
        head, more = _with_year(document, one)
        month_cells = _month_cells(sheet, head)
    months = MonthColumn(month_cells, whole.orders, said, shift)
    month_of = partial(_service_month, head if month_role else None, fixed, months, shift)
    sheet = whole.corrections.corrected(
        document.name, sheet, head, headings.layouts, month_role=month_role, month_of=month_of
    )
    months = MonthColumn(_month_cells(sheet, head), whole.orders, said, shift)
    reader = Reader(document, sheet, head, headings, month_role, fixed, shift, months)
    for index in head.rows:
        if reader.read(index, sheet.rows[index], table.rows):
            break
    findings = more + reader.findings + reader.summary()
    if table.rows and not any(row.told for row in table.rows):
        done = "lembar yang belum diisi tidak dihitung"
        table.rows.clear()
        return table, [*findings, Finding("sheet_not_filled", document.name, sheet.name, done=done)]
    if not table.rows and not reader.findings:
        findings.append(Finding("sheet_without_rows", document.name, sheet.name, done="tidak ada yang dibaca"))
    if month_role is not None:
        table.rows, more = _agreeing(document.name, sheet.name, table)
        findings += more
        table.rows, more = _of_told_years(document.name, sheet.name, table.rows, _years(document, one))
        findings += more
        table.rows, more = _not_added_up(document.name, one, table.rows, headings.layouts)
        findings += more
        corrected = {n for n in head.rows if head.month_cell(one.sheet.rows[n]) != head.month_cell(sheet.rows[n])}
        table.rows, more = _without_stray(table.rows, {index + 1 for index in corrected})
        findings += more
    table.rows, more = _over(document.name, sheet.name, table.rows, meta.until)
    return table, findings + more


def _over(file: str, sheet: str, rows: Sequence[Row], until: dt.date | None) -> tuple[list[Row], list[Finding]]:
    """Leave out months that were not over when the figures were taken, and those more than a year after today.

    until: day within a month up to which the title says that they reach; None where it names none.
    """
    last = pd.Period(dt.date.today(), "M") + 12
    going_on = None if until is None else pd.Period(until, "M")
    findings = []
    for month in sorted({row.month for row in rows}):
        if month == going_on:
            read = f"judul tabel menyebut keadaan sampai {shown(until)}"
            findings.append(Finding("month_not_over", file, sheet, read=read, done=_NOT_USED, month=str(month)))
        elif month > last:
            read, done = month_label(month), "baris bulan itu tidak dipakai"
            findings.append(Finding("month_to_come", file, sheet, read=read, done=done, month=str(month)))
    left_out = {finding.month for finding in findings}
    return [row for row in rows if str(row.month) not in left_out], findings


def _years(document: Document, one: _Found) -> tuple[int, ...]:
    """Years that stand in the names of file and sheet, and apart from a month, or in a span of months, in the title."""
    span = (named.year for named in one.meta.months if one.across and named.year is not None)
    return (*years_in(document.stem), *years_in(one.sheet.name), *one.meta.years, *span)


def _with_year(document: Document, one: _Found) -> tuple[Head, list[Finding]]:
    """Give months without a year that of file name, sheet name and title, where they tell a single one.

    A payment month is left alone: December paid in January stands under the title of either year.
    """
    sheet, head = one.sheet, one.head
    dated = (*months_in(document.stem), *months_in(sheet.name), *one.meta.months)
    told = {*_years(document, one), *(named.year for named in dated if named.year is not None)}
    filled = (i for i in head.rows if sum(not is_blank(cell) for cell in sheet.rows[i]) >= FEWEST_HEADINGS)
    month_cells = [head.month_cell(sheet.rows[index]) for index in filled]
    year = year_without_column(month_cells, told)
    if year is None or head.month_role is None:
        return head, []
    cells = dict.fromkeys(shown(cell) for cell in month_cells if not is_blank(cell))
    finding = Finding(
        "month_year_from_names", document.name, sheet.name, head.position + 1, head.headings[head.month_role],
        read=", ".join(cells), done=f"dibaca sebagai bulan tahun {year}",
        cell=cell_name(head.position, head.column[head.month_role]),
    )  # fmt: skip
    return replace(head, year=year), [finding]


def _several(one: _Found, layouts: Layouts) -> str:
    """Say why a table is not of the one month that its file may name; empty where nothing speaks against it."""
    name = one.sheet.name
    if one.across:
        return ""
    if one.meta.several or len(one.meta.months) > 1:
        return "judul tabel menyebut beberapa bulan atau bulan terdahulu"
    if layouts.tells_several(name) or len(months_in(name)) > 1:
        return "nama lembar menyebut beberapa bulan atau bulan terdahulu"
    if one.block.title and one.meta.period and not one.meta.months:
        return "keterangan waktu di atas tabel ini tidak menyebut bulannya"
    return ""


def _paid(document: Document, one: _Found, layouts: Layouts, paid_later: bool) -> str:
    """Say where the only month that is named is that of a payment; empty where none is.

    paid_later: True where Bulan Kapitasi holds the payment month.
    """
    named = (
        ("judul tabel", one.meta.paid or (one.meta.capitation and paid_later)),
        ("nama lembar", bool(months_in(one.sheet.name)) and layouts.tells_payment(one.sheet.name)),
        ("nama berkas", bool(months_in(document.stem)) and layouts.tells_payment(document.stem)),
    )
    return next((f"{place} menyebut bulan pembayaran" for place, is_paid in named if is_paid), "")


def _of_told_years(file: str, sheet: str, rows: list[Row], years: Sequence[int]) -> tuple[list[Row], list[Finding]]:
    """Refuse a table whose month column holds none of the years that file name, sheet name and title tell.

    A spreadsheet gives "1 Mei" the year in which it is typed. December may stand in a file of the next year.
    """
    held = {month.year for row in rows for month in (row.raw_month, row.month, row.month + 1)}
    if not rows or not years or not held.isdisjoint(years):
        return rows, []
    told = ", ".join(map(str, sorted(set(years))))
    read = f"nama berkas, nama lembar, atau judul menyebut tahun {told}; kolom bulan berisi {_months(rows)}"
    return [], [Finding("sheet_month_clash", file, sheet, read=read, done=_NOT_USED)]


def _not_added_up(file: str, one: _Found, rows: list[Row], layouts: Layouts) -> tuple[list[Row], list[Finding]]:
    """Refuse a table of one month whose title or sheet name tells that its figures were added up since another."""
    if len({row.month for row in rows}) != 1 or not (one.meta.sums or layouts.tells_sums(one.sheet.name)):
        return rows, []
    read = "nama lembar atau judul tabel menyebut angka kumulatif"
    return [], [Finding("sheet_month_unknown", file, one.sheet.name, one.head.position + 1, read=read, done=_NOT_USED)]


def _without_stray(rows: list[Row], declared: Collection[int]) -> tuple[list[Row], list[Finding]]:
    """Leave out a row whose month is its own alone, where all other facilities stand in one month and it does not.

    declared: numbers of the rows whose month district.yml corrects.
    """
    months: dict[pd.Period, list[Row]] = {}
    for row in rows:
        months.setdefault(row.month, []).append(row)
    usual = max(months.values(), key=len, default=[])
    if len(usual) < _FEWEST_OF_A_MONTH or len(usual) + 1 != len(rows):
        return rows, []
    (stray,) = (row for row in rows if row.month != usual[0].month)
    if stray.row in declared or any((row.code, row.name) == (stray.code, stray.name) for row in usual):
        return rows, []
    read = f"{month_label(stray.raw_month)}; semua baris lain {month_label(usual[0].raw_month)}"
    return usual, [stray.finding("row_month_stray", "month", "service_month", read=read, done="baris tidak dipakai")]


def _month_cells(sheet: Sheet, head: Head) -> list[Cell]:
    if head.month_role is None:
        return []
    return [head.month_cell(sheet.rows[index]) for index in head.rows]


def _service_month(
    head: Head | None, fixed: pd.Period | None, months: MonthColumn, shift: int, cells: Sequence[Cell]
) -> pd.Period | None:
    """Return the service month of a row; None where its month cell cannot be read."""
    if head is None:
        return fixed
    month = months.read(head.month_cell(cells)).month
    return None if month is None else month - shift


def _unknown(block: Block) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_named(h) for h in block.headings if h.reading.role is None and h.text))


def _agreeing(file: str, sheet: str, table: Table) -> tuple[list[Row], list[Finding]]:
    """Return the rows that no name of the sheet contradicts; where most agree, only the others are left out."""
    rows, findings = table.rows, []
    for claim in table.said:
        good = [row for row in rows if claim.agrees(row.raw_month, row.month)]
        if len(good) == len(rows):
            continue
        if not good:
            read = f"{claim.text}, kolom bulan berisi {_months(rows)}"
            return [], [Finding("sheet_month_clash", file, sheet, read=read, done=_NOT_USED)]
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
        Finding("sheet_month_clash", document.name, table.sheet, read=read, done=_NOT_USED)
        for table in tables
        if table.has_month
    ]
    return [table for table in tables if not table.has_month], findings


def _without_recaps(document: Document, found: list[_Found], layouts: Layouts) -> tuple[list[_Found], list[Finding]]:
    """Leave out sheets named as a summary that have no month of their own, where other sheets hold facilities.

    Sheets named as a plan or an exercise are left out wherever they stand.
    """
    plans = [one for one in found if layouts.is_plan(one.sheet.name) or layouts.is_plan(document.stem, of_file=True)]
    names = dict.fromkeys(one.sheet.name for one in plans)
    planned = [
        Finding("sheet_of_plans", document.name, n, read=n if layouts.is_plan(n) else document.stem, done=_NOT_USED)
        for n in names
    ]
    found = [one for one in found if one.sheet.name not in names]
    recaps = [one for one in found if layouts.is_recap(one.sheet.name) and not one.has_month]
    if len(recaps) == len(found):
        return found, planned
    names = dict.fromkeys(one.sheet.name for one in recaps)
    left_out = set(map(id, recaps))
    findings = [Finding("sheet_recap", document.name, name, done="lembar tidak dihitung") for name in names]
    return [one for one in found if id(one) not in left_out], planned + findings


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
