"""The start of a new district: its folder, its settings, and a workbook to fill in where there is no export of BPJS."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from analysis import texts
from analysis.errors import ParameterError
from analysis.extents import cell_name
from analysis.named_districts import AREAS_FILE
from analysis.paper import fit_to_paper
from analysis.periods import MONTH_NAMES
from analysis.plain_words import words
from analysis.private_folders import told
from analysis.values import EARLIEST_YEAR, LATEST_YEAR
from analysis.workspace import SETTINGS_FILE, Workspace, checked_slug

PUSKESMAS_FILE = "puskesmas.csv"
_SPARE_ROWS = 20
_GUIDE_WIDTH, _LINE_HEIGHT = 76, 15
"""Characters in a line of the instructions, and the height of one in points."""
_LEVEL_WORDS = {"kabupaten": "Kabupaten", "kota": "Kota", "provinsi": "Provinsi"}
_COUNTS = (
    "Jumlah Kontak", "Peserta Terdaftar", "Kasus Non Spesialistik", "Jumlah Rujukan",
    "Prolanis DM Terkendali", "Peserta Diagnosa DM", "Prolanis HT Terkendali", "Peserta Diagnosa HT",
)  # fmt: skip
_RATIOS = (("Angka Kontak", 1000, 0), ("RRNS", 100, 2), ("RPPT DM", 100, 4), ("RPPT HT", 100, 6))
"""Heading, factor, and position of the numerator among the counts; the denominator stands beside it."""
_FACILITIES, _FIRST = "Daftar FKTP", 5
"""Sheet with the facilities, and the column of the first count in a month's sheet (from 0)."""


@dataclass(frozen=True)
class Area:
    """A district as the reference data know it; empty texts where they do not."""

    name: str
    level: str
    kemendagri: str = ""
    bps: str = ""


def area_of(reference: Path, slug: str, name: str = "", level: str = "") -> Area:
    """Return what is known of the district of a folder's name.

    reference: folder with kabkota.csv. name, level: as the analyst wrote them; else from the reference data, else made
    of the folder's name.
    Raises ParameterError where nothing tells a district from a city.
    """
    with (reference / AREAS_FILE).open(encoding="utf-8-sig", newline="") as stream:
        known = list(csv.DictReader(stream))
    wanted = words(name) or words(slug)
    found = [
        (row, kind)
        for row in known
        if wanted in {words(row["nama_kabkota"]), words(_bare(row["nama_kabkota"]))}
        and level in {"", kind := "kota" if row["nama_kabkota"].startswith("Kota ") else "kabupaten"}
    ]
    if len(found) == 1:
        row, own = found[0]
        return Area(name or row["nama_kabkota"], own, row["kode_kabkota"], row["kode_bps"])
    first = wanted.split(" ", 1)[0]
    own = level or next((key for key in _LEVEL_WORDS if first == key), "")
    if not own:
        raise ParameterError(
            f"Belum diketahui apakah {slug} kabupaten, kota, atau provinsi. Tulis tingkatnya, misalnya: "
            f"make new DISTRICT={slug} LEVEL=kabupaten (atau: kbk new {slug} --level kabupaten)"
        )
    if not name:
        rest = slug.removeprefix(f"{own}-").replace("-", " ").title()
        name = f"{_LEVEL_WORDS[own]} {rest}"
    return Area(name, own)


def _bare(name: str) -> str:
    return name.removeprefix("Kabupaten ").removeprefix("Kota ")


def start_district(workspace: Workspace, slug: str, year: int, name: str = "", level: str = "") -> list[Path]:
    """Make the folder of a district with what it lacks of district.yml and a template; return the files made.

    year: of the template's months. name, level: as in district.yml; default as the reference data have them.
    Nothing that is there already is changed: an existing file is left out of what is returned.
    Raises ParameterError for a name that is no folder's, an unknown level or year, PublishError where disk or
    permissions refuse.
    """
    folder = workspace.raw / checked_slug(slug)
    if level and level not in _LEVEL_WORDS:
        raise ParameterError(f"Tingkat “{level}” tidak dikenal. Yang ada: {', '.join(_LEVEL_WORDS)}.")
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ParameterError(f"Tahun {year} tidak dapat dipakai; tulis tahun antara {EARLIEST_YEAR} dan {LATEST_YEAR}.")
    area = area_of(workspace.reference, slug, name, level)
    made = []
    with told("Folder daerah baru", "data/raw"):
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / SETTINGS_FILE
        if not settings.exists():
            settings.write_text(_settings(area), encoding="utf-8", newline="\n")
            made.append(settings)
        template = folder / f"Isian KBK {year}.xlsx"
        if not template.exists():
            write_template(template, area, year, puskesmas_of(workspace.reference, area.kemendagri))
            made.append(template)
    return made


def _settings(area: Area) -> str:
    codes = f'codes: {{kemendagri: "{area.kemendagri}", bps: "{area.bps}"}}\n' if area.kemendagri else ""
    quoted = area.name.replace("\\", "\\\\").replace('"', '\\"')
    return texts.NEW_SETTINGS.format(name=f'"{quoted}"', level=area.level, codes=codes)


def puskesmas_of(reference: Path, kemendagri: str) -> list[str]:
    """Return the names of the puskesmas of a district in the ministry's list; empty where it does not hold them."""
    with (reference / PUSKESMAS_FILE).open(encoding="utf-8-sig", newline="") as stream:
        return [
            row["nama_puskesmas"] for row in csv.DictReader(stream) if kemendagri and row["kode_kabkota"] == kemendagri
        ]


def write_template(path: Path, area: Area, year: int, names: Sequence[str]) -> None:
    """Write the workbook to fill in: instructions, the list of facilities, and a sheet for each month.

    The sheets take code, name and type from the list, refuse what is no count, and colour a numerator above its
    denominator; a month that is not filled in yet is left alone by the reader.
    """
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": texts.TEMPLATE_TITLE.format(district=area.name, year=year)})
        guide = book.add_worksheet("Petunjuk")
        guide.set_column(0, 0, _GUIDE_WIDTH)
        fit_to_paper(guide, wide=False)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        guide.write_string(0, 0, texts.TEMPLATE_TITLE.format(district=area.name, year=year), title)
        for line, text in enumerate(texts.TEMPLATE_GUIDE, start=2):
            guide.set_row(line, _LINE_HEIGHT * (1 + len(text) // _GUIDE_WIDTH) + 4)
            guide.write_string(line, 0, text, wrapped)
        _facility_sheet(book, names)
        for month in range(1, 13):
            _month_sheet(book, area, dt.date(year, month, 1), names)


def _facility_sheet(book: Workbook, names: Sequence[str]) -> None:
    sheet = book.add_worksheet(_FACILITIES)
    heading, text = _heading(book), book.add_format({"num_format": "@", "bg_color": "#fff8dc", "border": 1})
    for column, (words_, width) in enumerate((("Kode PPK", 14), ("Nama FKTP", 40), ("Jenis FKTP", 24))):
        sheet.write_string(0, column, words_, heading)
        sheet.set_column(column, column, width)
    last = len(names) + _SPARE_ROWS
    for row in range(1, last + 1):
        name = names[row - 1] if row <= len(names) else ""
        for column, cell in enumerate(("", name, "Puskesmas" if name else "")):
            sheet.write(row, column, cell or None, text)
    sheet.data_validation(
        1, 2, last, 2, {"validate": "list", "source": list(texts.TEMPLATE_TYPES), "ignore_blank": True}
    )
    sheet.freeze_panes(1, 0)
    fit_to_paper(sheet, wide=False)
    sheet.repeat_rows(0)


_EMPTY = " "
"""Stored value of a formula that gives an empty text: with none at all, a reader could not tell it from a lost one."""


def _month_sheet(book: Workbook, area: Area, month: dt.date, names: Sequence[str]) -> None:
    sheet = book.add_worksheet(f"{MONTH_NAMES[month.month - 1]} {month.year}")
    heading = _heading(book)
    number = book.add_format({"num_format": "#,##0", "bg_color": "#fff8dc", "border": 1, "locked": False})
    ratio, date = (
        book.add_format({"num_format": "0.00"}),
        book.add_format({"num_format": "[$-421]mmmm yyyy", "align": "left"}),
    )
    headings = ["Bulan Pelayanan", "KAB/KOTA", "Kode PPK", "Nama FKTP", "Jenis FKTP", *_COUNTS]
    headings += [name for name, _, _ in _RATIOS]
    for column, text in enumerate(headings):
        sheet.write_string(0, column, text, heading)
    serial = (month - dt.date(1899, 12, 30)).days
    rows = len(names) + _SPARE_ROWS
    for row in range(1, rows + 1):
        name = names[row - 1] if row <= len(names) else ""
        listed = f"'{_FACILITIES}'!B{row + 1}"
        quoted = area.name.upper().replace('"', '""')
        sheet.write_formula(row, 0, f'=IF({listed}="","",{serial})', date, serial if name else _EMPTY)
        sheet.write_formula(row, 1, f'=IF({listed}="","","{quoted}")', None, area.name.upper() if name else _EMPTY)
        for column, letter, value in ((2, "A", ""), (3, "B", name), (4, "C", "Puskesmas" if name else "")):
            source = f"'{_FACILITIES}'!{letter}{row + 1}"
            sheet.write_formula(row, column, f'=IF({source}="","",{source})', None, value or _EMPTY)
        for column in range(_FIRST, _FIRST + len(_COUNTS)):
            sheet.write_blank(row, column, None, number)
        for place, (_, factor, numerator) in enumerate(_RATIOS):
            top, bottom = (cell_name(row, _FIRST + numerator + i) for i in (0, 1))
            formula = f'=IF(OR({top}="",{bottom}="",{bottom}=0),"",{top}/{bottom}*{factor})'
            sheet.write_formula(row, _FIRST + len(_COUNTS) + place, formula, ratio, _EMPTY)
    _guard(book, sheet, rows)
    sheet.set_row(0, 46)
    for first, last, width in ((0, 0, 15), (1, 1, 24), (2, 2, 11), (3, 3, 34), (4, 4, 14), (5, 16, 12)):
        sheet.set_column(first, last, width)
    sheet.freeze_panes(1, 4)
    fit_to_paper(sheet)
    sheet.repeat_rows(0)


def _guard(book: Workbook, sheet: Worksheet, rows: int) -> None:
    """Refuse what is no count, and colour a numerator above its denominator."""
    sheet.data_validation(
        1, _FIRST, rows, _FIRST + len(_COUNTS) - 1,
        {
            "validate": "integer", "criteria": ">=", "value": 0, "ignore_blank": True,
            "error_title": "Bukan jumlah", "error_message": texts.TEMPLATE_ONLY_COUNTS,
        },
    )  # fmt: skip
    wrong = book.add_format({"bg_color": "#f4b6a6"})
    for _, _, numerator in _RATIOS:
        top, bottom = (xl_col_to_name(_FIRST + numerator + i) for i in (0, 1))
        rule = {"type": "formula", "criteria": f'=AND(${bottom}2<>"",${top}2>${bottom}2)', "format": wrong}
        sheet.conditional_format(1, _FIRST + numerator, rows, _FIRST + numerator + 1, rule)


def _heading(book: Workbook) -> Format:
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#e3e7eb"})
