"""Mid-p McNemar, Tango's interval and the signed rank test against published examples and R."""

from __future__ import annotations

import math
import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, numbers, reference

from analysis.paired import change_of_values, mcnemar_exact, mcnemar_mid_p, paired_share_change, tango_share_change

counts = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda t: sum(t) > 0)


@pytest.mark.parametrize("row", reference("mcnemar"))
def test_mcnemar_agrees_with_r(row: dict[str, str]) -> None:
    rose, fell = int(row["rose"]), int(row["fell"])
    assert mcnemar_exact(rose, fell) == pytest.approx(float(row["exact"]), abs=1e-11)
    assert mcnemar_mid_p(rose, fell) == pytest.approx(float(row["mid_p"]), abs=1e-11)


def test_mid_p_agrees_with_the_published_example() -> None:
    # Airway reactivity (Bentur et al. 2009) in Fagerland, Lydersen and Laake 2013, BMC Med Res Methodol 13:91: 0.0391
    assert mcnemar_mid_p(1, 7) == pytest.approx(0.0391, abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mid_p_is_symmetric_and_below_the_exact_p(rose: int, fell: int) -> None:
    p = mcnemar_mid_p(rose, fell)
    assert 0 < p <= mcnemar_exact(rose, fell) <= 1
    assert p == pytest.approx(mcnemar_mid_p(fell, rose), abs=1e-12)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mid_p_falls_when_more_facilities_rise(fell: int, excess: int) -> None:
    assert mcnemar_mid_p(fell + excess + 1, fell) <= mcnemar_mid_p(fell + excess, fell) + 1e-12


@pytest.mark.parametrize(
    ("discordant", "n", "level", "interval", "digits"),
    [
        # Tango 1998, Stat Med 17:891-908, section 6: sleeping difficulties (Karacan et al. 1976), 32 pairs
        ((9, 3), 32, 0.95, [-0.027, 0.390], 3),
        # Bentur et al. 2009 in Fagerland, Lydersen and Laake 2014, Stat Med 33:2850-2875: -0.517 to -0.026
        ((1, 7), 21, 0.95, [-0.517, -0.026], 3),
        # R package PropCIs: scoreci.mp(25, 28, 618, conf.level = 0.90), as quoted by a test of a public project
        ((28, 25), 618, 0.90, [-0.0148, 0.0247], 4),
    ],
)
def test_tango_agrees_with_published_examples(
    discordant: tuple[int, int], n: int, level: float, interval: list[float], digits: int
) -> None:
    rose, fell = discordant
    estimate = tango_share_change(n - rose - fell, rose, fell, 0, level)
    assert limits(estimate) == pytest.approx(interval, abs=0.5 * 10**-digits)
    assert estimate.value == pytest.approx((rose - fell) / n)


@pytest.mark.parametrize("row", reference("tango"))
def test_tango_agrees_with_the_likelihood_maximised_in_r(row: dict[str, str]) -> None:
    rose, fell, n = int(row["rose"]), int(row["fell"]), int(row["n"])
    estimate = tango_share_change(0, rose, fell, n - rose - fell, float(row["level"]))
    assert limits(estimate) == pytest.approx([float(row["lower"]), float(row["upper"])], abs=1e-9)


@pytest.mark.parametrize("n", [1, 5, 44, 345])
def test_tango_has_a_width_when_nobody_changed(n: int) -> None:
    # Both discordant counts 0: n d² = z² d (1 - d), so that d = z² / (n + z²)
    z2 = 1.959963984540054**2
    assert limits(tango_share_change(n, 0, 0, 0)) == pytest.approx([-z2 / (n + z2), z2 / (n + z2)], abs=1e-9)


@pytest.mark.parametrize("n", [1, 5, 345])
def test_tango_ends_at_one_when_all_rose(n: int) -> None:
    # All rose: n (1 - d) = z² (1 + d), so that d = (n - z²) / (n + z²)
    z2 = 1.959963984540054**2
    assert limits(tango_share_change(0, n, 0, 0)) == pytest.approx([(n - z2) / (n + z2), 1], abs=1e-9)


@given(counts, st.sampled_from([0.95, 0.998]))
def test_tango_is_symmetric_and_in_range(cells: tuple[int, int, int, int], level: float) -> None:
    both, rose, fell, neither = cells
    forward = tango_share_change(both, rose, fell, neither, level)
    assert holds_value(forward, -1, 1)
    for backward in (
        tango_share_change(both, fell, rose, neither, level),  # periods swapped
        tango_share_change(neither, fell, rose, both, level),  # target missed instead of reached
    ):
        assert limits(forward) == pytest.approx([-v for v in reversed(limits(backward))], abs=1e-9)
        assert forward.p == pytest.approx(backward.p, abs=1e-12)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_tango_limits_rise_when_a_facility_rises(rose: int, fell: int, rest: int) -> None:
    before, after = tango_share_change(0, rose, fell, rest), tango_share_change(0, rose + 1, fell, rest - 1)
    assert limits(before)[0] <= limits(after)[0] + 1e-9
    assert limits(before)[1] <= limits(after)[1] + 1e-9


@given(counts)
def test_tango_lies_near_newcombes_interval(cells: tuple[int, int, int, int]) -> None:
    # Fagerland, Lydersen and Laake 2014 find the two close; where they part widely one of them is wrong.
    both, rose, fell, neither = (c + 20 for c in cells)
    ours, theirs = tango_share_change(both, rose, fell, neither), paired_share_change(both, rose, fell, neither)
    assert limits(ours) == pytest.approx(limits(theirs), abs=0.02)


@pytest.mark.parametrize(
    "cells", [(0, 0, 0, 0), (None, 1, 1, 1), (3, -1, 1, 1), (3, float("nan"), 1, 1), (3, 1, 2.5, 1)]
)
def test_no_usable_counts_give_a_reason(cells: tuple[int, int, int, int]) -> None:
    for estimate in (tango_share_change(*cells), paired_share_change(*cells)):
        assert (estimate.value, estimate.lower, estimate.upper, estimate.p) == (None, None, None, None)
        assert estimate.reason


@pytest.mark.parametrize("bad", [None, float("nan"), pd.NA, -1, 2.5, "3", math.inf])
def test_a_bare_p_value_of_what_is_no_count_is_an_error(bad: Any) -> None:
    for p_value in (mcnemar_exact, mcnemar_mid_p):
        with pytest.raises(ValueError, match="whole numbers"):
            p_value(bad, 3)
        with pytest.raises(ValueError, match="whole numbers"):
            p_value(3, bad)
        assert p_value(7.0, 1.0) == p_value(7, 1)


@given(counts, st.sampled_from([0.95, 0.998]))
def test_newcombes_paired_interval_holds_its_value(cells: tuple[int, int, int, int], level: float) -> None:
    assert holds_value(paired_share_change(*cells, level), -1, 1)
    both, rose, fell, neither = (float(c) for c in cells)
    assert paired_share_change(both, rose, fell, neither, level) == paired_share_change(*cells, level)


@pytest.mark.parametrize("row", reference("wilcoxon"), ids=lambda r: f"{r['name']}-{r['level']}")
def test_signed_rank_agrees_with_r(row: dict[str, str]) -> None:
    estimate = change_of_values(numbers(row["before"]), numbers(row["after"]), float(row["level"]))
    assert estimate.value == pytest.approx(float(row["value"]), abs=1e-9)
    assert limits(estimate) == pytest.approx([float(row["lower"]), float(row["upper"])], abs=1e-9)
    assert estimate.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert ("eksak" in estimate.method) == (row["method"] == "exact")


def test_five_facilities_say_which_level_they_reach() -> None:
    estimate = change_of_values([1, 2, 3, 4, 5], [2, 4, 6, 9, 11])
    assert estimate.level == 0.9375  # 1 - 2 * dsignrank(0, 5) in R
    assert "93,75 persen" in estimate.note


@pytest.mark.parametrize("after", [[3.0], [3.0, 5.0], [3.0, 5.0, 9.0, 16.0]])
def test_too_few_facilities_have_an_estimate_but_no_interval(after: list[float]) -> None:
    estimate = change_of_values([1.0, 2.0, 3.0, 4.0][: len(after)], after)
    assert estimate.value is not None
    assert estimate.p is not None
    assert (estimate.lower, estimate.upper) == (None, None)
    assert "lebih banyak FKTP" in estimate.reason


def test_nobody_changed() -> None:
    estimate = change_of_values([4.0, 5.0, 6.0], [4.0, 5.0, 6.0])
    assert (estimate.value, estimate.lower, estimate.p) == (0.0, None, 1.0)
    assert "semua selisih nol" in estimate.reason


def test_everybody_changed_by_the_same_amount() -> None:
    estimate = change_of_values([1.0] * 12, [3.0] * 12)
    assert (estimate.value, limits(estimate)) == (2.0, [2.0, 2.0])
    # n <- 12; ranks all 6.5; z <- (78 - 39 - 0.5) / sqrt(12*13*25/24 - (12^3 - 12)/48); 2 * pnorm(-z) in R
    z = 38.5 / math.sqrt(12 * 13 * 25 / 24 - (12**3 - 12) / 48)
    assert estimate.p == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-9)


def test_facilities_without_a_value_are_left_out_and_counted() -> None:
    complete = change_of_values([1, 2, 3, 4, 5, 6.5], [2, 4, 6, 9, 11, 13])
    gaps = change_of_values([1, None, 2, 3, 4, 5, 6.5, 7], [2, 3, 4, 6, 9, 11, 13, float("nan")])
    other: list[Any] = [1, pd.NA, 2, 3, 4, 5, 6.5, "7"]
    assert change_of_values(other, [2, 3, 4, 6, 9, 11, 13, 8]) == gaps
    assert limits(gaps) == limits(complete)
    assert gaps.n == 6
    assert gaps.note == "2 FKTP tanpa nilai pada salah satu periode tidak diikutkan"


@pytest.mark.parametrize(("before", "after"), [([], []), ([None, 2.0], [1.0, None])])
def test_no_pairs_give_a_reason(before: list[float | None], after: list[float | None]) -> None:
    estimate = change_of_values(before, after)
    assert (estimate.value, estimate.p) == (None, None)
    assert estimate.reason == "tidak ada FKTP yang dapat dipasangkan"


def test_unequal_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="same facilities"):
        change_of_values([1.0], [1.0, 2.0])


def test_noise_of_binary_fractions_does_not_hide_ties() -> None:
    # 0.3 - 0.2 and 0.2 - 0.1 differ in the last bit; in tenths they do not
    shares = change_of_values([0.1, 0.2, 0.5, 0.1, 0.9, 0.4], [0.2, 0.3, 0.9, 0.4, 0.7, 0.9])
    tenths = change_of_values([1, 2, 5, 1, 9, 4], [2, 3, 9, 4, 7, 9])
    assert shares.p == tenths.p
    assert [10 * v for v in limits(shares)] == pytest.approx(limits(tenths))


pairs = st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300)), min_size=1, max_size=70)


@given(pairs, st.randoms(use_true_random=False))
def test_swapping_periods_and_order_of_facilities(rows: list[tuple[int, int]], order: random.Random) -> None:
    before, after = [b for b, _ in rows], [a for _, a in rows]
    forward, backward = change_of_values(before, after), change_of_values(after, before)
    shuffled = list(rows)
    order.shuffle(shuffled)
    again = change_of_values([b for b, _ in shuffled], [a for _, a in shuffled])
    assert forward == again
    assert forward.value == pytest.approx(-(backward.value or 0.0))
    assert forward.p == pytest.approx(backward.p)
    if forward.lower is not None:
        assert limits(forward) == pytest.approx([-v for v in reversed(limits(backward))])
        assert holds_value(forward, -600, 600)
    else:
        assert forward.reason


@given(pairs, st.integers(1, 50))
def test_interval_moves_with_the_scale(rows: list[tuple[int, int]], factor: int) -> None:
    before, after = [b for b, _ in rows], [a for _, a in rows]
    one = change_of_values(before, after)
    scaled = change_of_values([factor * b for b in before], [factor * a for a in after])
    assert scaled.p == one.p
    assert scaled.value == pytest.approx(factor * (one.value or 0.0))
    if one.lower is not None:
        assert limits(scaled) == pytest.approx([factor * v for v in limits(one)])
