"""KBK indicators as data, computed as exact ratios of sums of their numerators and denominators."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    known = [table[column].notna().to_numpy() for column in count_columns(indicator)]
    return pd.Series(np.logical_and.reduce(known), index=table.index)


def period_sums(table: pd.DataFrame, indicator: Indicator, by: list[str]) -> pd.DataFrame:
    """Return the sums of an indicator's counts over the usable rows, one row per group.

    table: facility-month rows; by: grouping columns.
    Returns the group columns as index, the count columns, and ``months``: number of rows that went into the sums.
    """
    rows = table[[*by, *count_columns(indicator)]][usable(table, indicator)]
    grouped = rows.groupby(by, observed=True, dropna=False)
    sums = grouped.sum()
    sums["months"] = grouped.size().astype("Int64")
    return sums


def ratio(sums: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the indicator as an exact fraction.

    sums: count columns of the indicator, nullable integers.
    Returns numerator and denominator (nullable integers whose quotient is the value in the indicator's unit, scale
    included), value (nullable float, for display and charts only) and convention (True where a zero denominator was
    settled by a convention). Thresholds are compared with the integers, never with the float.
    """
    parts = [(_Whole.of(sums[p.numerator]), _Whole.of(sums[p.denominator])) for p in indicator.parts]
    missing = np.logical_or.reduce([count.missing for part in parts for count in part])
    if len(parts) == 1:
        top, bottom = parts[0][0].values * indicator.scale, parts[0][1].values
        convention = (bottom == 0) & ~parts[0][1].missing & (indicator.zero_denominator == "zero")
        bottom = np.where(convention, 1, bottom)
    else:
        top, bottom, convention, missing = _mean_of_parts(parts, missing, indicator)
    missing = missing | (bottom == 0)
    value = np.divide(top, bottom, out=np.zeros(len(sums)), where=~missing)
    return pd.DataFrame(
        {
            "numerator": pd.arrays.IntegerArray(top, missing),
            "denominator": pd.arrays.IntegerArray(bottom, missing.copy()),
            "value": pd.arrays.FloatingArray(value, missing.copy()),
            "convention": pd.arrays.BooleanArray(convention & ~missing, np.zeros(len(sums), dtype=bool)),
        },
        index=sums.index,
    )


class _Whole(NamedTuple):
    """A column of counts for plain arithmetic; what stands in ``values`` where they are missing means nothing."""

    values: NDArray[np.int64]
    missing: NDArray[np.bool_]

    @classmethod
    def of(cls, counts: pd.Series) -> Self:
        return cls(counts.to_numpy("int64", na_value=0), counts.isna().to_numpy())


def _mean_of_parts(
    parts: list[tuple[_Whole, _Whole]], missing: NDArray[np.bool_], indicator: Indicator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Mean of two ratios as one fraction: (a/b + c/d) / 2 = (ad + cb) / 2bd.

    Returns numerator, denominator, convention and missing.
    """
    (a, b), (c, d) = parts
    top, bottom = (a.values * d.values + c.values * b.values) * indicator.scale, 2 * b.values * d.values
    convention = np.zeros(len(top), dtype=bool)
    if indicator.zero_denominator == "other_part":
        for empty, (numerator, denominator) in ((b, parts[1]), (d, parts[0])):
            alone = (empty.values == 0) & ~empty.missing & (denominator.values > 0) & ~denominator.missing
            top = np.where(alone, numerator.values * indicator.scale, top)
            bottom = np.where(alone, denominator.values, bottom)
            missing = np.where(alone, numerator.missing, missing)
            convention |= alone
    return top, bottom, convention, missing
