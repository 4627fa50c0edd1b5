import datetime as dt
import hashlib
import re
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from real_headings import CSV as WITH_BLANKS
from real_headings import TABEL
from real_headings import WORKBOOK as WB

from analysis.clean import Cleaned, clean_district
from analysis.district import load_facilities
from analysis.errors import ConfigurationError, DataError
from analysis.findings import load_kinds, sentence
from analysis.ledger import LEVELS, Finding
from analysis.workspace import PROJECT, Workspace

REFERENCE = PROJECT / "data" / "reference"
CSV = [heading.replace(" ", ".") for heading in WITH_BLANKS]  # as R writes them
JAN, FEB, MAR = dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1)
A, B, C = "0114A001", "0114A002", "01140103"
NAMES = {A: "PUSKESMAS ENTIKONG", B: "PUSKESMAS BALAI KARANGAN", C: "KLINIK BHAYANGKARA"}
COUNTS = {
    "JUMLAH KONTAK": 1748, "PESERTA TERDAFTAR": 12000, "Kasus Non Spesialistik": 2, "Jumlah Rujukan": 160,
    "Prolanis DM Terkendali": 15, "Peserta Diangnosa DM": 200,
    "Prolanis HT Terkendali": 18, "Peserta Diangnosa HT": 300,
}  # fmt: skip
# By hand: 1748/12000 = 145,67 per mil; 2/160 = 1,25; 15/200 = 7,50; 18/300 = 6,00; (7,50 + 6,00)/2 = 6,75.
PRINTED = {"Angka Kontak": "145,67", "RRNS": "1,25", "RPPT DM": "7,50", "RPPT HT": "6,00", "RPPT": "6,75"}
Cells = Sequence[Any]


def key(heading: str) -> str:
    return heading.casefold().replace(".", " ")


def wb(
    month: Any = JAN, code: Any = A, name: str | None = None, *, district: str = "KAB. SANGGAU", **changed: Any
) -> list[Any]:
    """A row of the workbook layout; ``changed`` by heading with underscores for blanks."""
    changes = {key(k.replace("_", " ")): v for k, v in changed.items()}
    own = {"Bulan Kapitasi": month, "KAB/KOTA": district, "Kode PPK": code, "TIPE FKTP": "Puskesmas"}
    cells: dict[str, Any] = {**own, "NAMA FKTP": NAMES.get(code, "") if name is None else name, **COUNTS}
    return [changes.get(key(heading), cells.get(heading, "")) for heading in WB]


def _more(number: int) -> dict[str, Any]:
    """The large counts of another facility: as many more."""
    large = ("JUMLAH KONTAK", "PESERTA TERDAFTAR", "Jumlah Rujukan", "Peserta Diangnosa DM", "Peserta Diangnosa HT")
    return {heading.replace(" ", "_"): COUNTS[heading] + number for heading in large}


def printed(code: str = A, headings: Sequence[str] = TABEL, name: str | None = None, **changed: Any) -> list[Any]:
    """A row of a layout with ratios, numbers as text: thousands points, decimal commas."""
    changes = {key(k.replace("_", " ")): v for k, v in changed.items()}
    counts = {key(k): f"{v:,}".replace(",", ".") for k, v in COUNTS.items()}
    own = {"dati2": "KAB. SANGGAU", "kode ppk": code, "faskes": NAMES.get(code, "") if name is None else name}
    cells = {**own, **counts, **{key(k): v for k, v in PRINTED.items()}}
    return [changes.get(key(heading), cells[key(heading)]) for heading in headings]


def write(path: Path, sheets: Mapping[str, Sequence[Cells]], merge: Callable[[Any], None] | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        date = book.add_format({"num_format": "mmm yy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, cells in enumerate(rows):
                for c, cell in enumerate(cells):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(r, c, dt.datetime.combine(cell, dt.time()), date)
                    elif isinstance(cell, str):
                        sheet.write_string(r, c, cell) if cell else None
                    elif cell is not None:
                        sheet.write(r, c, cell)
            if merge is not None:
                merge(sheet)


def write_csv(path: Path, rows: Sequence[Cells]) -> None:
    path.write_text("\n".join(";".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")


class Folder:
    """A district's folder in a temporary workspace."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.path = root / "data" / "raw" / "sanggau"
        self.path.mkdir(parents=True)
        self.settings()

    def settings(self, more: str = "") -> None:
        text = f"name: Kabupaten Sanggau\nlevel: kabupaten\n{more}"
        (self.path / "district.yml").write_text(text, encoding="utf-8")

    def facilities(self, *lines: str, head: str = "code,name,type") -> None:
        (self.path / "facilities.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")

    def book(self, *rows: Cells, name: str = "Capaian KBK.xlsx", sheet: str = "Sheet1") -> None:
        write(self.path / name, {sheet: [WB, *rows]})

    def tabel(self, *rows: Cells, name: str = "Tabel Capaian_kbk mar 24.xlsx") -> None:
        write(self.path / name, {"Sheet 1": [TABEL, *rows]})

    def clean(self, today: dt.date | None = None) -> Cleaned:
        return clean_district(self.workspace, "sanggau", today=today)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def kinds(cleaned: Cleaned) -> list[str]:
    return sorted(cleaned.ledger["kind"])


def only(cleaned: Cleaned, kind: str) -> Any:
    found = cleaned.ledger[cleaned.ledger["kind"] == kind]
    assert len(found) == 1, cleaned.ledger[["kind", "read"]].to_string()
    return found.iloc[0]


def value(cleaned: Cleaned, column: str, code: str = A, month: str = "2024-01") -> Any:
    table = cleaned.table
    found = table[(table["facility_code"] == code) & (table["month"] == pd.Period(month, "M"))]
    assert len(found) == 1
    result = found.iloc[0][column]
    return None if pd.isna(result) else result


def facility_months(cleaned: Cleaned) -> list[tuple[str, str]]:
    return [(c, str(m)) for c, m in zip(cleaned.table["facility_code"], cleaned.table["month"], strict=True)]


# The three real layouts


def test_a_clean_workbook_gives_its_counts_and_an_empty_ledger(folder: Folder) -> None:
    folder.book(wb(), wb(code=C, TIPE_FKTP="Klinik Pratama"))
    cleaned = folder.clean()
    assert cleaned.ledger.empty
    assert facility_months(cleaned) == [(C, "2024-01"), (A, "2024-01")]
    row = cleaned.table.iloc[1]
    assert row[["contacts", "registered", "nonspecialist_referrals", "referrals"]].tolist() == [1748, 12000, 2, 160]
    assert row[["dm_controlled", "dm_registered", "ht_controlled", "ht_registered"]].tolist() == [15, 200, 18, 300]
    assert row[["facility_name", "facility_type"]].tolist() == ["PUSKESMAS ENTIKONG", "puskesmas"]
    assert row[["district", "source_file", "source_sheet"]].tolist() == ["sanggau", "Capaian KBK.xlsx", "Sheet1"]
    assert row["source_row"] == 2
    assert value(cleaned, "facility_type", C) == "klinik_pratama"
    content = (folder.path / "Capaian KBK.xlsx").read_bytes()
    source = cleaned.files[0]
    assert (source.name, source.size, source.layout, source.months, source.rows) == (
        "Capaian KBK.xlsx", len(content), "kbk_wb", ("2024-01",), 2,
    )  # fmt: skip
    assert source.sha256 == hashlib.sha256(content).hexdigest()


def test_the_tableau_table_takes_its_month_from_the_file_name_and_its_texts_as_numbers(folder: Folder) -> None:
    folder.tabel(printed(), printed(B))
    cleaned = folder.clean()
    assert kinds(cleaned) == ["facility_type_from_name"] * 2
    assert value(cleaned, "registered", A, "2024-03") == 12000
    assert cleaned.files[0].layout == "kbk_tabel"


def test_the_csv_of_r_is_read(folder: Folder) -> None:
    write_csv(folder.path / "kbk_des22.csv", [CSV, printed(headings=CSV)])
    cleaned = folder.clean()
    assert value(cleaned, "contacts", A, "2022-12") == 1748
    assert cleaned.files[0].layout == "kbk_csv"
    assert value(cleaned, "source_sheet", A, "2022-12") == ""


def test_sheets_without_a_year_take_it_from_the_column(folder: Folder) -> None:
    write(folder.path / "Capaian KBK (JAN 23 - APR 24).xlsx", {
        "Mei": [WB, wb(dt.date(2023, 5, 1))], "Januari": [WB, wb(JAN)], "Maret 24": [WB, wb(MAR)],
    })  # fmt: skip
    cleaned = folder.clean()
    assert [m for _, m in facility_months(cleaned)] == ["2023-05", "2024-01", "2024-03"]
    assert cleaned.ledger.empty


def test_titles_blank_rows_totals_and_column_numbers_are_no_facilities(folder: Folder) -> None:
    total = wb(month="", code="", name="TOTAL", district="")
    folder.book(
        wb(), [], ["", "", "", "RATA-RATA", "", 1748], wb(code=B, name="TOTAL SEHAT"), total,
        ["Sumber: BPJS Kesehatan"], name="a.xlsx",
    )  # fmt: skip
    write(folder.path / "b.xlsx", {"Februari": [
        ["REKAPITULASI KBK"], ["BULAN: FEBRUARI 2024"], [], ["", *WB], ["", *range(1, 19)], ["", *wb(FEB)],
        ["", "", "", "", "Target", "", 150], ["Dicetak 3 Juli 2024"],
    ]})  # fmt: skip
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-01"), (A, "2024-02"), (B, "2024-01")]
    assert value(cleaned, "source_row", A, "2024-02") == 6
    noted = cleaned.ledger[cleaned.ledger["kind"] == "rows_not_facility"]
    assert noted["read"].tolist() == ["baris 4, 6, 7", "baris 7"]
    assert set(kinds(cleaned)) == {"rows_not_facility", "facility_without_rows"}  # B has no February


def test_merged_district_cells_are_filled_and_merged_counts_are_doubtful(folder: Folder) -> None:
    rows = [TABEL, printed(), ["", *printed(B)[1:]], printed(C)]

    def merge(sheet: Any) -> None:
        sheet.merge_range("A2:A3", "KAB. SANGGAU")
        sheet.merge_range("D3:D4", "1.748")

    write(folder.path / "Tabel mar 24.xlsx", {"Sheet 1": rows}, merge)
    cleaned = folder.clean()
    assert [value(cleaned, "contacts", c, "2024-03") for c in (A, B, C)] == [1748, None, None]
    assert kinds(cleaned).count("merged_count") == 2
    assert "rows_other_district" not in kinds(cleaned)


def test_code_and_name_in_one_column_are_split(folder: Folder) -> None:
    headings = ["Bulan Kapitasi", "Kode dan Nama FKTP", *WB[4:]]
    write(folder.path / "a.xlsx", {"Jan": [headings, [JAN, f"{A} - {NAMES[A]}", *wb()[4:]]]})
    cleaned = folder.clean()
    assert value(cleaned, "facility_name") == NAMES[A]


def test_the_old_prolanis_columns_are_read_where_they_stand(folder: Folder) -> None:
    more = ["Peserta Prolanis Terdaftar", "Prolanis Rutin Berkunjung"]
    write(folder.path / "a.xlsx", {"Jan": [[*WB, *more], [*wb(), 90, 45]]})
    cleaned = folder.clean()
    assert (value(cleaned, "prolanis_registered"), value(cleaned, "prolanis_visited")) == (90, 45)


def test_columns_of_persons_are_named_but_never_read(folder: Folder) -> None:
    write(folder.path / "a.xlsx", {"Jan": [[*WB, "Nama Peserta"], [*wb(), "SITI AMINAH"]]})
    cleaned = folder.clean()
    assert only(cleaned, "columns_unknown")["read"] == "Nama Peserta"
    assert "SITI" not in cleaned.ledger.to_csv() + cleaned.table.to_csv()


# Months


def test_the_payment_month_is_shifted_by_the_setting(folder: Folder) -> None:
    folder.settings("bulan_kapitasi: pembayaran\n")
    write(folder.path / "a.xlsx", {"Januari 24": [WB, wb(JAN)], "Februari 24": [WB, wb(MAR)]})
    cleaned = folder.clean()
    assert [m for _, m in facility_months(cleaned)] == ["2023-12", "2024-02"]
    assert cleaned.ledger.empty


def test_a_column_against_the_sheet_name_refuses_the_sheet_by_name(folder: Folder) -> None:
    write(folder.path / "a.xlsx", {"Januari 24": [WB, wb(MAR)], "Februari": [WB, wb(FEB)]})
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-02")]
    clash = only(cleaned, "sheet_month_clash")
    assert (clash["file"], clash["sheet"]) == ("a.xlsx", "Januari 24")
    assert clash["read"] == "nama lembar menyebut Januari 2024, kolom bulan berisi 03-2024"


def test_a_stray_row_of_another_month_is_left_out_alone(folder: Folder) -> None:
    folder.book(wb(), wb(code=B), wb(FEB, C), sheet="Januari 24")
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-01"), (B, "2024-01")]
    assert only(cleaned, "row_month_clash")["row"] == 4


def test_a_file_name_against_the_column_or_the_title_is_doubtful(folder: Folder) -> None:
    folder.book(wb(MAR), name="kbk_jan24.xlsx")
    write(folder.path / "kbk_feb24.xlsx", {"Sheet 1": [["BULAN: MARET 2024"], TABEL, printed()]})
    folder.book(wb(), name="kbk.xlsx")
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-01")]
    clashes = cleaned.ledger[cleaned.ledger["kind"] == "sheet_month_clash"]
    assert clashes["file"].tolist() == ["kbk_feb24.xlsx", "kbk_jan24.xlsx"]


def test_the_last_month_in_the_name_of_a_cumulative_file_is_no_clash(folder: Folder) -> None:
    folder.book(wb(JAN), wb(FEB), wb(MAR), name="KBK sd Maret 2024.xlsx")
    assert len(folder.clean().table) == 3


def test_without_any_month_the_sheet_is_refused(folder: Folder) -> None:
    folder.book(wb())
    folder.tabel(printed(), name="Tabel Capaian.xlsx")
    finding = only(folder.clean(), "sheet_month_unknown")
    assert finding["file"] == "Tabel Capaian.xlsx"


def test_month_of_the_sheet_and_year_of_the_file_make_a_month(folder: Folder) -> None:
    write(folder.path / "Tabel KBK 2024.xlsx", {"Maret": [TABEL, printed()]})
    assert facility_months(folder.clean()) == [(A, "2024-03")]


def test_a_row_without_or_with_an_ambiguous_month_is_left_out(folder: Folder) -> None:
    folder.book(wb(), wb("", B), wb("05/06/2024", C))
    cleaned = folder.clean()
    assert len(cleaned.table) == 1
    assert only(cleaned, "row_without_month")["row"] == 3
    told = "05/06/2024 (Juni 2024 bila hari di depan, Mei 2024 bila bulan di depan)"
    assert only(cleaned, "month_order_unknown")["read"] == told


# Cells


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("-", "no_value_sign"), ("belum lapor", "no_value_sign"), ("#####", "excel_error"), (12.5, "not_whole"),
     (-4, "negative"), ("dua", "not_a_number"), ("", None), (0, None)],
)  # fmt: skip
def test_a_doubtful_cell_is_missing_with_its_place(folder: Folder, cell: Any, kind: str | None) -> None:
    folder.book(wb(JUMLAH_KONTAK=cell))
    cleaned = folder.clean()
    assert value(cleaned, "contacts") == (0 if cell == 0 else None)
    assert value(cleaned, "registered") == 12000
    if kind is None:
        assert cleaned.ledger.empty
        return
    found = only(cleaned, kind)
    assert (found["file"], found["sheet"], found["row"], found["column"]) == (
        "Capaian KBK.xlsx",
        "Sheet1",
        2,
        "JUMLAH KONTAK",
    )
    assert (found["facility_code"], found["month"]) == (A, "2024-01")
    assert found["read"] == str(cell).replace(".", ",")


def test_a_numerator_above_its_denominator_leaves_both_out(folder: Folder) -> None:
    folder.book(wb(JUMLAH_KONTAK=12001))
    cleaned = folder.clean()
    assert (value(cleaned, "contacts"), value(cleaned, "registered"), value(cleaned, "referrals")) == (None, None, 160)
    found = only(cleaned, "numerator_above_denominator")
    assert found["read"] == "12001 > 12000"
    # The sixth and seventh column of the export, contacts and registered participants, under the headings in row 1.
    assert found["cell"] == "F2, G2"


@pytest.mark.parametrize(
    "ratio", ["145,67", "145,66", "145,7", "145", "146", "145,67 ‰", "14,57%", 145.66666666666666, 0.145667]
)
def test_a_ratio_agrees_at_the_decimals_it_prints(folder: Folder, ratio: Any) -> None:
    folder.tabel(printed(Angka_Kontak=ratio))
    cleaned = folder.clean()
    assert kinds(cleaned) == ["facility_type_from_name"]
    assert value(cleaned, "contacts", A, "2024-03") == 1748


@pytest.mark.parametrize("ratio", ["154,67", "145,65", "14,57", "0"])
def test_a_contradicting_ratio_leaves_the_indicator_out(folder: Folder, ratio: str) -> None:
    folder.tabel(printed(Angka_Kontak=ratio))
    cleaned = folder.clean()
    assert (value(cleaned, "contacts", A, "2024-03"), value(cleaned, "registered", A, "2024-03")) == (None, None)
    assert value(cleaned, "dm_registered", A, "2024-03") == 200
    assert only(cleaned, "ratio_contradicts")["column"] == "Angka Kontak"


def test_lost_thousands_are_restored_where_the_ratio_proves_it(folder: Folder) -> None:
    folder.tabel(
        printed(Jumlah_Kontak=1.748),
        printed(B, Peserta_Terdaftar="12"),
        printed(C, Jumlah_Kontak=1.748, Peserta_Terdaftar=12.0),
    )
    cleaned = folder.clean()
    for code in (A, B, C):
        assert (value(cleaned, "contacts", code, "2024-03"), value(cleaned, "registered", code, "2024-03")) == (
            1748,
            12000,
        )
    restored = cleaned.ledger[cleaned.ledger["kind"] == "thousands_restored"]
    contacts, registered = "terbaca 1,748, dipulihkan menjadi 1.748", "terbaca 12, dipulihkan menjadi 12.000"
    assert restored["done"].tolist() == [contacts, registered, contacts, registered]


def test_lost_thousands_without_a_proof_are_doubtful(folder: Folder) -> None:
    folder.book(wb(PESERTA_TERDAFTAR=12.5))
    folder.tabel(
        printed(Peserta_Terdaftar=12.5, Angka_Kontak=""),
        printed(B, Jumlah_Kontak="0", Peserta_Terdaftar=12.5, Angka_Kontak="0,00"),
    )
    cleaned = folder.clean()
    assert kinds(cleaned).count("not_whole") == 3
    assert value(cleaned, "registered") is None
    assert value(cleaned, "registered", B, "2024-03") is None


def test_combined_rppt_is_only_noted_where_both_parts_are_proven(folder: Folder) -> None:
    folder.tabel(
        printed(RPPT="9,99"),
        printed(B, RPPT="9,99", RPPT_HT=""),
        printed(C, Peserta_Diangnosa_HT="0", Prolanis_HT_Terkendali="0", RPPT_HT="", RPPT="3,75"),
    )
    cleaned = folder.clean()
    assert only(cleaned, "combined_ratio_differs")["facility_code"] == A
    assert only(cleaned, "ratio_contradicts")["facility_code"] == B
    assert value(cleaned, "ht_registered", A, "2024-03") == 300
    assert (value(cleaned, "dm_registered", B, "2024-03"), value(cleaned, "ht_registered", B, "2024-03")) == (200, None)


def test_an_unreadable_ratio_is_noted_unless_there_is_nothing_to_divide_by(folder: Folder) -> None:
    folder.tabel(printed(RRNS="#DIV/0!"), printed(B, RRNS="-", Jumlah_Rujukan="0", Kasus_Non_Spesialistik="0"))
    cleaned = folder.clean()
    assert only(cleaned, "ratio_unreadable")["facility_code"] == A
    assert value(cleaned, "referrals", A, "2024-03") == 160


# Who


def test_rows_of_another_district_are_left_out_with_a_count(folder: Folder) -> None:
    folder.settings("aliases: [SGU]\n")
    folder.book(
        wb(), wb(code=B, district="Kabupaten  sanggau", **_more(1)), wb(code=C, district="SGU", **_more(2)),
        wb(code="0999A001", name="PUSKESMAS SEKADAU", district="KAB. SEKADAU", JUMLAH_KONTAK="-"),
        wb(code="0999A002", name="PUSKESMAS KOTA", district="KOTA SANGGAU", **_more(3)),
    )  # fmt: skip
    cleaned = folder.clean()
    assert set(cleaned.table["facility_code"]) == {A, B, C}
    finding = only(cleaned, "rows_other_district")
    assert finding["read"] == "KAB. SEKADAU (1 baris), KOTA SANGGAU (1 baris)"
    assert finding["done"].startswith("2 baris")
    assert len(cleaned.ledger) == 1


def test_a_province_takes_the_rows_of_all_its_districts(folder: Folder) -> None:
    (folder.path / "district.yml").write_text("name: Kalimantan Barat\nlevel: provinsi\n", encoding="utf-8")
    folder.book(wb(), wb(code=B, district="KOTA PONTIANAK"))
    assert len(folder.clean().table) == 2


def test_codes_are_compared_without_their_writing(folder: Folder) -> None:
    folder.book(
        wb(code=" 0114a001 ", name=NAMES[A]), wb(FEB, "'0114A001", NAMES[A]), wb(MAR, C), wb(JAN, 1140103, NAMES[C])
    )
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(C, "2024-01"), (C, "2024-03"), (A, "2024-01"), (A, "2024-02")]
    restored = only(cleaned, "code_zero_restored")
    assert (restored["read"], restored["done"]) == ("1140103", f"dilengkapi menjadi {C}")


def test_a_lost_zero_stays_lost_where_nobody_shows_the_full_code(folder: Folder) -> None:
    folder.book(wb(code=1140103, name=NAMES[C]))
    assert facility_months(folder.clean()) == [("1140103", "2024-01")]
    folder.facilities(f"{C},{NAMES[C]},klinik_pratama")
    assert facility_months(folder.clean()) == [(C, "2024-01")]


def test_a_code_turned_into_a_power_of_ten_is_said_and_only_a_reviewed_name_helps(folder: Folder) -> None:
    folder.settings('names:\n  "Klinik Bhayangkara": "0114E005"\n')
    folder.book(wb(), wb(code="1,14E+07", name=NAMES[C]), wb(FEB, 11400000, NAMES[C]), wb(code=1.14e20, name=NAMES[B]))
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-01"), ("0114E005", "2024-01"), ("0114E005", "2024-02")]
    assert kinds(cleaned).count("code_power_of_ten") == 3
    assert cleaned.unmatched == [NAMES[B]]


def test_rows_without_code_are_matched_by_reviewed_names_else_listed_with_the_line_to_add(
    folder: Folder,
) -> None:
    folder.settings(f'names:\n  "PKM  Tj. Entikong": "{A}"\n')
    folder.facilities(f"{B},PUSKESMAS BALAI KARANGAN,puskesmas", f"{A},{NAMES[A]},")
    folder.book(
        wb(code="", name="pkm tj. entikong"), wb(code="", name="UPTD Puskesmas Balaikarangan"),
        wb(code="", name="POLINDES MEKAR"), wb(FEB, "", "POLINDES MEKAR"),
        wb(code=C), wb(FEB, "", "Klinik Bhayangkara"),
    )  # fmt: skip
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(C, "2024-01"), (A, "2024-01"), (B, "2024-01")]
    assert cleaned.unmatched == ["Klinik Bhayangkara", "POLINDES MEKAR"]
    unmatched = cleaned.ledger[cleaned.ledger["kind"] == "facility_unmatched"]["done"].tolist()
    assert unmatched[0].startswith("2 baris tidak dipakai")
    assert unmatched[0].endswith('names di district.yml: "POLINDES MEKAR": "KODE PPK"')
    assert unmatched[1].endswith(f'"Klinik Bhayangkara": "{C}"')


def test_a_code_that_contradicts_its_name_is_doubtful(folder: Folder) -> None:
    folder.book(wb(), wb(code=B), wb(FEB, A), wb(FEB, B), wb(MAR, A, NAMES[B]))
    cleaned = folder.clean()
    assert (A, "2024-03") not in facility_months(cleaned)
    clash = only(cleaned, "code_name_clash")
    assert (clash["row"], clash["facility_code"]) == (6, A)


def test_facilities_csv_decides_about_names_and_the_mapping_overrules(folder: Folder) -> None:
    folder.facilities(f"{A},{NAMES[A]},", f"{B},{NAMES[B]},")
    folder.book(wb(), wb(code=B, name="KLINIK MEDIKA JAYA"))
    clash = only(folder.clean(), "code_name_clash")
    assert "menurut facilities.csv kode itu milik PUSKESMAS BALAI KARANGAN" in clash["read"]
    folder.settings(f'names: {{"KLINIK MEDIKA JAYA": "{B}"}}\n')
    assert "code_name_clash" not in kinds(folder.clean())


def test_a_new_name_of_a_code_is_taken_from_the_latest_month(folder: Folder) -> None:
    folder.book(wb(FEB, A, "UPT Puskesmas Entikong"), wb(JAN), wb(JAN, C), wb(FEB, C), wb(MAR, C, "KLINIK WIDURI"))
    cleaned = folder.clean()
    assert set(cleaned.table["facility_name"]) == {"UPT Puskesmas Entikong", "KLINIK WIDURI"}
    assert only(cleaned, "facility_renamed")["read"] == "KLINIK WIDURI"


def test_the_type_comes_from_the_file_else_from_the_list_else_from_the_name(folder: Folder) -> None:
    folder.facilities(f"{B},,klinik_pratama")
    folder.book(
        wb(TIPE_FKTP=""), wb(code=B, TIPE_FKTP="", **_more(1)), wb(code=C, TIPE_FKTP="Klinik Non Rawat Inap", **_more(2)),
        wb(code="0114X009", name="SEHAT SELALU", TIPE_FKTP="Griya", **_more(3)), wb(FEB, C, TIPE_FKTP=""),
    )  # fmt: skip
    cleaned = folder.clean()
    assert [value(cleaned, "facility_type", c) for c in (A, B, C, "0114X009")] == [
        "puskesmas", "klinik_pratama", "klinik_pratama", None,
    ]  # fmt: skip
    assert value(cleaned, "facility_type", C, "2024-02") == "klinik_pratama"
    assert kinds(cleaned) == [
        "facility_type_from_name", "facility_type_missing", "facility_type_unknown",
        *["facility_without_rows"] * 3,  # only C has February
    ]  # fmt: skip


def test_characters_that_break_a_document_are_dropped_from_texts_and_told_once(folder: Folder) -> None:
    name, district = "PUS\x07KESMAS \u202eENTIKONG", "KAB.\nSANGGAU"
    write_csv(folder.path / "kbk_mar24.csv", [CSV, printed(A, CSV, name), printed(B, CSV)])
    folder.book(wb(JAN, name=name, district=district), wb(FEB, name=name), name="b.xlsx")
    cleaned = folder.clean()
    dropped = cleaned.ledger[cleaned.ledger["kind"] == "characters_dropped"]
    assert dropped[["file", "row", "column", "read"]].to_numpy().tolist() == [
        ["b.xlsx", 2, "NAMA FKTP", "PUSKESMAS ENTIKONG, tanpa U+0007, U+202E"],
        ["kbk_mar24.csv", 2, "Faskes", "PUSKESMAS ENTIKONG, tanpa U+0007, U+202E"],
    ]
    assert value(cleaned, "facility_name") == "PUSKESMAS ENTIKONG"
    written = cleaned.table.to_csv() + cleaned.ledger.to_csv()
    assert all(character.isprintable() or character == "\n" for character in written)


# Several rows for one facility-month


def test_equal_doubles_are_one_row(folder: Folder) -> None:
    folder.book(wb(), wb(), wb(code=B))
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-01"), (B, "2024-01")]
    assert only(cleaned, "rows_equal")["read"] == "baris 3 sama dengan baris lain di berkas ini"


def test_two_different_rows_leave_only_the_differing_counts_out(folder: Folder) -> None:
    folder.book(wb(), wb(JUMLAH_KONTAK=1800))
    cleaned = folder.clean()
    assert (value(cleaned, "contacts"), value(cleaned, "registered")) == (None, 12000)
    differ = only(cleaned, "rows_differ")
    assert (differ["read"], differ["column"]) == ("JUMLAH KONTAK 1.748 dan 1.800", "JUMLAH KONTAK")
    assert "baris 3" in differ["done"]


def test_two_files_of_one_month_that_differ_are_doubtful(folder: Folder) -> None:
    folder.book(wb(), name="a.xlsx")
    folder.book(wb(Jumlah_Rujukan=161), name="b.xlsx")
    cleaned = folder.clean()
    assert value(cleaned, "referrals") is None
    assert "b.xlsx baris 2" in only(cleaned, "rows_differ")["done"]


@pytest.mark.parametrize(
    "name", ["kbk_jan24 REVISI.xlsx", "REVISI_kbk_jan24.xlsx", "kbk_jan24_rev2.xlsx", "revisi/a.xlsx"]
)
def test_a_revision_replaces_the_earlier_figures_and_says_which(folder: Folder, name: str) -> None:
    folder.book(wb(), wb(code=B), name="kbk_jan24.xlsx")
    folder.book(wb(JUMLAH_KONTAK=1800), wb(code=B), name=name)
    cleaned = folder.clean()
    assert value(cleaned, "contacts") == 1800
    assert value(cleaned, "source_file") == name
    replaced = only(cleaned, "figures_replaced")
    assert (replaced["file"], replaced["read"]) == ("kbk_jan24.xlsx", "JUMLAH KONTAK 1.748 menjadi 1.800")
    assert name in replaced["done"]


def test_a_later_cumulative_workbook_replaces_and_keeps_what_it_lacks(folder: Folder) -> None:
    folder.book(wb(), wb(code=B), name="a.xlsx")
    folder.book(wb(JUMLAH_KONTAK=1800), wb(FEB), name="b.xlsx")
    cleaned = folder.clean()
    assert value(cleaned, "contacts") == 1800
    assert value(cleaned, "contacts", B) == 1748
    assert kinds(cleaned) == ["facility_without_rows", "figures_replaced"]  # B has no February


def test_an_old_revision_against_a_later_cumulative_workbook_is_not_settled(folder: Folder) -> None:
    folder.book(wb(), name="a REVISI.xlsx")
    folder.book(wb(JUMLAH_KONTAK=1800), wb(FEB), name="b.xlsx")
    assert value(folder.clean(), "contacts") is None


def test_the_same_file_twice_is_read_once(folder: Folder) -> None:
    folder.book(wb(), name="a.xlsx")
    (folder.path / "salinan").mkdir()
    (folder.path / "salinan" / "a (1).xlsx").write_bytes((folder.path / "a.xlsx").read_bytes())
    cleaned = folder.clean()
    assert kinds(cleaned) == ["file_duplicate"]
    assert [f.rows for f in cleaned.files] == [1, 0]


# Files and sheets


def test_files_in_subfolders_and_in_a_zip_are_read(folder: Folder) -> None:
    write(folder.path / "2024" / "jan.xlsx", {"Januari": [WB, wb()]})
    folder.book(wb(FEB), name="feb.xlsx")
    with zipfile.ZipFile(folder.path / "kiriman.zip", "w") as archive:
        archive.write(folder.path / "feb.xlsx", "feb 24.xlsx")
    (folder.path / "feb.xlsx").unlink()
    cleaned = folder.clean()
    assert [f.name for f in cleaned.files] == ["2024/jan.xlsx", "kiriman.zip/feb 24.xlsx"]
    assert len(cleaned.table) == 2


def test_a_broken_file_beside_good_ones_is_a_finding_and_the_rest_goes_on(folder: Folder) -> None:
    folder.book(wb())
    (folder.path / "rusak.xlsx").write_bytes(b"bukan buku kerja")
    cleaned = folder.clean()
    assert len(cleaned.table) == 1
    assert only(cleaned, "file_unreadable")["file"] == "rusak.xlsx"
    assert [(f.name, f.size, f.rows) for f in cleaned.files][1] == ("rusak.xlsx", 16, 0)


def test_a_sheet_without_needed_columns_is_refused_with_what_is_missing_and_found(folder: Folder) -> None:
    lacking = [heading for heading in WB if heading not in {"PESERTA TERDAFTAR", "Jumlah Rujukan"}]
    write(folder.path / "a.xlsx", {"Januari 24": [lacking], "Februari 24": [WB, wb(FEB)]})
    cleaned = folder.clean()
    finding = only(cleaned, "sheet_columns_missing")
    assert finding["read"].startswith(
        "tidak ada: Peserta Terdaftar, Jumlah Rujukan; ada: Bulan Kapitasi, KAB/KOTA, Kode PPK"
    )
    assert (finding["sheet"], finding["row"]) == ("Januari 24", 1)


def test_two_columns_of_one_heading_with_other_figures_refuse_the_sheet(folder: Folder) -> None:
    write(
        folder.path / "a.xlsx",
        {"Jan": [[*WB, "Jumlah Kontak"], [*wb(), 9]], "Feb": [[*WB, "Jumlah Kontak"], [*wb(FEB), 1748]]},
    )
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-02")]
    assert only(cleaned, "sheet_columns_double")["read"] == "JUMLAH KONTAK, Jumlah Kontak"


def test_recap_notes_and_hidden_sheets_do_not_count(folder: Folder) -> None:
    no_month = [row[1:] for row in (WB, wb(JUMLAH_KONTAK=9999))]
    write(folder.path / "a.xlsx", {
        "Januari 24": [WB, wb()], "REKAP": no_month, "Catatan": [["Disusun oleh"], ["Dinas Kesehatan"]],
        "Kosong": [], "Februari 24": [WB],
    })  # fmt: skip
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-01")]
    assert kinds(cleaned) == ["sheet_recap", "sheet_without_rows", "sheet_without_table"]


def test_headings_again_are_skipped_and_another_table_below_is_read_by_its_own_headings(folder: Folder) -> None:
    folder.book(wb(), WB, wb(code=B), list(reversed(WB)), list(reversed(wb(code=C))))
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(C, "2024-01"), (A, "2024-01"), (B, "2024-01")]
    assert [value(cleaned, "contacts", code) for code in (A, B, C)] == [1748] * 3
    assert cleaned.ledger.empty


def test_a_csv_row_with_shifted_or_cut_cells_is_left_out(folder: Folder) -> None:
    row = printed(B, CSV)
    write_csv(
        folder.path / "kbk_mar24.csv",
        [CSV, printed(headings=CSV), [*row[:2], "PUSKESMAS;BALAI", *row[3:]], printed(C, CSV)[:9]],
    )
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-03")]
    assert cleaned.ledger[cleaned.ledger["kind"] == "row_misaligned"]["row"].tolist() == [3, 4]


def test_a_csv_row_pushed_under_blank_headings_at_the_end_is_left_out(folder: Folder) -> None:
    shifted = [*printed(B, CSV)[:2], "PUSKESMAS", *printed(B, CSV)[2:], ""]
    write_csv(folder.path / "kbk_mar24.csv", [[*CSV, "", ""], [*printed(headings=CSV), "", ""], shifted])
    cleaned = folder.clean()
    assert facility_months(cleaned) == [(A, "2024-03")]
    assert cleaned.ledger[cleaned.ledger["kind"] == "row_misaligned"]["row"].tolist() == [3]


def test_figures_without_code_and_name_are_reported(folder: Folder) -> None:
    folder.book(wb(), wb(code="", name=""))
    assert only(folder.clean(), "row_without_facility")["row"] == 3


# What stops a run


def test_a_missing_or_empty_folder_stops_with_the_next_step(tmp_path: Path, folder: Folder) -> None:
    with pytest.raises(DataError, match=r"data/raw/sekadau/ tidak ada\. Buat folder itu"):
        clean_district(Workspace(tmp_path), "sekadau")
    (folder.path / "foto.pdf").write_bytes(b"x")
    with pytest.raises(DataError, match="tidak berisi berkas KBK") as caught:
        folder.clean()
    assert caught.value.problems == ["foto.pdf: jenis berkas ini tidak dibaca"]
    (folder.path / ".kbk.xlsx").write_bytes(b"x")
    with pytest.raises(DataError) as caught:
        folder.clean()
    assert ".kbk.xlsx: nama berkas atau foldernya berawalan titik" in caught.value.problems


def test_missing_settings_stop_with_what_to_write(folder: Folder) -> None:
    folder.book(wb())
    (folder.path / "district.yml").unlink()
    with pytest.raises(ConfigurationError, match=r"district\.yml belum ada"):
        folder.clean()


def test_nothing_usable_stops_with_all_problems_at_once(folder: Folder) -> None:
    (folder.path / "rusak.xlsx").write_bytes(b"bukan buku kerja")
    write(folder.path / "lain.xlsx", {"Sheet1": [["Nama", "Alamat"], ["a", "b"]]})
    folder.tabel(printed(), name="Tabel.xlsx")
    folder.book(wb(district="SEKADAU"))
    with pytest.raises(DataError) as caught:
        folder.clean()
    assert len(caught.value.problems) == 4
    text = str(caught.value)
    assert all(
        word in text
        for word in ("rusak.xlsx", "lain.xlsx", "Tabel.xlsx, lembar “Sheet 1”", "SEKADAU (1 baris)", "aliases")
    )


def manifest(folder: Folder) -> None:
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(folder.path.glob("*.xlsx"))]
    (folder.path / "SIMULASI.sha256").write_text("".join(lines), encoding="utf-8")


def test_real_files_beside_simulated_ones_stop_the_run(folder: Folder) -> None:
    folder.settings("simulated: true\n")
    folder.book(wb(), name="a.xlsx")
    folder.book(wb(FEB), name="b.xlsx")
    manifest(folder)
    assert len(folder.clean().table) == 2
    folder.book(wb(FEB, JUMLAH_KONTAK=1), name="b.xlsx")
    folder.book(wb(MAR), name="nyata.xlsx")
    with pytest.raises(DataError, match="Data simulasi dan data nyata tercampur") as caught:
        folder.clean()
    assert [p.split(":")[0] for p in caught.value.problems] == ["b.xlsx", "nyata.xlsx"]


def test_simulated_files_in_a_folder_declared_real_stop_the_run(folder: Folder) -> None:
    folder.book(wb(), name="a.xlsx")
    manifest(folder)
    with pytest.raises(DataError, match="simulated: true"):
        folder.clean()


# The ledger's words


def test_every_kind_of_finding_used_is_described_and_every_described_one_is_used() -> None:
    described = load_kinds(REFERENCE)
    modules = (path.read_text(encoding="utf-8") for path in sorted((PROJECT / "src" / "analysis").glob("*.py")))
    code = "".join(module for module in modules if "analysis.ledger" in module or "doubt=" in module)
    named = r'(?:inding\(\s*|_note\(|doubt=|kind=(?!"stable")|kind = |doubt = "", |return None, |doubt or )"([a-z_]+)"'
    assert set(re.findall(named, code)) - set(described) == set()
    assert {kind for kind in described if f'"{kind}"' not in code} == set()
    assert {kind.level for kind in described.values()} == set(LEVELS)
    assert all(kind.meaning.endswith(".") and kind.advice.endswith(".") for kind in described.values())


def test_a_finding_is_one_sentence_with_place_value_and_advice() -> None:
    described = load_kinds(REFERENCE)
    finding = Finding("negative", "a.xlsx", "Mei", 5, "Jumlah Kontak", "-3", "dianggap tidak tersedia")
    assert sentence(finding, described) == (
        "a.xlsx, lembar “Mei”, baris 5, kolom “Jumlah Kontak”: Jumlah negatif (terbaca: -3); dianggap tidak tersedia. "
        "Minta angka yang benar kepada BPJS."
    )
    with pytest.raises(ConfigurationError, match="tak_dikenal"):
        sentence(Finding("tak_dikenal"), described)


def test_progress_names_each_file(folder: Folder) -> None:
    folder.book(wb())
    lines: list[str] = []
    clean_district(folder.workspace, "sanggau", lines.append)
    assert lines == ["Membaca Capaian KBK.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such file name there")
def test_progress_shows_a_name_that_cannot_be_printed(folder: Folder) -> None:
    folder.book(wb(), name="kbk\x1b[31m.xlsx")
    lines: list[str] = []
    clean_district(folder.workspace, "sanggau", lines.append)
    assert lines == ["Membaca kbk\\x1b[31m.xlsx"]


def test_names_of_the_list_are_printable(folder: Folder) -> None:
    folder.facilities(f"{A}\u200b,PUS\x07KESMAS\u00a0 \u202eENTIKONG,puskesmas")
    listed = load_facilities(folder.path)
    assert listed[["code", "name"]].to_numpy().tolist() == [[A, "PUSKESMAS ENTIKONG"]]


# Months that have not happened yet


def _two_years(folder: Folder) -> None:
    folder.tabel(printed(), name="kbk mar 24.xlsx")
    folder.tabel(printed(B), name="kbk mar 32.xlsx")


@pytest.mark.parametrize(
    ("today", "settings", "months"),
    [
        (None, "", ["2024-03", "2032-03"]),
        (dt.date(2026, 11, 27), "", ["2024-03"]),
        # A computer's clock may be a year behind: March 2032 is twelve months after March 2031, not after February.
        (dt.date(2031, 3, 1), "", ["2024-03", "2032-03"]),
        (dt.date(2031, 2, 28), "", ["2024-03"]),
        # What the district declares holds whatever the clock says.
        (dt.date(2040, 1, 1), "data_until: 2025-06\n", ["2024-03"]),
        (dt.date(2026, 11, 27), "data_until: 2032-03\n", ["2024-03", "2032-03"]),
    ],
)
def test_a_month_to_come_is_told_by_the_declaration_or_by_the_day_of_reading(
    folder: Folder, today: dt.date | None, settings: str, months: list[str]
) -> None:
    _two_years(folder)
    folder.settings(settings)
    cleaned = folder.clean(today)
    assert cleaned.table["month"].astype(str).tolist() == months
    assert ("month_to_come" in kinds(cleaned)) == (len(months) == 1)


def test_66_monthly_sheets_are_read_in_seconds(folder: Folder) -> None:
    months = pd.period_range("2019-01", periods=66, freq="M")
    sheets = {
        f"{m}": [WB, *(wb(m.to_timestamp().date(), f"0114A{i:03d}", f"PUSKESMAS NOMOR {i}") for i in range(30))]
        for m in months
    }
    write(folder.path / "a.xlsx", sheets)
    start = time.process_time()
    cleaned = folder.clean()
    assert len(cleaned.table) == 66 * 30
    # Less than a second of the processor, whatever else goes on; what grows with the square of the rows takes minutes.
    assert time.process_time() - start < 10


def test_a_column_of_codes_without_a_heading_is_told_by_another_file(folder: Folder) -> None:
    headings = ["" if text in {"Kode PPK", "Faskes"} else text for text in TABEL]
    write(folder.path / "a mar 24.xlsx", {"Sheet 1": [headings, printed(), printed(B)]})
    folder.tabel(printed(), printed(B), name="b apr 24.xlsx")
    cleaned = folder.clean()
    assert cleaned.table[["facility_code", "month"]].astype(str).to_numpy().tolist() == [
        [A, "2024-03"], [A, "2024-04"], [B, "2024-03"], [B, "2024-04"],
    ]  # fmt: skip
    assert only(cleaned, "code_column_untitled")["file"] == "a mar 24.xlsx"
