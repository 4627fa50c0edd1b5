"""What a date in a month column means is decided by the column, then by the file, then by the names around it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.column_months import MonthColumn, MonthRead, month_ways, proven_orders
from analysis.months import Claim
from analysis.values import NamedMonth


def read(*cells: Any, elsewhere: Sequence[Any] = (), said: Sequence[Claim] = (), shift: int = 0) -> list[str]:
    """The month of each cell, else its doubt; empty for a blank cell."""
    column = MonthColumn(cells, proven_orders([*cells, *elsewhere]), said, shift)
    return [str(one.month) if one.month is not None else one.doubt for one in map(column.read, cells)]


UNKNOWN = "month_order_unknown"


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        (dt.date(2023, 1, 1), "2023-01"), (dt.datetime(2023, 2, 1, 7, 0), "2023-02"), (45352, "2024-03"),
        (45352.0, "2024-03"), (45352.75, "2024-03"), ("45352", "2024-03"), (202403, "2024-03"), ("20240301", "2024-03"),
        ("Januari 23", "2023-01"), ("mar 24", "2024-03"), ("mei 2023", "2023-05"), ("agustus 23", "2023-08"),
        ("AGU 23", "2023-08"), ("Agt-23", "2023-08"), ("okt-23", "2023-10"), ("Okt'23", "2023-10"), ("Des'22", "2022-12"),
        ("Nopember 2022", "2022-11"), ("Pebruari 2022", "2022-02"), ("Febuari 2022", "2022-02"), ("2024 Maret", "2024-03"),
        ("Bulan Maret Tahun 2024", "2024-03"), ("Mar-24", "2024-03"), ("2024-03", "2024-03"), ("2024/3", "2024-03"),
        ("2024-03-01", "2024-03"), ("2024-03-05 00:00:00", "2024-03"), ("202403", "2024-03"), ("03/2024", "2024-03"),
        ("12/1/2022", "2022-12"), ("01/03/2024", "2024-03"), ("31/12/2023", "2023-12"), ("12/31/2023", "2023-12"),
        ("1/1/24", "2024-01"), ("1 Maret 2024", "2024-03"), ("05/05/2024", "2024-05"), ("29/02/2024", "2024-02"),
        (dt.date(2024, 1, 31), "2024-01"), (dt.date(2024, 3, 3), "2024-03"), (dt.date(2024, 3, 15), "2024-03"),
    ],
)  # fmt: skip
def test_months_are_read_from_dates_and_words(cell: Any, month: str) -> None:
    assert read(cell) == [month]


@pytest.mark.parametrize(
    ("cell", "doubt"),
    [
        ("05/06/2024", UNKNOWN), ("Mei", "month_unreadable"), ("13/2024", "month_unreadable"), ("x", "month_unreadable"),
        ("Januari 1923", "month_unreadable"), ("Januari - Maret 2024", "month_unreadable"), (7, "month_unreadable"),
        (True, "month_unreadable"), ("TW I 2024", "month_unreadable"), ("Triwulan III 2024", "month_unreadable"),
        ("III/2024", "month_unreadable"), ("Semester 1 2024", "month_unreadable"), ("30/02/2024", "month_unreadable"),
        ("03/24", "month_unreadable"), ("2024.1", "month_unreadable"), (dt.time(3, 24), "month_unreadable"),
        ("01/01/2050", "month_out_of_range"), (dt.date(1900, 1, 1), "month_out_of_range"), (32024, "month_out_of_range"),
        # Excel makes 3 January of 01/03/2024 and 24 March of the year of typing of "Mar-24".
        (dt.date(2024, 1, 3), UNKNOWN), (dt.date(2025, 3, 24), UNKNOWN),
        # 1 March 2024 in a workbook that counts from 1904 is 29 February 2020 in others.
        (43890, UNKNOWN), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_a_month_that_could_be_two_or_none_is_doubtful(cell: Any, doubt: str) -> None:
    assert read(cell) == [doubt]


def test_both_readings_of_a_doubtful_date_are_named() -> None:
    column = MonthColumn(["05/06/2024"])
    told = "05/06/2024 (Juni 2024 bila hari di depan, Mei 2024 bila bulan di depan)"
    assert column.read("05/06/2024") == MonthRead(doubt=UNKNOWN, told=told)


def test_one_date_that_is_possible_in_one_order_only_settles_the_others() -> None:
    # In a column of first and last days 12 January is none of them, 1 December is: not settled.
    assert read("12/1/2022", "31/07/2024") == [UNKNOWN, "2024-07"]
    assert read("05/06/2024", "15/07/2024") == ["2024-06", "2024-07"]
    assert read("05/06/2024", "07/15/2024") == ["2024-05", "2024-07"]


# Every day of January 2024, month first: read one by one, 1/2 would be February.
def test_days_of_one_month_are_not_first_days_of_many() -> None:
    days = [f"1/{day}/2024" for day in range(1, 32)]
    assert read(*days) == ["2024-01"] * 31
    assert read(*[f"{day}/1/2024" for day in range(1, 32)]) == ["2024-01"] * 31


# Real: KBK.R writes 12/1/2022 (m/d/Y), audit_rns_kbk.R 01/03/2024 (d/m/Y).
def test_first_days_settle_the_order_unless_both_orders_stand_in_one_column() -> None:
    assert read("12/1/2022", "1/1/2023", "2/1/2023") == ["2022-12", "2023-01", "2023-02"]
    assert read("01/12/2022", "01/01/2023", "01/02/2023") == ["2022-12", "2023-01", "2023-02"]
    assert read("12/1/2022", "01/03/2024") == [UNKNOWN, UNKNOWN]


def test_proofs_of_both_orders_leave_only_what_they_do_not_need() -> None:
    assert read("31/01/2024", "2/29/2024", "03/04/2024") == ["2024-01", "2024-02", UNKNOWN]


def test_what_a_column_cannot_tell_the_file_tells() -> None:
    assert read("05/06/2024", elsewhere=["15/01/2024"]) == ["2024-06"]
    assert read("05/06/2024", elsewhere=["1/15/2024"]) == ["2024-05"]
    # The file says day first, the column looks like first days, month first: not settled.
    assert read("12/1/2022", elsewhere=["15/01/2024"]) == [UNKNOWN]


def test_a_name_that_fits_one_reading_settles_it_but_mends_no_date_cell() -> None:
    june, may = (Claim("nama lembar", NamedMonth(month, 2024)) for month in (6, 5))
    assert read("05/06/2024", said=[june]) == ["2024-06"]
    assert read("05/06/2024", said=[june, may]) == [UNKNOWN]
    # Payment month July, service month June.
    assert read("05/07/2024", said=[june], shift=1) == ["2024-07"]
    assert read(dt.date(2024, 6, 5), said=[june]) == ["2024-06"]
    assert read(dt.date(2024, 5, 6), said=[june]) == [UNKNOWN]


def test_a_year_far_from_all_others_is_a_slip_of_the_pen() -> None:
    assert read(*["Januari 2024"] * 3, "Januari 2042") == ["2024-01"] * 3 + ["month_out_of_range"]
    assert read(*["Januari 2024"] * 3, "Desember 2022") == ["2024-01"] * 3 + ["2022-12"]
    assert read("Januari 2022", "Januari 2025") == ["2022-01", "2025-01"]


MONTHS = st.dates(dt.date(2014, 1, 1), dt.date(2049, 12, 31)).map(lambda day: day.replace(day=1))
WAYS = ["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y-%m", "%m/%Y", "%Y%m", "%d-%m-%Y", "%m-%d-%y"]
WORDS = [
    "Januari",
    "Pebruari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "Nopember",
    "Desember",
]


def in_words(day: dt.date) -> str:
    return f"{WORDS[day.month - 1]} {day.year}"


def as_serial(day: dt.date) -> int:
    return (day - dt.date(1899, 12, 30)).days


@given(
    st.lists(MONTHS, min_size=1, max_size=6),
    st.sampled_from([*(lambda d, w=way: d.strftime(w) for way in WAYS), in_words, as_serial, lambda d: d]),
)
def test_months_written_in_one_way_are_read_back_or_doubtful(months: list[dt.date], written: Any) -> None:
    for month, found in zip(months, read(*map(written, months)), strict=True):
        assert found in {f"{month:%Y-%m}", UNKNOWN, "month_out_of_range"}


@given(st.lists(st.tuples(MONTHS, st.integers(1, 28), st.sampled_from(WAYS[:2])), min_size=1, max_size=8))
def test_days_written_in_two_orders_never_give_another_month_once_both_orders_are_proven(
    cells: list[tuple[dt.date, int, str]],
) -> None:
    texts = [month.replace(day=day).strftime(way) for month, day, way in cells]
    for (month, _, _), found in zip(cells, read(*texts, "31/01/2024", "1/31/2024"), strict=False):
        assert found in {f"{month:%Y-%m}", UNKNOWN, "month_out_of_range"}


@given(st.one_of(st.text(max_size=14), st.integers(), st.floats(), st.dates(), st.booleans()))
def test_no_cell_breaks_the_reading_of_a_month(cell: Any) -> None:
    month_ways(cell)
    assert read(cell, cell)[0] in {"", UNKNOWN, "month_unreadable", "month_out_of_range"} or isinstance(
        MonthColumn([cell]).read(cell).month, pd.Period
    )


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        # Midnight of 1 March 2024 in Pontianak (UTC+7), Makassar (UTC+8) and Jayapura (UTC+9).
        ("2024-02-29T17:00:00.000Z", "2024-03"), ("2024-02-29T16:00:00Z", "2024-03"), ("2024-02-29 15:00:00+00:00", "2024-03"),
        ("2024-03-01T00:00:00+07:00", "2024-03"), ("2024-03-01T00:00:00Z", "2024-03"), ("2024-03-15T23:30:00Z", "2024-03"),
        ("2024-02-29T17:30:00Z", "month_unreadable"), ("2024-13-01T00:00:00Z", "month_unreadable"),
    ],
)  # fmt: skip
def test_a_moment_with_its_zone_is_the_day_that_began_then_in_indonesia(moment: str, month: str) -> None:
    assert read(moment) == [month]
