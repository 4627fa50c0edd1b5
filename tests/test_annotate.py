"""Annotated copies: the doubtful cells of a file, coloured at the addresses where they stand in the source."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import small_district
from openpyxl.worksheet.worksheet import Worksheet

from analysis.annotate import FOLDER, LIST_SHEET, write_annotated
from analysis.clean import clean_district
from analysis.errors import PublishError
from analysis.findings import load_kinds
from analysis.workspace import PROJECT, Workspace

KINDS = load_kinds(PROJECT / "data" / "reference")
RED, YELLOW = "FFF4B6A6", "FFFFE28A"


def doubtful(root: Path) -> Path:
    """A workbook whose contacts of the first facility in January 2024 are a dash and of the second above registered."""
    folder = small_district.write(root, years=(2024,))
    path = folder / "Capaian KBK 2024.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["01 2024"]
    sheet["F2"], sheet["F3"] = "-", 3001
    sheet["A7"] = "Petugas: SITI CONTOH, 081234567890"
    book.save(path)
    return path


def copies(root: Path, banner: str = "") -> list[Path]:
    workspace = Workspace(root)
    cleaned = clean_district(workspace, small_district.SLUG)
    folder = workspace.processed_of(small_district.SLUG)
    return write_annotated(cleaned.rows, cleaned.ledger, KINDS, folder, banner)


def fill(sheet: Worksheet, cell: str) -> str:
    return str(sheet[cell].fill.start_color.rgb)


def test_a_doubtful_cell_is_coloured_where_it_stands_and_says_what_to_do(tmp_path: Path) -> None:
    doubtful(tmp_path)
    (path,) = copies(tmp_path)
    sheet = openpyxl.load_workbook(path)["01 2024"]
    assert [cell.value for cell in sheet[1]][:13] == small_district.HEADINGS[:13]
    assert (sheet["F2"].value, fill(sheet, "F2")) == ("-", YELLOW)
    assert "Peringatan: Tanda tanpa nilai" in sheet["F2"].comment.text
    assert "Minta angkanya kepada BPJS" in sheet["F2"].comment.text
    # A numerator above its denominator concerns both cells: contacts in F, registered in G.
    assert [(sheet[c].value, fill(sheet, c)) for c in ("F3", "G3")] == [(3001, RED), (3000, RED)]
    assert "3001 > 3000" in sheet["G3"].comment.text
    assert (sheet["F4"].value, sheet["F4"].comment, fill(sheet, "F4")) == (300, None, "00000000")


def test_the_list_names_every_finding_and_leads_to_its_cell(tmp_path: Path) -> None:
    doubtful(tmp_path)
    (path,) = copies(tmp_path)
    sheet = openpyxl.load_workbook(path)[LIST_SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    first = next(row for row in rows if row[6] == "Pembilang melebihi penyebut")
    assert first[:8] == [
        1, "Galat", "01 2024", "F3, G3", "Puskesmas Bukit Tinggi", "Januari 2024", "Pembilang melebihi penyebut",
        "3001 > 3000",
    ]  # fmt: skip
    assert sheet["D6"].hyperlink.location == "'01 2024'!F3"
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), key=["Galat", "Peringatan", "Catatan"].index)


def test_a_row_of_the_list_is_as_high_as_its_text(tmp_path: Path) -> None:
    doubtful(tmp_path)
    (path,) = copies(tmp_path)
    sheet = openpyxl.load_workbook(path)[LIST_SHEET]
    heights = {sheet.cell(row, 10).value: sheet.row_dimensions[row].height or 15 for row in range(6, sheet.max_row + 1)}
    # a column of 44 digits takes 40 letters in one line, 57 in two; a line of Excel is 15 points high
    assert heights["Minta perbaikan kedua angka kepada BPJS."] == 15
    assert heights["Minta angkanya kepada BPJS; bila nol, mintalah ditulis 0."] == 30


def test_a_heading_is_as_high_as_its_words_and_stays_in_sight(tmp_path: Path) -> None:
    doubtful(tmp_path)
    (path,) = copies(tmp_path)
    sheet = openpyxl.load_workbook(path)["01 2024"]
    # "Jumlah Kasus Non Spesialistik" and "Peserta Prolanis HT Terkendali" take more than one line of 14 digits
    assert sheet.row_dimensions[1].height >= 30
    assert sheet.freeze_panes == "A2"
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToHeight, int(setup.paperSize)) == ("landscape", 0, 9)  # 9: A4


def test_nothing_but_known_columns_is_copied(tmp_path: Path) -> None:
    doubtful(tmp_path)
    (path,) = copies(tmp_path)
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                text = f"{cell.value} {cell.comment.text if cell.comment else ''}"
                assert "SITI" not in text
                assert "081234567890" not in text


def test_what_looks_like_a_formula_stays_text_in_cells_and_notes(tmp_path: Path) -> None:
    path = doubtful(tmp_path)
    book = openpyxl.load_workbook(path)
    name = book["01 2024"]["D2"]
    name.value, name.data_type = "=HYPERLINK(1)", "s"
    count = book["01 2024"]["H2"]
    count.value, count.data_type = "=cmd|' /C calc'!A0", "s"
    book.save(path)
    (made,) = copies(tmp_path)
    sheet = openpyxl.load_workbook(made)["01 2024"]
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=HYPERLINK(1)", "s")
    assert (sheet["H2"].value, sheet["H2"].data_type) == ("=cmd|' /C calc'!A0", "s")


def test_every_sheet_of_simulated_data_says_so(tmp_path: Path) -> None:
    doubtful(tmp_path)
    (path,) = copies(tmp_path, "DATA SIMULASI")
    for sheet in openpyxl.load_workbook(path):
        assert "DATA SIMULASI" in sheet.oddHeader.center.text
        assert any(cell.value == "DATA SIMULASI" for row in sheet.iter_rows(max_row=3) for cell in row)


def test_files_without_an_error_or_a_warning_get_no_copy_and_old_copies_go(tmp_path: Path) -> None:
    path = doubtful(tmp_path)
    assert [p.name for p in copies(tmp_path)] == ["Capaian KBK 2024 xlsx.xlsx"]
    small_district.write_workbook(path, 2024)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:  # months with the same figures are warned of
        book.remove(sheet)
    book.save(path)
    assert copies(tmp_path) == []
    assert list((Workspace(tmp_path).processed_of(small_district.SLUG) / FOLDER).iterdir()) == []


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    doubtful(tmp_path)
    first = copies(tmp_path)[0].read_bytes()
    assert copies(tmp_path)[0].read_bytes() == first


def test_names_of_files_never_lead_out_of_the_folder_and_hold_no_card_number(tmp_path: Path) -> None:
    columns = [
        "kind",
        "file",
        "sheet",
        "row",
        "column",
        "read",
        "done",
        "facility_code",
        "facility_name",
        "month",
        "cell",
    ]
    files = ["../a.csv", "b/0001234567890.csv", "b 0009999999999.csv", "con:?.csv", "ü" * 300 + ".xlsx"]
    ledger = pd.DataFrame(
        [["file_unreadable", f, "", None, "", "rusak", "", "", "", "", ""] for f in files], columns=columns
    )
    written = write_annotated([], ledger, KINDS, tmp_path)
    assert [p.parent for p in written] == [tmp_path / FOLDER] * 5
    assert all(p.is_file() for p in written)
    assert [p.name for p in written[:3]] == ["a csv.xlsx", "b csv.xlsx", "b csv (2).xlsx"]
    assert len(written[4].name) < 100


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doubtful(tmp_path)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("analysis.annotate.replace_folder", refused)
    with pytest.raises(PublishError, match="Salinan beranotasi tidak dapat ditulis"):
        copies(tmp_path)


def test_dates_and_error_values_in_cells_are_copied_as_they_were_read(tmp_path: Path) -> None:
    path = doubtful(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["01 2024"]
    sheet["F4"] = dt.datetime(2024, 5, 12)
    sheet["G4"].value, sheet["G4"].data_type = "#DIV/0!", "e"
    book.save(path)
    (made,) = copies(tmp_path)
    copied = openpyxl.load_workbook(made)["01 2024"]
    assert copied["F4"].value == dt.datetime(2024, 5, 12)
    assert (copied["G4"].value, copied["G4"].data_type) == ("#DIV/0!", "s")
