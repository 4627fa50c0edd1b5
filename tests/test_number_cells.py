import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.number_cells import MARKS, Count, Marks, read_count, read_ratio
from analysis.values import FORMULA_WITHOUT_VALUE, Fault, is_blank

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (0, 0), (0.0, 0), ("0", 0), (12, 12), (12.0, 12), ("12,0", 12), ("1.234", 1234), ("1.234.567", 1234567),
        ("1.234,00", 1234), (f"12{NBSP}345", 12345), (f"{NBSP}1.234 ", 1234), ("'512", 512), ("1,234,567", 1234567),
        ("１２", 12), (11.999999999999, 12),
    ],
)  # fmt: skip
def test_counts_are_read_in_indonesian_writing(cell: str | float, count: int) -> None:
    read = read_count(cell)
    assert (read.value, read.doubt) == (count, "")


@pytest.mark.parametrize("cell", [None, "", "  ", NBSP])
def test_a_blank_is_missing_without_a_word(cell: str | None) -> None:
    assert read_count(cell) == Count()


@pytest.mark.parametrize(
    ("cell", "doubt"),
    [
        ("-", "no_value_sign"), ("–", "no_value_sign"), ("N/A", "no_value_sign"), ("n.a.", "no_value_sign"),
        ("?", "no_value_sign"), ("Belum Lapor", "no_value_sign"), ("belum  ada data", "no_value_sign"),
        ("#####", "excel_error"), ("#DIV/0!", "excel_error"), ("#N/A", "excel_error"), (Fault("#REF!"), "excel_error"),
        (FORMULA_WITHOUT_VALUE, "formula_without_value"), (float("nan"), "excel_error"),
        (12.5, "not_whole"), ("12,5", "not_whole"), (-3, "negative"), ("−3", "negative"), ("-3", "negative"),
        ("dua belas", "not_a_number"), ("12%", "not_a_number"), ("()", "not_a_number"), (True, "not_a_number"),
        (dt.date(2024, 3, 1), "date_for_number"), ("1,2E+03", "not_a_number"), (123456789, "too_large"),
    ],
)  # fmt: skip
def test_what_is_not_a_count_is_missing_with_its_reason(cell: object, doubt: str) -> None:
    read = read_count(cell)  # type: ignore[arg-type]
    assert (read.value, read.doubt) == (None, doubt)


@pytest.mark.parametrize(
    ("cell", "thousandfold"),
    [(167.228, 167228), (50.36, 50360), ("50.36", 50360), ("16,728", 16728), (1.2345, None), (0.5, None)],
)
def test_a_lost_thousands_point_is_doubtful_with_the_count_it_may_have_been(
    cell: float | str, thousandfold: int | None
) -> None:
    assert read_count(cell) == Count(None, "not_whole", () if thousandfold is None else (thousandfold,))


def test_a_small_whole_number_may_have_lost_its_zeros() -> None:
    assert read_count(12.0).others == (12000,)
    assert read_count(1200.0).others == ()


def test_points_and_commas_mean_what_the_column_says() -> None:
    english = MARKS["inggris"]
    assert read_count("12,345", english).value == 12345
    assert read_count("2.000", english) == Count(2, others=(2000,))
    assert read_count("1.5", english).doubt == "not_whole"
    unclear = Marks("unclear", "unclear")
    assert read_count("2.000", unclear) == Count(doubt="separator_unclear", others=(2000, 2))
    assert read_count("1,234", unclear) == Count(doubt="separator_unclear", others=(1234,))
    assert read_count("1.234.567", unclear).value == 1234567


@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_count_written_with_thousands_points_is_read_back(number: int) -> None:
    for text in (f"{number:,}".replace(",", "."), f"{number:,}".replace(",", NBSP), str(number), f"{number},00"):
        assert read_count(text).value == number


@given(st.decimals(min_value=0, max_value=99_999, places=2))
def test_a_ratio_written_with_a_decimal_comma_is_read_back(number: Decimal) -> None:
    text = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    for sign, per in (("", None), ("%", 100), (" ‰", 1000), (" per mil", 1000), (" persen", 100)):
        read = read_ratio(text + sign)
        assert (read.value, read.per, read.doubt) == (number, per, "")


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_cell(text: str) -> None:
    read_count(text)
    read_ratio(text)


@pytest.mark.parametrize(
    ("cell", "value", "per"),
    [
        ("145,67", "145.67", None), ("145.67", "145.67", None), ("192.6 0/00", "192.6", 1000),
        ("1.234,5", "1234.5", None),
        ("14,57%", "14.57", 100), (0.1457, "0.1457", None), ("150 per mil", "150", 1000), ("0,00", "0.00", None),
    ],
)  # fmt: skip
def test_a_printed_ratio_keeps_its_sign(cell: str | float, value: str, per: int | None) -> None:
    read = read_ratio(cell)
    assert (read.value, read.per) == (Decimal(value), per)


def test_a_control_character_around_a_number_is_dropped_and_one_within_is_doubtful() -> None:
    assert read_count("\u202a1.748\u202c").value == 1748
    assert read_count(" \x001748\x00 ").value == 1748
    assert read_count("17\x0748") == Count(doubt="not_a_number")
    assert is_blank("\x07 ")
