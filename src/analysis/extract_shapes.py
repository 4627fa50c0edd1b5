"""What the reading of visits gives: counts only, as tables with fixed columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.ledger import Finding
from analysis.sources import SourceFile

NUMERATORS = ("contacts", "referrals", "nonspecialist_referrals", "dm_controlled", "ht_controlled")
"""Counts of the facility-month table that visits give."""
OTHER_REASON = "lainnya"
"""What a reason is told as that P-Care does not offer: many different texts, which may hold anything."""


@dataclass(frozen=True)
class Doubts:
    """Rows of one file that something is wrong with, as counts.

    rows: all that are visits, or may be. no_visit: rows of headings, sums and blanks, which are none. The other counts
    are of visits.
    """

    rows: int
    no_visit: int
    other_heading: int
    cancelled: int
    attendance_unknown: int
    day_swapped: int
    card_blank: int
    card_unreadable: int
    card_identity: int
    card_pseudonym: int
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


def no_cases() -> pd.DataFrame:
    """Return an empty table of ``Referrals.cases``."""
    texts = ("diagnosis", "basis", "reason", "clinic", "destination", "destination_name")
    return _empty(texts, ("nonspecialist", "tacc", "referrals"))


def no_doctors() -> pd.DataFrame:
    """Return an empty table of ``Referrals.doctors``."""
    return _empty(("doctor",), ("referrals", "nonspecialist", "excused"))


def no_pressures() -> pd.DataFrame:
    """Return an empty table of ``Recorded.pressures``."""
    return _empty((), ("systolic", "diastolic", "visits"))


def no_days() -> pd.DataFrame:
    """Return an empty table of ``Recorded.days``."""
    return _empty((), ("day", "visits"))


def _empty(texts: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"facility_code": pd.Series(dtype="string"), "month": pd.PeriodIndex([], freq="M")})
    return frame.assign(
        **{column: pd.Series(dtype="string") for column in texts},
        **{column: pd.Series(dtype="Int64") for column in numbers},
    )


@dataclass(frozen=True)
class Recorded:
    """How visits are recorded, as counts by the facility of the visit. A participant's day at a facility is one visit.

    pressures: visits of members of Prolanis with a blood pressure: facility_code, month, systolic, diastolic (whole
    mmHg; both null for pairs that are counted together), visits. Two pressures of one day are two visits.
    days: of months that extracts cover: facility_code, month, day (of the month, from 1), visits.
    """

    pressures: pd.DataFrame = field(default_factory=no_pressures)
    days: pd.DataFrame = field(default_factory=no_days)


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
    recorded: how visits are recorded.
    files: the extracts with layout, months and rows. findings: all as counts.
    """

    table: pd.DataFrame = field(default_factory=no_counts)
    referrals: Referrals | None = None
    recorded: Recorded = field(default_factory=Recorded)
    files: list[SourceFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
