"""The ledger that people open in Excel: every row can be understood by itself."""

from __future__ import annotations

import csv
from pathlib import Path

import small_district
from small_report import KINDS

from analysis.clean import Cleaned
from analysis.findings import LEDGER_HEADINGS, readable_ledger
from analysis.ledger import COLUMNS, Finding, ledger_table
from analysis.store import LEDGER_CSV, save_cleaned

FINDINGS = [
    Finding("rows_equal", "a.xlsx", "Mei", None, "", "baris 7 sama dengan baris lain", "dihitung satu kali"),
    Finding("not_whole", "b.xlsx", "Mei", 5, "JUMLAH KONTAK", "1,5", "tidak dipakai", "0101A001", "CAHAYA", "2025-05"),
    Finding("no_value_sign", "a.xlsx", "Juni", 4, "=JUMLAH", "-", "dianggap tidak tersedia"),
]


def test_a_row_says_how_grave_it_is_what_it_means_and_what_to_do() -> None:
    told = readable_ledger(ledger_table(FINDINGS), KINDS)
    assert list(told.columns) == list(LEDGER_HEADINGS.values())
    assert set(COLUMNS) < set(LEDGER_HEADINGS)
    # The gravest first; within a level as the ledger has them.
    assert list(told["Tingkat"]) == ["Galat", "Peringatan", "Catatan"]
    row = told.iloc[0]
    assert row["Temuan"] == "Jumlah yang tidak bulat"
    assert row["Artinya"].startswith("Jumlah orang atau rujukan harus bilangan bulat")
    assert row["Yang dapat dilakukan"].startswith("Minta angka aslinya")
    assert list(row[["Berkas", "Lembar", "Baris", "Kolom", "Yang terbaca", "Yang dilakukan"]]) == [
        "b.xlsx", "Mei", 5, "JUMLAH KONTAK", "1,5", "tidak dipakai",
    ]  # fmt: skip
    assert list(row[["Kode FKTP", "Nama FKTP", "Bulan", "Kunci jenis"]]) == [
        "0101A001", "CAHAYA", "2025-05", "not_whole",
    ]  # fmt: skip


def test_every_kind_of_finding_is_told_in_full() -> None:
    told = readable_ledger(ledger_table(Finding(kind) for kind in KINDS), KINDS)
    assert len(told) == len(KINDS)
    words = told[["Tingkat", "Temuan", "Artinya", "Yang dapat dilakukan"]]
    assert (words.map(len, na_action="ignore").fillna(0) > 0).all(axis=None)


def test_the_csv_holds_it_and_never_a_formula(tmp_path: Path) -> None:
    save_cleaned(Cleaned(small_district.table(), ledger_table(FINDINGS), [], []), tmp_path, KINDS)
    with (tmp_path / LEDGER_CSV).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [row["Tingkat"] for row in rows] == ["Galat", "Peringatan", "Catatan"]
    assert rows[1]["Kolom"] == "'=JUMLAH"


def test_an_empty_ledger_keeps_its_headings() -> None:
    assert list(readable_ledger(ledger_table([]), KINDS).columns) == list(LEDGER_HEADINGS.values())
