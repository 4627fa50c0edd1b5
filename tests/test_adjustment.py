"""Adjusted p values against R and the worked example of Benjamini and Hochberg (1995)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import reference

from analysis.adjustment import benjamini_hochberg, holm

PS = st.lists(st.floats(0, 1), max_size=30)


def test_published_example() -> None:
    rows = reference("adjusted")
    p = [float(r["p"]) for r in rows]
    assert holm(p) == pytest.approx([float(r["holm"]) for r in rows], abs=1e-12)
    assert benjamini_hochberg(p) == pytest.approx([float(r["bh"]) for r in rows], abs=1e-12)


def test_order_of_the_tests_does_not_matter() -> None:
    rows = reference("adjusted")
    p = [float(r["p"]) for r in rows]
    assert holm(p[::-1]) == holm(p)[::-1]
    assert benjamini_hochberg(p[::-1]) == benjamini_hochberg(p)[::-1]


def test_ties_by_hand() -> None:
    # sorted 0.01, 0.02, 0.02, 0.04: times 4, 3, 2, 1 = 0.04, 0.06, 0.04, 0.04; the largest so far: 0.04, 0.06, 0.06, 0.06
    assert holm([0.02, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    # times 4/1, 4/2, 4/3, 4/4 = 0.04, 0.04, 0.0267, 0.04; the smallest from the right: 0.0267, 0.0267, 0.0267, 0.04
    assert benjamini_hochberg([0.02, 0.01, 0.04, 0.02]) == pytest.approx([0.08 / 3, 0.08 / 3, 0.04, 0.08 / 3])


def test_no_tests() -> None:
    assert holm([]) == []
    assert benjamini_hochberg([]) == []


@given(PS)
def test_adjusted_p_lies_between_p_and_one_and_holm_above_bh(p: list[float]) -> None:
    for raw, bh, h in zip(p, benjamini_hochberg(p), holm(p), strict=True):
        assert raw - 1e-15 <= bh <= h + 1e-12
        assert h <= 1
