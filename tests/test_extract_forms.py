"""Extracts in the forms that programs give them: headings, ends of rows, signs for participants, units, cancellations."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from test_extracts import count, counts_of, kinds, only
from test_visits_in_table import District
from visit_files import HEADINGS, A, B, card, referral, visit, whole_month, write_csv

from analysis.extract_cards import card_form
from analysis.fixed_width import fixed_width
from analysis.plain_words import bare_headings


@pytest.mark.parametrize(
    ("headings", "bare"),
    [
        (["FactKunjungan[nokapst]", "FactKunjungan[tgl]", "Dim[kode]"], ["nokapst", "tgl", "kode"]),
        (["k.nokapst", "p.nama", "k.tgl kunjungan"], ["nokapst", "nama", "tgl kunjungan"]),
        (["nokapst (SQL)", "tgl (SQL)", "", "kode (Custom SQL Query)"], ["nokapst", "tgl", "", "kode"]),
        (["No. Kartu", "Tgl. Lahir", "Nama"], None),
        (["Sistole (mmHg)", "Diastole (mmHg)", "GDP"], None),
        (["no.kunjungan", "nokapst", "tgl.kunjungan"], None),
        (["1.234", "5.678", "9.012"], None),
        (["a.b", "c.d"], None),
    ],
)
def test_headings_lose_the_names_of_tables_only_where_all_have_one(headings: list[str], bare: list[str] | None) -> None:
    assert list(bare_headings(headings)) == (bare or headings)


@pytest.mark.parametrize("called", ["Fact[{}]", "k.{}", "{} (Custom SQL Query)"])
def test_headings_with_the_name_of_their_table_are_known(tmp_path: Path, called: str) -> None:
    rows = [{called.format(heading): cell for heading, cell in row.items()} for row in [*whole_month(), referral()]]
    write_csv(tmp_path / "raw" / "a.csv", rows, [called.format(heading) for heading in HEADINGS])
    found = counts_of(count(tmp_path / "raw"))
    assert (found["contacts"], found["referrals"], found["nonspecialist_referrals"]) == (1, 1, 1)


def ended(path: Path, head: str, below: str) -> None:
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([first + head, *(line + below for line in rest)]) + "\n")


@pytest.mark.parametrize(("head", "below", "read"), [("", ",", True), (",", "", True), ("", ",x", False)])
def test_a_delimiter_too_many_on_every_row_makes_no_column(tmp_path: Path, head: str, below: str, read: bool) -> None:
    ended(write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst=card(2))]), head, below)
    found = count(tmp_path / "raw")
    assert counts_of(found).get("contacts") == (2 if read else None)
    assert ("extract_columns" in kinds(found)) != read


RULED = """KUNJUNGAN
nokapst       nama       tgl        kode
------------- ---------- ---------- --------
0001234567890 SITI AMI   2024-03-01 0114U001
0001234567891            2024-03-02 0114U001

(2 rows affected)
""".splitlines()


def test_a_line_of_hyphens_tells_where_the_columns_are() -> None:
    found = fixed_width(RULED)
    assert found is not None
    assert found[1:5] == [
        ["nokapst", "nama", "tgl", "kode"],
        [""],
        ["0001234567890", "SITI AMI", "2024-03-01", "0114U001"],
        ["0001234567891", "", "2024-03-02", "0114U001"],
    ]
    assert found[6] == ["(2 rows affected)"]


def test_a_row_with_text_between_the_columns_is_not_parted() -> None:
    longer = "0001234567892 SITI AMINAHWATI 2024-03-01 0114U001"
    found = fixed_width([*RULED[:4], longer, *RULED[4:5], *RULED[3:5]])
    assert found is not None
    assert found[4] == [longer]


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        ([hashlib.sha256(bytes([n])).hexdigest() for n in range(9)], "folded"),
        ([str(uuid.UUID(int=n * 7919 + 2**100)) for n in range(9)], "folded"),
        ([f"P{n:05d}" for n in range(9)], "folded"),
        ([f"{'Ab' * 8}{n}Zx=" for n in range(9)], "exact"),
        ([f"000123456789{n}" for n in range(9)], ""),
        ([f"XXXXX{n:04d}" for n in range(9)], ""),
        ([f"*********{n:04d}" for n in range(9)], ""),
        ([f"8,8{n}E+09" for n in range(9)], ""),
        ([f"P{n:05d}" for n in range(5)] + [f"Q{n:05d}" for n in range(5)], ""),
        ([f"610308120290{n:03d}0" for n in range(9)], "cut"),
        ([f"610308120290{n:04d}" for n in range(9)], ""),
    ],
)
def test_signs_for_participants_are_told_from_numbers_that_were_spoiled(cells: list[str], form: str) -> None:
    assert card_form(cells) == form


def signed(sign: Callable[[str, int], str]) -> list[dict[str, str]]:
    """A month of person 1 and one visit each of persons 2 to 7."""
    rows = [*whole_month(), *(visit(nokapst=card(number)) for number in range(2, 8))]
    return [{**row, "nokapst": sign(row["nokapst"], place), "nmpst": ""} for place, row in enumerate(rows)]


def digest(text: str, _: int = 0) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    "sign",
    [digest, lambda text, place: digest(text).upper() if place % 2 else digest(text), lambda text, _: f"P{text[-5:]}"],
)
def test_participants_are_counted_by_what_stands_for_their_cards(
    tmp_path: Path, sign: Callable[[str, int], str]
) -> None:
    write_csv(tmp_path / "raw" / "a.csv", signed(sign))
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 7
    assert only(found, "visits_card_pseudonym") == "9 baris"


def test_signs_beside_card_numbers_of_the_same_month_are_not_counted(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", signed(digest))
    write_csv(tmp_path / "raw" / "b.csv", [visit(nokapst=card(number)) for number in range(1, 8)])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] is None
    assert "contacts_not_counted" in kinds(found)


def test_files_with_signs_of_their_own_for_the_same_visits_are_not_added(tmp_path: Path) -> None:
    rows = signed(lambda text, _: text)
    for name in ("a", "b"):
        signs = [{**row, "nokapst": digest(name + row["nokapst"])} for row in rows]
        write_csv(tmp_path / "raw" / f"{name}.csv", signs)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] is None
    assert "contacts_not_counted" in kinds(found)


@pytest.mark.parametrize(
    ("heading", "gone", "stands"),
    [
        ("isbatal", "1", "0"),
        ("is_deleted", "true", "false"),
        ("deleted_at", "2024-03-30 10:00:00", "0000-00-00 00:00:00"),
        ("Flag Batal", "Y", "N"),
        ("Alasan Pembatalan", "salah input", ""),
        ("dihapus_oleh", "admin", "-"),
        ("stskunjungan", "Cancelled", "Selesai"),
        ("Ket Status", "Dibatalkan", "Dilayani"),
        ("Status", "Dihapus", "Selesai"),
    ],
)
def test_a_visit_that_was_revoked_is_no_contact(tmp_path: Path, heading: str, gone: str, stands: str) -> None:
    rows = [{**row, heading: stands} for row in whole_month()] + [{**visit(nokapst=card(2)), heading: gone}]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, heading])
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 1
    assert only(found, "visits_cancelled") == "1 baris"


def test_a_mark_that_may_mean_both_is_not_taken_for_either(tmp_path: Path) -> None:
    """Databases write t for true, offices T for tidak."""
    rows = [{**row, "is_batal": "T"} for row in whole_month()]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, "is_batal"])
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert only(found, "extract_columns") == "3 baris dengan status kunjungan yang tidak dikenal"


@pytest.mark.parametrize(("heading", "cell"), [("Status Rujukan", "Batal"), ("tgl_batal_rujukan", "2024-03-09")])
def test_a_referral_that_was_withdrawn_leaves_the_month_undecided(tmp_path: Path, heading: str, cell: str) -> None:
    fine = {"Status Rujukan": "Terbit", "tgl_batal_rujukan": ""}[heading]
    rows = [{**row, heading: fine} for row in [*whole_month(), referral()]] + [{**referral(), heading: cell}]
    write_csv(tmp_path / "raw" / "a.csv", rows, [*HEADINGS, heading])
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (1, None)
    assert "referrals_doubtful" in kinds(found)
    write_csv(tmp_path / "raw" / "a.csv", rows[:-1], [*HEADINGS, heading])
    assert counts_of(count(tmp_path / "raw"))["referrals"] == 1


@pytest.mark.parametrize(
    ("glucose", "controlled"),
    [("4,4 mmol/L", 1), ("4,3 mmol/L", 0), ("7,2 mmol/l", 1), ("7.3 mmol/L", 0), ("7.22 mmol/L", 1), ("130 mg/dL", 1)],
)
def test_glucose_in_mmol_is_judged_as_guidelines_write_its_bounds(
    tmp_path: Path, glucose: str, controlled: int
) -> None:
    """80–130 mg/dL are 4.4–7.2 mmol/L in the standards of the American Diabetes Association."""
    rows = [
        *whole_month(),
        visit(nokapst=card(8), nmjenisprolanis="DM", gdp="13 mmol/L"),
        visit(nokapst=card(9), nmjenisprolanis="DM", gdp=glucose),
    ]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["dm_controlled"] == controlled
    assert only(found, "glucose_converted") == "gula darah dalam mmol/L"


def test_a_heading_in_mmol_holds_for_every_number_but_one_with_its_own_unit(tmp_path: Path) -> None:
    rows = [
        *whole_month(),
        visit(nokapst=card(8), nmjenisprolanis="DM", gdp="6.1"),
        visit(nokapst=card(9), nmjenisprolanis="DM", gdp="126 mg/dL"),
    ]
    rows = [{**row, "GDP (mmol/L)": row.get("gdp", "")} for row in rows]
    headings = ["GDP (mmol/L)" if heading == "gdp" else heading for heading in HEADINGS]
    write_csv(tmp_path / "raw" / "a.csv", rows, headings)
    assert counts_of(count(tmp_path / "raw"))["dm_controlled"] == 2


@pytest.mark.parametrize("pressure", ["TD: 125/75 mmHg", "TD 125/75", "125-75", "125 per 75", "125\\75", "125 / 75"])
def test_both_pressures_in_one_cell_are_read_however_they_are_parted(tmp_path: Path, pressure: str) -> None:
    member = {**visit(nokapst=card(8), nmjenisprolanis="HT"), "Tekanan Darah": pressure}
    headings = [heading for heading in HEADINGS if heading not in {"sistole", "diastole"}]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), member], [*headings, "Tekanan Darah"])
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == 1


@pytest.mark.parametrize(
    ("age", "controlled"), [("63", 1), ("63 Th", 1), ("63 Tahun 4 Bulan", 1), ("66", 0), ("8 bulan", None), ("", None)]
)
def test_an_age_serves_where_no_birth_is_told(tmp_path: Path, age: str, controlled: int | None) -> None:
    """125/75 is controlled until 64 years; from 65 on, from 130."""
    member = {**visit(nokapst=card(8), nmjenisprolanis="HT", sistole="125", diastole="75"), "umur": age}
    headings = ["umur" if heading == "tgllhrpst" else heading for heading in HEADINGS]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), member], headings)
    assert counts_of(count(tmp_path / "raw"))["ht_controlled"] == controlled


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("H10.9 (Conjunctivitis)", "H109"),
        ("[H10.9] Conjunctivitis", "H109"),
        ("Conjunctivitis, unspecified (H10.9)", "H109"),
        ("Conjunctivitis - H10.9", "H109"),
        ("Vitamin B12 deficiency anaemia", ""),
        ("Conjunctivitis (H10.9) - hypertension (I10)", ""),
        ("H10.9 mata merah (I10)", ""),
    ],
)
def test_a_diagnosis_beside_its_name_is_read_wherever_it_stands(tmp_path: Path, written: str, code: str) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral(kd_diagnosa=written)])
    found = count(tmp_path / "raw")
    assert found.referrals is not None
    assert list(found.referrals.cases["diagnosis"]) == [code]


def test_referrals_of_a_file_without_diagnoses_are_told(tmp_path: Path) -> None:
    headings = [heading for heading in HEADINGS if heading != "kd_diagnosa"]
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), referral()], headings)
    found = count(tmp_path / "raw")
    assert counts_of(found)["referrals"] == 1
    assert "referrals_without_diagnosis" in kinds(found)


@pytest.mark.parametrize("written", ['="{}"', "({}) PUSKESMAS CONTOH", "PUSKESMAS CONTOH - {}", "0114 {}"])
def test_a_code_is_read_in_whatever_surrounds_it(tmp_path: Path, written: str) -> None:
    def around(code: str) -> str:
        return written.format(code.removeprefix("0114") if written.startswith("0114") else code)

    rows = [{**row, "ppkpeserta": around(A), "kdppkkunjungan": around(A)} for row in whole_month()]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert list(found.table["facility_code"]) == [A]
    assert counts_of(found)["contacts"] == 1


def test_utf16_without_its_mark_is_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), visit(nokapst=card(2))])
    path.write_bytes(path.read_text().encode("utf-16-le"))
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 2


def test_rows_under_the_words_of_a_query_are_read(tmp_path: Path) -> None:
    rows = [*whole_month(facilities=(A, B)), visit(nokapst=card(2))]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.json").write_text(json.dumps({"select * from kunjungan": rows}))
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 2


def test_an_extract_of_fixed_width_is_counted_and_leaves_no_row(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.recap(f"{A};PUSKESMAS CONTOH A;2024-03;;1000;;")
    rows = [[row.get(heading) or "NULL" for heading in HEADINGS] for row in [*whole_month(), referral()]]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    lines = [HEADINGS, ["-" * width for width in widths], *rows]
    drawn = "\n".join(" ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines)
    (district.folder / "k.rpt").write_text(f"{drawn}\n\n({len(rows)} rows affected)\n")
    cleaned = district.clean()
    table = cleaned.table
    assert table[["contacts", "referrals", "nonspecialist_referrals"]].to_numpy().tolist() == [[1, 1, 1]]
    assert card(1) not in cleaned.ledger.to_csv()
    assert "PESERTA CONTOH" not in cleaned.ledger.to_csv()


def daily(code: str, first: int = 1, last: int = 31) -> list[dict[str, str]]:
    """A visit of another person on every day of March 2024 but Sundays, at one facility."""
    days = [day for day in range(first, last + 1) if dt.date(2024, 3, day).weekday() < 6]
    return [
        visit(
            nokapst=card(day + 100 * (code == B)),
            ppkpeserta=code,
            kdppkkunjungan=code,
            tgl_kunjungan=f"03/{day:02d}/2024",
        )
        for day in days
    ]


def test_a_facility_whose_visits_break_off_while_others_go_on_is_not_counted(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*daily(A), *daily(B, last=14)])
    found = count(tmp_path / "raw")
    assert (counts_of(found, A)["contacts"], counts_of(found, A)["referrals"]) == (26, 0)
    assert (counts_of(found, B)["contacts"], counts_of(found, B)["referrals"]) == (None, None)
    assert only(found, "extract_facility_cut") == "Maret 2024 hanya sampai 14-03-2024"


@pytest.mark.parametrize(
    "rows",
    [
        [*daily(A), *daily(B, first=20)],  # opened, or entered late
        [*daily(A), *daily(B)[::9]],  # few visits, of which a week without any says nothing
        [*daily(A), *daily(B, last=28)],  # 29 March 2024 was Good Friday
    ],
    ids=["late", "seldom", "holiday"],
)
def test_other_gaps_of_a_facility_say_nothing(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert "extract_facility_cut" not in kinds(found)
    assert counts_of(found, B)["contacts"] == sum(row["ppkpeserta"] == B for row in rows)


@pytest.mark.parametrize(("rows", "told"), [(65_535, True), (65_534, False)])
def test_as_many_rows_as_a_sheet_can_have_are_told(tmp_path: Path, rows: int, told: bool) -> None:
    write_csv(tmp_path / "raw" / "a.csv", [*whole_month(), *[visit()] * (rows - 3)], HEADINGS)
    found = count(tmp_path / "raw")
    assert ("extract_row_limit" in kinds(found)) is told
