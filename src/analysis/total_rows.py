"""Rows of totals against the figures above them: a total that fits all columns but one tells that this one was moved.

A total is never used; where it fits no column, it is one of other rows and says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.extents import cell_name, grouped
from analysis.layouts import COUNT_ROLES
from analysis.ledger import Finding
from analysis.number_cells import Count, read_count
from analysis.rows import Row
from analysis.values import Cell, is_blank, shown

FEWEST_FITTING = 3
"""Columns above zero that a total must fit before it says anything about another one."""
FEWEST_PARTS = 3
"""Facilities of a total below which a moved column is not told from a slip of the pen."""


@dataclass(frozen=True)
class Total:
    """A row that is no facility. row: its number as Excel shows it. cells: of counts, by role."""

    row: int
    cells: Mapping[str, Cell]


def judge_totals(rows: Sequence[Row], totals: Sequence[Total]) -> list[Finding]:
    """Make counts doubtful that were pasted one row too high or too low over their total; tell of other differences.

    rows: facilities of one table, in its order, with their counts. totals: its rows that are no facilities.
    """
    findings: list[Finding] = []
    starts = [0, *(total.row for total in totals)]
    for (before, _), total in zip([*pairwise(starts)], totals, strict=True):
        groups = ([row for row in rows if before < row.row < total.row], [row for row in rows if row.row < total.row])
        parts = max(groups, key=lambda group: len(_fitting(group, total)))
        if len(_fitting(parts, total)) >= FEWEST_FITTING and len({row.month for row in parts}) == 1:
            findings += _judge(parts, total)
    return findings


def _number(cell: Cell) -> int | None:
    return read_count(cell).value


def _fitting(parts: Sequence[Row], total: Total) -> list[str]:
    """The columns whose total is the sum of the parts, and more than nothing."""
    sums = {role: _sum(parts, role) for role in total.cells} if len(parts) > 1 else {}
    return [role for role, value in sums.items() if value and value == _number(total.cells[role])]


def _sum(parts: Sequence[Row], role: str) -> int | None:
    """The sum of a column; None where a count is in doubt. A blank one adds nothing."""
    counts = [row.counts.get(role, Count()) for row in parts]
    return None if any(count.doubt for count in counts) else sum(count.value or 0 for count in counts)


def _judge(parts: Sequence[Row], total: Total) -> list[Finding]:
    fitting = _fitting(parts, total)
    others = [role for role in COUNT_ROLES if role in total.cells and role not in fitting]
    if len(others) >= len(fitting):
        return []
    findings = []
    for role in others:
        printed, summed = _number(total.cells[role]), _sum(parts, role)
        if summed is None:
            continue
        if read := _moved(parts, total, role, printed, summed):
            done = "angka kolom itu tidak dipakai"
            findings.append(parts[0].column_finding("column_moved", role, read=read, done=done))
            for row in parts:
                row.counts[role] = Count(doubt="column_moved")
        elif printed is not None and not any(row.counts[role].value is None for row in parts) and printed != summed:
            findings.append(_differs(parts[0], total, role, summed))
    return findings


def _moved(parts: Sequence[Row], total: Total, role: str, printed: int | None, summed: int) -> str:
    """Say how a column stands a row too high, or some too low; empty where it does not.

    Too low, its first cells are blank and a facility's figure is in the total. Too high, the total is the last figure.
    """
    *others, last = parts
    blank = [is_blank(row.cells[role]) for row in parts]
    lower = blank.index(False) if False in blank else len(blank)
    if len(parts) - lower < FEWEST_PARTS or any(blank[lower:]):
        return ""
    if lower and printed is not None and printed < summed:
        numbers = ", ".join(str(row.row) for row in parts[:lower])
        return f"baris {numbers} kosong; baris jumlah {total.row} berisi {shown(total.cells[role])}"
    value = last.counts[role].value
    above = sum(row.counts[role].value or 0 for row in others)
    if not lower and is_blank(total.cells[role]) and value and value >= above:
        return f"baris jumlah {total.row} kosong; baris {last.row} berisi {shown(last.cells[role])}"
    return ""


def _differs(first: Row, total: Total, role: str, summed: int) -> Finding:
    read = f"tertulis {shown(total.cells[role])}, hasil penjumlahan {grouped(summed)}"
    cell = cell_name(total.row - 1, first.columns[role])
    done = "angka fasilitasnya tetap dipakai; perlu dicek"
    month = str(first.month)
    heading = first.headings[role]
    return Finding("total_differs", first.file, first.sheet, total.row, heading, read, done, month=month, cell=cell)
