"""Several rows for one facility-month: equal ones are one, a revision replaces, a clash is never settled in silence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.contract import COUNTS
from analysis.ledger import Finding
from analysis.rows import Row
from analysis.values import visible

_REVISION = re.compile(
    r"(?P<before>(?:final|terakhir|terbaru)[ ._-]+)?(?<![a-z])(?:revisi|rev)(?:(?=ke)|(?![a-z]))[ ._()-]*",
    re.IGNORECASE,
)
_NO_REVISION = re.compile(
    r"(?<![a-z])(?:sebelum|sblm|belum|blm|pra|tanpa|bukan|perlu|mohon|minta|akan|utk|untuk|(?:sudah|telah) ada)"
    r"[ ._-]+$",
    re.IGNORECASE,
)
"""What stands before the word where a file holds the figures as they were: "sebelum revisi", "sudah ada revisi"."""
_WITHDRAWN = re.compile(r"(?:di)?(?:batal|tolak)", re.IGNORECASE)
_LAST = re.compile(r"(?:final|terakhir|terbaru|akhir)(?![a-z])", re.IGNORECASE)
_DATE = re.compile(
    r"\d{1,2}[./-](?:\d{1,2}[./-](?:20)?\d\d|20\d\d)(?!\d)|20\d\d[./-]?\d\d[./-]?\d\d(?!\d)"
    r"|(?:\d{1,2}(?=.*20\d\d)|\d\d)[ .-]*(?:jan|[fp]eb|mar|apr|mei|jun|jul|ag|sep|okt|no[vp]|des)",
    re.IGNORECASE,
)
# One digit, for REVISI 24 is a revision of the year 24; two only where "ke" leaves no doubt.
_NUMBER = re.compile(
    r"ke[ ._-]*(?:(\d{1,2})(?!\d)|(dua|tiga|empat|lima|enam)(?![a-z]))|([1-9])(?!\d)"
    r"|(ix|iv|v?i{1,3}|v|x)(?![a-z0-9])",
    re.IGNORECASE,
)
_NUMBERS = {
    "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6,
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
}  # fmt: skip


@dataclass(frozen=True)
class Used:
    """A row with the counts of it that can be used."""

    row: Row
    counts: Mapping[str, int | None]


@dataclass(frozen=True)
class Edition:
    """How a file stands to others of the same months.

    revision: 0, or the number in 'REVISI 2' (1 for REVISI alone).
    last: its last service month.
    cumulative: True when it holds more than one month.
    ordered: False for 'REVISI TERAKHIR' and 'REVISI 3 Juli 2024', of which nobody knows whether REVISI 2 is later.
    """

    revision: int
    last: pd.Period
    cumulative: bool
    ordered: bool = True

    def replaces(self, other: Edition) -> bool:
        """True when this file is the later word: a revision, or a cumulative workbook that reaches further."""
        reaches_further = self.cumulative and self.last > other.last
        outdone = other._revised_after(self) or (other.cumulative and other.last > self.last)
        return (self._revised_after(other) or reaches_further) and not outdone

    def _revised_after(self, other: Edition) -> bool:
        comparable = not other.revision or (self.ordered and other.ordered)
        return comparable and self.revision > other.revision


def revision_of(name: str) -> tuple[int, bool]:
    """Return the number of a file's revision, and whether it can be compared with those of other files.

    0 for a file without REVISI in its name or folder, 1 for REVISI, 2 for REVISI 2, II or KE-2. Where several parts of
    the path name a revision, the highest counts. A year or date behind the word is no number. A file from before a
    revision, or one that asks for it, is none.
    """
    plain = name.replace("_", " ")
    found = (match for match in _REVISION.finditer(plain) if not _is_denied(plain, match))
    return max((_number(match, plain[match.end() :]) for match in found), default=(0, True))


def _is_denied(plain: str, found: re.Match[str]) -> bool:
    """True where the words around take a revision away: "sebelum revisi", "revisi batal"."""
    before, behind = plain[: found.start()], plain[found.end() :]
    return _NO_REVISION.search(before) is not None or _WITHDRAWN.match(behind) is not None


def _number(found: re.Match[str], rest: str) -> tuple[int, bool]:
    if _DATE.match(rest) or _LAST.match(rest):
        return 1, False
    number = _NUMBER.match(rest)
    if number is None:
        return 1, not found["before"]
    text = next(group for group in number.groups() if group is not None).lower()
    return max(1, int(text) if text.isdecimal() else _NUMBERS[text]), True


def editions(rows: Sequence[Row]) -> dict[str, Edition]:
    """Return the edition of each file that has rows."""
    months: defaultdict[str, set[pd.Period]] = defaultdict(set)
    for row in rows:
        months[row.file].add(row.month)
    revisions = {file: revision_of(file.rpartition(".")[0]) for file in months}
    return {
        file: Edition(revisions[file][0], max(found), len(found) > 1, revisions[file][1])
        for file, found in months.items()
    }


def one_each(used: Sequence[Used]) -> tuple[list[Used], list[Finding]]:
    """Return one row for each facility-month, and findings for replaced, equal and contradicting rows."""
    known = editions([u.row for u in used])
    groups: defaultdict[tuple[str, pd.Period], list[Used]] = defaultdict(list)
    for one in used:
        groups[one.row.code.value, one.row.month].append(one)
    kept, findings = [], []
    equal: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for group in groups.values():
        if len(group) == 1:
            kept.append(group[0])
            continue
        current, more = in_force(group, known)
        findings += more
        whole, more = merged(current, equal)
        findings += more
        kept.append(whole)
    for (file, sheet, other), numbers in equal.items():
        read = f"baris {', '.join(map(str, sorted(numbers)))} sama dengan {other}"
        findings.append(Finding("rows_equal", file, sheet, read=read, done="dihitung satu kali"))
    return kept, findings


def in_force(group: list[Used], known: Mapping[str, Edition]) -> tuple[list[Used], list[Finding]]:
    """Return the rows that no later file replaces, with a finding when the replaced figures were others."""
    current = [u for u in group if not any(known[v.row.file].replaces(known[u.row.file]) for v in group)]
    findings = []
    new = current[0]
    for old in group:
        if any(old is u for u in current):
            continue
        changes = differences([old, new], " menjadi ")
        if changes:
            done = f"diganti oleh {new.row.file}" + (f" lembar “{new.row.sheet}”" if new.row.sheet else "")
            findings.append(old.row.finding("figures_replaced", *changes, read="; ".join(changes.values()), done=done))
    return current, findings


def merged(group: list[Used], equal: defaultdict[tuple[str, str, str], list[int]]) -> tuple[Used, list[Finding]]:
    """Return the first of several rows without the counts that differ, with a finding for these.

    equal: file, sheet and the other file → rows that say the same again, to which these are added.
    """
    first = group[0]
    differing = differences(group, " dan ")
    if not differing:
        for other in group[1:]:
            place = first.row.file if other.row.file != first.row.file else "baris lain di berkas ini"
            equal[other.row.file, other.row.sheet, place].append(other.row.row)
        return first, []
    counts = dict(first.counts)
    for role in COUNTS:
        if len({u.counts.get(role) for u in group}) > 1:
            counts[role] = None
    where = ", ".join(_where(first.row, u.row) for u in group[1:])
    read = "; ".join(differing.values())
    done = f"angka yang berbeda tidak dipakai; baris pembanding: {where}"
    return Used(first.row, counts), [first.row.finding("rows_differ", *differing, read=read, done=done)]


def _where(first: Row, other: Row) -> str:
    """Where another row stands; of tables of one file, which may have the same row numbers, with the sheet."""
    apart = other.part and other.file == first.file and other.sheet != first.sheet
    return f"{other.file}{f' lembar “{visible(other.sheet)}”' if apart else ''} baris {other.row}"


def differences(group: Sequence[Used], between: str) -> dict[str, str]:
    """Return role → 'Jumlah Kontak 512 dan 530' for the counts that are not the same in all rows."""
    changes = {}
    for role in COUNTS:
        values = [u.counts.get(role) for u in group]
        if len(set(values)) > 1:
            heading = next((u.row.headings[role] for u in group if role in u.row.headings), role)
            texts = dict.fromkeys("kosong" if v is None else f"{v:,}".replace(",", ".") for v in values)
            changes[role] = f"{heading} {between.join(texts)}"
    return changes
