"""Intervals and tests against published tables and the output of R."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, reference
from scipy.stats import chi2

from analysis.estimates import (
    change_of_ratio,
    clopper_pearson,
    degrees_of_freedom,
    finite_number,
    rate,
    ratio_of_sums,
    whole_number,
    wilson,
)
from analysis.paired import mcnemar_exact, paired_share_change


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (Wilson score without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombes_table(successes: int, trials: int, lower: float, upper: float) -> None:
    estimate = wilson(successes, trials)
    assert limits(estimate) == pytest.approx([lower, upper], abs=5e-5)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_impossible_counts_give_a_reason(successes: int, trials: int) -> None:
    estimate = wilson(successes, trials)
    assert estimate.value is None
    assert estimate.reason


@pytest.mark.parametrize("row", reference("proportion"))
def test_intervals_of_a_proportion_agree_with_r(row: dict[str, str]) -> None:
    k, n, level = int(row["k"]), int(row["n"]), float(row["level"])
    exact, score = clopper_pearson(k, n, level), wilson(k, n, level)
    assert limits(exact) == pytest.approx([float(row["exact_lower"]), float(row["exact_upper"])], abs=1e-10)
    assert limits(score) == pytest.approx([float(row["wilson_lower"]), float(row["wilson_upper"])], abs=1e-10)
    assert (exact.value, exact.level, exact.n) == (k / n, level, n)


@pytest.mark.parametrize(
    ("successes", "trials", "lower", "upper"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 5 (Clopper–Pearson)
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_clopper_pearson_agrees_with_newcombes_table(successes: int, trials: int, lower: float, upper: float) -> None:
    assert limits(clopper_pearson(successes, trials)) == pytest.approx([lower, upper], abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "trials", "reason"),
    [
        (0, 0, "penyebut nol"),
        (3, 2, "pembilang di luar"),
        (-1, 5, "bukan cacah"),
        (None, 5, "tidak diketahui"),
        (2, float("nan"), "tidak diketahui"),
        (2.5, 5, "bukan cacah"),
        (float("inf"), 5, "bukan cacah"),
    ],
)
def test_exact_interval_of_impossible_counts_gives_a_reason(
    successes: float | None, trials: float | None, reason: str
) -> None:
    for estimate in (clopper_pearson(successes, trials), wilson(successes, trials)):
        assert (estimate.value, estimate.lower, estimate.upper) == (None, None, None)
        assert reason in estimate.reason


@pytest.mark.parametrize("row", reference("rate"))
def test_rate_agrees_with_r(row: dict[str, str]) -> None:
    events, exposure, level = int(row["events"]), float(row["exposure"]), float(row["level"])
    estimate = rate(events, exposure, 1000, level)
    assert limits(estimate) == pytest.approx([float(row["lower"]), float(row["upper"])], rel=1e-10, abs=1e-10)
    assert estimate.value == pytest.approx(1000 * events / exposure)
    assert ("eksak" in estimate.method) == (events < 10)
    assert ("Byar" in estimate.method) == (events >= 10)


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("events", [10, 12, 30, 200, 5000])
def test_byar_lies_close_to_the_exact_limits(events: int, level: float) -> None:
    # poisson.test(events)$conf.int by its chi-square form; the largest distance is 1.5 % (lower limit, 10 events, 99.8 %)
    tail = (1 - level) / 2
    exact = [chi2.ppf(tail, 2 * events) / 2, chi2.isf(tail, 2 * events + 2) / 2]
    assert limits(rate(events, 1, 1, level)) == pytest.approx(exact, rel=0.016)


@pytest.mark.parametrize(
    ("events", "exposure", "reason"),
    [
        (3, 0, "penyebut nol"),
        (3, -1, "tidak mungkin"),
        (3, None, "tidak diketahui"),
        (3, float("nan"), "tidak diketahui"),
        (3, float("inf"), "tidak mungkin"),
        (None, 100, "tidak diketahui"),
        (-2, 100, "bukan cacah"),
        (2.5, 100, "bukan cacah"),
    ],
)
def test_impossible_rate_gives_a_reason(events: float | None, exposure: float | None, reason: str) -> None:
    estimate = rate(events, exposure)
    assert (estimate.value, estimate.lower, estimate.upper) == (None, None, None)
    assert reason in estimate.reason


def test_a_level_in_percent_is_an_error() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        clopper_pearson(1, 2, 95)


levels = st.sampled_from([0.95, 0.998])


@given(st.integers(0, 300), st.integers(1, 300), levels)
def test_interval_is_symmetric_and_holds_the_share(k: int, n: int, level: float) -> None:
    k = min(k, n)
    for interval in (clopper_pearson, wilson):
        estimate, mirrored = interval(k, n, level), interval(n - k, n, level)
        assert holds_value(estimate, 0, 1)
        assert limits(estimate) == pytest.approx([1 - v for v in reversed(limits(mirrored))], abs=1e-9)
        narrow, wide = limits(interval(k, n)), limits(interval(k, n, 0.998))
        assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@given(st.integers(0, 2000), st.floats(0.5, 1e6), levels)
def test_rate_limits_rise_with_the_events(events: int, exposure: float, level: float) -> None:
    estimate, more = rate(events, exposure, level=level), rate(events + 1, exposure, level=level)
    assert holds_value(estimate, 0, float("inf"))
    assert limits(estimate)[0] <= limits(more)[0]
    assert limits(estimate)[1] < limits(more)[1]


@given(st.integers(0, 2000), st.integers(1, 10**6), st.integers(1, 12))
def test_scaling_events_per_unit_does_not_change_the_rate(events: int, exposure: int, months: int) -> None:
    per_month, per_year = rate(events, exposure, 1000), rate(events, exposure * months, 1000 * months)
    assert limits(per_month) == pytest.approx(limits(per_year), rel=1e-12)


def test_ratio_of_sums_agrees_with_r() -> None:
    # source("tests/data/reference_values/jackknife.R"); r <- left_out(list(cbind(c(3,5,9,2), c(100,120,150,90))))
    # se <- sqrt(3/4*sum(r$d^2)); df <- degrees(r$h); 100*(r$value + c(0,-1,1)*qt(.975,df)*se)
    estimate = ratio_of_sums([([3, 5, 9, 2], [100, 120, 150, 90])], 100)
    assert estimate.value == pytest.approx(4.1304347826087, abs=1e-9)
    assert limits(estimate) == pytest.approx([1.06997805461311, 7.19089151060428], abs=1e-9)


def test_change_agrees_with_r() -> None:
    # q <- left_out(list(cbind(c(2,5,6,1), c(110,130,140,95)))); d <- q$d - r$d; df <- degrees((r$h + q$h)/2)
    # v <- q$value - r$value; se <- sqrt(3/4*sum(d^2)); 100*(v + c(0,-1,1)*qt(.975,df)*se); 2*pt(-abs(v)/se, df)
    estimate = change_of_ratio([([3, 5, 9, 2], [100, 120, 150, 90])], [([2, 5, 6, 1], [110, 130, 140, 95])], 100)
    assert estimate.value == pytest.approx(-1.18306636155606, abs=1e-9)
    assert limits(estimate) == pytest.approx([-2.53524158489967, 0.169108861787547], abs=1e-9)
    assert estimate.p == pytest.approx(0.0681021927273113, abs=1e-9)


def test_facilities_of_one_size_have_the_interval_of_the_mean() -> None:
    # by hand: shares 2, 4, 9 % of 100 each: mean 5, standard deviation sqrt(13), error sqrt(13/3), 2 degrees
    estimate = ratio_of_sums([([2, 4, 9], [100, 100, 100])], 100)
    half = 4.30265272975 * math.sqrt(13 / 3)
    assert limits(estimate) == pytest.approx([max(0.0, 5 - half), 5 + half])
    assert degrees_of_freedom(np.full(7, 1 / 7)) == pytest.approx(6)


def test_a_facility_that_holds_all_leaves_no_interval() -> None:
    estimate = ratio_of_sums([([3, 0], [100, 0])], 100)
    assert (estimate.value, estimate.lower) == (3.0, None)
    assert "seluruh penyebut" in estimate.reason


def test_one_facility_has_a_value_but_no_interval() -> None:
    estimate = ratio_of_sums([([3], [100])], 100)
    assert (estimate.value, estimate.lower) == (3.0, None)
    assert "dua FKTP" in estimate.reason


def test_no_denominator_gives_a_reason() -> None:
    assert ratio_of_sums([([0, 0], [0, 0])]).reason == "penyebut nol"


@pytest.mark.parametrize(
    ("rose", "fell", "p"),
    [
        # binom.test(1, 8)$p.value; binom.test(8, 9)$p.value; binom.test(0, 6)$p.value; binom.test(5, 10)$p.value in R 4.2
        (7, 1, 0.0703125),
        (8, 1, 0.0390625),
        (6, 0, 0.03125),
        (5, 5, 1.0),
        (0, 0, 1.0),
    ],
)
def test_exact_mcnemar_agrees_with_r(rose: int, fell: int, p: float) -> None:
    assert mcnemar_exact(rose, fell) == pytest.approx(p, abs=1e-12)


def test_paired_interval_agrees_with_the_published_example() -> None:
    # Airway reactivity before and after stem cell transplantation (Bentur et al. 2009) as worked in Fagerland, Lydersen
    # and Laake 2014, Statistics in Medicine 33:2850-2875: 1, 1, 7, 12; Newcombe square-and-add (-0.507, -0.026)
    estimate = paired_share_change(both=1, rose=1, fell=7, neither=12)
    assert estimate.value == pytest.approx(-6 / 21)
    assert limits(estimate) == pytest.approx([-0.507, -0.026], abs=5e-4)
    assert estimate.p == pytest.approx(0.0703125)


table = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda t: sum(t) > 0)


@given(table)
def test_swapping_the_periods_flips_the_sign(counts: tuple[int, int, int, int]) -> None:
    both, rose, fell, neither = counts
    forward = paired_share_change(both, rose, fell, neither)
    backward = paired_share_change(both, fell, rose, neither)
    assert forward.value == pytest.approx(-(backward.value or 0), abs=1e-12)
    assert forward.lower == pytest.approx(-(backward.upper or 0), abs=1e-9)
    assert forward.p == backward.p


@given(table)
def test_interval_holds_the_estimate_and_stays_in_range(counts: tuple[int, int, int, int]) -> None:
    estimate = paired_share_change(*counts)
    assert estimate.value is not None
    assert estimate.lower is not None
    assert estimate.upper is not None
    assert -1 <= estimate.lower <= estimate.value + 1e-12
    assert estimate.value - 1e-12 <= estimate.upper <= 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500)), min_size=2, max_size=20), st.randoms())
def test_order_of_facilities_does_not_matter(rows: list[tuple[int, int]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = (ratio_of_sums([tuple(zip(*r, strict=True))]) for r in (rows, shuffled))  # type: ignore[list-item]
    assert one.value == pytest.approx(two.value)
    assert one.lower == pytest.approx(two.lower)


def test_a_ratio_has_no_negative_bound() -> None:
    estimate = ratio_of_sums([([0, 0, 9], [100, 100, 100])], 100)
    assert estimate.lower == 0
    assert "dipotong" in estimate.note


@pytest.mark.parametrize(
    ("value", "count"),
    [(3, 3), (3.0, 3), (np.int64(3), 3), (np.float64(3), 3), (Decimal(3), 3), (0, 0), (2**53, 2**53)]
    + [(v, None) for v in (None, math.nan, pd.NA, pd.NaT, math.inf, -1, 2.5, "3", [3], 10**400, 2**54)],
)
def test_what_counts_as_a_count(value: Any, count: int | None) -> None:
    assert whole_number(value) == count


@pytest.mark.parametrize("value", [None, math.nan, pd.NA, "3", [3], -math.inf, 1e-320, 1e200])
def test_what_is_no_number(value: Any) -> None:
    assert finite_number(value) is None


ROWS = ([3, 5, 9, 2], [100, 120, 150, 90])
AFTER = ([2, 5, 6, 1], [110, 130, 140, 95])


@pytest.mark.parametrize("bad", [(None, 100), (7, None), (math.nan, 100), (7, pd.NA), (-7, 100), (7, 0), ("7", 100)])
def test_a_facility_without_usable_numbers_is_left_out_and_counted(bad: tuple[Any, Any]) -> None:
    y, x = [*ROWS[0], bad[0]], [*ROWS[1], bad[1]]
    gap, whole = ratio_of_sums([(y, x)], 100), ratio_of_sums([ROWS], 100)
    assert (gap.value, limits(gap), gap.n) == (whole.value, limits(whole), 4)
    assert gap.note == "1 FKTP tanpa angka yang dapat dipakai tidak diikutkan"
    paired = change_of_ratio([ROWS], [AFTER], 100)
    late: list[tuple[Any, Any]] = [([*AFTER[0], 4], [*AFTER[1], 90])]
    for before, after in (([(y, x)], late), (late, [(y, x)])):
        change = change_of_ratio(before, after, 100)
        assert abs(change.value or 0) == pytest.approx(abs(paired.value or 0))
        assert (change.n, change.note) == (4, gap.note)


def test_a_gap_in_one_part_leaves_the_facility_out_of_all_parts() -> None:
    both = ratio_of_sums([ROWS, AFTER])
    gap = ratio_of_sums([([*ROWS[0], 4], [*ROWS[1], 80]), ([*AFTER[0], None], [*AFTER[1], 80])])
    assert (gap.value, gap.n) == (both.value, 4)


def test_a_part_without_denominators_leaves_the_mean_to_the_others() -> None:
    empty = ([0] * 4, [0] * 4)
    one = ratio_of_sums([ROWS, empty], 100)
    assert limits(one) == limits(ratio_of_sums([ROWS], 100))
    assert "hanya 1 dari 2 bagian" in one.note
    change = change_of_ratio([ROWS, AFTER], [AFTER, empty], 100)
    assert limits(change) == limits(change_of_ratio([ROWS], [AFTER], 100))
    assert change_of_ratio([ROWS, empty], [empty, AFTER]).reason == "penyebut nol"


@pytest.mark.parametrize("parts", [[], [([], [])], [([None, -1], [5, 5])]])
def test_no_usable_facility_gives_a_reason(parts: list[tuple[list[Any], list[Any]]]) -> None:
    for estimate in (ratio_of_sums(parts), change_of_ratio(parts, parts)):
        assert (estimate.value, estimate.lower, estimate.p) == (None, None, None)
        assert estimate.reason == "tidak ada FKTP dengan angka yang dapat dipakai"


def test_a_share_stays_below_one_and_a_rate_need_not() -> None:
    parts = [([9, 2, 10], [10, 10, 10])]
    assert limits(ratio_of_sums(parts, 100))[1] > 100
    share = ratio_of_sums(parts, 100, kind="proporsi")
    assert limits(share)[1] == 100
    assert "batas atas dipotong" in share.note
    above = [([9, 2, 10, 30], [10, 10, 10, 10])]
    assert ratio_of_sums(above, 100).value == pytest.approx(100 * 51 / 40)
    assert ratio_of_sums(above, 100, kind="proporsi").value == share.value
    change = change_of_ratio([([0, 5, 0], [10, 10, 10])], [([10, 5, 10], [10, 10, 10])], kind="proporsi")
    assert limits(change)[1] == 1


@pytest.mark.parametrize(("after", "p"), [([2, 4, 6], 1.0), ([4, 8, 12], None)])
def test_no_spread_among_facilities_gives_no_interval(after: list[int], p: float | None) -> None:
    # every facility has 2 of 100 before and the same ratio after: the standard error is 0, which is no certainty
    before: list[tuple[list[float | None], list[float | None]]] = [([2, 4, 6], [100, 200, 300])]
    change = change_of_ratio(before, [(after, [100, 200, 300])], 100)
    assert (change.lower, change.p) == (None, p)
    assert change.value == pytest.approx(0 if p else 2)
    assert "galat baku nol" in change.reason
    assert ratio_of_sums(before).lower is None


def test_slips_are_errors() -> None:
    with pytest.raises(ValueError, match="same facilities"):
        ratio_of_sums([([1, 2], [3])])
    with pytest.raises(ValueError, match="same facilities"):
        change_of_ratio([([1], [3])], [([1, 2], [3, 4])])
    with pytest.raises(ValueError, match="same parts"):
        change_of_ratio([ROWS], [ROWS, ROWS])
    with pytest.raises(ValueError, match="kind"):
        ratio_of_sums([ROWS], kind="rasio")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="scale"):
        ratio_of_sums([ROWS], scale=-1)
    for interval in (wilson, rate, clopper_pearson):
        with pytest.raises(ValueError, match="between 0 and 1"):
            interval(1, 2, level=95)


@pytest.mark.parametrize("trials", [1, 7, 20, 345, 12345])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_limits_of_none_and_all_end_at_the_value(trials: int, level: float) -> None:
    for interval in (wilson, clopper_pearson):
        assert interval(0, trials, level).lower == 0.0
        assert interval(trials, trials, level).upper == 1.0
