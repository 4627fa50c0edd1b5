"""The simulated files as plans: every table in its export layout, then the documented dirt laid over it.

Nothing is written here. A plan is a list of tables with their cells, and the register of what was done to them; the
rows of the register are numbered only after all dirt is in place.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pandas as pd

from analysis.contract import PARTS
from analysis.errors import ConfigurationError
from analysis.periods import month_label
from analysis.simulate_settings import Act, Kind, Layout, LayoutName, Simulation

MONTH_SHORT = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
COUNTED = (
    "registered", "contacts", "referrals", "nonspecialist_referrals",
    "dm_registered", "dm_controlled", "ht_registered", "ht_controlled",
)  # fmt: skip
HEADINGS: dict[LayoutName, dict[str, str]] = {
    "kbk_wb": {
        "month": "Bulan Kapitasi",
        "district": "KAB/KOTA",
        "facility_code": "Kode PPK",
        "facility_name": "NAMA FKTP",
        "facility_type": "TIPE FKTP",
        "contacts": "JUMLAH KONTAK",
        "registered": "PESERTA TERDAFTAR",
        "nonspecialist_referrals": "Kasus Non Spesialistik",
        "referrals": "Jumlah Rujukan",
        "dm_controlled": "Prolanis DM Terkendali",
        "dm_registered": "Peserta Diangnosa DM",
        "ht_controlled": "Prolanis HT Terkendali",
        "ht_registered": "Peserta Diangnosa HT",
        "composite": "Capaian KBK BI",
        "AK": "Keterangan AK",
        "RRNS": "Keterangan RNS",
        "RPPT": "Keterangan RPPT",
        "reached": "Jumlah indikator tercapai",
    },
    "kbk_csv": {
        "district": "Dati2",
        "facility_code": "Kode PPK",
        "facility_name": "Faskes",
        "AK": "Angka Kontak",
        "contacts": "Jumlah Kontak",
        "referrals": "Jumlah Rujukan",
        "nonspecialist_referrals": "Kasus Non Spesialistik",
        "dm_registered": "Peserta Diangnosa DM",
        "ht_registered": "Peserta Diangnosa HT",
        "registered": "Peserta Terdaftar",
        "dm_controlled": "Prolanis DM Terkendali",
        "ht_controlled": "Prolanis HT Terkendali",
        "DM": "RPPT DM",
        "HT": "RPPT HT",
        "RPPT": "RPPT",
    },
    "kbk_tabel": {
        "district": "Dati2",
        "facility_code": "Kode PPK",
        "facility_name": "Faskes",
        "contacts": "Jumlah Kontak",
        "registered": "Peserta Terdaftar",
        "AK": "Angka Kontak",
        "nonspecialist_referrals": "Kasus Non Spesialistik",
        "referrals": "Jumlah Rujukan",
        "RRNS": "RRNS",
        "dm_controlled": "Prolanis DM Terkendali",
        "dm_registered": "Peserta Diangnosa DM",
        "DM": "RPPT DM",
        "ht_controlled": "Prolanis HT Terkendali",
        "ht_registered": "Peserta Diangnosa HT",
        "HT": "RPPT HT",
        "RPPT": "RPPT",
    },
}
"""Headings of the real exports by field, in their order, misspellings included."""

OUTCOMES: dict[Kind, str] = {
    "dash": "missing",
    "not_reported": "missing",
    "error_value": "missing",
    "nonbreaking_space": "restored",
    "thousands_lost": "restored",
    "numerator_above": "missing",
    "ratio_contradicts": "missing",
    "code_without_zero": "restored",
    "code_missing": "restored",
    "name_variant": "restored",
    "row_absent": "absent",
    "double_row": "one_row",
    "differing_rows": "doubtful",
    "unmatched_row": "ignored",
    "foreign_row": "ignored",
    "total_row": "ignored",
    "mean_row": "ignored",
    "title_block": "ignored",
    "hidden_sheet": "ignored",
    "lock_file": "ignored",
}
"""What a perfect reader makes of each kind; the words are explained at ``simulate.expected_dirt``."""

_DENOMINATOR = dict(PARTS)
_RATIO_PARTS = {
    "AK": ("contacts", "registered"),
    "RRNS": ("nonspecialist_referrals", "referrals"),
    "DM": ("dm_controlled", "dm_registered"),
    "HT": ("ht_controlled", "ht_registered"),
}
# What the composite column prints: Perban 7/2019 as in docs/data-simulasi.md. The middle bands are not confirmed.
_BANDS: dict[str, tuple[tuple[Callable[[Fraction, Fraction], bool], Fraction], ...]] = {
    "AK": ((operator.ge, Fraction(150)), (operator.gt, Fraction(145)), (operator.ge, Fraction(140))),
    "RRNS": ((operator.le, Fraction(2)), (operator.le, Fraction(5, 2)), (operator.le, Fraction(3))),
    "RPPT": ((operator.ge, Fraction(5)), (operator.ge, Fraction(4)), (operator.ge, Fraction(3))),
}
_WEIGHTS = {"AK": 4, "RRNS": 5, "RPPT": 1}
_HIDDEN_SHARE = 0.9


class ErrorValue(str):
    """An error value of Excel such as #DIV/0!; in a CSV its text."""


Value = str | int | float | dt.date | None


@dataclass(eq=False)
class Line:
    """One row under the headings: the cells by field, and the true row it was made from."""

    cells: dict[str, Value]
    true: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Table:
    """One sheet, or one CSV file.

    title: rows above the headings. lines: rows of facilities. feet: total, mean and other rows under them.
    """

    layout: LayoutName
    file: str
    sheet: str
    month: pd.Period
    headings: dict[str, str]
    lines: list[Line]
    feet: list[Line] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    hidden: bool = False

    @property
    def rows(self) -> list[list[Value]]:
        """All rows from the first of the sheet, the cells in the order of the columns."""
        title: list[list[Value]] = [[text] for text in self.title]
        body = [[line.cells.get(name) for name in self.headings] for line in [*self.lines, *self.feet]]
        return [*title, list(self.headings.values()), *body]

    def row_of(self, line: Line) -> int:
        """Row number of a line as Excel shows it."""
        return len(self.title) + 2 + [*self.lines, *self.feet].index(line)


@dataclass(frozen=True)
class Done:
    """One act of dirt as it was done.

    line: the row it hit, or None; ``row`` then says where it stands. column: field of the cell.
    fields: columns of the contract that are touched.
    """

    act: Act
    table: Table
    line: Line | None = None
    column: str = ""
    fields: tuple[str, ...] = ()
    code: str = ""
    true: Value = None
    written: Value = None
    row: int | None = None

    def entry(self) -> dict[str, Any]:
        """The act as a row of the register."""
        return {
            "kind": self.act.kind,
            "file": self.table.file,
            "sheet": self.table.sheet,
            "row": self.table.row_of(self.line) if self.line else self.row,
            "column": self.table.headings.get(self.column, ""),
            "fields": ";".join(self.fields),
            "facility_code": self.code,
            "month": self.act.month,
            "true_value": "" if self.true is None else str(self.true),
            "written_value": "" if self.written is None else str(self.written),
            "outcome": OUTCOMES[self.act.kind],
        }


@dataclass(frozen=True)
class Plan:
    """All tables to be written, the names of lock files, and what was done to them."""

    simulation: Simulation
    tables: list[Table]
    locks: list[str]
    done: list[Done]


def plan(simulation: Simulation, truth: pd.DataFrame) -> Plan:
    """Return the files of a simulation with their dirt.

    truth: table of ``simulate.true_table``.
    Raises ConfigurationError that lists every act of dirt that hits nothing.
    """
    by_month = {month: rows.to_dict("records") for month, rows in truth.groupby("month", sort=True)}
    tables = [
        _table(simulation, span, i, by_month[m]) for span in simulation.layouts for i, m in enumerate(span.months)
    ]
    of_month = {str(table.month): table for table in tables}
    result = Plan(simulation, tables, [], [])
    problems = []
    for act in simulation.dirt:
        try:
            result.done.extend(_ACTS[act.kind](result, of_month[act.month], act))
        except (KeyError, StopIteration):
            problems.append(
                f"{act.kind} {act.month} {act.code} {act.column}: baris atau kolom itu tidak ada di berkasnya"
            )
    if problems:
        raise ConfigurationError("Kotoran pada berkas simulasi tidak mengenai apa pun:", problems)
    return result


def _table(simulation: Simulation, span: Layout, place: int, rows: list[dict[str, Any]]) -> Table:
    month = span.months[place]
    headings = HEADINGS[span.layout]
    if str(month) in span.dotted:
        headings = {name: heading.replace(" ", ".") for name, heading in headings.items()}
    file = span.file.format(mon=MONTH_SHORT[month.month - 1], yy=f"{month.year % 100:02d}")
    match span.layout:
        case "kbk_wb":
            sheet = span.sheets[place]
        case "kbk_tabel":
            sheet = "Sheet 1"
        case "kbk_csv":
            sheet = ""
    lines = [Line(_cells(simulation, span.layout, row), row) for row in rows]
    return Table(span.layout, file, sheet, month, headings, lines)


def _cells(simulation: Simulation, layout: LayoutName, row: dict[str, Any]) -> dict[str, Value]:
    cells: dict[str, Value] = {
        "district": simulation.printed.district,
        "facility_code": row["facility_code"],
        "facility_name": row["facility_name"],
        **{name: _count(layout, int(row[name])) for name in COUNTED},
    }
    ratios = _ratios(row)
    if layout != "kbk_wb":
        return cells | {name: "" if value is None else two_decimals(value) for name, value in ratios.items()}
    ratings = {name: _rating(name, ratios[name]) for name in _WEIGHTS}
    return cells | {
        "month": row["month"].to_timestamp().date(),
        "facility_type": simulation.printed.types[row["facility_type"]],
        "composite": sum(_WEIGHTS[name] * rating for name, rating in ratings.items()) / 10,
        **{name: "Tercapai" if rating == 4 else "Tidak Tercapai" for name, rating in ratings.items()},
        "reached": sum(rating == 4 for rating in ratings.values()),
    }


def _ratios(row: dict[str, Any]) -> dict[str, Fraction | None]:
    def ratio(name: str, scale: int) -> Fraction | None:
        top, bottom = _RATIO_PARTS[name]
        return Fraction(int(row[top]) * scale, int(row[bottom])) if row[bottom] else None

    parts = {"DM": ratio("DM", 100), "HT": ratio("HT", 100)}
    known = [value for value in parts.values() if value is not None]
    return {
        "AK": ratio("AK", 1000),
        "RRNS": ratio("RRNS", 100) if row["referrals"] else Fraction(0),
        **parts,
        "RPPT": sum(known, Fraction(0)) / len(known) if known else None,
    }


def _rating(name: str, value: Fraction | None) -> int:
    if value is None:
        return 1
    return next((4 - i for i, (holds, limit) in enumerate(_BANDS[name]) if holds(value, limit)), 1)


def two_decimals(value: Fraction) -> str:
    """Return an exact ratio with two decimals and a decimal comma, half rounded up."""
    hundredths = (2 * 100 * value.numerator + value.denominator) // (2 * value.denominator)
    return f"{hundredths // 100},{hundredths % 100:02d}"


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _count(layout: LayoutName, number: int) -> Value:
    match layout:
        case "kbk_wb":
            return number
        case "kbk_csv":
            return str(number)
        case "kbk_tabel":
            return _dotted(number)


def _line(table: Table, code: str) -> Line:
    return next(line for line in table.lines if line.cells["facility_code"] == code)


def _overwrite(table: Table, act: Act, column: str, written: Value, fields: tuple[str, ...] = ()) -> list[Done]:
    """Put ``written`` into one cell and register it; the true value is what stood there."""
    line = _line(table, act.code)
    if column not in table.headings:
        raise KeyError(column)
    true = line.true.get(column, line.cells[column])
    line.cells[column] = written
    return [Done(act, table, line, column, fields or (column,), act.code, true, written)]


def _text(written: str) -> Callable[[Plan, Table, Act], list[Done]]:
    return lambda _, table, act: _overwrite(table, act, act.column, written)


def _error_value(_: Plan, table: Table, act: Act) -> list[Done]:
    return _overwrite(table, act, act.column, ErrorValue("#DIV/0!"))


def _nonbreaking_space(_: Plan, table: Table, act: Act) -> list[Done]:
    number = int(_line(table, act.code).true[act.column])
    return _overwrite(table, act, act.column, _dotted(number).replace(".", "\N{NO-BREAK SPACE}"))


def _thousands_lost(_: Plan, table: Table, act: Act) -> list[Done]:
    """16.728 was taken for a decimal number: a CSV then prints 16,728 and Excel holds the number 16.728."""
    thousands = int(_line(table, act.code).true[act.column]) / 1000
    written = f"{thousands:.16g}".replace(".", ",") if table.layout == "kbk_csv" else thousands
    return _overwrite(table, act, act.column, written)


def _numerator_above(_: Plan, table: Table, act: Act) -> list[Done]:
    bottom = _DENOMINATOR[act.column]
    number = int(_line(table, act.code).true[bottom]) + int(act.value)
    return _overwrite(table, act, act.column, _count(table.layout, number), (act.column, bottom))


def _ratio_contradicts(_: Plan, table: Table, act: Act) -> list[Done]:
    return _overwrite(table, act, act.column, act.value, _RATIO_PARTS[act.column])


def _code_without_zero(_: Plan, table: Table, act: Act) -> list[Done]:
    short = act.code.removeprefix("0")
    number = short.isdigit() and table.layout != "kbk_csv"
    return _overwrite(table, act, "facility_code", int(short) if number else short)


def _name_variant(_: Plan, table: Table, act: Act) -> list[Done]:
    return _overwrite(table, act, "facility_name", act.value)


def _code_missing(_: Plan, table: Table, act: Act) -> list[Done]:
    line = _line(table, act.code)
    line.cells["facility_code"] = ""
    line.cells["facility_name"] = act.value
    return [Done(act, table, line, "facility_name", ("facility_code",), act.code, act.code, act.value)]


def _row_absent(_: Plan, table: Table, act: Act) -> list[Done]:
    table.lines.remove(_line(table, act.code))
    return [Done(act, table, fields=COUNTED, code=act.code)]


def _double_row(_: Plan, table: Table, act: Act) -> list[Done]:
    line = _line(table, act.code)
    second = Line(dict(line.cells), line.true)
    table.lines.insert(table.lines.index(line) + 1, second)
    return [Done(act, table, second, "facility_code", COUNTED, act.code, act.code, act.code)]


def _differing_rows(_: Plan, table: Table, act: Act) -> list[Done]:
    line = _line(table, act.code)
    true = int(line.true[act.column])
    written = _count(table.layout, true + int(act.value))
    second = Line(line.cells | {act.column: written}, line.true)
    table.lines.insert(table.lines.index(line) + 1, second)
    return [Done(act, table, second, act.column, (act.column,), act.code, true, written)]


def _unmatched_row(_: Plan, table: Table, act: Act) -> list[Done]:
    smallest = min(table.lines, key=lambda line: int(line.true["registered"]))
    extra = Line(smallest.cells | {"facility_code": "", "facility_name": act.value})
    table.lines.append(extra)
    return [Done(act, table, extra, "facility_name", written=act.value)]


def _foreign_row(_: Plan, table: Table, act: Act) -> list[Done]:
    own: dict[str, Value] = {"district": act.district, "facility_code": act.code, "facility_name": act.value}
    foreign = Line(table.lines[len(table.feet)].cells | own)
    table.feet.append(foreign)
    return [Done(act, table, foreign, "district", code=act.code, written=act.district)]


def _summary_row(label: dict[LayoutName, tuple[str, str]], mean: bool) -> Callable[[Plan, Table, Act], list[Done]]:
    def act_on(_: Plan, table: Table, act: Act) -> list[Done]:
        column, text = label[table.layout]
        numbers = {name: sum(int(line.true[name]) for line in table.lines if line.true) for name in COUNTED}
        if mean:
            facilities = sum(bool(line.true) for line in table.lines)
            numbers = {name: (2 * total + facilities) // (2 * facilities) for name, total in numbers.items()}
        cells: dict[str, Value] = {name: _count(table.layout, number) for name, number in numbers.items()}
        if table.layout != "kbk_wb":
            cells |= {name: two_decimals(value) for name, value in _ratios(numbers).items() if value is not None}
        foot = Line(cells | {column: text})
        table.feet.append(foot)
        return [Done(act, table, foot, column, written=text)]

    return act_on


def _title_block(result: Plan, table: Table, act: Act) -> list[Done]:
    district = result.simulation.district.name.upper()
    table.title = ["TABEL CAPAIAN KBK", district, f"BULAN: {month_label(table.month).upper()}", ""]
    return [Done(act, table, written=table.title[0], row=1)]


def _hidden_sheet(result: Plan, table: Table, act: Act) -> list[Done]:
    """A forgotten earlier state of a month: the contacts are lower than those reported in the end."""
    lines = [
        Line(line.cells | {"contacts": int(int(line.true["contacts"]) * _HIDDEN_SHARE)}, line.true)
        for line in table.lines
        if line.true
    ]
    hidden = Table(table.layout, table.file, str(act.value), table.month, table.headings, lines, hidden=True)
    result.tables.insert(result.tables.index(table) + 1, hidden)
    return [Done(act, hidden, written=act.value)]


def _lock_file(result: Plan, table: Table, act: Act) -> list[Done]:
    name = f"~${table.file}"
    result.locks.append(name)
    return [Done(act, Table(table.layout, name, "", table.month, {}, []), written=name)]


_ACTS: dict[Kind, Callable[[Plan, Table, Act], list[Done]]] = {
    "dash": _text("-"),
    "not_reported": _text("belum lapor"),
    "error_value": _error_value,
    "nonbreaking_space": _nonbreaking_space,
    "thousands_lost": _thousands_lost,
    "numerator_above": _numerator_above,
    "ratio_contradicts": _ratio_contradicts,
    "code_without_zero": _code_without_zero,
    "code_missing": _code_missing,
    "name_variant": _name_variant,
    "row_absent": _row_absent,
    "double_row": _double_row,
    "differing_rows": _differing_rows,
    "unmatched_row": _unmatched_row,
    "foreign_row": _foreign_row,
    "total_row": _summary_row(
        {
            "kbk_wb": ("facility_name", "JUMLAH"),
            "kbk_csv": ("facility_name", "Total"),
            "kbk_tabel": ("district", "Grand Total"),
        },
        mean=False,
    ),
    "mean_row": _summary_row(
        {
            "kbk_wb": ("facility_name", "RATA-RATA"),
            "kbk_csv": ("facility_name", "Rata-rata"),
            "kbk_tabel": ("district", "Rata-rata"),
        },
        mean=True,
    ),
    "title_block": _title_block,
    "hidden_sheet": _hidden_sheet,
    "lock_file": _lock_file,
}
