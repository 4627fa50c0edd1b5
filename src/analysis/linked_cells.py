"""Formulas that take a figure from one other sheet without reckoning: =Februari!C5, =IFERROR(Februari!C5,0)."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence

_OF_EXCEL = re.compile(r"(?:'((?:[^']|'')+)'|([^\s'!:(),;+*/^&=<>{}-]+))!")
"""The sheet of a cell in a formula of .xlsx: Februari!C5, 'Feb 24'!$C$5."""
_OF_ODS = re.compile(r"\[\$?(?:'((?:[^']|'')+)'|([^\s'.\[\]]+))\.[^\]]*\]")
"""A cell of another sheet in a formula of .ods: [$Februari.C5], [$'Feb 24'.C5]."""
_BEFORE_ODS = re.compile(r"^(?:\w+:)?=")
_ARITHMETIC = frozenset("+-*/^&")
_REFERENCE_BEYOND = frozenset({0x3A, 0x5A, 0x7A})
"""A cell of another sheet in a formula of .xls or .xlsb, PtgRef3d ([MS-XLS] 2.5.198.85, [MS-XLSB] 2.5.97.88)."""


def repeated(formula: str) -> str:
    """Return the one sheet from which a formula of .xlsx, without its "=", takes a figure; empty for any other."""
    return _one_sheet(formula, _OF_EXCEL) if "!" in formula else ""


def repeated_in_ods(formula: str) -> str:
    """Return the same of a formula of .ods, as it stands there: "of:=[$Februari.C5]"."""
    return _one_sheet(_BEFORE_ODS.sub("", formula), _OF_ODS) if "[$" in formula else ""


def _one_sheet(formula: str, of_sheet: re.Pattern[str]) -> str:
    sheets = {(quoted or plain).replace("''", "'") for quoted, plain in of_sheet.findall(formula)}
    rest = of_sheet.sub("", formula.removeprefix("+"))
    return sheets.pop() if len(sheets) == 1 and _ARITHMETIC.isdisjoint(rest) else ""


def repeated_in_records(tokens: bytes, size: int, sheets: Sequence[str]) -> str:
    """Return the sheet of the cell that a formula of .xls or .xlsb is alone; empty for any other.

    tokens: of the formula. size: bytes of the token for such a cell. sheets: names by the number in the token; empty
    for those of other files.
    """
    if len(tokens) != size or tokens[0] not in _REFERENCE_BEYOND:
        return ""
    (number,) = struct.unpack_from("<H", tokens, 1)
    return sheets[number] if number < len(sheets) else ""
