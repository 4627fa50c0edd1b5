"""Counts of visits into the facility-month table: the recap stays the figure, what it lacks is counted from visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

import pandas as pd

from analysis import formats as fmt
from analysis.contract import facility_months
from analysis.extract_shapes import NUMERATORS, Recorded, VisitCounts, no_cases, no_doctors
from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.own_district import OwnDistrict
from analysis.values import is_full_code

_PAIRS = {
    "contacts": "registered",
    "dm_controlled": "dm_registered",
    "ht_controlled": "ht_registered",
    "nonspecialist_referrals": "referrals",
}
"""Numerator and the count that it may not exceed."""
_KEY = ["facility_code", "month"]


@dataclass(frozen=True)
class Facilities:
    """What is known of the facilities of a district beside the table.

    slug: folder of the district. own: tells whether the extract names this district.
    listed: code → name of facilities.csv; types: code → type there. renewed: former code → present code.
    """

    slug: str
    own: OwnDistrict
    listed: Mapping[str, str]
    types: Mapping[str, str]
    renewed: Mapping[str, str]


def with_visits(
    table: pd.DataFrame, visits: VisitCounts, facilities: Facilities, layouts: Layouts
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the facility-month table with what the recaps lack counted from visits.

    table: ``contract.facility_months``; may be empty. visits: counts of the extracts.
    Findings: one for each facility-month that gained a count or whose counts differ.
    A ratio is never made of two sources: non-specialist referrals are only taken beside the referrals they belong to.
    """
    if visits.table.empty:
        return table, []
    counts, findings = _own(visits.table, table, facilities)
    if counts.empty:
        return table, findings
    merged = table.merge(counts, on=_KEY, how="outer", suffixes=("", "_visits"))
    labels: dict[str, str] = dict(layouts.labels.items())
    gained: dict[int, list[str]] = {}
    differing: dict[int, list[str]] = {}
    for role in ("referrals", *(name for name in NUMERATORS if name != "referrals")):
        recap, counted = merged[role], merged[f"{role}_visits"]
        fits = _fits(merged, role, counted)
        fill = recap.isna() & counted.notna() & fits
        label = labels[role]
        for place in merged.index[fill]:
            gained.setdefault(place, []).append(f"{label} {fmt.number(counted[place])}")
        unequal = (recap != counted).fillna(False) & recap.notna() & counted.notna()
        for place in merged.index[unequal | (recap.isna() & counted.notna() & ~fits)]:
            of_recap = "kosong" if pd.isna(recap[place]) else fmt.number(recap[place])
            text = f"{label} {of_recap} di rekap, {fmt.number(counted[place])} dari kunjungan"
            differing.setdefault(place, []).append(text)
        merged[role] = recap.mask(fill, counted)
    merged = _named(merged, facilities, layouts)
    added = merged["source_file"].isna()
    merged["source_file"] = merged["source_file"].fillna(merged["files"])
    merged["source_sheet"] = merged["source_sheet"].fillna("")
    for kind, told, done in (
        ("counted_from_visits", gained, "dihitung dari kunjungan"),
        ("visits_differ", differing, "angka rekap tetap dipakai"),
    ):
        findings += [
            Finding(
                kind, str(merged.at[place, "files"]), read="; ".join(texts), done=done,
                facility_code=str(merged.at[place, "facility_code"]),
                facility_name=str(merged.at[place, "facility_name"]), month=str(merged.at[place, "month"]),
            )
            for place, texts in sorted(told.items())
        ]  # fmt: skip
    empty = added & merged[list(NUMERATORS)].isna().all(axis=1)
    return facility_months(merged.loc[~empty, list(table.columns)]), findings


def own_recorded(visits: VisitCounts, table: pd.DataFrame, facilities: Facilities, least: int) -> Recorded:
    """Return how visits are recorded at the facilities of the table, under their present codes.

    table: facility-months of the district. least: a pair of blood pressures that no facility has in so many visits is
    counted with the other rare ones of its facility and month.
    """
    recorded = visits.recorded
    pressures, days = (_of_table(counts, table, facilities) for counts in (recorded.pressures, recorded.days))
    pair = ["systolic", "diastolic"]
    often = pressures.groupby(["facility_code", *pair])["visits"].sum()
    common = often[often >= least].index.droplevel("facility_code")
    rare = ~pd.MultiIndex.from_frame(pressures[pair]).isin(common)
    pressures = pressures.assign(**{column: pressures[column].mask(rare) for column in pair})
    return Recorded(
        pressures.groupby([*_KEY, *pair], as_index=False, dropna=False)["visits"].sum(),
        days.groupby([*_KEY, "day"], as_index=False)["visits"].sum(),
    )


def own_referrals(
    visits: VisitCounts, table: pd.DataFrame, facilities: Facilities
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return referrals by case and by doctor, of the facilities of the table only, under their present codes.

    table: facility-months of the district. Tables: ``extract_counts.Referrals``, cases and doctors.
    """
    if visits.referrals is None:
        return no_cases(), no_doctors()
    cases, doctors = (
        _of_table(counts, table, facilities) for counts in (visits.referrals.cases, visits.referrals.doctors)
    )
    doctors = doctors.groupby([*_KEY, "doctor"], as_index=False)[["referrals", "nonspecialist", "excused"]].sum()
    return cases.reset_index(drop=True), doctors[list(no_doctors())]


def _of_table(counts: pd.DataFrame, table: pd.DataFrame, facilities: Facilities) -> pd.DataFrame:
    """Counts of the facilities of the table, under their present codes."""
    codes = set(table["facility_code"])
    present = _present_codes(counts["facility_code"], codes, facilities)
    counts = counts.assign(facility_code=pd.array(present, dtype="string"))
    return counts[counts["facility_code"].isin(codes)]


def _own(counts: pd.DataFrame, table: pd.DataFrame, facilities: Facilities) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the counts of the district's facilities under their present codes."""
    known = {*table["facility_code"], *facilities.listed}
    codes = _present_codes(counts["facility_code"], known, facilities)
    counts = counts.assign(facility_code=pd.array(codes, dtype="string"))
    findings = []
    is_code = counts["facility_code"].isin(known) | counts["facility_code"].map(is_full_code).astype(bool)
    if unknown := counts.loc[~is_code, "facility_code"].nunique():
        read = f"{fmt.number(unknown)} isi kolom"
        findings.append(Finding("visits_without_code", read=read, done="kunjungannya tidak dihitung"))
    counts = counts[is_code]
    is_own = (
        counts["facility_code"].isin(known)
        if known
        else counts["area"].map(lambda area: area in facilities.own).astype(bool)
    )
    if others := counts.loc[~is_own, "facility_code"].nunique():
        read = f"{fmt.number(others)} fasilitas"
        findings.append(Finding("visits_other_facility", read=read, done="kunjungannya tidak dihitung"))
    counts = counts[is_own].astype(dict.fromkeys(NUMERATORS, "Int64"))
    # Two spellings or codes of one facility in one month: a person may stand under both.
    double = counts.duplicated(_KEY, keep=False)
    counts.loc[double, list(NUMERATORS)] = pd.NA
    return counts.drop_duplicates(_KEY).rename(columns={"facility_name": "name_in_visits"}), findings


def _present_codes(codes: Iterable[str], known: Set[str], facilities: Facilities) -> list[str]:
    """Present codes of facilities: renewed ones, and those that lost their leading zeros where that is no question."""
    full: dict[str, str] = {}
    for code in sorted(known):
        full[code.lstrip("0")] = "" if code.lstrip("0") in full else code
    newest = [facilities.renewed.get(code, code) for code in codes]
    return [code if code in known else full.get(code, "") or code for code in newest]


def _fits(merged: pd.DataFrame, role: str, counted: pd.Series) -> pd.Series:
    """Whether a count may stand beside the others of its row: not above its denominator, and of the same source."""
    if role == "referrals":
        other = merged["nonspecialist_referrals"]
        return (other.isna() | (other == merged["nonspecialist_referrals_visits"])).fillna(False).astype(bool)
    denominator = merged[_PAIRS[role]]
    fits = (denominator.isna() | (counted <= denominator)).fillna(False)
    if role == "nonspecialist_referrals":
        fits &= (denominator == merged["referrals_visits"]).fillna(False)
    return fits.astype(bool)


def _named(merged: pd.DataFrame, facilities: Facilities, layouts: Layouts) -> pd.DataFrame:
    """Give added rows district, name and type of their facility."""
    known = merged.dropna(subset=["facility_name"]).sort_values("month").groupby("facility_code")
    names, types = known["facility_name"].last().to_dict(), known["facility_type"].last().to_dict()
    told = merged.dropna(subset=["name_in_visits"]).groupby("facility_code")["name_in_visits"].max().to_dict()
    records = []
    for row in merged[["facility_code", "facility_name", "facility_type", "source_file"]].itertuples(index=False):
        code = str(row.facility_code)
        name = row.facility_name
        if pd.isna(name):
            name = names.get(code) or facilities.listed.get(code) or told.get(code) or code
        kind = row.facility_type
        if pd.isna(row.source_file):
            kind = _first(types.get(code), facilities.types.get(code), layouts.type_from_name(str(name)))
        records.append((name, kind))
    frame = pd.DataFrame(records, columns=["facility_name", "facility_type"], index=merged.index, dtype="string")
    return merged.assign(district=facilities.slug, **{column: frame[column] for column in frame})


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value is not None and not pd.isna(value) and value), None)
