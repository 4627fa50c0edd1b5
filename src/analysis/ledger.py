"""The ledger: every value that was wrong, doubtful, changed or left out, with its place and what was done.

The kinds of finding, their level, title and advice are data (``data/reference/findings.yml``); a finding itself only
carries the place, what was read and what was done with it. Nothing is dropped, filled or changed without one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["galat", "peringatan", "catatan"]
LEVELS: tuple[Level, ...] = ("galat", "peringatan", "catatan")


@dataclass(frozen=True)
class Finding:
    """One finding.

    kind: key of the kind in findings.yml.
    file: name of the file, relative to the district's folder.
    sheet: sheet name; empty for CSV and for findings about a whole file.
    row: row number as Excel shows it, from 1; None for findings about a sheet or file.
    column: heading of the column as it stands in the file.
    read: the value as it was read, as text.
    done: what was done with it; Indonesian, one clause.
    facility_code, facility_name, month: which facility-month it concerns, where known (month as "2025-03").
    cell: names of the cells as Excel shows them, "F12, G12"; empty where none can be named.
    """

    kind: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    read: str = ""
    done: str = ""
    facility_code: str = ""
    facility_name: str = ""
    month: str = ""
    cell: str = ""


COLUMNS = tuple(Finding.__dataclass_fields__)


def ledger_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a table with one row each, columns as the fields of Finding, in a stable order."""
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame([asdict(f) for f in findings], columns=list(COLUMNS))
    frame["row"] = frame["row"].astype("Int64")
    for column in COLUMNS:
        if column != "row":
            frame[column] = frame[column].astype("string").fillna("")
    return frame.sort_values(
        ["file", "sheet", "row", "column", "kind"], kind="stable", na_position="first"
    ).reset_index(drop=True)
