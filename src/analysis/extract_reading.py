"""One extract → its visits in the engine's private folder, judged: what cannot be relied on is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from analysis import formats as fmt
from analysis.extract_counts import days, doubts, kinds_of_rows, presence
from analysis.extract_dates import DatePattern, Dates, Order
from analysis.extract_engine import LARGEST_LOSS, Broken, Engine, ExtractUnreadable
from analysis.extract_files import Extract, ExtractFiles, rewrite
from analysis.extract_judged import MG_OF_MMOL
from analysis.extract_rows import line_breaks
from analysis.extract_shapes import Doubts
from analysis.extract_text import plain_facility
from analysis.extract_visits import SOUND, Reading, visits, with_plain_codes
from analysis.extract_written_dates import coalesce_dates
from analysis.ledger import Finding
from analysis.months import claims
from analysis.periods import months_label
from analysis.rules import Rule
from analysis.sources import SourceFile
from analysis.values import is_full_code, months_in

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MONTHS = 12
_ROW_LIMITS = (1_048_576, 65_536)
"""Rows that a sheet of Excel has, and had until 2003."""
_ORDERS: dict[Order, str] = {"mdy": "bulan/hari", "dmy": "hari/bulan"}


@dataclass
class Kept:
    """One extract in the engine's private folder.

    table: see ``visits``. reading: how it was read. kinds: see ``kinds_of_rows``.
    """

    extract: Extract
    table: ir.Table
    reading: Reading
    kinds: pd.DataFrame
    days: set[dt.date]
    presence: pd.DataFrame


@dataclass
class Run:
    """What the reading of the extracts of a district needs, and what it gives.

    files: all of them. places: facility codes that any of them shows.
    orders: of the dates of each file, as far as the samples of its sheets tell.
    renewed: former code of a facility → present one.
    """

    engine: Engine
    rules: Sequence[Rule]
    files: ExtractFiles
    places: Collection[str]
    orders: Mapping[str, Collection[Order]]
    renewed: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    sources: list[SourceFile] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    _visits: dict[tuple[object, str], ir.Table] = field(default_factory=dict)

    def visits(self, extract: Extract, reading: Reading) -> ir.Table:
        """Return the visits of an extract, see ``visits``; files of one form share the work of saying how."""
        raw = self.engine.read(extract)
        key = (raw.op(), way(extract, reading))
        if key not in self._visits:
            self._visits[key] = visits(raw, extract.columns, reading, self.engine)
        return self._visits[key]

    def note(self, kind: str, extract: Extract, read: str, done: str) -> None:
        """Add a finding about an extract."""
        self.findings.append(Finding(kind, extract.source.name, extract.sheet, read=read, done=done))

    def refuse(self, kind: str, extract: Extract, why: str) -> None:
        """Leave an extract out, with a finding."""
        self.note(kind, extract, why, extract.not_used)
        self.sources.append(extract.source)


def way(extract: Extract, reading: Reading) -> str:
    """Return what is the same for all extracts whose visits are read in the same way."""
    return repr((extract.columns, reading))


def keep(run: Run, number: int, extract: Extract) -> None:
    """Read one extract into the engine; a file that cannot be relied on is left out with a finding.

    number: tells its visits from those of other extracts in the private folder.
    """
    name = f"visits_{number}"
    try:
        order, problem = _order(run, extract)
        kind = "extract_dates"
        if extract.columns.again and (differing := _differing(run, extract)):
            kind, problem = "extract_columns", f"kolom tertulis lebih dari sekali dengan isi berbeda: {differing}"
        if problem:
            run.refuse(kind, extract, problem)
            return
        seen = extract.days
        reading = Reading(
            extract.words, seen.with_order(order), seen.of_other_order(order), _births(extract.births, order),
            molar=extract.molar, cards=extract.cards,
        )  # fmt: skip

        def kept(source: Extract, reading: Reading = reading) -> tuple[ir.Table, Broken, pd.DataFrame]:
            table = run.engine.keep(name, run.visits(source, reading))
            return table, run.engine.broken(source), kinds_of_rows(run.engine, table)

        source = extract
        try:
            table, broken, kinds = kept(source)
        except ExtractUnreadable:  # DuckDB reads no file whose rows end in several ways
            source = run.files.rejoined(source, ends=True)
            table, broken, kinds = kept(source)
        if broken.encoding:
            copy = run.files.private / f"{name}.csv"
            rewrite(source.path, copy, "cp1252")
            source = replace(source, path=copy)
            table, broken, kinds = kept(source)
        if broken.rows and (whole := run.files.rejoined(source)) is not source:
            source = whole
            table, broken, kinds = kept(source)
        if no_places := _no_places(extract, kinds):
            before = kinds
            table, broken, kinds = kept(source, replace(reading, no_places=no_places))
            _tell_of_places(run, extract, before, kinds, no_places)
        nothing = extract.words.nothing
        table, kinds = with_plain_codes(table, kinds, run.places, run.renewed, nothing)
        broken = _with_swallowed(run, source, broken, int(kinds["rows"].sum()))
        found = doubts(kinds)
        if unreliable := _unreliable(found, broken):
            run.refuse(unreliable[0], extract, unreliable[1])
            return
        on = days(run.engine, table)
        if strayed := _strayed(extract, on, kinds):
            run.refuse("extract_dates", extract, strayed)
            return
    except ExtractUnreadable as error:
        why = f"mesin pembaca gagal ({error}); periksa tanda kutip dan akhir baris"
        run.refuse("file_unreadable", extract, why)
        return
    run.findings += _doubt_findings(source, found, broken)
    _tell_of_days(run, extract, on)
    months = tuple(sorted({f"{day:%Y-%m}" for day in on}))
    run.sources.append(
        replace(extract.source, layout=extract.source.layout or extract.columns.layout, months=months, rows=found.rows)
    )
    run.kept.append(Kept(extract, table, reading, kinds, on, presence(kinds)))


def _no_places(extract: Extract, kinds: pd.DataFrame) -> set[str]:
    """Return what the column of the place holds that is no code, where numbers of visits may tell the place instead."""
    if not extract.columns.has("visit", "place"):
        return set()
    sound = kinds.loc[kinds["day_doubt"] == SOUND, "place"].dropna()
    return {place for place in map(str, sound.unique()) if not is_full_code(plain_facility(place))}


def _tell_of_places(run: Run, extract: Extract, before: pd.DataFrame, after: pd.DataFrame, cells: set[str]) -> None:
    """Tell of visits whose place the number of the visit told; before, after: see ``kinds_of_rows``."""
    unknown = [int(kinds.loc[kinds["place"].isin(cells), "rows"].sum()) for kinds in (before, after)]
    if told := unknown[0] - unknown[1]:
        run.note("visits_place_by_number", extract, f"{fmt.number(told)} baris", "FKTP menurut nomor kunjungan")


def _with_swallowed(run: Run, extract: Extract, broken: Broken, rows: int) -> Broken:
    """Count the rows that became a part of another one among the broken; rows: those that were read.

    Only a file with more lines than rows is looked at again: mostly its complaints have several lines.
    """
    lines = run.files.lines_below(extract)
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


def _differing(run: Run, extract: Extract) -> str:
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


def _tell_of_days(run: Run, extract: Extract, on: set[dt.date]) -> None:
    """Tell of days that may be others, or of another month than the name of the file says."""
    if extract.days.epoch:
        run.note("visits_foreign_zone", extract, "detik sejak 1970 (UTC)", "tanggal menurut jam Indonesia")
    elif extract.days.foreign:
        run.note("visits_foreign_zone", extract, "jam dengan zona waktu lain (UTC)", "tanggalnya dipakai apa adanya")
    there = {pd.Period(day, "M") for day in on}
    said = claims(months_in(extract.name, dates=False))
    if there and said and not any(claim.agrees(*there) for claim in said):
        read = f"{' dan '.join(claim.text for claim in said)}; tanggal kunjungan {months_label(there)}"
        run.note("visits_other_month", extract, read, "bulan menurut tanggal kunjungan")


def _order(run: Run, extract: Extract) -> tuple[Order | None, str]:
    """Return which number of a date is the day, or why that cannot be known."""
    if problem := _undatable(extract.days):
        return None, problem
    if not extract.days.needs_order or extract.days.order:
        return extract.days.order, ""
    both_ways = _both_ways(run, extract)
    whole = replace(
        extract.days,
        month_first=int((both_ways["mdy"].notna() & both_ways["dmy"].isna()).sum()),
        day_first=int((both_ways["dmy"].notna() & both_ways["mdy"].isna()).sum()),
    )
    if whole.contradictory:
        return None, _undatable(whole)
    of_sheets = list(run.orders[extract.source.name])  # a workbook has one way of writing dates
    order = whole.order or (of_sheets[0] if len(of_sheets) == 1 else _order_elsewhere(run, extract, both_ways))
    return order, "" if order else "semua tanggal dapat dibaca sebagai hari/bulan maupun bulan/hari"


def _order_elsewhere(run: Run, extract: Extract, both_ways: pd.DataFrame) -> Order | None:
    """Return the order of dates that the name of the file or other files tell, and say so; None where none does."""
    if (both_ways["mdy"] == both_ways["dmy"]).all():
        return "dmy"  # 3 March is the same both ways
    told = [found for found in (_order_in_name(extract, both_ways), _order_of_others(run, extract)) if found]
    if len({order for order, _ in told}) != 1:
        return None
    order, by = told[0]
    run.note("extract_dates_elsewhere", extract, f"{_ORDERS[order]} {by}", "tanggal dibaca dengan urutan itu")
    return order


def _order_in_name(extract: Extract, both_ways: pd.DataFrame) -> tuple[Order, str] | None:
    """Return the order in which all dates fall in the month that the name of the file says; None where none does."""
    said = claims(months_in(extract.name, dates=False))
    months = {order: pd.PeriodIndex(both_ways[order].dropna().unique(), freq="M") for order in _ORDERS}
    fitting = [order for order in _ORDERS if all(claim.agrees(month) for claim in said for month in months[order])]
    return (fitting[0], f"({said[0].text})") if len(fitting) == 1 else None


def _order_of_others(run: Run, extract: Extract) -> tuple[Order, str] | None:
    """Return the order that dates have in the files that were exported in the same form; None where none tells."""
    others = [other for other in run.files.extracts if _form(other) == _form(extract)]
    orders = {other.days.order for other in others if other.days.order}
    if len(orders) != 1 or any(other.days.contradictory for other in others):
        return None
    return orders.pop(), "menurut berkas lain dengan kolom yang sama"


def _form(extract: Extract) -> tuple[object, ...]:
    """What exports of one program have in common: the headings, what parts cells, and how dates are written."""
    return extract.columns.headings, extract.delimiter, extract.days.patterns


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


def _both_ways(run: Run, extract: Extract) -> pd.DataFrame:
    """Return the dates of a file whose sample leaves the order open, each once, as both orders read them."""
    raw = run.engine.read(extract)
    text = raw["day"].fill_null("").strip()
    dates = {order: coalesce_dates(run.engine, text, extract.days.with_order(order)) for order in _ORDERS}
    found = run.engine.frame(raw.select(**dates).distinct())
    run.engine.broken(extract)
    return found.apply(pd.to_datetime)


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
        ("visits_rejoined", extract.joined, "baris itu disambung dan dihitung"),
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
            ("visits_card_pseudonym", found.card_pseudonym, "peserta dihitung menurut tanda itu"),
            ("visits_without_home", found.home_blank, "tidak dihitung dalam Angka Kontak"),
        ]
    if columns.gives_referrals:
        told.append(("visits_without_place", found.place_blank, "rujukannya tidak dihitung"))
        if not columns.tells_kind:
            told.append(("referral_kind_unknown", found.rows, "semua rujukan dianggap rawat jalan"))
    lines = found.rows + found.no_visit + broken.rows + broken.notes + extract.skipped + 1
    if lines in _ROW_LIMITS and not extract.sheet:
        done = "yang ada tetap dihitung"
        equal.append(Finding("extract_row_limit", *where, read=f"{fmt.number(lines)} baris", done=done))
    if extract.molar:
        read, done = "gula darah dalam mmol/L", f"dihitung dalam mg/dL (× {fmt.number(MG_OF_MMOL, 4)})"
        equal.append(Finding("glucose_converted", *where, read=read, done=done))
    return equal + [
        Finding(kind, *where, read=f"{fmt.number(number)} baris", done=done) for kind, number, done in told if number
    ]
