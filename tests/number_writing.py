"""Ways in which people and programs write a count, and tables of true counts written so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from analysis.column_numbers import read_numbers
from analysis.ledger import Finding
from analysis.printed import settle
from analysis.printed_columns import judge_columns
from analysis.rows import Row
from analysis.values import Code

Write = Callable[[int], Any]
HEADINGS = {
    "contacts": "Jumlah Kontak", "registered": "Peserta Terdaftar", "referrals": "Jumlah Rujukan",
    "nonspecialist_referrals": "Kasus Non Spesialistik", "dm_controlled": "Prolanis DM Terkendali",
    "dm_registered": "Peserta Diangnosa DM", "ht_controlled": "Prolanis HT Terkendali",
    "ht_registered": "Peserta Diangnosa HT", "ak_printed": "Angka Kontak", "rrns_printed": "RRNS",
    "rppt_dm_printed": "RPPT DM", "rppt_ht_printed": "RPPT HT", "rppt_printed": "RPPT",
}  # fmt: skip
MONTH = pd.Period("2024-03", "M")


def grouped(number: int, mark: str) -> str:
    """12345 → '12.345'."""
    return f"{number:,}".replace(",", mark)


def lost(number: int) -> float | int:
    """A number whose thousands point was taken for a decimal point: 50360 → 50.36."""
    return number / 1000 if number >= 1000 else number


SOUND: dict[str, Write] = {
    "number": lambda n: n,
    "float": float,
    "digits": str,
    "blanks": lambda n: f"  {n} ",
    "apostrophe before": lambda n: f"'{n}",
    "fullwidth": lambda n: str(n).translate({ord("0") + d: chr(0xFF10 + d) for d in range(10)}),
    "points": lambda n: grouped(n, "."),
    "no-break blanks": lambda n: grouped(n, "\u00a0"),
    "narrow blanks": lambda n: grouped(n, "\u202f"),
    "blanks between": lambda n: grouped(n, " "),
    "apostrophes": lambda n: grouped(n, "'"),
    "points and decimals": lambda n: grouped(n, ".") + ",00",
    "decimal comma": lambda n: f"{n},0",
    "unit": lambda n: f"{grouped(n, '.')} orang",
}
"""Writings of which any one may stand in an Indonesian file, alone or beside others."""
FOREIGN: dict[str, Write] = {
    "commas": lambda n: grouped(n, ","),
    "commas and decimals": lambda n: grouped(n, ",") + ".00",
    "decimal point": lambda n: f"{n}.0",
    "three decimals": lambda n: f"{n}.000",
    "three decimals, comma": lambda n: f"{n},000",
    "lost thousands": lost,
    "lost thousands, text": lambda n: f"{lost(n):g}" if n < 1_000_000 else str(n),
    "lost thousands, comma": lambda n: f"{lost(n):g}".replace(".", ",") if n < 1_000_000 else str(n),
}
"""Writings of whole columns."""


def rows_of(headings: Mapping[str, str], **columns: Sequence[Any]) -> list[Row]:
    """Rows of one sheet from columns of cells by role."""
    return [
        Row(
            file="a.csv", sheet="", row=number, layout="kbk_csv", headings=headings, district="", code=Code(f"A{number}"),
            code_text="", name="", type_word="", raw_month=MONTH, month=MONTH, cells=dict(zip(columns, cells, strict=True)),
        )
        for number, cells in enumerate(zip(*columns.values(), strict=True), start=2)
    ]  # fmt: skip


table = partial(rows_of, HEADINGS)


def judged(*tables: list[Row]) -> list[Finding]:
    """Read the tables of one file and return what is said about whole columns."""
    found = read_numbers([("indonesia", rows) for rows in tables])
    return found + judge_columns(tables)


def misread(rows: list[Row], truth: Sequence[dict[str, int]]) -> list[str]:
    """Counts that are not the true ones, and missing ones without a word at their row; a blank cell may be missing."""
    faults = []
    for row, true in zip(rows, truth, strict=True):
        counts, findings = settle(row)
        for role, number in true.items():
            found = counts.get(role)
            told = any(
                row.headings[role] in f.column or "angka" in f.done or "tidak dipakai" in f.done for f in findings
            )
            if found is None and row.cells[role] is not None and not told:
                faults.append(f"row {row.row} {role}: {row.cells[role]!r} is missing without a word")
            elif found not in {None, number}:
                faults.append(f"row {row.row} {role}: {row.cells[role]!r} was read as {found}, true is {number}")
    return faults
