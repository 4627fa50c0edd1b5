"""What the analyses of a report share: groups, spans, facilities over a span, tables of records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.adjustment import holm
from analysis.estimates import Kind
from analysis.indicators import Indicator, count_columns, period_sums, ratio
from analysis.names import facility_name
from analysis.periods import Period
from analysis.rules import Rule

GROUPS = ("utama", "lainnya", "semua")
"""Groups of facilities: those the report is about (the puskesmas; every FKTP where there is none), others, all."""
SPANS = ("ini", "pembanding")
"""The two periods: the one reported and the one it is compared with."""
MINIMUM_MONTH_SHARE = 0.5
"""A facility is compared only when at least this share of the months of both periods is usable."""

_WHOLE = {
    "n", "both", "rose", "fell", "neither", "tests", "phase", "direction", "reached", "excluded", "months", "periods",
    "left_out", "matched", "unmatched", "years", "pairs", "pairs_found", "ordinal",
    "calendar_month", "months_before", "months_after", "lag",
    "invited", "others",
}  # fmt: skip
_TRUTH = {"on_target", "trial", "picked"}
_NUMBER = {
    "value", "lower", "upper", "level", "p", "p_mid", "p_adjusted", "before", "after", "mean", "target", "phi", "tau2",
    "spread", "overall", "factor", "share", "dispersion", "numerator", "denominator", "tango_lower", "tango_upper",
}  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What every analysis of a report works on.

    table: facility-month rows of the facilities that are judged, with a column ``group``.
    names: indicators of the rule, in its order.
    """

    table: pd.DataFrame
    indicators: dict[str, Indicator]
    names: list[str]
    rule: Rule
    period: Period
    compare: Period

    @cached_property
    def leading(self) -> pd.DataFrame:
        """The rows of the facilities that the report is about."""
        return self.table[self.table["group"] == "utama"]


def by_facility(table: pd.DataFrame) -> pd.DataFrame:
    """Latest name, type and group of each facility, by its code."""
    return table.sort_values("month").groupby("facility_code")[["facility_name", "facility_type", "group"]].last()


def with_listed(who: pd.DataFrame, facilities: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Return ``by_facility`` with the facilities of facilities.csv that have no rows, in the group of their type.

    Where facilities.csv does not tell the type, the name does.

    codes: those that are wanted; others than in ``who`` and facilities.csv are passed over.
    """
    more = facilities[facilities["code"].isin(set(codes) - set(who.index))]
    by_name = more["name"].fillna("").map(lambda name: facility_name(name).kind == "puskesmas")
    puskesmas = (more["type"] == "puskesmas").astype("boolean").fillna(by_name.astype("boolean"))
    puskesmas |= not (who["facility_type"] == "puskesmas").any()
    added = pd.DataFrame(
        {
            "facility_name": more["name"].fillna(more["code"]),
            "facility_type": more["type"],
            "group": puskesmas.map({True: "utama", False: "lainnya"}),
        }
    ).set_axis(pd.Index(more["code"], name="facility_code"))
    return pd.concat([who, added.astype("string")]) if len(added) else who


def facility_span(scope: Scope, name: str, period: Period) -> pd.DataFrame:
    """Return every facility's indicator over the months of a period, by its code.

    Columns: the count columns of the indicator (sums over usable months), months, months_expected, numerator,
    denominator (exact fraction), value, convention, on_target (target of the report's rule), comparable (enough months
    and a value).
    """
    indicator = scope.indicators[name]
    rows = scope.table[["facility_code", *count_columns(indicator)]][scope.table["month"].isin(period.months)]
    codes = pd.Index(sorted(scope.table["facility_code"].unique()), name="facility_code")
    sums = period_sums(rows, indicator, ["facility_code"]).reindex(codes)
    frame = pd.concat([sums, ratio(sums, indicator)], axis=1)
    frame["months"] = frame["months"].fillna(0)
    frame["months_expected"] = len(period.months)
    frame["on_target"] = scope.rule.target(name).holds(frame["numerator"], frame["denominator"])
    enough = frame["months"] >= frame["months_expected"] * MINIMUM_MONTH_SHARE
    frame["comparable"] = enough & frame["value"].notna()
    return frame


def groups(frame: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    """Give each group's name and rows; 'semua' holds all rows."""
    for group in GROUPS:
        yield group, frame if group == "semua" else frame[of_group(frame, group)]


def parts_of(rows: pd.DataFrame, indicator: Indicator) -> list[tuple[list[float], list[float]]]:
    """Return the (numerators, denominators) of each part of an indicator, one number per row."""
    return [
        (rows[p.numerator].astype(float).tolist(), rows[p.denominator].astype(float).tolist()) for p in indicator.parts
    ]


def kind_of(indicator: Indicator) -> Kind:
    """Return what the counts of an indicator are: contacts of many participants (a rate), or a share of cases."""
    return "laju" if indicator.unit == "permil" else "proporsi"


def pairs(facility: pd.DataFrame, name: str, columns: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the facilities that are comparable in both spans, in the same order: (compare, this), by code.

    facility: the table of facility_indicators. name: of the indicator. columns: those that are wanted.
    """
    usable = (facility["indicator"] == name) & facility["comparable"]
    place = pd.Series(np.arange(len(facility)), index=facility["facility_code"])
    spans, usable = facility["span"].to_numpy(), usable.to_numpy(bool, na_value=False)
    this, before = (place[usable & (spans == span)].to_dict() for span in SPANS)
    both = [code for code in this if code in before]
    wanted = facility[["facility_code", *columns]]
    was, now = (wanted.iloc[[places[code] for code in both]] for places in (before, this))
    return was.set_index("facility_code"), now.set_index("facility_code")


def of_group(rows: pd.DataFrame, group: str) -> NDArray[np.bool_]:
    """Return which rows of a table with a column ``group`` belong to a group; 'semua' holds all."""
    return np.ones(len(rows), dtype=bool) if group == "semua" else (rows["group"] == group).to_numpy(bool)


def records_table(records: list[dict[str, Any]], columns: Iterable[str] = ()) -> pd.DataFrame:
    """Return records as a table with nullable types, the same whatever happens to be missing.

    columns: the columns of the table, in order; default those of the records. Numbers become Float64 or Int64, truths
    boolean, all else text.
    """
    frame = pd.DataFrame(records)
    if columns:
        frame = frame.reindex(columns=list(columns))
    kinds = {column: kind for column, given in frame.dtypes.items() if (kind := _kind_of_column(str(column), given))}
    return frame.astype(kinds)


def _kind_of_column(column: str, given: Any) -> str:
    """The type of a column of records; empty where the one that it has may stay."""
    if isinstance(given, pd.PeriodDtype):
        return ""
    if column in _TRUTH:
        return "boolean"
    if column in _WHOLE:
        return "Int64"
    if column in _NUMBER or pd.api.types.is_float_dtype(given) or column.endswith(("_lower", "_upper")):
        return "Float64"
    return "string" if pd.api.types.is_object_dtype(given) else ""


def count_sums(rows: pd.DataFrame, indicator: Indicator, by: list[str]) -> pd.DataFrame:
    """Return the sums and the exact ratio of usable rows by group: count columns, months, value and its fraction."""
    sums = period_sums(rows, indicator, by)
    return pd.concat([sums, ratio(sums, indicator)], axis=1)


def adjust_family(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add p_adjusted (Holm) and tests, their number, to records that form one family; those without p stay without."""
    tested = [r for r in records if r.get("p") is not None]
    for record, p in zip(tested, holm([r["p"] for r in tested]), strict=True):
        record["p_adjusted"], record["tests"] = p, len(tested)
    return records
