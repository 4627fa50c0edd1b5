"""XmR charts against published examples, hand calculation, and properties of symmetry."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spc import (
    ALWAYS,
    BETTER,
    COMMON,
    NEVER,
    ONE_SIDE,
    OUTSIDE,
    SOMETIMES,
    TREND,
    TWO_OF_THREE,
    WORSE,
    Chart,
    assurance,
    month_text,
    one_side,
    outside_limits,
    trend,
    two_of_three,
    xmr,
)

VALUES = Path(__file__).parent / "data" / "reference_values"
# Montgomery, Introduction to Statistical Quality Control, viscosity of aircraft primer paint (data set of qcc's examples)
VISCOSITY = [33.75, 33.05, 34, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]
# Wetherill and Brown 1991, p. 120, water content of antifreeze
ANTIFREEZE = [
    2.23, 2.53, 2.62, 2.63, 2.58, 2.44, 2.49, 2.34, 2.95, 2.54, 2.60, 2.45, 2.17, 2.58, 2.57, 2.44, 2.38,
    2.23, 2.23, 2.54, 2.66, 2.84, 2.81, 2.39, 2.56, 2.70, 3.00, 2.81, 2.77, 2.89, 2.54, 2.98, 2.35, 2.53,
]  # fmt: skip
# NHSRplotthedots, vignette "Deviations from Excel defaults"
ONE_OUTLIER = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def months(count: int, start: int = 2020 * 12) -> list[str]:
    return [month_text(start + i) for i in range(count)]


def chart(values: Sequence[float | None], improvement: str = "up", **options: object) -> Chart:
    return xmr(values, months(len(values)), improvement, **options)  # type: ignore[arg-type]


def limits(found: Chart) -> list[float]:
    assert found.mean is not None
    assert found.lower is not None
    assert found.upper is not None
    return [found.mean, found.lower, found.upper]


def rules(found: Chart) -> list[str]:
    return [point.rule for point in found.points]


def test_viscosity_agrees_with_montgomery() -> None:
    # printed: centre 33.52, limits 34.80 and 32.24; qcc(x, type = "xbar.one"): 33.52333, 32.24484, 34.80183, which has
    # 3 / 1.128379 where 2.66 stands here
    assert limits(chart(VISCOSITY)) == pytest.approx([33.52, 32.24, 34.80], abs=0.006)
    assert limits(chart(VISCOSITY)) == pytest.approx([33.52333, 32.24484, 34.80183], abs=3e-4)
    assert set(rules(chart(VISCOSITY))) == {""}


def test_antifreeze_agrees_with_qcc() -> None:
    # qcc(x, type = "xbar.one"): centre 2.569706, limits 2.031344 and 3.108068
    assert limits(chart(ANTIFREEZE)) == pytest.approx([2.569706, 2.031344, 3.108068], abs=3e-4)


def test_screening_agrees_with_nhsrplotthedots() -> None:
    # vignette: screened UPL 4.6, mean 1.94, LPL -0.72; unscreened (as the Excel tools) 6.95, -3.06
    screened, plain = chart(ONE_OUTLIER, screen=True), chart(ONE_OUTLIER)
    assert limits(screened) == pytest.approx([1.94, -0.72, 4.60], abs=0.005)
    assert limits(plain) == pytest.approx([1.94, -3.06, 6.95], abs=0.005)
    assert screened.phases[0].screened == 2
    assert [point.month for point in screened.points if point.rule == OUTSIDE] == ["2020-05"]


CAUSES = {
    "Above UCL": OUTSIDE,
    "Below LCL": OUTSIDE,
    "7 Point Trend": TREND,
    "2 in 3": TWO_OF_THREE,
    "7 Points": ONE_SIDE,
}
TYPES = {"special_cause_improvement": BETTER, "special_cause_concern": WORSE, "common_cause": COMMON}


def test_marks_and_limits_agree_with_nhsrplotthedots_on_many_series() -> None:
    for number, rows in pd.read_csv(VALUES / "nhsrplotthedots.csv").groupby("series"):
        found = chart(rows["value"].tolist(), screen=True)
        expected = rows[["mean", "lower", "upper"]].iloc[0].tolist()
        assert limits(found) == pytest.approx(expected, abs=1e-9), number
        causes = [next((CAUSES[c] for c in CAUSES if cause.startswith(c)), "") for cause in rows["cause"]]
        assert rules(found) == causes, number
        grades = [TYPES[kind] for kind in rows["type"]]
        if number == 46:
            # the last point of a rise, followed by a fall and a second rise: NHSRplotthedots calls it decreasing
            assert grades[6] == WORSE
            grades[6] = BETTER
        assert [point.grade for point in found.points] == grades, number


def test_limits_by_hand() -> None:
    # values 10 12 11 15: mean 12; ranges 2 1 4, mean 7/3; 2.66 * 7/3 = 6.206667
    found = chart([10, 12, 11, 15])
    assert limits(found) == pytest.approx([12, 12 - 6.2066666667, 12 + 6.2066666667])
    assert found.trial
    assert "batas sementara" in found.note


@pytest.mark.parametrize(("count", "trial"), [(11, True), (12, False)])
def test_fewer_than_twelve_months_are_a_trial(count: int, trial: bool) -> None:
    assert chart(VISCOSITY[:count]).trial is trial


def test_rule_outside_limits() -> None:
    assert outside_limits([3.1, 3.0, -3.0, -3.1, None]) == [1, 0, 0, -1, 0]


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        # the cases of NHSRplotthedots' tests of seven points on one side of the mean
        ([1] * 6, [0] * 6),
        ([1] * 6 + [-1], [0] * 7),
        ([1] * 8 + [-1], [1] * 8 + [0]),
        ([-1] * 8 + [1], [-1] * 8 + [0]),
        ([1] * 3 + [0] + [1] * 4, [0] * 8),
        ([1] * 4 + [None] + [1] * 4, [0] * 9),
    ],
)
def test_rule_one_side(z: list[float | None], expected: list[int]) -> None:
    assert one_side(z) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # the cases of NHSRplotthedots' tests of a trend of seven points
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [1] * 7),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0] + [1] * 7 + [0]),
        ([7, 6, 5, 4, 3, 2, 1], [-1] * 7),
        ([1, 2, 3, 4, None, 5, 6, 7, 8], [0] * 9),
        ([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1], [1] * 6 + [-1] * 7),
    ],
)
def test_rule_trend(values: list[float | None], expected: list[int]) -> None:
    assert trend(values) == expected


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        ([2.1, 0.5, 2.5], [1, 0, 1]),
        ([2.1, -0.5, 2.5], [0, 0, 0]),  # the third point on the other side
        ([2.1, 0.5, -2.5], [0, 0, 0]),
        ([-2.1, -2.2, -0.1], [-1, -1, 0]),
        ([2.1, 3.5, 0.1], [0, 0, 0]),  # a point outside the limits does not count
        ([2.1, None, 2.5], [0, 0, 0]),
        ([2.1, 2.5], [0, 0]),
        ([2.0, 2.5, 0.1], [0, 0, 0]),
    ],
)
def test_rule_two_of_three(z: list[float | None], expected: list[int]) -> None:
    assert two_of_three(z) == expected


def test_the_end_of_a_rise_before_another_rise_is_rising() -> None:
    assert trend([1, 2, 3, 4, 5, 6, 7, 6.5, 8, 9, 10, 11, 12, 13]) == [1] * 14


def test_every_rule_is_kept_and_the_first_names_the_point() -> None:
    # six high months, then a steady rise from below: the rise is a trend and a run below the mean at once
    values: list[float] = [30, 31, 29, 31, 30, 31, 29, 31, 1, 2, 3, 4, 5, 6, 7]
    found = chart(values)
    both = [point for point in found.points if {TREND, ONE_SIDE} <= set(point.rules)]
    assert [point.month for point in both] == months(15)[8:]
    assert {(p.rule, p.grade) for p in both if OUTSIDE not in p.rules} <= {(TREND, BETTER)}
    other = chart(values, precedence=(OUTSIDE, ONE_SIDE, TREND, TWO_OF_THREE))
    assert {(p.rule, p.grade) for p in other.points[8:] if OUTSIDE not in p.rules} <= {(ONE_SIDE, WORSE)}
    assert all(p.rule for p in other.points[8:])


def test_direction_of_improvement_grades_the_marks() -> None:
    assert chart(ONE_OUTLIER, "up").points[4].grade == BETTER
    assert chart(ONE_OUTLIER, "down").points[4].grade == WORSE
    assert chart(ONE_OUTLIER, "down").points[0].grade == COMMON


@pytest.mark.parametrize(
    ("target", "improvement", "expected"),
    [
        (9, "up", ALWAYS), (21, "up", NEVER), (15, "up", SOMETIMES), (10, "up", ALWAYS), (20, "up", SOMETIMES),
        (9, "down", NEVER), (21, "down", ALWAYS), (15, "down", SOMETIMES), (20, "down", ALWAYS), (None, "up", ""),
    ],
)  # fmt: skip
def test_assurance(target: float | None, improvement: str, expected: str) -> None:
    assert assurance(10, 20, target, improvement) == expected


def test_a_strict_target_is_not_reached_by_an_equal_value() -> None:
    assert assurance(2, 2, 2, "down") == ALWAYS
    assert assurance(2, 2, 2, "down", equal_is_reached=False) == NEVER


def test_rebasing_gives_each_phase_its_own_limits() -> None:
    values = [10, 12, 11, 13, 12, 11, 30, 32, 31, 33, 32, 31]
    found = chart(values, rebase_at=["2020-07"])
    first, second = chart(values[:6]), chart(values[6:])
    assert [phase.mean for phase in found.phases] == [first.mean, second.mean]
    assert limits(found) == limits(second)
    assert found.baseline == ("2020-07", "2020-12")
    assert set(rules(found)) == {""}
    assert "2020-07" in found.note


def test_runs_do_not_reach_over_an_event() -> None:
    values = [1, 2, 3, 4, 5, 6, 7, 8]
    assert TREND in rules(chart(values))
    assert TREND not in rules(chart(values, rebase_at=["2020-05"]))


def test_a_short_last_phase_has_a_reason_and_keeps_the_first() -> None:
    found = chart([10, 12, 11, 13, 30, 31], rebase_at=["2020-05"], target=5)
    assert found.mean is None
    assert found.assurance == ""
    assert "tersedia 2" in found.reason
    assert found.phases[0].mean == 11.5
    assert [point.grade for point in found.points[4:]] == ["", ""]


def test_an_event_outside_the_series_is_told() -> None:
    found = chart([1, 2, 3, 4], rebase_at=["2019-01", "bulan lalu"])
    assert len(found.phases) == 1
    assert "2019-01" in found.note
    assert "bulan lalu" in found.note


def test_first_months_can_set_the_limits() -> None:
    found = chart([10, 12, 11, 15, 40, 41], baseline=4)
    assert limits(found) == pytest.approx(limits(chart([10, 12, 11, 15])))
    assert rules(found)[4:] == [OUTSIDE, OUTSIDE]
    assert found.baseline == ("2020-01", "2020-04")


def test_missing_months_break_moving_ranges() -> None:
    # ranges 10->12 = 2 and 30->31 = 1; none over the gap; mean of the four values 20.75; 2.66 * 1.5 = 3.99
    found = xmr([10, 12, 30, 31], ["2020-01", "2020-02", "2020-04", "2020-05"], "up")
    assert limits(found) == pytest.approx([20.75, 20.75 - 3.99, 20.75 + 3.99])
    assert found.points[2].value is None
    assert found.points[2].reason
    assert found.points[2].grade == ""
    assert "2020-03" in found.note
    assert found.phases[0].ranges == 2


def test_a_missing_last_month_is_shown() -> None:
    found = chart([10, 12, 11, None])
    assert found.points[-1].reason
    assert "2020-04" in found.note


def test_constant_series_has_no_marks() -> None:
    found = chart([0.1] * 14, target=0.1)
    assert limits(found) == pytest.approx([0.1, 0.1, 0.1])
    assert set(rules(found)) == {""}
    assert found.assurance == ALWAYS
    assert "tidak berubah" in found.note


def test_one_jump_in_a_constant_series_keeps_limits_with_width() -> None:
    found = chart([100.0] * 11 + [99.0], screen=True)
    assert found.phases[0].screened == 0
    assert found.lower is not None
    assert found.lower < 99.9


@pytest.mark.parametrize(
    ("values", "when", "word"),
    [
        ([1, 2], ["2020-01", "2020-02"], "tersedia 2"),
        ([], [], "tidak ada bulan"),
        ([None, float("nan")], ["2020-01", "2020-02"], "tidak ada bulan"),
        ([1, 2, 3], ["2020-01", "2020-03", "2020-05"], "berurutan"),
        ([1, 1, 2, 2], ["2020-01", "2020-02", "2020-04", "2020-05"], "seberang bulan yang hilang"),
        ([1, 2, 3], ["2020-01", "2020-01", "2020-02"], "lebih dari satu kali"),
        ([1, 2, 3], ["2020-01", "Maret", "2020-02"], "tidak terbaca: Maret"),
        ([1, 2, 3], ["2020-01", "2020-13", "2020-02"], "tidak terbaca: 2020-13"),
    ],
)
def test_bad_series_give_a_reason(values: list[float | None], when: list[str], word: str) -> None:
    found = xmr(values, when, "up", target=1)
    assert word in found.reason
    assert (found.mean, found.lower, found.upper, found.assurance) == (None, None, None, "")


def test_months_may_be_dates_or_periods_in_any_order() -> None:
    plain = chart([10, 12, 11, 15])
    dates = xmr([10, 12, 11, 15], [datetime.date(2020, m, 1) for m in range(1, 5)], "up")
    periods = xmr([15, 10, 12, 11], [pd.Period(f"2020-0{m}", "M") for m in (4, 1, 2, 3)], "up")
    assert dates == plain
    assert limits(periods) == limits(plain)
    assert "diurutkan" in periods.note


def test_wrong_arguments_are_errors() -> None:
    with pytest.raises(ValueError, match="improvement"):
        xmr([1], ["2020-01"], "higher")
    with pytest.raises(ValueError, match="one entry"):
        xmr([1, 2], ["2020-01"], "up")
    with pytest.raises(ValueError, match="precedence"):
        chart([1, 2, 3], precedence=("tren",))


SERIES = st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=3, max_size=40).filter(
    lambda values: any(value is not None for value in values)
)


@given(SERIES, st.integers(-1000, 1000))
def test_shifting_values_shifts_limits_and_keeps_widths(values: list[int | None], shift: int) -> None:
    before = xmr(values, months(len(values)), "up")
    after = xmr([None if v is None else v + shift for v in values], months(len(values)), "up")
    assert after.reason == before.reason
    if before.mean is not None:
        assert limits(after) == pytest.approx([limit + shift for limit in limits(before)], abs=1e-9)


@given(SERIES)
def test_mirrored_values_with_mirrored_direction_give_the_same_marks(values: list[int | None]) -> None:
    before = xmr(values, months(len(values)), "up", target=7)
    after = xmr([None if v is None else -v for v in values], months(len(values)), "down", target=-7)
    assert [p.rules for p in after.points] == [p.rules for p in before.points]
    assert [p.grade for p in after.points] == [p.grade for p in before.points]
    assert [p.direction for p in after.points] == [-p.direction for p in before.points]
    assert after.assurance == before.assurance


@given(SERIES)
def test_time_reversed_gives_the_same_limits(values: list[int | None]) -> None:
    before, after = xmr(values, months(len(values)), "up"), xmr(values[::-1], months(len(values)), "up")
    if before.mean is not None:
        assert limits(after) == pytest.approx(limits(before), abs=1e-9)
