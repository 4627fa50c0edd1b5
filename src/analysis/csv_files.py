"""Tables as CSV for an Indonesian Excel: semicolons, decimal commas, and text that is never a formula."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

_FORMULA = re.compile(r"^\s*(?:[=+@\t\r]|-(?![\d.,\s]*$))")


def as_text(value: object) -> object:
    """Return a cell that a spreadsheet shows and never computes: what looks like a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table: UTF-8 with a mark for Excel, ';' between cells, decimal comma, the same bytes everywhere."""
    safe = table.copy()
    for column in safe.columns:
        if pd.api.types.is_string_dtype(safe[column].dtype) or safe[column].dtype == object:
            safe[column] = safe[column].map(as_text, na_action="ignore")
    safe.to_csv(path, index=False, encoding="utf-8-sig", sep=";", decimal=",", lineterminator="\n")
