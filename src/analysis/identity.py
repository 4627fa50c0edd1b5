"""Which facility a row belongs to: by code, then by the reviewed mapping of names, then by facilities.csv.

Proposals by similarity (``name_proposals``) are never used here: a person confirms them first.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations, permutations

import pandas as pd

from analysis.district import District, newest_code
from analysis.ledger import Finding
from analysis.names import FacilityName, NameIndex, facility_name
from analysis.periods import month_label
from analysis.plain_words import words
from analysis.presence import presence
from analysis.rows import Row
from analysis.values import Code
from analysis.workspace import FACILITIES_FILE, SETTINGS_FILE

ALIKE = 0.5
"""Similarity (0 to 1) below which two names of one code are taken for two facilities."""
_PERHAPS_A_POWER = re.compile(r"[1-9]\d{0,3}0+")
"""What Excel makes of 0114E005: at most four digits and zeros; no code of digits ends in that many zeros."""
_LIKE_A_POWER = re.compile(r"\d+E0*\d{1,2}")
_USUAL = re.compile(r"\d{4}[0-9A-Z]\d{3}")
"""A code as BPJS writes it: 0114A027."""
_QUOTED = 5
"""Codes that a finding quotes."""
_CODE_COLUMNS = ("facility_code", "code_and_name")
_CONFUSED = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Unknown:
    """A name that fits no code.

    name: as it stands in the files. places: file, sheet and number of rows. codes: texts in the column of codes that
    could not be used.
    """

    name: str
    places: tuple[tuple[str, str, int], ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Identified:
    """Rows with a facility, findings, and the names that fit no facility, sorted.

    spellings: code → every name of it → where it is known from: facilities.csv, district.yml or the files.
    """

    rows: list[Row]
    findings: list[Finding]
    unknown: list[Unknown]
    spellings: dict[str, dict[str, str]]


def identify(rows: Sequence[Row], district: District, facilities: pd.DataFrame) -> Identified:
    """Return the rows whose facility is certain, each with its full, newest code.

    facilities: facilities.csv under the newest codes, ``district.current_facilities``.
    """
    register = _Register(rows, district, facilities)
    kept, findings = [], []
    unmatched: dict[str, list[Row]] = {}
    for row in rows:
        code, more = register.code_of(row)
        findings += [replace(finding, facility_code=code or finding.facility_code) for finding in more]
        if code is None:
            continue
        if code:
            kept.append(row if row.code.value == code else replace(row, code=Code(code)))
        else:
            unmatched.setdefault(row.name, []).append(row)
    findings += [register.unmatched(name, group) for name, group in unmatched.items()]
    kept, more = register.agreeing(kept)
    findings += more
    kept, more = register.under_one_code(kept)
    findings += more + register.unusual(kept) + presence(kept, facilities)
    return Identified(kept, findings, _unknown(unmatched), register.spellings())


def _unknown(unmatched: dict[str, list[Row]]) -> list[Unknown]:
    found = []
    for name, rows in sorted(unmatched.items()):
        if name:
            places = Counter((row.file, row.sheet) for row in rows)
            codes = tuple(dict.fromkeys(row.code_text for row in rows if row.code_text))
            found.append(Unknown(name, tuple((*place, number) for place, number in places.items()), codes))
    return found


class _Register:
    """What all files, facilities.csv and district.yml together say about codes and names."""

    def __init__(self, rows: Sequence[Row], district: District, facilities: pd.DataFrame) -> None:
        self.declared = district.code_changes
        self.changes = {change.old: change for change in district.code_changes}
        self.mapping = {words(name): entries for name, entries in district.names.items()}
        self.reviewed = [
            (name, newest_code(entry.code, district.code_changes))
            for name, entries in district.names.items()
            for entry in entries
        ]
        listed = facilities.loc[facilities["code"].notna(), ["code", "name"]]
        pairs = [(str(c), "" if pd.isna(n) else str(n)) for c, n in zip(listed["code"], listed["name"], strict=True)]
        self.listed = dict(pairs)
        self.listed_names = NameIndex((name, code) for code, name in self.listed.items())
        written = {row.code.value for row in rows} | set(self.listed) | {code for _, code in self.reviewed}
        written |= {code for change in district.code_changes for code in (change.old, change.new)}
        self.full: defaultdict[str, set[str]] = defaultdict(set)
        self.powers: set[str] = set()
        for code in written - {""}:
            if code.startswith("0"):
                self.full[code.lstrip("0")].add(code)
            if _LIKE_A_POWER.fullmatch(code):
                self.powers.add(str(int(Decimal(code))))
        self.seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            if row.code.value:
                self.seen[row.code.value][row.name] += 1
        self.seen_names = NameIndex((name, code) for code, names in self.seen.items() for name in names)
        self.trusted = set(self.listed) | {code for _, code in self.reviewed} | set(self.changes)
        self.lookalike = self._lookalikes()

    def spellings(self) -> dict[str, dict[str, str]]:
        """Return code → name → where it is known from; of several places the first of list, mapping and files."""
        known = [(code, name, FACILITIES_FILE) for code, name in self.listed.items()]
        known += [(code, name, SETTINGS_FILE) for name, code in self.reviewed]
        known += [(self._whole(code), name, "berkas") for code, names in self.seen.items() for name in names]
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for code, name, place in known:
            names = found[code]
            if name:
                names.setdefault(name, place)
        return {code: names for code, names in sorted(found.items()) if code}

    def _whole(self, code: str) -> str:
        """Return the newest full code; empty for one that is in doubt.

        Of two codes that resemble each other and are equally frequent, either may be the right one.
        """
        fulls = self.full.get(code, {code})
        weaker = code in self.lookalike and self.lookalike[code] not in self.lookalike
        if weaker or len(fulls) != 1 or self._is_power(code):
            return ""
        return newest_code(next(iter(fulls)), self.declared)

    def _is_power(self, code: str) -> bool:
        """Whether a code may be what Excel made of another one with an E in it."""
        known = code in self.trusted or code in self.full
        return code not in self.listed and (
            code in self.powers or (not known and bool(_PERHAPS_A_POWER.fullmatch(code)))
        )

    def _lookalikes(self) -> dict[str, str]:
        """Return codes that differ from another one only by O for 0, or I for 1, where both have one name."""
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for code in {*self.seen, *self.trusted} - {""}:
            alike[code.translate(_CONFUSED)].append(code)
        found = {}
        for codes in alike.values():
            for code in codes:
                weight = self._weight(code)
                others = [o for o in codes if o != code and self._weight(o) >= weight and self._one_name(code, o)]
                if others and code not in self.trusted:
                    found[code] = max(others, key=self._weight)
        return found

    def _weight(self, code: str) -> tuple[bool, int]:
        return code in self.trusted, self.seen[code].total() if code in self.seen else 0

    def _one_name(self, code: str, other: str) -> bool:
        names = [facility_name(n) for n in (*self.seen.get(other, ()), self.listed.get(other, "")) if n]
        own = [facility_name(name) for name in self.seen.get(code, ()) if name]
        return not names or not own or any(a.same(b) or _alike(a, b) for a in own for b in names)

    def code_of(self, row: Row) -> tuple[str | None, list[Finding]]:
        """Return the newest code of a row's facility, and how it was found.

        The code is empty when nobody knows it, None when the row is not used because of its code.
        """
        code, doubt = row.code.value, row.code.doubt
        findings = []
        if self._is_power(code):
            code, doubt = "", "code_power_of_ten"
        if code in self.lookalike:
            code, doubt = "", "code_lookalike"
        if code and code not in self.listed and (fulls := self.full.get(code)):
            if len(fulls) == 1:
                full = next(iter(fulls))
                done = f"dilengkapi menjadi {full}"
                findings.append(row.finding("code_zero_restored", "facility_code", read=row.code_text, done=done))
                code = full
            else:
                code, doubt = "", "code_unreadable"
        if code:
            return self._newest(row, code, findings)
        found = self._by_name(row)
        done = f"dicocokkan lewat nama dengan {found}" if found else "kode tidak dapat dipulihkan"
        if doubt:
            like = self.lookalike.get(row.code.value, "")
            read = f"{row.code_text}, mirip {like}" if like else row.code_text
            findings.append(row.finding(doubt, *_CODE_COLUMNS, read=read, done=done))
        elif found:
            findings.append(row.finding("facility_by_name", "facility_name", read=row.name, done=done))
        return found, findings

    def _newest(self, row: Row, code: str, findings: list[Finding]) -> tuple[str | None, list[Finding]]:
        """Follow the declared changes of a code; a row of an old one after its change is not used."""
        change = self.changes.get(code)
        if change is None:
            return code, findings
        since = month_label(pd.Period(change.since, "M"))
        new = newest_code(code, self.declared)
        if str(row.month) >= change.since:
            read, done = f"{code}; sejak {since} kodenya {change.new}", "baris tidak dipakai"
            return None, [*findings, row.finding("code_outdated", *_CODE_COLUMNS, read=read, done=done)]
        done = f"dipakai sebagai {new} (berganti sejak {since}: {change.why})"
        return new, [*findings, row.finding("code_changed", *_CODE_COLUMNS, read=code, done=done)]

    def _reviewed(self, row: Row) -> str:
        """Return the code that the mapping of names gives a row in its month; empty where it gives none."""
        entries = self.mapping.get(words(row.name), ()) if row.name else ()
        return next((newest_code(e.code, self.declared) for e in entries if e.covers(str(row.month))), "")

    def _by_name(self, row: Row) -> str:
        if words(row.name) in self.mapping:
            return self._reviewed(row)
        return self.listed_names.only(row.name)

    def unmatched(self, name: str, rows: list[Row]) -> Finding:
        """Return the finding about a name without code, with the line that would map it."""
        unused = f"{len(rows)} baris tidak dipakai"
        if not name:
            done = f"{unused}; tanpa kode dan nama"
        elif words(name) in self.mapping:
            months = ", ".join(dict.fromkeys(month_label(row.month) for row in rows))
            done = f"{unused}; bagian names di {SETTINGS_FILE} memuat nama ini, tetapi tidak untuk {months}"
        else:
            line = f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(self.seen_names.only(name) or 'KODE PPK')}"
            done = f"{unused}; bila benar, tambahkan pada bagian names di {SETTINGS_FILE}: {line}"
        return rows[0].finding("facility_unmatched", "facility_name", read=name, done=done)

    def agreeing(self, rows: list[Row]) -> tuple[list[Row], list[Finding]]:
        """Leave out rows whose code belongs to one facility and whose name belongs to another."""
        usage = _Usage(rows)
        kept, findings, told = [], [], set()
        for row in rows:
            code, name = row.code.value, facility_name(row.name)
            reviewed = self._reviewed(row)
            if not row.name or reviewed == code:
                kept.append(row)
                continue
            if reviewed:
                owner: str | None = f"menurut names di {SETTINGS_FILE} nama itu berkode {reviewed}"
            else:
                owner = self._owner(row.name, code, usage)
            if owner is not None:
                read = f"{code} – {row.name}; {owner}"
                columns = (*_CODE_COLUMNS, "facility_name")
                findings.append(row.finding("code_name_clash", *columns, read=read, done="baris tidak dipakai"))
                continue
            usual = usage.usual(code)
            if (code, name) not in told and not usual.same(name) and _another(usual, name):
                told.add((code, name))
                done = "kode dipakai; periksa apakah fasilitas berganti nama"
                findings.append(row.finding("facility_renamed", "facility_name", read=row.name, done=done))
            kept.append(row)
        return kept, findings

    def under_one_code(self, rows: list[Row]) -> tuple[list[Row], list[Finding]]:
        """Leave out rows of one facility that stands under two codes in one month; tell where its code changes.

        One facility has the same figures twice, or is a puskesmas that one file knows by this and another by that code.
        What facilities.csv or district.yml say of a code settles it.
        """
        settled = {*self.listed, *(code for _, code in self.reviewed)}
        bearers: defaultdict[tuple[str, tuple[str, ...]], list[Row]] = defaultdict(list)
        for row in rows:
            if row.name and row.code.value not in settled:
                name = facility_name(row.name)
                bearers[name.base, name.numbers].append(row)
        doubtful: dict[int, str] = {}
        findings = []
        for group in bearers.values():
            if len({row.code.value for row in group}) > 1:
                doubtful |= _doubly(group)
                certain = [row for row in group if id(row) not in doubtful]
                shared = _sharing(certain)
                findings += shared or _recoded(certain)
        for row in rows:
            if other := doubtful.get(id(row)):
                read, columns = f"{row.name}: {row.code.value} dan {other}", (*_CODE_COLUMNS, "facility_name")
                findings.append(row.finding("name_with_two_codes", *columns, read=read, done="baris tidak dipakai"))
        return [row for row in rows if id(row) not in doubtful], findings

    def unusual(self, rows: Sequence[Row]) -> list[Finding]:
        """Tell of codes that have not the form of BPJS's and are known from nowhere else, once for each file.

        A whole file may have lost the zero in front, or hold the letter O for it: no other code then shows it.
        """
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.code.value not in self.trusted and _USUAL.fullmatch(row.code.value) is None:
                found[row.file].append(row)
        told = []
        for group in found.values():
            codes = list(dict.fromkeys(row.code.value for row in group))
            quoted = ", ".join(codes[:_QUOTED]) + (f" … ({len(codes)} kode)" if len(codes) > _QUOTED else "")
            told.append(group[0].column_finding("codes_unusual", *_CODE_COLUMNS, read=quoted, done="kode dipakai"))
        return told

    def _owner(self, text: str, code: str, usage: _Usage) -> str | None:
        """Say to whom a name or a code belongs when the two contradict each other; None when they do not."""
        name = facility_name(text)
        if listed := self.listed.get(code, ""):
            return self._listed_owner(text, code, facility_name(listed))
        if (listed_code := self.listed_names.only(text)) and listed_code != code:
            return f"menurut {FACILITIES_FILE} nama itu berkode {listed_code}"
        mine = usage.rows(code, name)
        own, times = usage.usual_beside(code, name)
        if times < mine:
            return None
        other, elsewhere = usage.usual_code(name, code)
        if elsewhere >= mine:
            return f"di baris lain nama itu berkode {other}, dan kode itu bernama lain"
        if times == mine:
            return None
        numbered = own.base == name.base and own.contradicts(name)
        return "di baris lain kode itu dipakai dengan nomor lain pada nama yang sama" if numbered else None

    def _listed_owner(self, text: str, code: str, listed: FacilityName) -> str | None:
        name = facility_name(text)
        if listed.same(name):
            return None
        other = self.listed_names.only(text)
        if other and other != code:
            return f"menurut {FACILITIES_FILE} nama itu berkode {other}"
        apart = not _alike(name, listed) or (name.base == listed.base and name.contradicts(listed))
        return f"menurut {FACILITIES_FILE} kode itu milik {self.listed[code]}" if apart else None


def _doubly(group: Sequence[Row]) -> dict[int, str]:
    """Rows, by identity, of a facility that has another code in the same month; with that code."""
    found: dict[int, str] = {}
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    codes: defaultdict[str | int, set[str]] = defaultdict(set)
    for row in group:
        months[row.month].append(row)
        codes[_source(row)].add(row.code.value)
    for beside in months.values():
        for row, other in permutations(beside, 2):
            names = facility_name(row.name), facility_name(other.name)
            if row.code.value == other.code.value or not names[0].same(names[1]):
                continue
            apart = row.code.value not in codes[_source(other)] and other.code.value not in codes[_source(row)]
            # two facilities of one name stand on every table of an indicator
            of_one = (row.part and other.part) or "puskesmas" in {name.kind for name in names}
            if _same_figures(row, other) or (apart and of_one):
                found.setdefault(id(row), other.code.value)
    return found


def _source(row: Row) -> str | int:
    """What knows a facility by one code: its file, of tables of single indicators each of them."""
    return row.table if row.part else row.file


def _sharing(group: Sequence[Row]) -> list[Finding]:
    """A finding for each two codes that a puskesmas' name has in one month: two facilities, or one in two parts."""
    findings: list[Finding] = []
    told: set[tuple[str, str]] = set()
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in group:
        months[row.month].append(row)
    for beside in months.values():
        for other, row in combinations(beside, 2):
            names = facility_name(row.name), facility_name(other.name)
            codes = other.code.value, row.code.value
            if codes[0] == codes[1] or codes in told or not names[0].same(names[1]):
                continue
            if "puskesmas" in {name.kind for name in names}:
                told.add(codes)
                read, columns = f"{row.name}: {codes[0]} dan {codes[1]}", (*_CODE_COLUMNS, "facility_name")
                done = "dihitung sebagai dua fasilitas"
                findings.append(row.finding("name_shared", *columns, read=read, done=done))
    return findings


def _same_figures(row: Row, other: Row) -> bool:
    counts = {role: count.value for role, count in row.counts.items()}
    return any(counts.values()) and counts == {role: count.value for role, count in other.counts.items()}


def _recoded(group: Sequence[Row]) -> list[Finding]:
    """A finding for each code that takes the place of another one beside the same name, of a puskesmas."""
    findings: list[Finding] = []
    told: set[str] = set()
    ordered = sorted(group, key=lambda row: row.month)
    for row in ordered:
        name = facility_name(row.name)
        others = {o.code.value for o in ordered if facility_name(o.name).same(name)} - {row.code.value}
        if name.kind == "puskesmas" and others and row.code.value not in told and told & others:
            read = f"{row.name}: {row.code.value}, sebelumnya {', '.join(sorted(told & others))}"
            done = "dihitung sebagai fasilitas lain"
            findings.append(row.finding("facility_code_changes", *_CODE_COLUMNS, read=read, done=done))
        told.add(row.code.value)
    return findings


class _Usage:
    """How often each code stands beside each name."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._names: defaultdict[str, Counter[FacilityName]] = defaultdict(Counter)
        self._codes: defaultdict[FacilityName, Counter[str]] = defaultdict(Counter)
        self._alike: defaultdict[tuple[str, tuple[str, ...]], set[FacilityName]] = defaultdict(set)
        for row in rows:
            name = facility_name(row.name)
            self._names[row.code.value][name] += 1
            self._codes[name][row.code.value] += 1
            self._alike[name.base, name.numbers].add(name)

    def usual(self, code: str) -> FacilityName:
        """Return the name that stands most often beside a code."""
        return self._names[code].most_common(1)[0][0]

    def rows(self, code: str, name: FacilityName) -> int:
        """Return the number of rows of a code whose name is this one."""
        return sum(times for other, times in self._names[code].items() if other.same(name))

    def usual_beside(self, code: str, name: FacilityName) -> tuple[FacilityName, int]:
        """Return the other name that stands most often beside a code, and its number of rows; 0 where none does."""
        others = (other for other in self._names[code] if not other.same(name))
        return max(((other, self.rows(code, other)) for other in others), key=lambda item: item[1], default=(name, 0))

    def usual_code(self, name: FacilityName, but: str) -> tuple[str, int]:
        """Return the code that stands most often beside a name, but for one, and how often; 0 where none does."""
        codes: Counter[str] = Counter()
        for other in self._alike[name.base, name.numbers]:
            if other.same(name):
                codes += self._codes[other]
        del codes[but]
        return max(sorted(codes.items()), key=lambda item: item[1], default=("", 0))


def _alike(a: FacilityName, b: FacilityName) -> bool:
    return a.base in b.base or b.base in a.base or SequenceMatcher(None, a.base, b.base).ratio() >= ALIKE


def _another(a: FacilityName, b: FacilityName) -> bool:
    """True for two names of one code that a person should look at."""
    return not _alike(a, b) or a.numbers != b.numbers or bool(a.kind and b.kind and a.kind != b.kind)


def latest_names(rows: Iterable[Row]) -> dict[str, str]:
    """Return code → name as the latest month spells it."""
    latest: dict[str, tuple[pd.Period, str]] = {}
    for row in rows:
        if row.name and (row.code.value not in latest or row.month >= latest[row.code.value][0]):
            latest[row.code.value] = (row.month, row.name)
    return {code: name for code, (_, name) in latest.items()}
