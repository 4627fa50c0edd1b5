"""Text whose columns are aligned by blanks, as printers and old programs write it → rows of cells.

A column ends where all lines of the table have two blanks or more; where a line shows two fields in one column, the
text is none that can be parted without doubt. A database draws a line of hyphens under each heading, which tells where
the columns are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from analysis.values import Cell

FEWEST_FIELDS = 4
"""Fields of a line that make it one of the table."""
FEWEST_LINES = 3
"""Lines of the table, its headings among them."""
_FIELD = re.compile(r"\S+(?: \S+)*")
_GAP = 2
_RULE = re.compile(r" *-+(?: +-+)+ *")
_LONGEST_HEAD = 60
"""Lines among which that of the hyphens is looked for."""


def fixed_width(lines: Sequence[str]) -> list[list[Cell]] | None:
    """Return the cells of each line; None where the lines are no table aligned by blanks.

    A line with fewer fields, as a title, is one cell.
    """
    if (spans := _ruled(lines)) is not None:
        return _under_rule(lines, spans)
    if any("\t" in line for line in lines):
        return None
    fields = [list(_FIELD.finditer(line)) for line in lines]
    of_table = [number for number, found in enumerate(fields) if len(found) >= FEWEST_FIELDS]
    if len(of_table) < FEWEST_LINES or 2 * len(of_table) < sum(bool(line.strip()) for line in lines):
        return None
    columns = _columns([lines[number] for number in of_table])
    if len(columns) < FEWEST_FIELDS:
        return None
    rows: list[list[Cell]] = []
    for number, (line, found) in enumerate(zip(lines, fields, strict=True)):
        if number in of_table:
            cells = [line[start:end].strip() for start, end in columns]
            if len(found) != sum(map(bool, cells)):
                return None
            rows.append([*cells])
        else:
            rows.append([line.strip()])
    return rows


def _ruled(lines: Sequence[str]) -> list[tuple[int, int]] | None:
    """First place of each column and the one after its last, by the hyphens below the headings; None without these."""
    for above, line in pairwise(lines[:_LONGEST_HEAD]):
        if above.strip() and _RULE.fullmatch(line):
            spans = [found.span() for found in re.finditer("-+", line)]
            if len(spans) >= FEWEST_FIELDS and _cells_at(above, spans) is not None:
                return spans
    return None


def _under_rule(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[list[Cell]] | None:
    """The cells of each line; a line with text between the columns is one cell, and the hyphens are a blank line."""
    rows: list[list[Cell]] = []
    for line in lines:
        cells = None if _RULE.fullmatch(line) else _cells_at(line, spans)
        rows.append([*cells] if cells else [""] if _RULE.fullmatch(line) else [line.strip()])
    filled = [row for row in rows if any(row)]
    return rows if sum(len(row) == len(spans) for row in filled) >= FEWEST_LINES and filled else None


def _cells_at(line: str, spans: Sequence[tuple[int, int]]) -> list[str] | None:
    """A line parted at the columns, the last of which reaches to its end; None where text stands between two."""
    ends = [start for start, _ in spans[1:]] + [len(line)]
    if any(line[end:start].strip() for (_, end), (start, _) in pairwise(spans)):
        return None
    return [line[start:end].strip() for (start, _), end in zip(spans, ends, strict=True)]


def _columns(lines: Sequence[str]) -> list[tuple[int, int]]:
    """First place and the one after the last of each column: what stands between gaps that all lines share."""
    width = max(map(len, lines))
    blank = [all(place >= len(line) or line[place] == " " for line in lines) for place in range(width)] + [True] * _GAP
    columns: list[tuple[int, int]] = []
    start = None
    for place in range(width + 1):
        if start is None and not blank[place]:
            start = place
        elif start is not None and all(blank[place : place + _GAP]):
            columns.append((start, place))
            start = None
    return columns
