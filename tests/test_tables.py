"""Tables found on small hand-built sheets; the expected figures are those that stand in the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from real_headings import TABEL
from real_headings import WORKBOOK as WB

from analysis.clean import clean_district
from analysis.corrections import Corrections
from analysis.errors import ConfigurationError
from analysis.headings import Headings
from analysis.layouts import load_layouts
from analysis.ledger import Finding
from analysis.sheets import Document, Sheet
from analysis.tables import Table, read_tables
from analysis.workspace import PROJECT, Workspace

LAYOUTS = load_layouts(PROJECT / "data" / "reference")
ROLES = (
    "contacts", "registered", "nonspecialist_referrals", "referrals",
    "dm_controlled", "dm_registered", "ht_controlled", "ht_registered",
)  # fmt: skip
# The eight counts of two facilities, in the order of ROLES.
ENTIKONG = ("0114A001", "PUSKESMAS ENTIKONG", 1748, 12000, 2, 160, 15, 200, 18, 300)
BONTI = ("0114A002", "PUSKESMAS BONTI", 900, 7000, 1, 80, 7, 90, 6, 110)
COUNTED = [
    "Jumlah Kontak", "Peserta Terdaftar", "Kasus Non Spesialistik", "Jumlah Rujukan", "Prolanis DM Terkendali",
    "Peserta Diagnosa DM", "Prolanis HT Terkendali", "Peserta Diagnosa HT",
]  # fmt: skip
PLAIN = ["Kode PPK", "Nama FKTP", *COUNTED]
Cells = Sequence[Any]


def merged(rows: Sequence[Cells], *ranges: tuple[int, int, int, int], name: str = "Lembar1") -> Sheet:
    """A sheet with merged ranges (top, left, bottom, right), filled as a workbook is when it is opened."""
    filled = [list(row) for row in rows]
    places = set()
    for top, left, bottom, right in ranges:
        for r in range(top, bottom + 1):
            filled[r] += [""] * (right + 1 - len(filled[r]))
            for c in range(left, right + 1):
                filled[r][c] = filled[top][left]
                places.add((r, c))
    return Sheet(name, filled, frozenset(places))


def read(
    *sheets: Sheet, name: str = "kbk mar 24.xlsx", columns: Mapping[str, str] | None = None
) -> tuple[list[Table], list[Finding]]:
    return read_tables(
        Document(name, b""), sheets, Headings(LAYOUTS, columns), paid_later=False, corrections=Corrections([])
    )


def sheet(*rows: Cells, name: str = "Lembar1") -> Sheet:
    return Sheet(name, [list(row) for row in rows])


def figures(tables: Sequence[Table]) -> list[tuple[Any, ...]]:
    """(month, code, name, counts in the order of ROLES) of every row."""
    return [
        (str(row.month), row.code.value, row.name, *(row.counts[role].value for role in ROLES))
        for table in tables
        for row in table.rows
    ]


def only(findings: Sequence[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


MARCH = [("2024-03", *ENTIKONG), ("2024-03", *BONTI)]


# Where the headings stand


def test_headings_are_found_far_down_and_far_right_with_empty_rows_between() -> None:
    pad = [""] * 5
    rows: list[Cells] = [
        *([[]] * 90),
        [*pad, *PLAIN],
        [],
        [*pad, *ENTIKONG],
        [],
        [*pad, *BONTI],
        [],
        ["Sumber: P-Care"],
    ]
    tables, findings = read(sheet(*rows))
    assert figures(tables) == MARCH
    assert tables[0].rows[0].row == 93
    assert findings == []


def test_group_headings_over_merged_cells_complete_the_headings_below() -> None:
    top = ["Kode PPK", "Nama FKTP", "ANGKA KONTAK", "", "", "RUJUKAN", "", "PROLANIS DM", "", "PROLANIS HT", ""]
    low = ["", "", "Jumlah Kontak", "Peserta Terdaftar", "AK", "Non Spesialistik", "Jumlah", "Terkendali",
           "Peserta Diagnosa", "Terkendali", "Peserta Diagnosa"]  # fmt: skip
    first = [*ENTIKONG[:4], "145,67", *ENTIKONG[4:]]
    groups = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 0, 6), (0, 7, 0, 8), (0, 9, 0, 10)]
    tables, findings = read(merged([top, low, first], *groups))
    assert figures(tables) == MARCH[:1]
    assert tables[0].rows[0].headings["dm_controlled"] == "PROLANIS DM Terkendali"
    assert findings == []


def test_group_headings_of_a_csv_hold_up_to_the_next_one() -> None:
    top = ["Kode PPK", "Nama FKTP", "ANGKA KONTAK", "", "RUJUKAN", "", "PROLANIS DM", "", "PROLANIS HT", ""]
    low = [
        "",
        "",
        "Jumlah Kontak",
        "Peserta Terdaftar",
        "Non Spesialistik",
        "Jumlah",
        *["Terkendali", "Terdiagnosa"] * 2,
    ]
    tables, findings = read(sheet(top, low, ENTIKONG))
    assert figures(tables) == MARCH[:1]
    assert findings == []


def test_headings_wrapped_over_two_cells_with_units_and_numbers_of_columns_below() -> None:
    first = [
        "Kode",
        "Nama",
        "Jumlah",
        "Peserta",
        "Kasus Non",
        "Jumlah",
        "Prolanis DM",
        "Peserta",
        "Prolanis HT",
        "Peserta",
    ]
    second = ["PPK", "FKTP", "Kontak", "Terdaftar", "Spesialistik", "Rujukan", "Terkendali", "Diagnosa DM", "Terkendali",
              "Diagnosa HT"]  # fmt: skip
    units = ["", "", "(orang)", "(orang)", "(kasus)", "", "", "", "", ""]
    numbers = [f"({n})" for n in range(1, 11)]
    tables, findings = read(sheet(first, second, units, numbers, ENTIKONG, BONTI))
    assert figures(tables) == MARCH
    assert findings == []


@pytest.mark.parametrize("group", ["TARGET", "BULAN LALU", "KUNJUNGAN SEHAT", "KUMULATIF"])
def test_a_group_heading_of_another_meaning_makes_the_columns_below_unknown(group: str) -> None:
    tables, findings = read(merged([["", "", group], PLAIN, ENTIKONG], (0, 2, 0, 3)))
    assert tables == []
    told = "tetapi di bawah judul kelompok yang tidak dikenal"
    assert [(f.kind, f.column, f.read) for f in findings] == [
        ("sheet_columns_ambiguous", "Jumlah Kontak", f"dapat berarti Jumlah Kontak, {told}"),
        ("sheet_columns_ambiguous", "Peserta Terdaftar", f"dapat berarti Peserta Terdaftar, {told}"),
    ]


# What a column means


def test_a_column_that_could_be_two_things_is_asked_about_with_the_lines_to_write() -> None:
    headings = ["Kode PPK", "Nama FKTP", "Kontak", *COUNTED[1:]]
    tables, findings = read(sheet(headings, ENTIKONG))
    assert tables == []
    asked = only(findings)
    assert (asked.kind, asked.row, asked.column, asked.cell) == ("sheet_columns_ambiguous", 1, "Kontak", "C1")
    assert asked.read == "dapat berarti Jumlah Kontak atau Angka Kontak"
    assert 'columns: {"Kontak": Jumlah Kontak} atau columns: {"Kontak": Angka Kontak}' in asked.done
    tables, findings = read(sheet(headings, ENTIKONG), columns={"kontak": "Jumlah Kontak"})
    assert figures(tables) == MARCH[:1]
    assert findings == []


OWN_WORDS = ["Sandi", "Unit", "K1", "P1", "N1", "R1", "D1", "D2", "H1", "H2"]


def test_a_table_whose_headings_are_all_declared_is_found() -> None:
    tables, findings = read(sheet(OWN_WORDS, ENTIKONG))
    assert (tables, [finding.kind for finding in findings]) == ([], ["file_without_table"])
    tables, findings = read(sheet(OWN_WORDS, ENTIKONG), columns=dict(zip(OWN_WORDS, PLAIN, strict=True)))
    assert figures(tables) == MARCH[:1]
    assert findings == []


def test_declared_headings_of_two_rows_are_found_with_their_groups() -> None:
    top = ["Sandi", "Unit", *["Butir A", ""], *["Butir B", ""], *["Gula", ""], *["Tensi", ""]]
    low = ["", "", *["Atas", "Bawah"] * 4]
    own = ["Sandi", "Unit", *(f"{group} {part}" for group in top[2::2] for part in ("Atas", "Bawah"))]
    groups = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5), (0, 6, 0, 7), (0, 8, 0, 9)]
    tables, findings = read(merged([top, low, ENTIKONG], *groups), columns=dict(zip(own, PLAIN, strict=True)))
    assert figures(tables) == MARCH[:1]
    assert findings == []


def test_two_columns_of_one_meaning_are_asked_about_until_one_is_declared_not_to_be_read() -> None:
    rows: list[Cells] = [[*PLAIN, "Jumlah Peserta"], [*ENTIKONG, 12500]]
    tables, findings = read(sheet(*rows))
    assert tables == []
    assert only(findings).kind == "sheet_columns_double"
    assert only(findings).done.endswith(
        'columns: {"Peserta Terdaftar": abaikan} atau columns: {"Jumlah Peserta": abaikan}'
    )
    tables, findings = read(sheet(*rows), columns={"Jumlah Peserta": "abaikan"})
    assert figures(tables) == MARCH[:1]


NEIGHBOURS = [
    "Target AK", "Jumlah Kontak Sehat", "Jumlah Kontak Sakit", "Kunjungan Sehat", "Rujukan Spesialistik", "Rujukan RITL",
    "Peserta Prolanis DM", "Peserta Terdaftar bulan lalu", "Jumlah Kontak s/d bulan ini", "% DM terkendali",
    "Prolanis DM Terkendali (%)", "HT Tidak Terkendali", "Rata-rata Jumlah Kontak", "Sum of Jumlah Kontak",
]  # fmt: skip


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_a_column_that_only_resembles_a_count_is_never_taken_for_it(neighbour: str) -> None:
    tables, findings = read(sheet([*PLAIN[:2], neighbour, *COUNTED], [*ENTIKONG[:2], 999999, *ENTIKONG[2:]]))
    assert figures(tables) == MARCH[:1]
    assert [(f.kind, f.read) for f in findings] == [("columns_unknown", neighbour)]


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_a_column_that_resembles_a_count_does_not_stand_in_for_a_missing_one(neighbour: str) -> None:
    without = {"Kontak": 0, "AK": 0, "Kunjungan": 0, "Rujukan": 3, "Peserta Terdaftar": 1, "DM": 4, "HT": 6}
    place = next(position for word, position in without.items() if word.casefold() in neighbour.casefold())
    headings = [*COUNTED]
    headings[place] = neighbour
    tables, findings = read(sheet([*PLAIN[:2], *headings], ENTIKONG))
    assert tables == []
    assert only(findings).kind in {"sheet_columns_missing", "sheet_columns_ambiguous"}
    assert COUNTED[place].replace("Diagnosa", "Diangnosa") in only(findings).read


# Several tables on a sheet


def test_tables_of_two_months_below_each_other_keep_their_own_month() -> None:
    stacked = sheet(
        ["CAPAIAN KBK KABUPATEN SANGGAU"], ["Januari 2024"], PLAIN, ENTIKONG, ["JUMLAH", "", *ENTIKONG[2:]], [],
        ["Februari 2024"], PLAIN, BONTI, ["Sumber: P-Care"],
    )  # fmt: skip
    tables, findings = read(stacked, name="kbk.xlsx")
    assert figures(tables) == [("2024-01", *ENTIKONG), ("2024-02", *BONTI)]
    assert [(f.kind, f.read) for f in findings] == [("rows_not_facility", "baris 5"), ("rows_not_facility", "baris 10")]


@pytest.mark.parametrize("file", ["kbk.xlsx", "kbk jan 24.xlsx"])
def test_a_lower_table_with_a_time_that_cannot_be_read_is_refused_by_name(file: str) -> None:
    stacked = sheet(["Januari 2024"], PLAIN, ENTIKONG, ["Bulan kedua"], PLAIN, BONTI)
    tables, findings = read(stacked, name=file)
    assert figures(tables) == [("2024-01", *ENTIKONG)]
    assert (only(findings).kind, only(findings).row) == ("sheet_month_unknown", 5)


@pytest.mark.parametrize(
    "title",
    ["Capaian KBK s/d Maret 2024", "Januari - Maret 2024", "Triwulan I", "Capaian bulan lalu", "S.D. MARET 2024"],
)
def test_a_table_of_several_months_is_not_taken_for_the_month_of_its_file(title: str) -> None:
    tables, findings = read(sheet([title], PLAIN, ENTIKONG))
    assert tables[0].rows == []
    assert (only(findings).kind, only(findings).row) == ("sheet_month_unknown", 2)
    tables, findings = read(sheet(PLAIN, ENTIKONG, name="sd Mar 24"))
    assert tables[0].rows == []


def test_tables_beside_each_other_are_read_each_with_its_own_title() -> None:
    gap = ["", ""]
    beside = sheet(
        ["Januari 2024", *[""] * 9, *gap, "Februari 2024"], [*PLAIN, *gap, *PLAIN],
        [*ENTIKONG, *gap, *BONTI], [*BONTI, *gap, *[""] * 10],
    )  # fmt: skip
    tables, findings = read(beside, name="kbk.xlsx")
    assert figures(tables) == [("2024-01", *ENTIKONG), ("2024-01", *BONTI), ("2024-02", *BONTI)]
    assert findings == []


def test_a_small_table_beside_a_whole_one_does_not_stop_it() -> None:
    rows: list[Cells] = [[*PLAIN, "", "Nama FKTP", "Jumlah Kontak"], [*ENTIKONG, "", "PUSKESMAS ENTIKONG", 99], BONTI]
    tables, findings = read(sheet(*rows))
    assert figures(tables) == MARCH
    assert only(findings).kind == "sheet_columns_missing"
    assert only(findings).done == "tabel ini tidak dipakai"


def test_counts_and_percents_under_one_heading_are_told_apart() -> None:
    top = [*PLAIN[:4], PLAIN[4], "", PLAIN[5], PLAIN[6], "", PLAIN[7], PLAIN[8], "", PLAIN[9]]
    low = ["", "", "", "", "n", "%", "", "n", "%", "", "n", "%", ""]
    first = [*ENTIKONG[:5], 1.25, *ENTIKONG[5:7], 7.5, *ENTIKONG[7:9], 6, ENTIKONG[9]]
    tables, _ = read(merged([top, low, first], (0, 4, 0, 5), (0, 7, 0, 8), (0, 10, 0, 11)))
    assert figures(tables) == MARCH[:1]


def test_numbered_and_lettered_headings_are_read_without_number_and_letter() -> None:
    numbered = [f"{n}. {text} ({letter})" for n, (text, letter) in enumerate(zip(PLAIN, "ABCDEFGHIJ", strict=True), 1)]
    tables, findings = read(sheet(numbered, ENTIKONG))
    assert figures(tables) == MARCH[:1]
    assert findings == []


def test_months_across_are_read_where_each_has_all_counts() -> None:
    top = ["Kode PPK", "Nama FKTP", *["Januari"] * 8, *["Februari"] * 8]
    tables, findings = read(
        sheet(["CAPAIAN KBK TAHUN 2024"], top, ["", "", *COUNTED, *COUNTED], [*ENTIKONG, *BONTI[2:]]), name="kbk.xlsx"
    )
    assert figures(tables) == [("2024-01", *ENTIKONG), ("2024-02", *ENTIKONG[:2], *BONTI[2:])]
    assert findings == []


def test_a_table_of_ratios_by_month_is_refused_for_what_it_lacks() -> None:
    months = ["JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES", "Rata-rata"]
    tables, findings = read(sheet(["KAB/KOTA", *months], ["Target", *[150] * 13], ["Way Kanan", "98,5", "88,2"]))
    assert tables == []
    assert (only(findings).kind, only(findings).row) == ("sheet_months_across", 1)


def test_indicators_below_each_other_are_set_upright() -> None:
    rows = zip(COUNTED, ENTIKONG[2:], BONTI[2:], strict=True)
    turned = sheet(["BULAN MARET 2024"], [], ["Indikator", "PUSKESMAS ENTIKONG", "PUSKESMAS BONTI"], *rows)
    tables, findings = read(turned)
    assert [(row.row, row.name, row.cells["contacts"]) for table in tables for row in table.rows] == [
        (4, "PUSKESMAS ENTIKONG", ENTIKONG[2]),
        (5, "PUSKESMAS BONTI", BONTI[2]),
    ]
    assert only(findings).kind == "table_turned"


def test_who_signs_a_turned_table_is_no_column_of_it() -> None:
    rows = [
        *zip(COUNTED, ENTIKONG[2:], BONTI[2:], strict=True),
        ["Jumlah Penyuluhan", 4, 5],
        ["dr. Budi Santoso", "", ""],
    ]
    turned = sheet(["BULAN MARET 2024"], [], ["Indikator", "PUSKESMAS ENTIKONG", "PUSKESMAS BONTI"], *rows)
    _, findings = read(turned)
    assert [f.read for f in findings if f.kind == "columns_unknown"] == ["Jumlah Penyuluhan"]


def test_indicators_below_each_other_under_unknown_titles_are_refused_for_that_reason() -> None:
    turned = sheet(["Indikator", "Capaian"], *([h, n] for h, n in zip(COUNTED, ENTIKONG[2:], strict=True)))
    tables, findings = read(turned)
    assert tables == []
    assert (only(findings).kind, only(findings).row) == ("sheet_turned", 2)


def test_indicators_in_the_rows_of_each_facility_are_refused_for_that_reason() -> None:
    shares = ("Angka Kontak", "RRNS", "RPPT")
    rows = [[code, name, "Mar-24", share, 1, 2] for code, name, *_ in (ENTIKONG, BONTI) for share in shares]
    tables, findings = read(sheet(["Kode PPK", "NAMA FKTP", "Bulan", "Indikator", "Pembilang", "Penyebut"], *rows))
    assert tables == []
    assert (only(findings).kind, only(findings).row) == ("sheet_turned", 2)


# The block above


@pytest.mark.parametrize(
    "block",
    [
        [["KABUPATEN:", "SANGGAU"], ["PUSKESMAS:", "ENTIKONG"], ["BULAN:", "JANUARI 2024"]],
        [["RNS PUSKESMAS"], ["", "Nama Puskesmas", "", ": ENTIKONG"], ["", "Penanggung Jawab", "", ": SITI AMINAH"],
         ["", "No HP", "", ": 081234567890"], ["Periode : Januari 2024"], ["Dicetak 3 Juli 2024"]],
        [["Puskesmas", ":", "ENTIKONG"], ["Bulan", ":", "Januari"], ["Tahun", ":", "2024"]],
    ],
)  # fmt: skip
def test_a_table_without_facilities_takes_facility_and_month_from_the_block_above(block: list[Cells]) -> None:
    tables, findings = read(sheet(*block, [], COUNTED, ENTIKONG[2:]), name="laporan.xlsx")
    assert figures(tables) == [("2024-01", "", "ENTIKONG", *ENTIKONG[2:])]
    assert "SITI" not in str((tables, findings))
    assert "0812" not in str((tables, findings))


def test_a_block_above_a_table_without_facilities_may_name_the_code() -> None:
    block = [
        ["Kode PPK", ": 0114A026"],
        ["PUSKESMAS", ": ENTIKONG"],
        ["No HP", ": 08123456"],
        ["BULAN:", "JANUARI 2024"],
    ]
    tables, findings = read(sheet(*block, [], COUNTED, ENTIKONG[2:]), name="laporan.xlsx")
    assert figures(tables) == [("2024-01", "0114A026", "ENTIKONG", *ENTIKONG[2:])]
    assert findings == []
    two = [["Kode PPK", ": 0114A026"], ["Kode FKTP", ": 0114A027"], ["BULAN:", "JANUARI 2024"]]
    tables, findings = read(sheet(*two, [], COUNTED, ENTIKONG[2:]), name="laporan.xlsx")
    assert tables == []
    assert only(findings).read.startswith("tidak ada: Kode PPK atau NAMA FKTP")


def test_without_facility_columns_and_without_a_block_the_table_is_refused() -> None:
    block = [["Penanggung Jawab", ": SITI AMINAH"], ["No HP", ": 081234567890"]]
    tables, findings = read(sheet(*block, COUNTED, ENTIKONG[2:]))
    assert tables == []
    assert only(findings).read.startswith("tidak ada: Kode PPK atau NAMA FKTP; ada: Jumlah Kontak")
    assert "SITI" not in str(findings)


def test_the_signature_below_a_table_is_no_facility_and_is_never_quoted() -> None:
    sign: list[Cells] = [
        [], ["", "Mengetahui,", "", "", "", "", "", "Sanggau, 5 April 2024"],
        ["", "SITI AMINAH", "", "", "", "", "", "BUDI SANTOSO"],
        ["", "NIP. 19651010 199003 2 001", "", "", "", "", "", "196510101990031001"],
    ]  # fmt: skip
    tables, findings = read(sheet(PLAIN, ENTIKONG, *sign))
    assert figures(tables) == MARCH[:1]
    assert [(f.kind, f.read) for f in findings] == [("rows_not_facility", "baris 4, 5, 6")]


def test_totals_by_type_by_kecamatan_and_in_any_column_are_no_facilities() -> None:
    sums = ENTIKONG[2:]
    rows: list[Cells] = [
        ["No", *PLAIN], [1, *ENTIKONG], ["JUMLAH", "", "", *sums], ["", "", "KECAMATAN ENTIKONG", *sums],
        ["", "", "KLINIK PRATAMA", *sums], ["", "", "Rata-rata", *sums], ["", "", "TARGET", *sums], [2, *BONTI],
    ]  # fmt: skip
    tables, findings = read(sheet(*rows))
    assert figures(tables) == MARCH
    assert [(f.kind, f.read) for f in findings] == [("rows_not_facility", "baris 3, 4, 5, 6, 7")]


# Other exports, and sheets without a year


def test_a_capitation_file_is_told_what_it_is() -> None:
    lampiran = ["No", "Kode FKTP", "Nama FKTP", "Jenis Fktp", "KBK Konsekuensi", "Jenis Kapitasi", "Usia 0 5 L",
                "Usia 6 20 L", "Usia 0 5 P", "Total Peserta Terdaftar", "Jumlah Dokter", "Jumlah Dokter Gigi",
                "Rasio Dokter", "Biaya Kapitasi Bayar"]  # fmt: skip
    tables, findings = read(sheet(lampiran, [1, "0114A001", "PUSKESMAS ENTIKONG"]), name="Lampiran Kapitasi_mar24.xlsx")
    assert tables == []
    assert only(findings).kind == "sheet_other_report"
    assert only(findings).read.startswith("lampiran kapitasi, bukan capaian KBK")


def test_sheets_without_a_year_take_it_from_their_place_between_two_that_name_it() -> None:
    names = ["November 23", "Desember", "Januari", "Februari 24"]
    tables, findings = read(*(sheet(PLAIN, ENTIKONG, name=name) for name in names), name="Capaian.xlsx")
    assert [str(row.month) for table in tables for row in table.rows] == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert findings == []


@pytest.mark.parametrize("names", [["November 23", "Januari", "Februari 24"], ["November 23", "Desember", "Januari"]])
def test_sheets_without_a_year_are_asked_about_where_their_order_proves_nothing(names: list[str]) -> None:
    tables, findings = read(*(sheet(PLAIN, ENTIKONG, name=name) for name in names), name="Capaian.xlsx")
    assert {f.kind for f in findings} == {"sheet_month_unknown"}
    assert "Januari" in {f.sheet for f in findings}
    assert all(row.month.year == 2023 or row.month.month == 2 for table in tables for row in table.rows)


def test_the_real_layouts_are_read_by_their_own_headings() -> None:
    headings = Headings(LAYOUTS)
    assert all(headings.read((text,)).exact for text in (*WB, *TABEL))


def test_a_declaration_that_names_no_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match=r"district\.yml") as caught:
        Headings(LAYOUTS, {"Kontak": "Jumlah Kontrak", "Peserta": "Peserta Diagnosa DM"})
    assert caught.value.problems == [
        "columns, “Kontak”: “Jumlah Kontrak” bukan kolom yang dikenal. Maksud Anda “Jumlah Kontak”?"
    ]


def test_a_declaration_that_takes_a_needed_column_away_is_named_with_what_is_missing() -> None:
    columns = {"Jumlah Kontak": "abaikan", "Peserta Terdaftar": "Jumlah Rujukan"}
    tables, findings = read(sheet(PLAIN, ENTIKONG), columns=columns)
    assert tables == []
    told = only(findings).read
    assert told.startswith("tidak ada: Jumlah Kontak, Peserta Terdaftar; ada: ")
    assert "Jumlah Kontak (abaikan menurut district.yml)" in told
    assert "Peserta Terdaftar (Jumlah Rujukan menurut district.yml)" in told


def test_a_declared_heading_that_stands_nowhere_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "raw" / "contoh"
    folder.mkdir(parents=True)
    declared = 'columns: {"Kontak Sehat X": Jumlah Kontak, "Kode PPK": abaikan, "kode  FKTP": Kode PPK}\n'
    (folder / "district.yml").write_text(
        f"name: Kabupaten Contoh\nlevel: kabupaten\nbulan_kapitasi: pelayanan\n{declared}"
    )
    counts = "Jumlah Kontak;Peserta Terdaftar;Kasus Non Spesialistik;Jumlah Rujukan;Prolanis DM Terkendali"
    counts += ";Peserta Diangnosa DM;Prolanis HT Terkendali;Peserta Diangnosa HT"
    rows = f"Kode FKTP;Nama FKTP;Bulan;{counts}\n0101A001;PKM A;2024-03;7;100;1;9;1;9;1;9\n"
    (folder / "rekap.csv").write_text(rows)
    ledger = clean_district(Workspace(tmp_path), "contoh").ledger
    told = ledger[ledger["kind"] == "declared_column_missing"]
    assert list(told["read"]) == ["Kontak Sehat X", "Kode PPK"]
    assert set(told["file"]) == {"district.yml"}


def test_a_district_named_once_for_a_group_of_rows_holds_up_to_the_next_name() -> None:
    rows: list[Cells] = [
        ["Kab/Kota", *PLAIN], ["KAB. SANGGAU", *ENTIKONG], ["", *BONTI], ["KAB. SEKADAU", *ENTIKONG], ["", *BONTI],
    ]  # fmt: skip
    tables, findings = read(sheet(*rows))
    assert [row.district for row in tables[0].rows] == ["KAB. SANGGAU"] * 2 + ["KAB. SEKADAU"] * 2
    assert (only(findings).kind, only(findings).read) == ("district_from_above", "baris 3, 5")


def test_words_in_the_last_row_before_headings_that_stand_again_do_not_make_it_a_heading() -> None:
    headings = [*PLAIN, "Kuota"]
    tables, findings = read(
        sheet(headings, [*ENTIKONG, 17], [*BONTI, "baik"], headings, [*ENTIKONG[:2], *[""] * 8, "x"])
    )
    assert figures(tables)[:2] == MARCH
    assert [(f.kind, f.read) for f in findings] == [("columns_unknown", "Kuota")]


def test_headings_that_stand_again_below_a_signature_with_nothing_under_them_are_no_table() -> None:
    signed = [["Sanggau, 5 Juli 2025"], ["Kepala Dinas Kesehatan"]]
    tables, findings = read(sheet(PLAIN, ENTIKONG, BONTI, *signed, PLAIN))
    assert (figures(tables), findings) == (MARCH, [])


def test_a_month_above_headings_with_nothing_under_them_is_told_as_a_month_without_rows() -> None:
    tables, findings = read(sheet(["Maret 2024"], PLAIN, ENTIKONG, BONTI, ["April 2024"], PLAIN), name="kbk.xlsx")
    assert figures(tables) == MARCH
    assert [f.kind for f in findings] == ["sheet_without_rows"]


# Month and year in two columns


@pytest.mark.parametrize("month", ["Maret", "MAR", 3, "03", 3.0])
@pytest.mark.parametrize("year", [2024, "2024", 2024.0])
def test_a_month_without_year_takes_it_from_the_column_of_years(month: object, year: object) -> None:
    rows: list[Cells] = [["Bulan", "Tahun", *PLAIN], [month, year, *ENTIKONG], [month, year, *BONTI]]
    tables, findings = read(sheet(*rows), name="kbk.xlsx")
    assert (figures(tables), findings) == (MARCH, [])


YEARLESS: list[Cells] = [["Bulan", *PLAIN], ["Maret", *ENTIKONG], ["Maret", *BONTI], ["Sanggau, 5 April 2025"]]


@pytest.mark.parametrize(
    ("title", "name", "sheet_name"),
    [
        ("CAPAIAN KBK TAHUN 2024", "kbk.xlsx", "Lembar1"),
        ("CAPAIAN KBK", "KBK Sanggau 2024.xlsx", "Lembar1"),
        ("CAPAIAN KBK", "kbk.xlsx", "2024"),
        ("Bulan : Maret 2024", "kbk mar 24.xlsx", "Lembar1"),
    ],
)
def test_months_without_year_take_the_only_year_that_the_names_tell(title: str, name: str, sheet_name: str) -> None:
    tables, findings = read(sheet([title], *YEARLESS, name=sheet_name), name=name)
    assert figures(tables) == MARCH
    told, footer = findings
    assert (told.kind, told.read, told.done) == ("month_year_from_names", "Maret", "dibaca sebagai bulan tahun 2024")
    assert (footer.kind, footer.read) == ("rows_not_facility", "baris 5")


@pytest.mark.parametrize(
    ("title", "name", "months"),
    [
        ("TAHUN 2024", "kbk 2023.xlsx", ("Maret", "Maret")),  # two years
        ("CAPAIAN KBK", "kbk.xlsx", ("Maret", "Maret")),  # none
        ("TAHUN 2024", "kbk.xlsx", ("Maret 2024", "April")),  # a column that names years
        ("TAHUN 2024", "kbk.xlsx", ("Desember", "Januari")),  # may be of two years
    ],
)
def test_months_without_year_stay_unread_where_the_year_is_doubtful(
    title: str, name: str, months: tuple[str, str]
) -> None:
    rows: list[Cells] = [["Bulan", *PLAIN], [months[0], *ENTIKONG], [months[1], *BONTI]]
    tables, findings = read(sheet([title], *rows), name=name)
    read_months = [str(row.month) for table in tables for row in table.rows]
    assert read_months == (["2024-03"] if months[0].endswith("2024") else [])
    assert "month_unreadable" in {f.kind for f in findings}


def test_payment_months_without_year_take_none_from_a_title() -> None:
    found = [sheet(["TAHUN 2024"], ["Bulan Kapitasi", *PLAIN], ["Januari", *ENTIKONG], ["Januari", *BONTI])]
    tables, findings = read_tables(
        Document("kbk.xlsx", b""), found, Headings(LAYOUTS, None), paid_later=True, corrections=Corrections([])
    )
    assert [row for table in tables for row in table.rows] == []
    assert {f.kind for f in findings} == {"month_unreadable"}


def test_a_year_against_the_column_of_months_leaves_the_row_out_with_both() -> None:
    rows: list[Cells] = [["Bulan", "Tahun", *PLAIN], ["Maret 2024", 2024, *ENTIKONG], ["Maret 2024", 2023, *BONTI]]
    tables, findings = read(sheet(*rows), name="kbk.xlsx")
    assert figures(tables) == MARCH[:1]
    assert (only(findings).kind, only(findings).row) == ("month_unreadable", 3)
    assert only(findings).read == "Maret 2024, Tahun 2023"


def test_a_year_against_the_name_of_the_file_leaves_the_row_out_with_both() -> None:
    rows: list[Cells] = [["Tahun", *PLAIN], [2024, *ENTIKONG], [2023, *BONTI]]
    tables, findings = read(sheet(*rows), name="kbk mar 24.xlsx")
    assert figures(tables) == MARCH[:1]
    assert (only(findings).kind, only(findings).row, only(findings).read) == (
        "month_unreadable", 3, "2024-03, Tahun 2023",
    )  # fmt: skip


def test_a_column_of_one_year_completes_the_month_of_the_name_of_the_file() -> None:
    rows: list[Cells] = [["Tahun", *PLAIN], [2024, *ENTIKONG], [2024, *BONTI]]
    tables, findings = read(sheet(*rows), name="kbk maret.xlsx")
    assert (figures(tables), findings) == (MARCH, [])


# Parts of ratios, months as codes, pivot tables, codes without a heading


def test_numerators_and_denominators_stand_under_the_name_of_their_indicator() -> None:
    groups = ["Angka Kontak", "RRNS", "RPPT DM", "RPPT HT"]
    top = ["Kode PPK", "Nama FKTP", *(text for group in groups for text in (group, "", ""))]
    low = ["", "", *(["Pembilang", "Penyebut", "Capaian"] * 4)]
    # 1748 ÷ 12000 × 1000 = 145,67; 2 ÷ 160 = 1,25 %; 15 ÷ 200 = 7,5 %; 18 ÷ 300 = 6 %
    cells = [*ENTIKONG[:4], "145,67", *ENTIKONG[4:6], "1,25", *ENTIKONG[6:8], "7,50", *ENTIKONG[8:], "6,00"]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), *((0, 2 + 3 * n, 0, 4 + 3 * n) for n in range(4))]
    tables, findings = read(merged([top, low, cells], *merges))
    assert figures(tables) == MARCH[:1]
    assert set(tables[0].rows[0].ratios) == {"ak_printed", "rrns_printed", "rppt_dm_printed", "rppt_ht_printed"}
    assert findings == []


def test_sheets_named_by_the_numbers_of_months_take_the_year_of_the_file() -> None:
    books = [sheet(PLAIN, ENTIKONG, BONTI, name=name) for name in ("B01", "B02", "B11")]
    tables, findings = read(*books, name="KBK 2024.xlsx")
    assert [str(row.month) for table in tables for row in table.rows] == [
        m for m in ("2024-01", "2024-02", "2024-11") for _ in "ab"
    ]
    assert [(f.kind, f.sheet, f.done) for f in findings] == [
        ("sheet_month_code", "B01", "dibaca sebagai Januari 2024"),
        ("sheet_month_code", "B02", "dibaca sebagai Februari 2024"),
        ("sheet_month_code", "B11", "dibaca sebagai November 2024"),
    ]


@pytest.mark.parametrize("names", [("B01",), ("B1", "B2"), ("B01", "C02"), ("B01", "B1"), ("B13", "B14")])
def test_a_number_in_the_name_of_a_sheet_is_no_month_where_it_may_be_anything(names: tuple[str, ...]) -> None:
    tables, findings = read(*(sheet(PLAIN, ENTIKONG, BONTI, name=name) for name in names), name="KBK 2024.xlsx")
    assert figures(tables) == []
    assert {f.kind for f in findings} == {"sheet_month_unknown"}


def test_a_number_of_a_sheet_against_the_month_in_its_title_is_a_clash() -> None:
    books = [sheet(["BULAN MARET 2024"], PLAIN, ENTIKONG, name="B01"), sheet(PLAIN, ENTIKONG, name="B02")]
    tables, findings = read(*books, name="KBK 2024.xlsx")
    assert [str(row.month) for table in tables for row in table.rows] == ["2024-02"]
    assert ("sheet_month_clash", "B01") in {(f.kind, f.sheet) for f in findings}


def test_a_workbook_without_a_table_says_once_what_its_sheets_lack() -> None:
    blank = sheet(["Nama Obat", "Stok"], ["Parasetamol", 12], name="Obat")
    _, findings = read(blank, sheet(["Nama Puskesmas", "Alamat"], ["MELIAU", "Jl. Raya"], name="Profil"), blank, blank)
    finding = only(findings)
    assert finding.kind == "file_without_table"
    assert finding.read == "judul yang dikenal: tidak ada; judul yang dikenal: NAMA FKTP"


@pytest.mark.parametrize("prefix", ["Sum of", "Jumlah dari"])
def test_a_pivot_table_is_read_and_told(prefix: str) -> None:
    headings = ["Kode PPK", "Row Labels", *(f"{prefix} {text}" for text in COUNTED)]
    total = ["", "Grand Total", *(a + b for a, b in zip(ENTIKONG[2:], BONTI[2:], strict=True))]
    tables, findings = read(sheet(headings, ENTIKONG, BONTI, total))
    assert figures(tables) == MARCH
    assert {f.kind for f in findings} == {"table_of_pivot", "rows_not_facility"}


@pytest.mark.parametrize("prefix", ["Average of", "Count of", "Rata-rata dari"])
def test_a_pivot_table_of_means_or_numbers_of_rows_is_refused(prefix: str) -> None:
    tables, findings = read(sheet(["Kode PPK", "Row Labels", *(f"{prefix} {text}" for text in COUNTED)], ENTIKONG))
    assert figures(tables) == []
    assert findings[0].kind in {"file_without_table", "sheet_columns_missing"}


@pytest.mark.parametrize("label", ["Bulan Kapitasi", "Bulan", "Periode"])
def test_a_pivot_table_with_an_open_filter_of_months_is_refused(label: str) -> None:
    tables, findings = read(sheet([label, "(All)"], [], PLAIN, ENTIKONG))
    assert figures(tables) == []
    assert only(findings).kind == "sheet_month_unknown"


def test_a_column_of_known_codes_needs_no_heading() -> None:
    book = sheet(["", "Nama FKTP", *COUNTED], ENTIKONG, BONTI, ["", "Jumlah", *range(8)])
    known = {ENTIKONG[0], BONTI[0]}
    headings = Headings(LAYOUTS, None)
    tables, findings = read_tables(
        Document("kbk mar 24.xlsx", b""), [book], headings, False, Corrections([]), codes=known
    )
    assert figures(tables) == MARCH
    assert [(f.kind, f.cell) for f in findings if f.kind != "rows_not_facility"] == [("code_column_untitled", "A1")]
    for unsure in ({ENTIKONG[0]}, set()):
        tables, _ = read_tables(
            Document("kbk mar 24.xlsx", b""), [book], headings, False, Corrections([]), codes=unsure
        )
        assert [row.code.value for table in tables for row in table.rows] == ["", ""]
