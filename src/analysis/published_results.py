"""The computing step of districts with published figures: read, compute, save."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.chosen_periods import require_earlier
from analysis.demonstration import ensure_data
from analysis.district import District, load_district
from analysis.errors import DataError, ParameterError
from analysis.periods import Period, parse_period
from analysis.published import PublishedKind, periods_present, printed_number, read_published
from analysis.published_shares import (
    ALPHA,
    N_MAX,
    denominators_with_remainder,
    fitting_denominators,
    implications,
    paired_range,
    possible_counts,
    separate_denominators,
)
from analysis.published_zones import zone_changes, zone_shares
from analysis.results import Results
from analysis.rules import Rule, load_rules, rule_for
from analysis.workspace import Workspace

LISTED_DATE = "September 2022"
"""Month of the Ministry's list of puskesmas in data/reference/puskesmas.csv."""


def published_figures(workspace: Workspace, slug: str) -> pd.DataFrame:
    """Return the published figures of a district as a table; see published.read_published."""
    ensure_data(workspace, slug)
    return read_published(workspace.raw_of(slug), kind_of(slug, load_district(workspace, slug)))


def kind_of(slug: str, district: District) -> PublishedKind:
    """Return the kind of published figures; raise ParameterError for a district with monthly files."""
    if district.kind == "kbk":
        raise ParameterError(
            f"“{slug}” berisi berkas KBK bulanan, bukan angka terbitan. "
            "Pakai notebook 01_clean, 02_trends, dan 03_report."
        )
    return district.kind


def published_periods(workspace: Workspace, slug: str) -> list[str]:
    """Return the codes of the periods with published figures, oldest first; the last one is the default of a report."""
    return [p.code for p in periods_present(published_figures(workspace, slug))]


def compute_published(workspace: Workspace, slug: str, period: str = "", compare: str = "") -> Results:
    """Compute everything that the report of a district with published figures says, save it and return it.

    period: code of a published period; default the latest. compare: published shares only, the period compared with;
    default the published one before.
    Raises DataError when the asked figures are not published; it lists those that are.
    """
    table = published_figures(workspace, slug)
    district = load_district(workspace, slug)
    kind = kind_of(slug, district)
    chosen = choose_published(table, period)
    rule = _rule(workspace, chosen)
    if kind == "published_shares":
        before = _compared(table, chosen, compare)
        results = share_results(table, chosen, before, rule, listed=_listed(workspace, district, table))
    else:
        if compare:
            raise DataError(
                "Angka zona dibandingkan di dalam periodenya sendiri, dari bulan pertama ke bulan terakhir. "
                f"Kosongkan --compare (tertulis: {compare})."
            )
        results = zone_results(table, chosen, rule)
    results.facts["district"] = slug
    results.save(workspace.results_of(slug, chosen.code))
    return results


def choose_published(table: pd.DataFrame, period: str = "") -> Period:
    """Return the asked period if it is published, else raise DataError; an empty word means the latest."""
    present = periods_present(table)
    if not present:
        raise DataError("published.csv belum memuat satu periode lengkap; lengkapi bulan-bulannya menurut sumber.")
    if not period:
        return present[-1]
    asked = parse_period(period)
    if asked not in present:
        raise DataError(f"Tidak ada angka terbitan untuk {asked.label}. Yang terbit: {_codes(present)}.")
    return asked


def share_results(table: pd.DataFrame, period: Period, compare: Period, rule: Rule, *, listed: int | None) -> Results:
    """Return the results of two published shares.

    listed: facilities of the area in the Ministry's list; None when unknown.
    Tables: published (the rows of both periods), implications, separate (see published_shares).
    """
    rows = table[table["period"].isin([period.code, compare.code])].reset_index(drop=True)
    shares = rows[rows["measure"] == "share_on_target"].set_index("period")
    before, after = shares.loc[compare.code], shares.loc[period.code]
    percents = (str(before["value"]), str(after["value"]))
    numbers = [printed_number(p) for p in percents]
    margin = sum(Decimal(5).scaleb(int(n.as_tuple().exponent) - 1) for n in numbers)
    said = sorted({int(n) for n in (before["n"], after["n"]) if pd.notna(n)})
    invited = rows[(rows["measure"] == "invited_off_target") & (rows["period"] == period.code)]
    count = int(invited["value"].iloc[0]) if len(invited) else None
    difference = numbers[1] - numbers[0]
    facts: dict[str, Any] = {
        "period": period.code,
        "compare": compare.code,
        "rule": rule.id,
        "tariffs": [],
        "indicator": str(after["indicator"]),
        "before": percents[0],
        "after": percents[1],
        "change": float(difference),
        "change_decimals": -int(difference.as_tuple().exponent),
        "change_margin": float(margin),
        "n_max": N_MAX,
        "n_said": said,
        "listed": listed,
        "listed_date": LISTED_DATE,
        "fitting_before": len(fitting_denominators(percents[:1])),
        "fitting_after": len(fitting_denominators(percents[1:])),
        "always_from": None if said else _always_from(percents),
        "invited": count,
        "invited_denominators": denominators_with_remainder(percents[1], count) if count else [],
    }
    candidates = None if not said else said if len(said) == 1 else []
    tables = {
        "published": rows,
        "implications": implications(percents, candidates=candidates),
        "separate": separate_denominators(percents),
    }
    return Results(facts, tables)


def _always_from(percents: tuple[str, str]) -> int | None:
    """The first fitting number above N_MAX, up to twice that, with p always below 0.05; None if there is none."""
    for n in range(N_MAX + 1, 2 * N_MAX + 1):
        before, after = (possible_counts(p, n) for p in percents)
        if any(paired_range(n, k, m).largest < ALPHA for k in before for m in after):
            return n
    return None


def zone_results(table: pd.DataFrame, period: Period, rule: Rule) -> Results:
    """Return the results of published zones: tables published, shares and changes (see published_zones)."""
    rows = table[table["month"].isin(period.months)].reset_index(drop=True)
    if rule.method != "zones":
        raise DataError(
            f"{rule.short} yang berlaku pada {period.label} tidak mengenal zona; periksa bulan di sumbernya."
        )
    facts = {
        "period": period.code,
        "compare": "",
        "rule": rule.id,
        "tariffs": [],
        "indicator": str(rows["indicator"].iloc[0]),
        "printed_sums": [
            {"month": str(month), "sum": float(sum(printed_number(p) for p in of_month))}
            for month, of_month in rows.groupby("month")["percent"]
        ],
    }
    return Results(facts, {"published": rows, "shares": zone_shares(rows), "changes": zone_changes(rows)})


def _rule(workspace: Workspace, period: Period) -> Rule:
    rule = rule_for(load_rules(workspace.reference), period.months[-1])
    if rule is None:
        raise DataError(f"Tidak ada aturan KBK yang pasti untuk {period.label}; laporan tidak dapat dibuat.")
    return rule


def _compared(table: pd.DataFrame, period: Period, compare: str) -> Period:
    present = periods_present(table)
    if compare:
        asked = parse_period(compare)
        require_earlier(asked, period)
        if asked not in present:
            others = _codes([p for p in present if p != period])
            raise DataError(f"Tidak ada angka terbitan untuk pembanding {asked.label}. Yang terbit: {others}.")
        return asked
    earlier = present[: present.index(period)]
    if not earlier:
        raise DataError(
            f"Tidak ada angka terbitan sebelum {period.label} untuk dibandingkan. Yang terbit: {_codes(present)}."
        )
    return earlier[-1]


def _codes(periods: list[Period]) -> str:
    return ", ".join(f"{p.code} ({p.label})" for p in periods) or "tidak ada"


def _listed(workspace: Workspace, district: District, figures: pd.DataFrame) -> int | None:
    """Number of puskesmas of a province or district in the Ministry's list; None when it says nothing of them."""
    path = workspace.reference / "puskesmas.csv"
    counted = set(figures.loc[figures["measure"] == "share_on_target", "unit_of_analysis"])
    if counted != {"puskesmas"} or not path.is_file() or not district.codes.kemendagri:
        return None
    listing = pd.read_csv(path, dtype="string")
    column = "kode_provinsi" if district.level == "provinsi" else "kode_kabkota"
    return int((listing[column] == district.codes.kemendagri).sum()) or None
