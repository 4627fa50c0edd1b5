"""Names of persons are found where a file holds them, and stand in no text about that file. All names are made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import small_district
import xlsxwriter

from analysis.clean import Cleaned, clean_district
from analysis.extract_layouts import load_extract_layouts
from analysis.findings import load_kinds, sentence
from analysis.identifiers import HIDDEN
from analysis.ledger import Finding
from analysis.people import NAME_HIDDEN, Seen, load_personal
from analysis.plain_words import heading_key
from analysis.values import Cell
from analysis.workspace import PROJECT, Workspace

REFERENCE = PROJECT / "data" / "reference"
PATIENT, DOCTOR, HEAD, OPERATOR = "RATNADEWI KUSUMAWATI", "dr. Bramantyo Wicaksono", "Drs. H. Suryanegara", "Yolandari"
NUMBERS = ["0001234567890", "6103014107900001", "081234567890", "198001012005012001"]
BLANK: list[Cell] = [""] * 5


def seen(*rows: Sequence[Cell]) -> Seen:
    collected = Seen(load_personal(REFERENCE))
    collected.add(rows)
    return collected


@pytest.mark.parametrize(
    "rows",
    [
        [["No", "Nama Peserta", "NIK"], [1, PATIENT, "6103"]],
        [["DAFTAR"], ["no_kunjungan", "nmpst"], ["x", "Ratnadewi  Kusumawati, S.Pd"]],
        [["Penanggung jawab", "", f": {PATIENT}"]],
        [[f"Penanggung Jawab : Ny. {PATIENT}"]],
        [BLANK, ["", "Kepala Puskesmas"], BLANK, ["", PATIENT], ["", "NIP. 19800101 200501 2 001"]],
        [["", f"{PATIENT}\nNIP. 198001012005012001"]],
    ],
)
def test_a_name_is_known_from_its_heading_its_label_or_the_nip_below_it(rows: list[list[Cell]]) -> None:
    names = seen(*rows).names()
    assert names.hidden("terbaca “ratnadewi kusumawati”, baris 3") == f"terbaca “{NAME_HIDDEN}”, baris 3"
    assert names.hidden(f"Ny. {PATIENT}") == NAME_HIDDEN


def test_every_personal_column_of_the_extracts_is_known_here_too() -> None:
    personal = load_personal(REFERENCE)
    known = personal.name_keys | personal.number_keys
    columns = load_extract_layouts(REFERENCE).columns
    told = [(c.role, h) for c in columns if c.role in {"card", "name", "identity", "visit"} for h in c.headings]
    assert not [(role, heading) for role, heading in told if heading_key(heading) not in known]
    assert len(told) > 10


def test_a_single_name_is_hidden_only_where_it_is_the_whole_text() -> None:
    names = seen(["Nama", "NIK"], ["MELATI", "1"]).names()
    assert names.hidden("Melati") == NAME_HIDDEN
    assert names.hidden("Puskesmas Melati Indah") == "Puskesmas Melati Indah"


def test_a_name_that_is_a_facilitys_is_not_hidden() -> None:
    names = seen(["Nama", "NIK"], ["dr. Bramantyo Wicaksono", "1"]).names(["DR. BRAMANTYO WICAKSONO"])
    assert names.hidden("Praktik dr. Bramantyo Wicaksono") == "Praktik dr. Bramantyo Wicaksono"


def dirty_district(root: Path) -> Path:
    """The small district with a person in every corner of a workbook that is otherwise sound."""
    folder = small_district.write(root)
    rows: list[list[Any]] = [
        ["LAPORAN KBK", "", "Penanggung Jawab", f": {OPERATOR}"],
        ["", "", "No HP", f": {NUMBERS[2]}"],
        [],
        [*small_district.HEADINGS, "Nama Peserta", f"Catatan {NUMBERS[0]}"],
        ["Maret 2025", "KABUPATEN CONTOH", "0101A009", f"PUSKESMAS DARMA {NUMBERS[0]}", "Puskesmas",
         NUMBERS[1], 1000, f"lihat {PATIENT}", 100, 5, 100, 5, 100, "", "", "", "", "", PATIENT, DOCTOR],
        ["Maret 2025", "KABUPATEN CONTOH", NUMBERS[2], PATIENT, "Puskesmas", 10, 1000, 1, 100, 5, 100, 5, 100],
        ["Maret 2025", f"KAB. LAIN {NUMBERS[1]}", "0101A010", "PUSKESMAS ELOK", f"Klinik {NUMBERS[2]}", 10, 1000, 1, 9],
        [],
        ["", "", "", "Mengetahui", "", "Kepala Puskesmas"],
        [],
        ["", "", "", HEAD, "", DOCTOR],
        ["", "", "", f"NIP. {NUMBERS[3]}", "", "NIP. 19810202 200602 1 002"],
    ]  # fmt: skip
    with xlsxwriter.Workbook(folder / f"kbk mar 25 {NUMBERS[0]}.xlsx") as book:
        sheet = book.add_worksheet(f"HP {NUMBERS[2]}")
        for position, row in enumerate(rows):
            sheet.write_row(position, 0, row)
        sheet.write_comment("A1", f"{PATIENT} {NUMBERS[0]}")
        hidden = book.add_worksheet(f"rahasia {NUMBERS[1]}")
        hidden.write_row(0, 0, ["nmpst", PATIENT, NUMBERS[0]])
        hidden.hide()
        extra = book.add_worksheet("pasien")
        extra.write_row(0, 0, ["nokapst", "nmpst", "Kode PPK", "Nama Faskes"])
        extra.write_row(1, 0, [NUMBERS[0], PATIENT, "0101A001", "PUSKESMAS AIR JERNIH"])
    return folder


def everything(cleaned: Cleaned) -> str:
    kinds = load_kinds(REFERENCE)
    records = cleaned.ledger.to_dict("records")
    sentences = [sentence(Finding(**{str(k): v for k, v in record.items()}), kinds) for record in records]
    rows = repr(cleaned.rows)
    table = rows + cleaned.table.to_csv() + cleaned.ledger.to_csv()
    return "\n".join([*sentences, table, str(cleaned), json.dumps(cleaned.unmatched), repr(cleaned.files)])


def test_reading_a_workbook_full_of_persons_tells_of_none(tmp_path: Path) -> None:
    dirty_district(tmp_path)
    said: list[str] = []
    cleaned = clean_district(Workspace(tmp_path), small_district.SLUG, said.append)
    text = (everything(cleaned) + "\n".join(said)).casefold()
    for secret in (*NUMBERS, PATIENT, "Bramantyo", "Suryanegara", OPERATOR, "19810202"):
        assert secret.casefold() not in text, secret
    assert HIDDEN in text
    assert any(row.cells["nonspecialist_referrals"] == f"lihat {NAME_HIDDEN}" for row in cleaned.rows)
    assert "identifier_dropped" in set(cleaned.ledger["kind"])
