"""Dates of visits as spreadsheets and programs write them: read where the column tells, refused with the reason where not."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from test_extracts import count, counts_of, kinds, only
from visit_files import HEADINGS, card, referral, visit, whole_month, write_csv

from analysis.extract_dates import dates_in

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def month_rows() -> list[dict[str, str]]:
    """Visits of person 1 on 1, 15 and 31 March 2024, of person 2 on the 5th; one referral on the 7th."""
    return [
        *whole_month(),
        visit(nokapst=card(2)),
        referral(tgl_kunjungan="03/07/2024", tglpulang="03/07/2024"),
    ]


def rewritten(rows: list[dict[str, str]], write: Callable[[dt.date], str]) -> list[dict[str, str]]:
    """The same visits with the dates of visit and discharge written in another way."""
    dated = [dt.datetime.strptime(row["tgl_kunjungan"], "%m/%d/%Y").date() for row in rows]
    return [{**row, "tgl_kunjungan": write(day), "tglpulang": write(day)} for row, day in zip(rows, dated, strict=True)]


def serial(day: dt.date) -> int:
    # A spreadsheet calls 1 January 2024 the day 45292.
    return 45292 + (day - dt.date(2024, 1, 1)).days


@pytest.mark.parametrize(
    "write",
    [
        lambda day: str(serial(day)),
        lambda day: f"{serial(day)}.354166667",
        lambda day: f"{serial(day)},35",
        lambda day: f" {serial(day)} ",
        lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        lambda day: f"{DAYS[day.weekday()]}, {day.day:02d} {MONTHS[day.month - 1].upper()} {day.year}",
        lambda day: f"{day.day:02d}-{MONTHS[day.month - 1][:3]}-{day.year % 100} 08:15:00",
        lambda day: f"{day:%b %d, %Y}",
        lambda day: f"{day:%Y%m%d}",
        lambda day: f"{day:%Y.%m.%d}",
        lambda day: f"{day.day}/{day.month}/{day.year}, 08.30.00",
    ],
)
def test_a_date_that_leaves_no_doubt_is_read(tmp_path: Path, write: Callable[[dt.date], str]) -> None:
    write_csv(tmp_path / "raw" / "a.csv", rewritten(month_rows(), write), delimiter=";")
    found = count(tmp_path / "raw")
    assert (counts_of(found)["contacts"], counts_of(found)["referrals"]) == (2, 1)
    assert found.files[0].months == ("2024-03",)


@pytest.mark.parametrize("write", ["{:%d/%m/%y}", "{:%d-%b-%y}"])
def test_years_of_two_digits_are_read_beside_those_of_four(tmp_path: Path, write: str) -> None:
    rows = rewritten(whole_month(), write.format) + rewritten(month_rows(), write.replace("%y", "%Y").format)
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == 2
    assert "visits_without_date" not in kinds(found)


@pytest.mark.parametrize("word", ["Agustus", "agu", "Agt", "AUG", "August"])
def test_months_are_known_by_their_indonesian_and_english_names(tmp_path: Path, word: str) -> None:
    rows = rewritten(month_rows(), lambda day: f"{day.day} {word} 2024")
    write_csv(tmp_path / "raw" / "a.csv", rows)
    assert count(tmp_path / "raw").files[0].months == ("2024-08",)


@pytest.mark.parametrize(
    "own", [lambda day: f"{day:%Y-%m-%d}", lambda day: str(serial(day)), lambda day: f"{day.day:02d}-{day:%b}-{day:%y}"]
)
def test_dates_of_a_spreadsheet_beside_texts_it_did_not_turn_are_doubtful(
    tmp_path: Path, own: Callable[[dt.date], str]
) -> None:
    # In a spreadsheet that reads month first, 05/03/2024 becomes 3 May, and 15/03/2024 stays a text.
    def write(day: dt.date) -> str:
        return own(day.replace(day=day.month, month=day.day)) if day.day <= 12 else f"{day:%d/%m/%Y}"

    write_csv(tmp_path / "raw" / "a.csv", rewritten(month_rows(), write))
    found = count(tmp_path / "raw")
    assert found.table.empty
    assert only(found, "extract_dates").startswith("sel tanggal Excel di samping tulisan seperti 15/03/2024")


def test_two_exports_that_write_dates_differently_are_read_where_no_spreadsheet_can_have_turned_them(
    tmp_path: Path,
) -> None:
    # The texts still hold dates that a spreadsheet would have turned, and the others days that it could not make.
    rows = [*rewritten(whole_month(), lambda day: f"{day:%Y-%m-%d}"), *month_rows()]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    assert counts_of(count(tmp_path / "raw"))["contacts"] == 2


@pytest.mark.parametrize("digits", [10, 13])
@pytest.mark.parametrize("hour", [-7, -8, -9, 0, 1, 14])
def test_seconds_since_1970_are_days_of_indonesia(tmp_path: Path, digits: int, hour: int) -> None:
    """Midnight in the three zones is 17, 16 and 15 o'clock of the day before in Greenwich."""

    def write(day: dt.date) -> str:
        return str(int((day - dt.date(1970, 1, 1)).total_seconds()) + hour * 3600).ljust(digits, "0")

    write_csv(tmp_path / "raw" / "a.csv", rewritten(month_rows(), write))
    found = count(tmp_path / "raw")
    assert set(found.table["month"].astype(str)) == {"2024-03"}
    assert counts_of(found)["contacts"] == 2
    assert "visits_foreign_zone" in kinds(found)


UNNUMBERED = [heading for heading in HEADINGS if heading != "no_kunjungan"]


def of_days(*days: str) -> list[dict[str, str]]:
    return [visit(nokapst=card(n), tgl_kunjungan=day, tglpulang="") for n, day in enumerate(days)]


@pytest.mark.parametrize(
    ("others", "read"),
    [
        (("15/03/2024", "22/03/2024", "28/03/2024"), True),
        (("15/03/2024", "03/22/2024", "03/28/2024"), False),
        (("2024-03-15", "2024-03-22", "2024-03-28"), False),
    ],
)
def test_files_of_single_days_are_read_as_others_of_the_same_form(
    tmp_path: Path, others: tuple[str, ...], read: bool
) -> None:
    for number, day in enumerate(("01/03/2024", "05/03/2024", "08/03/2024", *others)):
        write_csv(tmp_path / "raw" / f"{number}.csv", of_days(*[day] * (number + 1)), UNNUMBERED)
    found = count(tmp_path / "raw")
    assert counts_of(found)["contacts"] == (6 if read else None)
    assert ("extract_dates" in kinds(found)) is not read
    assert ("extract_dates_elsewhere" in kinds(found)) is read


@pytest.mark.parametrize(
    ("name", "read"),
    [("Maret 2024", "hari/bulan"), ("Mei 2024", "bulan/hari"), ("Juli 2024", None), ("Maret - Mei 2024", None)],
)
def test_the_month_in_the_name_of_a_file_tells_the_order_of_its_dates(
    tmp_path: Path, name: str, read: str | None
) -> None:
    write_csv(tmp_path / "raw" / f"{name}.csv", of_days("05/03/2024", "05/03/2024"), UNNUMBERED)
    found = count(tmp_path / "raw")
    if read is None:
        assert "extract_dates" in kinds(found)
    else:
        assert only(found, "extract_dates_elsewhere").startswith(f"{read} (nama berkas menyebut")
        assert set(found.table["month"].astype(str)) == {"2024-03" if read == "hari/bulan" else "2024-05"}


def test_a_day_with_the_number_of_its_month_is_the_same_in_both_orders(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", of_days("03/03/2024"), UNNUMBERED)
    found = count(tmp_path / "raw")
    assert set(found.table["month"].astype(str)) == {"2024-03"}
    assert "extract_dates" not in kinds(found)


@pytest.mark.parametrize("typed", ["15/03/2024", "05/03/2024"])
@pytest.mark.parametrize("numbered", [True, False])
def test_dates_typed_by_hand_beside_those_of_a_spreadsheet_are_read_where_numbers_of_visits_confirm_these(
    tmp_path: Path, typed: str, numbered: bool
) -> None:
    rows = rewritten(month_rows(), lambda day: f"{day:%Y-%m-%d}")
    rows.append(visit(nokapst=card(3), tgl_kunjungan=typed, tglpulang=typed))
    rows.append(visit(nokapst=card(3), tgl_kunjungan="16/03/2024", tglpulang="16/03/2024"))
    if not numbered:
        rows = [row | {"no_kunjungan": ""} for row in rows]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert ("extract_dates" in kinds(found)) is not numbered
    assert counts_of(found).get("contacts") == (3 if numbered else None)


def test_a_month_without_a_day_is_no_date(tmp_path: Path) -> None:
    write_csv(tmp_path / "raw" / "a.csv", rewritten(month_rows(), lambda _: "Maret 2024"))
    assert only(count(tmp_path / "raw"), "extract_dates") == "tanggal kunjungan tidak terbaca"


def test_births_in_two_orders_judge_no_pressure(tmp_path: Path) -> None:
    sick = {"nmjenisprolanis": "HT", "sistole": "125", "diastole": "75"}
    rows = [
        *whole_month(),
        visit(nokapst=card(8), tgllhrpst="20/05/1960", **sick),
        visit(nokapst=card(9), tgllhrpst="05/20/1960", **sick),
    ]
    write_csv(tmp_path / "raw" / "a.csv", rows)
    found = count(tmp_path / "raw")
    assert counts_of(found)["ht_controlled"] is None
    assert "measurements_implausible" in kinds(found)


@pytest.mark.parametrize("text", ["99999", "00000", "1234", "123456", "12 Foo 2024", "20241301", "Jan 2024", "2024"])
def test_what_only_resembles_a_date_is_none(text: str) -> None:
    assert not dates_in([text]).readable
