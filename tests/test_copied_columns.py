"""Columns that a spreadsheet has filled, and columns that only look so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from test_sum_rows import ORDER, row

from analysis.copied_columns import judge_copies

# Five facilities in the order of ORDER: registered, contacts, referrals, ...
FIGURES = [
    (12000, 1748, 160, 2, 200, 15, 300, 18),
    (7000, 900, 80, 1, 90, 7, 110, 6),
    (5000, 650, 61, 3, 71, 4, 95, 9),
    (8100, 1210, 99, 0, 120, 9, 170, 11),
    (6400, 1003, 77, 1, 84, 5, 131, 8),
]


def judged(column: str, values: Sequence[int]) -> tuple[list[str], list[int | None]]:
    place = ORDER.index(column)
    cells = [(*one[:place], value, *one[place + 1 :]) for one, value in zip(FIGURES, values, strict=False)]
    rows = [row(number, one) for number, one in enumerate(cells, 1)]
    findings = judge_copies(rows)
    return [f.kind for f in findings], [one.counts[column].value for one in rows]


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        ("registered", [7000] * 5, "column_dragged"),
        ("registered", [7000] * 3, "column_dragged"),
        ("contacts", [1904, 1905, 1906, 1907, 1908], "column_dragged"),
        ("dm_registered", [120] * 5, "column_dragged"),
        ("dm_registered", [300, 110, 95, 170, 131], "columns_equal"),
        ("nonspecialist_referrals", [160, 80, 61, 99, 77], "columns_equal"),
    ],
)
def test_a_filled_column_is_out_of_use(column: str, values: list[int], kind: str) -> None:
    assert judged(column, values) == ([kind], [None] * len(values))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("registered", [7000, 7000, 7000, 7000, 7001]),
        ("registered", [7000, 7000]),
        ("contacts", [1904, 1905, 1906, 1907]),
        ("contacts", [1904, 1905, 1906, 1907, 1909]),
        ("dm_registered", [300, 110, 95, 170, 132]),
        ("dm_registered", [300, 110]),
        ("dm_controlled", [2, 1, 3, 0, 1]),
        ("referrals", [80] * 5),
        ("referrals", [160] * 4),
        ("ht_controlled", [21, 22, 23, 24, 25]),
    ],
)
def test_figures_that_are_alike_by_chance_stand(column: str, values: list[int]) -> None:
    assert judged(column, values) == ([], values)
