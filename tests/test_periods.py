"""Periods as analysts write them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.periods import latest_complete, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2025", "2025-01", "2025-12", "Tahun 2025"),
        ("2025-S2", "2025-07", "2025-12", "Semester II 2025"),
        ("2025-t3", "2025-07", "2025-09", "Triwulan III 2025"),
        (" 2025-03 ", "2025-03", "2025-03", "Maret 2025"),
    ],
)
def test_period_words(text: str, first: str, last: str, label: str) -> None:
    period = parse_period(text)
    assert (str(period.months[0]), str(period.months[-1]), period.label) == (first, last, label)
    assert parse_period(period.code) == period


@pytest.mark.parametrize(
    "text", ["", "25", "2025-S3", "2025-T5", "2025-13", "2025-00", "2025/03", "../2025", "2025-S1-x"]
)
def test_unknown_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ParameterError, match="2025-S1"):
        parse_period(text)


def test_latest_complete_semester_needs_all_six_months() -> None:
    months = pd.period_range("2024-07", "2025-11", freq="M")
    found = latest_complete(set(months))
    assert found is not None
    assert found.code == "2025-S1"
    assert latest_complete(set(pd.period_range("2025-02", "2025-05", freq="M"))) is None


def test_comparison_is_the_same_span_a_year_before() -> None:
    assert parse_period("2025-S1").year_before().code == "2024-S1"
