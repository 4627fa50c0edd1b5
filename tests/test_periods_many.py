"""Several periods of the same facilities: Cochran's Q, Holm, trend, against R and Cochran's own example."""

from __future__ import annotations

import math
import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import holds_value, limits, numbers, reference

from analysis.periods_many import compare_periods, trend_of_shares


def table(row: dict[str, str]) -> list[list[bool]]:
    answers, periods = [v == "1" for v in row["answers"].split()], int(row["periods"])
    return [answers[i : i + periods] for i in range(0, len(answers), periods)]


@pytest.mark.parametrize("row", reference("cochran_q"))
def test_q_and_holm_agree_with_r(row: dict[str, str]) -> None:
    result = compare_periods(table(row))
    assert result.overall.value == pytest.approx(float(row["q"]), abs=1e-9)
    assert result.overall.p == pytest.approx(float(row["p"]), abs=1e-9)
    assert result.overall.n == int(row["n"])
    assert [pair.p_adjusted for pair in result.pairs] == pytest.approx(numbers(row["holm"]), abs=1e-9)


def test_q_agrees_with_cochrans_example() -> None:
    # Cochran 1950, Biometrika 37:256-266: four media, 69 specimens, growth in 6, 10, 7 and 10; Q = 8.05 = 153 / 19
    growth = [[1, 1, 1, 1]] * 4 + [[1, 1, 0, 1]] * 2 + [[0, 1, 1, 1]] * 3 + [[0, 1, 0, 1]] + [[0, 0, 0, 0]] * 59
    result = compare_periods([[bool(v) for v in row] for row in growth])
    assert result.counts == (6, 10, 7, 10)
    assert result.overall.value == pytest.approx(153 / 19)


def test_pairs_are_named_by_position_and_paired() -> None:
    result = compare_periods([[False, True, True], [False, True, False], [True, True, False], [False, False, False]])
    assert [(pair.first, pair.second) for pair in result.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert [pair.change.value for pair in result.pairs] == [0.5, 0.0, -0.5]
    assert "McNemar" in result.pairs[0].change.method


def test_facilities_with_a_gap_are_left_out_and_counted() -> None:
    complete = [[True, False, True], [False, False, True], [True, True, False]]
    gaps: list[list[bool | None]] = [[True, None, True], [False, None, None]]
    result = compare_periods([*complete, *gaps])
    assert result.overall.value == compare_periods(complete).overall.value
    assert (result.left_out, result.overall.n) == (2, 3)
    assert result.overall.note.startswith("2 FKTP")


@pytest.mark.parametrize("answer", [True, False])
def test_all_or_none_on_target_has_nothing_to_test(answer: bool) -> None:
    result = compare_periods([[answer] * 3] * 5)
    assert (result.overall.value, result.overall.p) == (0.0, 1.0)
    assert "tidak ada FKTP yang berubah" in result.overall.reason
    assert [pair.p_adjusted for pair in result.pairs] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], "sekurang-kurangnya dua periode"),
        ([[True], [False]], "sekurang-kurangnya dua periode"),
        ([[True, None], [None, False]], "tidak ada FKTP"),
    ],
)
def test_too_little_gives_a_reason(answers: list[list[bool | None]], reason: str) -> None:
    result = compare_periods(answers)
    assert (result.overall.value, result.overall.p, result.pairs) == (None, None, ())
    assert reason in result.overall.reason


def test_one_facility_gives_numbers_without_failing() -> None:
    result = compare_periods([[True, False, True]])
    assert result.overall.value == pytest.approx(2.0)  # (3 - 1) * (3 * (1 + 0 + 1) - 4) / (3 * 2 - 4)
    assert len(result.pairs) == 3


def test_rows_of_unequal_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="every period"):
        compare_periods([[True, False], [True]])


answers = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.booleans(), min_size=k, max_size=k), min_size=1, max_size=25)
)


@given(answers, st.randoms(use_true_random=False))
def test_order_of_facilities_and_periods_does_not_change_q(rows: list[list[bool]], order: random.Random) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)
    one, again, reverse = (compare_periods(r) for r in (rows, shuffled, [row[::-1] for row in rows]))
    assert one == again
    assert one.overall.value == pytest.approx(reverse.overall.value)
    assert one.overall.p is not None
    assert 0 <= one.overall.p <= 1
    for pair in one.pairs:
        assert pair.change.p is not None
        assert pair.change.p <= pair.p_adjusted <= 1


@pytest.mark.parametrize("row", reference("trend"))
def test_trend_agrees_with_r(row: dict[str, str]) -> None:
    estimate = trend_of_shares(numbers(row["successes"]), numbers(row["trials"]), numbers(row["scores"]))
    assert estimate.value == pytest.approx(float(row["slope"]), abs=1e-10)
    assert estimate.p == pytest.approx(float(row["p"]), rel=1e-9)
    assert "FKTP yang sama dihitung lagi" in estimate.note


def test_interval_of_the_trend_ends_at_zero_where_the_test_is_at_its_level() -> None:
    estimate = trend_of_shares([246, 255, 271], [344, 344, 345])
    assert estimate.p is not None
    assert limits(trend_of_shares([246, 255, 271], [344, 344, 345], level=1 - estimate.p))[0] == pytest.approx(0)


def test_a_period_without_data_keeps_its_distance() -> None:
    gap = trend_of_shares([10, None, 14, 3, 18], [20, 20, 21, 0, 20])
    assert gap.value == pytest.approx(trend_of_shares([10, 14, 18], [20, 21, 20], [1, 3, 5]).value)
    assert "2 periode tanpa data" in gap.note


@pytest.mark.parametrize(
    ("successes", "trials", "scores"),
    [([], [], None), ([3], [5], None), ([3, 4], [5, 0], None), ([3, 9], [5, 5], None), ([3, 4], [5, 5], [1, 1])],
)
def test_less_than_two_usable_periods_give_a_reason(
    successes: list[int], trials: list[int], scores: list[float] | None
) -> None:
    estimate = trend_of_shares(successes, trials, scores)
    assert (estimate.value, estimate.p) == (None, None)
    assert "dua periode" in estimate.reason


@pytest.mark.parametrize("reached", [0, 20])
def test_all_or_none_on_target_has_no_trend(reached: int) -> None:
    estimate = trend_of_shares([reached] * 4, [20] * 4)
    assert (estimate.value, estimate.lower, estimate.p) == (0.0, None, 1.0)
    assert estimate.reason


def test_unequal_numbers_of_periods_are_an_error() -> None:
    with pytest.raises(ValueError, match="one entry per period"):
        trend_of_shares([1, 2], [3])


series = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=12
)


@given(series)
def test_reversing_the_periods_flips_the_trend(rows: list[tuple[int, int]]) -> None:
    successes, trials = [k for k, _ in rows], [n for _, n in rows]
    forward, backward = trend_of_shares(successes, trials), trend_of_shares(successes[::-1], trials[::-1])
    assert forward.value is not None
    assert forward.value == pytest.approx(-(backward.value or 0.0), abs=1e-12)
    assert forward.p == pytest.approx(backward.p)
    if forward.lower is None:
        assert forward.reason
    else:
        assert holds_value(forward, -math.inf, math.inf)


def test_what_is_neither_true_nor_false_is_not_known() -> None:
    rows: list[list[Any]] = [
        [1, 0.0],
        [True, False],
        [False, True],
        ["ya", True],
        [2, 0],
        [pd.NA, True],
        [math.nan, True],
    ]
    result = compare_periods(rows)
    assert (result.left_out, result.counts) == (4, (2, 1))


def test_a_period_without_a_distance_is_left_out() -> None:
    gap = trend_of_shares([10, 12, 14], [20, 20, 21], [1, None, 3])
    assert gap.value == trend_of_shares([10, 14], [20, 21], [1, 3]).value
    assert "1 periode tanpa data" in gap.note
