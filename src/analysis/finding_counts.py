"""How many findings of each kind a ledger holds."""

from __future__ import annotations

import pandas as pd

from analysis.findings import FindingKind
from analysis.ledger import LEVELS


def finding_counts(ledger: pd.DataFrame, kinds: dict[str, FindingKind]) -> pd.DataFrame:
    """Return the number of findings by kind: kind, level, title, advice, findings, files, facilities."""
    records = []
    for kind, rows in ledger.groupby("kind"):
        description = kinds[str(kind)]
        records.append(
            {
                "kind": kind,
                "level": description.level,
                "title": description.title,
                "advice": description.advice,
                "findings": len(rows),
                "files": rows["file"].nunique(),
                "facilities": rows.loc[rows["facility_code"] != "", "facility_code"].nunique(),
            }
        )
    columns = ["kind", "level", "title", "advice", "findings", "files", "facilities"]
    frame = pd.DataFrame(records, columns=columns)
    order = {level: i for i, level in enumerate(LEVELS)}
    return frame.sort_values(
        ["level", "findings", "kind"],
        key=lambda c: c.map(order) if c.name == "level" else (-c if c.name == "findings" else c),
        ignore_index=True,
    )
