"""What the reading of visits gives: counts only, as tables with fixed columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.ledger import Finding
from analysis.sources import SourceFile

NUMERATORS = ("contacts", "referrals", "nonspecialist_referrals", "dm_controlled", "ht_controlled")
"""Counts of the facility-month table that visits give."""
TACC_NAMES = {1: "Time", 2: "Age", 3: "Complication", 4: "Comorbidity"}
"""What excuses the referral of a non-specialist case, by P-Care's code."""


@dataclass(frozen=True)
class Doubts:
    """Rows of one file that something is wrong with, as counts."""

    rows: int
    card_blank: int
    card_unreadable: int
    day_blank: int
    day_unreadable: int
    day_other_order: int
    early: int
    home_blank: int
    place_blank: int


@dataclass(frozen=True)
class Referrals:
    """Counts of referrals, each visit once.

    monthly: facility_code, month, referrals (outpatient), nonspecialist (of them without TACC), excused (non-specialist
    with TACC), undecided (nobody can tell whether non-specialist), doubtful (visits whose rows contradict each
    other, or do not tell whether they are outpatient referrals).
    cases: outpatient referrals by facility_code, month, diagnosis, nonspecialist (1, 0, null), basis, tacc, reason,
    clinic, destination, destination_name; column referrals.
    doctors: facility_code, month, doctor, referrals, nonspecialist, excused.
    repeated: rows beyond the first of a visit. unnumbered: referrals without a number of the visit.
    """

    monthly: pd.DataFrame
    cases: pd.DataFrame
    doctors: pd.DataFrame
    repeated: int
    unnumbered: int


def no_counts() -> pd.DataFrame:
    """Return an empty table of ``VisitCounts``."""
    frame = pd.DataFrame({"facility_code": pd.Series(dtype="string"), "month": pd.PeriodIndex([], freq="M")})
    for column in NUMERATORS:
        frame[column] = pd.Series(dtype="Int64")
    for column in ("files", "facility_name", "area"):
        frame[column] = pd.Series(dtype="string")
    return frame


@dataclass(frozen=True)
class VisitCounts:
    """What the extracts of a district give.

    table: facility_code, month, NUMERATORS (nullable whole numbers), files (names, joined), facility_name, area (name
    and district of the facility as the extracts have them; may be empty).
    referrals: ``extract_counts.Referrals``; None without any.
    files: the extracts with layout, months and rows. findings: all as counts.
    """

    table: pd.DataFrame = field(default_factory=no_counts)
    referrals: Referrals | None = None
    files: list[SourceFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def no_cases() -> pd.DataFrame:
    """Return an empty table of ``Referrals.cases``."""
    texts = ("diagnosis", "basis", "reason", "clinic", "destination", "destination_name")
    return _empty(texts, ("nonspecialist", "tacc", "referrals"))


def no_doctors() -> pd.DataFrame:
    """Return an empty table of ``Referrals.doctors``."""
    return _empty(("doctor",), ("referrals", "nonspecialist", "excused"))


def _empty(texts: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"facility_code": pd.Series(dtype="string"), "month": pd.PeriodIndex([], freq="M")})
    return frame.assign(
        **{column: pd.Series(dtype="string") for column in texts},
        **{column: pd.Series(dtype="Int64") for column in numbers},
    )
