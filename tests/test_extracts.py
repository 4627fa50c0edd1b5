"""Counts of visits: participants with a contact, referrals, controlled participants; and what is not counted."""

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from visit_files import HEADINGS, A, B, card, counted, random_visits, referral, visit, whole_month, write_csv

from analysis.extract_engine import EngineName
from analysis.extract_files import ExtractFiles
from analysis.extract_layouts import load_extract_layouts
from analysis.extract_shapes import NUMERATORS, VisitCounts
from analysis.extracts import count_visits
from analysis.rules import load_rules
from analysis.sheets import Sheet
from analysis.sources import SourceFile
from analysis.values import Cell
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
MARCH = pd.Period("2024-03", "M")
DATES = ("tgl_kunjungan", "tglpulang", "tgllhrpst")


def count(folder: Path, engine: EngineName = "duckdb", reference: Path = REFERENCE) -> VisitCounts:
    with ExtractFiles(load_extract_layouts(REFERENCE), folder.parent / "processed") as files:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            files.take_file(folder, path)
        files.finish()
        found = count_visits(files, reference, load_rules(REFERENCE), engine)
    assert not any((folder.parent / "processed").glob(".*")), "private copies stay behind"
    return found


def counts_of(found: VisitCounts, code: str = A, month: pd.Period = MARCH) -> dict[str, int | None]:
    table = found.table
    row = table[(table["facility_code"] == code) & (table["month"] == month)]
    if row.empty:
        return {}
    return {name: None if pd.isna(row[name].iloc[0]) else int(row[name].iloc[0]) for name in NUMERATORS}


def kinds(found: VisitCounts) -> set[str]:
    return {finding.kind for finding in found.findings}


def only(found: VisitCounts, kind: str) -> str:
    (finding,) = (f for f in found.findings if f.kind == kind)
    return finding.read


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_are_those_of_plain_python(tmp_path: Path, seed: int) -> None:
    rows = random_visits(seed, 3000)
    write_csv(tmp_path / "raw" / "apa saja.csv", rows)
    found = count(tmp_path / "raw")
    truth = counted(rows)
    assert {
        (code, str(month)) for code, month in zip(found.table["facility_code"], found.table["month"], strict=True)
    } == set(truth)
    for (code, month), expected in truth.items():
        assert counts_of(found, code, pd.Period(month, "M")) == expected


def test_a_person_counts_once_a_month_whatever_the_kind_of_visit(tmp_path: Path) -> None:
    rows = [
        *whole_month(),
        visit(kunjsakit="false", kdtkp="50", nmtkp="Promotif"),
        visit(nokapst=card(2), kunjsakit="false", kdtkp="50"),
    ]
    write_csv(tmp_path / "raw" / "k.csv", rows)
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 2


@pytest.mark.parametrize(("column", "blank", "contacts"), [
    ("ppkpeserta", 1, 97), ("ppkpeserta", 2, None), ("nokapst", 1, 97), ("nokapst", 2, None),
])  # fmt: skip
def test_more_than_one_visit_of_a_hundred_without_home_or_card_leaves_contacts_uncounted(
    tmp_path: Path, column: str, blank: int, contacts: int | None
) -> None:
    # 100 visits at A: three of person 1, one each of persons 2 to 98 but for those left blank.
    rows = [*whole_month(), *(visit(nokapst=card(number)) for number in range(2, 99))]
    assert len(rows) == 100
    for row in rows[-blank:]:
        row[column] = ""
    write_csv(tmp_path / "raw" / "k.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found).get("contacts") == contacts
    assert ("contacts_not_counted" in kinds(found)) == (contacts is None)


def test_a_person_counts_where_registered_even_when_seen_elsewhere(tmp_path: Path) -> None:
    rows = [*whole_month(facilities=(A, B)), visit(nokapst=card(7), ppkpeserta=A, kdppkkunjungan=B)]
    write_csv(tmp_path / "raw" / "k.csv", rows)
    found = count(tmp_path / "raw")
    assert (counts_of(found, A)["contacts"], counts_of(found, B)["contacts"]) == (2, 1)
    assert only(found, "contacts_elsewhere") == "1 peserta"


def test_a_facility_that_only_its_members_elsewhere_show_has_no_figure(tmp_path: Path) -> None:
    rows = [*whole_month(facilities=(B,)), visit(nokapst=card(7), ppkpeserta=A, kdppkkunjungan=B)]
    write_csv(tmp_path / "raw" / "k.csv", rows)
    assert counts_of(count(tmp_path / "raw"), A) == {}


def test_a_blank_card_number_is_nobody_and_an_unreadable_one_leaves_the_month_uncounted(tmp_path: Path) -> None:
    others = [visit(nokapst=card(number)) for number in range(2, 301)]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), *others, visit(nokapst=""), visit(nokapst="0000000000000")])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 300
    assert only(found, "visits_without_card") == "2 baris"
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst="9,99E+11")])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] is None
    assert only(found, "contacts_not_counted").startswith("1 FKTP, 1 kunjungan")


def test_a_lost_leading_zero_and_blanks_make_no_second_person_and_no_second_facility(tmp_path: Path) -> None:
    rows = [
        *whole_month(),
        visit(nokapst=card(1).lstrip("0")),
        visit(nokapst=f" {card(1)} ", ppkpeserta=f"{A.lower()} "),
    ]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 1
    assert list(found.table["facility_code"]) == [A]


def test_files_of_one_form_and_of_others_give_together_what_one_file_gives(tmp_path: Path) -> None:
    rows = random_visits(5, 3000)
    whole = count(write_csv(tmp_path / "satu" / "semua.csv", rows).parent)
    for month in ("01", "02", "03"):
        for place in (A, B):
            part = [r for r in rows if r["tgl_kunjungan"][:2] == month and r["kdppkkunjungan"] == place]
            if month == "02":  # day before month, and parted otherwise
                part = [r | {k: f"{r[k][3:6]}{r[k][:3]}{r[k][6:]}" for k in DATES} for r in part]
            write_csv(tmp_path / "banyak" / f"{place}-{month}.csv", part, delimiter=";" if month == "03" else ",")
    parts = count(tmp_path / "banyak")
    assert whole.table["ht_controlled"].sum() > 0
    assert whole.table["dm_controlled"].sum() > 0
    pd.testing.assert_frame_equal(parts.table.drop(columns="files"), whole.table.drop(columns="files"))
    assert parts.referrals is not None
    assert whole.referrals is not None
    pd.testing.assert_frame_equal(parts.referrals.cases, whole.referrals.cases)
    pd.testing.assert_frame_equal(parts.recorded.pressures, whole.recorded.pressures)
    pd.testing.assert_frame_equal(parts.recorded.days, whole.recorded.days)


def test_a_zero_lost_in_every_column_of_codes_is_restored_from_the_numbers_of_the_visits(tmp_path: Path) -> None:
    code = "01140103"
    rows = whole_month(facilities=[code])
    lost = {"ppkpeserta": code[1:], "kdppkkunjungan": code[1:]}
    rows = [row | lost | {"no_kunjungan": f"{code}0324Y{number:06d}"} for number, row in enumerate(rows)]
    write_csv(tmp_path / "raw" / "k.csv", rows)
    assert counts_of(count(tmp_path / "raw"), code)["contacts"] == 1
    assert counts_of(count(tmp_path / "raw"), code[1:]) == {}


@pytest.mark.parametrize("tacc", ["-1", "0", "", "-1.0"])
def test_a_referral_without_tacc_counts_as_nonspecialist(tmp_path: Path, tacc: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(kdtacc=tacc)])
    found = counts_of(count(tmp_path / "raw"))
    assert (found["referrals"], found["nonspecialist_referrals"]) == (1, 1)


@pytest.mark.parametrize("tacc", ["1", "2", "3", "4"])
def test_tacc_excuses_a_referral_but_keeps_it_in_the_denominator(tmp_path: Path, tacc: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(kdtacc=tacc)])
    found = counts_of(count(tmp_path / "raw"))
    assert (found["referrals"], found["nonspecialist_referrals"]) == (1, 0)


def test_the_own_mark_of_pcare_goes_before_the_list(tmp_path: Path) -> None:
    rows = [
        *whole_month(),
        referral(kd_diagnosa="H10.9", spesialistik="Spesialistik"),  # in the list, but marked specialist
        referral(kd_diagnosa="H25.9", spesialistik="Non Spesialistik"),  # not in the list, but marked
    ]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["nonspecialist_referrals"] == 1
    assert "diagnosis_list_used" not in kinds(found)


def test_without_the_mark_the_list_decides_and_says_how_sure_it_is(tmp_path: Path) -> None:
    # H10.9 dirinci, I10 sumber, b24 ambigu, K29 three characters of K29.7; H25.9 is not in the list.
    codes = ["H10.9", "h109", "I10", "b24", "K29", "H25.9", "A09.0"]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), *(referral(kd_diagnosa=c, spesialistik="") for c in codes)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["nonspecialist_referrals"] == 6
    read = only(found, "diagnosis_list_used")
    assert read.startswith(
        "7 rujukan tanpa tanda P-Care (sumber 2, dirinci 2, ambigu 1, tiga huruf 1, di luar daftar 1)"
    )


def test_a_referral_that_nobody_can_judge_leaves_the_numerator_missing(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(spesialistik="", kd_diagnosa=""), referral()])
    found = count(tmp_path / "raw")
    assert (counts_of(found)["referrals"], counts_of(found)["nonspecialist_referrals"]) == (2, None)
    assert only(found, "referrals_undecided") == "1 rujukan"


def test_inpatient_and_internal_referrals_do_not_count(tmp_path: Path) -> None:
    rows = [*whole_month(), referral(kdtkp="20", nmtkp="RITP"), visit(kdstatuspulang="5"), referral()]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    assert counts_of(count(tmp_path / "raw"))["referrals"] == 1


def test_a_visit_that_stands_twice_counts_once_and_a_contradiction_is_not_settled(tmp_path: Path) -> None:
    one = referral()
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), one, one])
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == 1
    assert only(found, "referrals_repeated") == "1 baris"
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), one, {**one, "kdtacc": "1"}])
    found = count(tmp_path / "raw")
    assert (counts_of(found)["referrals"], counts_of(found)["nonspecialist_referrals"]) == (None, None)
    assert only(found, "referrals_doubtful") == "1 rujukan"


def test_a_contradiction_is_told_of_a_facility_whose_name_no_file_has(tmp_path: Path) -> None:
    one = referral()
    rows = [*whole_month(), one, {**one, "kdtacc": "1"}]
    write_csv(tmp_path / "raw" / "a.csv", rows, [heading for heading in HEADINGS if heading != "nmppkkunjungan"])
    (finding,) = (f for f in count(tmp_path / "raw").findings if f.kind == "referrals_doubtful")
    assert (finding.facility_code, finding.facility_name, finding.read) == (A, "", "1 rujukan")


def test_the_date_in_front_of_a_time_is_read_whatever_stands_behind(tmp_path: Path) -> None:
    times = ["03/05/2024 10:00", "03/05/2024T10:00:00", "03/05/2024T10:00:00 +07", " 03/05/2024 10:00 AM"]
    rows = [*whole_month(), *(visit(nokapst=card(n), tgl_kunjungan=text) for n, text in enumerate(times, 2))]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 5
    assert "visits_without_date" not in kinds(found)


def test_two_files_with_the_same_visits_count_them_once(tmp_path: Path) -> None:
    rows = [*whole_month(), referral(), visit(nokapst=card(5))]
    write_csv(tmp_path / "raw" / "2023.csv", rows)
    write_csv(tmp_path / "raw" / "2024.csv", [*rows, referral(nokapst=card(6))])
    found = counts_of(count(tmp_path / "raw"))
    assert (found["contacts"], found["referrals"]) == (3, 2)


def test_no_referral_is_zero_where_visits_are_held_and_missing_where_only_referrals_are(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", whole_month())
    assert counts_of(count(tmp_path / "raw"))["referrals"] == 0
    headings = [
        "nokapst",
        "no_kunjungan",
        "tgl_kunjungan",
        "nmtkp",
        "nmppkkunjungan",
        "poli_rujuk",
        "kd_diagnosa",
        "spesialistik",
        "kdtacc",
    ]
    days = ["03/01/2024", "03/15/2024", "03/29/2024"]
    rows = [referral(tgl_kunjungan=day, no_kunjungan=f"{A}0324Y00000{i}") for i, day in enumerate(days)]
    (tmp_path / "raw" / "a.csv").unlink()
    write_csv(tmp_path / "raw" / "rujukan 2025_.csv", rows, headings)
    found = count(tmp_path / "raw")
    assert counts_of(found) == {**dict.fromkeys(NUMERATORS), "referrals": 3, "nonspecialist_referrals": 3}
    assert counts_of(found, B) == {}
    assert found.files[0].layout == "rujukan"


def test_a_month_cut_off_gives_no_figure_and_says_why(tmp_path: Path) -> None:
    rows = [*whole_month(2024, 2), *(visit(tgl_kunjungan=f"03/{day:02d}/2024") for day in range(1, 16))]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] is None
    assert counts_of(found, month=pd.Period("2024-02", "M"))["contacts"] == 1
    assert "Maret 2024 hanya sampai 15-03-2024: 1 FKTP" in {f.read for f in found.findings}


def test_days_first_and_year_first_are_told_by_the_whole_file(tmp_path: Path) -> None:
    def rewritten(pattern: str) -> list[dict[str, str]]:
        rows = []
        for row in [*whole_month(), referral()]:
            month, day, year = row["tgl_kunjungan"].split("/")
            rows.append({**row, "tgl_kunjungan": pattern.format(m=month, d=day, y=year), "tglpulang": ""})
        return rows

    for pattern in ("{d}/{m}/{y}", "{y}-{m}-{d}", "{d}-{m}-{y}", "{m}/{d}/{y} 08:15:00"):
        write_csv(tmp_path / "raw" / "a.csv", rewritten(pattern))
        assert counts_of(count(tmp_path / "raw"))["contacts"] == 1, pattern


def test_dates_that_contradict_each_other_or_leave_the_order_open_refuse_the_file(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(tgl_kunjungan="31/03/2024")])
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert "sebagian tanggal hanya mungkin bulan/hari" in only(found, "extract_dates")
    write_csv(tmp_path / "raw" / "a.csv", [visit(no_kunjungan="", tgl_kunjungan="03/05/2024")])
    assert "hari/bulan maupun bulan/hari" in only(count(tmp_path / "raw"), "extract_dates")
    write_csv(tmp_path / "raw" / "a.csv", [visit(no_kunjungan=f"{A}0324Y000001", tgl_kunjungan="03/05/2024")])
    assert list(count(tmp_path / "raw").table["month"]) == [MARCH]


def test_broken_rows_are_counted_and_too_many_refuse_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", whole_month() * 100)
    path.write_text(path.read_text() + "PESERTA RUSAK,terlalu,sedikit\n")
    found = count(tmp_path / "raw")
    assert only(found, "extract_rows_broken") == "1 baris"
    assert counts_of(found)["contacts"] == 1
    path.write_text(path.read_text() + "PESERTA RUSAK,terlalu,sedikit\n" * 10)
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert only(found, "extract_losses").startswith("11 baris rusak")
    assert "RUSAK" not in repr(found.findings)


def test_a_discharge_before_the_visit_is_told_as_a_count(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(tglpulang="05/19/2016")])
    assert only(count(tmp_path / "raw"), "visits_discharged_early") == "1 baris"


@pytest.mark.parametrize(
    ("born", "pressure", "good"),
    [
        ("03/06/1959", ("125", "75"), 1),  # 64 years on 5 March 2024: 120–130 and 70–79
        ("03/05/1959", ("125", "75"), 0),  # 65 on the day: 130–139
        ("03/05/1959", ("135", "75"), 1),
        ("03/06/1959", ("131", "75"), 0),
        ("03/06/1959", ("125", "80"), 0),
        ("03/06/2010", ("125", "75"), None),  # under 18 nobody judges, and nobody else was measured
        ("03/06/1959", ("125/75", ""), 1),
        ("03/06/1959", ("125/75", "125/75"), 1),
        ("03/06/1959", ("0", "0"), None),  # not measured, and no other member was: missing, not zero
    ],
)
def test_hypertension_is_controlled_by_age_and_pressure(
    tmp_path: Path, born: str, pressure: tuple[str, str], good: int | None
) -> None:
    upper, lower = pressure
    one = visit(nokapst=card(9), nmjenisprolanis="HT", tgllhrpst=born, sistole=upper, diastole=lower)
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), one])
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == good


def test_the_last_measured_day_of_the_month_decides(tmp_path: Path) -> None:
    def measured(day: str, glucose: str) -> dict[str, str]:
        return visit(nokapst=card(9), nmjenisprolanis="DM", tgl_kunjungan=day, gdp=glucose)

    write_csv(
        tmp_path / "raw" / "a.csv", [*whole_month(), measured("03/20/2024", "200"), measured("03/04/2024", "100")]
    )
    assert counts_of(count(tmp_path / "raw"))["dm_controlled"] == 0
    write_csv(
        tmp_path / "raw" / "a.csv", [*whole_month(), measured("03/04/2024", "200"), measured("03/20/2024", "130")]
    )
    assert counts_of(count(tmp_path / "raw"))["dm_controlled"] == 1


def test_without_glucose_controlled_diabetes_is_missing_and_said_so(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", whole_month(), [h for h in HEADINGS if h != "gdp"])
    found = count(tmp_path / "raw")
    assert counts_of(found)["dm_controlled"] is None
    assert any("gdp" in finding.read for finding in found.findings if finding.kind == "controlled_not_counted")


def test_semicolons_title_lines_windows_letters_and_zips_are_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nmpst="PESERTA CONTOH É")], delimiter=";")
    text = "sep=;\r\n" + path.read_text()
    path.unlink()
    with zipfile.ZipFile(tmp_path / "raw" / "kiriman.zip", "w") as archive:
        archive.writestr("dalam/kunjungan.csv", text.encode("cp1252"))
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 1
    assert found.files[0].name == "kiriman.zip/dalam/kunjungan.csv"


def test_letters_of_windows_far_down_the_file_lose_no_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), *(visit() for _ in range(3000))])
    late = visit(nokapst=card(3), nmpst="PESERTA CONTOH É")
    line = ",".join(late.get(h, "") for h in HEADINGS) + "\n"
    path.write_bytes(path.read_bytes() + line.encode("cp1252"))
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 2


def pcare(card_number: str, day: str, **values: object) -> dict[str, object]:
    return {"noKartu": card_number, "tglDaftar": day, "kdTkp": "10", "kdStatusPulang": "3", "kdTacc": -1, **values}


def test_messages_of_pcare_are_visits(tmp_path: Path) -> None:
    """Shapes as in the public documentation: registrations, visits, a participant, marks of diagnoses."""
    folder = tmp_path / "raw"
    folder.mkdir()
    days = ["01-03-2024", "15-03-2024", "29-03-2024"]
    registrations = [
        {"kdProviderPeserta": A, "tglDaftar": day, "noKartu": card(1), "kunjSakit": True, "kdTkp": "10"} for day in days
    ]
    goal = {"kdppk": "0116R028", "subSpesialis": {"kdSubSpesialis1": "3", "kdSarana": "4"}, "khusus": None}
    referred = pcare(
        card(2), "05-03-2024", kdStatusPulang="4", kdDiag1="A18.4", rujukLanjut=goal, noKunjungan=f"{A}0324Y000001"
    )
    person = {
        "noKartu": card(2),
        "nama": "CONTOH PESERTA",
        "tglLahir": "01-01-1960",
        "kdProviderPst": {"kdProvider": A},
    }
    participant = {"response": {**person, "pstProl": "HT"}, "metaData": {"code": 200}}
    flags = [{"kdDiag": "A18.4", "nmDiag": "x", "nonSpesialis": True}, {"kdDiag": "A48.3", "nonSpesialis": False}]
    marks = {"response": {"count": 2, "list": flags}}
    (folder / "pendaftaran.json").write_text(json.dumps({"response": {"count": 3, "list": registrations}}))
    others = [pcare(card(1), day) for day in days]
    (folder / "kunjungan.jsonl").write_text("\n".join(json.dumps(m) for m in (referred, participant, *others)))
    (folder / "diagnosa.json").write_text(json.dumps(marks))
    found = count(folder)
    assert counts_of(found) == {
        "contacts": 2,
        "referrals": 1,
        "nonspecialist_referrals": 1,
        "dm_controlled": None,
        "ht_controlled": None,
    }
    assert "diagnosis_list_used" not in kinds(found)
    assert found.referrals is not None
    assert list(found.referrals.cases["clinic"]) == ["3"]


@pytest.mark.parametrize("way", ["list", "lines", "reply"])
def test_rows_of_an_extract_in_json_are_read_as_those_of_a_csv(tmp_path: Path, way: str) -> None:
    rows: list[dict[str, object]] = []
    for row in [*whole_month(), visit(nokapst=card(2)), referral()]:
        month, day, year = row["tgl_kunjungan"].split("/")
        # Not every program repeats the keys that hold nothing.
        rows.append({**{k: v for k, v in row.items() if v}, "tgl_kunjungan": f"{year}-{month}-{day}T00:00:00"})
    texts = {
        "list": json.dumps(rows),
        "lines": "\n".join(map(json.dumps, rows)),
        "reply": json.dumps({"response": {"count": len(rows), "list": rows}}),
    }
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "kunjungan.json").write_text(texts[way])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 2
    assert (counts_of(found)["referrals"], counts_of(found)["nonspecialist_referrals"]) == (1, 1)
    assert found.files[0].rows == 5
    assert "PESERTA" not in repr(found.findings)


def test_rows_in_json_without_the_needed_columns_are_refused_by_their_headings(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    rows = [{"nokapst": card(1), "nmpst": "PESERTA CONTOH", "tgllhrpst": "1960-01-01"}]
    (tmp_path / "raw" / "peserta.json").write_text(json.dumps(rows))
    found = count(tmp_path / "raw")
    assert "tgl_kunjungan" in only(found, "extract_columns")
    assert "PESERTA" not in repr(found.findings)


_NAMES = ", ".join(HEADINGS)
_BRACKETS = ", ".join(f"[{heading}]" for heading in HEADINGS)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "insert",
    [
        f"-- dump\nINSERT INTO `kunjungan` ({_NAMES}) VALUES\n",
        f"USE [bpjs]\nGO\nINSERT [dbo].[kunjungan] ({_BRACKETS}) VALUES ",
        f"CREATE TABLE kunjungan (\n{_NAMES}\n);\nREPLACE INTO kunjungan VALUES ",
        f"--\nCOPY public.kunjungan ({_NAMES}) FROM stdin;\n",
    ],
)
def test_a_copy_of_a_database_is_refused_as_what_it_is(tmp_path: Path, insert: str, packed: bool) -> None:
    (tmp_path / "raw").mkdir()
    values = "\n".join(f"({', '.join(repr(row.get(h, '')) for h in HEADINGS)})," for row in whole_month())
    text = f"{insert}{values}\n"
    if packed:
        with zipfile.ZipFile(tmp_path / "raw" / "a.zip", "w") as archive:
            archive.writestr("kunjungan.csv", text)
    else:
        (tmp_path / "raw" / "kunjungan.csv").write_text(text)
    found = count(tmp_path / "raw")
    assert only(found, "file_unreadable").startswith("perintah SQL")
    assert "PESERTA" not in repr(found.findings)


@pytest.mark.parametrize("first", [False, True])
def test_a_complaint_that_looks_like_a_copy_of_a_database_is_a_complaint(tmp_path: Path, first: bool) -> None:
    rows = [row | {"keluhan": "x\nINSERT INTO kunjungan (a) VALUES (1)"} for row in whole_month()]
    write_csv(tmp_path / "raw" / "k.csv", rows, ["keluhan", *HEADINGS] if first else [*HEADINGS, "keluhan"])
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 1


def test_a_file_about_persons_without_the_needed_columns_is_refused_by_headings_alone(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "raw" / "a.csv", [{"nokapst": card(1), "nmpst": "PESERTA CONTOH"}], ["nokapst", "nmpst", "tgllhrpst"]
    )
    found = count(tmp_path / "raw")
    assert "tgl_kunjungan" in only(found, "extract_columns")
    assert "PESERTA" not in repr(found.findings)


def test_several_numbers_and_names_of_the_person_refuse_no_file(tmp_path: Path) -> None:
    """Nothing is counted of them; of a column that is counted only one may stand in a file."""
    rows = [row | {"nik": "6103014107900001", "nohp": "081234567890"} for row in whole_month()]
    write_csv(tmp_path / "raw" / "k.csv", rows, headings=[*HEADINGS, "nik", "nohp"])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 1
    assert "extract_columns" not in kinds(found)


def test_a_recap_is_left_to_the_ordinary_reader(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "raw" / "kbk.csv", [], ["Kode PPK", "Faskes", "Jumlah Kontak", "Peserta Terdaftar"])
    with ExtractFiles(load_extract_layouts(REFERENCE), tmp_path / "processed") as files:
        assert not files.take_file(tmp_path / "raw", path)


def test_no_identity_is_in_what_comes_back(tmp_path: Path) -> None:
    rows = [
        *whole_month(),
        referral(nmpst="PESERTA RAHASIA", nokapst=card(77), alasantacc="catatan PESERTA RAHASIA", kdtacc="1"),
    ]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert found.referrals is not None
    texts = (
        repr(found.findings) + found.table.to_csv() + found.referrals.cases.to_csv() + found.referrals.monthly.to_csv()
    )
    assert "RAHASIA" not in texts
    assert card(77) not in texts
    assert "Contoh Dokter" not in texts
    assert "dr. Contoh Dokter" in set(found.referrals.doctors["doctor"])


def test_workbooks_about_persons_are_taken(tmp_path: Path) -> None:
    body: list[list[Cell]] = [[row.get(h, "") for h in HEADINGS] for row in [*whole_month(), referral()]]
    rows: list[list[Cell]] = [list(HEADINGS), *body]
    source = SourceFile("a.xlsx", "0" * 64, 10)
    with ExtractFiles(load_extract_layouts(REFERENCE), tmp_path / "processed") as files:
        assert files.take_sheets("a.xlsx", [Sheet("Data", [["Kunjungan"], *rows])], source)
        files.finish()
        found = count_visits(files, REFERENCE, load_rules(REFERENCE))
    assert counts_of(found)["referrals"] == 1
