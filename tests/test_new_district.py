"""The start of a new district: settings that load, a workbook that the reader reads as it was filled in."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import cli
from analysis.clean import clean_district
from analysis.district import load_district
from analysis.errors import ConfigurationError, DataError, ParameterError
from analysis.new_district import area_of, start_district
from analysis.workspace import PROJECT, Workspace

REFERENCE = PROJECT / "data" / "reference"
PUSKESMAS = pd.read_csv(REFERENCE / "puskesmas.csv", dtype=str)
# As a person reads them from the list of the ministry.
KNOWN = {
    "sanggau": ("Kabupaten Sanggau", "kabupaten", "61.03", "6105"),
    "kabupaten-sanggau": ("Kabupaten Sanggau", "kabupaten", "61.03", "6105"),
    "pontianak": ("Kota Pontianak", "kota", "61.71", "6171"),
    "kutai-kartanegara": ("Kabupaten Kutai Kartanegara", "kabupaten", "64.02", "6403"),
}


@pytest.mark.parametrize("slug", KNOWN)
def test_a_known_district_gets_its_name_and_codes(slug: str) -> None:
    area = area_of(REFERENCE, slug)
    assert (area.name, area.level, area.kemendagri, area.bps) == KNOWN[slug]


def test_an_unknown_district_needs_its_level_and_gets_no_codes() -> None:
    with pytest.raises(ParameterError, match="--level kabupaten"):
        area_of(REFERENCE, "bantul")
    assert area_of(REFERENCE, "kota-baru-utara").name == "Kota Baru Utara"
    area = area_of(REFERENCE, "bantul", level="kabupaten")
    assert (area.name, area.kemendagri) == ("Kabupaten Bantul", "")
    assert area_of(REFERENCE, "bantul", name="Kab. Bantul: DIY", level="kabupaten").name == "Kab. Bantul: DIY"


def test_a_district_is_not_taken_for_the_city_of_the_same_name() -> None:
    area = area_of(REFERENCE, "pontianak", level="kabupaten")
    assert (area.name, area.level, area.kemendagri, area.bps) == ("Kabupaten Pontianak", "kabupaten", "", "")
    area = area_of(REFERENCE, "pontianak", level="kota")
    assert (area.name, area.level, area.kemendagri, area.bps) == KNOWN["pontianak"]


@pytest.mark.parametrize("name", ["Kabupaten Sanggau", 'Kab. "A": #1', "Kabupaten \\ Ü"])
def test_the_settings_load_and_keep_the_name(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path)
    start_district(workspace, "uji", 2026, name=name, level="kabupaten")
    settings = load_district(workspace, "uji")
    assert (settings.name, settings.level, settings.bulan_kapitasi) == (name, "kabupaten", "pelayanan")


def test_what_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    folder = workspace.raw_of("sanggau")
    folder.mkdir(parents=True)
    (folder / "district.yml").write_text("name: Milik saya\nlevel: kabupaten\n", encoding="utf-8")
    assert [p.name for p in start_district(workspace, "sanggau", 2026)] == ["Isian KBK 2026.xlsx"]
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert start_district(workspace, "sanggau", 2026) == []
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["new", "../x"], "hanya huruf kecil, angka, dan tanda hubung"),
        (["new", "bantul"], "Belum diketahui apakah bantul kabupaten, kota, atau provinsi"),
        (["new", "bantul", "--level", "desa"], "Tingkat “desa” tidak dikenal. Yang ada: kabupaten, kota, provinsi."),
        (["new", "sanggau", "--year", "26"], "Tahun 26 tidak dapat dipakai"),
    ],
)
def test_wrong_words_make_nothing(
    tmp_path: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*words, "--root", str(tmp_path)]) == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def computed(path: Path) -> None:
    """Put in place of each formula what Excel computes: the cell of the list, or an empty text."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[2:]:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if not isinstance(cell.value, str) or not cell.value.startswith("="):
                    continue
                listed = book["Daftar FKTP"][f"B{cell.row}"].value
                if match := re.fullmatch(r"=IF\('Daftar FKTP'!(.+)=\"\",\"\",'Daftar FKTP'!\1\)", cell.value):
                    cell.value = book["Daftar FKTP"][match[1]].value
                elif match := re.fullmatch(r"=IF\('Daftar FKTP'!B\d+=\"\",\"\",(.+)\)", cell.value):
                    value = match[1].strip('"')
                    cell.value = None if not listed else int(value) if value.isdecimal() else value
                else:
                    cell.value = None  # a ratio: no more than a look for whoever fills it in
    book.save(path)


def test_the_template_lists_the_puskesmas_of_the_district(tmp_path: Path) -> None:
    (_, path) = start_district(Workspace(tmp_path), "sanggau", 2026)
    sheet = openpyxl.load_workbook(path)["Daftar FKTP"]
    names = [row[1].value for row in sheet.iter_rows(min_row=2) if row[1].value]
    assert names == list(PUSKESMAS.loc[PUSKESMAS["kode_kabkota"] == "61.03", "nama_puskesmas"])
    assert len(names) == 19


def test_every_sheet_of_the_template_prints_on_one_width_of_a4(tmp_path: Path) -> None:
    _, template = start_district(Workspace(tmp_path), "sanggau", 2026)
    sheets = openpyxl.load_workbook(template).worksheets
    assert len(sheets) == 14
    for sheet in sheets:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.fitToHeight) == (9, 0)  # 9: A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.title != "Petunjuk":
            assert sheet.print_title_rows == "$1:$1"


def test_a_filled_template_is_read_as_it_was_filled_and_months_left_open_do_not_count(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (_, path) = start_district(workspace, "sanggau", 2026)
    book = openpyxl.load_workbook(path)
    for row in range(2, 21):
        book["Daftar FKTP"].cell(row, 1).value = f"0114{row:04d}"
    for month, contacts in (("Januari 2026", 100), ("Februari 2026", 200)):
        for row in range(2, 21):
            for column, value in enumerate((contacts - 2 + 2 * row, 998 + 2 * row, 2, 90, 5, 80, 6, 97), start=6):
                book[month].cell(row, column).value = value
    book["Februari 2026"]["F2"].value = None
    book.save(path)
    computed(path)
    cleaned = clean_district(workspace, "sanggau")
    table = cleaned.table
    assert sorted(map(str, table["month"].unique())) == ["2026-01", "2026-02"]
    assert set(cleaned.ledger["kind"]) == {"sheet_not_filled", "sheet_without_table"}
    assert len(cleaned.ledger[cleaned.ledger["kind"] == "sheet_not_filled"]) == 10
    first = table[table["facility_code"] == "01140002"].set_index("month")
    january, february = first.loc[pd.Period("2026-01")], first.loc[pd.Period("2026-02")]
    assert (january["contacts"], january["registered"], january["facility_name"]) == (102, 1002, "PUSKESMAS TERAJU")
    assert pd.isna(february["contacts"])
    assert list(january[["nonspecialist_referrals", "referrals", "dm_controlled", "dm_registered", "ht_controlled", "ht_registered"]]) == [2, 90, 5, 80, 6, 97]  # fmt: skip


def test_a_template_as_it_was_made_holds_nothing_and_says_so_shortly(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    start_district(workspace, "sanggau", 2026)
    with pytest.raises(DataError, match="Tidak ada angka yang dapat dipakai") as stopped:
        clean_district(workspace, "sanggau")
    assert "belum diisi" in str(stopped.value) or "tanpa baris fasilitas" in str(stopped.value)
    assert len(stopped.value.problems) <= 6


def test_a_file_that_cannot_be_read_is_told_before_the_months_left_open(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    _, template = start_district(workspace, "sanggau", 2026)
    (template.parent / "Tabel Capaian rusak.xlsx").write_bytes(b"bukan buku kerja")  # behind the template by its name
    with pytest.raises(DataError) as stopped:
        clean_district(workspace, "sanggau")
    assert stopped.value.problems[0].startswith("Tabel Capaian rusak.xlsx")
    assert all(problem.startswith(("Isian KBK 2026.xlsx", "… dan 7 lagi")) for problem in stopped.value.problems[1:])


def test_the_year_is_that_of_the_calendar_unless_another_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["new", "sanggau", "--root", str(tmp_path)]) == 0
    assert cli.run(["new", "sanggau", "--year", "2024", "--root", str(tmp_path)]) == 0
    made = sorted(p.name for p in (tmp_path / "data" / "raw" / "sanggau").iterdir())
    assert made == sorted({"Isian KBK 2024.xlsx", f"Isian KBK {dt.date.today().year}.xlsx", "district.yml"})
    assert "kbk check sanggau" in capsys.readouterr().out


def test_a_folder_with_files_alone_is_told_the_command_that_completes_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    book = workspace.raw_of("sanggau") / "kbk maret 2024.xlsx"
    book.parent.mkdir(parents=True)
    book.write_bytes(b"as it came")
    with pytest.raises(ConfigurationError, match="make new DISTRICT=sanggau"):
        load_district(workspace, "sanggau")
    start_district(workspace, "sanggau", 2026)
    assert load_district(workspace, "sanggau").name == "Kabupaten Sanggau"
    assert book.read_bytes() == b"as it came"
