"""Published counts of facilities by zone: shares, the printed percents as a check, and what the change allows."""

from __future__ import annotations

import pandas as pd

from analysis.estimates import wilson
from analysis.published import ZONES, Zone
from analysis.published_shares import ALPHA, conclusion, most_against_significant, paired_range, possible_counts

COMPARED: tuple[Zone, ...] = ("TIDAK AMAN", "PRESTASI")
"""Zones whose change has a good and a bad direction; 'aman' lies between them and can grow from both sides."""


def zone_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each zone per month with Wilson's interval and the check of the printed percent.

    table: rows of published zones. Columns out: month, zone, count, total, share, lower, upper (0 to 1), printed (as in
    the source), agrees (whether the count rounds to the printed percent).
    """
    records = []
    for row in table.itertuples(index=False):
        estimate = wilson(int(row.count), int(row.total))
        records.append(
            {
                "month": row.month,
                "zone": row.zone,
                "count": int(row.count),
                "total": int(row.total),
                "share": estimate.value,
                "lower": estimate.lower,
                "upper": estimate.upper,
                "printed": row.percent,
                "agrees": int(row.count) in possible_counts(row.percent, int(row.total)),
            }
        )
    return pd.DataFrame(records).sort_values(
        ["month", "zone"], key=lambda c: c.map(ZONES.index) if c.name == "zone" else c, ignore_index=True
    )


def zone_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the change of each compared zone from the first to the last month over every possible pairing.

    table: rows of published zones. Columns out: zone, month_before, month_after (text), before, after, total, change,
    most_against, p_smallest, p_largest, limit_against (see published_shares.implications), conclusion, adjusted
    (the conclusion when both tests share the level 0.05, Bonferroni), reason (why there is no range; else empty).
    """
    first, last = table["month"].min(), table["month"].max()
    wide = table.pivot(index="month", columns="zone", values="count")
    totals = table.groupby("month")["total"].first()
    records = []
    for zone in COMPARED:
        before, after, n = int(wide.at[first, zone]), int(wide.at[last, zone]), int(totals[last])
        record = {
            "zone": zone,
            "month_before": str(first),
            "month_after": str(last),
            "before": before,
            "after": after,
            "total": n,
            "change": after - before,
            "reason": "",
        }
        if totals.nunique() > 1:
            record["reason"] = "jumlah FKTP tidak sama di semua bulan"
        else:
            limits = paired_range(n, before, after)
            record |= {
                "most_against": limits.most_against,
                "p_smallest": limits.smallest,
                "p_largest": limits.largest,
                "limit_against": most_against_significant(n, before, after),
                "conclusion": conclusion(limits.smallest, limits.largest),
                "adjusted": conclusion(limits.smallest, limits.largest, ALPHA / len(COMPARED)),
            }
        records.append(record)
    columns = [
        "zone", "month_before", "month_after", "before", "after", "total", "change", "most_against", "p_smallest",
        "p_largest", "limit_against", "conclusion", "adjusted", "reason",
    ]  # fmt: skip
    frame = pd.DataFrame(records).reindex(columns=columns)
    return frame.astype(
        {"most_against": "Int64", "limit_against": "Int64", "p_smallest": "Float64", "p_largest": "Float64"}
    )
