"""Facility-months that stand only on a sheet or in a file named as an old version, a draft or a copy of another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.plain_words import words
from analysis.rows import Row
from analysis.sheets import Document

_WHO = ("facility_code", "code_and_name", "facility_name")


@dataclass(frozen=True)
class _Version:
    """What the names of a row's sheet and file say. old: it was replaced. copy: of another one. told: which name."""

    old: bool
    copy: bool
    told: str


def without_old_versions(rows: Sequence[Row], layouts: Layouts) -> tuple[list[Row], list[Finding]]:
    """Return the rows but those that only an old version of a month holds; a copy's are used, with a finding.

    rows: of certain facilities, of all files. Rows that another version holds too are compared as doubles.
    """
    places = {(row.file, row.sheet) for row in rows}
    versions = {place: _version(*place, layouts) for place in places}
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in rows:
        months[row.month].append(row)
    left_out: set[int] = set()
    findings = []
    for group in months.values():
        held = {row.code.value for row in group if not _is_other(versions[row.file, row.sheet])}
        beside = {row.file for row in group if row.code.value in held}
        for row in group:
            version = versions[row.file, row.sheet]
            if not _is_other(version) or row.code.value in held:
                continue
            alone = version.old and row.file in beside
            done = "baris tidak dipakai" if alone else "angkanya tetap dipakai"
            kind = "old_version_alone" if alone else "old_version_used"
            findings.append(row.finding(kind, *_WHO, read=version.told, done=done))
            if alone:
                left_out.add(id(row))
    return [row for row in rows if id(row) not in left_out], findings


def _is_other(version: _Version) -> bool:
    return version.old or version.copy


def _version(file: str, sheet: str, layouts: Layouts) -> _Version:
    """What names say; a file named by such a word alone, "lama.xlsx", is no version of another one."""
    stem = Document(file, b"").stem
    if layouts.is_old_version(sheet) or layouts.is_copy(sheet):
        return _Version(layouts.is_old_version(sheet), layouts.is_copy(sheet), f"nama lembar “{sheet}”")
    named = len(words(stem).split()) > 1 and layouts.is_old_version(stem)
    return _Version(named, False, f"nama berkas “{stem}”")
