"""Share of the same facilities on target in two periods, and the family of headline tests, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.adjustment import holm
from analysis.estimates import wilson
from analysis.paired import mcnemar_mid_p, paired_share_change, tango_share_change
from analysis.results_parts import GROUPS, Scope, groups, of_group, pairs, records_table

_TOLD = ["group", "facility_code", "facility_name", "span", "reason"]
"""What is told of a facility that is not comparable."""


def target_shares(scope: Scope, facility: pd.DataFrame) -> pd.DataFrame:
    """Return the share of facilities on target in both periods, over the same facilities.

    Columns: group, indicator, both, rose, fell, neither (counts), share_before, share_after, their Wilson limits,
    rose_names, fell_names (lists of names as JSON text), excluded_names (list as JSON text: code, name and reason of
    each span), p_mid (mid-p of McNemar), tango_lower, tango_upper (Tango's score interval of the change), the fields of
    Estimate (change; interval after Newcombe, p of the exact McNemar test).
    """
    records = []
    for name in scope.names:
        before, after = pairs(facility, name, ["group", "facility_name", "on_target"])
        apart = facility[_TOLD][(facility["indicator"] == name) & ~facility["comparable"]]
        was, now = (rows["on_target"].to_numpy(bool) for rows in (before, after))
        for group, out in groups(apart):
            chosen = of_group(after, group)
            records.append({"group": group, "indicator": name, **_share(was[chosen], now[chosen], after[chosen], out)})
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


def _share(was: NDArray[np.bool_], now: NDArray[np.bool_], after: pd.DataFrame, apart: pd.DataFrame) -> dict[str, Any]:
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
        "rose_names": _names(after["facility_name"][~was & now]),
        "fell_names": _names(after["facility_name"][was & ~now]),
        "excluded_names": _excluded(apart, set(after.index)),
        "p_mid": mcnemar_mid_p(counts["rose"], counts["fell"]),
        "tango_lower": tango.lower,
        "tango_upper": tango.upper,
        **asdict(paired_share_change(**counts)),
    }


def _names(names: Iterable[str]) -> str:
    return json.dumps(sorted(names), ensure_ascii=False)


def _excluded(apart: pd.DataFrame, included: set[str]) -> str:
    reasons: dict[tuple[str, str], dict[str, str]] = {}
    columns = [apart[column].tolist() for column in ("facility_name", "facility_code", "span", "reason")]
    for name, code, span, reason in zip(*columns, strict=True):
        if code not in included:
            reasons.setdefault((name, code), {})[span] = reason
    entries = [{"code": code, "name": name, **told} for (name, code), told in sorted(reasons.items())]
    return json.dumps(entries, ensure_ascii=False)
