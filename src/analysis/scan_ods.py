"""What the XML of an OpenDocument spreadsheet (.ods) tells of its sheets: extent, errors, merged and struck cells.

Cells and rows are written once with the number of their repetitions.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping

from analysis.extents import Budget, Extent, Marks
from analysis.linked_cells import repeated_in_ods
from analysis.values import FORMULA_WITHOUT_VALUE, Fault
from analysis.zip_parts import new_parser, parse

_LONGEST_TEXT = 32_767
"""Characters of a cell of Excel."""
_MOST_FAULTS = 200_000


def scan_ods(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[Marks]:
    """Return what readers do not tell of each sheet, in their order; raises TooLarge, ValueError or ExpatError."""
    scan = _Scan()
    parse(scan.parser, archive, member)
    return scan.sheets


class _Scan:
    """Handlers of the parser."""

    def __init__(self) -> None:
        self.sheets: list[Marks] = []
        self._budget = Budget()
        self._extent = Extent()
        self._rows = self._repeats = self._column = 0
        self._cell: tuple[int, int, str] | None = None
        self._text: list[str] | None = None
        self._style = ""
        self._struck: set[str] = set()
        self._here: tuple[int, int] = (0, 0)
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table:table":
            self._extent, self._rows = Extent(attributes.get("table:name", "")), 0
            self.sheets.append(Marks())
        elif tag == "table:table-row":
            self._repeats = max(1, int(attributes.get("table:number-rows-repeated", 1)))
            self._column = 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._open_cell(attributes)
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:text-properties":
            if attributes.get("style:text-line-through-style", "none") != "none":
                self._struck.add(self._style)
        elif tag == "text:span" and attributes.get("text:style-name", "") in self._struck:
            self._strike()
        elif tag == "text:s" and int(attributes.get("text:c", 1)) > _LONGEST_TEXT:
            raise ValueError("impossible number of blanks")
        elif tag == "text:p" and self._cell is not None:
            self._text = []
            self.parser.CharacterDataHandler = self._text.append

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        repeats = max(1, int(attributes.get("table:number-columns-repeated", 1)))
        first = self._column
        self._column += repeats
        self._here = first, repeats
        if any(key.startswith("office:") or key == "table:formula" for key in attributes):
            self._extent.include(self._rows + self._repeats - 1, self._column - 1)
            if attributes.get("table:style-name", "") in self._struck:
                self._strike()
        if self.sheets and (sheet := repeated_in_ods(attributes.get("table:formula", ""))):
            self.sheets[-1].linked[self._rows, first] = sheet
        across = int(attributes.get("table:number-columns-spanned", 1))
        down = int(attributes.get("table:number-rows-spanned", 1))
        if self.sheets and (across > 1 or down > 1):
            self.sheets[-1].merged.append((self._rows, first, self._rows + down - 1, first + across - 1))
        kind = attributes.get("calcext:value-type", attributes.get("office:value-type", ""))
        if kind == "error" or (not kind and "table:formula" in attributes):
            self._cell, self._text = (first, repeats, kind), None

    def _strike(self) -> None:
        """Note that the cell is crossed out, or a part of its text."""
        first, repeats = self._here
        if not self.sheets or len(self.sheets[-1].struck) + self._repeats * repeats > _MOST_FAULTS:
            raise ValueError("impossible number of crossed-out cells")
        self.sheets[-1].struck |= {
            (row, column)
            for row in range(self._rows, self._rows + self._repeats)
            for column in range(first, first + repeats)
        }

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._rows += self._repeats
        elif tag == "table:table":
            self._budget.take(self._extent)
        elif tag == "text:p":
            self.parser.CharacterDataHandler = None
        elif tag in {"table:table-cell", "table:covered-table-cell"} and self._cell is not None:
            self._close_cell(*self._cell)
            self._cell = None

    def _close_cell(self, first: int, repeats: int, kind: str) -> None:
        text = "".join(self._text or ())
        if not self.sheets or not (kind or not text):
            return
        faults = self.sheets[-1].faults
        fault = Fault(text or "#VALUE!") if kind else FORMULA_WITHOUT_VALUE
        if len(faults) + self._repeats * repeats > _MOST_FAULTS:
            raise ValueError("impossible number of errors")
        faults.update(
            {(row, column): fault
             for row in range(self._rows, self._rows + self._repeats) for column in range(first, first + repeats)}
        )  # fmt: skip
