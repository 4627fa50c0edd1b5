"""The extracts of a district → counts by facility and month, with findings; nothing of a person comes back.

Each file is read once into the private folder of the run (``extract_reading``), and only counts are taken out.
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
from analysis.extract_counts import contacts, referrals, with_months
from analysis.extract_coverage import broken_off, uncovered
from analysis.extract_dates import Order
from analysis.extract_diagnoses import CERTAINTIES, NOT_LISTED, OWN_MARK, THREE_CHARACTERS, load_diagnoses
from analysis.extract_engine import EngineName, engine_in
from analysis.extract_files import ExtractFiles
from analysis.extract_overlaps import disagreements, shared_months
from analysis.extract_reading import Kept, Run, keep, way
from analysis.extract_shapes import NUMERATORS, Recorded, Referrals, VisitCounts, no_counts, no_days
from analysis.extract_signals import recorded
from analysis.extract_tacc import load_tacc
from analysis.extract_visits import (
    SOUND,
    measurements,
    not_referred,
    with_referral_texts,
    without_names,
)
from analysis.ledger import Finding
from analysis.periods import month_label
from analysis.rules import Rule
from analysis.sources import SourceFile
from analysis.values import is_full_code

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SEVERAL = "beberapa berkas"


@dataclass
class _Run(Run):
    """One run over the extracts of a district.

    days_off: see ``ExtractLayouts``; default none. days: see ``Participants``. cut: see ``broken_off``.
    """

    days_off: Collection[dt.date] = ()
    days: pd.DataFrame = field(default_factory=no_days)
    cut: dict[tuple[str, pd.Period], dt.date] = field(default_factory=dict)
    _present: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)
    _members: dict[str, ir.Table] = field(default_factory=dict)

    def present(self, kept: Sequence[Kept]) -> pd.DataFrame:
        """Where and when extracts hold visits, see ``_present``; asked for several times of the same ones."""
        key = tuple(one.extract.name for one in kept)
        if key not in self._present:
            self._present[key] = _present(kept, self.days_off)
        return self._present[key]

    def members(self, kept: Sequence[Kept]) -> ir.Table:
        """Return the visits of members of Prolanis, see ``measurements``; those of one form of files are judged once.

        kept: all files of a form, or none of it.
        """
        ways: dict[str, list[Kept]] = {}
        for one in kept:
            ways.setdefault(way(one.extract, one.reading), []).append(one)
        for name, those in ways.items():
            if name not in self._members:
                first = those[0]
                judged = measurements(_union(those), first.extract.columns, first.reading, self.engine, self.rules)
                self._members[name] = self.engine.keep("members", judged)
        return ibis.union(*(self._members[name] for name in ways))


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
            opened, rules, files, places, orders, renewed or {},
            list(files.findings), list(files.files), days_off=files.layouts.days_off,
        )  # fmt: skip
        for number, extract in enumerate(files.extracts):
            if progress is not None:
                progress(f"Menghitung kunjungan {extract.name}")
            keep(run, number, extract)
        table = _facility_months(run)
        _tell_of_unlisted_years(run, table.index.get_level_values("month"))
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
    received = _one_each(map(files.completed, run.sources))
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


def _union(kept: Sequence[Kept]) -> ir.Table:
    """The visits of one or more extracts."""
    if len(kept) == 1:
        return kept[0].table
    return ibis.union(*(without_names(one.table) for one in kept))


def _present(kept: Sequence[Kept], days_off: Collection[dt.date]) -> pd.DataFrame:
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
    participants = contacts(run.engine, _union(chosen), run.members(chosen), kinds)
    counted, run.days = participants.counts.set_index(["facility_code", "month"]), participants.days
    whole = _covered(run, run.present(chosen), "Angka Kontak")
    counted = counted.loc[counted.index.intersection(whole)]
    doubtful = pd.Series(False, counted.index)
    for column, what in (
        ("unreadable", "kunjungan tanpa nomor kartu yang terbaca"),
        ("identities", "kunjungan dengan NIK atau tanda pengganti di samping nomor kartu"),
        ("unhoused", "kunjungan peserta yang FKTP terdaftarnya tidak tertulis sebagai kode"),
    ):
        doubtful |= counted[column] > 0
        for month, rows in counted[counted[column] > 0].groupby(level="month"):
            read = f"{len(rows)} FKTP, {fmt.number(rows[column].sum())} {what}"
            done = "Angka Kontak tidak dihitung dari kunjungan"
            run.findings.append(Finding("contacts_not_counted", read=read, done=done, month=str(month)))
    doubtful |= counted.index.isin(_cut(run, counted.index, table))
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


def _cut(run: _Run, covered: pd.MultiIndex, table: pd.DataFrame) -> list[tuple[str, pd.Period]]:
    """Return and keep the facility-months, of those covered, whose visits break off, and tell of them."""
    found = broken_off(run.days, run.days_off)
    run.cut = {key: last for key, last in found.items() if key in covered}
    for (code, month), last in run.cut.items():
        name = table["facility_name"].get((code, month), "")
        read = f"{month_label(month)} hanya sampai {last:%d-%m-%Y}"
        done = "Angka Kontak dan rujukan FKTP itu tidak dihitung dari berkas itu"
        run.findings.append(
            Finding(
                "extract_facility_cut", read=read, done=done, facility_code=code, facility_name=name, month=str(month)
            )
        )
    return [*run.cut]


def _tell_of_homes(run: _Run, kinds: pd.DataFrame, places: Collection[str]) -> None:
    """Tell of participants whose home is no code of a facility; one that stands as a place too is told elsewhere."""
    at = kinds[(kinds["day_doubt"] == SOUND) & kinds["home"].notna()].groupby("home")["rows"].sum()
    if rows := int(at[[not is_full_code(str(home)) and home not in places for home in at.index]].sum()):
        read, done = f"{fmt.number(rows)} kunjungan", "pesertanya tidak dihitung dalam Angka Kontak"
        run.findings.append(Finding("visits_without_code", read=read, done=done))


def _disagreeing(run: _Run, chosen: Sequence[Kept]) -> pd.MultiIndex:
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
        if columns.gives_referrals and not columns.has("diagnosis"):
            run.note("referrals_without_diagnosis", kept.extract, "", "rujukan dihitung tanpa diagnosisnya")
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


def _tell_of_unlisted_years(run: _Run, months: Iterable[pd.Period]) -> None:
    """Tell of years of which the list holds no holidays, so that a month may be taken for cut off by one."""
    unlisted = sorted({month.year for month in months} - {day.year for day in run.days_off})
    if unlisted:
        done = "hanya hari libur dengan tanggal yang sama tiap tahun yang dikenal"
        run.findings.append(Finding("holidays_unlisted", read=", ".join(map(str, unlisted)), done=done))


def _measures(run: _Run, chosen: Sequence[Kept]) -> dict[str, str]:
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
    whole = whole[~whole.isin([*run.cut])]
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
    lost = counted.index.isin(_at_no_code(run, chosen, found))
    table["referrals"] = counted["referrals"].mask(doubtful | lost).reindex(table.index)
    unexcused = counted.index.isin(_without_tacc(run, chosen))
    unsure = doubtful | undecided | unexcused | lost
    table["nonspecialist_referrals"] = counted["nonspecialist"].mask(unsure).reindex(table.index)
    return table


def _at_no_code(run: _Run, chosen: Sequence[Kept], found: Referrals) -> pd.MultiIndex:
    """Return where the participants are registered that were referred at a place that is no code of a facility.

    It may be that facility, whose count then lacks them; and say so.
    """
    monthly = found.monthly.set_index(["facility_code", "month"])
    some = (monthly["referrals"] > 0) | (monthly["doubtful"] > 0)
    places = [code for code, _ in monthly.index[some] if not is_full_code(code)]
    kinds = pd.concat([kept.kinds for kept in chosen])
    homes = kinds.loc[(kinds["day_doubt"] == SOUND) & kinds["place"].isin(places), ["home", "month"]].dropna()
    if places:
        number = int(monthly.loc[places, ["referrals", "doubtful"]].sum().sum())
        done = "rujukan FKTP tempat pesertanya terdaftar tidak dihitung untuk bulan itu"
        run.findings.append(Finding("visits_without_code", read=f"{fmt.number(number)} rujukan", done=done))
    return pd.MultiIndex.from_frame(with_months(homes))


def _without_tacc(run: _Run, chosen: Sequence[Kept]) -> pd.MultiIndex:
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
        run.members(measured) if measured else None,
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
