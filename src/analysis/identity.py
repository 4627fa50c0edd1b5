"""Which facility a row belongs to: by code, then by the reviewed mapping of names, then by facilities.csv."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import groupby, pairwise

import pandas as pd

from analysis.contract import closing_months
from analysis.district import SETTINGS_FILE, District
from analysis.layouts import Layouts, words
from analysis.ledger import Finding
from analysis.periods import month_label
from analysis.rows import Row
from analysis.values import Code

ALIKE = 0.5
"""Similarity (0 to 1) below which two names of one code are taken for two facilities."""
_TITLES = re.compile(r"\b(?:uptd?|blud|puskesmas|pkm|klinik|pratama)\b")
_LIKE_A_POWER = re.compile(r"\d+E0*\d{1,2}")
_LEVEL = re.compile(r"(kabupaten|kab|kota)\b ?")


def name_key(name: str) -> str:
    """Return a facility name as it is compared: 'UPTD Puskesmas Sangasanga' and 'PUSKESMAS SANGA-SANGA' are one."""
    plain = words(name)
    return _TITLES.sub("", plain).replace(" ", "") or plain


class OwnDistrict:
    """Tells whether the column KAB/KOTA names the district; a province takes all of them."""

    def __init__(self, district: District) -> None:
        self._any = district.level == "provinsi"
        self._own = [self._parts(text) for text in (district.name, *district.aliases)]
        self._known: dict[str, bool] = {}

    @staticmethod
    def _parts(text: str) -> tuple[str, str, str]:
        plain = words(text)
        match = _LEVEL.match(plain)
        level = "" if match is None else "kota" if match[1] == "kota" else "kabupaten"
        return level, plain[match.end() if match else 0 :].replace(" ", ""), plain.replace(" ", "")

    def __contains__(self, text: str) -> bool:
        if text not in self._known:
            level, base, whole = self._parts(text)
            self._known[text] = (
                self._any
                or not whole
                or any(
                    whole == own_whole or (base == own_base and (not level or not own_level or level == own_level))
                    for own_level, own_base, own_whole in self._own
                )
            )
        return self._known[text]


@dataclass(frozen=True)
class Identified:
    """Rows with a facility, findings, and the names that fit no facility."""

    rows: list[Row]
    findings: list[Finding]
    unmatched: list[str]


def identify(rows: Sequence[Row], district: District, facilities: pd.DataFrame) -> Identified:
    """Return the rows whose facility is certain, each with its full code.

    facilities: table of ``district.load_facilities``.
    """
    register = _Register(rows, district, facilities)
    kept, findings = [], []
    unmatched: dict[str, list[Row]] = {}
    for row in rows:
        code, more = register.code_of(row)
        findings += [replace(finding, facility_code=code) for finding in more]
        if code:
            kept.append(row if row.code.value == code else replace(row, code=Code(code)))
        else:
            unmatched.setdefault(row.name, []).append(row)
    findings += [register.unmatched(name, group) for name, group in unmatched.items()]
    kept, more = register.agreeing(kept)
    return Identified(kept, findings + more + _presence(kept, facilities), sorted(unmatched))


def _presence(rows: Sequence[Row], facilities: pd.DataFrame) -> list[Finding]:
    """Say which facilities have no rows up to the last month of all files, or rows after they closed."""
    if not rows:
        return []
    last: dict[str, Row] = {}
    for row in rows:
        if row.code.value not in last or row.month >= last[row.code.value].month:
            last[row.code.value] = row
    end = max(row.month for row in rows)
    closed = closing_months(facilities)
    findings = []
    for code, row in sorted(last.items()):
        since = closed.get(code)
        finding = Finding("", facility_code=code, facility_name=row.name)
        if since is not None and row.month >= since:
            read = f"closed_since {month_label(since)}; baris terakhir {month_label(row.month)} ({row.file})"
            done = "barisnya tetap dipakai"
            kind, month = "facility_closed_with_rows", str(row.month)
            findings.append(replace(finding, kind=kind, month=month, read=read, done=done))
            continue
        until = end if since is None else min(end, since - 1)
        if row.month < until:
            first = row.month + 1
            months = month_label(first) if first == until else f"{month_label(first)} sampai {month_label(until)}"
            read = f"baris terakhir {month_label(row.month)}"
            done = f"{months} dihitung sebagai data yang kurang"
            findings.append(replace(finding, kind="facility_without_rows", month=str(first), read=read, done=done))
    return findings


class _Register:
    """What all files, facilities.csv and district.yml together say about codes and names."""

    def __init__(self, rows: Sequence[Row], district: District, facilities: pd.DataFrame) -> None:
        self.mapping = {words(name): code.strip().upper() for name, code in district.names.items()}
        listed = facilities.loc[facilities["code"].notna(), ["code", "name"]]
        self.listed: dict[str, str] = {
            str(code): "" if pd.isna(name) else str(name)
            for code, name in zip(listed["code"], listed["name"], strict=True)
        }
        by_key: defaultdict[str, set[str]] = defaultdict(set)
        for code, name in self.listed.items():
            if name:
                by_key[name_key(name)].add(code)
        self.listed_key = {key: next(iter(codes)) for key, codes in by_key.items() if len(codes) == 1}
        seen = {row.code.value for row in rows} | set(self.listed) | set(self.mapping.values())
        self.full: defaultdict[str, set[str]] = defaultdict(set)
        self.powers: set[str] = set()
        for code in seen - {""}:
            if code.startswith("0"):
                self.full[code.lstrip("0")].add(code)
            if _LIKE_A_POWER.fullmatch(code):
                self.powers.add(str(int(Decimal(code))))
        self.codes_of_key: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            if row.code.value and row.name:
                self.codes_of_key[name_key(row.name)][row.code.value] += 1

    def code_of(self, row: Row) -> tuple[str, list[Finding]]:
        """Return the full code of a row's facility, empty when nobody knows it, and how it was found if not by code."""
        code, doubt = row.code.value, row.code.doubt
        findings = []
        if code and code not in self.listed and code in self.powers:
            code, doubt = "", "code_power_of_ten"
        if code and code not in self.listed and (fulls := self.full.get(code)):
            if len(fulls) == 1:
                full = next(iter(fulls))
                done = f"dilengkapi menjadi {full}"
                findings.append(row.finding("code_zero_restored", "facility_code", read=row.code_text, done=done))
                code = full
            else:
                code, doubt = "", "code_unreadable"
        if code:
            return code, findings
        found = self.mapping.get(words(row.name)) or self.listed_key.get(name_key(row.name), "")
        done = f"dicocokkan lewat nama dengan {found}" if found else "kode tidak dapat dipulihkan"
        if doubt:
            findings.append(row.finding(doubt, *_CODE_COLUMNS, read=row.code_text, done=done))
        elif found:
            findings.append(row.finding("facility_by_name", "facility_name", read=row.name, done=done))
        return found, findings

    def unmatched(self, name: str, rows: list[Row]) -> Finding:
        """Return the finding about a name without code, with the line that would map it."""
        likely = self.codes_of_key.get(name_key(name))
        code = likely.most_common(1)[0][0] if likely else "KODE PPK"
        first = rows[0]
        done = (
            f"{len(rows)} baris tidak dipakai; bila benar, tambahkan pada bagian names di {SETTINGS_FILE}: "
            f'"{name}": "{code}"'
        )
        return first.finding("facility_unmatched", "facility_name", read=name, done=done)

    def agreeing(self, rows: list[Row]) -> tuple[list[Row], list[Finding]]:
        """Leave out rows whose code belongs to one facility and whose name belongs to another."""
        names: defaultdict[str, Counter[str]] = defaultdict(Counter)
        codes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            key = name_key(row.name)
            names[row.code.value][key] += 1
            codes[key][row.code.value] += 1
        kept, findings, told = [], [], set()
        for row in rows:
            code, key = row.code.value, name_key(row.name)
            if not row.name or self.mapping.get(words(row.name)) == code:
                kept.append(row)
                continue
            owner = self._owner(key, code, names, codes)
            if owner is not None:
                read = f"{code} – {row.name}; {owner}"
                findings.append(
                    row.finding(
                        "code_name_clash", *_CODE_COLUMNS, "facility_name", read=read, done="baris tidak dipakai"
                    )
                )
                continue
            usual = names[code].most_common(1)[0][0]
            if (code, key) not in told and not _alike(key, usual):
                told.add((code, key))
                done = "kode dipakai; periksa apakah fasilitas berganti nama"
                findings.append(row.finding("facility_renamed", "facility_name", read=row.name, done=done))
            kept.append(row)
        return kept, findings

    def _owner(self, key: str, code: str, names: dict[str, Counter[str]], codes: dict[str, Counter[str]]) -> str | None:
        """Say to whom a name or a code belongs when the two contradict each other; None when they do not."""
        listed = self.listed.get(code, "")
        if listed:
            if name_key(listed) == key:
                return None
            other = self.listed_key.get(key)
            if other and other != code:
                return f"menurut facilities.csv nama itu berkode {other}"
            return None if _alike(key, name_key(listed)) else f"menurut facilities.csv kode itu milik {listed}"
        other, times = codes[key].most_common(1)[0]
        own, own_times = names[code].most_common(1)[0]
        if other != code and own != key and times > codes[key][code] and own_times > names[code][key]:
            return f"di baris lain nama itu berkode {other}"
        return None


_CODE_COLUMNS = ("facility_code", "code_and_name")


def _alike(a: str, b: str) -> bool:
    return a == b or a in b or b in a or SequenceMatcher(None, a, b).ratio() >= ALIKE


def latest_names(rows: Iterable[Row]) -> dict[str, str]:
    """Return code → name as the latest month spells it."""
    latest: dict[str, tuple[pd.Period, str]] = {}
    for row in rows:
        if row.name and (row.code.value not in latest or row.month >= latest[row.code.value][0]):
            latest[row.code.value] = (row.month, row.name)
    return {code: name for code, (_, name) in latest.items()}


def facility_types(
    rows: Sequence[Row], names: dict[str, str], facilities: pd.DataFrame, layouts: Layouts
) -> tuple[dict[tuple[str, pd.Period], str], list[Finding]]:
    """Return the facility type of each code and month; a facility whose type nobody tells is absent.

    The rows of the month tell, else the latest month of the facility that does, else facilities.csv, else the first
    words of the name (with a finding). Where rows of one month contradict each other, facilities.csv decides between
    them, else what most months say, else the row read last. A facility may change its type on a date: two types are a
    finding unless the files tell one change and facilities.csv the later type.
    """
    said: defaultdict[str, _Said] = defaultdict(dict)
    findings, told = [], set()
    for row in rows:
        kind = layouts.type_of_word.get(words(row.type_word)) if row.type_word else None
        if kind is None:
            if row.type_word and words(row.type_word) not in told:
                told.add(words(row.type_word))
                done = "jenis diambil dari facilities.csv atau dari nama"
                findings.append(row.finding("facility_type_unknown", "facility_type", read=row.type_word, done=done))
            continue
        of_month = said[row.code.value].setdefault(row.month, {})
        of_month[kind] = of_month.pop(kind, row)  # the kind read last stands last
    listed = {str(k): str(v) for k, v in facilities.dropna(subset=["code", "type"]).set_index("code")["type"].items()}
    own: dict[tuple[str, pd.Period], str] = {}
    usual: dict[str, str] = {}
    for code, of_months in said.items():
        settled = _settled(of_months, listed.get(code))
        own |= {(code, month): kind for month, kind in settled.items()}
        usual[code] = settled[max(settled)]
        if (clash := _type_clash(of_months, settled, listed.get(code))) is not None:
            findings.append(replace(clash, facility_name=names.get(code, clash.facility_name)))
    for code in sorted({row.code.value for row in rows} - set(usual)):
        name = names.get(code, "")
        finding = Finding("", facility_code=code, facility_name=name, read=name)
        if code in listed:
            usual[code] = listed[code]
        elif (from_name := layouts.type_from_name(name)) is not None:
            usual[code] = from_name
            findings.append(replace(finding, kind="facility_type_from_name", done=f"jenis menjadi {from_name}"))
        else:
            findings.append(replace(finding, kind="facility_type_missing", done="jenis dibiarkan kosong"))
    return {
        (r.code.value, r.month): own.get((r.code.value, r.month), usual.get(r.code.value, "")) for r in rows
    }, findings


_Said = dict[pd.Period, dict[str, Row]]
"""Month → the types that its rows tell → the first row that tells it, in the order of the last row of each."""


def _settled(said: _Said, listed: str | None) -> dict[pd.Period, str]:
    """Return one type for each month that has any."""
    months_of = Counter(kind for kinds in said.values() for kind in kinds)
    settled = {}
    for month, kinds in said.items():
        usual = max(kinds, key=lambda kind: (months_of[kind], list(kinds).index(kind)))
        settled[month] = listed if listed in kinds else usual
    return settled


def _type_clash(said: _Said, settled: dict[pd.Period, str], listed: str | None) -> Finding | None:
    """Return the finding about a facility with several types; None when there is one, or one change that is listed."""
    months = sorted(said)
    steps = [kind for kind, _ in groupby(settled[month] for month in months)]
    torn = [month for month in months if len(said[month]) > 1]
    agreed = listed == steps[-1] if len(steps) == 2 else len(steps) == 1 and listed in (None, steps[-1])
    if agreed and not torn:
        return None
    read = [_where(kind, [m for m in months if kind in said[m]], said) for kind in _kinds(said, months)]
    if listed is not None:
        read.append(f"{listed}: facilities.csv")
    done = [f"{month_label(month)} memakai {settled[month]}" for month in torn]
    if len(steps) > 1:
        done.append(f"tiap bulan memakai jenis menurut berkasnya; bulan tanpa jenis dan kelompok memakai {steps[-1]}")
    else:
        done.append(f"dipakai {steps[0]}" + (" (menurut berkas)" if listed not in (None, steps[0]) else ""))
    # The place is where the files last begin to say something else; without a change, the first row.
    turns = [month for before, month in pairwise(months) if settled[month] != settled[before]]
    month = torn[-1] if torn else turns[-1] if turns else months[0]
    row = said[month][settled[month]]
    return row.finding("facility_type_clash", "facility_type", read="; ".join(read), done="; ".join(done))


def _kinds(said: _Said, months: Sequence[pd.Period]) -> list[str]:
    return list(dict.fromkeys(kind for month in months for kind in said[month]))


def _where(kind: str, months: Sequence[pd.Period], said: _Said) -> str:
    """Say in which months and files a type stands: 'puskesmas: Januari 2024 sampai Maret 2024 (a.xlsx)'."""
    files = list(dict.fromkeys(said[month][kind].file for month in months))
    shown = files[0] if len(files) == 1 else f"{files[0]} dan {len(files) - 1} berkas lain"
    span = month_label(months[0]) if len(months) == 1 else f"{month_label(months[0])} sampai {month_label(months[-1])}"
    return f"{kind}: {span} ({shown})"
