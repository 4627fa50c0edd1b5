"""Formulas that only take a figure from another sheet are told from those that reckon with it."""

from __future__ import annotations

import struct

import pytest
from workbook_files import ods, xls, xls_record

from analysis.linked_cells import repeated, repeated_in_ods
from analysis.sheets import Document, Sheet
from analysis.sources import open_document


def opened(content: bytes, name: str) -> Sheet:
    sheets, findings = open_document(Document(name, content))
    assert findings == []
    return sheets[-1]


@pytest.mark.parametrize(
    ("formula", "sheet"),
    [
        ("Februari!C5", "Februari"),
        ("+Februari!$C$5", "Februari"),
        ("'Feb 24'!C5", "Feb 24"),
        ("'Data ''Feb'''!C5", "Data 'Feb'"),
        ("IFERROR(VLOOKUP($B5,'Jan-Feb 24'!$B$2:$T$40,4,FALSE),0)", "Jan-Feb 24"),
        ("SUM(Februari!C5:C9)", "Februari"),
        ("C5", ""),
        ("SUM(C5:C9)", ""),
        ("5000-Februari!C5", ""),
        ("Februari!C5+12", ""),
        ("Januari!C5+Februari!C5", ""),
        ("SUM(Januari!C5,Februari!C5)", ""),
    ],
)
def test_a_formula_that_reckons_or_takes_from_two_sheets_repeats_none(formula: str, sheet: str) -> None:
    assert repeated(formula) == sheet


@pytest.mark.parametrize(
    ("formula", "sheet"),
    [
        ("of:=[$Februari.C5]", "Februari"),
        ("of:=[$'Feb 24'.$C$5]", "Feb 24"),
        ("of:=IFERROR([$Februari.C5];0)", "Februari"),
        ("of:=[.C5]", ""),
        ("of:=5000-[$Februari.C5]", ""),
        ("of:=[$Januari.C5]+[$Februari.C5]", ""),
    ],
)
def test_formulas_of_ods_are_told_apart_alike(formula: str, sheet: str) -> None:
    assert repeated_in_ods(formula) == sheet


def test_cells_of_ods_that_repeat_another_sheet_are_told() -> None:
    cell = '<table:table-cell office:value-type="float" office:value="{}" table:formula="{}"/>'
    rows = "<table:table-row>" + cell.format(1917, "of:=[$Februari.A1]") + cell.format(3, "of:=[.B1]")
    assert opened(ods(rows + "</table:table-row>"), "mei.ods").linked == {(0, 0): "Februari"}


def test_cells_of_xls_that_repeat_another_sheet_are_told() -> None:
    """Entry 0 of the sheets of formulas is a sheet of another book, entry 1 the first one of this book, "Mei"."""
    books = xls_record(0x01AE, struct.pack("<HH", 1, 3) + b"xyz") + xls_record(0x01AE, struct.pack("<HH", 1, 0x0401))
    sheets = xls_record(0x0017, struct.pack("<H6H", 2, 0, 0, 0, 1, 0, 0))

    def formula(column: int, tokens: bytes) -> bytes:
        head = struct.pack("<HHHdHI", 0, column, 0, 1917.0, 0, 0)
        return xls_record(0x0006, head + struct.pack("<H", len(tokens)) + tokens)

    def beyond(number: int) -> bytes:
        return struct.pack("<BHHH", 0x5A, number, 4, 2)

    cells = (beyond(1), beyond(0), beyond(1) + beyond(1) + b"\x03", beyond(7))
    more = b"".join(formula(column, tokens) for column, tokens in enumerate(cells))
    assert opened(xls([], (0, 1, 0, 4), more=more, of_book=books + sheets), "mei.xls").linked == {(0, 0): "Mei"}
