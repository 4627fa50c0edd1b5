"""Extracts in a district's folder: what the recap lacks is counted, the recap stays the figure, nothing personal stays."""

from pathlib import Path

import pandas as pd
import pytest
from test_no_person_anywhere import contents
from visit_files import HEADINGS, A, B, card, referral, visit, whole_month, write_csv

from analysis.check import check_district
from analysis.clean import Cleaned, clean_district
from analysis.errors import ConfigurationError, DataError
from analysis.extract_merge import Facilities, with_visits
from analysis.extract_shapes import VisitCounts, no_counts
from analysis.findings import load_kinds
from analysis.store import DOCTORS, load_cleaned, save_cleaned
from analysis.workspace import PROJECT, Workspace

REFERENCE = PROJECT / "data" / "reference"
SETTINGS = "name: Kabupaten Sanggau\nlevel: kabupaten\nbulan_kapitasi: pelayanan\n"
RECAP = (
    "Dati2;Kode PPK;Faskes;Bulan;Jumlah Kontak;Peserta Terdaftar;Kasus Non Spesialistik;Jumlah Rujukan;"
    "Prolanis DM Terkendali;Peserta Diangnosa DM;Prolanis HT Terkendali;Peserta Diangnosa HT\n"
)
MARCH = pd.Period("2024-03", "M")


class District:
    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.folder = root / "data" / "raw" / "sanggau"
        self.folder.mkdir(parents=True)
        (self.folder / "district.yml").write_text(SETTINGS)

    def recap(self, *rows: str) -> None:
        (self.folder / "rekap.csv").write_text(RECAP + "".join(f"KAB. SANGGAU;{row};0;50;0;60\n" for row in rows))

    def clean(self) -> Cleaned:
        return clean_district(self.workspace, "sanggau")


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def row_of(cleaned: Cleaned, code: str = A) -> dict[str, object]:
    table = cleaned.table
    row: dict[str, object]
    (row,) = table[(table["facility_code"] == code) & (table["month"] == MARCH)].to_dict("records")
    return row


def told(cleaned: Cleaned, kind: str) -> list[str]:
    return list(cleaned.ledger.loc[cleaned.ledger["kind"] == kind, "read"])


def test_what_the_recap_lacks_is_counted_from_visits_with_a_finding(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;;1000;;", f"{B};PUSKESMAS CONTOH B;2024-03;5;900;1;4")
    write_csv(district.folder / "2024.csv", [*whole_month(), visit(nokapst=card(2)), referral(), referral(kdtacc="1")])
    cleaned = district.clean()
    row = row_of(cleaned)
    assert (row["contacts"], row["registered"], row["nonspecialist_referrals"], row["referrals"]) == (2, 1000, 1, 2)
    assert told(cleaned, "counted_from_visits") == ["Jumlah Rujukan 2; Jumlah Kontak 2; Kasus Non Spesialistik 1"]
    assert row_of(cleaned, B)["contacts"] == 5


def test_the_recap_stays_the_figure_and_a_difference_is_told_with_both_values(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    write_csv(district.folder / "2024.csv", [*whole_month(), referral(), referral(kdtacc="1")])
    cleaned = district.clean()
    assert row_of(cleaned)["contacts"] == 7
    assert told(cleaned, "visits_differ") == ["Jumlah Kontak 7 di rekap, 1 dari kunjungan"]


OWN_WORDS = {
    "nokapst": "Peserta ID",
    "ppkpeserta": "Asal",
    "tgl_kunjungan": "Tgl Layan",
    "kdppkkunjungan": "Layanan Di",
}


def test_headings_of_visits_are_read_as_the_district_declares_them(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;;1000;;")
    rows = [*whole_month(), visit(nokapst=card(2)), referral(), referral(kdtacc="1")]
    write_csv(district.folder / "2024.csv", ({OWN_WORDS.get(k, k): v for k, v in row.items()} for row in rows),
              [OWN_WORDS.get(heading, heading) for heading in HEADINGS])  # fmt: skip
    assert told(district.clean(), "extract_columns") == ["kolom tidak ada: tgl_kunjungan, kdppkkunjungan"]
    declared = "".join(f"  {own}: {known}\n" for known, own in OWN_WORDS.items())
    settings = f"{SETTINGS}columns:\n{declared}  Tgl Layan X: tgl_kunjungan\n  keluhan: abaikan\n"
    (district.folder / "district.yml").write_text(settings)
    cleaned = district.clean()
    row = row_of(cleaned)
    assert (row["contacts"], row["nonspecialist_referrals"], row["referrals"]) == (2, 1, 2)
    assert told(cleaned, "declared_column_missing") == ["keluhan", "Tgl Layan X"]
    (district.folder / "district.yml").write_text(f"{SETTINGS}columns: {{Tgl Layan: tgl_kunjungn}}\n")
    with pytest.raises(ConfigurationError, match="Maksud Anda “tgl_kunjungan”"):
        district.clean()


def test_a_ratio_is_never_made_of_two_sources(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;;9")
    write_csv(district.folder / "2024.csv", [*whole_month(), referral()])
    row = row_of(district.clean())
    assert row["referrals"] == 9
    assert pd.isna(row["nonspecialist_referrals"])


def test_a_count_above_its_denominator_is_not_used(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;;60;;")
    write_csv(district.folder / "2024.csv", [*whole_month(), *(visit(nokapst=card(n)) for n in range(2, 62))])
    cleaned = district.clean()
    assert pd.isna(row_of(cleaned)["contacts"])
    assert "Jumlah Kontak kosong di rekap, 61 dari kunjungan" in told(cleaned, "visits_differ")


def test_without_a_recap_the_facility_months_of_the_extract_stand_alone(district: District) -> None:
    write_csv(district.folder / "2024.csv", [*whole_month(), referral()])
    row = row_of(district.clean())
    assert (row["contacts"], row["referrals"], row["facility_name"]) == (1, 1, "PUSKESMAS CONTOH A")
    assert pd.isna(row["registered"])
    assert row["facility_type"] == "puskesmas"


def test_facilities_that_the_recap_does_not_know_are_told_and_left_out(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    write_csv(district.folder / "2024.csv", whole_month(facilities=(A, "0114U999")))
    cleaned = district.clean()
    assert set(cleaned.table["facility_code"]) == {A}
    assert told(cleaned, "visits_other_facility") == ["1 fasilitas"]


def test_visits_at_codes_of_the_ministry_are_told_and_counted_nowhere(district: District) -> None:
    """Seven digits as the ministry numbers hospitals have the form of a code of BPJS that lost its zero."""
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;;1000;;")
    place = {"kdppkkunjungan": "6103010", "no_kunjungan": ""}
    rows = [{**row, **place} for row in [*whole_month(), visit(nokapst=card(2)), referral()]]
    write_csv(district.folder / "2024.csv", rows)
    cleaned = district.clean()
    assert told(cleaned, "visits_other_facility") == ["1 fasilitas"]
    assert set(cleaned.table["facility_code"]) == {A}
    assert all(pd.isna(row_of(cleaned)[count]) for count in ("contacts", "referrals", "nonspecialist_referrals"))


def test_a_lost_leading_zero_of_a_code_is_restored_where_the_recap_shows_it(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;;1000;;")
    code = A.lstrip("0")
    rows = [*whole_month(facilities=(code,)), referral(kdppkkunjungan=code, ppkpeserta=code, kdtacc="1")]
    write_csv(district.folder / "2024.csv", rows)
    cleaned = district.clean()
    assert row_of(cleaned)["contacts"] == 1
    assert cleaned.cases[["facility_code", "tacc", "referrals"]].to_numpy().tolist() == [[A, 1, 1]]
    assert cleaned.doctors[["facility_code", "referrals", "excused"]].to_numpy().tolist() == [[A, 1, 1]]


def test_one_facility_under_two_codes_in_one_month_is_not_added_up() -> None:
    counts = no_counts()
    for code in ("OLD1", "NEW1"):
        counts.loc[len(counts)] = [code, MARCH, 5, 1, 0, pd.NA, pd.NA, "a.csv", "PUSKESMAS X", ""]
    facts = Facilities("x", own=None, listed={"NEW1": "PUSKESMAS X"}, types={}, renewed={"OLD1": "NEW1"})  # type: ignore[arg-type]
    table = pd.DataFrame(columns=["facility_code", "month"])
    from analysis.contract import facility_months
    from analysis.layouts import load_layouts

    empty = facility_months(
        pd.DataFrame({"facility_code": [], "facility_name": [], "month": pd.PeriodIndex([], freq="M")})
    )
    found, _ = with_visits(empty, VisitCounts(counts.astype(no_counts().dtypes)), facts, load_layouts(REFERENCE))
    assert found.empty
    assert table.empty


def test_the_list_of_files_says_what_extracts_gave(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    write_csv(district.folder / "2024.csv", whole_month())
    files = {file.name: file for file in district.clean().files}
    assert (files["2024.csv"].layout, files["2024.csv"].months, files["2024.csv"].rows) == (
        "kunjungan",
        ("2024-03",),
        3,
    )
    parts = [str(part) for part in check_district(district.workspace, "sanggau", lambda text: None)]
    assert parts


def test_nothing_of_a_person_is_in_any_file_that_stays(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    secret = {"nokapst": card(4242), "nmpst": "PESERTA SANGAT RAHASIA"}
    rows = [*whole_month(), referral(**secret), visit(**secret)]
    write_csv(district.folder / "2024.csv", rows)
    cleaned = district.clean()
    folder = district.workspace.processed_of("sanggau")
    save_cleaned(cleaned, folder, load_kinds(REFERENCE))
    stored = load_cleaned(folder)
    texts = stored.cases.to_csv() + stored.ledger.to_csv() + stored.table.to_csv()
    content = b"".join(
        p.read_bytes() for p in (district.workspace.root / "data" / "processed").rglob("*") if p.is_file()
    )
    for word in ("SANGAT RAHASIA", card(4242)):
        assert word not in texts
        assert word.encode() not in content
    assert not [p for p in (district.workspace.root / "data" / "processed").iterdir() if p.name.startswith(".")]
    assert int(stored.cases["referrals"].sum()) == 1


def test_a_referral_leaves_its_doctor_in_one_workbook_and_its_patient_nowhere(district: District) -> None:
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    patient = {"nokapst": card(4242), "nmpst": "PESERTA SANGAT RAHASIA", "tgllhrpst": "11/23/1957"}
    notes = {"alasantacc": f"SANGAT RAHASIA {card(4242)}", "kdtacc": "1"}
    rows = [*whole_month(), referral(**patient, dokter="dr. Hanya Disini"), referral(**patient, **notes)]
    write_csv(district.folder / "2024.csv", rows)
    seen = contents(district.folder)["2024.csv"]
    secrets = ["sangat rahasia", card(4242), card(4242).lstrip("0"), "11/23/1957", "1957-11-23"]
    assert all(secret in seen for secret in secrets[:4])
    folder = district.workspace.processed_of("sanggau")
    save_cleaned(district.clean(), folder, load_kinds(REFERENCE))
    stored = contents(district.workspace.root / "data" / "processed")
    assert [(name, secret) for name, text in stored.items() for secret in secrets if secret in text] == []
    assert [Path(name).name for name, text in stored.items() if "hanya disini" in text] == [DOCTORS]


def test_doctors_stand_in_the_workbook_of_the_district_alone(district: District) -> None:
    import openpyxl

    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    write_csv(district.folder / "2024.csv", [*whole_month(), referral(dokter="=dr. Contoh"), referral(kdtacc="2")])
    folder = district.workspace.processed_of("sanggau")
    save_cleaned(district.clean(), folder, load_kinds(REFERENCE))
    sheet = openpyxl.load_workbook(folder / DOCTORS).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert ["0114U001", "PUSKESMAS CONTOH A", "2024-03", "=dr. Contoh", 1, 1, 0, 100] in rows
    assert sheet["D3"].data_type == "s"
    assert "Contoh Dokter" not in load_cleaned(folder).cases.to_csv()
    write_csv(district.folder / "2024.csv", whole_month())
    save_cleaned(district.clean(), folder, load_kinds(REFERENCE))
    assert not (folder / DOCTORS).exists()


def test_names_in_the_column_of_codes_are_no_facilities(district: District) -> None:
    named = {"ppkpeserta": "PUSKESMAS CONTOH A", "kdppkkunjungan": "PUSKESMAS CONTOH A", "no_kunjungan": ""}
    write_csv(district.folder / "2024.csv", [*whole_month(facilities=[B]), *(visit(**named) for _ in range(2))])
    cleaned = district.clean()
    assert set(cleaned.table["facility_code"]) == {B}
    assert told(cleaned, "visits_without_code") == ["1 isi kolom"]


def test_a_district_without_any_facility_of_its_own_is_told_why(district: District) -> None:
    named = {"ppkpeserta": "PUSKESMAS CONTOH A", "kdppkkunjungan": "PUSKESMAS CONTOH A", "no_kunjungan": ""}
    rows = [row | named for row in whole_month()]
    write_csv(district.folder / "2024.csv", rows)
    with pytest.raises(DataError) as error:
        district.clean()
    assert [problem.split(" (")[0] for problem in error.value.problems] == [
        "Kunjungan dengan isi kolom FKTP yang bukan kode"
    ]


def test_sample_data_of_bpjs_are_told_as_what_they_are(district: District) -> None:
    """The variables of visits at first-level facilities in BPJS' sample data; no facility has its code in them."""
    variables = ["PSTV01", "PSTV02", "PSTV15", *(f"FKP{number:02}" for number in range(2, 23))]
    row = ["12345678", "12345678", "1.5", "9912X", "2016-03-05", "2016-03-05", "61", "6105", *["1"] * 16]
    (district.folder / "2016.csv").write_text("\n".join(",".join(line) for line in [variables, row, row]))
    with pytest.raises(DataError) as error:
        district.clean()
    (problem,) = error.value.problems
    assert "Data Sampel BPJS Kesehatan" in problem
    assert "tanpa kode FKTP" in problem


def test_visits_under_a_former_code_are_those_of_the_present_one(district: District) -> None:
    """Persons 1 and 2 are still listed under the former code of A, to which nobody comes any more."""
    change = f"code_changes:\n  - {{old: 0114U009, new: {A}, since: '2024-03', why: surat BPJS}}\n"
    (district.folder / "district.yml").write_text(SETTINGS + change)
    rows = [row | {"ppkpeserta": "0114U009"} for row in [*whole_month(), visit(nokapst=card(2))]]
    write_csv(district.folder / "2024.csv", [*rows, visit(nokapst=card(3))])
    assert row_of(district.clean())["contacts"] == 3


def test_a_sheet_named_after_a_person_is_told_without_the_name(district: District) -> None:
    import xlsxwriter

    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;7;1000;1;2")
    rows = [*whole_month(), visit(nokapst="9,99E+11", nmpst="BRAMANTYO SURYANEGARA")]
    with xlsxwriter.Workbook(district.folder / "kunjungan.xlsx") as book:
        for name in ("Bramantyo Suryanegara", "lain"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADINGS)
            for place, row in enumerate(rows, 1):
                sheet.write_row(place, 0, [row.get(heading, "") for heading in HEADINGS])
    ledger = district.clean().ledger
    assert "visits_card_unreadable" in set(ledger["kind"])
    assert "bramantyo" not in ledger.to_csv().casefold()


def test_a_district_with_nothing_but_a_part_of_a_month_is_told_why(district: District) -> None:
    write_csv(district.folder / "2024.csv", [visit(tgl_kunjungan=f"03/{day}/2024") for day in ("01", "14", "15")])
    with pytest.raises(DataError) as error:
        district.clean()
    assert all("Maret 2024 hanya sampai 15-03-2024" in problem for problem in error.value.problems)
    assert error.value.problems
