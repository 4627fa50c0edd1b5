"""The extracts of a district → counts by facility and month, with findings; nothing of a person comes back.

Each file is read once into the private folder of the run, judged there, and only counts are taken out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from analysis import formats as fmt
from analysis.extract_counts import contacts, days, doubts, kinds_of_rows, presence, referrals
from analysis.extract_coverage import uncovered
from analysis.extract_dates import DatePattern, Dates, Order
from analysis.extract_diagnoses import CERTAINTIES, NOT_LISTED, OWN_MARK, THREE_CHARACTERS, load_diagnoses
from analysis.extract_engine import Broken, Engine, EngineName, ExtractUnreadable, engine_in
from analysis.extract_files import Extract, ExtractFiles, rewrite
from analysis.extract_overlaps import disagreements, shared_months
from analysis.extract_rows import line_breaks
from analysis.extract_shapes import NUMERATORS, Doubts, Recorded, Referrals, VisitCounts, no_counts, no_days
from analysis.extract_signals import recorded
from analysis.extract_tacc import load_tacc
from analysis.extract_visits import (
    SOUND,
    Reading,
    not_referred,
    visits,
    with_plain_codes,
    with_referral_texts,
    without_names,
)
from analysis.extract_written_dates import coalesce_dates
from analysis.ledger import Finding
from analysis.months import claims
from analysis.periods import month_label, months_label
from analysis.rules import Rule
from analysis.sources import SourceFile
from analysis.values import is_full_code, months_in

if TYPE_CHECKING:
    import ibis.expr.types as ir

LARGEST_LOSS = 0.01
"""Share of the rows of a file that may be broken or without a date; above it the file is not used."""
_SEVERAL = "beberapa berkas"
_MONTHS = 12


@dataclass
class _Kept:
    """One extract in the engine's private folder; kinds: see ``kinds_of_rows``."""

    extract: Extract
    table: ir.Table
    kinds: pd.DataFrame
    days: set[dt.date]
    presence: pd.DataFrame


@dataclass
class _Run:
    """One run over the extracts of a district.

    places: facility codes that any of them shows. lines_below: see ``ExtractFiles``.
    days_off: see ``ExtractLayouts``. orders: of the dates of each file, as far as the samples of its sheets tell.
    renewed: see ``count_visits``. days: see ``Participants``.
    """

    engine: Engine
    rules: Sequence[Rule]
    private: Path
    places: Collection[str]
    lines_below: Callable[[Extract], int | None]
    days_off: Collection[dt.date]
    orders: Mapping[str, Collection[Order]]
    renewed: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    kept: list[_Kept] = field(default_factory=list)
    days: pd.DataFrame = field(default_factory=no_days)
    _present: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)

    def present(self, kept: Sequence[_Kept]) -> pd.DataFrame:
        """Where and when extracts hold visits, see ``_present``; asked for several times of the same ones."""
        key = tuple(one.extract.name for one in kept)
        if key not in self._present:
            self._present[key] = _present(kept, self.days_off)
        return self._present[key]

    def note(self, kind: str, extract: Extract, read: str, done: str) -> None:
        self.findings.append(Finding(kind, extract.source.name, extract.sheet, read=read, done=done))


def count_visits(
    files: ExtractFiles,
    reference: Path,
    rules: Sequence[Rule],
    engine: EngineName = "duckdb",
    progress: Callable[[str], None] | None = None,
    *,
    renewed: Mapping[str, str] | None = None,
) -> VisitCounts:
    """Return the counts of all extracts that were taken.

    files: after ``finish``. reference: folder of the reference data. rules: KBK rules, for the thresholds of control.
    engine: 'duckdb' or 'spark'; default 'duckdb'. progress: called with one Indonesian line before each file.
    renewed: former code of a facility → present one; default none.
    Raises ParameterError where the engine is not to be had.
    """
    with engine_in(files.private, engine) as opened:
        places = frozenset[str]().union(*(extract.places for extract in files.extracts))
        orders: dict[str, set[Order]] = {}
        for extract in files.extracts:
            of_file = orders.setdefault(extract.source.name, set())
            if extract.days.order:
                of_file.add(extract.days.order)
        run = _Run(
            opened, rules, files.private, places, files.lines_below, files.layouts.days_off, orders, renewed or {},
            list(files.findings), list(files.files),
        )  # fmt: skip
        for number, extract in enumerate(files.extracts):
            if progress is not None:
                progress(f"Menghitung kunjungan {extract.name}")
            _keep(run, number, extract)
        table = _facility_months(run)
        found = None
        referring = [kept for kept in run.kept if kept.extract.columns.gives_referrals]
        if referring:
            diagnoses = load_diagnoses(reference, files.messages.flags)
            texts = ibis.union(
                *(with_referral_texts(kept.table, kept.extract.columns, n) for n, kept in enumerate(referring))
            )
            others = ibis.union(*(not_referred(kept.table) for kept in referring))
            shared = len(shared_months([kept.presence for kept in referring])) > 0
            words = files.layouts.words
            found = referrals(opened, texts, others, diagnoses, load_tacc(reference), words=words, shared=shared)
            run.findings += _referral_findings(found)
            table = _with_referrals(run, table, found)
        visits_recorded = _recorded(run)
    received = _one_each(map(files.completed, run.files))
    return VisitCounts(_ordered(table), found, visits_recorded, received, run.findings)


def _one_each(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Files, each once: what its sheets gave together."""
    found: dict[str, SourceFile] = {}
    for one in files:
        before = found.setdefault(one.name, one)
        if before is not one:
            layouts = sorted({layout for layout in (before.layout, one.layout) if layout})
            months = tuple(sorted({*before.months, *one.months}))
            found[one.name] = replace(before, layout=", ".join(layouts), months=months, rows=before.rows + one.rows)
    return [*found.values()]


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    columns = no_counts()
    frame = table.reset_index().astype({c: columns[c].dtype for c in columns})
    return frame[list(columns)].sort_values(["facility_code", "month"], ignore_index=True)


# One file -------------------------------------------------------------------------------------------------------------


def _keep(run: _Run, number: int, extract: Extract) -> None:
    """Read one extract into the engine; a file that cannot be relied on is left out with a finding."""
    name = f"visits_{number}"
    try:
        order, problem = _order(run, extract)
        kind = "extract_dates"
        if extract.columns.again and (differing := _differing(run, extract)):
            kind, problem = "extract_columns", f"kolom tertulis lebih dari sekali dengan isi berbeda: {differing}"
        if problem:
            run.note(kind, extract, problem, extract.not_used)
            run.files.append(extract.source)
            return
        seen = extract.days
        reading = Reading(
            extract.words, seen.with_order(order), seen.of_other_order(order), _births(extract.births, order)
        )

        def kept(source: Extract) -> tuple[ir.Table, Broken]:
            raw = run.engine.read(source)
            table = run.engine.keep(name, visits(raw, source.columns, reading, run.engine, run.rules))
            return table, run.engine.broken(source)

        table, broken = kept(extract)
        if broken.encoding:
            copy = run.private / f"{name}.csv"
            rewrite(extract.path, copy, "cp1252")
            table, broken = kept(replace(extract, path=copy))
        table, kinds = with_plain_codes(table, kinds_of_rows(run.engine, table), run.places, run.renewed)
        broken = _with_swallowed(run, extract, broken, int(kinds["rows"].sum()))
        found = doubts(kinds)
        if unreliable := _unreliable(found, broken):
            run.note(unreliable[0], extract, unreliable[1], extract.not_used)
            run.files.append(extract.source)
            return
        on = days(run.engine, table)
        if strayed := _strayed(extract, on, kinds):
            run.note("extract_dates", extract, strayed, extract.not_used)
            run.files.append(extract.source)
            return
    except ExtractUnreadable as error:
        run.note(
            "file_unreadable",
            extract,
            f"mesin pembaca gagal ({error}); periksa tanda kutip dan akhir baris",
            extract.not_used,
        )
        run.files.append(extract.source)
        return
    run.findings += _doubt_findings(extract, found, broken)
    _tell_of_days(run, extract, on)
    months = tuple(sorted({f"{day:%Y-%m}" for day in on}))
    layout = extract.source.layout or extract.columns.layout
    run.files.append(replace(extract.source, layout=layout, months=months, rows=found.rows))
    run.kept.append(_Kept(extract, table, kinds, on, presence(kinds)))


def _with_swallowed(run: _Run, extract: Extract, broken: Broken, rows: int) -> Broken:
    """Count the rows that became a part of another one among the broken; rows: those that were read.

    Only a file with more lines than rows is looked at again: mostly its complaints have several lines.
    """
    lines = run.lines_below(extract)
    surplus = 0 if lines is None else lines - rows - broken.rows - broken.notes
    if surplus <= 0:
        return broken
    raw = run.engine.read(extract)
    found = run.engine.frame(raw.aggregate(**line_breaks(raw, extract.delimiter))).iloc[0].fillna(0)
    run.engine.broken(extract)
    in_broken = max(0, surplus - int(found["breaks"])) if broken.rows else 0
    swallowed = int(found["rows"]) + in_broken
    return replace(broken, rows=broken.rows + swallowed, swallowed=swallowed)


def _strayed(extract: Extract, on: set[dt.date], kinds: pd.DataFrame) -> str:
    """Say whether dates were exchanged by hand in a file without numbers of visits, which would tell; empty if not.

    Of a file of March, the dates that somebody wrote the other way round all fall on the third of another month.
    """
    if not extract.days.needs_order or extract.columns.has("visit"):
        return ""
    whole = {(day.year, day.month) for day in on if day.day > _MONTHS}
    if not whole:
        return ""
    year, month = max(whole)
    following = (year + month // _MONTHS, month % _MONTHS + 1)  # an export may end on its first days
    other: dict[tuple[int, int], set[int]] = {}
    for day in on:
        other.setdefault((day.year, day.month), set()).add(day.day)
    strays = [
        _MONTHS * of_year + of_month - 1
        for (of_year, of_month), numbers in other.items()
        if (of_year, of_month) not in {*whole, following} and all((of_year, number) in whole for number in numbers)
    ]
    rows = int(kinds.loc[kinds["month"].isin(strays), "rows"].sum())
    if rows <= LARGEST_LOSS * int(kinds["rows"].sum()):
        return ""
    return f"{fmt.number(rows)} tanggal jatuh pada bulan lain; hari dan bulannya mungkin tertukar"


def _differing(run: _Run, extract: Extract) -> str:
    """Return the headings of columns that stand in a file twice and do not hold the same in every row."""
    read, columns = run.engine.read(extract), extract.columns
    raw = read.filter(read["day"].fill_null("").strip() != "")  # sums and blanks are no visits
    pairs = [(columns.headings[place], raw[role], raw[f"c{place}"]) for role, place in columns.again]
    counts = {
        f"unequal_{number}": (one.fill_null("").strip() != other.fill_null("").strip()).cast("int64").sum()
        for number, (_, one, other) in enumerate(pairs)
    }
    unequal = run.engine.frame(raw.aggregate(**counts)).iloc[0].fillna(0)
    return ", ".join(heading for (heading, _, _), number in zip(pairs, unequal, strict=True) if number)


def _tell_of_days(run: _Run, extract: Extract, on: set[dt.date]) -> None:
    """Tell of days that may be others, or of another month than the name of the file says."""
    if extract.days.foreign:
        run.note("visits_foreign_zone", extract, "jam dengan zona waktu lain (UTC)", "tanggalnya dipakai apa adanya")
    there = {pd.Period(day, "M") for day in on}
    said = claims(months_in(extract.name, dates=False))
    if there and said and not any(claim.agrees(*there) for claim in said):
        read = f"{' dan '.join(claim.text for claim in said)}; tanggal kunjungan {months_label(there)}"
        run.note("visits_other_month", extract, read, "bulan menurut tanggal kunjungan")


def _order(run: _Run, extract: Extract) -> tuple[Order | None, str]:
    """Return which number of a date is the day, or why that cannot be known."""
    if problem := _undatable(extract.days):
        return None, problem
    if not extract.days.needs_order or extract.days.order:
        return extract.days.order, ""
    whole = _whole_file(run, extract)
    if whole.order or whole.contradictory:
        return whole.order, _undatable(whole)
    of_sheets = list(run.orders[extract.source.name])
    if len(of_sheets) == 1:  # a workbook has one way of writing dates
        return of_sheets[0], ""
    return None, "semua tanggal dapat dibaca sebagai hari/bulan maupun bulan/hari"


def _undatable(seen: Dates) -> str:
    """Say why the dates of a file cannot be read; empty when they can, or when only their order is open."""
    if not seen.readable:
        return "tanggal kunjungan tidak terbaca"
    if seen.contradictory:
        return "sebagian tanggal hanya mungkin bulan/hari, sebagian hanya hari/bulan"
    if seen.converted:
        return (
            "sel tanggal Excel di samping tulisan seperti 15/03/2024; "
            "hari dan bulan pada sel tanggal itu dapat tertukar"
        )
    return ""


def _births(seen: Dates, order: Order | None) -> list[DatePattern]:
    """Return how dates of birth are read: in their own order or that of the visits; not where both may be meant."""
    return [] if seen.contradictory or seen.converted else seen.with_order(seen.order or order)


def _whole_file(run: _Run, extract: Extract) -> Dates:
    """Look at every date of a file whose sample leaves the order open."""
    raw = run.engine.read(extract)
    text = raw["day"].fill_null("").strip()
    first, second = (coalesce_dates(run.engine, text, extract.days.with_order(order)) for order in ("mdy", "dmy"))
    counts = run.engine.frame(
        raw.aggregate(
            month_first=(first.notnull() & second.isnull()).cast("int64").sum(),
            day_first=(second.notnull() & first.isnull()).cast("int64").sum(),
        )
    ).iloc[0]
    run.engine.broken(extract)
    return replace(extract.days, month_first=int(counts["month_first"]), day_first=int(counts["day_first"]))


def _unreliable(found: Doubts, broken: Broken) -> tuple[str, str] | None:
    """Return the kind of finding that says why a file cannot be relied on, and its words; None when it can."""
    total = found.rows + broken.rows
    undated = found.day_blank + found.day_unreadable
    if found.other_heading:
        return "extract_columns", "baris judul lain di tengah berkas, dengan kolom yang berbeda atau berpindah tempat"
    if not found.rows:
        return "extract_losses", "tidak ada baris yang utuh" if broken.rows else "tidak ada baris"
    if found.day_other_order:
        number = fmt.number(found.day_other_order)
        return "extract_dates", f"{number} tanggal tertulis dengan urutan lain daripada yang lain"
    for kind, lost, why in (
        ("extract_dates", found.day_swapped, "tanggal tertukar hari dan bulannya menurut nomor kunjungan"),
        ("extract_columns", found.attendance_unknown, "baris dengan status kunjungan yang tidak dikenal"),
    ):
        if lost > LARGEST_LOSS * total:
            return kind, f"{fmt.number(lost)} {why}"
    if broken.rows + undated > LARGEST_LOSS * total:
        quoted = fmt.number(broken.swallowed)
        quoted = f" ({quoted} di antaranya di dalam tanda kutip yang tidak ditutup)" if broken.swallowed else ""
        return "extract_losses", (
            f"{fmt.number(broken.rows)} baris rusak{quoted} dan {fmt.number(undated)} tanpa tanggal yang terbaca, "
            f"dari {fmt.number(total)} baris"
        )
    return None


def _doubt_findings(extract: Extract, found: Doubts, broken: Broken) -> list[Finding]:
    columns = extract.columns
    again = ", ".join(columns.headings[place] for _, place in columns.again)
    where = (extract.source.name, extract.sheet)
    equal = [Finding("extract_columns_equal", *where, read=again, done="kolom pertama dipakai")] if again else []
    told = [
        ("extract_rows_broken", broken.rows, "baris itu tidak dihitung"),
        ("extract_rows_passed", found.no_visit + broken.notes, "baris itu bukan kunjungan dan dilewati"),
        ("visits_cancelled", found.cancelled, "baris itu tidak dihitung"),
        ("visits_attendance_unknown", found.attendance_unknown, "baris itu tidak dihitung"),
        ("visits_date_swapped", found.day_swapped, "baris itu tidak dihitung"),
        ("visits_without_date", found.day_blank + found.day_unreadable, "baris itu tidak dihitung"),
        ("visits_discharged_early", found.early, "tanggal kunjungan yang dipakai"),
    ]
    if columns.gives_contacts:
        told += [
            ("visits_without_card", found.card_blank, "tidak dihitung sebagai peserta"),
            ("visits_card_unreadable", found.card_unreadable, "Angka Kontak FKTP dan bulan itu tidak dihitung"),
            ("visits_card_identity", found.card_identity, "NIK dipakai bila tidak bercampur dengan nomor kartu"),
            ("visits_without_home", found.home_blank, "tidak dihitung dalam Angka Kontak"),
        ]
    if columns.gives_referrals:
        told.append(("visits_without_place", found.place_blank, "rujukannya tidak dihitung"))
        if not columns.tells_kind:
            told.append(("referral_kind_unknown", found.rows, "semua rujukan dianggap rawat jalan"))
    return equal + [
        Finding(kind, *where, read=f"{fmt.number(number)} baris", done=done) for kind, number, done in told if number
    ]


# All files ------------------------------------------------------------------------------------------------------------


def _union(kept: Sequence[_Kept]) -> ir.Table:
    """The visits of one or more extracts."""
    if len(kept) == 1:
        return kept[0].table
    return ibis.union(*(without_names(one.table) for one in kept))


def _present(kept: Sequence[_Kept], days_off: Collection[dt.date]) -> pd.DataFrame:
    """Return where and when extracts hold visits.

    Index: facility_code, month. Columns: facility_name, area (both empty where no extract has them), files (names,
    joined), missing (what of the month their days leave out; empty when nothing), off (what of it only holidays
    explain).
    """
    rows: dict[tuple[str, int], list[tuple[int, str | None, str | None]]] = {}
    for number, one in enumerate(kept):
        where = one.presence
        in_order = pd.PeriodIndex(where["month"]).asi8
        for place, month, name, area in zip(
            where["place"].tolist(), in_order.tolist(), where["name"].tolist(), where["area"].tolist(), strict=True
        ):
            rows.setdefault((place, month), []).append((number, name, area))
    keys = sorted(rows)
    ordinals = [month for _, month in keys]
    months = pd.PeriodIndex.from_ordinals(ordinals, freq="M")
    of_files = [tuple(number for number, _, _ in rows[key]) for key in keys]
    names = {
        numbers: ", ".join(dict.fromkeys(kept[n].extract.source.name for n in numbers)) for numbers in set(of_files)
    }
    missing, off = (
        {
            (month, numbers): uncovered(pd.Period(ordinal=month, freq="M"), [kept[n].days for n in numbers], known)
            for month, numbers in set(zip(ordinals, of_files, strict=True))
        }
        for known in (days_off, ())
    )
    return pd.DataFrame(
        {
            "facility_name": [_largest(name for _, name, _ in rows[key]) for key in keys],
            "area": [_largest(area for _, _, area in rows[key]) for key in keys],
            "files": [names[numbers] for numbers in of_files],
            "missing": [missing[key] for key in zip(ordinals, of_files, strict=True)],
            "off": ["" if missing[key] else off[key] for key in zip(ordinals, of_files, strict=True)],
        },
        index=pd.MultiIndex.from_arrays([[place for place, _ in keys], months], names=["facility_code", "month"]),
    )


def _largest(texts: Iterable[str | None]) -> str:
    return max((text for text in texts if isinstance(text, str)), default="")


def _facility_months(run: _Run) -> pd.DataFrame:
    """Return the facility-months of which the extracts hold visits, with the participants counted."""
    table = run.present(run.kept).drop(columns=["missing", "off"])
    for column in NUMERATORS:
        table[column] = pd.array([pd.NA] * len(table), dtype="Int64")
    chosen = [kept for kept in run.kept if kept.extract.columns.gives_contacts]
    _tell_of_lacking_columns(run)
    if not chosen:
        return table
    kinds = pd.concat([kept.kinds for kept in chosen])
    participants = contacts(run.engine, _union(chosen), kinds)
    counted, run.days = participants.counts.set_index(["facility_code", "month"]), participants.days
    whole = _covered(run, run.present(chosen), "Angka Kontak")
    counted = counted.loc[counted.index.intersection(whole)]
    doubtful = pd.Series(False, counted.index)
    for column, what in (
        ("unreadable", "kunjungan tanpa nomor kartu yang terbaca"),
        ("identities", "kunjungan dengan NIK di samping kunjungan dengan nomor kartu"),
    ):
        doubtful |= counted[column] > 0
        for month, rows in counted[counted[column] > 0].groupby(level="month"):
            read = f"{len(rows)} FKTP, {fmt.number(rows[column].sum())} {what}"
            done = "Angka Kontak tidak dihitung dari kunjungan"
            run.findings.append(Finding("contacts_not_counted", read=read, done=done, month=str(month)))
    _tell_of_homes(run, kinds, set(table.index.get_level_values("facility_code")))
    doubtful |= counted.index.isin(_disagreeing(run, chosen))
    sound = counted[~doubtful]
    for month, number in participants.several.items():
        read, done = f"{fmt.number(number)} peserta", "dihitung di tiap FKTP yang disebut"
        run.findings.append(Finding("contacts_several_homes", read=read, done=done, month=str(month)))
    for month, rows in sound.groupby(level="month"):
        if elsewhere := int(rows["elsewhere"].sum()):
            read, done = f"{fmt.number(elsewhere)} peserta", "dihitung di FKTP tempat peserta terdaftar"
            run.findings.append(Finding("contacts_elsewhere", read=read, done=done, month=str(month)))
    table["contacts"] = sound["contacts"].reindex(table.index)
    for name, label in _measures(run, chosen).items():
        implausible = sound[f"{name}_implausible"]
        for month, numbers in implausible[implausible > 0].groupby(level="month"):
            read = f"{len(numbers)} FKTP, {fmt.number(numbers.sum())} peserta Prolanis {label}"
            done = f"peserta {label} terkendali tidak dihitung dari kunjungan"
            run.findings.append(Finding("measurements_implausible", read=read, done=done, month=str(month)))
        if counted[f"{name}_measured"].sum():
            table[f"{name}_controlled"] = sound[f"{name}_controlled"].mask(implausible > 0).reindex(table.index)
        else:
            read = f"tidak ada hasil pengukuran peserta Prolanis {label} yang dapat dinilai"
            run.note("controlled_not_counted", chosen[0].extract, read, f"peserta {label} terkendali tidak dihitung")
    return table


def _tell_of_homes(run: _Run, kinds: pd.DataFrame, places: Collection[str]) -> None:
    """Tell of participants whose home is no code of a facility; one that stands as a place too is told elsewhere."""
    at = kinds[(kinds["day_doubt"] == SOUND) & kinds["home"].notna()].groupby("home")["rows"].sum()
    if rows := int(at[[not is_full_code(str(home)) and home not in places for home in at.index]].sum()):
        read, done = f"{fmt.number(rows)} kunjungan", "pesertanya tidak dihitung dalam Angka Kontak"
        run.findings.append(Finding("visits_without_code", read=read, done=done))


def _disagreeing(run: _Run, chosen: Sequence[_Kept]) -> pd.MultiIndex:
    """Tell of facility-months of which extracts hold different visits; return those where nobody knows which hold."""
    # Without numbers nobody can tell one visit from another of the same day. Messages of P-Care tell of registrations
    # and of visits, which are not the same.
    located = [
        kept
        for kept in chosen
        if kept.extract.columns.has("visit")
        and kept.extract.columns.gives_referrals
        and kept.extract.source.layout != "pcare"
    ]
    shared = shared_months([kept.presence for kept in located]) if len(located) > 1 else pd.DataFrame()
    if shared.empty:
        return pd.MultiIndex.from_arrays([[], []])
    found = disagreements(run.engine, [kept.table for kept in located], shared)
    for (month, mutual), rows in found.groupby(["month", "mutual"]):
        read = f"{len(rows)} FKTP, {fmt.number(rows['lone'].sum())} kunjungan hanya ada di sebagian berkas"
        kind, done = ("contacts_not_counted", "Angka Kontak tidak dihitung dari kunjungan")
        if not mutual:
            kind, done = "visits_files_differ", "kunjungan dari semua berkas dihitung"
        run.findings.append(Finding(kind, read=read, done=done, month=str(month)))
    return pd.MultiIndex.from_frame(found.loc[found["mutual"] == 1, ["facility_code", "month"]])


def _tell_of_lacking_columns(run: _Run) -> None:
    """Tell of files of visits that do not say who came, where that person is registered, or where a visit was."""
    for kept in run.kept:
        columns = kept.extract.columns
        if not (columns.gives_contacts or columns.only_referrals):
            there = {"nokapst": columns.has("card"), "ppkpeserta": columns.has("home")}
            read = f"kolom {' dan '.join(name for name in there if not there[name])} tidak ada"
            run.note("extract_columns", kept.extract, read, "Angka Kontak tidak dihitung dari berkas itu")
        if columns.tells_referrals and not columns.located:
            read = "kolom kdppkkunjungan atau no_kunjungan tidak ada"
            run.note("extract_columns", kept.extract, read, "rujukan tidak dihitung dari berkas itu")
        elif columns.tells_referrals and not columns.any(("place", "visit")):
            read, done = "semua rujukan", "dihitung di FKTP tempat peserta terdaftar"
            run.note("referrals_at_home", kept.extract, read, done)


def _covered(run: _Run, present: pd.DataFrame, what: str) -> pd.MultiIndex:
    """Return the facility-months that extracts cover from the first to the last day, and tell of the others."""
    for column, kind, done in (
        ("missing", "extract_month_incomplete", f"{what} tidak dihitung dari berkas itu"),
        ("off", "extract_days_off", f"{what} dihitung"),
    ):
        for (month, lacking), rows in present[present[column] != ""].reset_index().groupby(["month", column]):
            files = list(dict.fromkeys(rows["files"]))
            file = files[0] if len(files) == 1 else _SEVERAL
            read = f"{month_label(month)} {lacking}: {len(rows)} FKTP"
            run.findings.append(Finding(kind, file, month=str(month), read=read, done=done))
    return present.index[present["missing"] == ""]


def _measures(run: _Run, chosen: Sequence[_Kept]) -> dict[str, str]:
    """Return the diseases whose control every extract tells, with their labels; say why another is not counted."""
    found = {}
    for name, label, needed in (("ht", "HT", "sistole, diastole, tgllhrpst"), ("dm", "DM", "gdp")):
        lacking = [
            kept
            for kept in chosen
            if not kept.extract.columns.tells_prolanis
            or not (kept.extract.columns.gives_pressure if name == "ht" else kept.extract.columns.has("glucose"))
        ]
        if not lacking:
            found[name] = label
            continue
        read = f"kolom yang diperlukan: nmjenisprolanis (atau pstprolanis dan kd_diagnosa), {needed}"
        run.note("controlled_not_counted", lacking[0].extract, read, f"peserta {label} terkendali tidak dihitung")
    return found


def _with_referrals(run: _Run, table: pd.DataFrame, found: Referrals) -> pd.DataFrame:
    """Add the referrals of each facility-month that extracts cover; no referral is 0 only where visits are held."""
    chosen = [kept for kept in run.kept if kept.extract.columns.gives_referrals]
    held = run.present([kept for kept in chosen if not kept.extract.columns.only_referrals]).index
    whole = _covered(run, run.present(chosen), "rujukan")
    counted = found.monthly.set_index(["facility_code", "month"])
    counted = counted.reindex(counted.index.intersection(whole).union(held.intersection(whole)), fill_value=0)
    doubtful, undecided = counted["doubtful"] > 0, counted["undecided"] > 0
    for column, kind, what in (
        ("doubtful", "referrals_doubtful", "rujukan"),
        ("undecided", "referrals_undecided", "rujukan non spesialistik"),
    ):
        rows = counted[(counted[column] > 0) & (~doubtful if column == "undecided" else True)]
        run.findings += [
            Finding(
                kind, read=f"{fmt.number(number)} rujukan", done=f"{what} bulan itu tidak dihitung dari kunjungan",
                facility_code=code, facility_name=table["facility_name"].get((code, month), ""), month=str(month),
            )
            for (code, month), number in rows[column].items()
        ]  # fmt: skip
    table["referrals"] = counted["referrals"].mask(doubtful).reindex(table.index)
    unexcused = counted.index.isin(_without_tacc(run, chosen))
    unsure = doubtful | undecided | unexcused
    table["nonspecialist_referrals"] = counted["nonspecialist"].mask(unsure).reindex(table.index)
    return table


def _without_tacc(run: _Run, chosen: Sequence[_Kept]) -> pd.MultiIndex:
    """Return the facility-months of files that do not tell TACC, without which no numerator is sure; and say so."""
    lacking = [kept for kept in chosen if not kept.extract.columns.any(("tacc", "tacc_name"))]
    for kept in lacking:
        read = "kolom kdtacc atau nmtacc tidak ada"
        run.note("extract_columns", kept.extract, read, "rujukan non spesialistik tidak dihitung dari berkas itu")
    return run.present(lacking).index


def _recorded(run: _Run) -> Recorded:
    complete = [kept for kept in run.kept if kept.extract.columns.gives_contacts]
    present = run.present(complete)
    measured = [kept for kept in run.kept if kept.extract.columns.tells_pressure]
    return recorded(
        run.engine,
        _union(measured) if measured else None,
        _union(complete) if complete else None,
        run.days,
        present.index[present["missing"] == ""],
    )


def _referral_findings(found: Referrals) -> list[Finding]:
    findings = []
    if found.repeated:
        read = f"{fmt.number(found.repeated)} baris"
        findings.append(Finding("referrals_repeated", read=read, done="tiap kunjungan dihitung satu kali"))
    if found.unnumbered:
        read = f"{fmt.number(found.unnumbered)} rujukan"
        done = "peserta, hari, tempat, dan diagnosis yang sama dihitung satu kali"
        findings.append(Finding("referrals_unnumbered", read=read, done=done))
    by_basis = found.cases.groupby("basis")["referrals"].sum()
    listed = {word: int(by_basis.get(word, 0)) for word in (*CERTAINTIES, THREE_CHARACTERS, NOT_LISTED)}
    if sum(listed.values()):
        parts = ", ".join(f"{word} {fmt.number(number)}" for word, number in listed.items() if number)
        own = int(by_basis.get(OWN_MARK, 0))
        read = (
            f"{fmt.number(sum(listed.values()))} rujukan tanpa tanda P-Care ({parts}); {fmt.number(own)} dengan tanda"
        )
        findings.append(Finding("diagnosis_list_used", read=read, done="non spesialistik menurut daftar 144 diagnosis"))
    return findings
