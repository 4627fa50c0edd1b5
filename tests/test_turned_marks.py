"""What is known of single cells, their comments and formulas, when the table around them is set upright."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.workbook import Workbook

from analysis.clean import Cleaned, clean_district
from analysis.workspace import Workspace

NAMES = (
    "Jumlah Peserta Terdaftar", "Jumlah Kontak", "Jumlah Rujukan", "Jumlah Rujukan Non Spesialistik",
    "Peserta DM Terdaftar", "Peserta DM Terkendali", "Peserta HT Terdaftar", "Peserta HT Terkendali",
)  # fmt: skip
COUNTS = (12000, 1900, 240, 15, 230, 30, 370, 45)
CONTACTS_OF_MARCH = 1902
TURNED: list[list[object]] = [
    ["KARTU CAPAIAN KBK TAHUN 2024"], ["Nama FKTP", ":", "PUSKESMAS MELIAU"], ["Kode FKTP", ":", "0114A026"], [],
    ["Indikator", "Jan", "Feb", "Mar"],
    *([name, count, count + 1, count + 2] for name, count in zip(NAMES, COUNTS, strict=True)),
]  # fmt: skip
LONG: list[list[object]] = [
    ["Kode PPK", "Nama FKTP", "Bulan", "Indikator", "Nilai"],
    *(
        ["0114A026", "PUSKESMAS MELIAU", month, name, count + add]
        for add, month in enumerate(("Januari 2024", "Februari 2024", "Maret 2024"))
        for name, count in zip(NAMES, COUNTS, strict=True)
    ),
]
# contacts of March: the third month below the second name, and the second name of the third month
PLACES = {"turned": (TURNED, "D7"), "long": (LONG, "E19")}


def read(
    tmp_path: Path, rows: Sequence[Sequence[object]], place: str, *, comment: str = "", formula: str = ""
) -> Cleaned:
    """Clean a district with one workbook, a cell of which has a comment or is a formula with its value beside it."""
    folder = Workspace(tmp_path).raw_of("sanggau")
    folder.mkdir(parents=True)
    (folder / "district.yml").write_text("name: Kabupaten Sanggau\nlevel: kabupaten\n", encoding="utf-8")
    row, column = xl_cell_to_rowcol(place)
    assert rows[row][column] == CONTACTS_OF_MARCH
    with Workbook(str(folder / "kartu 2024.xlsx")) as book:
        sheet = book.add_worksheet("Kartu")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
        if comment:
            sheet.write_comment(place, comment)
        if formula:
            sheet.write_formula(place, formula, None, CONTACTS_OF_MARCH)
        book.add_worksheet("Februari")
    return clean_district(Workspace(tmp_path), "sanggau", today=dt.date(2026, 11, 27))


@pytest.mark.parametrize("shape", PLACES)
def test_a_comment_goes_with_its_cell(tmp_path: Path, shape: str) -> None:
    ledger = read(tmp_path, *PLACES[shape], comment="data sementara").ledger
    told = ledger[ledger["kind"] == "figures_provisional"]
    assert told[["month", "column"]].to_numpy().tolist() == [["2024-03", "Jumlah Kontak"]]


@pytest.mark.parametrize("shape", PLACES)
def test_a_figure_that_another_sheet_repeats_goes_with_its_cell(tmp_path: Path, shape: str) -> None:
    table = read(tmp_path, *PLACES[shape], formula="=Februari!C7").table
    assert table["contacts"].isna().tolist() == [False, False, True]
    assert table["registered"].tolist() == [12000, 12001, 12002]
