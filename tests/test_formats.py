"""Numbers, dates and names as Indonesian readers expect them."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from analysis import formats as fmt


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, 0, "1.234.567"), (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (1.005, 2, "1,01"), (-3.14159, 2, "−3,14"),
        (0, 1, "0,0"), (-0.04, 1, "0,0"), (None, 1, "–"), (float("nan"), 1, "–"), (pd.NA, 0, "–"),
    ],
)  # fmt: skip
def test_number(value: float | None, decimals: int, text: str) -> None:
    assert fmt.number(value, decimals) == text


@given(st.floats(-1e15, 1e15), st.integers(0, 6))
def test_number_is_written_as_babel_writes_it(value: float, decimals: int) -> None:
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert fmt.number(value, decimals).removeprefix("−") == format_decimal(abs(exact), format=pattern, locale="id")


@pytest.mark.parametrize(("value", "text"), [(1.25, "+1,3"), (-1.25, "−1,3"), (0.0, "0,0"), (0.04, "0,0"), (None, "–")])
def test_change_carries_its_sign(value: float | None, text: str) -> None:
    assert fmt.signed(value, 1) == text


@pytest.mark.parametrize(("value", "text"), [(2.0, "2,00"), (2.004, "2,004"), (2.0098, "2,01"), (1.9999, "1,9999")])
def test_a_value_beside_the_target_never_looks_like_the_target(value: float, text: str) -> None:
    assert fmt.against(value, 2.0, 2) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (980_000, "Rp980.000"), (45_600_000, "Rp45,6 juta"), (1_234_000_000, "Rp1,23 miliar"), (0, "Rp0"),
        # the size is that of the rounded amount
        (999_996_000, "Rp1,00 miliar"), (999_950_000, "Rp1,00 miliar"), (999_949_999, "Rp999,9 juta"),
        (999_999, "Rp999.999"), (999_999.5, "Rp1,0 juta"), (-999_996_000, "−Rp1,00 miliar"), (None, "–"), (pd.NA, "–"),
    ],
)  # fmt: skip
def test_amount_in_words_of_size(amount: float | None, text: str) -> None:
    assert fmt.rupiah_short(amount) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0390625, "p\u00a0=\u00a00,039"), (0.0001, "p\u00a0<\u00a00,001"), (1.0, "p\u00a0=\u00a01,000"), (None, "–")],
)
def test_p_value(p: float | None, text: str) -> None:
    assert fmt.p_value(p) == text


@pytest.mark.parametrize(
    ("value", "text"), [(150.0, "150"), (2.5, "2,5"), (0.25, "0,25"), (92.5, "92,5"), (1000, "1.000"), (None, "–")]
)
def test_plain_number_has_no_more_decimals_than_it_needs(value: float | None, text: str) -> None:
    assert fmt.plain(value) == text


def test_a_shared_name_carries_the_code() -> None:
    names = {"0101A001": "PUSKESMAS SEHAT", "0101U002": "SEHAT", "0101A003": "PUSKESMAS BONTI"}
    distinct = fmt.distinct_names(names)
    assert distinct == {
        "0101A001": "PUSKESMAS SEHAT (0101A001)", "0101U002": "SEHAT (0101U002)", "0101A003": "PUSKESMAS BONTI"
    }  # fmt: skip
    assert [fmt.facility(n, short=True) for n in distinct.values()] == ["Sehat (0101A001)", "Sehat (0101U002)", "Bonti"]


def test_dates_and_months() -> None:
    assert fmt.date(dt.date(2025, 9, 18)) == "18 September 2025"
    assert fmt.month(pd.Period("2026-03", "M")) == "Maret 2026"
    assert fmt.month_short(pd.Period("2026-08", "M")) == "Agu 26"


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a dan b"), (["a", "b", "c"], "a, b, dan c")]
)
def test_list_of_words(words: list[str], text: str) -> None:
    assert fmt.joined(words) == text


@pytest.mark.parametrize(
    ("name", "short", "text"),
    [
        ("PUSKESMAS BALAI KARANGAN", False, "Puskesmas Balai Karangan"),
        ("PUSKESMAS BELANGIN 3", True, "Belangin 3"),
        ("UPTD PUSKESMAS SEBULU II", False, "UPTD Puskesmas Sebulu II"),
        ("PUSKESMAS", True, "Puskesmas"),
    ],
)
def test_facility_names_in_reading_case(name: str, short: bool, text: str) -> None:
    assert fmt.facility(name, short) == text


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.039, "0,039"),
        (0.0098, "0,0098"),
        (0.01, "0,010"),
        (0.0102, "0,0102"),
        (0.04996, "0,04996"),
        (0.0004, "< 0,001"),
    ],
)
def test_p_tells_on_which_side_of_a_grade_it_lies(p: float, shown: str) -> None:
    assert fmt.p_short(p) == shown
    told = f"p {shown}" if shown.startswith("<") else f"p = {shown}"
    assert fmt.p_value(p).replace("\u00a0", " ") == told
