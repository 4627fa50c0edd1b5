"""Tables of single indicators, on sheets, tables or in files of their own, joined to one row for each facility-month.

They are used only where the tables of a district's files hold every needed indicator between them. A row with all
counts stands before them. A count of one table whose partner stands in another is compared, never used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.copied_columns import judge_copies
from analysis.doubles import Edition, Used, differences, editions, in_force, merged
from analysis.layouts import COUNT_ROLES, NEEDED, RPPT, SHARES, Share, whole_shares
from analysis.ledger import Finding
from analysis.number_cells import Count
from analysis.periods import months_label
from analysis.rows import Row
from analysis.sum_rows import summed_beside, told_sum, without_sums
from analysis.uncounted import without_uncounted
from analysis.values import visible
from analysis.zeros import without_zeros

_Key = tuple[str, pd.Period]
_Place = tuple[int, int, pd.Period]
NAMES = dict(zip((share.printed for share in NEEDED), ("AK", "RRNS", "RPPT DM", "RPPT HT"), strict=True))
"""The needed indicators as messages call them."""
_ORDER = {name: place for place, name in enumerate(NAMES.values())}
Judge = Callable[[Sequence[Row]], tuple[list[Row], list[Finding]]]
"""What leaves rows out, with findings."""
_JUDGES: tuple[Judge, ...] = (without_sums, without_zeros, without_uncounted)


@dataclass
class _Joining:
    """What is seen while rows are joined.

    known: editions of the files. equal: file, sheet and the other file → rows that say the same again.
    """

    known: Mapping[str, Edition]
    equal: defaultdict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)


def place_of(row: Row) -> _Place:
    """What tells a row of a table from all others, also once its facility is known."""
    return row.table, row.row, row.month


def of_each_kind(rows: Sequence[Row], judge: Judge) -> tuple[list[Row], list[Finding]]:
    """Return what a judge of rows leaves of whole ones and, apart, of the parts that hold the same indicators."""
    kinds: defaultdict[tuple[Share, ...], list[Row]] = defaultdict(list)
    for row in rows:
        kinds[whole_shares(row.columns) if row.part else ()].append(row)
    kept: list[Row] = []
    findings: list[Finding] = []
    for group in kinds.values():
        left, more = judge(group)
        kept += left
        findings += more
    return kept, findings


def usable(rows: Sequence[Row], certain: Sequence[Row]) -> set[_Place]:
    """Return the places of the parts that can be used: those of facility-months of which no row holds all counts.

    rows: of all files. certain: those of them whose facility is certain; of others, whose names a person may still
    match, a month counts of which no row holds all counts. None where the parts hold not every needed indicator.
    """
    whole = {_key(row) for row in certain if not row.part}
    months = {month for _, month in whole}
    known = {place_of(row) for row in certain}
    parts = [row for row in certain if row.part and _key(row) not in whole]
    parts += [row for row in rows if row.part and place_of(row) not in known and row.month not in months]
    held = {share for row in parts for share in whole_shares(row.columns)}
    return {place_of(row) for row in parts} if held.issuperset(NEEDED) else set()


def joined(rows: Sequence[Row]) -> tuple[list[Row], list[Finding]]:
    """Return the rows, the parts of each facility-month as one, and findings for what they lack or contradict.

    rows: of certain facilities, of all files, with their counts. Those that are no parts come back as they are.
    """
    whole = [row for row in rows if not row.part]
    groups: defaultdict[_Key, list[Row]] = defaultdict(list)
    for row in rows:
        if row.part:
            groups[_key(row)].append(row)
    if not groups:
        return whole, []
    of_whole = {_key(row): row for row in whole}
    here = _Joining(editions([row for row in rows if row.part]))
    made = []
    for key, parts in groups.items():
        if key in of_whole:
            here.findings += _beside_whole(of_whole[key], parts)
        else:
            made.append(_join(parts, here))
    for (file, sheet, other), numbers in here.equal.items():
        read = f"baris {', '.join(map(str, sorted(numbers)))} sama dengan {other}"
        here.findings.append(Finding("rows_equal", file, sheet, read=read, done="dihitung satu kali"))
    made, sums = _without_lone_sums(made, [row for row in rows if row.part])
    made, more = _judged(made)
    return [*whole, *made], [*here.findings, *sums, *more, *_told(made), *_lacking(made)]


def _key(row: Row) -> _Key:
    return row.code.value, row.month


def _join(parts: Sequence[Row], here: _Joining) -> Row:
    """One row of the parts of a facility-month, each indicator from a table that holds it as a whole."""
    origins: dict[str, Row] = {}
    doubtful: set[str] = set()
    for share in SHARES:
        roles = (share.numerator, share.denominator)
        group = [part for part in parts if all(role in part.columns for role in roles)]
        if not group:
            continue
        current, more = in_force([Used(part, _values(part, roles)) for part in group], here.known)
        here.findings += more
        one, more = merged(current, here.equal) if len(current) > 1 else (current[0], [])
        here.findings += more
        doubtful |= {role for role in roles if one.counts[role] != _value(one.row, role)}
        origins |= dict.fromkeys(roles, one.row)
        if share.printed in one.row.columns:
            origins[share.printed] = one.row
    dm, ht = (origins.get(share.numerator) for share in NEEDED[2:])
    if dm is not None and dm is ht and RPPT in dm.columns:
        origins[RPPT] = dm  # beside the figures of DM alone it is no mean of both
    doubtful |= _contradicted(origins, here)
    return _row(origins, doubtful)


def _contradicted(origins: Mapping[str, Row], here: _Joining) -> set[str]:
    """The counts of which another of the tables that are used says something else: participants on each sheet."""
    found: set[str] = set()
    used = list({id(row): row for row in origins.values()}.values())
    for role in COUNT_ROLES:
        own = origins.get(role)
        if own is None:
            continue
        again = [row for row in used if role in row.columns and row is not own]
        known = [Used(row, {role: _value(row, role)}) for row in (own, *again) if _value(row, role) is not None]
        if len(known) > 1 and differences(known, " dan "):
            _, more = merged(known, here.equal)
            here.findings += more
            found.add(role)
    return found


def _row(origins: Mapping[str, Row], doubtful: set[str]) -> Row:
    first = next(iter(origins.values()))
    counts = {role: row.counts[role] for role, row in origins.items() if role in row.counts}
    return replace(
        first,
        cells={role: row.cells[role] for role, row in origins.items()},
        counts={role: Count() if role in doubtful else count for role, count in counts.items()},
        ratios={role: row.ratios[role] for role, row in origins.items() if role in row.ratios},
        headings={**first.headings, **{role: row.headings[role] for role, row in origins.items()}},
        merged=frozenset(role for role, row in origins.items() if role in row.merged),
        origins=dict(origins),
    )


def _value(row: Row, role: str) -> int | None:
    return row.counts.get(role, Count()).value


def _values(row: Row, roles: Sequence[str]) -> dict[str, int | None]:
    return {role: _value(row, role) for role in roles}


def _beside_whole(whole: Row, parts: Sequence[Row]) -> list[Finding]:
    """Tell of parts that say something else than the row with all counts, which stands."""
    findings = []
    for part in parts:
        known = [role for role in COUNT_ROLES if None not in (_value(whole, role), _value(part, role))]
        changes = differences([Used(row, _values(row, known)) for row in (part, whole)], " dan ")
        if changes:
            done = f"angka {_place(whole)} baris {whole.row} yang dipakai"
            findings.append(part.finding("part_differs", *changes, read="; ".join(changes.values()), done=done))
    return findings


def _without_lone_sums(made: list[Row], parts: Sequence[Row]) -> tuple[list[Row], list[Finding]]:
    """Leave out rows that lack indicators of the others and are sums on every table where they stand.

    parts: the rows of these tables.
    """
    tables: defaultdict[tuple[int, pd.Period], list[Row]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: part.row):
        tables[part.table, part.month].append(part)
    held: defaultdict[pd.Period, set[Share]] = defaultdict(set)
    for row in made:
        held[row.month].update(whole_shares(row.origins))
    kept, findings = [], []
    for row in made:
        alone = len(whole_shares(row.origins)) < len(held[row.month])
        origins = {id(origin): origin for origin in row.origins.values()}.values() if alone else ()
        sums = [summed_beside(origin, tables[origin.table, row.month]) for origin in origins]
        if sums and all(sums):
            findings.append(told_sum(row, sums[0]))
        else:
            kept.append(row)
    return kept, findings


def _judged(made: list[Row]) -> tuple[list[Row], list[Finding]]:
    """Leave out what only the whole row shows to be no facility, or not filled in; doubt columns that were copied.

    Rows are taken in the order of the table that each begins with.
    """
    tables: defaultdict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in made:
        tables[row.file, row.sheet, row.head].append(row)
    kept, findings = [], []
    for table in tables.values():
        rows = sorted(table, key=lambda row: (row.month, row.row))
        for judge in _JUDGES:
            rows, more = judge(rows)
            findings += more
        findings += judge_copies(rows)
        kept += rows
    return kept, findings


def _told(made: Sequence[Row]) -> list[Finding]:
    """One note for the rows that were made of the same tables, or of fewer of them."""
    groups: defaultdict[frozenset[tuple[str, str, str]], list[Row]] = defaultdict(list)
    for row in made:
        shares = (share for share in NEEDED if share.numerator in row.origins)
        origins = ((NAMES[share.printed], row.origins[share.numerator]) for share in shares)
        groups[frozenset((name, origin.file, origin.sheet) for name, origin in origins)].append(row)
    told: dict[frozenset[tuple[str, str, str]], list[Row]] = {}
    for tables, rows in sorted(groups.items(), key=lambda group: -len(group[0])):
        told.setdefault(next((more for more in told if tables <= more), tables), []).extend(rows)
    findings = []
    for tables, rows in told.items():
        named: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for name, file, sheet in sorted(tables, key=lambda table: _ORDER[table[0]]):
            named[file, sheet].append(name)
        if len(named) > 1 or len({row.head for row in rows[0].origins.values()}) > 1:
            read = "; ".join(f"{', '.join(names)}: {_named(*place)}" for place, names in named.items())
            label = months_label({row.month for row in rows})
            done = f"{len(rows)} baris fasilitas-bulan ({label}) disusun dari tabel-tabel itu"
            findings.append(Finding("tables_joined", rows[0].file, rows[0].sheet, read=read, done=done))
    return findings


def _lacking(made: Sequence[Row]) -> list[Finding]:
    """Tell of the facilities that the table of an indicator lacks, and of months without any table of it."""
    months: defaultdict[pd.Period, list[Row]] = defaultdict(list)
    for row in made:
        months[row.month].append(row)
    findings = []
    for month, rows in sorted(months.items()):
        for share in NEEDED:
            without = [row for row in rows if share.numerator not in row.origins]
            places = dict.fromkeys(_place(r.origins[share.numerator]) for r in rows if share.numerator in r.origins)
            name = NAMES[share.printed]
            if without and not places:
                for file in dict.fromkeys(origin.file for row in without for origin in row.origins.values()):
                    read = f"{name} {months_label({month})}: tidak ada tabelnya"
                    done = f"{name} bulan itu dianggap tidak tersedia"
                    findings.append(Finding("indicator_without_table", file, read=read, done=done, month=str(month)))
            for row in without if places else ():
                read = f"{row.name or row.code_text} tidak ada pada {', '.join(places)}"
                done = f"{name} dianggap tidak tersedia"
                findings.append(row.finding("facility_not_in_table", *_WHO, read=read, done=done))
    return findings


_WHO = ("facility_code", "code_and_name", "facility_name")


def _place(row: Row) -> str:
    return _named(row.file, row.sheet)


def _named(file: str, sheet: str) -> str:
    return f"{file} lembar “{visible(sheet)}”" if sheet else file
