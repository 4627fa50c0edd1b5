"""What each facility lacks to reach a target, and who needs attention, as tables."""

from __future__ import annotations

import json

import pandas as pd

from analysis.bands import Band
from analysis.indicators import ratio
from analysis.results_parts import Scope


def rrns_attention(scope: Scope, facility: pd.DataFrame) -> pd.DataFrame:
    """Return the facilities of the leading group above the RRNS target in the period, worst excess first.

    Columns: facility_code, facility_name, nonspecialist_referrals, referrals, value, lower, upper, months_above
    (month numbers above the target, JSON list), months_used, months_expected, allowed (most non-specialist referrals
    that keep the target with the same referrals), excess (referrals too many), convention.
    """
    band = scope.rule.target("RRNS")
    rows = facility[
        (facility["indicator"] == "RRNS")
        & (facility["span"] == "ini")
        & (facility["group"] == "utama")
        & (facility["on_target"] == False).fillna(False)  # noqa: E712 - nullable boolean
    ].copy()
    fraction = ratio(scope.table, scope.indicators["RRNS"])
    above = ~band.holds(fraction["numerator"], fraction["denominator"]).fillna(True) & scope.table["month"].isin(
        scope.period.months
    )
    months: dict[str, list[int]] = {}
    for code, month in scope.table.loc[above, ["facility_code", "month"]].itertuples(index=False):
        months.setdefault(code, []).append(month.month)
    rows["months_above"] = [json.dumps(sorted(months.get(code, []))) for code in rows["facility_code"]]
    rows["allowed"] = [allowed_nonspecialist(int(r), band) for r in rows["referrals"]]
    rows["excess"] = rows["nonspecialist_referrals"] - rows["allowed"]
    rows["months_used"] = rows["months"]
    columns = [
        "facility_code", "facility_name", "nonspecialist_referrals", "referrals", "value", "lower", "upper",
        "months_above", "months_used", "months_expected", "allowed", "excess", "convention",
    ]  # fmt: skip
    order = ["excess", "facility_name", "facility_code"]
    return rows.sort_values(order, ascending=[False, True, True])[columns].reset_index(drop=True)


def allowed_nonspecialist(referrals: int, band: Band) -> int:
    """Return the most non-specialist referrals that keep the target: floor of the limit, strict limits strict."""
    if band.upper is None:
        return referrals
    limit = band.upper / 100 * referrals
    whole = int(limit)
    return whole if band.upper_closed or limit != whole else max(whole - 1, 0)


def needed_contacts(registered: int, band: Band) -> int:
    """Return the fewest contacts that reach the target: ceiling of the limit per mille."""
    if band.lower is None:
        return 0
    limit = band.lower / 1000 * registered
    whole = -(-limit.numerator // limit.denominator)
    return whole if band.lower_closed or limit != whole else whole + 1


def steps_to_target(scope: Scope, facility: pd.DataFrame) -> pd.DataFrame:
    """Return what each facility lacks, or its reserve, for AK and RRNS over the period (sums of its usable months).

    Columns: facility_code, facility_name, group, indicator, months, limit (contacts needed, or referrals allowed),
    actual, gap (contacts missing or referrals too many; never negative), reserve (the other way; never negative).
    """
    records = []
    rows = facility[(facility["span"] == "ini") & facility["value"].notna()]
    for row in rows.itertuples(index=False):
        if row.indicator == "AK" and "AK" in scope.names:
            limit, actual = needed_contacts(int(row.registered), scope.rule.target("AK")), int(row.contacts)
            lack = limit - actual
        elif row.indicator == "RRNS" and "RRNS" in scope.names:
            limit = allowed_nonspecialist(int(row.referrals), scope.rule.target("RRNS"))
            actual = int(row.nonspecialist_referrals)
            lack = actual - limit
        else:
            continue
        records.append(
            {
                "facility_code": row.facility_code,
                "facility_name": row.facility_name,
                "group": row.group,
                "indicator": row.indicator,
                "months": int(row.months),
                "limit": limit,
                "actual": actual,
                "gap": max(lack, 0),
                "reserve": max(-lack, 0),
            }
        )
    columns = ["facility_code", "facility_name", "group", "indicator", "months", "limit", "actual", "gap", "reserve"]
    return pd.DataFrame(records, columns=columns)
