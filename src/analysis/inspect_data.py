"""Short looks at cleaned data for the cleaning notebook."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analysis.clean import Cleaned
from analysis.finding_counts import finding_counts
from analysis.findings import load_kinds
from analysis.workspace import Workspace


def files(cleaned: Cleaned) -> pd.DataFrame:
    """Return one row per input file: name, layout, months, rows and checksum."""
    return pd.DataFrame([asdict(f) for f in cleaned.files])


def findings(cleaned: Cleaned) -> pd.DataFrame:
    """Return the number of findings by kind, most serious first."""
    return finding_counts(cleaned.ledger, load_kinds(Workspace.current().reference))


def table_head(cleaned: Cleaned, rows: int = 20) -> pd.DataFrame:
    """Return the newest rows of the facility-month table; rows: how many, default 20."""
    return cleaned.table.sort_values(["month", "facility_name"], ascending=[False, True]).head(rows)
