"""Patterns worth a question: AK just above its target, values that heap, exemptions that are many or all alike."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy import special

from analysis.extract_shapes import OTHER_REASON, Recorded
from analysis.extract_tacc import UNKNOWN_TACC
from analysis.quality import Check, Outcome, Signal, below_level, first_month
from analysis.quality_jumps import Floats

NO_EXTRACT = {
    "tekanan_sama": "tidak ada berkas kunjungan dengan tekanan darah peserta Prolanis",
    "tacc_besar": "tidak ada berkas rujukan tiap peserta",
    "tacc_sama": "tidak ada berkas rujukan tiap peserta",
    "akhir_bulan": "tidak ada berkas kunjungan yang memuat satu bulan seutuhnya",
}
"""Checks that need extracts, and why each is not made without them."""


@dataclass(frozen=True)
class ExtractCounts:
    """Counts from visit and referral extracts; None where the district has none. Only counts, of no person.

    pressure: facility_code, month, systolic, diastolic (mmHg; null for rare pairs together), visits.
    tacc: of non-specialist outpatient referrals: facility_code, month, tacc (0 none, 1 to 4), reason (text), referrals.
    daily: facility_code, month, day (of the month, from 1), visits.
    """

    pressure: pd.DataFrame | None = None
    tacc: pd.DataFrame | None = None
    daily: pd.DataFrame | None = None

    def of(self, codes: Set[str]) -> ExtractCounts:
        """Return the counts of some facilities."""
        parts = (self.pressure, self.tacc, self.daily)
        return ExtractCounts(*(None if part is None else part[part["facility_code"].isin(codes)] for part in parts))


def extract_counts(cases: pd.DataFrame, recorded: Recorded) -> ExtractCounts:
    """Return what the checks take from extracts; an empty table is none.

    cases: ``extract_shapes.Referrals.cases``.
    """
    pressure, daily = recorded.pressures, recorded.days
    return ExtractCounts(
        None if pressure.empty else pressure,
        None if cases.empty else tacc_counts(cases),
        None if daily.empty else daily,
    )


def tacc_counts(cases: pd.DataFrame) -> pd.DataFrame:
    """Return ExtractCounts.tacc of the outpatient referrals of extracts.

    cases: ``extract_shapes.Referrals.cases``. Only referrals that are surely non-specialist and whose TACC is known.
    """
    known = cases[(cases["nonspecialist"] == 1).fillna(False) & (cases["tacc"] != UNKNOWN_TACC).fillna(False)]
    keys = ["facility_code", "month", "tacc", "reason"]
    return known.fillna({"reason": ""}).groupby(keys, as_index=False)["referrals"].sum()


def bunched_contacts(table: pd.DataFrame, check: Check, target: Fraction, last: pd.Period) -> Outcome:
    """Return the outcome of 'ak_menumpuk': AK in the band from the target to so many per mille above it.

    table: facility-month rows; target: of AK, per mille; last: the last month looked at.
    p: probability of as many months or more in the band if the facility aimed at its very middle every month and missed
    it by no more than ``spread`` times the binomial deviation of its contacts; so it is an upper bound for a facility
    that varies as people do. Each month has its own probability (Poisson binomial); Holm over facilities.
    The band is told from whole numbers, without rounding.
    """
    width = Fraction(str(check["width"]))
    recent = table[table["month"].between(first_month(last, check.whole("months")), last)]
    recent = recent[recent["contacts"].notna() & (recent["registered"] > 0).fillna(False)]
    months, contacts, registered = recent["month"].array, recent["contacts"].tolist(), recent["registered"].tolist()
    chances = _band_chances(float(target), float(width), recent["registered"].to_numpy(float), check["spread"])
    tried = []
    for code, own in sorted(recent.groupby("facility_code").indices.items()):
        if len(own) < check.whole("least_months"):
            continue
        times = sum(target * registered[i] <= 1000 * contacts[i] < (target + width) * registered[i] for i in own)
        tried.append(
            Signal("ak_menumpuk", str(code), months[own].min(), months[own].max(), "AK", observed=float(target),
                   expected=float(target + width), times=times, of=len(own), p=at_least(chances[own].tolist(), times))
        )  # fmt: skip
    return below_level("ak_menumpuk", tried, check["level"])


def _band_chances(target: float, width: float, registered: Floats, spread: float) -> Floats:
    """Probability that AK falls into the band when its middle is aimed at, for each number of participants."""
    share = (target + width / 2) / 1000
    deviation = 1000 * spread * np.sqrt(share * (1 - share) / registered)
    return np.asarray(2 * special.ndtr(width / 2 / deviation) - 1)


def at_least(chances: Sequence[float], times: int) -> float:
    """Return the probability that at least so many of independent events with these probabilities happen (exact)."""
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, [1 - chance, chance])
    return min(1.0, float(distribution[times:].sum()))


def visit_signals(visits: ExtractCounts, checks: dict[str, Check], last: pd.Period) -> list[Outcome]:
    """Return the outcomes of the checks that need extracts; each says so where there is none.

    visits: counts from extracts; last: the last month looked at.
    """
    outcomes = []
    for kind, counts, look in (
        ("tekanan_sama", visits.pressure, heaped_pressure),
        ("tacc_besar", visits.tacc, many_exempted),
        ("tacc_sama", visits.tacc, same_reason),
        ("akhir_bulan", visits.daily, month_end),
    ):
        if counts is None:
            outcomes.append(Outcome(kind, 0, reason=NO_EXTRACT[kind]))
            continue
        check = checks[kind]
        recent = counts[counts["month"].between(first_month(last, check.whole("months")), last)]
        outcomes.append(look(recent, check))
    return outcomes


def heaped_pressure(counts: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'tekanan_sama': one pair of pressures in most visits; counts: ExtractCounts.pressure."""
    value = counts["systolic"].astype("string") + "/" + counts["diastolic"].astype("string")
    return _heaps("tekanan_sama", counts.assign(value=value, number=counts["visits"]), check)


def same_reason(counts: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'tacc_sama': one reason in most exemptions; counts: ExtractCounts.tacc.

    No reason, and reasons that are told together, are no reason that repeats.
    """
    exempted = counts[counts["tacc"] > 0]
    reason = exempted["reason"].mask(exempted["reason"].isin(["", OTHER_REASON]))
    return _heaps("tacc_sama", exempted.assign(value=reason, number=exempted["referrals"]), check)


def _heaps(kind: str, rows: pd.DataFrame, check: Check) -> Outcome:
    """Each facility's commonest value against all its values, and against that value's share elsewhere.

    What has no value counts in the whole only.
    """
    sums = rows.groupby(["value", "facility_code"])["number"].sum().astype(float).unstack("facility_code", fill_value=0)
    records = []
    for code, whole in rows.groupby("facility_code")["number"].sum().astype(float).items():
        value = sums[code].idxmax() if code in sums and sums[code].any() else ""
        part, all_parts = (sums.at[value, code], sums.loc[value].sum()) if value else (0.0, 0.0)
        records.append((str(code), str(value), part, all_parts, whole))
    frame = pd.DataFrame(records, columns=["facility_code", "value", "part", "all_parts", "whole"])
    return _large_shares(kind, frame, rows, check)


def many_exempted(counts: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'tacc_besar': most non-specialist referrals exempted; counts: ExtractCounts.tacc."""
    return _shares("tacc_besar", counts.assign(number=counts["referrals"]), counts["tacc"] > 0, check)


def month_end(counts: pd.DataFrame, check: Check) -> Outcome:
    """Return the outcome of 'akhir_bulan': visits in the last days of the month; counts: ExtractCounts.daily."""
    length = counts["month"].map(lambda month: month.days_in_month)
    late = counts["day"] > length - check.whole("days")
    return _shares("akhir_bulan", counts.assign(number=counts["visits"]), late, check)


def _shares(kind: str, rows: pd.DataFrame, chosen: pd.Series, check: Check) -> Outcome:
    parts = rows["number"].where(chosen, 0).astype(float).groupby(rows["facility_code"]).sum()
    wholes = rows["number"].astype(float).groupby(rows["facility_code"]).sum()
    frame = pd.DataFrame({"part": parts, "whole": wholes}).rename_axis("facility_code").reset_index()
    return _large_shares(kind, frame.assign(value="", all_parts=frame["part"].sum()), rows, check)


def _large_shares(kind: str, frame: pd.DataFrame, rows: pd.DataFrame, check: Check) -> Outcome:
    """Shares above the limit and above the share of the other facilities, beyond chance.

    frame: facility_code, value, part, whole, all_parts (the part of all facilities). p: exact binomial probability of
    as many or more at the larger of the two shares; Holm over facilities.
    """
    total = frame["whole"].sum()
    tried = []
    for row in frame[frame["whole"] >= check["least"]].itertuples(index=False):
        others = total - row.whole
        elsewhere = (row.all_parts - row.part) / others if others > 0 else 0.0
        limit = max(check["share"] / 100, elsewhere)
        months = rows.loc[rows["facility_code"] == row.facility_code, "month"]
        p = float(special.bdtrc(int(row.part) - 1, int(row.whole), limit)) if limit < 1 else 1.0
        tried.append(
            Signal(kind, str(row.facility_code), months.min(), months.max(), "", observed=100 * row.part / row.whole,
                   expected=100 * elsewhere, times=int(row.part), of=int(row.whole), p=p, other=row.value)
        )  # fmt: skip
    return below_level(kind, tried, check["level"])
