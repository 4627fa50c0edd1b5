"""The ledger: every value that was wrong, doubtful, changed or left out, with its place and what was done.

The kinds of finding, their level, title and advice are data (``data/reference/findings.yml``); a finding itself only
carries the place, what was read and what was done with it. Nothing is dropped, filled or changed without one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from analysis.identifiers import hidden

if TYPE_CHECKING:
    import pandas as pd

    from analysis.people import Names

Level = Literal["galat", "peringatan", "catatan"]
LEVELS: tuple[Level, ...] = ("galat", "peringatan", "catatan")


@dataclass(frozen=True)
class Finding:
    """One finding; numbers that may belong to a person are replaced in every text as it is made.

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

    def __post_init__(self) -> None:
        for name in _TEXTS:
            object.__setattr__(self, name, hidden(getattr(self, name)))

    def without(self, people: Names) -> Finding:
        """Return the finding without the names of persons."""
        texts: dict[str, Any] = {name: people.hidden(getattr(self, name)) for name in _QUOTED}
        return replace(self, **texts)


COLUMNS = tuple(Finding.__dataclass_fields__)
_QUOTED = ("sheet", "column", "read", "done", "facility_name")
_TEXTS = ("file", "sheet", "column", "read", "done", "facility_code", "facility_name")


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
