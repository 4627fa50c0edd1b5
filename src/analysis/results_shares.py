"""Share of the same facilities on target in two periods, and the family of headline tests, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.adjustment import holm
from analysis.estimates import wilson
from analysis.paired import mcnemar_mid_p, paired_share_change, tango_share_change
from analysis.results_parts import GROUPS, Scope, pairs, records_table


def target_shares(scope: Scope, facility: pd.DataFrame) -> pd.DataFrame:
    """Return the share of facilities on target in both periods, over the same facilities.

    Columns: group, indicator, both, rose, fell, neither (counts), share_before, share_after, their Wilson limits,
    rose_names, fell_names (lists of names as JSON text), excluded_names (list as JSON text: code, name and reason of
    each span), p_mid (mid-p of McNemar), tango_lower, tango_upper (Tango's score interval of the change), the fields of
    Estimate (change; interval after Newcombe, p of the exact McNemar test).
    """
    records = []
    for name in scope.names:
        before, after = pairs(facility, name)
        rows = facility[facility["indicator"] == name]
        for group in GROUPS:
            chosen = after.index if group == "semua" else after.index[after["group"] == group]
            everyone = rows if group == "semua" else rows[rows["group"] == group]
            records.append(
                {"group": group, "indicator": name, **_share(before.loc[chosen], after.loc[chosen], everyone)}
            )
    return records_table(records)


def adjust_for_number(*tables: pd.DataFrame) -> None:
    """Add p_adjusted (Holm) and tests (their number) to tables of tests: all tests of one group are one family."""
    for group in GROUPS:
        places = [(t, i) for t in tables for i in t.index[(t["group"] == group) & t["p"].notna()]]
        adjusted = holm([float(t.at[i, "p"]) for t, i in places])
        for (table, i), p in zip(places, adjusted, strict=True):
            table.loc[i, ["p_adjusted", "tests"]] = [float(p), len(places)]
    for table in tables:
        for column in ("p_adjusted", "tests"):
            table[column] = (
                table[column].astype("Float64") if column in table else pd.array([pd.NA] * len(table), dtype="Float64")
            )


def _share(before: pd.DataFrame, after: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, Any]:
    was, now = before["on_target"].astype(bool), after["on_target"].astype(bool)
    counts = {
        "both": int((was & now).sum()),
        "rose": int((~was & now).sum()),
        "fell": int((was & ~now).sum()),
        "neither": int((~was & ~now).sum()),
    }
    tango = tango_share_change(**counts)
    n = len(after)
    shares: dict[str, float | None] = {}
    for label, reached in (("before", int(was.sum())), ("after", int(now.sum()))):
        estimate = wilson(reached, n)
        shares |= {
            f"share_{label}": estimate.value,
            f"share_{label}_lower": estimate.lower,
            f"share_{label}_upper": estimate.upper,
        }
    return {
        **counts,
        **shares,
        "rose_names": _names(after.loc[~was & now, "facility_name"]),
        "fell_names": _names(after.loc[was & ~now, "facility_name"]),
        "excluded_names": _excluded(everyone, set(after.index)),
        "p_mid": mcnemar_mid_p(counts["rose"], counts["fell"]),
        "tango_lower": tango.lower,
        "tango_upper": tango.upper,
        **asdict(paired_share_change(**counts)),
    }


def _names(names: Iterable[str]) -> str:
    return json.dumps(sorted(names), ensure_ascii=False)


def _excluded(rows: pd.DataFrame, included: set[str]) -> str:
    left = rows[~rows["facility_code"].isin(included) & ~rows["comparable"]]
    reasons: dict[tuple[str, str], dict[str, str]] = {}
    for row in left.itertuples(index=False):
        reasons.setdefault((row.facility_name, row.facility_code), {})[row.span] = row.reason
    entries = [{"code": code, "name": name, **told} for (name, code), told in sorted(reasons.items())]
    return json.dumps(entries, ensure_ascii=False)
