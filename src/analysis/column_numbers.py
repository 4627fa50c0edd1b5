"""Number cells of whole columns → counts and printed ratios: what a point or comma means is decided by the column.

What its own cells prove goes first, then what the counts and ratios of the same table prove, then those of the whole
file, then the habit of the layout. A column that proves both uses leaves the open numbers doubtful. Where some counts
of a column lost their thousands point (167,228 for 167.228), a small whole number beside them may have lost its zeros.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median_high
from typing import Any

from analysis.layouts import COUNT_ROLES, PRINTED
from analysis.ledger import Finding
from analysis.number_cells import MARKS, Count, Marks, NumberStyle, Use, read_count, read_ratio, written
from analysis.rows import Row
from analysis.values import Cell, Fault, clean_text

FEWEST_OPEN = 3
"""Numbers like 1,234, always with three digits behind the mark, that prove thousands where nothing else speaks."""
MANY = 10
"""Numbers written alike beside which one that is written otherwise does not count."""
OFTEN = 5
"""One lost thousands point in so many numbers makes every small whole number of a column doubtful."""
_BLANK = re.compile(r"[0-9]\s+[0-9]")
_PARTED = re.compile(r"[0-9]+(?: [0-9]+)+")
_MARK_NAMES = {".": "titik", ",": "koma"}
_OTHER = {".": ",", ",": "."}


@dataclass
class Evidence:
    """What the text numbers of some columns prove.

    proven: (mark, use) → numbers that cannot be written otherwise.
    open: mark → numbers like 1.234, which are counts only where the mark is between thousands.
    round: mark → numbers like 1.000, which may be counts with three decimals.
    three: mark → numbers like 1748.000 and 0.000, which are counts with three decimals.
    loose: mark → numbers like 50.36, which are no counts.
    """

    proven: Counter[tuple[str, Use]] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    round: Counter[str] = field(default_factory=Counter)
    three: Counter[str] = field(default_factory=Counter)
    loose: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Evidence) -> Evidence:
        """Return both together."""
        both = zip(self._counters(), other._counters(), strict=True)
        return Evidence(*(one + more for one, more in both))

    def _counters(self) -> tuple[Counter[Any], ...]:
        return self.proven, self.open, self.round, self.three, self.loose

    def use(self, mark: str) -> Use | None:
        """Return the one use of a mark that is proven here; None where none is.

        A single number against ten others is a slip of the pen and proves nothing; so is a single point between digits
        of ratios that all the others part by a comma, and the other way round.
        """
        thousands, decimal = self.proven[mark, "thousands"], self.proven[mark, "decimal"]
        if thousands == 1 and decimal >= MANY:
            thousands = 0
        if decimal == 1 and max(thousands + self.open[mark], self.proven[_OTHER[mark], "decimal"]) >= MANY:
            decimal = 0
        if thousands and decimal:
            return "unclear"
        return "thousands" if thousands else "decimal" if decimal else None

    def always_three(self, mark: str) -> bool:
        """True where nothing but three digits ever follows the mark, often enough to be no chance."""
        rarely_other = self.loose[mark] * MANY <= self.open[mark]
        return self.open[mark] >= FEWEST_OPEN and rarely_other and self.use(mark) in {None, "thousands"}


def evidence(cells: Iterable[Cell], ratios: bool = False) -> Evidence:
    """Return what the text cells of a column prove.

    ratios: whether the column prints a ratio, where 14.57 proves a decimal sign; default False, a column of counts.
    """
    found = Evidence()
    for cell in cells:
        number = written(cell) if isinstance(cell, str) and not isinstance(cell, Fault) else None
        if number is None:
            continue
        found.proven.update(number.proves)
        if number.value.as_tuple().exponent == -3:
            found.three.update(mark for mark, use in number.proves if use == "decimal")
        if number.loose and ratios:
            found.proven[number.loose, "decimal"] += 1
        elif number.loose:
            found.loose[number.loose] += 1
        elif number.mark and not ratios:
            whole = number.value == number.value.to_integral_value()
            (found.round if whole else found.open)[number.mark] += 1
    return found


@dataclass
class Beside:
    """What the counts and the ratios of a table or a file prove together."""

    counts: Evidence = field(default_factory=Evidence)
    ratios: Evidence = field(default_factory=Evidence)


def marks_of(own: Evidence, around: Sequence[Beside], style: NumberStyle) -> Marks:
    """Return what point and comma stand for in a column of counts.

    own: evidence of the column itself. around: of its table, then of its file. style: habit of the layout.
    """
    return Marks(_use(".", own, around, style), _use(",", own, around, style))


def _use(mark: str, own: Evidence, around: Sequence[Beside], style: NumberStyle) -> Use:
    proven = own.use(mark)
    if proven == "decimal":
        # 1748.0 beside 1.748, which as 1,748 is no count, or beside 2.000, which is printed otherwise.
        return "unclear" if own.open[mark] or (own.round[mark] and not own.three[mark]) else "decimal"
    if proven is not None:
        return proven
    use: Use | None = next(filter(None, (_use_beside(mark, beside) for beside in around)), None)
    if use is None and (own.always_three(mark) or any(beside.counts.always_three(mark) for beside in around)):
        use = "thousands"
    if use is None and MARKS[style].use(mark) == "thousands":
        use = "thousands"
    # Counts that all end in three zeros are rather counts with three decimals.
    if use == "thousands" and own.round[mark] >= FEWEST_OPEN and not own.open[mark]:
        return "unclear"
    return use or "unclear"


def _use_beside(mark: str, beside: Beside) -> Use | None:
    """What a table or file proves for a column that proves nothing itself; None where it does not either."""
    counts, ratios = beside.counts.use(mark), beside.ratios.use(mark)
    if counts == "decimal" and not beside.counts.three[mark]:
        return "unclear"
    if counts and ratios in {None, counts}:
        return counts
    if counts or ratios == "decimal":
        # A ratio's decimal sign; no count shows that 1,000 is meant to be 1.
        return "unclear"
    other = (beside.counts + beside.ratios).use(_OTHER[mark])
    return ratios or ("thousands" if other == "decimal" else "unclear" if other == "thousands" else None)


def read_numbers(tables: Sequence[tuple[NumberStyle, Sequence[Row]]]) -> list[Finding]:
    """Fill counts and ratios of the rows of a file from their cells; return what is to be told about columns.

    tables: for each table of the file the habit of its layout and its rows.
    """
    file = Beside()
    each = []
    for style, rows in tables:
        columns = _columns(rows)
        own = {role: evidence(cells, role in PRINTED) for role, cells in columns.items()}
        table = Beside()
        for role, found in own.items():
            if role in PRINTED:
                table.ratios += found
            else:
                table.counts += found
        file.counts += table.counts
        file.ratios += table.ratios
        each.append((style, rows, own, table))
    findings = []
    for style, rows, own, table in each:
        marks: dict[str, Marks] = {
            role: marks_of(own[role], (table, file), style) for role in own if role in COUNT_ROLES
        }
        _read(rows, marks)
        _doubt_two_in_one(rows)
        _doubt_lost_thousands(rows, list(marks))
        findings += _words(rows) + _against_habit(rows, marks, style)
    return findings


def _columns(rows: Sequence[Row]) -> dict[str, list[Cell]]:
    columns: defaultdict[str, list[Cell]] = defaultdict(list)
    for row in rows:
        for role, cell in row.cells.items():
            columns[role].append(cell)
    return columns


def _read(rows: Sequence[Row], marks: dict[str, Marks]) -> None:
    for row in rows:
        for role, cell in row.cells.items():
            if role in PRINTED:
                row.ratios[role] = read_ratio(cell)
                continue
            count = read_count(cell, marks[role])
            # A number in a merged cell stands for several facilities or columns; nobody can tell whose it is.
            if role in row.merged and count != Count() and not count.doubt:
                count = Count(doubt="merged_count")
            row.counts[role] = count


def _doubt_two_in_one(rows: Sequence[Row]) -> None:
    """Make doubtful "100 139" in a row where "859 1360" stands: each cell may hold the numbers of two facilities."""
    for row in rows:
        texts = {role: cell for role in row.counts if isinstance(cell := row.cells[role], str)}
        parted = {role for role, cell in texts.items() if _BLANK.search(cell) and _PARTED.fullmatch(clean_text(cell))}
        if any(row.counts[role].doubt == "not_a_number" for role in parted):
            row.counts |= {role: Count(doubt="two_in_one") for role in parted}


def _doubt_lost_thousands(rows: Sequence[Row], roles: Sequence[str]) -> None:
    """Make doubtful what a printed ratio must prove: whole numbers that are small beside lost thousands points.

    A table with counts such as 1.234,5 holds means or shares, not lost points; there nothing can be proven, and a whole
    number in a column of which half and more are such is as doubtful.
    """
    means = any(_is_mean(row.counts[role]) for row in rows for role in roles if role in row.counts)
    for role in roles:
        cells = [(row, row.counts[role]) for row in rows if role in row.counts]
        counts = [count for _, count in cells]
        broken = [count for count in counts if count.doubt == "not_whole"]
        if not broken:
            continue
        sound = [count.value for count in counts if count.value]
        of_means = any(map(_is_mean, counts)) and len(broken) >= max(2, len(sound))
        often = len(broken) * OFTEN >= len(broken) + len(sound)
        lost = [
            count.others[0] for count in counts if count.doubt in {"not_whole", "separator_unclear"} and count.others
        ]
        middle = median_high([*lost, *sound]) if lost else 0
        for row, count in cells:
            if count.value and of_means:
                row.counts[role] = Count(doubt="among_fractions")
            elif count.value and count.others and (often or _nearer(count, middle)) and _possible(row, role, count):
                row.counts[role] = Count(doubt="thousands_unsure", others=() if means else (count.value, *count.others))
            elif means and count.doubt == "not_whole":
                row.counts[role] = Count(doubt="not_whole")


def _is_mean(count: Count) -> bool:
    return count.doubt == "not_whole" and not count.others


def _nearer(count: Count, middle: int) -> bool:
    """Whether the thousandfold, not the number itself, is of the size of the others in its column (their middle)."""
    number = count.value or 0
    return number**2 * 1000 < middle**2 and number * 1000 <= 10 * middle


def _possible(row: Row, role: str, count: Count) -> bool:
    """False where the thousandfold is more than everyone who is registered at the facility."""
    registered = row.counts.get("registered", Count()).readings
    return role == "registered" or not registered or count.others[0] <= max(registered)


def _words(rows: Sequence[Row]) -> list[Finding]:
    """Return one finding for each column in which a unit word stands behind numbers."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for role, count in row.counts.items():
            if count.word:
                found[role].append(row)
    findings = []
    for role, those in found.items():
        words = ", ".join(f"“{word}”" for word in dict.fromkeys(row.counts[role].word for row in those))
        read = f"{words} pada {_row_numbers(those)}"
        findings.append(
            those[0].column_finding("unit_word", role, read=read, done="angkanya dibaca, katanya diabaikan")
        )
    return findings


def _against_habit(rows: Sequence[Row], marks: dict[str, Marks], style: NumberStyle) -> list[Finding]:
    """Return one finding for each column whose points or commas mean other than usual in this layout."""
    findings = []
    for role, decided in marks.items():
        said: dict[str, Row] = {}
        for row in rows:
            cell = row.cells.get(role)
            number = written(cell) if isinstance(cell, str) and not isinstance(cell, Fault) else None
            if number is not None and number.mark and decided.use(number.mark) != MARKS[style].use(number.mark):
                said.setdefault(number.mark, row)
        for mark, row in said.items():
            use = decided.use(mark)
            if use == "unclear":
                continue  # each such cell is a finding of its own
            meant = "tanda ribuan" if use == "thousands" else "tanda desimal"
            done = f"{_MARK_NAMES[mark]} dibaca sebagai {meant}"
            findings.append(
                row.column_finding("marks_by_column", role, read=f"misalnya “{row.cells[role]}”", done=done)
            )
    return findings


def _row_numbers(rows: Sequence[Row]) -> str:
    """'baris 2, 5, 9'; after ten rows only how many more there are."""
    shown = ", ".join(str(row.row) for row in rows[:10])
    more = f", dan {len(rows) - 10} lagi" if len(rows) > 10 else ""
    return f"baris {shown}{more}"
