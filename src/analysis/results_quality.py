"""Completeness, timeliness and consistency of the data, findings by kind, unconfirmed rule values, as tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.contract import expected_months
from analysis.indicators import usable
from analysis.quality import check_table, signal_table
from analysis.quality_checks import Grounds, run_checks
from analysis.quality_population import registered_totals
from analysis.results_parts import SPANS, Scope, by_facility, with_listed
from analysis.rules import Rule

REPLACED = "figures_replaced"
"""Kind of finding: a later file changed the figures of a facility-month."""


def completeness(scope: Scope, facilities: pd.DataFrame) -> pd.DataFrame:
    """Return for every facility and month of both spans how much of the data is usable.

    facilities: table of facilities.csv (closed_since is used).
    Columns: facility_code, facility_name, group, month, span, missing (indicators that are not usable, joined by ', '),
    state: 'lengkap' (all indicators usable), 'sebagian',
    'kosong' (a row without a usable indicator), 'tidak ada' (no row) or 'di luar masa' (no row before the facility's
    first one in all the data, or since the month in which facilities.csv says that it closed; not counted as missing).
    A row that stays away after the last one is missing: late is not closed. So is every row of a facility of
    facilities.csv that is in no file.
    """
    table, names = scope.table, scope.names
    known = pd.DataFrame({n: usable(table, scope.indicators[n]) for n in names})
    count = known.sum(axis=1)
    state = pd.Series("sebagian", index=table.index, dtype="string")
    state = state.mask(count == len(names), "lengkap").mask(count == 0, "kosong")
    lacking = known.apply(lambda row: ", ".join(n for n in names if not row[n]), axis=1).astype("string")
    key = pd.MultiIndex.from_frame(table[["facility_code", "month"]])
    keyed = pd.DataFrame({"state": state.to_numpy(), "missing": lacking.to_numpy()}, index=key).astype("string")
    wanted = pd.PeriodIndex([m for months in (scope.period, scope.compare) for m in months.months])
    expected = set(expected_months(table, facilities, wanted))
    who = with_listed(by_facility(table), facilities, {code for code, _ in expected})
    frames = []
    for span, months in zip(SPANS, (scope.period, scope.compare), strict=True):
        full = pd.MultiIndex.from_product([who.index, months.months], names=["facility_code", "month"])
        states = keyed.reindex(full).fillna({"state": "tidak ada", "missing": ", ".join(names)})
        frames.append(states.reset_index().assign(span=span))
    result = pd.concat(frames, ignore_index=True).drop_duplicates(["facility_code", "month", "span"])
    result = result.join(who, on="facility_code")
    outside = [pair not in expected for pair in zip(result["facility_code"], result["month"], strict=True)]
    not_yet = pd.Series(outside) & (result["state"] == "tidak ada")
    result["state"], result["missing"] = (
        result["state"].mask(not_yet, "di luar masa"),
        result["missing"].mask(not_yet, ""),
    )
    return result.drop(columns="facility_type")


def with_delivery(states: pd.DataFrame, arrivals: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the table of completeness with how each facility-month came.

    arrivals: ``timeliness.arrivals``. ledger: ledger table.
    Added columns: arrival ('pertama', 'kemudian', 'tidak diketahui', 'belum ada' where a row is expected and absent,
    '' outside the facility's time), file (the first one that holds the facility-month), replaced (figures that a later
    file changed).
    """
    result = states.merge(arrivals, on=["facility_code", "month"], how="left")
    absent = result["state"] == "tidak ada"
    result["arrival"] = result["arrival"].fillna("tidak diketahui").mask(absent, "belum ada")
    result["arrival"] = result["arrival"].mask(result["state"] == "di luar masa", "")
    result["file"] = result["file"].fillna("")
    changed = ledger[ledger["kind"] == REPLACED]
    pairs = set(zip(changed["facility_code"], changed["month"], strict=True))
    keys = zip(result["facility_code"], result["month"].astype(str), strict=True)
    result["replaced"] = pd.Series([key in pairs for key in keys], index=result.index, dtype="boolean")
    return result


def completeness_counts(states: pd.DataFrame, names: Sequence[str], by: Sequence[str]) -> pd.DataFrame:
    """Return how many of the expected facility-months are there and usable.

    states: table of with_delivery. names: indicators of the rule. by: columns to count by.
    Columns: those of ``by``, expected, present (with a row), one column for each indicator (usable), complete, later
    (came with a later file only), unknown (nobody can tell when), replaced (figures changed by a later file).
    """
    expected = states[states["state"] != "di luar masa"]
    usable_in = {n: ~expected["missing"].map(lambda text, n=n: n in text.split(", ")).astype("boolean") for n in names}
    marks = expected[list(by)].assign(
        expected=True,
        present=expected["state"] != "tidak ada",
        **usable_in,
        complete=expected["state"] == "lengkap",
        later=expected["arrival"] == "kemudian",
        unknown=expected["arrival"] == "tidak diketahui",
        replaced=expected["replaced"],
    )
    return (
        marks.groupby(list(by), as_index=False, sort=True)
        .sum()
        .astype({c: "Int64" for c in marks.columns if c not in by})
    )


def quality_tables(
    scope: Scope, grounds: Grounds, facilities: pd.DataFrame, arrivals: pd.DataFrame, ledger: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return completeness, timeliness, checks and what they found worth a question.

    completeness: with_delivery. completeness_months, completeness_facilities: completeness_counts by span and month, or
    facility. signals: ``quality.signal_table`` up to the end of the period, with in_period (touches one of the two
    periods). checks: ``quality.check_table`` with in_period, the number of such signals. population:
    ``quality_population.registered_totals`` of the months of both periods.
    """
    states = with_delivery(completeness(scope, facilities), arrivals, ledger)
    last = scope.period.months[-1]
    target = scope.rule.target("AK").lower if "AK" in scope.names else None
    outcomes = run_checks(scope.table, grounds, target, last)
    who = by_facility(scope.table)["facility_name"].to_dict()
    found = signal_table(outcomes, grounds.checks, who)
    spans = [span.months for span in (scope.period, scope.compare)]
    touching = [
        any(first <= months[-1] and months[0] <= end for months in spans)
        for first, end in zip(found["first"], found["last"], strict=True)
    ]
    found["in_period"] = pd.Series(touching, index=found.index, dtype="boolean")
    made = check_table(outcomes, grounds.checks)
    made["in_period"] = made["kind"].map(found[found["in_period"]].groupby("kind").size()).fillna(0).astype("Int64")
    months = {month for span in spans for month in span}
    return {
        "completeness": states,
        "completeness_months": completeness_counts(states, scope.names, ["span", "month"]),
        "completeness_facilities": completeness_counts(states, scope.names, ["span", "facility_name", "facility_code"]),
        "signals": found,
        "checks": made,
        "population": registered_totals(scope.table[scope.table["month"].isin(months)], grounds.population),
    }


def unconfirmed_values(rules: list[Rule]) -> pd.DataFrame:
    """Return every unconfirmed value of every rule: rule, value (its path in the rule file), source."""
    records = [{"rule": r.id, "value": path, "source": source} for r in rules for path, source in r.unconfirmed()]
    return pd.DataFrame(records, columns=["rule", "value", "source"])
