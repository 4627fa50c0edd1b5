"""Indicators as exact ratios of sums; missing is not zero."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.contract import COUNTS
from analysis.indicators import load_indicators, period_sums, ratio
from analysis.workspace import PROJECT

INDICATORS = load_indicators(PROJECT / "data" / "reference")


def counts(**values: int | None) -> pd.DataFrame:
    return pd.DataFrame({c: pd.array([values.get(c)], dtype="Int64") for c in COUNTS})


def test_contact_rate_is_per_mille() -> None:
    result = ratio(counts(contacts=1500, registered=10_000), INDICATORS["AK"])
    assert result["value"].tolist() == [150.0]
    assert result["convention"].tolist() == [False]


def test_controlled_ratio_is_the_mean_of_both_shares() -> None:
    # (10/200 + 30/1000) / 2 × 100 = (5 + 3) / 2 = 4 percent
    sums = counts(dm_controlled=10, dm_registered=200, ht_controlled=30, ht_registered=1000)
    result = ratio(sums, INDICATORS["RPPT"])
    assert Fraction(int(result["numerator"][0]), int(result["denominator"][0])) == 4
    assert not result["convention"][0]


def test_one_part_without_participants_leaves_the_other_and_is_marked() -> None:
    sums = counts(dm_controlled=0, dm_registered=0, ht_controlled=30, ht_registered=1000)
    result = ratio(sums, INDICATORS["RPPT"])
    assert (result["value"][0], result["convention"][0]) == (3.0, True)


def test_the_other_part_without_participants_leaves_the_first() -> None:
    sums = counts(dm_controlled=10, dm_registered=200, ht_controlled=0, ht_registered=0)
    result = ratio(sums, INDICATORS["RPPT"])
    assert (result["value"][0], result["convention"][0]) == (5.0, True)


def test_no_referral_is_zero_percent_by_convention() -> None:
    result = ratio(counts(nonspecialist_referrals=0, referrals=0), INDICATORS["RRNS"])
    assert (result["value"][0], result["convention"][0]) == (0.0, True)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("AK", {"contacts": 0, "registered": 0}),
        ("AK", {"contacts": None, "registered": 100}),
        ("RRNS", {"nonspecialist_referrals": 3, "referrals": None}),
        ("RPPT", {"dm_controlled": 0, "dm_registered": 0, "ht_controlled": 0, "ht_registered": 0}),
        ("RRNS", {"nonspecialist_referrals": None, "referrals": 0}),
        ("RPPT", {"dm_controlled": None, "dm_registered": 10, "ht_controlled": 1, "ht_registered": 20}),
        ("RPPT", {"dm_controlled": 1, "dm_registered": None, "ht_controlled": 1, "ht_registered": 20}),
        ("RPPT", {"dm_controlled": 1, "dm_registered": 10, "ht_controlled": 1, "ht_registered": None}),
        ("RPPT", {"dm_controlled": None, "dm_registered": 0, "ht_controlled": None, "ht_registered": 20}),
    ],
)
def test_missing_stays_missing(name: str, values: dict[str, int | None]) -> None:
    result = ratio(counts(**values), INDICATORS[name])
    assert result["value"].isna().all()
    assert not result["convention"].any()


def test_period_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    # months 10/100 and 1/1000: mean of ratios 5.05 percent, ratio of sums 11/1100 = 1 percent
    table = pd.concat(
        [counts(nonspecialist_referrals=10, referrals=100), counts(nonspecialist_referrals=1, referrals=1000)]
    )
    sums = period_sums(table.assign(facility_code="A"), INDICATORS["RRNS"], ["facility_code"])
    assert ratio(sums, INDICATORS["RRNS"])["value"].tolist() == [1.0]


def test_a_month_with_one_missing_count_is_left_out_whole() -> None:
    table = pd.concat([counts(contacts=100, registered=1000), counts(contacts=None, registered=1000)])
    sums = period_sums(table.assign(facility_code="A"), INDICATORS["AK"], ["facility_code"])
    assert (sums["registered"].tolist(), sums["months"].tolist()) == ([1000], [1])


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(500, 5000)), min_size=1, max_size=12), st.integers(2, 9))
def test_scaling_all_counts_does_not_change_the_ratio(months: list[tuple[int, int]], factor: int) -> None:
    one = pd.concat([counts(contacts=c, registered=r) for c, r in months]).assign(facility_code="A")
    many = one.assign(contacts=one["contacts"] * factor, registered=one["registered"] * factor)
    values = [ratio(period_sums(t, INDICATORS["AK"], ["facility_code"]), INDICATORS["AK"]) for t in (one, many)]
    first, second = (Fraction(int(v["numerator"].iloc[0]), int(v["denominator"].iloc[0])) for v in values)
    assert first == second
