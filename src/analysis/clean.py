"""A district's files, as received → one facility-month table and the ledger of everything that was wrong or changed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from analysis.contract import COUNTS, facility_months
from analysis.corrections import Corrections
from analysis.district import (
    District,
    current_facilities,
    load_district,
    load_facilities,
    newest_month,
    settings_of,
)
from analysis.doubles import Used, one_each
from analysis.errors import DataError
from analysis.extract_engine import EngineName
from analysis.extract_files import ExtractFiles
from analysis.extract_layouts import load_extract_layouts
from analysis.extract_merge import Facilities, own_recorded, own_referrals, with_visits
from analysis.extract_people import without_people
from analysis.extract_shapes import Recorded, VisitCounts, no_cases, no_doctors
from analysis.facility_types import facility_types
from analysis.far_files import far_files
from analysis.file_names import MANIFEST
from analysis.findings import FindingKind, load_kinds, sentence
from analysis.headings import Headings
from analysis.identity import Identified, identify, latest_names
from analysis.joined_parts import joined, of_each_kind
from analysis.layouts import Layouts, load_layouts
from analysis.ledger import LEVELS, Finding, ledger_table
from analysis.month_sequences import judge_sequences
from analysis.moved_columns import judge_moved
from analysis.named_districts import NamedDistricts, load_areas
from analysis.names import FacilityName, facility_name
from analysis.old_versions import without_old_versions
from analysis.own_district import OwnDistrict
from analysis.people import Names, Seen, load_personal
from analysis.plain_words import heading_key, words
from analysis.printed import settle
from analysis.recap_files import Recaps, read_all, with_parts
from analysis.rounded_figures import judge_rounding
from analysis.row_persons import persons_in, without_persons
from analysis.rows import Row
from analysis.rules import load_rules
from analysis.sources import SourceFile, data_files, unopened
from analysis.timeliness import arrivals
from analysis.workspace import SETTINGS_FILE, Workspace


@dataclass(frozen=True)
class Cleaned:
    """What cleaning gives.

    table: ``contract.facility_months``. ledger: ``ledger.ledger_table``.
    files: every data file, read or not. unmatched: names of facilities that fit no code, sorted.
    rows: rows of facilities of this district as they were read, before anything was judged.
    settings: ``district.settings_of``, as they were when the files were read.
    people: names of persons that were seen beside the tables; for comparison only, never written or shown.
    arrivals: ``timeliness.arrivals``.
    cases: ``extract_shapes.Referrals`` of the district's facilities, counts of referrals by diagnosis and clinic.
    doctors: referrals by doctor, ``extract_shapes.Referrals``; for the district's own workbook alone.
    recorded: how visits are recorded at the district's facilities.
    """

    table: pd.DataFrame
    ledger: pd.DataFrame
    files: list[SourceFile]
    unmatched: list[str]
    rows: list[Row] = field(default_factory=list)
    people: Names = field(default_factory=Names, repr=False)
    settings: list[dict[str, str]] = field(default_factory=list)
    arrivals: pd.DataFrame = field(default_factory=lambda: arrivals([]))
    cases: pd.DataFrame = field(default_factory=no_cases)
    doctors: pd.DataFrame = field(default_factory=no_doctors, repr=False)
    recorded: Recorded = field(default_factory=Recorded)


@dataclass(frozen=True)
class Reading:
    """What stands in a district's files, before anything of it is judged.

    rows: of the district itself; files: every data file; findings: of the reading. facilities: facilities.csv under the
    newest codes. corrections: the declared ones, all made. seen: names of persons beside the tables.
    visits: counts of the files about single participants, whose list and findings are among the others.
    """

    district: District
    facilities: pd.DataFrame
    layouts: Layouts
    rows: list[Row]
    files: list[SourceFile]
    findings: list[Finding]
    corrections: Corrections
    seen: Seen
    settings: list[dict[str, str]]
    visits: VisitCounts

    def people(self, identified: Identified) -> Names:
        """Return the names of persons that are no names of facilities."""
        return self.seen.names((*(row.name for row in identified.rows), *self.facilities["name"].dropna()))


def read_district(
    workspace: Workspace,
    slug: str,
    progress: Callable[[str], None] | None = None,
    engine: EngineName | None = None,
    *,
    today: dt.date | None = None,
) -> Reading:
    """Return what stands in the files of a district; arguments and errors as in ``clean_district``.

    engine: what counts visits; default None, which only keeps the files about persons from every other reader.
    """
    folder = workspace.raw_of(slug)
    settings = settings_of(folder)
    paths, findings = _files(folder, slug)
    district = load_district(workspace, slug)
    _refuse_mixture(folder, paths, district)
    facilities = current_facilities(load_facilities(folder), district.code_changes)
    layouts = load_layouts(workspace.reference)
    extract_layouts = load_extract_layouts(workspace.reference)
    of_visits = extract_layouts.declared_roles(district.columns)
    of_recaps = {heading: means for heading, means in district.columns.items() if of_visits.get(heading) is None}
    headings = Headings(layouts, of_recaps, extract_layouts.labels.values())
    seen = Seen(load_personal(workspace.reference))
    corrections = Corrections(district.corrections)
    # Visits of single participants go a way of their own: from them only counts come back.
    private = workspace.root / "data" / "processed"
    with ExtractFiles(extract_layouts.with_headings(of_visits), private, layouts.other_report) as extracts:
        newest = newest_month(district, today)
        places = NamedDistricts(layouts, district, load_areas(workspace.reference), facilities["name"].dropna())
        known = _codes(district, facilities), _names(district, facilities)
        recaps = Recaps(headings, district, corrections, seen, newest, *known, places)
        read = read_all(folder, paths, recaps, extracts, progress)
        read, corrections = with_parts(read, recaps, lambda rows: identify(rows, district, facilities).rows)
        rows, files, more = read.rows, read.files, read.findings
        extracts.finish()
        visits = _visits(extracts, workspace, engine, progress, district.renewed)
    visits, named = without_people(visits, folder, seen.personal, layouts, more)
    seen.keys |= named
    files += visits.files
    findings += [*more, *visits.findings]
    findings += [
        Finding("declared_column_missing", SETTINGS_FILE, read=heading, done="isian itu tidak dipakai")
        for heading in [*headings.unmet(), *(heading for heading, role in of_visits.items() if role is not None)]
        if heading_key(heading) not in extracts.met
    ]
    corrections.check([file.name for file in files])
    persons = persons_in(rows, facilities, district.names, layouts, seen.personal)
    rows, findings, named = without_persons(rows, findings, persons, seen.personal.title_words)
    seen.keys |= named
    findings += [*judge_moved(rows), *far_files(rows), *judge_sequences(joined(rows)[0]), *judge_rounding(rows)]
    return Reading(district, facilities, layouts, rows, files, findings, corrections, seen, settings, visits)


def _visits(
    extracts: ExtractFiles,
    workspace: Workspace,
    engine: EngineName | None,
    progress: Callable[[str], None] | None,
    renewed: Mapping[str, str],
) -> VisitCounts:
    if engine is None or not extracts.extracts:
        return VisitCounts(files=[*map(extracts.completed, extracts.files)], findings=extracts.findings)
    from analysis.extracts import count_visits  # noqa: PLC0415 - brings Ibis, which nothing else needs

    rules = load_rules(workspace.reference)
    return count_visits(extracts, workspace.reference, rules, engine, progress, renewed=renewed)


def clean_district(
    workspace: Workspace,
    slug: str,
    progress: Callable[[str], None] | None = None,
    engine: EngineName = "duckdb",
    *,
    today: dt.date | None = None,
) -> Cleaned:
    """Return the facility-month table of a district with its ledger.

    slug: name of the folder under data/raw; also the value of the column ``district``.
    progress: called with one Indonesian line before each file; default none.
    engine: what counts visits of single participants, 'duckdb' or 'spark'; default 'duckdb'.
    today: day of reading, by which months that have not happened are told unless district.yml declares data_until;
        default None: without a declaration every month is taken for possible.
    Raises ParameterError where the engine is not to be had; DataError with all problems when the folder is missing or
    empty, nothing in it can be used, or simulated and real files are mixed; ConfigurationError when district.yml,
    facilities.csv or the reference data are wrong, or a declared correction does not fit the files.
    """
    read = read_district(workspace, slug, progress, engine, today=today)
    findings = read.findings
    identified = identify(read.rows, read.district, read.facilities)
    findings += identified.findings
    rows_in_force, more = of_each_kind(identified.rows, partial(without_old_versions, layouts=read.layouts))
    findings += more
    identified = replace(identified, rows=rows_in_force)
    names = latest_names(identified.rows)
    types, more = facility_types(identified.rows, names, read.facilities, read.layouts)
    findings += more
    whole, more = joined(identified.rows)
    findings += more
    used = []
    for row in whole:
        counts, more = settle(row)
        findings += more
        used.append(Used(row, counts))
    kept, more = one_each(used)
    findings += more

    facts = _known(slug, read.facilities, read.district)
    table, more = with_visits(_table(slug, kept, names, types), read.visits, facts, read.layouts)
    findings += more
    findings = [*read.corrections.findings, *read.corrections.repeated(findings)]
    people = read.people(identified)
    findings = [finding.without(people) for finding in findings]
    if table[list(COUNTS)].isna().all(axis=None):
        raise _nothing_usable(slug, findings, load_kinds(workspace.reference))
    unmatched = list(map(people.hidden, (unknown.name for unknown in identified.unknown)))
    rows = [row.without(people) for row in read.rows]
    came = arrivals(identified.rows)
    cases, doctors = own_referrals(read.visits, table, facts)
    recorded = own_recorded(read.visits, table, facts, read.district.small_numbers)
    return Cleaned(
        table,
        ledger_table(findings),
        read.files,
        unmatched,
        rows,
        people,
        read.settings,
        came,
        cases,
        doctors,
        recorded,
    )


def _known(slug: str, facilities: pd.DataFrame, district: District) -> Facilities:
    coded = facilities.dropna(subset=["code"]).set_index("code")
    return Facilities(
        slug,
        OwnDistrict(district),
        coded["name"].fillna("").to_dict(),
        coded["type"].dropna().to_dict(),
        district.renewed,
    )


def _files(folder: Path, slug: str) -> tuple[list[Path], list[Finding]]:
    if not folder.is_dir():
        raise DataError(
            f"Folder data/raw/{slug}/ tidak ada. Buat folder itu, letakkan berkas KBK dari BPJS di dalamnya, "
            "lalu ulangi."
        )
    paths, findings = data_files(folder)
    if not paths:
        raise DataError(
            f"Folder data/raw/{slug}/ tidak berisi berkas KBK (.xlsx, .xls, .xlsb, .ods, .csv, atau .zip). "
            "Letakkan berkas dari BPJS di dalamnya, lalu ulangi.",
            [f"{finding.file}: {finding.read or 'jenis berkas ini tidak dibaca'}" for finding in findings],
        )
    return paths, findings


def _refuse_mixture(folder: Path, paths: Sequence[Path], district: District) -> None:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    listed = {}
    for line in manifest.read_text(encoding="utf-8-sig").splitlines():
        checksum, _, name = line.strip().partition(" ")
        listed[name.lstrip(" *")] = checksum.lower()
    problems = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        same = listed.get(name) == unopened(folder, path).sha256
        if district.simulated and name not in listed:
            problems.append(f"{name}: bukan berkas simulasi; pindahkan ke folder daerah yang sebenarnya")
        elif district.simulated and not same:
            problems.append(
                f"{name}: berkas simulasi yang telah diubah; buat ulang data simulasi atau pindahkan berkas ini"
            )
        elif not district.simulated and same:
            problems.append(f"{name}: berkas simulasi; hapus, atau tulis “simulated: true” di {SETTINGS_FILE}")
    if problems:
        raise DataError(
            f"Data simulasi dan data nyata tercampur di data/raw/{folder.name}/. Pisahkan keduanya, lalu ulangi.",
            problems,
        )


def _codes(district: District, facilities: pd.DataFrame) -> frozenset[str]:
    """The codes that facilities.csv and district.yml know."""
    mapped = {entry.code for entries in district.names.values() for entry in entries}
    changed = {code for change in district.code_changes for code in (change.old, change.new)}
    return frozenset({*facilities["code"].dropna(), *mapped, *changed})


def _names(district: District, facilities: pd.DataFrame) -> frozenset[FacilityName]:
    """The names of facilities that facilities.csv and district.yml know, but for that of the district's own place."""
    names = map(facility_name, (*facilities["name"].dropna(), *district.names))
    return frozenset(name for name in names if not set(name.words) <= set(words(district.name).split()))


def _table(
    slug: str, kept: Sequence[Used], names: dict[str, str], types: dict[tuple[str, pd.Period], str]
) -> pd.DataFrame:
    records = [
        {
            "district": slug,
            "facility_code": one.row.code.value,
            "facility_name": names.get(one.row.code.value, one.row.code.value),
            "facility_type": types[one.row.code.value, one.row.month] or None,
            "month": one.row.month,
            **one.counts,
            "source_file": one.row.file,
            "source_sheet": one.row.sheet,
            "source_row": one.row.row,
        }
        for one in kept
    ]
    return facility_months(pd.DataFrame(records))


def _nothing_usable(slug: str, findings: Sequence[Finding], kinds: dict[str, FindingKind]) -> DataError:
    serious = [f for f in findings if f.kind in _NOTHING_ELSE or kinds[f.kind].level == "galat"]
    serious.sort(key=lambda finding: LEVELS.index(kinds[finding.kind].level))  # what was left open comes last
    alike: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in serious:
        alike[finding.kind, finding.file].append(finding)
    problems = []
    for (kind, _), group in alike.items():
        problems += [sentence(finding, kinds) for finding in group[:_ALIKE_TOLD]]
        if (more := len(group) - _ALIKE_TOLD) > 0:
            problems.append(f"… dan {more} lagi di berkas itu: {kinds[kind].title}")
    return DataError(
        f"Tidak ada angka yang dapat dipakai di data/raw/{slug}/. Perbaiki hal berikut, lalu ulangi.", problems
    )


_NOTHING_ELSE = frozenset({
    "extract_month_incomplete", "rows_other_district", "sheet_not_filled", "sheet_other_report", "sheet_without_rows",
    "visits_other_facility",
})  # fmt: skip
"""Notes that explain why nothing is left to use."""
_ALIKE_TOLD = 5
"""Findings of one kind in one file that are told one by one where a run stops."""
