"""When a facility-month came, as far as files can tell: with the first delivery of its month, or only with a later one.

A file says which months it holds and, by its name or by reaching further, that it replaces another. It does not say on
which day it was received: dates inside a file or on the disk change with every copy, so none is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd

from analysis.doubles import Edition, editions
from analysis.rows import Row

Arrival = Literal["pertama", "kemudian", "tidak diketahui"]
"""pertama: in the month's first delivery. kemudian: absent from it, present in a file that replaces it.
tidak diketahui: the first file that holds the month reaches beyond it or is a revision: it came at any time."""
COLUMNS = ("facility_code", "month", "arrival", "file")


def arrivals(rows: Sequence[Row]) -> pd.DataFrame:
    """Return for each facility-month how it came.

    rows: every row of a facility that was read, before those of one facility-month are settled.
    Columns: facility_code, month (Period), arrival (Arrival), file (the first one that holds the facility-month). One
    row for each facility-month that stands in a file, by facility and month.
    """
    known = editions(rows)
    holding: defaultdict[pd.Period, set[str]] = defaultdict(set)
    of_facility: defaultdict[tuple[str, pd.Period], set[str]] = defaultdict(set)
    for row in rows:
        holding[row.month].add(row.file)
        of_facility[row.code.value, row.month].add(row.file)
    first = {month: _earliest(files, known) for month, files in holding.items()}
    records = []
    for (code, month), files in sorted(of_facility.items()):
        early = files & first[month]
        timely = {f for f in early if known[f].last == month and not known[f].revision}
        arrival: Arrival = "pertama" if timely else "tidak diketahui" if early else "kemudian"
        records.append((code, month, arrival, min(timely or early or _earliest(files, known))))
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    return frame.astype({"facility_code": "string", "month": "period[M]", "arrival": "string", "file": "string"})


def _earliest(files: set[str], known: Mapping[str, Edition]) -> set[str]:
    """The files that replace no other one of them."""
    return {f for f in files if not any(known[f].replaces(known[g]) for g in files)}
