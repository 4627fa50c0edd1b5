"""Extracts in workbooks: cells that hold errors or numbers, several sheets, what stands above, beside and below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from test_extracts import MARCH, REFERENCE, count, counts_of, kinds, only
from visit_files import HEADINGS, A, B, card, referral, visit, whole_month, write_csv

from analysis.extract_files import ExtractFiles
from analysis.extract_layouts import load_extract_layouts
from analysis.extract_shapes import VisitCounts
from analysis.extracts import count_visits
from analysis.rules import load_rules
from analysis.sheets import Sheet
from analysis.sources import SourceFile
from analysis.values import Cell, Fault, Struck

NIK = 6103010101600000
UNNUMBERED = [heading for heading in HEADINGS if heading != "no_kunjungan"]


def usual() -> list[dict[str, Cell]]:
    """Persons 1 to 3 at A in March 2024, and a referral of person 1; dates as a workbook holds them."""
    return real([*whole_month(), visit(nokapst=card(2)), visit(nokapst=card(3)), referral()])


def real(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Cell]]:
    def day(text: str) -> dt.date:
        month, number, year = text.split("/")
        return dt.date(int(year), int(month), int(number))

    return [{**row, "tgl_kunjungan": day(row["tgl_kunjungan"]), "tglpulang": ""} for row in rows]


def grid(rows: Sequence[Mapping[str, Cell]], headings: Sequence[str] = HEADINGS) -> list[list[Cell]]:
    return [list(headings), *([row.get(heading, "") for heading in headings] for row in rows)]


def count_sheets(folder: Path, **sheets: list[list[Cell]]) -> VisitCounts:
    source = SourceFile("k.xlsx", "0" * 64, 10)
    with ExtractFiles(load_extract_layouts(REFERENCE), folder / "processed") as files:
        assert files.take_sheets("k.xlsx", [Sheet(name, rows) for name, rows in sheets.items()], source)
        files.finish()
        return count_visits(files, REFERENCE, load_rules(REFERENCE))


def test_a_card_number_that_is_an_error_is_not_taken_for_a_blank(tmp_path: Path) -> None:
    rows = usual()
    rows[3]["nokapst"] = Fault("#N/A")
    found = count_sheets(tmp_path, Data=grid(rows))
    assert counts_of(found)["contacts"] is None
    assert only(found, "contacts_not_counted").startswith("1 FKTP, 1 kunjungan tanpa nomor kartu yang terbaca")


def test_a_tacc_that_is_an_error_is_not_taken_for_none(tmp_path: Path) -> None:
    rows = usual()
    rows[-1]["kdtacc"] = Fault("#REF!")
    found = count_sheets(tmp_path, Data=grid(rows))
    assert (counts_of(found)["referrals"], counts_of(found)["nonspecialist_referrals"]) == (1, None)


@pytest.mark.parametrize(("digits", "contacts"), [((0, 0, 0), None), ((1, 2, 3), 3)])
def test_numbers_that_lost_their_last_digit_tell_nobody(
    tmp_path: Path, digits: tuple[int, ...], contacts: int | None
) -> None:
    """A spreadsheet keeps 15 digits of what is typed: the NIK of three persons end with 0."""
    rows = usual()
    for row in rows:
        row["nokapst"] = float(NIK + digits[int(str(row["nokapst"])) % 10 - 1])
    assert counts_of(count_sheets(tmp_path, Data=grid(rows)))["contacts"] == contacts


def test_a_row_that_is_crossed_out_or_one_merged_text_is_no_visit(tmp_path: Path) -> None:
    gone: list[Cell] = [Struck(str(cell)) for cell in grid(real([visit(nokapst=card(9))]))[1]]
    group: list[Cell] = ["PUSKESMAS CONTOH A"] * len(HEADINGS)
    heading, *rows = grid(usual())
    found = count_sheets(tmp_path, Data=[heading, group, *rows, gone])
    assert counts_of(found)["contacts"] == 3
    assert only(found, "extract_rows_passed") == "2 baris"


def test_visits_on_a_sheet_without_headings_refuse_the_workbook(tmp_path: Path) -> None:
    rows = grid(usual())
    found = count_sheets(tmp_path, Satu=rows[:4], Dua=rows[4:])
    assert found.table.empty
    (finding,) = found.findings
    assert (finding.kind, finding.sheet) == ("extract_columns", "Dua")
    assert finding.read == "lembar tanpa baris judul memuat baris kunjungan"


def test_a_list_of_persons_is_told_from_an_export_of_visits(tmp_path: Path) -> None:
    children: list[list[Cell]] = [
        ["NIK", "Nama Balita", "Tgl Lahir", "Puskesmas"],
        [NIK, "BALITA SATU", "1/2/2022", "MELIAU"],
    ]
    found = count_sheets(tmp_path, Balita=children)
    assert found.table.empty
    (finding,) = found.findings
    assert finding.kind == "extract_of_persons"
    assert finding.read == "kolom tidak ada: tgl_kunjungan, nokapst, ppkpeserta"


def test_other_sheets_are_told_and_the_file_is_listed_once(tmp_path: Path) -> None:
    pivot: list[list[Cell]] = [["Row Labels", "Count of nokapst"], [A, 5]]
    april = grid(real(whole_month(month=4)))
    found = count_sheets(tmp_path, Maret=grid(usual()), April=april, Pivot=pivot, Kosong=[["", None]])
    assert [finding.sheet for finding in found.findings if finding.kind == "sheet_beside_visits"] == ["Pivot"]
    assert counts_of(found)["contacts"] == 3
    (file,) = found.files
    assert (file.months, file.rows) == (("2024-03", "2024-04"), 9)


def test_headings_are_found_below_long_titles(tmp_path: Path) -> None:
    titles: list[list[Cell]] = [[f"Kriteria {number}", "semua"] for number in range(15)]
    assert counts_of(count_sheets(tmp_path, Data=titles + grid(usual())))["contacts"] == 3


@pytest.mark.parametrize(("lacking", "contacts"), [("tglpulang", None), ("gdp", 6)])
def test_a_table_above_another_with_more_columns_is_not_left_out(
    tmp_path: Path, lacking: str, contacts: int | None
) -> None:
    """Persons 7 to 9 stand above; where only a last column is new, both tables have their columns in one place."""
    few = [heading for heading in HEADINGS if heading != lacking]
    above = grid(real([visit(nokapst=card(number)) for number in (7, 8, 9)]), few)
    found = count_sheets(tmp_path, Data=[*above, [], *grid(usual())])
    assert counts_of(found).get("contacts") == contacts
    if contacts is None:
        assert only(found, "extract_columns").startswith("baris judul lain di tengah berkas")


def test_the_date_of_a_signature_does_not_complete_a_month(tmp_path: Path) -> None:
    rows = [visit(tgl_kunjungan=f"{day} Maret 2024", tglpulang="") for day in range(1, 21)]
    rows.append({"tgl_kunjungan": "Sanggau, 31 Maret 2024"})
    write_csv(tmp_path / "raw" / "k.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] is None
    told = {finding.read for finding in found.findings if finding.kind == "extract_month_incomplete"}
    assert told == {"Maret 2024 hanya sampai 20-03-2024: 1 FKTP"}


def test_the_order_of_dates_is_that_of_the_other_sheets(tmp_path: Path) -> None:
    """On a sheet of 1 March alone nothing tells whether it is 3 January; those of later days do."""
    days = [day for day in range(1, 32) if dt.date(2024, 3, day).weekday() < 5]
    visits = [visit(tgl_kunjungan=f"03/{day:02}/2024", tglpulang="", nokapst=card(day)) for day in days]
    found = count_sheets(tmp_path, **{f"Hari {row['nokapst'][-2:]}": grid([row], UNNUMBERED) for row in visits})
    assert counts_of(found)["contacts"] == len(days)


WITHOUT_CARD = [
    "nmpst", "NIK", "ppkpeserta", "kdppkkunjungan", "tgl_kunjungan", "kd_diagnosa", "kdppkrujukan", "spesialistik",
    "kdtacc", "kdtkp",
]  # fmt: skip


@pytest.mark.parametrize(("on", "referrals"), [("15", 3), ("31", None)])
def test_referrals_without_number_and_card_are_not_merged_into_one(
    tmp_path: Path, on: str, referrals: int | None
) -> None:
    """Two of one day and diagnosis may be one participant or two."""
    rows = [referral(tgl_kunjungan=f"03/{day}/2024", NIK=f"{NIK}") for day in ("01", on, "31")]
    write_csv(tmp_path / "raw" / "rujukan.csv", rows, WITHOUT_CARD)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == referrals
    assert ("referrals_doubtful" in kinds(found)) is (referrals is None)


@pytest.mark.parametrize("numbers", [{}, {"nokapst": f"{NIK}"}])
def test_referrals_without_a_card_beside_the_visits_are_not_counted_twice(
    tmp_path: Path, numbers: dict[str, str]
) -> None:
    referred = [referral(tgl_kunjungan=f"03/{day}/2024", tglpulang="") for day in ("01", "31")]
    write_csv(tmp_path / "raw" / "kunjungan.csv", [*whole_month(), *referred])
    headings = [*WITHOUT_CARD, *numbers]
    write_csv(tmp_path / "raw" / "rujukan.csv", [{**row, **numbers} for row in referred], headings)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] is None


@pytest.mark.parametrize(
    ("number", "referrals"),
    [("{}0324P{:06}", None), ("RUJ/2024/{}/{:03}", None), ("{}0324Y{:06}", 4), ("the same", 2)],
)
@pytest.mark.parametrize("identity", ["", f"{NIK}"])
def test_referrals_without_a_card_and_with_numbers_of_their_own_are_not_counted_twice(
    tmp_path: Path, number: str, referrals: int | None, identity: str
) -> None:
    """In the numbering of P-Care other numbers are other visits; in any other they may be the same."""
    referred = [referral(tgl_kunjungan=f"03/{day}/2024", tglpulang="") for day in ("01", "31")]
    write_csv(tmp_path / "raw" / "kunjungan.csv", [*whole_month(), *referred])
    own = [{**row, "nokapst": identity, "NIK": f"{NIK}", "no_kunjungan": number.format(A, 900 + place)
            if "{" in number else row["no_kunjungan"]} for place, row in enumerate(referred)]  # fmt: skip
    write_csv(tmp_path / "raw" / "rujukan.csv", own, [*WITHOUT_CARD, "nokapst", "no_kunjungan"])
    # One number of two persons, by card and by NIK, is no single visit.
    expected = None if number == "the same" and identity else referrals
    assert counts_of(count(tmp_path / "raw"))["referrals"] == expected


def test_a_referral_that_names_only_the_home_is_not_counted_twice(tmp_path: Path) -> None:
    """A participant of B is referred at A; the file of referrals says neither place nor number."""
    one = referral(ppkpeserta=B, nokapst=card(5))
    write_csv(tmp_path / "raw" / "kunjungan.csv", [*whole_month(facilities=(A, B)), one])
    edges = [{**one, "tgl_kunjungan": f"03/{day}/2024"} for day in ("01", "31")]
    headings = [heading for heading in WITHOUT_CARD if heading != "kdppkkunjungan"]
    write_csv(tmp_path / "raw" / "rujukan.csv", [one, *edges], [*headings, "nokapst"])
    found = count(tmp_path / "raw")
    assert counts_of(found, B)["referrals"] is None
    assert only(found, "referrals_at_home") == "semua rujukan"


def test_an_extract_of_referrals_without_a_column_of_tacc_contradicts_nothing(tmp_path: Path) -> None:
    referred = [referral(), referral(kdtacc="1")]
    write_csv(tmp_path / "raw" / "kunjungan.csv", [*whole_month(), *referred])
    headings = [heading for heading in (*WITHOUT_CARD, "nokapst", "no_kunjungan") if heading != "kdtacc"]
    write_csv(tmp_path / "raw" / "rujukan.csv", referred, headings)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == 2
    assert "referrals_doubtful" not in kinds(found)


def test_homes_that_are_no_codes_are_told(tmp_path: Path) -> None:
    rows = [*whole_month(), visit(nokapst=card(2), ppkpeserta="P6103010101")]
    write_csv(tmp_path / "raw" / "k.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] is None
    assert only(found, "visits_without_code") == "1 kunjungan"


@pytest.mark.parametrize("said", ["Ya - HT", "Ya (Prolanis)", "PROLANIS HT", "ya"])
def test_membership_with_more_words_is_one(tmp_path: Path, said: str) -> None:
    member = visit(nokapst=card(2), pstprolanis=said, kd_diagnosa="i10", sistole="125", diastole="75")
    headings = [heading for heading in HEADINGS if heading != "nmjenisprolanis"]
    write_csv(tmp_path / "raw" / "k.csv", [*whole_month(), member], headings)
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == 1


@pytest.mark.parametrize("kind", ["Hypertension", "Darah tinggi", "HIPERTENSI"])
def test_hypertension_has_several_names(tmp_path: Path, kind: str) -> None:
    member = visit(nokapst=card(2), nmjenisprolanis=kind, sistole="125", diastole="75")
    write_csv(tmp_path / "raw" / "k.csv", [*whole_month(), member])
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == 1


def test_holidays_at_the_end_of_a_month_and_between_weeks_cut_off_nothing(tmp_path: Path) -> None:
    """28 to 31 March 2024 are Good Friday and a weekend; from 8 to 15 April 2024 offices were closed."""

    def on(month: int, *days: int) -> list[dict[str, str]]:
        return [visit(tgl_kunjungan=f"2024-{month:02}-{day:02}", tglpulang="") for day in days]

    for name, rows in {"maret": on(3, 1, 15, 28), "april 1": on(4, 1, 5), "april 2": on(4, 16, 30)}.items():
        write_csv(tmp_path / "raw" / f"{name}.csv", rows)
    found = count(tmp_path / "raw")
    assert [counts_of(found, A, month)["contacts"] for month in (MARCH, MARCH + 1)] == [1, 1]
    assert "extract_month_incomplete" not in kinds(found)
    assert {finding.read for finding in found.findings if finding.kind == "extract_days_off"} == {
        "Maret 2024 hanya sampai 28-03-2024: 1 FKTP",
        "April 2024 tanpa 08-04-2024 sampai 15-04-2024: 1 FKTP",
    }


@pytest.mark.parametrize(("year", "told"), [(2024, False), (2049, True)])
def test_a_year_without_listed_holidays_is_told_once(tmp_path: Path, year: int, told: bool) -> None:
    for month in (3, 4):
        rows = [
            visit(tgl_kunjungan=f"{year}-{month:02}-{day:02}", tglpulang="") for day in (1, 15, 30, 31)[: 6 - month]
        ]
        write_csv(tmp_path / "raw" / f"{month}.csv", rows)
    found = count(tmp_path / "raw")
    assert [finding.read for finding in found.findings if finding.kind == "holidays_unlisted"] == ["2049"] * told


def test_a_code_beside_a_name_of_doctor_and_clinic_refuses_no_file(tmp_path: Path) -> None:
    rows = [{**row, "kdDokter": "12345", "kdpolirujuk": "MAT"} for row in [*whole_month(), referral(poli_rujuk="MATA")]]
    write_csv(tmp_path / "raw" / "k.csv", rows, [*HEADINGS, "kdDokter", "kdpolirujuk"])
    assert counts_of(count(tmp_path / "raw"))["referrals"] == 1


def test_listed_holidays_are_working_days_otherwise() -> None:
    days = load_extract_layouts(REFERENCE).days_off
    assert all(day.weekday() < 5 for day in days)
    # Idulfitri of each year, by the decrees of the Ministry of Religious Affairs.
    feasts = ["2016-07-06", "2017-06-26", "2018-06-15", "2019-06-05", "2020-05-25", "2021-05-13", "2022-05-02",
              "2024-04-10", "2025-03-31"]  # fmt: skip
    assert days.issuperset(map(dt.date.fromisoformat, feasts))
