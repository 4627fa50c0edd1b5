"""Names of persons that stand where a recap has the names of facilities: told by title or degree, and taken out.

"dr. NAMA CONTOH" is a doctor's practice where the file or facilities.csv says so; elsewhere it is the head of a
puskesmas, or a doctor of it, in the wrong column. The code of such a row stands; the name is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd

from analysis.layouts import Layouts
from analysis.ledger import Finding
from analysis.people import NAME_HIDDEN, Names, Personal, name_key
from analysis.plain_words import words
from analysis.rows import Row

_PRACTICES = frozenset({"dokter_mandiri", "dokter_gigi"})


def persons_in(
    rows: Sequence[Row], facilities: pd.DataFrame, declared: Collection[str], layouts: Layouts, personal: Personal
) -> frozenset[str]:
    """Return the names of rows that are a person's, as they are written.

    facilities: facilities.csv under the newest codes. declared: names of facilities that district.yml maps to codes.
    A name that facilities.csv or district.yml knows, or whose code is that of a practice, is a facility's.
    """
    known = {words(name) for name in (*declared, *facilities["name"].dropna())}
    practices = {str(code) for code in facilities.loc[facilities["type"].isin(_PRACTICES), "code"].dropna()}
    practices |= {row.code.value for row in rows if layouts.type_of_word.get(words(row.type_word)) in _PRACTICES}
    practices.discard("")
    return frozenset(
        row.name
        for row in rows
        if personal.is_titled(row.name)
        and layouts.type_from_name(row.name) in {None, *_PRACTICES}
        and layouts.type_of_word.get(words(row.type_word)) not in _PRACTICES
        and row.code.value not in practices
        and words(row.name) not in known
    )


def without_persons(
    rows: Sequence[Row], findings: Sequence[Finding], persons: Collection[str], titles: frozenset[str]
) -> tuple[list[Row], list[Finding], set[str]]:
    """Return rows and findings without these names, with a finding for each, and the names as ``people.name_key``.

    titles: words around a name that are no part of it.
    """
    keys = {name_key(name, titles) for name in persons} - {""}
    names = Names(keys, titles)
    kept, more, told = [], [], set()
    for row in rows:
        if row.name not in persons:
            kept.append(row)
            continue
        nameless = replace(row.without(names), name="")
        kept.append(nameless)
        if (place := (row.file, row.name, row.code.value)) not in told:
            told.add(place)
            done = "kodenya dipakai, namanya tidak disimpan" if row.code.value else "namanya tidak disimpan"
            columns = ("code_and_name", "facility_name")
            more.append(nameless.finding("person_for_facility", *columns, read=NAME_HIDDEN, done=done))
    hidden = [
        replace(one, facility_name=NAME_HIDDEN) if one.facility_name in persons else one.without(names)
        for one in findings
    ]
    return kept, [*hidden, *more], keys
