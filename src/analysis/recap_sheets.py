"""Sheets of a workbook that hold no figures of their own: plans, exercises, summaries of the other sheets."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.found_tables import Found
from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.sheets import SHEET_NOT_USED, Document

_NOT_COUNTED = "lembar tidak dihitung"


def without_recaps(document: Document, found: list[Found], layouts: Layouts) -> tuple[list[Found], list[Finding]]:
    """Leave out sheets named as a summary that have no month of their own, where other sheets hold facilities.

    Sheets named as a plan or an exercise, and tables under such a title, are left out wherever they stand.
    """
    plans = [one for one in found if layouts.is_plan(one.sheet.name) or layouts.is_plan(document.stem, of_file=True)]
    names = dict.fromkeys(one.sheet.name for one in plans)
    planned = [
        Finding(
            "sheet_of_plans", document.name, n, read=n if layouts.is_plan(n) else document.stem, done=SHEET_NOT_USED
        )
        for n in names
    ]
    found = [one for one in found if one.sheet.name not in names]
    planned += [
        Finding(
            "sheet_of_plans", document.name, one.sheet.name, one.head.position + 1,
            read="judul tabel menyebut target, rencana, simulasi, atau perkiraan", done="tabel ini tidak dipakai",
        )
        for one in found
        if one.meta.plan
    ]  # fmt: skip
    found = [one for one in found if not one.meta.plan]
    recaps = [one for one in found if layouts.is_recap(one.sheet.name) and not one.has_month]
    if len(recaps) == len(found):
        return found, planned
    names = dict.fromkeys(one.sheet.name for one in recaps)
    left_out = set(map(id, recaps))
    findings = [Finding("sheet_recap", document.name, name, done=_NOT_COUNTED) for name in names]
    return [one for one in found if id(one) not in left_out], planned + findings


def refusals(document: Document, refused: Sequence[Finding], beside_tables: bool, layouts: Layouts) -> list[Finding]:
    """A sheet without a table is a note beside sheets with one, and a fault where the whole file holds none."""
    if beside_tables:
        return [
            Finding("sheet_recap", document.name, f.sheet, done=_NOT_COUNTED) if layouts.is_recap(f.sheet) else f
            for f in refused
        ]
    if any(f.kind != "sheet_without_table" for f in refused):
        return list(refused)
    read = "; ".join(dict.fromkeys(f.read for f in refused)) or "tidak ada isi pada lembar yang terlihat"
    return [Finding("file_without_table", document.name, read=read, done="berkas tidak dipakai")]
