"""Referrals of non-specialist cases by diagnosis, clinic and reason, as complete tables for the RRNS section."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.extract_tacc import NO_TACC
from analysis.periods import Period

_NOT_GIVEN = "tidak disebut"
_WITHOUT_CODE = {
    "diagnosis": "tanpa kode ICD-10 yang terbaca",
    "clinic": "tanpa kode poli yang terbaca",
}
"""What the referrals are told as that have no code: the cell is blank, or holds other text, which is not published."""
REFERRAL_TABLES = ("referral_diagnoses", "referral_clinics", "referral_pairs", "referral_tacc")
PAIRS = "referral_pairs"


def referral_tables(
    cases: pd.DataFrame, period: Period, names: Mapping[str, str], tacc_names: Mapping[int, str]
) -> dict[str, pd.DataFrame]:
    """Return the tables of REFERRAL_TABLES for the months of a period, largest first; empty ones without extracts.

    cases: ``extract_shapes.Referrals``. names: plain code → name of a diagnosis in the list of 144. tacc_names: code →
    name of what excuses a referral.
    referral_diagnoses: diagnosis, name, referrals, share (percent of the non-specialist referrals without TACC).
    referral_clinics: clinic, referrals, share. referral_pairs: diagnosis, name, clinic, referrals.
    referral_tacc: tacc (its name), reason, referrals, share (percent of the non-specialist referrals with TACC).
    """
    rows = cases[cases["month"].isin(period.months) & (cases["nonspecialist"] == 1)]
    free, excused = rows[rows["tacc"] == NO_TACC], rows[rows["tacc"].isin(list(tacc_names))]
    excused = excused.assign(tacc=excused["tacc"].map(dict(tacc_names)).astype("string"))
    diagnoses = _named(with_share(_sums(free, ["diagnosis"])), names)
    pairs = _named(_sums(free, ["diagnosis", "clinic"]), names)
    return {
        "referral_diagnoses": diagnoses[["diagnosis", "name", "referrals", "share"]],
        "referral_clinics": with_share(_sums(free, ["clinic"])),
        "referral_pairs": pairs[["diagnosis", "name", "clinic", "referrals"]],
        "referral_tacc": with_share(_sums(excused, ["tacc", "reason"])),
    }


def with_share(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with share, the percent of each row's referrals among those of all its rows."""
    referrals = table["referrals"].astype("Float64")
    return table.assign(share=100 * referrals / referrals.sum() if len(table) else referrals)


def _named(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    return table.assign(name=pd.array([names.get(code, "") for code in table["diagnosis"]], dtype="string"))


def _sums(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return sums by keys, largest first; columns keys, referrals."""
    told = {key: rows[key].astype("string").fillna("").replace("", _WITHOUT_CODE.get(key, _NOT_GIVEN)) for key in keys}
    sums = rows.assign(**told).groupby(keys)["referrals"].sum().reset_index()
    sums = sums.sort_values(["referrals", *keys], ascending=[False, *[True] * len(keys)], ignore_index=True)
    return sums.astype({**dict.fromkeys(keys, "string"), "referrals": "Int64"})
