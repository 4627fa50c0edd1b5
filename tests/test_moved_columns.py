"""Columns that stand a row too low or too high are told by the other months, and no others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest
from test_sum_rows import ORDER, row

from analysis.moved_columns import judge_moved
from analysis.number_cells import Count
from analysis.rows import Row

CONTACTS = (1748, 900, 2650, 410, 5003, 1210)
"""Of six facilities in a usual month; those beside each other differ by more than a half."""


def month(number: int, contacts: Sequence[int | None]) -> list[Row]:
    """Six facilities of a month on its own sheet; of the other counts each is alike in all."""
    place = ORDER.index("contacts")
    rows = []
    for position, value in enumerate(contacts, 1):
        cells: list[int | None] = [12000, 0, 160, 2, 200, 15, 300, 18]
        cells[place] = value
        when = pd.Period(f"2024-{number:02d}", "M")
        rows.append(replace(row(position, cells), sheet=str(number), month=when, raw_month=when))
    return rows


def told(*contacts: Sequence[int | None]) -> list[tuple[str, str]]:
    rows = [one for number, figures in enumerate(contacts, 1) for one in month(number, figures)]
    findings = judge_moved(rows)
    for finding in findings:
        assert all(one.counts["contacts"].value is None for one in rows if str(one.month) == finding.month)
        assert all(one.counts["registered"].value == 12000 for one in rows)
    return [(finding.kind, finding.month) for finding in findings]


def grown(percent: int, figures: Sequence[int] = CONTACTS) -> list[int]:
    return [value * percent // 100 for value in figures]


@pytest.mark.parametrize("moved", [[None, *grown(108)[:-1]], [5000, *grown(92)[:-1]], [*grown(104)[1:], None]])
def test_a_month_pasted_a_row_lower_or_higher_is_told_and_not_used(moved: list[int | None]) -> None:
    assert told(CONTACTS, grown(95), moved, grown(110)) == [("column_moved", "2024-03")]


@pytest.mark.parametrize(
    "month_of_march",
    [
        grown(60),  # all fell together
        grown(100)[::-1],  # another order, but no step of one row
        [1748, 900, 2650, 410, 5003, 1210],
        [1748, 2650, 900, 410, 5003, 1210],  # two facilities changed places
    ],
)
def test_what_is_no_step_of_one_row_is_not_told(month_of_march: list[int]) -> None:
    assert told(CONTACTS, grown(95), month_of_march, grown(110)) == []


def test_figures_that_leap_from_month_to_month_fit_their_neighbour_by_chance() -> None:
    leaping = [
        [30, 90, 45, 160, 60, 25],
        [95, 28, 150, 40, 22, 70],
        [40, 33, 92, 47, 155, 62],
        [60, 140, 25, 90, 31, 120],
    ]
    assert told(*leaping) == []


@pytest.mark.parametrize("column", ["dm_registered", "ht_controlled", "referrals"])
def test_columns_that_are_small_or_leap_are_not_judged(column: str) -> None:
    rows = [one for number in range(1, 5) for one in month(number, CONTACTS)]
    figures = [180, 90, 260, 41, 500, 120]
    for place, one in enumerate(rows):
        moved = one.sheet == "3"
        one.counts[column] = Count(figures[place % 6 - 1] if moved else figures[place % 6])
    assert judge_moved(rows) == []


def test_of_two_months_alone_it_is_not_told_which_is_moved() -> None:
    assert told(CONTACTS, [None, *grown(108)[:-1]]) == []


def test_facilities_of_one_size_hide_a_step() -> None:
    alike = [1000, 1100, 1050, 990, 1080, 1020]
    assert told(alike, alike, [None, *alike[:-1]], alike) == []
