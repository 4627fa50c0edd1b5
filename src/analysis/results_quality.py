"""Completeness of the data, findings by kind and unconfirmed rule values, as tables."""

from __future__ import annotations

import pandas as pd

from analysis.contract import expected_months
from analysis.findings import FindingKind
from analysis.indicators import usable
from analysis.ledger import LEVELS
from analysis.results_parts import SPANS, Scope, by_facility, with_listed
from analysis.rules import Rule


def completeness(scope: Scope, facilities: pd.DataFrame) -> pd.DataFrame:
    """Return for every facility and month of both spans how much of the data is usable.

    facilities: table of facilities.csv (closed_since is used).
    Columns: facility_code, facility_name, group, month, span, state: 'lengkap' (all indicators usable), 'sebagian',
    'kosong' (a row without a usable indicator), 'tidak ada' (no row) or 'di luar masa' (no row before the facility's
    first one in all the data, or since the month in which facilities.csv says that it closed; not counted as missing).
    A row that stays away after the last one is missing: late is not closed. So is every row of a facility of
    facilities.csv that is in no file.
    """
    table, names = scope.table, scope.names
    count = pd.DataFrame({n: usable(table, scope.indicators[n]) for n in names}).sum(axis=1)
    state = pd.Series("sebagian", index=table.index, dtype="string")
    state = state.mask(count == len(names), "lengkap").mask(count == 0, "kosong")
    keyed = state.set_axis(pd.MultiIndex.from_frame(table[["facility_code", "month"]]))
    wanted = pd.PeriodIndex([m for months in (scope.period, scope.compare) for m in months.months])
    expected = set(expected_months(table, facilities, wanted))
    who = with_listed(by_facility(table), facilities, {code for code, _ in expected})
    frames = []
    for span, months in zip(SPANS, (scope.period, scope.compare), strict=True):
        full = pd.MultiIndex.from_product([who.index, months.months], names=["facility_code", "month"])
        frames.append(keyed.reindex(full).fillna("tidak ada").rename("state").reset_index().assign(span=span))
    result = pd.concat(frames, ignore_index=True).drop_duplicates(["facility_code", "month", "span"])
    result = result.join(who, on="facility_code")
    outside = [pair not in expected for pair in zip(result["facility_code"], result["month"], strict=True)]
    result["state"] = result["state"].mask(pd.Series(outside) & (result["state"] == "tidak ada"), "di luar masa")
    return result.drop(columns="facility_type")


def finding_counts(ledger: pd.DataFrame, kinds: dict[str, FindingKind]) -> pd.DataFrame:
    """Return the number of findings by kind: kind, level, title, advice, findings, files, facilities."""
    records = []
    for kind, rows in ledger.groupby("kind"):
        description = kinds[str(kind)]
        records.append(
            {
                "kind": kind,
                "level": description.level,
                "title": description.title,
                "advice": description.advice,
                "findings": len(rows),
                "files": rows["file"].nunique(),
                "facilities": rows.loc[rows["facility_code"] != "", "facility_code"].nunique(),
            }
        )
    columns = ["kind", "level", "title", "advice", "findings", "files", "facilities"]
    frame = pd.DataFrame(records, columns=columns)
    order = {level: i for i, level in enumerate(LEVELS)}
    return frame.sort_values(
        ["level", "findings", "kind"],
        key=lambda c: c.map(order) if c.name == "level" else (-c if c.name == "findings" else c),
        ignore_index=True,
    )


def unconfirmed_values(rules: list[Rule]) -> pd.DataFrame:
    """Return every unconfirmed value of every rule: rule, value (its path in the rule file), source."""
    records = [{"rule": r.id, "value": path, "source": source} for r in rules for path, source in r.unconfirmed()]
    return pd.DataFrame(records, columns=["rule", "value", "source"])
