"""Declared corrections are made exactly where they say and only over the value that they name; else they stop the run."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from real_headings import WORKBOOK as HEADINGS

from analysis.clean import Cleaned, clean_district
from analysis.district import Correction
from analysis.errors import ConfigurationError
from analysis.ledger import Finding, ledger_table
from analysis.report_corrections import corrections_block
from analysis.steps import clean
from analysis.store import load_cleaned
from analysis.workspace import Workspace

SLUG, FILE = "contoh", "kbk.xlsx"
A, B = "0114A001", "0114A002"
CELLS = {
    "KAB/KOTA": "KAB. CONTOH", "TIPE FKTP": "Puskesmas", "JUMLAH KONTAK": 140, "PESERTA TERDAFTAR": 1000,
    "Kasus Non Spesialistik": 2, "Jumlah Rujukan": 160, "Prolanis DM Terkendali": 15, "Peserta Diangnosa DM": 200,
    "Prolanis HT Terkendali": 18, "Peserta Diangnosa HT": 300,
}  # fmt: skip
SURE = {"file": FILE, "sheet": "Lembar", "why": "salah ketik menurut BPJS", "by": "Seksi Yankes"}


def row(code: str = A, month: Any = "2024-01", name: str = "", **changed: Any) -> dict[str, Any]:
    own = {"Bulan Kapitasi": month, "Kode PPK": code, "NAMA FKTP": name or f"PUSKESMAS {code[-1]}"}
    return {**CELLS, **own, **{key.replace("_", " "): value for key, value in changed.items()}}


class Place:
    """A workspace with one district and one workbook."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.folder = self.workspace.raw_of(SLUG)
        self.folder.mkdir(parents=True)

    def book(self, *rows: dict[str, Any], name: str = FILE, sheets: tuple[str, ...] = ("Lembar",)) -> None:
        book = Workbook()
        book.remove(book.active)
        for title in sheets:
            sheet = book.create_sheet(title)
            sheet.append(HEADINGS)
            for cells in rows:
                sheet.append([cells.get(heading) for heading in HEADINGS])
        book.save(self.folder / name)

    def declare(self, *corrections: dict[str, Any], more: str = "") -> None:
        lines = ["name: Kabupaten Contoh", "level: kabupaten", more, "corrections:"]
        for one in corrections:
            cells = [f"{key}: {'' if value is None else f'{chr(34)}{value}{chr(34)}'}" for key, value in one.items()]
            lines += [f"  {'-' if number == 0 else ' '} {cell}" for number, cell in enumerate(cells)]
        text = "\n".join(line for line in lines if line)
        (self.folder / "district.yml").write_text(text + "\n", encoding="utf-8")

    def clean(self) -> Cleaned:
        return clean_district(self.workspace, SLUG)

    def refused(self) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            self.clean()
        assert caught.value.exit_code == 3
        return caught.value.problems


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def contacts(cleaned: Cleaned, code: str = A, month: str = "2024-01", column: str = "contacts") -> Any:
    table = cleaned.table
    (value,) = table.loc[(table["facility_code"] == code) & (table["month"] == pd.Period(month, "M")), column]
    return None if pd.isna(value) else value


def made(cleaned: Cleaned) -> pd.Series:
    (found,) = cleaned.ledger[cleaned.ledger["kind"] == "corrected"].to_dict("records")
    return pd.Series(found)


def test_a_correction_by_row_replaces_a_doubtful_cell_and_is_in_the_ledger(place: Place) -> None:
    place.book(row(), row(B, JUMLAH_KONTAK="12o"))
    place.declare({**SURE, "row": 3, "column": "Jumlah Kontak", "from": "12o", "to": "120"})
    cleaned = place.clean()
    assert contacts(cleaned, B) == 120
    assert list(cleaned.ledger["kind"]) == ["corrected"]
    found = made(cleaned)
    assert (found["file"], found["sheet"], found["row"], found["column"], found["cell"]) == (
        FILE, "Lembar", 3, "JUMLAH KONTAK", "F3",
    )  # fmt: skip
    assert (found["facility_code"], found["month"], found["read"]) == (B, "2024-01", "12o")
    assert found["done"] == "menjadi 120; alasan: salah ketik menurut BPJS; oleh Seksi Yankes"


@pytest.mark.parametrize("facility", [B, "0114a002", "PUSKESMAS 2", "puskesmas  2"])
@pytest.mark.parametrize(("cell", "old"), [(140, "140"), ("1.400", "1400"), ("1.400", "1.400"), (None, None)])
def test_a_correction_by_facility_and_month_finds_its_row(
    place: Place, facility: str, cell: Any, old: str | None
) -> None:
    place.book(row(), row(B, JUMLAH_KONTAK=cell), row(B, "2024-02"))
    where = {"facility": facility, "month": "2024-01", "column": "JUMLAH KONTAK"}
    place.declare({**SURE, **where, "from": old, "to": "150"})
    cleaned = place.clean()
    assert (contacts(cleaned, B), contacts(cleaned), contacts(cleaned, B, "2024-02")) == (150, 140, 140)


def test_the_month_is_the_service_month(place: Place) -> None:
    place.book(row(month="2024-02"), row(month="2024-01"))
    where = {"facility": A, "month": "2024-01", "column": "JUMLAH KONTAK"}
    place.declare({**SURE, **where, "from": "140", "to": "150"}, more="bulan_kapitasi: pembayaran")
    assert contacts(place.clean(), month="2024-01") == 150


@pytest.mark.parametrize("new", ["kosong", None, "Kosong"])
def test_a_cell_can_be_made_missing(place: Place, new: str | None) -> None:
    place.book(row(), row(B))
    place.declare({**SURE, "row": 2, "column": "JUMLAH KONTAK", "from": "140", "to": new})
    cleaned = place.clean()
    assert contacts(cleaned) is None
    assert made(cleaned)["done"].startswith("menjadi kosong")


def test_code_name_type_month_and_district_can_be_corrected(place: Place) -> None:
    place.book(
        row("O114A001", name="PUSKESMAS X"), row(B, "bulan ini"), row("0114A003", name="PKM KELIRU"),
        row("0114A004", **{"TIPE FKTP": "Pskms"}), row("0114A005", **{"KAB/KOTA": "KAB. LAIN"}),
    )  # fmt: skip
    place.declare(
        {**SURE, "row": 2, "column": "Kode PPK", "from": "O114A001", "to": A},
        {**SURE, "row": 3, "column": "Bulan Kapitasi", "from": "bulan ini", "to": "2024-02"},
        {**SURE, "row": 4, "column": "NAMA FKTP", "from": "pkm keliru", "to": "PUSKESMAS BETUL"},
        {**SURE, "row": 5, "column": "TIPE FKTP", "from": "Pskms", "to": "Klinik Pratama"},
        {**SURE, "row": 6, "column": "KAB/KOTA", "from": "KAB. LAIN", "to": "KAB. CONTOH"},
    )
    table = place.clean().table.set_index("facility_code")
    assert list(table.index) == [A, B, "0114A003", "0114A004", "0114A005"]
    assert str(table.at[B, "month"]) == "2024-02"
    assert table.at["0114A003", "facility_name"] == "PUSKESMAS BETUL"
    assert table.at["0114A004", "facility_type"] == "klinik_pratama"


def test_corrected_cells_pass_the_usual_checks_and_what_contradicts_says_so(place: Place) -> None:
    place.book(row(), row(B))
    place.declare({**SURE, "row": 2, "column": "JUMLAH KONTAK", "from": "140", "to": "1001"})
    cleaned = place.clean()
    assert contacts(cleaned) is None
    (clash,) = cleaned.ledger[cleaned.ledger["kind"] == "numerator_above_denominator"].to_dict("records")
    assert clash["read"].endswith("1001 > 1000") or "1001 > 1000" in clash["read"]
    assert clash["done"].endswith("; baris ini dikoreksi menurut district.yml")


def test_every_correction_that_does_not_fit_is_told_at_once_with_what_stands_there(place: Place) -> None:
    place.book(row(), row(B), row(B))
    count = {"column": "JUMLAH KONTAK", "from": "140", "to": "150"}
    place.declare(
        {**SURE, **count, "row": 2, "from": "141"},
        {**SURE, **count, "row": 2, "from": None},
        {**SURE, **count, "row": 9},
        {**SURE, **count, "row": 1},
        {**SURE, **count, "row": 2, "file": "kbk.xls"},
        {**SURE, **count, "row": 2, "sheet": "Januari"},
        {**SURE, **count, "row": 2, "column": "Kontak Sehat"},
        {**SURE, **count, "facility": B, "month": "2024-01"},
        {**SURE, **count, "facility": B, "month": "2024-03"},
        {**SURE, **count, "row": 2, "to": "1.500"},
        {**SURE, "row": 2, "column": "Kode PPK", "from": A, "to": "-"},
        {**SURE, "row": 2, "column": "Bulan Kapitasi", "from": "2024-01", "to": "Maret"},
    )
    told = {int(re.findall(r"butir (\d+)", problem)[0]): problem for problem in place.refused()}
    assert told[1] == (
        "corrections, butir 1 (kbk.xlsx, lembar “Lembar”, baris 2, kolom “JUMLAH KONTAK”): yang tertulis di F2 sekarang "
        "“140”, bukan “141”"
    )
    assert told[2].endswith("sekarang “140”, bukan kosong")
    assert told[3].endswith("tidak ada baris itu dalam tabelnya")
    assert told[4].endswith("tidak ada baris itu dalam tabelnya")
    assert told[5].endswith("berkas itu tidak ada. Maksud Anda “kbk.xlsx”?")
    assert told[6].endswith("lembar itu tidak dibaca; yang dibaca: Lembar")
    assert "tidak ada kolom itu di lembar “Lembar”; kolom yang dibaca: Bulan Kapitasi, KAB/KOTA, Kode PPK" in told[7]
    assert told[8].endswith("cocok dengan 2 sel (lembar “Lembar” F3, lembar “Lembar” F4); sebut sheet dan row")
    assert "0114A002 Maret 2024" in told[9]
    assert told[10].endswith("to “1.500” tidak dapat dipakai; tulis bilangan bulat tanpa titik ribuan, atau kosong")
    assert told[11].endswith("tulis Kode PPK, misalnya 01140201")
    assert told[12].endswith("tulis bulan dengan tahunnya, misalnya 2024-03")
    assert set(told) == set(range(1, 13))


def test_two_corrections_of_one_cell_are_refused(place: Place) -> None:
    place.book(row(), row(B))
    one = {**SURE, "column": "Jumlah Kontak", "from": "140"}
    place.declare({**one, "row": 2, "to": "150"}, {**one, "facility": A, "month": "2024-01", "to": "160"})
    (problem,) = place.refused()
    assert problem.startswith("corrections, butir 2")
    assert problem.endswith("sel yang sama sudah dikoreksi oleh butir 1")


def test_without_a_sheet_the_row_must_stand_on_one_sheet_only(place: Place) -> None:
    place.book(row(), sheets=("Lembar", "Salinan"))
    whole = {k: v for k, v in SURE.items() if k != "sheet"}
    place.declare({**whole, "row": 2, "column": "Jumlah Kontak", "from": "140", "to": "150"})
    assert "cocok dengan 2 sel" in place.refused()[0]


def test_of_several_tables_on_a_sheet_only_the_one_that_holds_the_row_is_corrected(place: Place) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Lembar"
    for cells in (row(), None, row(B)):
        if cells is None:
            sheet.append([])
            continue
        sheet.append([f": {cells['NAMA FKTP']}"])
        sheet.append(HEADINGS)
        sheet.append([cells.get(heading) for heading in HEADINGS])
    book.save(place.folder / FILE)
    place.declare({**SURE, "row": 7, "column": "Jumlah Kontak", "from": "140", "to": "150"})
    cleaned = place.clean()
    assert (contacts(cleaned), contacts(cleaned, B)) == (140, 150)


def test_rows_of_a_csv_in_a_zip_are_named_like_in_the_list_of_files(place: Place) -> None:
    lines = [";".join(HEADINGS)]
    lines += [";".join(str(cells.get(h, "")) for h in HEADINGS) for cells in (row(), row(B))]
    with zipfile.ZipFile(place.folder / "kiriman.zip", "w") as archive:
        archive.writestr("isi/kbk.csv", "\n".join(lines) + "\n")
    place.declare({**SURE, "file": "x.csv", "row": 3, "column": "Jumlah Kontak", "from": "140", "to": "150"})
    place.refused()
    name = "kiriman.zip/isi/kbk.csv"
    whole = {k: v for k, v in SURE.items() if k != "sheet"}
    place.declare({**whole, "file": name, "row": 3, "column": "Jumlah Kontak", "from": "140", "to": "150"})
    cleaned = place.clean()
    assert [file.name for file in cleaned.files if file.rows] == [name]
    assert (contacts(cleaned), contacts(cleaned, B)) == (140, 150)


def test_numbers_of_persons_are_not_quoted_from_the_cell(place: Place) -> None:
    place.book(row(JUMLAH_KONTAK="6103051203800001"), row(B))
    place.declare({**SURE, "row": 2, "column": "Jumlah Kontak", "from": "140", "to": "150"})
    assert "6103051203800001" not in "".join(place.refused())


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"row": None}, "sebut row saja, atau facility beserta month"),
        ({"facility": A, "month": "2024-01"}, "sebut row saja, atau facility beserta month"),
        ({"row": None, "facility": A}, "sebut row saja, atau facility beserta month"),
        ({"to": "140"}, "from dan to sama"),
        ({"from": "", "to": "kosong"}, "from dan to sama"),
        ({"why": ""}, "why"),
        ({"by": ""}, "by"),
        ({"month": "Maret"}, "month"),
    ],
)
def test_a_correction_says_where_from_to_why_and_who(changed: dict[str, Any], problem: str) -> None:
    whole = {**SURE, "row": 2, "column": "Jumlah Kontak", "from": "140", "to": "150", **changed}
    with pytest.raises(ValueError, match=problem):
        Correction.model_validate(whole)
    with pytest.raises(ValueError, match="by"):
        Correction.model_validate({k: v for k, v in whole.items() if k != "by"})


def test_another_correction_is_another_input(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KBK_ROOT", str(place.workspace.root))
    place.book(row(), row(B))
    inputs = []
    for why in ("salah ketik", "salah ketik menurut surat BPJS"):
        place.declare({**SURE, "row": 2, "column": "Jumlah Kontak", "from": "140", "to": "150", "why": why})
        clean(SLUG)
        inputs.append(load_cleaned(Workspace.current().processed_of(SLUG)).inputs)
    assert inputs[0] != inputs[1]


def test_the_report_lists_every_correction_as_text() -> None:
    done = "menjadi 150; alasan: <script>*x*; oleh Seksi Yankes"
    found = Finding("corrected", FILE, "Lembar", 2, "JUMLAH KONTAK", "140", done, A, "PUSKESMAS A", "2024-01", "F2")
    block = corrections_block(ledger_table([found, Finding("rows_equal", FILE)])).markdown
    assert "1 sel dibaca lain" in block
    assert "Januari 2024" in block
    assert "<script>" not in block
    assert "Tidak ada koreksi" in corrections_block(ledger_table([])).markdown
