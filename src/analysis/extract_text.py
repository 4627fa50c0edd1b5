"""Cells of a workbook and values of a message as the text that an extract has in CSV."""

from __future__ import annotations

import datetime as dt

from analysis.values import Fault


def cell_text(value: object) -> str:
    """Return a cell as CSV text: dates as 2024-03-05, whole numbers without a decimal point, faults blank."""
    if value is None or isinstance(value, Fault):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
