"""Bands: exact ends, and no value in two bands or in none."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.bands import Band, hull, uncovered


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">= 150", [150, 151], [Fraction(149999, 1000)]),
        ("> 145 & < 150", [Fraction(14501, 100), Fraction(14999, 100)], [145, 150]),
        ("> 2 & <= 2.5", [Fraction(5, 2), Fraction(2001, 1000)], [2, Fraction(2501, 1000)]),
        ("< 3", [0, Fraction(299, 100)], [3]),
    ],
)
def test_band_knows_its_open_and_closed_ends(text: str, inside: list[Fraction], outside: list[Fraction]) -> None:
    band = Band.parse(text)
    assert all(band.contains(v) for v in inside)
    assert not any(band.contains(v) for v in outside)


@pytest.mark.parametrize("text", ["", "150", "=> 150", "> 5 & < 4", ">= x", ">= 1,5"])
def test_unreadable_or_impossible_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="syarat"):
        Band.parse(text)


def test_gap_and_overlap_are_found() -> None:
    assert uncovered([Band.parse("< 140"), Band.parse("> 140")]) == [Fraction(140)]
    assert Fraction(145) in uncovered([Band.parse("<= 145"), Band.parse(">= 145")])
    assert uncovered([Band.parse("< 140"), Band.parse(">= 140")]) == []
    # each end lies in one band: only what is between them is nowhere, or in both
    assert uncovered([Band.parse("<= 140"), Band.parse(">= 141")]) == [Fraction(281, 2)]
    assert uncovered([Band.parse("< 141"), Band.parse("> 140")]) == [Fraction(281, 2)]


@given(numerator=st.integers(0, 10**6), denominator=st.integers(1, 10**6))
def test_column_comparison_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    band = Band.parse("> 2 & <= 2.5")
    series = band.holds(pd.Series([numerator * 100], dtype="Int64"), pd.Series([denominator], dtype="Int64"))
    assert bool(series[0]) == band.contains(Fraction(numerator * 100, denominator))


def test_exactly_two_percent_is_not_above_two_percent() -> None:
    # 37 of 1850 is 2 percent exactly; in floating point 37/1850*100 is 2.0000000000000004
    numerator, denominator = pd.Series([3700], dtype="Int64"), pd.Series([1850], dtype="Int64")
    assert Band.parse("<= 2").holds(numerator, denominator).tolist() == [True]
    assert Band.parse("> 2 & <= 2.5").holds(numerator, denominator).tolist() == [False]


def test_missing_value_is_in_no_band() -> None:
    assert Band.parse(">= 150").holds(pd.Series([pd.NA], dtype="Int64"), pd.Series([1], dtype="Int64")).isna().all()


def test_hull_spans_the_bands() -> None:
    assert hull([Band.parse("< 1"), Band.parse(">= 1 & < 5")]) == Band.parse("< 5")
    assert hull([Band.parse(">= 250"), Band.parse(">= 150 & < 250")]) == Band.parse(">= 150")
