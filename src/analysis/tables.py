"""Sheet of cells → rows of facilities: headings found wherever they stand, totals and notes told from facilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.layouts import COUNT_ROLES, PRINTED, Layout, Layouts, Role
from analysis.ledger import Finding
from analysis.months import Claim, claims, month_without_column
from analysis.sources import Document, Sheet
from analysis.values import (
    Cell,
    Code,
    Count,
    Ratio,
    clean_text,
    is_blank,
    read_code,
    read_count,
    read_month,
    read_ratio,
    shown,
    split_code_and_name,
)

FEWEST_HEADINGS = 4
"""Known headings that make a row the heading row."""
_TABLE: tuple[Role, ...] = (*COUNT_ROLES, *PRINTED)


@dataclass(slots=True)
class Row:
    """One row of a facility, as read.

    raw_month: month as the column has it; month: service month.
    counts, ratios: readings by role; cells: the cells they were read from.
    headings: role → heading as it stands in the file; shared by all rows of a table.
    """

    file: str
    sheet: str
    row: int
    layout: str
    headings: Mapping[str, str]
    district: str
    code: Code
    code_text: str
    name: str
    type_word: str
    raw_month: pd.Period
    month: pd.Period
    counts: dict[str, Count]
    ratios: dict[str, Ratio]
    cells: dict[str, Cell]

    def finding(self, kind: str, *columns: str, read: str, done: str) -> Finding:
        """Return a finding at this row; ``columns`` are roles, shown by their headings in the file."""
        headings = ", ".join(self.headings[role] for role in columns if role in self.headings)
        facility = (self.code.value, self.name, str(self.month))
        return Finding(kind, self.file, self.sheet, self.row, headings, read, done, *facility)


@dataclass
class Table:
    """The facilities of one sheet, and the month that its names claim."""

    sheet: str
    layout: str = ""
    rows: list[Row] = field(default_factory=list)
    has_month: bool = False
    said: list[Claim] = field(default_factory=list)
    unknown_headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Head:
    """The heading row: its position, the role of each column, and the layout."""

    position: int
    roles: dict[int, Role]
    layout: Layout
    headings: dict[str, str]

    @property
    def column(self) -> dict[Role, int]:
        """Role → position."""
        return {role: position for position, role in self.roles.items()}


def read_tables(
    document: Document, sheets: Sequence[Sheet], layouts: Layouts, paid_later: bool
) -> tuple[list[Table], list[Finding]]:
    """Return the tables of a file's visible sheets.

    paid_later: True where the column Bulan Kapitasi holds the payment month, one after the service month.
    A sheet without the needed columns, or whose month is unknown or contradicted, is refused with a finding.
    """
    heads: list[tuple[Sheet, _Head]] = []
    refused: list[Finding] = []
    for sheet in sheets:
        head, problem = _head(document, sheet, layouts)
        if head is not None:
            heads.append((sheet, head))
        elif problem is not None:
            refused.append(problem)
    heads, findings = _without_recaps(document, heads, layouts)
    tables = []
    for sheet, head in heads:
        table, more = _table(document, sheet, head, layouts, paid_later)
        findings += more
        tables.append(table)
    findings += _refusals(document, refused, bool(heads), layouts)
    tables, more = _agreeing_with_file(document, tables)
    return tables, findings + more + _unknown_headings(document, tables)


def _head(document: Document, sheet: Sheet, layouts: Layouts) -> tuple[_Head | None, Finding | None]:
    best: tuple[int, int, dict[int, Role]] = (0, 0, {})
    for position, cells in enumerate(sheet.rows[:60]):
        roles = layouts.roles(cells)
        known = len(set(roles.values()) - {"ignored"})
        if known > best[0]:
            best = (known, position, roles)
    known, position, roles = best
    named: dict[str, str] = {role: clean_text(sheet.rows[position][place]) for place, role in roles.items()}
    if known < FEWEST_HEADINGS:
        if all(is_blank(cell) for cells in sheet.rows for cell in cells):
            return None, None
        read = f"judul yang dikenal: {', '.join(named.values()) or 'tidak ada'}"
        return None, Finding("sheet_without_table", document.name, sheet.name, read=read, done="lembar tidak dipakai")
    layout = layouts.match(set(roles.values()), document.kind)
    if layout is None:
        missing = ", ".join(layouts.missing(set(roles.values()), document.kind))
        found = ", ".join(dict.fromkeys(clean_text(c) for c in sheet.rows[position] if not is_blank(c)))
        return None, Finding(
            "sheet_columns_missing", document.name, sheet.name, position + 1,
            read=f"tidak ada: {missing}; ada: {found}", done="lembar tidak dipakai",
        )  # fmt: skip
    unique, double = _unique(sheet, position, roles)
    if double:
        return None, Finding(
            "sheet_columns_double", document.name, sheet.name, position + 1,
            read=", ".join(double), done="lembar tidak dipakai",
        )  # fmt: skip
    return _Head(position, unique, layout, named), None


def _unique(sheet: Sheet, head: int, roles: dict[int, Role]) -> tuple[dict[int, Role], list[str]]:
    """One column for each role: of columns with the same role and content the first, else they are named as double."""
    columns: dict[Role, list[int]] = {}
    for position, role in roles.items():
        if role != "ignored":
            columns.setdefault(role, []).append(position)
    unique, double = {}, []
    for role, positions in columns.items():
        contents: dict[tuple[str, ...], int] = {}
        for position in positions:
            cells = tuple(clean_text(row[position]) if position < len(row) else "" for row in sheet.rows[head + 1 :])
            if any(cells):
                contents.setdefault(cells, position)
        if len(contents) > 1:
            double.append(clean_text(sheet.rows[head][positions[0]]))
        unique[next(iter(contents.values()), positions[0])] = role
    return unique, double


def _table(
    document: Document, sheet: Sheet, head: _Head, layouts: Layouts, paid_later: bool
) -> tuple[Table, list[Finding]]:
    column = head.column
    title = [clean_text(cell) for cells in sheet.rows[: head.position] for cell in cells if not is_blank(cell)]
    said = claims(document.stem, sheet.name, title)
    month_role: Role | None = next((role for role in ("service_month", "month") if role in column), None)
    body = sheet.rows[head.position + 1 :]
    if month_role and all(is_blank(_at(cells, column[month_role])) for cells in body):
        month_role = None
    table = Table(
        sheet.name, head.layout.id, has_month=month_role is not None,
        said=[c for c in said if c.place != "nama berkas"], unknown_headings=_unknown(sheet, head, layouts),
    )  # fmt: skip
    fixed = None
    if month_role is None:
        fixed, clash = month_without_column(said, [document.stem, sheet.name, *title])
        if fixed is None:
            kind = "sheet_month_clash" if clash else "sheet_month_unknown"
            return table, [Finding(kind, document.name, sheet.name, read=clash, done="lembar tidak dipakai")]
    shift = 1 if paid_later and month_role == "month" else 0
    reader = _Reader(document, sheet, head, layouts, month_role, fixed, shift)
    for index, cells in enumerate(body, start=head.position + 1):
        if reader.read(index, cells, table.rows):
            break
    findings = reader.findings + reader.summary()
    if not table.rows and not reader.findings:
        findings.append(Finding("sheet_without_rows", document.name, sheet.name, done="tidak ada yang dibaca"))
    if month_role is not None:
        table.rows, more = _agreeing(document.name, sheet.name, table)
        findings += more
    return table, findings


def _unknown(sheet: Sheet, head: _Head, layouts: Layouts) -> tuple[str, ...]:
    known = layouts.roles(sheet.rows[head.position])
    cells = enumerate(sheet.rows[head.position])
    return tuple(dict.fromkeys(clean_text(c) for i, c in cells if i not in known and not is_blank(c)))


def _at(cells: Sequence[Cell], position: int | None) -> Cell:
    return cells[position] if position is not None and position < len(cells) else None


@dataclass
class _Reader:
    """Reads the rows under one heading row; collects findings and the rows that are no facilities."""

    document: Document
    sheet: Sheet
    head: _Head
    layouts: Layouts
    month_role: Role | None
    fixed: pd.Period | None
    shift: int
    findings: list[Finding] = field(default_factory=list)
    summaries: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.column = self.head.column
        self.known = sorted(self.head.roles)
        self.heading_cells = self.sheet.rows[self.head.position]
        self.measured = [role for role in _TABLE if role in self.column]

    def read(self, index: int, cells: list[Cell], rows: list[Row]) -> bool:
        """Append the row at ``index`` when it is a facility's; return True where another table begins."""
        if all(is_blank(_at(cells, place)) for place in self.known) or self._column_numbers(cells):
            return False
        if self._headings_again(cells):
            if self.layouts.roles(cells) == self.layouts.roles(self.heading_cells):
                return False
            self._note("sheet_second_table", index, done="baris mulai di sini tidak dibaca")
            return True
        code_cell = _at(cells, self.column.get("facility_code"))
        code, name = read_code(code_cell), clean_text(_at(cells, self.column.get("facility_name")))
        if not code.value and "code_and_name" in self.column:
            code_cell = _at(cells, self.column["code_and_name"])
            code, both = split_code_and_name(code_cell)
            name = name or both
        if not code.value and not self._is_facility(index, cells, code, clean_text(code_cell), name):
            return False
        if self._misaligned(cells):
            self._note("row_misaligned", index, read=f"{len(cells)} kolom", done="baris tidak dipakai", name=name)
            return False
        month = self._month(index, cells, name)
        if month is not None:
            rows.append(self._row(index, cells, (code, shown(code_cell), name), month))
        return False

    def summary(self) -> list[Finding]:
        """Return one finding for all rows that are totals, means, targets or notes."""
        if not self.summaries:
            return []
        listing = ", ".join(str(row + 1) for row in self.summaries)
        return [
            Finding(
                "rows_not_facility", self.document.name, self.sheet.name,
                read=f"baris {listing}", done="tidak dihitung sebagai fasilitas",
            )
        ]  # fmt: skip

    def _note(
        self, kind: str, index: int, *, column: Role | None = None, read: str = "", done: str = "", name: str = ""
    ) -> None:
        heading = self.head.headings[column] if column else ""
        place = (self.document.name, self.sheet.name, index + 1, heading)
        month = "" if self.fixed is None else str(self.fixed)
        self.findings.append(Finding(kind, *place, read, done, facility_name=name, month=month))

    def _column_numbers(self, cells: list[Cell]) -> bool:
        """True for a row (1), (2), (3) … that numbers the columns."""
        texts = [text.strip("().") for cell in cells if (text := clean_text(cell))]
        if len(texts) < FEWEST_HEADINGS or not all(text.isdecimal() for text in texts):
            return False
        numbers = [int(text) for text in texts]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 3

    def _headings_again(self, cells: list[Cell]) -> bool:
        return sum(isinstance(c, str) and c != "" for c in cells) >= FEWEST_HEADINGS and (
            len(set(self.layouts.roles(cells).values()) - {"ignored"}) >= FEWEST_HEADINGS
        )

    def _is_facility(self, index: int, cells: list[Cell], code: Code, code_text: str, name: str) -> bool:
        """Tell a facility without a usable code from a total, a mean, a target or a note."""
        district = clean_text(_at(cells, self.column.get("district")))
        empty = all(is_blank(_at(cells, self.column[role])) for role in self.measured)
        total = self.layouts.is_summary(name) or (
            not name and (self.layouts.is_summary(code_text) or self.layouts.is_summary(district, area=False))
        )
        if total or (empty and not (code.doubt and name)):
            self.summaries.append(index)
            return False
        if not name:
            self._note("row_without_facility", index, read=code_text, done="baris tidak dipakai")
            return False
        return True

    def _misaligned(self, cells: list[Cell]) -> bool:
        if not self.sheet.ragged:
            return False
        width = len(self.heading_cells)
        return len(cells) <= max(self.known) or any(not is_blank(cell) for cell in cells[width:])

    def _month(self, index: int, cells: list[Cell], name: str) -> pd.Period | None:
        if self.month_role is None:
            return self.fixed
        cell = _at(cells, self.column[self.month_role])
        month, doubt = read_month(cell)
        if month is None:
            kind = doubt or "row_without_month"
            self._note(kind, index, column=self.month_role, read=shown(cell), done="baris tidak dipakai", name=name)
        return month

    def _row(self, index: int, cells: list[Cell], who: tuple[Code, str, str], month: pd.Period) -> Row:
        code, code_text, name = who
        style = self.head.layout.numbers
        counts: dict[str, Count] = {}
        ratios: dict[str, Ratio] = {}
        used: dict[str, Cell] = {}
        for role in self.measured:
            cell = used[role] = _at(cells, self.column[role])
            if role in PRINTED:
                ratios[role] = read_ratio(cell, style)
                continue
            counts[role] = read_count(cell, style)
            # A number in a merged cell stands for several facilities or columns; nobody can tell whose it is.
            if (index, self.column[role]) in self.sheet.merged and counts[role] != Count() and not counts[role].doubt:
                counts[role] = Count(doubt="merged_count")
        return Row(
            self.document.name, self.sheet.name, index + 1, self.head.layout.id, self.head.headings,
            clean_text(_at(cells, self.column.get("district"))), code, code_text, name,
            clean_text(_at(cells, self.column.get("facility_type"))),
            month, month - self.shift if self.shift else month, counts, ratios, used,
        )  # fmt: skip


def _agreeing(file: str, sheet: str, table: Table) -> tuple[list[Row], list[Finding]]:
    """Return the rows that no name of the sheet contradicts; where most agree, only the others are left out."""
    rows, findings = table.rows, []
    for claim in table.said:
        good = [row for row in rows if claim.agrees(row.raw_month, row.month)]
        if len(good) == len(rows):
            continue
        if not good:
            read = f"{claim.text}, kolom bulan berisi {_months(rows)}"
            return [], [Finding("sheet_month_clash", file, sheet, read=read, done="lembar tidak dipakai")]
        if 2 * len(good) > len(rows):
            kept = set(map(id, good))
            findings += [
                row.finding(
                    "row_month_clash", "month", read=f"{row.raw_month}; {claim.text}", done="baris tidak dipakai"
                )
                for row in rows
                if id(row) not in kept
            ]
            rows = good
    return rows, findings


def _months(rows: Sequence[Row]) -> str:
    return ", ".join(f"{m:%m-%Y}" for m in sorted({row.raw_month for row in rows}))


def _agreeing_with_file(document: Document, tables: list[Table]) -> tuple[list[Table], list[Finding]]:
    """Refuse the sheets of a file whose name tells one month that none of its month columns holds."""
    claim = next((c for c in claims(document.stem, "", ()) if c.place == "nama berkas"), None)
    rows = [row for table in tables if table.has_month for row in table.rows]
    if claim is None or not rows or any(claim.agrees(row.raw_month, row.month) for row in rows):
        return tables, []
    read = f"{claim.text}, kolom bulan berisi {_months(rows)}"
    findings = [
        Finding("sheet_month_clash", document.name, table.sheet, read=read, done="lembar tidak dipakai")
        for table in tables
        if table.has_month
    ]
    return [table for table in tables if not table.has_month], findings


def _without_recaps(
    document: Document, heads: list[tuple[Sheet, _Head]], layouts: Layouts
) -> tuple[list[tuple[Sheet, _Head]], list[Finding]]:
    """Leave out sheets named as a summary that have no month of their own, where other sheets hold facilities."""
    recaps = [s for s, h in heads if layouts.is_recap(s.name) and not {"month", "service_month"} & set(h.column)]
    if len(recaps) == len(heads):
        return heads, []
    names = {sheet.name for sheet in recaps}
    findings = [Finding("sheet_recap", document.name, s.name, done="lembar tidak dihitung") for s in recaps]
    return [(sheet, head) for sheet, head in heads if sheet.name not in names], findings


def _refusals(document: Document, refused: list[Finding], beside_tables: bool, layouts: Layouts) -> list[Finding]:
    """A sheet without a table is a note beside sheets with one, and a fault where the whole file holds none."""
    if beside_tables:
        return [
            Finding("sheet_recap", document.name, f.sheet, done="lembar tidak dihitung")
            if layouts.is_recap(f.sheet)
            else f
            for f in refused
        ]
    if any(f.kind != "sheet_without_table" for f in refused):
        return refused
    read = "; ".join(f.read for f in refused) or "tidak ada isi pada lembar yang terlihat"
    return [Finding("file_without_table", document.name, read=read, done="berkas tidak dipakai")]


def _unknown_headings(document: Document, tables: Sequence[Table]) -> list[Finding]:
    """Return one finding that lists the columns of a file that no layout knows."""
    names = dict.fromkeys(name for table in tables for name in table.unknown_headings)
    if not names:
        return []
    return [Finding("columns_unknown", document.name, read=", ".join(names), done="kolom tidak dibaca")]
