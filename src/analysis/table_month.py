"""The service month of a whole table before its rows are read: from its column, or from the names beside it.

A month column decides row by row; where it names months without a year, the names may complete it. Where there is none,
file name, sheet name, title and headings must name one month and say nothing that speaks against it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.blocks import FEWEST_HEADINGS
from analysis.column_months import year_of, year_without_column
from analysis.extents import cell_name
from analysis.found_tables import Found
from analysis.layouts import Layouts, Role
from analysis.ledger import Finding
from analysis.months import Claim, claims, month_without_column, years_by_order, years_over_new_year
from analysis.periods import month_label
from analysis.rows import Head
from analysis.sheets import SHEET_NOT_USED, Document
from analysis.values import NamedMonth, is_blank, names_a_day, shown, years_in


@dataclass(frozen=True)
class SheetMonths:
    """What the names of the sheets of a file say about months.

    named: name → the months in it. coded: names that are a mark and a number. years: of sheets named by a month alone
    whose year follows from their order. turned: sheets that are of two years, NOV, DES, JAN → year, where one of
    them names its own.
    """

    named: Mapping[str, tuple[NamedMonth, ...]]
    coded: Collection[str]
    years: Mapping[str, int]
    turned: Mapping[str, int | None] = field(default_factory=dict)


def months_of_sheets(names: Sequence[str], layouts: Layouts) -> SheetMonths:
    """Return what the names of sheets, in the order of the workbook, say about months."""
    codes = layouts.month_codes(names)
    named = {name: (codes[name],) if name in codes else layouts.months_of_name(name) for name in names}
    alone = {name: found[0] for name in names if len(found := named[name]) == 1}
    turned = dict(zip(alone, years_over_new_year(list(alone.values())), strict=False))
    years = years_by_order([(name, named[name]) for name in names])
    return SheetMonths(named, codes.keys(), years, {name: y for name, y in turned.items() if name not in years})


@dataclass(frozen=True)
class TableMonth:
    """What decides about the month of the rows of a table.

    said: what the names beside it claim. head: its columns, with the year that completes its months.
    role: the column that decides; fixed: the one month of all rows. Both are None for a table that is refused.
    shift: months by which the column is later than the service month.
    """

    said: list[Claim]
    head: Head
    role: Role | None = None
    fixed: pd.Period | None = None
    shift: int = 0

    @property
    def refused(self) -> bool:
        """True where the month is not known."""
        return self.role is None and self.fixed is None


def month_of_table(
    document: Document, one: Found, layouts: Layouts, *, paid_later: bool, sheets: SheetMonths
) -> tuple[TableMonth, list[Finding]]:
    """Return what decides about the month of a table, and findings for a month that is unknown or was completed.

    paid_later: True where the column Bulan Kapitasi holds the payment month.
    sheets: what the names of all sheets say.
    """
    sheet, head = one.sheet, one.head
    spanned = one.across and (one.meta.several or len(one.meta.months) > 1)
    said = claims(
        layouts.months_of_file(document.stem),
        sheets.named[sheet.name],
        () if spanned else one.meta.months,
        one.block.month,
    )
    if not said and one.meta.closing is not None:
        said = claims((), title=(one.meta.closing,))
    if other := _other_figures(one, layouts):
        place = (document.name, sheet.name, head.position + 1)
        return TableMonth(said, head), [Finding("sheet_of_other_figures", *place, read=other, done=SHEET_NOT_USED)]
    role = None if all(map(is_blank, one.month_cells)) else head.month_role
    month = TableMonth(said, head, role)
    if role is not None:
        shift = 1 if paid_later and role == "month" else 0
        head, findings = (head, []) if shift or "year" in head.column else _with_year(document, one, layouts, sheets)
        return replace(month, head=head, shift=shift), findings
    place = (document.name, sheet.name, head.position + 1)
    of_file = _of_file(document, said, layouts)
    beside = (year_of(head.year_cell(sheet.rows[index])) for index in head.rows)
    told = (*told_years(document, one, layouts), *(year for year in beside if year is not None))
    several = of_file or _several(one, layouts, sheets) or _turned(one, said, sheets, told)
    if unsure := several or _paid(document, one, layouts, paid_later):
        return month, [Finding("sheet_month_unknown", *place, read=unsure, done=SHEET_NOT_USED)]
    fixed, clash = month_without_column(said, told, sheets.years.get(sheet.name))
    if fixed is not None:
        clash = _other_year(document, one, fixed, layouts)
    if fixed is None or clash:
        kind = "sheet_month_clash" if clash else "sheet_month_unknown"
        return month, [Finding(kind, *place, read=clash, done=SHEET_NOT_USED)]
    if sheet.name not in sheets.coded:
        return replace(month, fixed=fixed), []
    done = f"dibaca sebagai {month_label(fixed)}"
    return replace(month, fixed=fixed), [Finding("sheet_month_code", *place[:2], read=sheet.name, done=done)]


def told_years(document: Document, one: Found, layouts: Layouts) -> tuple[int, ...]:
    """Return the years in the names of file and sheet, and in the title apart from a month or in a span of months."""
    span = (named.year for named in one.meta.months if one.across and named.year is not None)
    return (*years_in(layouts.without_printing(document.stem)), *years_in(one.sheet.name), *one.meta.years, *span)


def _with_year(document: Document, one: Found, layouts: Layouts, sheets: SheetMonths) -> tuple[Head, list[Finding]]:
    """Give months without a year that of file name, sheet name and title, where they tell a single one.

    A payment month is left alone: December paid in January stands under the title of either year.
    """
    sheet, head = one.sheet, one.head
    dated = (*layouts.months_of_file(document.stem), *sheets.named[sheet.name], *one.meta.months)
    told = {*told_years(document, one, layouts), *(named.year for named in dated if named.year is not None)}
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


def _several(one: Found, layouts: Layouts, sheets: SheetMonths) -> str:
    """Say why a table is not of the one month that its file may name; empty where nothing speaks against it."""
    name = one.sheet.name
    if one.across:
        return ""
    if one.meta.several or len(one.meta.months) > 1:
        return "judul atau catatan tabel menyebut beberapa bulan atau bulan terdahulu"
    if layouts.tells_several(name) or len(sheets.named[name]) > 1:
        return "nama lembar menyebut beberapa bulan atau bulan terdahulu"
    if one.block.title and one.meta.period and not one.meta.months:
        return "keterangan waktu di atas tabel ini tidak menyebut bulannya"
    return ""


def _turned(one: Found, said: Sequence[Claim], sheets: SheetMonths, told: Collection[int]) -> str:
    """Say why a year that is told once for all months is not that of each of them; empty where nothing says so."""
    name = one.sheet.name
    if any(claim.named.year is not None for claim in said) or not told:
        return ""
    if one.turned and set(told) != {one.year}:
        return "bulan-bulan yang berjajar melewati pergantian tahun, tahunnya tidak tertulis"
    if name in sheets.turned and not one.meta.years and set(told) != {sheets.turned[name]}:
        return "urutan lembar melewati pergantian tahun, tahunnya tidak tertulis"
    return ""


def _of_file(document: Document, said: Sequence[Claim], layouts: Layouts) -> str:
    """Say why a month that the name of the file alone tells is not the only one; empty where nothing speaks so.

    A cumulative workbook may bear the span of its sheets in its name: these name their own months.
    """
    alone = bool(said) and all(claim.place == "nama berkas" for claim in said)
    if alone and (layouts.tells_several(document.stem) or layouts.other_figures(document.stem)):
        return "nama berkas menyebut beberapa bulan, sebagian bulan, perkiraan, rata-rata, atau sebagian peserta"
    if alone and names_a_day(layouts.without_printing(document.stem)):
        return "nama berkas menyebut satu hari, yang mungkin hari unduhnya"
    return ""


def _other_figures(one: Found, layouts: Layouts) -> str:
    """Say where it is told that the figures are not those of a whole month; empty where nothing says so."""
    if one.meta.other:
        return "judul tabel menyebut sebagian bulan, perkiraan, rata-rata, ribuan, atau sebagian peserta"
    if layouts.other_figures(one.sheet.name):
        return f"nama lembar “{one.sheet.name}”"
    return ""


def _other_year(document: Document, one: Found, month: pd.Period, layouts: Layouts) -> str:
    """Say where other years stand than that of the month; empty where none do.

    December may stand in a file of the next year; "2022-2024" is a span.
    """
    places = (
        ("nama berkas", years_in(layouts.without_printing(document.stem))),
        ("nama lembar", years_in(one.sheet.name)),
        ("judul tabel", one.meta.years),
    )
    for place, years in places:
        if years and not min(years) <= month.year <= max(years) and (month + 1).year not in years:
            return f"{month_label(month)}; {place} menyebut tahun {', '.join(map(str, years))}"
    return ""


def _paid(document: Document, one: Found, layouts: Layouts, paid_later: bool) -> str:
    """Say where the only month that is named is that of a payment; empty where none is.

    paid_later: True where Bulan Kapitasi holds the payment month.
    """
    named = (
        ("judul tabel", one.meta.paid or (one.meta.capitation and paid_later)),
        ("nama lembar", bool(layouts.months_of_name(one.sheet.name)) and layouts.tells_payment(one.sheet.name)),
        ("nama berkas", bool(layouts.months_of_file(document.stem)) and layouts.tells_payment(document.stem)),
    )
    return next((f"{place} menyebut bulan pembayaran" for place, is_paid in named if is_paid), "")
