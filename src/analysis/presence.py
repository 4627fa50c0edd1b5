"""Facilities that have no rows where some are expected, and rows of facilities that are said to be closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis.contract import closing_months, opening_months
from analysis.ledger import Finding
from analysis.periods import month_label, months_label
from analysis.rows import Row


def presence(rows: Sequence[Row], facilities: pd.DataFrame) -> list[Finding]:
    """Say which facilities have no rows up to the last month of all files, or rows after they closed.

    rows: of certain facilities; one without any figure says nothing of a month in which the facility was not open.
    facilities: facilities.csv, of which one without a single row is told too.
    """
    closed, opened = closing_months(facilities), opening_months(facilities)
    rows = [row for row in rows if row.told or not _shut(row, opened, closed)]
    if not rows:
        return []
    last: dict[str, Row] = {}
    for row in rows:
        if row.code.value not in last or row.month >= last[row.code.value].month:
            last[row.code.value] = row
    end = max(row.month for row in rows)
    findings = []
    for code, row in sorted(last.items()):
        since = closed.get(code)
        finding = Finding("", facility_code=code, facility_name=row.name)
        if since is not None and row.month >= since:
            read = f"closed_since {month_label(since)}; baris terakhir {month_label(row.month)} ({row.file})"
            done = "barisnya tetap dipakai"
            kind, month = "facility_closed_with_rows", str(row.month)
            findings.append(replace(finding, kind=kind, month=month, read=read, done=done))
            continue
        until = end if since is None else min(end, since - 1)
        if row.month < until:
            first = row.month + 1
            read = f"baris terakhir {month_label(row.month)}"
            done = _missing(first, until)
            findings.append(replace(finding, kind="facility_without_rows", month=str(first), read=read, done=done))
    begin = min(row.month for row in rows)
    return findings + _late(rows, facilities, begin) + _never_seen(last, facilities, begin, end)


def _shut(row: Row, opened: Mapping[str, pd.Period], closed: Mapping[str, pd.Period]) -> bool:
    since, until = opened.get(row.code.value), closed.get(row.code.value)
    return (since is not None and row.month < since) or (until is not None and row.month >= until)


def _late(rows: Sequence[Row], facilities: pd.DataFrame, begin: pd.Period) -> list[Finding]:
    """Say whose first row comes after the month since which facilities.csv says that it cooperates."""
    first: dict[str, Row] = {}
    for row in rows:
        if row.code.value not in first or row.month < first[row.code.value].month:
            first[row.code.value] = row
    opened = opening_months(facilities)
    findings = []
    for code, row in sorted(first.items()):
        since = max(begin, opened.get(code, row.month))
        if since < row.month:
            read = f"cooperating_since {month_label(opened[code])}; baris pertama {month_label(row.month)} ({row.file})"
            finding = Finding("facility_late_first_row", read=read, done=_missing(since, row.month - 1))
            findings.append(replace(finding, facility_code=code, facility_name=row.name, month=str(since)))
    return findings


def _never_seen(seen: Collection[str], facilities: pd.DataFrame, begin: pd.Period, end: pd.Period) -> list[Finding]:
    """Say which facilities of facilities.csv have no row in any file, though they were open in some month of the data.

    Dentists are in no file of KBK figures.
    """
    closed, opened = closing_months(facilities), opening_months(facilities)
    findings = []
    for code, name, kind in facilities[["code", "name", "type"]].itertuples(index=False):
        since = max(begin, opened.get(code, begin))
        until = end if code not in closed else min(end, closed[code] - 1)
        if code in seen or _text(kind) == "dokter_gigi" or since > until:
            continue
        done = _missing(since, until)
        finding = Finding("facility_never_seen", read="tercantum di facilities.csv", done=done, facility_code=code)
        findings.append(replace(finding, facility_name=_text(name), month=str(since)))
    return findings


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _missing(first: pd.Period, last: pd.Period) -> str:
    months = months_label({first, last})
    return f"{months} dihitung sebagai data yang kurang"
