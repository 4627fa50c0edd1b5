"""Which type a facility has in which month, as its rows, facilities.csv and its name tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

import pandas as pd

from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.periods import month_label, months_label
from analysis.plain_words import words
from analysis.rows import Row


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
    span = months_label(months)
    return f"{kind}: {span} ({shown})"
