"""Referrals of non-specialist cases by diagnosis, clinic and reason, as tables for the RRNS section.

Small numbers of persons are not shown: a count from 1 to HIDDEN_BELOW - 1 goes into the remainder, and a remainder that
would let it be computed takes the smallest shown row along.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.extract_tacc import NO_TACC
from analysis.periods import Period

HIDDEN_BELOW = 5
"""Counts of persons below this one are not shown."""
SHOWN = 15
"""Rows of a table."""
OTHERS = "lainnya"
UNKNOWN = "tidak disebut"
REFERRAL_TABLES = ("referral_diagnoses", "referral_clinics", "referral_pairs", "referral_tacc")


def referral_tables(
    cases: pd.DataFrame, period: Period, names: Mapping[str, str], tacc_names: Mapping[int, str]
) -> dict[str, pd.DataFrame]:
    """Return the tables of REFERRAL_TABLES for the months of a period; empty ones without extracts.

    cases: ``extract_shapes.Referrals``. names: plain code → name of a diagnosis in the list of 144. tacc_names: code →
    name of what excuses a referral.
    referral_diagnoses: diagnosis, name, referrals, share (percent of the non-specialist referrals without TACC).
    referral_clinics: clinic, referrals, share. referral_pairs: diagnosis, name, clinic, referrals.
    referral_tacc: tacc (its name), reason, referrals, share (percent of the non-specialist referrals with TACC).
    """
    rows = cases[cases["month"].isin(period.months) & (cases["nonspecialist"] == 1)]
    free, excused = rows[rows["tacc"] == NO_TACC], rows[rows["tacc"].isin(list(tacc_names))]
    excused = excused.assign(tacc=excused["tacc"].map(dict(tacc_names)).astype("string"))
    diagnoses = _named(_shown(free, ["diagnosis"]), names)
    pairs = _named(_shown(free, ["diagnosis", "clinic"]), names)
    return {
        "referral_diagnoses": diagnoses[["diagnosis", "name", "referrals", "share"]],
        "referral_clinics": _shown(free, ["clinic"]),
        "referral_pairs": pairs[["diagnosis", "name", "clinic", "referrals"]],
        "referral_tacc": _shown(excused, ["tacc", "reason"]),
    }


def _named(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    return table.assign(name=pd.array([names.get(code, "") for code in table["diagnosis"]], dtype="string"))


def _shown(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return sums by keys, largest first, the small and the many in one last row; columns keys, referrals, share."""
    sums = rows.groupby(keys, dropna=False)["referrals"].sum().reset_index()
    for key in keys:
        sums[key] = sums[key].astype("string").fillna("").replace("", UNKNOWN)
    sums = sums.groupby(keys)["referrals"].sum().reset_index()
    sums = sums.sort_values(["referrals", *keys], ascending=[False, *[True] * len(keys)], ignore_index=True)
    total = int(sums["referrals"].sum())
    large = int((sums["referrals"] >= HIDDEN_BELOW).sum())
    kept = min(large, SHOWN)
    rest = total - int(sums["referrals"].iloc[:kept].sum())
    # A remainder of a few persons would be as good as their number: it takes the next larger rows along.
    while kept and 0 < rest < HIDDEN_BELOW:
        kept -= 1
        rest += int(sums["referrals"].iloc[kept])
    if 0 < rest < HIDDEN_BELOW:
        rest = 0  # nothing else to hide it among: the table says nothing
    table = sums.iloc[:kept]
    if rest:
        table = pd.concat([table, pd.DataFrame([{**dict.fromkeys(keys, OTHERS), "referrals": rest}])])
    shown = int(table["referrals"].sum()) if len(table) else 0
    share = (100 * table["referrals"].astype("Float64") / shown) if shown else pd.Series(dtype="Float64")
    kinds = {**dict.fromkeys(keys, "string"), "referrals": "Int64"}
    return table.assign(share=share).astype({**kinds, "share": "Float64"}).reset_index(drop=True)
