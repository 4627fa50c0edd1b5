"""KBK indicators as data, computed as exact ratios of sums of their numerators and denominators."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd

from analysis.reference import Strict, load_record

KBK_INDICATORS = ("AK", "RRNS", "RPPT")


class Part(Strict):
    """A numerator and its denominator, columns of the facility-month table."""

    numerator: str
    denominator: str


class Indicator(Strict):
    """Description of one indicator.

    scale: 1000 for per mille, 100 for percent.
    parts: one ratio, or several whose mean is the indicator (RPPT).
    zero_denominator: what a zero denominator means: missing; zero (no referral: ratio 0, a convention); other_part
        (a part without participants leaves the other alone, a convention).
    """

    title: str
    unit: Literal["permil", "percent"]
    scale: int
    better: Literal["higher", "lower"]
    parts: list[Part]
    numerator_text: str
    denominator_text: str
    why: str
    zero_denominator: Literal["missing", "zero", "other_part"]
    source: str
    author: str
    checked_by: str
    next_review: str


def load_indicators(reference: Path) -> dict[str, Indicator]:
    """Return the indicators by their short name; raise ConfigurationError when the file is wrong."""
    return load_record(reference / "indicators.yml", dict[str, Indicator])


def count_columns(indicator: Indicator) -> list[str]:
    """Return the count columns that an indicator needs."""
    return [c for p in indicator.parts for c in (p.numerator, p.denominator)]


def usable(table: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Whether a row has every count that the indicator needs (a month with one missing count is no month of it)."""
    return table[count_columns(indicator)].notna().all(axis=1)


def period_sums(table: pd.DataFrame, indicator: Indicator, by: list[str]) -> pd.DataFrame:
    """Return the sums of an indicator's counts over the usable rows, one row per group.

    table: facility-month rows; by: grouping columns.
    Returns the group columns as index, the count columns, and ``months``: number of rows that went into the sums.
    """
    rows = table[usable(table, indicator)]
    grouped = rows.groupby(by, observed=True, dropna=False)
    sums = grouped[count_columns(indicator)].sum()
    sums["months"] = grouped.size().astype("Int64")
    return sums


def ratio(sums: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the indicator as an exact fraction.

    sums: count columns of the indicator, nullable integers.
    Returns numerator and denominator (nullable integers whose quotient is the value in the indicator's unit, scale
    included), value (nullable float, for display and charts only) and convention (True where a zero denominator was
    settled by a convention). Thresholds are compared with the integers, never with the float.
    """
    if len(indicator.parts) == 1:
        part = indicator.parts[0]
        top, bottom = sums[part.numerator] * indicator.scale, sums[part.denominator]
        convention = pd.Series(False, index=sums.index, dtype="boolean")
        if indicator.zero_denominator == "zero":
            convention = (bottom == 0).fillna(False)
            bottom = bottom.mask(convention, 1)
    else:
        top, bottom, convention = _mean_of_parts(sums, indicator)
    missing = bottom.isna() | top.isna() | (bottom == 0).fillna(True)
    top, bottom = top.mask(missing), bottom.mask(missing)
    value = top.astype("Float64") / bottom.astype("Float64")
    return pd.DataFrame({"numerator": top, "denominator": bottom, "value": value, "convention": convention & ~missing})


def _mean_of_parts(sums: pd.DataFrame, indicator: Indicator) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Mean of two ratios as one fraction: (a/b + c/d) / 2 = (ad + cb) / 2bd."""
    first, second = indicator.parts
    a, b = sums[first.numerator], sums[first.denominator]
    c, d = sums[second.numerator], sums[second.denominator]
    top, bottom = (a * d + c * b) * indicator.scale, 2 * b * d
    convention = pd.Series(False, index=sums.index, dtype="boolean")
    if indicator.zero_denominator == "other_part":
        only_second = ((b == 0) & (d > 0)).fillna(False)
        only_first = ((d == 0) & (b > 0)).fillna(False)
        top = top.mask(only_second, c * indicator.scale).mask(only_first, a * indicator.scale)
        bottom = bottom.mask(only_second, d).mask(only_first, b)
        convention = (only_first | only_second).astype("boolean")
    return top, bottom, convention
