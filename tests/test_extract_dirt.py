"""Extracts of visits as offices send them: what is told by words, contradicts itself or is missing is never counted."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from test_extracts import REFERENCE, count, counts_of, kinds, only
from visit_files import HEADINGS, A, B, card, referral, visit, whole_month, write_csv

from analysis.methods import load_methods

TACC = ("kdtacc", "alasantacc")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ({"kdtkp": "RJTP", "nmtkp": ""}, {"kdstatuspulang": "Rujuk Lanjut"}),
        ({"kdtkp": "", "nmtkp": "Rawat Jalan Tingkat Pertama"}, {"kdstatuspulang": "4.0"}),
        ({"kdtkp": "rawat jalan", "nmtkp": ""}, {"kdstatuspulang": "Dirujuk ke RS"}),
    ],
)
def test_kind_and_state_in_words_tell_a_referral_as_their_codes_do(
    tmp_path: Path, kind: dict[str, str], status: dict[str, str]
) -> None:
    rows = [*whole_month(), referral(**kind, **status), visit(**kind, kdstatuspulang="Berobat Jalan")]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = counts_of(count(tmp_path / "raw"))
    assert (found["referrals"], found["nonspecialist_referrals"]) == (1, 1)


@pytest.mark.parametrize(
    ("words", "referred"),
    [
        ("Dirujuk", 1),
        ("Tidak Dirujuk", 0),
        ("BELUM DI RUJUK", 0),
        ("Rujuk Balik", None),
        ("Rujukan Horizontal", None),
    ],
)
def test_words_of_a_state_that_deny_a_referral_make_none(tmp_path: Path, words: str, referred: int | None) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(kdstatuspulang=words)])
    assert counts_of(count(tmp_path / "raw"))["referrals"] == referred


@pytest.mark.parametrize(
    ("written", "code", "nonspecialist"),
    [
        ("H10.9 - Conjunctivitis, unspecified", "H109", 1),
        ("h10.9: mata merah", "H109", 1),
        ("D51.0 - Vitamin B12 deficiency anaemia", "D510", 0),  # not among the 144
        ("H25.9; H10.9", "", None),
        ("H10.9,H25.9", "", None),
        ("H10.9 H25.9", "", None),
        ("H10.9 - konjungtivitis / I10", "", None),
    ],
)
def test_a_diagnosis_with_its_name_is_read_and_of_several_none_is_chosen(
    tmp_path: Path, written: str, code: str, nonspecialist: int | None
) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(spesialistik="", kd_diagnosa=written)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["nonspecialist_referrals"] == nonspecialist
    assert found.referrals is not None
    assert list(found.referrals.cases["diagnosis"]) == [code]


def test_referrals_of_visits_whose_facility_is_only_named_are_not_given_to_the_home(tmp_path: Path) -> None:
    headings = [name for name in HEADINGS if name not in ("kdppkkunjungan", "no_kunjungan")]
    rows = [*whole_month(), referral(nmppkkunjungan="PUSKESMAS CONTOH B")]
    write_csv(tmp_path / "raw" / "a.csv", rows, headings)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (1, None)
    assert only(found, "extract_columns") == "kolom kdppkkunjungan atau no_kunjungan tidak ada"


@pytest.mark.parametrize("kind", ["RITP", "Rawat Inap", "Promotif dan Preventif", "20", "50"])
def test_kinds_that_are_no_outpatient_visit_do_not_count_in_words_either(tmp_path: Path, kind: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(), referral(kdtkp=kind, nmtkp="")])
    assert counts_of(count(tmp_path / "raw"))["referrals"] == 1


@pytest.mark.parametrize(
    "unknown", [{"kdtkp": "RJ?", "nmtkp": ""}, {"kdtkp": "77"}, {"kdstatuspulang": "Lanjut RS"}, {"kdstatuspulang": ""}]
)
def test_a_kind_or_state_that_nobody_knows_leaves_the_month_uncounted(tmp_path: Path, unknown: dict[str, str]) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(), referral(**unknown)])
    found = count(tmp_path / "raw")
    assert (counts_of(found)["referrals"], counts_of(found)["nonspecialist_referrals"]) == (None, None)
    assert only(found, "referrals_doubtful") == "1 rujukan"


def test_visits_without_a_state_of_discharge_are_not_all_taken_for_referrals(tmp_path: Path) -> None:
    # Without the column, every row would be a referral of rujukan_fact: the three of the month go nowhere.
    headings = [heading for heading in HEADINGS if heading != "kdstatuspulang"]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral()], headings)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] is None
    assert only(found, "referrals_doubtful") == "3 rujukan"


def test_without_a_column_of_tacc_no_numerator_is_sure(tmp_path: Path) -> None:
    headings = [heading for heading in HEADINGS if heading not in TACC]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(), referral(kdtacc="1")], headings)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["referrals"], counts_of(found)["nonspecialist_referrals"]) == (2, None)
    assert only(found, "extract_columns") == "kolom kdtacc atau nmtacc tidak ada"


@pytest.mark.parametrize(
    ("code", "name", "nonspecialist"),
    [
        ("Time", "", 0),
        ("1 - Time", "", 0),
        ("03 - complication", "", 0),
        ("Tanpa TACC", "", 1),
        ("-", "", 1),
        ("-1", "-", 1),
        ("2", "Age", 0),
        ("2", "Umur", 0),  # a name in no list says nothing against the code
        ("NULL", "", 1),
        ("None", "NaN", 1),
        ("Tidak Ada", "", 1),
        ("N/A", "", 1),
        ("Waktu (Time)", "", 0),
        ("4 - Komorbid", "", 0),
        ("1. Time", "", 0),
        ("3=Complication", "", 0),
        ("4 – Comorbid", "", 0),
        ("1 (Time)", "", 0),
        ("3. Time", "", None),
        ("non TACC", "", 1),
        ("Tidak ada TACC", "", 1),
        ("", "Usia", 0),
        ("1", "Umur", None),
        ("1", "Tanpa TACC", None),
        ("-1", "Time", None),
        ("1", "Age", None),
        ("9", "", None),
    ],
)
def test_tacc_in_words_is_read_and_a_contradiction_decides_nothing(
    tmp_path: Path, code: str, name: str, nonspecialist: int | None
) -> None:
    rows = [*whole_month(), referral(kdtacc=code, nmtacc=name)]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "nmtacc"])
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == 1
    assert counts_of(found)["nonspecialist_referrals"] == nonspecialist
    assert ("referrals_undecided" in kinds(found)) == (nonspecialist is None)


def hypertension(number: int, upper: str, lower: str, **values: str) -> dict[str, str]:
    """A visit of a member of 64 years, whose pressure is controlled at 120–130 and 70–79."""
    usual = {"tgllhrpst": "03/20/1959", "nmjenisprolanis": "HT", "sistole": upper, "diastole": lower}
    return visit(nokapst=card(number), **{**usual, **values})


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("75", "125"), ("1258", "75"), ("12", "7"), ("125 mg", "75"), ("-125", "75"), ("125", "0"), ("", "75")],
)
def test_a_pressure_that_cannot_be_one_is_not_taken_for_uncontrolled(tmp_path: Path, upper: str, lower: str) -> None:
    rows = [*whole_month(), hypertension(8, "125", "75"), hypertension(9, upper, lower)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["ht_controlled"]) == (3, None)
    assert only(found, "measurements_implausible") == "1 FKTP, 1 peserta Prolanis HT"


def told_limits() -> dict[str, tuple[int, int]]:
    """What the report says is possible, by measurement."""
    (told,) = (one.here for one in load_methods(REFERENCE).deviations if one.id == "pengukuran_tidak_mungkin")
    found = re.findall(r"(sistole|diastole|gula darah puasa)[a-z ]* (\d+)–(\d+)", told)
    return {name: (int(low), int(high)) for name, low, high in found}


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sistole", lambda n: {"sistole": str(n), "diastole": "30" if n < 100 else "75"}),
        ("diastole", lambda n: {"sistole": "250", "diastole": str(n)}),
        ("gula darah puasa", lambda n: {"gdp": str(n), "nmjenisprolanis": "DM"}),
    ],
)
def test_the_limits_of_the_possible_are_those_that_the_report_tells(
    tmp_path: Path, name: str, values: Callable[[int], dict[str, str]], side: int
) -> None:
    limit = told_limits()[name][side]
    for number, possible in ((limit, True), (limit + 2 * side - 1, False)):
        folder = tmp_path / str(number) / "raw"
        write_csv(folder / "a.csv", [*whole_month(), hypertension(8, "125", "75", **values(number))])
        assert ("measurements_implausible" not in kinds(count(folder))) == possible


def test_who_was_not_measured_or_measured_again_later_leaves_the_count_sure(tmp_path: Path) -> None:
    rows = [
        *whole_month(),
        hypertension(7, "125", "75"),
        hypertension(8, "", ""),
        hypertension(9, "0", "0"),
        hypertension(10, "1258", "75"),
        hypertension(10, "125", "75", tgl_kunjungan="03/06/2024", tglpulang="03/06/2024"),
    ]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["ht_controlled"] == 2
    assert "measurements_implausible" not in kinds(found)


@pytest.mark.parametrize("born", ["", "01/01/1900", "05/05/2024"])
def test_an_age_that_cannot_be_one_judges_no_pressure(tmp_path: Path, born: str) -> None:
    rows = [*whole_month(), hypertension(8, "125", "75"), hypertension(9, "125", "75", tgllhrpst=born)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["ht_controlled"] is None
    assert "measurements_implausible" in kinds(found)


def test_two_digits_of_a_year_of_birth_are_of_the_century_before_the_visit(tmp_path: Path) -> None:
    # Born 1 January 1938, 86 years: 130–139. Read as 2038 nobody would judge.
    rows = [*whole_month(), hypertension(9, "135", "75")]
    born = [{**row, "tgllhrpst": "01/01/38"} for row in rows]
    write_csv(tmp_path / "raw" / "a.csv", born)
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == 1


@pytest.mark.parametrize(
    "written", [("125 mmHg", "75 mmHg"), ("125/75 mmHg", ""), ("125 / 75MMHG", ""), ("125", "75 mm Hg.")]
)
def test_a_pressure_with_its_unit_is_read(tmp_path: Path, written: tuple[str, str]) -> None:
    write_csv(
        tmp_path / "raw" / "a.csv", [*whole_month(), hypertension(8, *written), hypertension(9, "140 mmHg", "75")]
    )
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == 1


@pytest.mark.parametrize(
    ("upper", "lower", "sure"),
    [("150", "", True), ("150/", "", True), ("", "95", True), ("95", "160", True), ("150", "7", False),
     ("125", "", False), ("", "75", False), ("", "125", False), ("75", "125", False), ("1250", "75", False)],
)  # fmt: skip
def test_half_a_pressure_judges_where_the_other_half_cannot_change_the_verdict(
    tmp_path: Path, upper: str, lower: str, sure: bool
) -> None:
    """120–130 over 70–79 is controlled: 150 alone is neither, 125 or 75 alone may be one of the two."""
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), hypertension(8, "125", "75"), hypertension(9, upper, lower)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["ht_controlled"] == (1 if sure else None)
    assert ("measurements_implausible" in kinds(found)) is not sure


def test_units_beside_headings_do_not_hide_the_columns(tmp_path: Path) -> None:
    units = {"sistole": "Sistole (mmHg)", "diastole": "Diastole [mmHg]", "gdp": "GDP (mg/dL)"}
    rows = [*whole_month(), hypertension(8, "125", "75"), visit(nokapst=card(9), nmjenisprolanis="DM", gdp="110")]
    rows = [{units.get(heading, heading): cell for heading, cell in row.items()} for row in rows]
    write_csv(tmp_path / "raw" / "a.csv", rows, [units.get(heading, heading) for heading in HEADINGS])
    found = counts_of(count(tmp_path / "raw"))
    assert (found["ht_controlled"], found["dm_controlled"]) == (1, 1)


@pytest.mark.parametrize(
    ("glucose", "controlled"),
    [
        ("6,1", None),
        ("6,1 mmol/L", 1),
        ("110 mmHg", None),
        ("110 mg/dL", 1),
        ("131mg/dl", 0),
        ("110,0", 1),
        ("131", 0),
    ],
)
def test_glucose_in_another_unit_is_not_taken_for_uncontrolled(
    tmp_path: Path, glucose: str, controlled: int | None
) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst=card(9), nmjenisprolanis="DM", gdp=glucose)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["dm_controlled"] == controlled
    assert ("measurements_implausible" in kinds(found)) == (controlled is None)


def test_members_whose_disease_is_told_in_no_known_word_give_no_zero(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), hypertension(9, "125", "75", nmjenisprolanis="02")])
    found = count(tmp_path / "raw")
    assert counts_of(found)["ht_controlled"] is None
    assert "controlled_not_counted" in kinds(found)


def test_a_leading_zero_lost_in_one_column_makes_no_second_facility(tmp_path: Path) -> None:
    rows = [{**row, "ppkpeserta": A.lstrip("0")} for row in [*whole_month(), visit(nokapst=card(2))]]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert list(found.table["facility_code"]) == [A]
    assert counts_of(found)["contacts"] == 2


@pytest.mark.parametrize(
    "home", [f"{A} - PUSKESMAS CONTOH A", f"Puskesmas Contoh A ({A})", f" '{A.lower()}", f"{A}/PKM"]
)
def test_a_code_with_its_name_makes_no_second_facility(tmp_path: Path, home: str) -> None:
    rows = [*whole_month(), visit(nokapst=card(2), ppkpeserta=home, kdppkkunjungan=home), referral(kdppkkunjungan=home)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert set(found.table["facility_code"]) == {A}
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, 1)


MINISTRY = "P6103010101"
"""A code of the ministry of health, which is no code of BPJS."""


@pytest.mark.parametrize("place", [MINISTRY, "61030101011", "PUSKESMAS CONTOH A", "-"])
@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_place_that_is_no_code_is_told_by_the_number_of_the_visit(
    tmp_path: Path, place: str, all_of_them: bool
) -> None:
    rows = [*whole_month(), visit(nokapst=card(2)), visit(nokapst=card(3), ppkpeserta=B), referral()]
    changed = [{**row, "kdppkkunjungan": place} if all_of_them or n % 2 else row for n, row in enumerate(rows)]
    write_csv(tmp_path / "raw" / "a.csv", changed)
    found = count(tmp_path / "raw")
    assert set(found.table["facility_code"]) == {A}
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, 1)
    number = sum(row["kdppkkunjungan"] == place for row in changed)
    assert only(found, "visits_place_by_number") == f"{number} baris"


@pytest.mark.parametrize("written", [" {} ", "'{}", '="{}"', "\u00a0{}"])
def test_marks_around_the_number_of_a_visit_make_no_other_facility(tmp_path: Path, written: str) -> None:
    """Tables of databases have blanks around every cell, and spreadsheets an apostrophe before a number."""
    rows = [*whole_month(facilities=(A, B)), visit(nokapst=card(2)), referral()]
    rows = [{**row, "no_kunjungan": written.format(f"{row['ppkpeserta']}{row['no_kunjungan'][8:]}")} for row in rows]
    write_csv(tmp_path / "raw" / "a.csv", rows, [heading for heading in HEADINGS if heading != "kdppkkunjungan"])
    found = count(tmp_path / "raw")
    assert set(found.table["facility_code"]) == {A, B}
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, 1)
    assert (counts_of(found, B)["contacts"], counts_of(found, B)["referrals"]) == (1, 0)


def test_referrals_at_a_place_that_is_no_code_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    """Of two referrals of participants of A one was made at the place; nobody knows whether that is A."""
    away = {"kdppkkunjungan": MINISTRY, "no_kunjungan": ""}
    rows = [*whole_month(facilities=(A, B)), referral(), referral(nokapst=card(2), **away), referral(ppkpeserta=B)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, None)
    assert counts_of(found)["nonspecialist_referrals"] is None
    assert counts_of(found, B)["referrals"] == 0
    assert only(found, "visits_without_code") == "1 rujukan"


@pytest.mark.parametrize(("home", "contacts"), [(MINISTRY, None), ("PUSKESMAS CONTOH A", None), ("", 100), ("-", 100)])
def test_a_home_that_is_no_code_may_be_the_facility_of_the_visit(
    tmp_path: Path, home: str, contacts: int | None
) -> None:
    # persons 1 to 100 at A, so that one of person 101 without a home is a few
    others = [visit(nokapst=card(number)) for number in range(2, 101)]
    rows = [*whole_month(facilities=(A, B)), *others, visit(nokapst=card(101), ppkpeserta=home)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found, B)["contacts"]) == (contacts, 1)
    assert ("contacts_not_counted" in kinds(found)) == (contacts is None)
    assert ("visits_without_home" in kinds(found)) == (contacts is not None)


def test_a_file_without_one_readable_card_number_still_gives_its_referrals(tmp_path: Path) -> None:
    rows = [{**row, "nokapst": "1,23457E+12"} for row in [*whole_month(), referral()]]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (None, 1)
    assert only(found, "contacts_not_counted").startswith("1 FKTP, 4 kunjungan")


@pytest.mark.parametrize(
    "written",
    [
        "'0009990000001", '="0009990000001"', "0009990000001.0", "9990000001.00", " 0009990000001 ",
        "0009990000001\u00a0", "0009-990000001", "000 99900 00001", "’0009990000001",
    ],
)  # fmt: skip
def test_a_card_number_as_spreadsheets_write_it_is_the_same_person(tmp_path: Path, written: str) -> None:
    assert card(1) == "0009990000001"
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst=written)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 1
    assert "contacts_not_counted" not in kinds(found)


@pytest.mark.parametrize("rounded", ["9,99E+11", "9.99E+11", "9.99e+11", "00099900000X1", "000999****001"])
def test_a_card_number_that_lost_digits_leaves_the_month_uncounted(tmp_path: Path, rounded: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst=rounded)])
    assert counts_of(count(tmp_path / "raw"))["contacts"] is None


def test_points_between_groups_of_digits_are_no_decimals(tmp_path: Path) -> None:
    # 0009990000001 as a number is 9990000001, which a spreadsheet shows as 9.990.000.001
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst="9.990.000.001")])
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 1


@pytest.mark.parametrize("nobody", ["9999999999999", "-", "0", "'0000000000000"])
def test_a_number_that_stands_for_nobody_is_no_person(tmp_path: Path, nobody: str) -> None:
    # among so many that two without a card are a few
    others = [visit(nokapst=card(number)) for number in range(2, 201)]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), *others, visit(nokapst=nobody), visit(nokapst=nobody)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 200
    assert only(found, "visits_without_card") == "2 baris"


@pytest.mark.parametrize(
    ("lacking", "read"), [("nokapst", "kolom nokapst tidak ada"), ("ppkpeserta", "kolom ppkpeserta tidak ada")]
)
def test_a_file_of_visits_that_does_not_tell_participants_says_so(tmp_path: Path, lacking: str, read: str) -> None:
    headings = [heading for heading in HEADINGS if heading != lacking]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral()], headings)
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (None, 1)
    assert only(found, "extract_columns") == read


NIK = "6103010101600001"


def test_a_person_under_card_and_nik_is_not_counted_twice(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(facilities=(A, B)), visit(nokapst=NIK)])
    found = count(tmp_path / "raw")
    assert (counts_of(found, A)["contacts"], counts_of(found, B)["contacts"]) == (None, 1)
    assert only(found, "visits_card_identity") == "1 baris"
    assert (
        only(found, "contacts_not_counted")
        == "1 FKTP, 1 kunjungan dengan NIK atau tanda pengganti di samping nomor kartu"
    )


def test_where_all_have_a_nik_it_tells_persons_apart(tmp_path: Path) -> None:
    rows = [{**row, "nokapst": NIK} for row in whole_month()] + [visit(nokapst=f"{int(NIK) + 1}")]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 2
    assert only(found, "visits_card_identity") == "4 baris"


@pytest.mark.parametrize("digits", ["61030101016000", "610301010160000"])
def test_a_number_too_long_for_a_card_and_too_short_for_a_nik_is_neither(tmp_path: Path, digits: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst=digits)])
    assert counts_of(count(tmp_path / "raw"))["contacts"] is None


def test_a_person_who_is_registered_at_two_facilities_in_a_month_is_told(tmp_path: Path) -> None:
    # Person 7 is registered at A in one row and at B in the other; 8 in two different months, which is no contradiction.
    rows = [*whole_month(facilities=(A, B)), *whole_month(month=4, facilities=(A, B))]
    rows += [visit(nokapst=card(7)), visit(nokapst=card(7), ppkpeserta=B, kdppkkunjungan=B)]
    rows += [visit(nokapst=card(8)), visit(nokapst=card(8), ppkpeserta=B, tgl_kunjungan="04/05/2024")]
    one = {**visit(), "nokapst": card(1)}
    write_csv(tmp_path / "raw" / "a.csv", [{**row, "nokapst": card(2)} if row["ppkpeserta"] == B and
                                           row["nokapst"] == card(1) else row for row in [*rows, one]])  # fmt: skip
    found = count(tmp_path / "raw")
    assert only(found, "contacts_several_homes") == "1 peserta"
    # A: persons 1, 7, 8; B: persons 2 and 7.
    assert (counts_of(found, A)["contacts"], counts_of(found, B)["contacts"]) == (3, 2)


def test_one_visit_as_referred_and_returned_is_doubtful(tmp_path: Path) -> None:
    one = referral()
    for name, rows in {
        "satu": [*whole_month(), one, {**one, "kdstatuspulang": "3"}],
        "lain": [*whole_month(), one, visit()],  # another number on the same day is another visit
    }.items():
        write_csv(tmp_path / name / "raw" / "a.csv", rows)
        found = count(tmp_path / name / "raw")
        assert counts_of(found)["referrals"] == (None if name == "satu" else 1)
        assert ("referrals_doubtful" in kinds(found)) == (name == "satu")
        assert "referrals_repeated" not in kinds(found)


def test_a_referral_in_one_file_that_another_says_returned_is_doubtful(tmp_path: Path) -> None:
    one = referral()
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), one])
    write_csv(tmp_path / "raw" / "b.csv", [*whole_month(), {**one, "kdstatuspulang": "3"}])
    assert counts_of(count(tmp_path / "raw"))["referrals"] is None


def test_one_number_of_two_persons_is_no_single_visit(tmp_path: Path) -> None:
    one = referral()
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), one, {**one, "nokapst": card(2)}])
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] is None
    assert only(found, "referrals_doubtful") == "1 rujukan"


@pytest.mark.parametrize("nothing", ["-", "0", "NULL", "\\N"])
def test_what_stands_for_no_number_makes_no_single_visit_of_all(tmp_path: Path, nothing: str) -> None:
    rows = [referral(no_kunjungan=nothing, nokapst=card(n)) for n in (1, 2, 3)]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), *rows])
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == 3
    assert only(found, "referrals_unnumbered") == "3 rujukan"


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (" 01:30:00Z", True),
        ("T22:15:00.000+00:00", True),
        (" 08:30 UTC", True),
        (" 08:30:00-05:00", True),
        (" 08:30:00+07:00", False),
        ("T10:15:00+09", False),
        (" 08:30:00", False),
        ("", False),
    ],
)
def test_times_of_a_zone_outside_of_indonesia_are_told(tmp_path: Path, time: str, told: bool) -> None:
    rows = [visit(tgl_kunjungan=f"2024-03-{day:02d}{time}", tglpulang="") for day in (1, 15, 31)]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert ("visits_foreign_zone" in kinds(found)) is told
    assert counts_of(found)["contacts"] == 1


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("kunjungan april 2024.csv", "nama berkas menyebut April 2024; tanggal kunjungan Maret 2024"),
        ("2023-03 kunjungan.csv", "nama berkas menyebut Maret 2023; tanggal kunjungan Maret 2024"),
        ("kunjungan maret.csv", None),
        ("Kunjungan Jan - Mar 2024.csv", None),
        ("kunjungan 2023.csv", None),  # exports of a year hold visits of others
        ("kunjungan (ditarik 5 April 2024).csv", None),
    ],
)
def test_a_file_name_of_another_month_than_its_visits_is_told(tmp_path: Path, name: str, read: str | None) -> None:
    write_csv(tmp_path / "raw" / name, whole_month())
    found = count(tmp_path / "raw")
    told = [finding.read for finding in found.findings if finding.kind == "visits_other_month"]
    assert told == ([] if read is None else [read])


@pytest.mark.parametrize(
    ("contradiction", "referred"),
    [
        ({"kdstatuspulang": "3", "nmstatuspulang": "Rujuk Lanjut"}, None),
        ({"kdstatuspulang": "4", "nmstatuspulang": "Berobat Jalan"}, None),
        ({"nmtkp": "RITP"}, None),
        ({"kdtkp": "20", "nmtkp": "RJTP"}, None),
        ({"kdstatuspulang": "4", "nmstatuspulang": "RUJUK VERTIKAL"}, 1),
        ({"kdstatuspulang": "4", "nmstatuspulang": "-"}, 1),
    ],
)
def test_a_code_and_a_name_that_contradict_each_other_decide_nothing(
    tmp_path: Path, contradiction: dict[str, str], referred: int | None
) -> None:
    rows = [row | {"nmstatuspulang": "Berobat Jalan"} for row in whole_month()]
    write_csv(tmp_path / "raw" / "a.csv", [*rows, referral(**contradiction)], [*HEADINGS, "nmstatuspulang"])
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == referred
    assert ("referrals_doubtful" in kinds(found)) is (referred is None)


@pytest.mark.parametrize("nothing", ["-", "NULL", "\\N"])
def test_a_goal_that_says_nothing_makes_no_referral(tmp_path: Path, nothing: str) -> None:
    """A file of visits without a state of discharge: who was referred is only told by where to."""
    goals = dict.fromkeys(("kdppkrujukan", "nmppkrujukan", "poli_rujuk"), nothing)
    headings = [heading for heading in HEADINGS if heading != "kdstatuspulang"]
    write_csv(tmp_path / "raw" / "a.csv", [*(row | goals for row in whole_month()), referral()], headings)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] is None
    assert only(found, "referrals_doubtful") == "3 rujukan"
