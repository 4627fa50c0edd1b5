"""The examples of the guide are read as it says."""

from __future__ import annotations

import re

from number_writing import judged, table

from analysis.column_months import MonthColumn
from analysis.printed import settle
from analysis.workspace import PROJECT

GUIDE = (PROJECT / "docs" / "panduan.md").read_text(encoding="utf-8")


def examples(heading: str) -> list[tuple[list[str], str]]:
    """Rows of the table whose first heading begins so: the examples in the first column, and the second column."""
    lines = GUIDE[GUIDE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(re.findall(r"`([^`]+)`", first), second) for first, second, _ in cells]


def test_the_counts_of_the_guide_are_read_as_it_says() -> None:
    rows = examples("tertulis pada kolom jumlah")
    assert sum(len(texts) for texts, _ in rows) == 30
    for texts, said in rows:
        expected = [None] * len(texts) if said == "–" else [int(number) for number in said.split(", ")]
        for text, number in zip(texts, expected, strict=True):
            (row,) = alone = table(contacts=[text])
            judged(alone)
            assert settle(row)[0]["contacts"] == number, text


def test_the_months_of_the_guide_are_read_as_it_says() -> None:
    rows = examples("tertulis pada kolom bulan")
    assert sum(len(texts) for texts, _ in rows) == 16
    for texts, said in rows:
        for text in texts:
            month = MonthColumn([text]).read(text).month
            assert (None if month is None else str(month)) == (None if said == "–" else "2024-03"), text
            assert said in {"–", "Maret 2024"}
