"""Mean of shares and its change: square-and-add of Wilson limits in R, its special cases, and what has no mean."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, numbers, reference

from analysis.estimates import wilson
from analysis.independent import independent_change
from analysis.shares_mean import mean_of_shares, mean_of_shares_change, repeated_counts_dispersion

Parts = list[tuple[float | None, float | None]]


def parts(text: str) -> Parts:
    k1, n1, k2, n2 = numbers(text)
    return [(k1, n1), (k2, n2)]


@pytest.mark.parametrize("row", reference("mean_of_shares"))
def test_mean_and_change_agree_with_r(row: dict[str, str]) -> None:
    before, after, level = parts(row["before"]), parts(row["after"]), float(row["level"])
    mean, change = mean_of_shares(after, level), mean_of_shares_change(before, after, level)
    assert limits(mean) == pytest.approx([float(row["mean_lower"]), float(row["mean_upper"])], abs=1e-10)
    assert limits(change) == pytest.approx([float(row["lower"]), float(row["upper"])], abs=1e-10)
    assert change.p == pytest.approx(float(row["p"]), rel=1e-6)
    a, b, c, d = numbers(row["after"])
    assert mean.value == pytest.approx((a / b + c / d) / 2)
    assert mean.n == b + d


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (10, 10, 0, 20), (0, 10, 0, 10)])
def test_one_part_is_wilson_and_newcombe(counts: tuple[int, int, int, int]) -> None:
    # Newcombe 1998, Stat Med 17:873-890, table II, stands in test_independent for the same counts
    k, n, before, of = counts
    assert limits(mean_of_shares([(k, n)])) == pytest.approx(limits(wilson(k, n)), abs=1e-12)
    change = mean_of_shares_change([(before, of)], [(k, n)])
    assert limits(change) == pytest.approx(limits(independent_change(before, of, k, n)), abs=1e-12)


def test_a_part_without_denominator_leaves_the_mean_to_the_other() -> None:
    estimate = mean_of_shares([(0, 0), (30, 410)])
    assert estimate.value == 30 / 410
    assert limits(estimate) == pytest.approx(limits(wilson(30, 410)), abs=1e-12)
    assert estimate.note == "hanya 1 dari 2 bagian yang mempunyai penyebut; nilai dihitung dari bagian itu"
    assert estimate.n == 410


def test_a_change_compares_the_parts_that_both_periods_have() -> None:
    # The first part fell from 10 % to nothing to measure; the second stayed at 30 of 410.
    change = mean_of_shares_change([(10, 100), (30, 410)], [(0, 0), (30, 410)])
    assert (change.value, change.p) == (0.0, 1.0)
    assert "hanya 1 dari 2 bagian" in change.note
    nothing = mean_of_shares_change([(10, 100), (0, 0)], [(0, 0), (30, 410)])
    assert (nothing.value, nothing.p) == (None, None)
    assert "kedua periode" in nothing.reason


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ([(None, 10), (1, 10)], "tidak diketahui"),
        ([(1, math.nan), (1, 10)], "tidak diketahui"),
        ([(1, pd.NA), (1, 10)], "tidak diketahui"),
        ([(-1, 10), (1, 10)], "bukan cacah"),
        ([(1.5, 10), (1, 10)], "bukan cacah"),
        ([("1", 10), (1, 10)], "bukan cacah"),
        ([(11, 10), (1, 10)], "pembilang di luar"),
        ([(3, 0), (1, 10)], "pembilang di luar"),
        ([(0, 0), (0, 0)], "penyebut nol"),
        ([], "penyebut nol"),
    ],
)
def test_impossible_counts_give_a_reason(bad: Parts, reason: str) -> None:
    good: Parts = [(1, 10)] * len(bad)
    for estimate in (mean_of_shares(bad), mean_of_shares_change(bad, good), mean_of_shares_change(good, bad)):
        assert (estimate.value, estimate.lower, estimate.upper, estimate.p) == (None, None, None, None)
        assert reason in estimate.reason


def test_percent_and_dispersion() -> None:
    share, percent = (mean_of_shares([(12, 240), (30, 410)], scale=s) for s in (1, 100))
    assert limits(percent) == pytest.approx([100 * v for v in limits(share)])
    # Six months of the same counts, each participant counted once
    months = mean_of_shares([(72, 1440), (180, 2460)], dispersion=6)
    assert limits(months) == pytest.approx(limits(share), abs=1e-12)
    assert "dibagi 6,00" in months.note
    assert mean_of_shares([(1, 2)], dispersion=math.nan).reason == "dispersi tidak diketahui"


def test_unequal_parts_and_slips_are_errors() -> None:
    with pytest.raises(ValueError, match="same parts"):
        mean_of_shares_change([(1, 2)], [(1, 2), (1, 2)])
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_of_shares([(1, 2)], 95)
    with pytest.raises(ValueError, match="above 0"):
        mean_of_shares([(1, 2)], scale=0)


def test_dispersion_of_repeated_counts() -> None:
    # Two months against the next two: 1 + r/2 - r² - r³/2 is largest at r = (√7 - 2)/3
    r = (math.sqrt(7) - 2) / 3
    assert repeated_counts_dispersion(2) == pytest.approx(1 + r / 2 - r**2 - r**3 / 2, abs=1e-6)
    assert repeated_counts_dispersion(1) == 1.0
    # Far apart nothing is shared and every participant may stand in every month: at most the number of months
    assert repeated_counts_dispersion(6) < repeated_counts_dispersion(6, 12) < 6
    assert repeated_counts_dispersion(6, 10**6) == pytest.approx(6, rel=0.05)
    with pytest.raises(ValueError, match="overlap"):
        repeated_counts_dispersion(6, 5)


share = st.integers(1, 120).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
two = st.tuples(share, share).map(list)


@given(two, two, st.sampled_from([0.95, 0.998]))
def test_interval_holds_the_value_and_agrees_with_p(before: Parts, after: Parts, level: float) -> None:
    assert holds_value(mean_of_shares(before, level), 0, 1)
    forward, backward = mean_of_shares_change(before, after, level), mean_of_shares_change(after, before, level)
    assert holds_value(forward, -1, 1)
    assert limits(forward) == pytest.approx([-v for v in reversed(limits(backward))], abs=1e-12)
    assert forward.p == pytest.approx(backward.p)
    assert forward.p is not None
    lower, upper = limits(forward)
    if abs(forward.p - (1 - level)) > 1e-9:
        assert (forward.p < 1 - level) == (lower > 0 or upper < 0)


@given(two)
def test_order_of_parts_does_not_matter(counts: Parts) -> None:
    assert limits(mean_of_shares(counts)) == pytest.approx(limits(mean_of_shares(counts[::-1])), abs=1e-12)


@given(two, st.floats(1, 10))
def test_dispersion_widens_and_raises_p(counts: Parts, phi: float) -> None:
    after: Parts = [(n - (k or 0), n) for k, n in counts if n is not None]
    plain, wide = mean_of_shares_change(counts, after), mean_of_shares_change(counts, after, dispersion=phi)
    assert limits(wide)[0] <= limits(plain)[0] + 1e-12
    assert limits(wide)[1] >= limits(plain)[1] - 1e-12
    assert (wide.p or 0) >= (plain.p or 0) - 1e-12
