"""Year against year and seasonal factors against R, what does not match, and what must not matter."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_values import limits, reference

from analysis.seasons import FacilityMonth, MatchedChange, seasonal_index, year_on_year


def count(text: str) -> float | None:
    return float(text) if text else None


def invented(parts: int) -> list[FacilityMonth]:
    names = ["events", "second"][:parts]
    return [
        FacilityMonth(
            row["facility"],
            int(row["year"]),
            int(row["month"]),
            tuple(count(row[n]) for n in names),
            tuple(count(row[f"{n}_of" if n != "events" else "of"]) for n in names),
        )
        for row in reference("seasons_data")
    ]


def one(facility: str, year: int, month: int, events: float | None, of: float | None) -> FacilityMonth:
    return FacilityMonth(facility, year, month, (events,), (of,))


@pytest.mark.parametrize("row", reference("seasons_change"))
def test_change_by_month_and_overall_agrees_with_r(row: dict[str, str]) -> None:
    rows = invented(int(row["parts"]))
    if row["parts"] == "2":  # R leaves out whole rows, also where only the first part is missing
        assert any(r.numerators[0] is None and r.numerators[1] is not None for r in rows)
    result = year_on_year(rows, 2023, 2024, 100)
    month = int(row["month"])
    found = result.overall if month == 0 else {m.month: m for m in result.months}[month]
    assert (found.change.n, found.matched) == (int(row["n"]), int(row["matched"]))
    assert found.change.value == pytest.approx(float(row["value"]), abs=1e-9)
    assert limits(found.change) == pytest.approx([float(row["lower"]), float(row["upper"])], abs=1e-9)
    assert found.change.p == pytest.approx(float(row["p"]), rel=1e-8)
    if month:
        assert found.p_adjusted == pytest.approx(float(row["p_holm"]), rel=1e-8)
    else:
        assert found.p_adjusted is None


def test_a_month_that_is_missing_in_one_year_does_not_pass_for_a_change() -> None:
    # Every facility is as in the year before; December, with four times as many events, is missing in one of them
    rows = [one(f, y, m, 10 if m < 12 else 40, 100) for f in "ABC" for y in (2023, 2024) for m in (11, 12)]
    rows = [r for r in rows if (r.facility, r.year, r.month) != ("A", 2024, 12)]
    result = year_on_year(rows, 2023, 2024, 100)
    assert result.overall.change.value == 0
    # matched: A 10/100, B and C 50/200 each: 110/500
    assert [result.overall.before.value, result.overall.after.value] == pytest.approx([22, 22])
    assert (result.overall.matched, result.overall.unmatched) == (5, 1)
    assert [(m.month, m.matched, m.unmatched) for m in result.months] == [(11, 3, 0), (12, 2, 1)]
    assert "1 dari 11 FKTP-bulan" in result.note


def test_no_change_in_any_facility_has_a_reason_instead_of_an_interval() -> None:
    rows = [one(f, y, 5, 0, 50) for f in "AB" for y in (2023, 2024)]
    result = year_on_year(rows, 2023, 2024)
    for found in (result.overall, *result.months):
        assert (found.change.value, found.change.lower, found.change.p, found.p_adjusted) == (
            0,
            None,
            1,
            found.p_adjusted,
        )
        assert "sama" in found.change.reason


def test_values_by_hand() -> None:
    # March: 3/30 + 6/60 = 9/90 before, 2/30 + 7/70 = 9/100 after
    rows = [one("A", 2023, 3, 3, 30), one("B", 2023, 3, 6, 60), one("A", 2024, 3, 2, 30), one("B", 2024, 3, 7, 70)]
    result = year_on_year(rows, 2023, 2024, 100)
    found = result.months[0]
    assert [found.before.value, found.after.value] == pytest.approx([10, 9])
    assert [found.change.value, found.change.n] == pytest.approx([-1, 2])
    assert found.p_adjusted == found.change.p
    assert result.note == ""
    assert replace(result.overall, month=3, p_adjusted=found.p_adjusted) == found


@pytest.mark.parametrize(
    ("events", "of"), [(None, 10), (1, None), (float("nan"), 10), (1, float("inf")), (-1, 10), (1, -10), (1, 0)]
)
def test_a_month_that_is_not_usable_in_one_year_counts_in_neither(events: float | None, of: float | None) -> None:
    good = [one("A", 2023, 1, 1, 10), one("A", 2024, 1, 2, 10), one("B", 2023, 1, 5, 20), one("B", 2024, 1, 4, 30)]
    result = year_on_year([*good, one("C", 2023, 1, 3, 10), one("C", 2024, 1, events, of)], 2023, 2024)
    alone = year_on_year(good, 2023, 2024)
    assert replace(result.overall, unmatched=0) == alone.overall
    assert result.overall.unmatched == 2
    assert "2 dari 6 FKTP-bulan" in result.note


def test_more_events_than_cases_are_impossible_for_a_share_only() -> None:
    rows = [one(f, y, 1, 3 + y % 2 + (f == "A"), 10) for f in "ABC" for y in (2023, 2024)]
    rows.append(one("D", 2023, 1, 12, 10))
    rows.append(one("D", 2024, 1, 2, 10))
    assert year_on_year(rows, 2023, 2024).overall.matched == 4
    assert year_on_year(rows, 2023, 2024, kind="proporsi").overall.matched == 3


def test_repeated_rows_count_once_and_contradicting_rows_not_at_all() -> None:
    rows = [one("A", 2023, 1, 1, 10), one("A", 2024, 1, 2, 10), one("B", 2023, 1, 5, 20), one("B", 2024, 1, 4, 30)]
    assert year_on_year([*rows, rows[0]], 2023, 2024) == year_on_year(rows, 2023, 2024)
    result = year_on_year([*rows, one("A", 2023, 1, 9, 10)], 2023, 2024)
    assert (result.overall.matched, result.overall.change.n) == (1, 1)
    assert "1 FKTP-bulan di antaranya tercatat lebih dari sekali" in result.note


def test_what_cannot_be_compared_has_a_reason() -> None:
    nothing = year_on_year([], 2023, 2024)
    assert nothing.months == ()
    assert "dapat dipasangkan" in nothing.overall.change.reason
    apart = year_on_year([one("A", 2023, 1, 1, 10), one("B", 2024, 1, 1, 10)], 2023, 2024)
    assert "dapat dipasangkan" in apart.months[0].change.reason
    assert apart.months[0].change.value is None
    assert apart.months[0].p_adjusted is None
    single = year_on_year([one("A", 2023, 1, 1, 10), one("A", 2024, 1, 2, 10)], 2023, 2024)
    assert single.overall.change.value == pytest.approx(0.1)
    assert "dua FKTP" in single.overall.change.reason
    empty = year_on_year([one(f, y, 1, 0, 0) for f in "AB" for y in (2023, 2024)], 2023, 2024)
    assert empty.overall.change.reason == "penyebut nol"


def test_slips_of_the_caller_are_errors() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        year_on_year([one("A", 2023, 13, 1, 10)], 2023, 2024)
    with pytest.raises(ValueError, match="must differ"):
        year_on_year([], 2024, 2024)
    with pytest.raises(ValueError, match="same number"):
        year_on_year([one("A", 2023, 1, 1, 10), FacilityMonth("A", 2024, 1, (1, 2), (3, 4))], 2023, 2024)
    with pytest.raises(ValueError, match="one or more"):
        year_on_year([FacilityMonth("A", 2024, 1, (), ())], 2023, 2024)
    with pytest.raises(ValueError, match="between 0 and 1"):
        year_on_year([], 2023, 2024, level=95)
    with pytest.raises(ValueError, match="1 to 12"):
        seasonal_index({(2024, 0): 1.0})


cell = st.tuples(st.sampled_from("ABCDE"), st.sampled_from([2023, 2024]), st.sampled_from([1, 2, 12]))
cells = st.dictionaries(cell, st.tuples(st.integers(0, 30) | st.none(), st.integers(30, 300)), min_size=4, max_size=30)
Cells = dict[tuple[str, int, int], tuple[int | None, int]]


def rows_of(table: Cells, factor: dict[int, int] | None = None) -> list[FacilityMonth]:
    def times(value: int | None, month: int) -> int | None:
        return value if value is None else value * (factor or {}).get(month, 1)

    return [one(f, y, m, times(k, m), times(n, m)) for (f, y, m), (k, n) in table.items()]


def of_change(found: MatchedChange, sign: int = 1) -> list[float | None]:
    c = found.change
    bounds = (c.lower, c.upper) if sign > 0 else (c.upper, c.lower)
    return [v if v is None else sign * v for v in (c.value, *bounds)] + [c.p, found.p_adjusted]


def alike(one: list[float | None], two: list[float | None]) -> bool:
    return len(one) == len(two) and all(
        (a is None and b is None) or (a is not None and b is not None and a == pytest.approx(b, abs=1e-9))
        for a, b in zip(one, two, strict=True)
    )


@given(cells, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(table: Cells, shuffler: random.Random) -> None:
    rows = rows_of(table)
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert year_on_year(rows, 2023, 2024, 100) == year_on_year(shuffled, 2023, 2024, 100)


@given(cells)
def test_swapping_the_years_flips_the_sign(table: Cells) -> None:
    forward, backward = (year_on_year(rows_of(table), a, b, 100) for a, b in ((2023, 2024), (2024, 2023)))
    for there, back in zip((forward.overall, *forward.months), (backward.overall, *backward.months), strict=True):
        assert alike(of_change(there), of_change(back, -1))
        assert (there.before, there.after, there.matched) == (back.after, back.before, back.matched)
    assert forward.note == backward.note


@given(cells, st.dictionaries(st.sampled_from([1, 2, 12]), st.integers(1, 9)))
def test_scaling_a_month_does_not_change_its_ratio_nor_scaling_all_the_overall(
    table: Cells, factor: dict[int, int]
) -> None:
    plain, scaled = year_on_year(rows_of(table), 2023, 2024), year_on_year(rows_of(table, factor), 2023, 2024)
    for one, two in zip(plain.months, scaled.months, strict=True):
        assert alike(of_change(one), of_change(two))
    alike_scaled = year_on_year(rows_of(table, dict.fromkeys((1, 2, 12), 7)), 2023, 2024)
    assert alike(of_change(plain.overall), of_change(alike_scaled.overall))


@given(cells)
@settings(max_examples=50)
def test_months_without_a_partner_do_not_matter(table: Cells) -> None:
    usable = {key for key, (events, _) in table.items() if events is not None}
    partnered = {(f, y, m): v for (f, y, m), v in table.items() if {(f, 2023, m), (f, 2024, m)} <= usable}
    full, lean = year_on_year(rows_of(table), 2023, 2024), year_on_year(rows_of(partnered), 2023, 2024)
    assert replace(full.overall, unmatched=0) == lean.overall
    assert full.overall.matched * 2 == len(partnered)
    assert full.overall.unmatched == len(table) - len(partnered)


def test_other_years_are_ignored() -> None:
    rows = invented(1)
    more = [replace(row, year=2022, numerators=(1.0,)) for row in rows]
    assert year_on_year([*rows, *more], 2023, 2024) == year_on_year(rows, 2023, 2024)


def series(name: str) -> dict[tuple[int, int], float | None]:
    return {
        (int(r["year"]), int(r["month"])): float(r["value"]) for r in reference("seasons_series") if r["series"] == name
    }


@pytest.mark.parametrize(("name", "years"), [("passengers", 12), ("two_years", 2), ("odd", 3)])
def test_seasonal_factors_agree_with_r_decompose(name: str, years: int) -> None:
    index = seasonal_index(series(name))
    expected = {int(r["month"]): float(r["factor"]) for r in reference("seasons_factors") if r["series"] == name}
    assert dict(index.factors) == pytest.approx(expected, rel=1e-12)
    assert list(index.factors) == list(range(1, 13))
    assert (index.years, index.reason) == (years, "")
    assert ("kebetulan" in index.note) == (years < 4)


def test_a_made_season_is_found_again() -> None:
    # Constant level 150 with December 20 % and January 4 % below, the rest up so that the factors have mean 1
    factors = dict.fromkeys(range(1, 13), 1.024) | {12: 0.8, 1: 0.96}
    factors = {m: f * 12 / sum(factors.values()) for m, f in factors.items()}
    values: dict[tuple[int, int], float | None] = {(y, m): 150 * factors[m] for y in range(2021, 2025) for m in factors}
    index = seasonal_index(values)
    assert dict(index.factors) == pytest.approx(factors, rel=1e-12)
    assert (index.first, index.last, index.years, index.note) == ((2021, 1), (2024, 12), 4, "")


def test_only_the_longest_run_without_a_gap_is_used() -> None:
    whole = series("passengers")
    gap = dict(whole) | {(1952, 3): None}
    after = {key: v for key, v in whole.items() if key > (1952, 3)}
    index = seasonal_index(gap)
    assert index.factors == seasonal_index(after).factors
    assert (index.first, index.last, index.years) == ((1952, 4), (1960, 12), 8)
    assert "39 bulan di luar rentang" in index.note
    halves = {key: v for key, v in whole.items() if (1950, 1) <= key <= (1954, 1) and key != (1952, 1)}
    assert seasonal_index(halves).first == (1952, 2)  # 24 months before the gap, 24 after it
    backwards = dict(reversed(list(gap.items())))
    assert seasonal_index(backwards) == index


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "yang ada 0"),
        ({(2024, m): 1.0 for m in range(1, 13)}, "yang ada 12"),
        ({(y, m): 1.0 for y in (2022, 2024) for m in range(1, 13)}, "yang ada 12"),
        ({(y, m): float("nan") if m == 6 else 1.0 for y in (2022, 2023, 2024) for m in range(1, 13)}, "yang ada 11"),
        ({(y, m): 0.0 if (y, m) == (2023, 2) else 1.0 for y in (2022, 2023) for m in range(1, 13)}, "di atas nol"),
    ],
)
def test_no_season_without_two_years_of_positive_values(
    values: dict[tuple[int, int], float | None], reason: str
) -> None:
    index = seasonal_index(values)
    assert index.factors == {}
    assert reason in index.reason


@given(st.lists(st.floats(1, 1000), min_size=24, max_size=60), st.floats(0.001, 1000))
def test_factors_have_mean_one_and_no_unit(values: list[float], unit: float) -> None:
    months: dict[tuple[int, int], float | None] = {(2020 + k // 12, k % 12 + 1): v for k, v in enumerate(values)}
    index = seasonal_index(months)
    assert sum(index.factors.values()) == pytest.approx(12)
    scaled = seasonal_index({key: unit * v for key, v in months.items() if v is not None})
    assert dict(scaled.factors) == pytest.approx(dict(index.factors), rel=1e-9)


def test_five_hundred_facilities_over_two_years_take_less_than_half_a_second() -> None:
    chance = random.Random(1)  # noqa: S311
    rows = [
        one(f"F{f}", y, m, chance.randrange(50), 300 + f)
        for f in range(500)
        for y in (2023, 2024)
        for m in range(1, 13)
    ]
    took = []
    for _ in range(3):
        started = time.process_time()
        assert year_on_year(rows, 2023, 2024, 1000).overall.matched == 6000
        took.append(time.process_time() - started)
    assert min(took) < 0.5
