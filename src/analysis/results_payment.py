"""What the results cost, as a table."""

from __future__ import annotations

import pandas as pd

from analysis.payment import AMOUNTS
from analysis.results_parts import SPANS, groups


def costs(payments: pd.DataFrame) -> pd.DataFrame:
    """Return gross, withheld and unpriced months per span and group, and in all; without dentists, whom KBK leaves out.

    Columns: span, group, gross, withheld_low, withheld_high (rupiah, sums over priced facility-months; missing where
    none is priced, because nothing priced is not nothing withheld), priced, unpriced (facility-months), unconfirmed
    (any value not confirmed).
    """
    records = []
    judged = payments[(payments["facility_type"] != "dokter_gigi").fillna(True)]
    for span in SPANS:
        rows = judged[judged["span"] == span]
        for group, chosen in groups(rows):
            priced = chosen[chosen["paid_low"].notna()]
            sums = {c: priced[c].sum() if len(priced) else pd.NA for c in AMOUNTS}
            records.append(
                {
                    "span": span,
                    "group": group,
                    **sums,
                    "priced": len(priced),
                    "unpriced": len(chosen) - len(priced),
                    "unconfirmed": bool(priced["unconfirmed"].any()),
                }
            )
    return pd.DataFrame(records).astype(dict.fromkeys(AMOUNTS, "Int64"))
