"""Which facilities changed: exact tests and their adjustment against R, verdicts, and what cannot be tested."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, reference

from analysis.estimates import LEVEL_WIDE, Estimate
from analysis.facility_changes import (
    FacilityChange,
    FacilityCounts,
    classify,
    rate_change,
    rate_changes,
    share_change,
    share_changes,
)


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


@given(st.lists(facility, min_size=1, max_size=8), st.sampled_from([0.95, LEVEL_WIDE]))
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


@given(facility, st.sampled_from([0.95, LEVEL_WIDE]))
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
