"""Bands of a rule: open and closed ends written as '> 145 & < 150', compared exactly, without gap or overlap."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pandas as pd

_CONDITION = re.compile(r"\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Band:
    """An interval of exact numbers.

    lower, upper: ends as fractions; None means no end on that side.
    lower_closed, upper_closed: whether the end itself belongs to the band.
    """

    lower: Fraction | None = None
    lower_closed: bool = False
    upper: Fraction | None = None
    upper_closed: bool = False

    @classmethod
    def parse(cls, text: str) -> Band:
        """Return the band written as one or two conditions joined by '&'; raise ValueError when it is none."""
        lower: Fraction | None = None
        upper: Fraction | None = None
        lower_closed = upper_closed = False
        for condition in text.split("&"):
            match = _CONDITION.fullmatch(condition)
            if match is None:
                raise ValueError(f"syarat “{text}” tidak terbaca; tulis misalnya '>= 150' atau '> 145 & < 150'")
            sign, number = match[1], Fraction(match[2])
            if sign in {">", ">="}:
                lower, lower_closed = number, sign == ">="
            else:
                upper, upper_closed = number, sign == "<="
        if lower is not None and upper is not None and (lower > upper):
            raise ValueError(f"syarat “{text}” tidak mungkin dipenuhi")
        return cls(lower, lower_closed, upper, upper_closed)

    @property
    def end(self) -> float:
        """The number that a target is named by: its lower end, else its upper one; 0 for a band without ends."""
        return float(self.lower if self.lower is not None else self.upper or 0)

    def contains(self, value: Fraction | int) -> bool:
        """Whether an exact number lies in the band."""
        above = self.lower is None or value > self.lower or (self.lower_closed and value == self.lower)
        below = self.upper is None or value < self.upper or (self.upper_closed and value == self.upper)
        return above and below

    def holds(self, numerator: pd.Series, denominator: pd.Series) -> pd.Series:
        """Whether numerator / denominator lies in the band, row by row, in whole numbers (nullable boolean).

        numerator, denominator: nullable integers; denominators positive where not missing.
        """
        missing = (numerator.isna() | denominator.isna()).to_numpy()
        top, bottom = (counts.to_numpy("int64", na_value=0) for counts in (numerator, denominator))
        inside = ~missing
        if self.lower is not None:
            left, right = top * self.lower.denominator, bottom * self.lower.numerator
            inside &= (left >= right) if self.lower_closed else (left > right)
        if self.upper is not None:
            left, right = top * self.upper.denominator, bottom * self.upper.numerator
            inside &= (left <= right) if self.upper_closed else (left < right)
        return pd.Series(pd.arrays.BooleanArray(inside, missing), index=numerator.index)


def hull(bands: Iterable[Band]) -> Band:
    """Return the smallest band that holds all of ``bands``."""
    bands = list(bands)
    lowest = min(bands, key=lambda b: (-math.inf if b.lower is None else b.lower, not b.lower_closed))
    highest = max(bands, key=lambda b: (math.inf if b.upper is None else b.upper, b.upper_closed))
    return Band(lowest.lower, lowest.lower_closed, highest.upper, highest.upper_closed)


def uncovered(bands: Iterable[Band]) -> list[Fraction]:
    """Return values from 0 upwards that lie in no band or in more than one; empty when each lies in exactly one.

    Between two neighbouring ends all values behave alike, so the ends, the midpoints between them and a point beyond
    the last stand for every value there is.
    """
    bands = list(bands)
    ends = sorted({e for b in bands for e in (b.lower, b.upper) if e is not None and e >= 0} | {Fraction(0)})
    middles = [(a + b) / 2 for a, b in pairwise(ends)]
    return [v for v in sorted([*ends, *middles, ends[-1] + 1]) if sum(b.contains(v) for b in bands) != 1]
