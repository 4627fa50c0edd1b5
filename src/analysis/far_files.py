"""Files whose months lie years away from those of all other files: the year in a name is easily mistyped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from analysis.ledger import Finding
from analysis.periods import months_label
from analysis.rows import Row

FAR = 24
"""Months from every month of the other files beyond which a file is worth a question."""
FEWEST_FILES = 3


def far_files(rows: Sequence[Row]) -> list[Finding]:
    """Tell of files all of whose months lie far from those of every other file; their figures stand.

    rows: all that were read of a district. Of two files nobody can say which one is wrong.
    """
    months: defaultdict[str, set[pd.Period]] = defaultdict(set)
    for row in rows:
        months[row.file].add(row.month)
    findings = []
    for file, own in sorted(months.items()):
        others = set().union(*(held for name, held in months.items() if name != file))
        if len(months) < FEWEST_FILES or min((abs((a - b).n) for a in own for b in others), default=0) <= FAR:
            continue
        read = f"{months_label(own)}; berkas lain {months_label(others)}"
        findings.append(Finding("file_of_a_far_time", file, read=read, done="angkanya tetap dipakai"))
    return findings
