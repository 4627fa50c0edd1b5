"""Months without any activity at all: a form that was laid out and not filled in, not a month without patients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from analysis.ledger import Finding
from analysis.periods import month_label
from analysis.rows import Row

FEWEST_ROWS = 3
"""Facilities that must all be without any activity before their month is taken for one not filled in."""
_ACTIVITY = ("contacts", "referrals", "nonspecialist_referrals", "dm_controlled", "ht_controlled")


def without_zeros(rows: Sequence[Row]) -> tuple[list[Row], list[Finding]]:
    """Return the rows of a table that hold figures, and findings for those that hold nothing but zeros.

    rows: of one table, with their counts. A month is left out where no facility of it has any activity; a single row
    without activity stays, with a finding.
    """
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    kept, findings = [], []
    for month, group in months.items():
        if len(group) >= FEWEST_ROWS and all(map(_is_idle, group)):
            numbers = ", ".join(str(row.row) for row in group)
            read = f"baris {numbers}: kontak, rujukan, dan peserta terkendali 0"
            done = f"{month_label(month)} dianggap belum diisi; baris tidak dipakai"
            findings.append(group[0].column_finding("month_of_zeros", read=read, done=done))
            continue
        for row in group:
            if _is_idle(row):
                columns = [role for role in _ACTIVITY if role in row.counts]
                findings.append(row.finding("row_without_activity", *columns, read="0", done="angka tetap dipakai"))
            kept.append(row)
    order = {id(row): place for place, row in enumerate(rows)}
    return sorted(kept, key=lambda row: order[id(row)]), findings


def _is_idle(row: Row) -> bool:
    """True where the contacts are zero, and all other activity is zero or blank."""
    counts = [row.counts[role] for role in _ACTIVITY if role in row.counts]
    contacts = row.counts.get("contacts")
    return contacts is not None and contacts.value == 0 and all(c.value in {0, None} and not c.doubt for c in counts)
