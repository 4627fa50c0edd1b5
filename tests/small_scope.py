"""Small facility-month tables and the scope that the analyses of a report work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from small_report import INDICATORS, RULES

from analysis.contract import facility_months
from analysis.periods import parse_period
from analysis.results_compute import distinct_names, group_of
from analysis.results_parts import Scope, by_facility
from analysis.rules import rule_for

USUAL = {
    "registered": 1000, "contacts": 150, "nonspecialist_referrals": 2, "referrals": 100,
    "dm_controlled": 5, "dm_registered": 100, "ht_controlled": 5, "ht_registered": 100,
}  # fmt: skip


def months(first: str, last: str) -> list[str]:
    """The months from one to another as text."""
    return [str(m) for m in pd.period_range(first, last, freq="M")]


def facility(
    code: str, when: Sequence[str], name: str = "", kind: str = "puskesmas", **counts: int | Sequence[int | None] | None
) -> list[dict[str, Any]]:
    """Rows of one facility: counts of every month alike, or one number a month; USUAL where not given."""
    rows = []
    for i, month in enumerate(when):
        told = {c: v[i] if isinstance(v, Sequence) else v for c, v in counts.items()}
        rows.append(
            {"facility_code": code, "facility_name": name or f"PUSKESMAS {code}", "facility_type": kind,
             "month": pd.Period(month, "M"), **USUAL, **told}
        )  # fmt: skip
    return rows


def table(*facilities: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The facility-month table of these facilities."""
    frame = pd.DataFrame([row for rows in facilities for row in rows])
    return facility_months(frame.assign(district="kabupaten-contoh", source_file="uji.xlsx", source_sheet=""))


def scope(rows: pd.DataFrame, period: str, compare: str) -> Scope:
    """The scope of a report on these rows."""
    this, before = parse_period(period), parse_period(compare)
    rule = rule_for(RULES, this.months[-1])
    assert rule is not None
    data = distinct_names(rows)
    grouped = data.assign(group=group_of(data["facility_type"]))
    grouped["group"] = grouped["facility_code"].map(by_facility(grouped)["group"])
    return Scope(grouped, INDICATORS, [n for n in rule.indicators if n in INDICATORS], rule, this, before)


def holm_by_hand(ps: Sequence[float]) -> list[float]:
    """Holm (1979): the k-th smallest p times the number of tests not yet taken, never below the one before."""
    result, running = [0.0] * len(ps), 0.0
    for taken, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        running = max(running, min(1.0, ps[i] * (len(ps) - taken)))
        result[i] = running
    return result


def same_tables(one: Mapping[str, pd.DataFrame], other: Mapping[str, pd.DataFrame]) -> None:
    """Assert that two sets of tables hold the same rows, to the last digits."""
    assert one.keys() == other.keys()
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], rtol=1e-9, atol=1e-12, obj=name)
