"""KBK rule versions as data: effective months, bands, weights and payment tables, each value with source and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field, field_validator, model_validator

from analysis.bands import Band, hull, uncovered
from analysis.errors import ConfigurationError
from analysis.reference import Strict, load_record

Status = Literal["confirmed", "unconfirmed"]


class Sourced(Strict):
    """What every value of a rule carries: where it was read and whether that is confirmed."""

    source: str = Field(min_length=1)
    status: Status


class MonthValue(Sourced):
    """A month such as 2019-11, or no month."""

    value: str | None

    @field_validator("value")
    @classmethod
    def _month(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
            raise ValueError("bulan ditulis seperti 2019-11")
        return value


def _parsable(text: str) -> str:
    Band.parse(text)
    return text


BandText = Annotated[str, AfterValidator(_parsable)]
"""A band as it is written in the rule file."""


def tenths(percent: str) -> int:
    """Return a percentage such as '92.5' in tenths; raise ValueError when it has more decimals."""
    value = Fraction(percent) * 10
    if value.denominator != 1:
        raise ValueError(f"persen {percent} punya lebih dari satu desimal")
    return int(value)


def _exact_percent(text: str) -> str:
    tenths(text)
    return text


PercentText = Annotated[str, AfterValidator(_exact_percent)]
"""A percentage as it is written in the rule file, with one decimal at most."""


class BandValue(Sourced):
    """A band of one grade."""

    value: BandText

    @cached_property
    def band(self) -> Band:
        """The parsed band."""
        return Band.parse(self.value)


class ScorePayment(Sourced):
    """Percent of the capitation for a band of the score (in tenths: nilai 3,5 is 35)."""

    score: BandText
    percent: PercentText

    @cached_property
    def band(self) -> Band:
        """The parsed band of scores in tenths."""
        return Band.parse(self.score)


class ZoneRow(Strict):
    """Percent of the capitation for a count of indicators in each zone."""

    tidak_aman: int
    aman: int
    prestasi: int = 0
    percent: PercentText


class ZonePayment(Sourced):
    """Payment table of a zone rule."""

    rows: list[ZoneRow]


class Weights(Sourced):
    """Weights of the indicators, in tenths."""

    value: dict[str, int]


class NotAdjusted(Sourced):
    """Facility types that are scored but paid in full."""

    value: list[str]


class AdjustedIf(Sourced):
    """Conditions for an adjusted payment; sources write 'dan/atau', so both readings are computed."""

    cooperation_years: int
    participants: int


class LagMonths(Sourced):
    """Months from the result to the payment that it adjusts."""

    value: int


class ControlledDM(Sourced):
    """Controlled diabetes in a band of ages: fasting glucose in mg/dL."""

    ages: BandText
    glucose: BandText


class ControlledHT(Sourced):
    """Controlled hypertension in a band of ages: both pressures in mmHg."""

    ages: BandText
    systolic: BandText
    diastolic: BandText


class Controlled(Strict):
    """When a participant's disease counts as controlled; ages are whole years on the day of the visit."""

    DM: list[ControlledDM] = Field(min_length=1)
    HT: list[ControlledHT] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_band_each(self) -> Controlled:
        for name, entries in (("DM", self.DM), ("HT", self.HT)):
            bands = [Band.parse(entry.ages) for entry in entries]
            if any(sum(band.contains(age) for band in bands) > 1 for age in range(130)):
                raise ValueError(f"{name}: umur yang sama tidak boleh masuk dua baris")
        return self


class Rule(Strict):
    """One rule version."""

    id: str
    title: str
    short: str
    method: Literal["ratings", "zones"]
    first_month: MonthValue
    last_month: MonthValue
    grades: list[str]
    target_grade: str
    bands: dict[str, dict[str, BandValue]]
    weights: Weights | None = None
    score_payment: dict[str, list[ScorePayment]] = Field(default_factory=dict)
    zone_payment: ZonePayment | None = None
    not_adjusted: NotAdjusted | None = None
    adjusted_if: AdjustedIf | None = None
    payment_lag_months: LagMonths
    controlled: Controlled | None = None

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        """Every indicator value lies in one grade, every score and every count of zones in one payment."""
        faults = []
        for indicator, bands in self.bands.items():
            if set(bands) != set(self.grades):
                faults.append(f"{indicator}: tingkat {sorted(bands)} tidak sama dengan {self.grades}")
            faults += [f"{indicator}: nilai {float(v)} tidak masuk tepat satu tingkat" for v in _gaps(bands)]
        if self.method == "ratings":
            if (
                self.weights is None
                or set(self.weights.value) != set(self.bands)
                or sum(self.weights.value.values()) != 10
            ):
                faults.append("bobot harus ada untuk setiap indikator dan berjumlah 10 (persepuluh)")
            for kind, rows in self.score_payment.items():
                wrong = uncovered([r.band for r in rows])
                faults += [f"pembayaran {kind}: nilai {float(v / 10)} tidak masuk tepat satu baris" for v in wrong]
        else:
            faults += self._zone_faults()
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _zone_faults(self) -> list[str]:
        if self.zone_payment is None:
            return ["tabel pembayaran zona tidak ada"]
        n = len(self.bands)
        best = n if "prestasi" in self.grades else 0
        wanted = {(n - a - p, a, p) for p in range(best + 1) for a in range(n - p + 1)}
        found = [(r.tidak_aman, r.aman, r.prestasi) for r in self.zone_payment.rows]
        return (
            [] if sorted(found) == sorted(wanted) else ["tabel pembayaran zona tidak memuat tiap susunan tepat sekali"]
        )

    @property
    def indicators(self) -> list[str]:
        """Indicators that the rule judges, in order."""
        return list(self.bands)

    def covers(self, month: pd.Period) -> bool:
        """Whether the rule is in force for a service month."""
        first, last = self.first_month.value, self.last_month.value
        return (first is None or pd.Period(first, "M") <= month) and (last is None or month <= pd.Period(last, "M"))

    def target(self, indicator: str) -> Band:
        """The band of values that reach the target: the target grade and every better one."""
        position = self.grades.index(self.target_grade)
        return hull(self.bands[indicator][g].band for g in self.grades[position:])

    def grade(self, indicator: str, numerator: pd.Series, denominator: pd.Series) -> pd.Series:
        """Return the grade of numerator / denominator, row by row; missing where either is missing."""
        result = np.full(len(numerator), pd.NA, dtype=object)
        for name, value in self.bands[indicator].items():
            result[value.band.holds(numerator, denominator).to_numpy(bool, na_value=False)] = name
        return pd.Series(result, index=numerator.index, dtype="string")

    def score_tenths(self, grades: pd.DataFrame) -> pd.Series:
        """Return the composite score in tenths (10 to 40), missing unless every indicator has a grade.

        grades: one column of grades per indicator. Formula: 4·AK + 5·RRNS + 1·RPPT, in whole numbers.
        """
        if self.weights is None:
            return pd.Series(pd.NA, index=grades.index, dtype="Int64")
        total = pd.Series(0, index=grades.index, dtype="Int64")
        for indicator, weight in self.weights.value.items():
            total = total + grades[indicator].astype("Int64") * weight
        return total

    def percent_tenths(self, grades: pd.DataFrame, facility_type: pd.Series) -> pd.Series:
        """Return the payment in tenths of a percent (925 is 92,5 persen) before conditions; missing without a score.

        grades: one column of grades per indicator; facility_type: aligned with it.
        """
        result = np.full(len(grades), pd.NA, dtype=object)
        if self.method == "zones":
            assert self.zone_payment is not None  # noqa: S101 - guaranteed by the check of the rule
            known = grades[self.indicators].notna().all(axis=1)
            counts = {z: (grades[self.indicators] == z).sum(axis=1) for z in ("tidak_aman", "aman", "prestasi")}
            for row in self.zone_payment.rows:
                here = known & (counts["tidak_aman"] == row.tidak_aman) & (counts["aman"] == row.aman)
                result[(here & (counts["prestasi"] == row.prestasi)).to_numpy(bool)] = tenths(row.percent)
            return pd.Series(result, index=grades.index, dtype="Int64")
        score = self.score_tenths(grades)
        one = pd.Series(1, index=score.index, dtype="Int64")
        for kind, rows in self.score_payment.items():
            of_kind = (facility_type == kind).to_numpy(bool, na_value=False)
            for entry in rows if of_kind.any() else ():
                result[entry.band.holds(score, one).to_numpy(bool, na_value=False) & of_kind] = tenths(entry.percent)
        if self.not_adjusted is not None:
            full = facility_type.isin(self.not_adjusted.value).fillna(False) & score.notna()
            result[full.to_numpy(bool)] = 1000
        return pd.Series(result, index=grades.index, dtype="Int64")

    def rests_on_unconfirmed(self, grades: pd.DataFrame, facility_type: pd.Series) -> pd.Series:
        """Whether a facility-month's payment percent rests on a value that is not confirmed, row by row.

        grades, facility_type: as in percent_tenths. Looks at the bands of the grades reached, the weights and the row
        of the payment table.
        """
        result = pd.Series(False, index=grades.index, dtype="boolean")
        for indicator in self.indicators:
            doubtful = [g for g, v in self.bands[indicator].items() if v.status == "unconfirmed"]
            result |= grades[indicator].isin(doubtful).fillna(False)
        if self.zone_payment is not None:
            return result | (self.zone_payment.status == "unconfirmed")
        result |= self.weights is not None and self.weights.status == "unconfirmed"
        score = self.score_tenths(grades)
        one = pd.Series(1, index=score.index, dtype="Int64")
        for kind, rows in self.score_payment.items():
            of_kind = (facility_type == kind).fillna(False)
            for entry in (r for r in rows if r.status == "unconfirmed" and of_kind.any()):
                result |= entry.band.holds(score, one).fillna(False) & of_kind
        return result

    def unconfirmed(self) -> Iterator[tuple[str, str]]:
        """Yield (name of the value, its source) for every value whose status is unconfirmed."""
        for path, item in self.sourced():
            if item.status == "unconfirmed":
                yield path, item.source

    def sourced(self) -> Iterator[tuple[str, Sourced]]:
        """Yield (name of the value, the value with its source and status) for every value of the rule."""
        yield from _sourced(self, "")


def _gaps(bands: Mapping[str, BandValue]) -> list[Fraction]:
    return uncovered([b.band for b in bands.values()])


def _sourced(item: Any, path: str) -> Iterator[tuple[str, Sourced]]:
    if isinstance(item, Sourced):
        yield path, item
    if isinstance(item, Strict):
        for name in type(item).model_fields:
            yield from _sourced(getattr(item, name), f"{path}.{name}".strip("."))
    elif isinstance(item, dict):
        for name, value in item.items():
            yield from _sourced(value, f"{path}.{name}")
    elif isinstance(item, list):
        for number, value in enumerate(item, 1):
            yield from _sourced(value, f"{path}.{number}")


def load_rules(reference: Path) -> list[Rule]:
    """Return the rule versions in order of their months.

    Raises ConfigurationError when a file is wrong or two rules claim the same month.
    """
    rules = [load_record(path, Rule) for path in sorted((reference / "rules").glob("*.yml"))]
    rules.sort(key=lambda r: r.first_month.value or "")
    for earlier, later in pairwise(rules):
        if (earlier.last_month.value or "9999-12") >= (later.first_month.value or ""):
            raise ConfigurationError(f"Aturan {earlier.id} dan {later.id} berlaku pada bulan yang sama.")
    return rules


def rule_for(rules: list[Rule], month: pd.Period) -> Rule | None:
    """Return the rule in force for a service month, or None where no rule is certain (before 2016)."""
    return next((r for r in rules if r.covers(month)), None)
