"""Which facilities changed: exact tests and their adjustment against R, verdicts, and what cannot be tested."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, numbers, reference
from scipy.stats import binomtest, norm, t

from analysis.estimates import Estimate
from analysis.facility_changes import (
    Dispersion,
    FacilityChange,
    FacilityCounts,
    FacilityParts,
    classify,
    facility_dispersions,
    mean_share_change,
    mean_share_changes,
    monthly_dispersion,
    rate_change,
    rate_changes,
    share_change,
    share_changes,
)
from analysis.shares_mean import mean_of_shares_change


@pytest.mark.parametrize("row", reference("two_proportions"))
def test_share_change_agrees_with_fisher_in_r(row: dict[str, str]) -> None:
    counts = [int(row[c]) for c in ("k_before", "n_before", "k_after", "n_after")]
    result = share_change(FacilityCounts("A", *counts))
    assert result.change.p == pytest.approx(float(row["p_fisher"]), rel=1e-9)
    assert result.change.value == pytest.approx(counts[2] / counts[3] - counts[0] / counts[1])


@pytest.mark.parametrize("row", reference("two_rates"))
def test_rate_change_agrees_with_r(row: dict[str, str]) -> None:
    counts = [float(row[c]) for c in ("before", "before_of", "after", "after_of")]
    result = rate_change(FacilityCounts("A", *counts))
    assert result.change.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert result.change.lower == pytest.approx(float(row["lower"]), rel=1e-9)
    if row["ratio"] == "Inf":
        assert (result.change.value, result.change.upper) == (None, None)
        assert "tidak berhingga" in result.change.reason
    else:
        assert result.change.value == pytest.approx(float(row["ratio"]), rel=1e-9)
        assert result.change.upper == pytest.approx(float(row["upper"]), rel=1e-9)
    assert result.before == pytest.approx(1000 * counts[0] / counts[1])


def rising(name: str, p: float) -> FacilityChange:
    return FacilityChange(name, 0.1, 0.2, Estimate(0.1, p=p))


def test_adjustment_agrees_with_r() -> None:
    rows = reference("adjusted")
    result = classify([rising(str(i), float(row["p"])) for i, row in enumerate(rows)])
    assert [c.p_adjusted for c in result.changes] == pytest.approx([float(row["bh"]) for row in rows], abs=1e-12)
    # Benjamini and Hochberg 1995, section 3.2: the four smallest are rejected at 0.05
    assert [c.verdict for c in result.changes] == ["naik"] * 4 + ["belum dapat disimpulkan"] * 11


def test_verdicts_note_and_number_of_tests() -> None:
    result = share_changes(
        [
            FacilityCounts("rose", 10, 400, 60, 400),
            FacilityCounts("fell", 60, 400, 10, 400),
            FacilityCounts("same", 20, 400, 22, 400),
            FacilityCounts("no referrals", 0, 0, 22, 400),
        ],
        false_discovery=0.1,
    )
    assert [c.verdict for c in result.changes] == ["naik", "turun", *["belum dapat disimpulkan"] * 2]
    assert (result.tests, result.level) == (3, 0.1)
    assert result.note.startswith("3 FKTP diuji (dari 4)")
    assert "paling banyak 10 persen" in result.note
    assert result.changes[3].p_adjusted is None
    assert result.changes[3].change.reason == "penyebut nol"


def test_facilities_that_cannot_be_tested_do_not_weaken_the_others() -> None:
    one = FacilityCounts("one", 10, 400, 30, 400)
    idle = [FacilityCounts(str(i), 0, 100, 0, 100) for i in range(50)]
    alone, among = rate_changes([one]), rate_changes([*idle, one])
    assert alone.changes[0].p_adjusted == among.changes[-1].p_adjusted
    assert among.tests == 1
    assert "tidak ada kejadian" in among.changes[0].change.reason


def test_no_facility_at_all() -> None:
    result = share_changes([])
    assert (result.changes, result.tests) == ((), 0)
    assert result.note.startswith("0 FKTP diuji")


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((None, 10, 3, 10), "tidak diketahui"),
        ((1, math.nan, 3, 10), "tidak diketahui"),
        ((1, 10, 3, math.inf), "tidak"),
        ((1, 0, 3, 10), "penyebut nol"),
        ((1, 10, 3, 0), "penyebut nol"),
        ((-1, 10, 3, 10), "bukan cacah"),
    ],
)
def test_impossible_counts_give_a_reason(counts: tuple[float, float, float, float], reason: str) -> None:
    facility = FacilityCounts("A", *counts)
    for result in (share_change(facility), rate_change(facility)):
        assert (result.change.value, result.change.p) == (None, None)
        assert result.verdict == "belum dapat disimpulkan"
        assert reason in result.change.reason


def test_share_above_one_gives_a_reason_but_a_rate_may_exceed_its_exposure() -> None:
    counts = FacilityCounts("A", 12, 10, 3, 10)
    assert "pembilang di luar" in share_change(counts).change.reason
    assert rate_change(counts).change.p is not None


@pytest.mark.parametrize("k", [0, 40])
def test_all_or_none_in_both_periods_is_no_change(k: int) -> None:
    result = share_changes([FacilityCounts("A", k, 40, k, 40)])
    assert (result.changes[0].change.value, result.changes[0].change.p) == (0.0, 1.0)
    assert result.changes[0].verdict == "belum dapat disimpulkan"


trials = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
facility = st.builds(lambda one, two: FacilityCounts("", *one, *two), trials, trials)


def swapped(facility: FacilityCounts) -> FacilityCounts:
    return FacilityCounts(facility.name, facility.after, facility.after_of, facility.before, facility.before_of)


@given(st.lists(facility, min_size=1, max_size=8), st.sampled_from([0.95, 0.998]))
def test_swapping_the_periods_turns_naik_into_turun(facilities: list[FacilityCounts], level: float) -> None:
    other = {"naik": "turun", "turun": "naik", "belum dapat disimpulkan": "belum dapat disimpulkan"}
    for changes in (share_changes, rate_changes):
        forward = changes(facilities, level=level)
        backward = changes([swapped(f) for f in facilities], level=level)
        # Verdicts may differ where p lies at the level to the last bit; none of these small counts do.
        assert [c.verdict for c in forward.changes] == [other[c.verdict] for c in backward.changes]
        for one, two in zip(forward.changes, backward.changes, strict=True):
            assert one.p_adjusted == pytest.approx(two.p_adjusted)


@given(st.lists(facility, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_order_of_facilities_does_not_matter(facilities: list[FacilityCounts], order: random.Random) -> None:
    named = [FacilityCounts(str(i), f.before, f.before_of, f.after, f.after_of) for i, f in enumerate(facilities)]
    shuffled = list(named)
    order.shuffle(shuffled)
    for changes in (share_changes, rate_changes):
        one, two = changes(named), changes(shuffled)
        assert one.changes == tuple(sorted(two.changes, key=lambda c: int(c.name)))
        assert one.note == two.note


@given(facility, st.sampled_from([0.95, 0.998]))
def test_value_lies_in_the_interval(counts: FacilityCounts, level: float) -> None:
    assert holds_value(share_change(counts, level).change, -1, 1)
    change = rate_change(counts, level=level).change
    if change.value is not None and change.upper is not None:
        assert holds_value(change, 0, math.inf)
        assert limits(change)[0] >= 0
    else:
        assert change.reason


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 12))
def test_a_rate_change_does_not_depend_on_the_unit_of_exposure(before: int, after: int, months: int) -> None:
    one = rate_change(FacilityCounts("", before, 700, after, 650)).change
    two = rate_change(FacilityCounts("", before, 700 * months, after, 650 * months)).change
    assert one.p == pytest.approx(two.p)
    assert limits(one) == pytest.approx(limits(two))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_is_never_below_p_and_keeps_its_order(ps: list[float]) -> None:
    result = classify([rising(str(i), p) for i, p in enumerate(ps)])
    ranked = sorted((c.change.p or 0.0, c.p_adjusted or 0.0) for c in result.changes)
    assert all(p <= adjusted + 1e-12 for p, adjusted in ranked)
    assert all(a[1] <= b[1] + 1e-12 for a, b in pairwise(ranked))


@given(st.integers(1, 3000), st.integers(0, 3000), st.floats(0.05, 20))
def test_rate_p_agrees_with_scipy(before: int, after: int, ratio: float) -> None:
    change = rate_change(FacilityCounts("", before, 100, after, 100 * ratio)).change
    expected = binomtest(after, before + after, 100 * ratio / (100 + 100 * ratio)).pvalue
    assert change.p == pytest.approx(min(1.0, expected), rel=1e-9, abs=1e-100)


@pytest.mark.parametrize("row", reference("dispersion"))
def test_dispersion_agrees_with_quasi_likelihood_in_r(row: dict[str, str]) -> None:
    y, x, cells = numbers(row["numerators"]), numbers(row["denominators"]), row["cells"].split(";")
    result = monthly_dispersion(y, x, cells, row["kind"])  # type: ignore[arg-type]
    assert result.ratio == pytest.approx(float(row["dispersion"]), rel=1e-7)
    assert (result.phi, result.df, result.months, result.reason) == (result.ratio, 15, 18, "")


def test_dispersion_below_chance_counts_as_one() -> None:
    result = monthly_dispersion([50] * 24, [1000] * 24, [i // 12 for i in range(24)], "proporsi")
    assert (result.phi, result.ratio, result.df) == (1.0, 0.0, 22)


def test_few_months_have_no_dispersion() -> None:
    result = monthly_dispersion([5, 9, 30, 2, 8, 1], [100] * 6, [1, 1, 1, 2, 2, 2], "laju")
    assert (result.phi, result.ratio, result.df) == (1.0, None, 4)
    assert "derajat bebas 4" in result.reason
    assert monthly_dispersion([], [], [], "laju").reason
    assert facility_dispersions([], [], [], [], "laju") == {}


def test_months_without_numbers_are_left_out_and_counted() -> None:
    y: list[Any] = [120, 95, 140, 80, 101, 133, 99, 142, 110, 87, 105, 93]
    x: list[Any] = [1000] * 12
    bad_y, bad_x = [None, pd.NA, math.nan, -3, 2.5, 7], [1000, 1000, 1000, 1000, 1000, 0]
    complete, gaps = (
        monthly_dispersion(y, x, [1] * 12, "laju"),
        monthly_dispersion(y + bad_y, x + bad_x, [1] * 18, "laju"),
    )
    assert (gaps.phi, gaps.df, gaps.months) == (complete.phi, 11, 12)
    assert gaps.note == "6 bulan tanpa angka yang dapat dipakai tidak diikutkan"
    # a share has no numerator above its denominator, a rate may have one
    assert monthly_dispersion([*y, 2000], [*x, 1000], [1] * 13, "proporsi").months == 12
    assert monthly_dispersion([*y, 2000], [*x, 1000], [1] * 13, "laju").months == 13


def test_wrong_lists_of_months_are_errors() -> None:
    with pytest.raises(ValueError, match="one entry per month"):
        monthly_dispersion([1], [2, 3], [1, 1], "laju")
    with pytest.raises(ValueError, match="one entry per month"):
        facility_dispersions([1], [2], ["A"], [1, 2], "laju")
    with pytest.raises(ValueError, match="kind"):
        monthly_dispersion([1], [2], [1], "rasio")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one entry per facility"):
        rate_changes([FacilityCounts("A", 1, 2, 3, 4)], dispersion=[1.0, 2.0])


@pytest.mark.parametrize("row", reference("effective_rates"))
def test_effective_rates_agree_with_r(row: dict[str, str]) -> None:
    counts = [float(row[c]) for c in ("before", "before_of", "after", "after_of")]
    phi, df = float(row["phi"]), float(row["df"])
    dispersion = phi if math.isinf(df) else Dispersion(phi, phi, int(df), 30)
    change = rate_change(FacilityCounts("A", *counts), level=float(row["level"]), dispersion=dispersion).change
    assert limits(change) == pytest.approx([float(row["lower"]), float(row["upper"])], rel=1e-9)
    assert change.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert change.level == float(row["level"])
    assert "jumlah efektif" in change.note


@pytest.mark.parametrize("row", reference("effective_shares"))
def test_effective_shares_agree_with_r(row: dict[str, str]) -> None:
    counts = [float(row[c]) for c in ("k_before", "n_before", "k_after", "n_after")]
    change = share_change(FacilityCounts("A", *counts), dispersion=float(row["phi"])).change
    assert change.p == pytest.approx(float(row["p"]), rel=1e-8)


@pytest.mark.parametrize("dispersion", [None, math.nan, pd.NA, "dua"])
def test_an_unknown_dispersion_gives_a_reason(dispersion: Any) -> None:
    counts, parts = FacilityCounts("A", 10, 400, 30, 410), FacilityParts("A", [(10, 400)], [(30, 410)])
    for result in (
        share_change(counts, dispersion=dispersion),
        rate_change(counts, dispersion=dispersion),
        mean_share_change(parts, dispersion=dispersion),
    ):
        assert (result.change.value, result.change.p) == (None, None)
        assert "keragaman bulanan" in result.change.reason
        assert result.before is not None


def test_one_dispersion_for_all_or_one_for_each() -> None:
    facilities = [FacilityCounts("A", 900, 6000, 1010, 6100), FacilityCounts("B", 900, 6000, 1010, 6100)]
    one, two = (rate_change(facilities[0], dispersion=d).change for d in (2.0, 3.0))
    for each in ([2.0, 3.0], {"B": 3.0, "A": Dispersion(2.0)}):
        assert [c.change for c in rate_changes(facilities, dispersion=each).changes] == [one, two]  # type: ignore[arg-type]
    assert [c.change for c in rate_changes(facilities, dispersion=2.0).changes] == [one, one]
    assert "keragaman" in rate_changes(facilities, dispersion={"A": 2.0}).changes[1].change.reason


@given(facility, st.floats(1, 20), st.sampled_from([0.95, 0.998]))
def test_value_lies_in_the_wider_interval(counts: FacilityCounts, phi: float, level: float) -> None:
    share, plain = share_change(counts, level, phi).change, share_change(counts, level).change
    assert holds_value(share, -1, 1)
    assert limits(share)[0] <= limits(plain)[0] + 1e-12
    assert limits(share)[1] >= limits(plain)[1] - 1e-12
    other = share_change(swapped(counts), level, phi).change
    assert share.p == pytest.approx(other.p)
    ratio = rate_change(counts, level=level, dispersion=phi).change
    if ratio.value is not None and ratio.upper is not None:
        assert holds_value(ratio, 0, math.inf)
        assert ratio.p == pytest.approx(rate_change(swapped(counts), level=level, dispersion=phi).change.p)
    else:
        assert ratio.reason


def months_of(
    generator: np.random.Generator, mean: Any, variation: float
) -> tuple[list[int], list[float], list[str], list[int]]:
    """Six months against six of facilities whose monthly rates vary by ``variation`` (share of the rate), no change."""
    means = np.repeat(np.asarray(mean, dtype=float), 12)
    y = generator.poisson(means * generator.gamma(variation**-2, variation**2, len(means)))
    names = [f"F{i}" for i in range(len(means) // 12) for _ in range(12)]
    return y.tolist(), (means / 0.15).tolist(), names, [m // 6 for m in range(12)] * (len(means) // 12)


def sums(y: list[int], x: list[float]) -> list[FacilityCounts]:
    events, exposure = (np.asarray(v, dtype=float).reshape(-1, 2, 6).sum(axis=2) for v in (y, x))
    return [
        FacilityCounts(f"F{i}", *(v for p in (0, 1) for v in (events[i, p], exposure[i, p])))
        for i in range(len(events))
    ]


def false_alarms(changes: Any) -> float:
    return float(np.mean([c.change.p < 0.05 for c in changes.changes]))


def test_contacts_that_vary_by_the_month_raise_few_false_alarms_only_when_adjusted() -> None:
    # 1,000 facilities with 2,000 contacts a month and 3.5 % extra variation: standard error of a share of 5 %: 0.7 %
    y, x, names, periods = months_of(np.random.default_rng(7), [2000.0] * 1000, 0.035)
    facilities = sums(y, x)
    pooled = monthly_dispersion(y, x, list(zip(names, periods, strict=True)), "laju")
    assert pooled.phi == pytest.approx(1 + 2000 * 0.035**2, rel=0.05)
    assert false_alarms(rate_changes(facilities)) > 0.2
    assert false_alarms(rate_changes(facilities, dispersion=pooled)) == pytest.approx(0.05, abs=0.021)
    assert all(c.verdict == "belum dapat disimpulkan" for c in rate_changes(facilities, dispersion=pooled).changes)


def test_each_facility_has_the_dispersion_of_its_size() -> None:
    # Half of the facilities have 200, half 8,000 contacts a month: phi = 1 + mean · 3.5 %²
    y, x, names, periods = months_of(np.random.default_rng(8), [200.0] * 500 + [8000.0] * 500, 0.035)
    by_size = facility_dispersions(y, x, names, periods, "laju")
    assert by_size["F0"].phi == pytest.approx(1 + 200 * 0.035**2, rel=0.15)
    assert by_size["F999"].phi == pytest.approx(1 + 8000 * 0.035**2, rel=0.15)
    small, large = np.array_split(np.array(rate_changes(sums(y, x), dispersion=by_size).changes, dtype=object), 2)
    for half in (small, large):
        assert np.mean([c.change.p < 0.05 for c in half]) == pytest.approx(0.05, abs=0.03)


def test_a_facility_without_usable_months_has_no_dispersion() -> None:
    y, x, names, periods = months_of(np.random.default_rng(9), [300.0] * 3, 0.05)
    result = facility_dispersions([*y, 0, None], [*x, 5, 7], [*names, "none", "missing"], [*periods, 0, 0], "laju")
    assert list(result) == ["F0", "F1", "F2", "none", "missing"]
    for name in ("none", "missing"):
        assert result[name].phi == 1.0
        assert "tidak ada bulan" in result[name].reason
    assert "1 bulan tanpa angka" in result["F0"].note


def test_means_of_shares_have_verdicts() -> None:
    rose = FacilityParts("rose", [(5, 200), (12, 400)], [(25, 210), (50, 405)])
    fell = FacilityParts("fell", rose.after, rose.before)
    same = FacilityParts("same", rose.before, [(6, 200), (11, 400)])
    gap = FacilityParts("gap", [(None, 200), (12, 400)], rose.after)
    result = mean_share_changes([rose, fell, same, gap])
    assert [c.verdict for c in result.changes] == ["naik", "turun", *["belum dapat disimpulkan"] * 2]
    assert result.tests == 3
    change = mean_of_shares_change(rose.before, rose.after)
    assert (result.changes[0].change, result.changes[0].before) == (change, (5 / 200 + 12 / 400) / 2)
    assert "tidak diketahui" in result.changes[3].change.reason
    assert mean_share_changes([rose], dispersion=8.0).changes[0].verdict == "belum dapat disimpulkan"


def test_a_part_missing_in_one_period_is_left_out_of_both() -> None:
    result = mean_share_change(FacilityParts("A", [(10, 100), (30, 410)], [(0, 0), (35, 400)]))
    assert (result.before, result.after) == (30 / 410, 35 / 400)
    assert result.change.value == pytest.approx(35 / 400 - 30 / 410)
    assert "hanya 1 dari 2 bagian" in result.change.note


def test_few_degrees_of_freedom_raise_p_and_widen_the_interval_of_shares_too() -> None:
    counts, parts = FacilityCounts("A", 40, 2000, 66, 2100), FacilityParts("A", [(40, 2000)], [(66, 2100)])
    known, estimated = 1.7, Dispersion(1.7, 1.7, 12, 14)
    for plain, wide in (
        (share_change(counts, dispersion=known).change, share_change(counts, dispersion=estimated).change),
        (mean_share_change(parts, dispersion=known).change, mean_share_change(parts, dispersion=estimated).change),
    ):
        # 2 * pt(qnorm(p / 2), 12) in R
        assert wide.p == pytest.approx(2 * t.cdf(norm.ppf((plain.p or 0) / 2), 12), rel=1e-9)
        assert limits(wide)[0] < limits(plain)[0] < limits(plain)[1] < limits(wide)[1]
        assert (wide.level, wide.value) == (0.95, plain.value)
