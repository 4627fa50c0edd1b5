"""Names of persons that stand where an extract has names of facilities: found in its own columns, and taken out."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis import formats as fmt
from analysis.extract_shapes import VisitCounts
from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.people import Names, Personal, name_key
from analysis.privacy import Candidates, own_words
from analysis.raw_people import people_among
from analysis.sources import data_files

_TEXTS = ("destination", "destination_name")
"""Columns of ``Referrals.cases`` that hold what somebody wrote, not a code or a known word."""


@dataclass(frozen=True)
class _Asked:
    """What ``raw_people.people_among`` is asked for."""

    names: Set[str]
    personal: Personal
    numbers: Set[str] = frozenset()


def without_people(
    visits: VisitCounts, folder: Path, personal: Personal, layouts: Layouts, others: Sequence[Finding] = ()
) -> tuple[VisitCounts, set[str]]:
    """Return counts of visits without the names of persons in their texts, and these names as ``people.name_key``.

    folder: the district's files, in whose columns of names they are looked for. A name of a single word is left: it may
    be anything. So is one that says what facility it is, such as that of a doctor's practice.
    The names of persons in the names of the files and sheets are among those returned.
    others: findings of the other readers, which may name sheets; default none.
    """
    if not visits.files:
        return visits, set()
    cases = None if visits.referrals is None else visits.referrals.cases
    texts = {*visits.table["facility_name"], *([] if cases is None else pd.unique(cases[list(_TEXTS)].stack()))}
    doubtful = {key for text in texts if (key := _doubtful(str(text), personal, layouts))}
    parts = {part for path in data_files(folder)[0] for part in path.relative_to(folder).parts}
    named = {part.rpartition(".")[0] or part for part in parts}
    named |= {finding.sheet for finding in (*visits.findings, *others)} - {""}
    named |= {finding.read for finding in others if finding.kind == "sheet_hidden"}
    doubtful |= _in_names(named, personal)
    if not doubtful:
        return visits, set()
    found = {match.key for match in people_among(folder, _Asked(doubtful, personal))}
    if not found:
        return visits, found
    people = Names(found, personal.title_words)
    table = visits.table.assign(facility_name=_replaced(visits.table["facility_name"], people, ""))
    referrals = visits.referrals
    if referrals is not None:
        cleared = {column: _replaced(referrals.cases[column], people) for column in _TEXTS}
        referrals = replace(referrals, cases=referrals.cases.assign(**cleared))
    findings = [finding.without(people) for finding in visits.findings]
    if number := sum(map(people.stand_in, map(str, texts))):
        done = "nama orang dibuang; nama fasilitas diganti kodenya"
        findings.append(Finding("name_dropped", read=f"{fmt.number(number)} teks", done=done))
    return replace(visits, table=table, referrals=referrals, findings=findings), found


def _in_names(texts: Set[str], personal: Personal) -> set[str]:
    """Keys of what may be a person's name in the names of files, folders and sheets."""
    keys = {key for key in Candidates(texts, personal).names if " " in key}
    keys = {key for key in keys if personal.no_name_words.isdisjoint(key.split())}
    said = own_words() if keys else ""
    return {key for key in keys if f" {key} " not in said}


def _doubtful(text: str, personal: Personal, layouts: Layouts) -> str:
    """The key of a text that may be a person's name; empty when it is none."""
    key = name_key(text, personal.title_words)
    words = key.split()
    if len(words) < 2 or not personal.no_name_words.isdisjoint(words) or layouts.type_from_name(text) is not None:
        return ""
    return key


def _replaced(texts: pd.Series, people: Names, by: str | None = None) -> pd.Series:
    """Texts without names; by: what stands in the place of a text with one, default the text with the name hidden."""
    shown = {text: people.hidden(text) for text in texts.dropna().unique() if people.stand_in(text)}
    return texts.replace(shown if by is None else dict.fromkeys(shown, by)) if shown else texts
