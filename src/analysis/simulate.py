"""Simulated workbooks in the layouts of the real exports, with known effects and known dirt.

The same simulation file gives the same bytes everywhere: every series of every facility has its own stream of PCG64,
counts are whole numbers, printed ratios are exact, and workbooks are packed without compression, whose result would
depend on the platform. What is simulated is told in ``docs/data-simulasi.md``.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
import yaml

from analysis.contract import COLUMNS
from analysis.district import FACILITY_COLUMNS
from analysis.errors import ConfigurationError, DataError
from analysis.file_names import MANIFEST
from analysis.reference import load_record
from analysis.simulate_files import ErrorValue, Plan, Table, Value, plan
from analysis.simulate_settings import Course, Effect, Facility, Simulation
from analysis.workspace import FACILITIES_FILE, SETTINGS_FILE, known_simulation, simulations

FOLDER = "simulations"
PUSKESMAS_FILE = "puskesmas.csv"
README = "README.txt"
DIRT_COLUMNS = (
    "kind", "file", "sheet", "row", "column", "fields", "facility_code", "month", "true_value", "written_value",
    "outcome",
)  # fmt: skip
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_CREATED = dt.datetime(2020, 1, 1)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def load_simulation(reference: Path, slug: str) -> Simulation:
    """Return the parameters of a simulation.

    reference: folder of reference data. slug: district, as in ``simulations``.
    Raises ParameterError for an unknown name and ConfigurationError that lists every fault of the file.
    """
    known_simulation(slug, simulations(reference))
    return load_record(reference / FOLDER / f"{slug}.yml", Simulation)


def true_table(reference: Path, slug: str) -> pd.DataFrame:
    """Return the facility-month table before any dirt.

    reference: folder of reference data. slug: district, as in ``simulations``.
    Columns are those of the data contract without ``source_file``, ``source_sheet`` and ``source_row``; ``district``
    holds the slug; the two Prolanis columns of 2016 and 2017 are missing. Ordered by facility and month.
    """
    simulation = load_simulation(reference, slug)
    return _truth(simulation, _puskesmas(reference, simulation), slug)


def expected_dirt(reference: Path, slug: str) -> pd.DataFrame:
    """Return every act of dirt with its place and what a perfect reader makes of it.

    Columns: kind; file; sheet ('' for CSV and lock files); row (as Excel shows it, missing where nothing stands);
    column (heading as it stands in the file); fields (columns of the contract that are touched, separated by
    semicolons); facility_code; month ('2025-03'); true_value and written_value (text); outcome, one of:

    restored: the table holds the true value. missing: every one of ``fields`` is missing for that facility-month.
    doubtful: the two rows contradict each other, and ``fields`` (or the whole facility-month) must not be used.
    one_row: the facility-month stands once, with its true values. absent: the facility-month cannot be in the table.
    ignored: leaves no trace in the table.
    """
    simulation = load_simulation(reference, slug)
    done = plan(simulation, _truth(simulation, _puskesmas(reference, simulation), slug)).done
    frame = pd.DataFrame([d.entry() for d in done], columns=list(DIRT_COLUMNS))
    frame["row"] = frame["row"].astype("Int64")
    return frame


def write_simulation(reference: Path, slug: str, folder: Path) -> list[Path]:
    """Write the simulated files of a district and return their paths, sorted.

    reference: folder of reference data. slug: district, as in ``simulations``.
    folder: the district's own folder, ``data/raw/<slug>``. Earlier simulated files in it are replaced, all or none.
    Raises DataError when the folder holds a file that was not written here or was changed since.
    """
    simulation = load_simulation(reference, slug)
    puskesmas = _puskesmas(reference, simulation)
    planned = plan(simulation, _truth(simulation, puskesmas, slug))
    contents = _contents(planned, puskesmas)
    lines = [f"{hashlib.sha256(contents[name]).hexdigest()}  {name}" for name in sorted(contents)]
    contents[MANIFEST] = "".join(f"{line}\n" for line in lines).encode()

    _refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
    ) as private:
        fresh = Path(private) / "new"
        fresh.mkdir()
        for name, content in contents.items():
            (fresh / name).write_bytes(content)
        _replace(folder, fresh, Path(private) / "old")
    return sorted(folder / name for name in contents)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    manifest = folder / MANIFEST
    known: dict[str, str] = {}
    if manifest.is_file():
        listed = (line.partition("  ") for line in manifest.read_text(encoding="utf-8").splitlines())
        known = {name: checksum for checksum, _, name in listed}
    foreign = []
    for path in sorted(p for p in folder.rglob("*") if not p.is_dir()):
        name = path.relative_to(folder).as_posix()
        if path == manifest or path.name in _LITTER:
            continue
        if name not in known:
            foreign.append(f"{name}: bukan berkas simulasi")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != known[name]:
            foreign.append(f"{name}: berkas simulasi yang sudah diubah")
    if foreign:
        raise DataError(
            f"Data simulasi tidak ditulis: folder {folder.name}/ berisi berkas yang tidak dibuat oleh simulasi dan "
            "akan tertimpa. Pindahkan berkas itu lebih dahulu, atau pakai folder lain.",
            foreign,
        )


def _replace(folder: Path, fresh: Path, old: Path) -> None:
    """Put ``fresh`` in the place of ``folder``; on failure the earlier folder stays as it was."""
    try:
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise DataError(
            f"Data simulasi tidak dapat ditulis ke {folder.name}/ ({error.strerror}): sebuah berkas di dalamnya sedang "
            "terbuka atau folder itu terkunci. Tutup Excel, lalu ulangi."
        ) from None


# The truth


def _puskesmas(reference: Path, simulation: Simulation) -> dict[str, dict[str, str]]:
    """Name and coordinates of every facility by its code; coordinates are blank where the list has none."""
    path = reference / PUSKESMAS_FILE
    if not path.is_file():
        raise ConfigurationError(f"Berkas data/reference/{PUSKESMAS_FILE} tidak ditemukan.")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        listed = {row["kode_puskesmas"]: row for row in csv.DictReader(stream)}
    unknown = [f.ministry_code for f in simulation.facilities if f.ministry_code and f.ministry_code not in listed]
    if unknown:
        raise ConfigurationError(
            f"Berkas simulasi menyebut kode puskesmas yang tidak ada di {PUSKESMAS_FILE}:", sorted(unknown)
        )
    result = {}
    for facility in simulation.facilities:
        row = listed.get(facility.ministry_code, {})
        result[facility.code] = {
            "name": row.get("nama_puskesmas", facility.name),
            "latitude": row.get("lintang", ""),
            "longitude": row.get("bujur", ""),
        }
    return result


def _truth(simulation: Simulation, named: dict[str, dict[str, str]], slug: str) -> pd.DataFrame:
    frames = []
    for facility in simulation.scored:
        frame = pd.DataFrame({"month": simulation.months, **_series(simulation, facility)})
        frame = frame[(frame["month"] >= _month(facility.first or simulation.first))]
        frame = frame[(frame["month"] <= _month(facility.last or simulation.last))]
        who = {
            "district": slug,
            "facility_code": facility.code,
            "facility_name": named[facility.code]["name"],
            "facility_type": facility.type,
        }
        frames.append(frame.assign(**who))
    table = pd.concat(frames, ignore_index=True)
    columns = [c for c in COLUMNS if not c.startswith("source_")]
    for column in columns:
        if column not in table:
            table[column] = pd.NA
        if column != "month":
            text = column == "district" or column.startswith("facility_")
            table[column] = table[column].astype("string" if text else "Int64")
    return table[columns].sort_values(["facility_code", "month"]).reset_index(drop=True)


def _series(simulation: Simulation, facility: Facility) -> dict[str, np.ndarray[Any, Any]]:
    """Counts of one facility in every month of the simulation.

    Each series has its own stream, so that a change to one facility or indicator leaves all others as they were.
    """
    months, course, noise = simulation.months, simulation.course, simulation.noise
    sized = facility.registered or 0

    growth = simulation.growth if facility.growth is None else facility.growth
    years = np.array([_ordinal(m) - _ordinal(_month(simulation.anchor)) for m in months]) / 12
    shaken = _stream(simulation, facility, "registered").integers(
        -simulation.jitter, simulation.jitter + 1, size=len(months)
    )
    registered = np.rint(sized * (1 + growth) ** years).astype(np.int64) + shaken

    rng = _stream(simulation, facility, "contacts")
    calendar = np.array([simulation.season[m.month] * simulation.holidays.get(str(m), 1.0) for m in months])
    factor, added = _effects(simulation.effects, facility, "AK", months)
    rate = facility.AK * _along(course.AK, months) * calendar * factor * _shaken(rng, noise.AK, len(months))
    contacts = rng.binomial(registered, np.minimum((rate + added) / 1000, 1))

    rng = _stream(simulation, facility, "referrals")
    rate = facility.referrals * _along(course.referrals, months) * _shaken(rng, noise.referrals, len(months))
    referrals = rng.poisson(registered * rate / 1000)

    rng = _stream(simulation, facility, "nonspecialist_referrals")
    factor, _ = _effects(simulation.effects, facility, "RRNS", months)
    share = facility.RRNS / 100 * _along(course.RRNS, months) * factor * _shaken(rng, noise.RRNS, len(months))
    counts = {
        "registered": registered,
        "contacts": contacts,
        "referrals": referrals,
        "nonspecialist_referrals": rng.binomial(referrals, np.minimum(share, 1)),
    }
    for part, percent, diagnosed in (("dm", facility.DM, facility.dm_share), ("ht", facility.HT, facility.ht_share)):
        rng = _stream(simulation, facility, part)
        patients = np.rint(registered * diagnosed / 100 * _along(course.chronic, months)).astype(np.int64)
        share = percent / 100 * _along(course.RPPT, months) * _shaken(rng, noise.RPPT, len(months))
        counts[f"{part}_registered"] = patients
        counts[f"{part}_controlled"] = rng.binomial(patients, np.minimum(share, 1))
    return counts


def _stream(simulation: Simulation, facility: Facility, series: str) -> np.random.Generator:
    keys = [simulation.seed, zlib.crc32(facility.code.encode()), zlib.crc32(series.encode())]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(keys)))


def _shaken(rng: np.random.Generator, variation: float, months: int) -> np.ndarray[Any, Any]:
    """Factors with mean 1 and the given coefficient of variation (gamma)."""
    shape = 1 / variation**2
    return rng.gamma(shape, 1 / shape, size=months)


def _along(course: Course, months: pd.PeriodIndex) -> np.ndarray[Any, Any]:
    """Values of a course in the months, a straight line between its points and level outside them."""
    points = sorted(course.items())
    return np.interp(
        [_ordinal(m) for m in months], [_ordinal(_month(month)) for month, _ in points], [value for _, value in points]
    )


def _effects(
    effects: list[Effect], facility: Facility, indicator: str, months: pd.PeriodIndex
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Factor and addition (per mille) of all effects on one indicator of a facility, by month."""
    factor, added = np.ones(len(months)), np.zeros(len(months))
    for effect in effects:
        if effect.indicator == indicator and facility.code in effect.facilities:
            after = np.asarray(months >= _month(effect.first))
            factor[after] *= effect.factor
            added[after] += effect.added
    return factor, added


def _month(text: str) -> pd.Period:
    return pd.Period(text, freq="M")


def _ordinal(month: pd.Period) -> int:
    return int(month.year) * 12 + int(month.month)


# The files


def _contents(planned: Plan, named: dict[str, dict[str, str]]) -> dict[str, bytes]:
    """Bytes of every file by its name."""
    of_file: dict[str, list[Table]] = {}
    for table in planned.tables:
        of_file.setdefault(table.file, []).append(table)
    return {
        **{name: _csv(tables[0]) if name.endswith(".csv") else _workbook(tables) for name, tables in of_file.items()},
        **{name: b"\x08Simulasi".ljust(165) for name in planned.locks},
        SETTINGS_FILE: _settings(planned.simulation),
        FACILITIES_FILE: _facilities(planned.simulation, named),
        README: _readme(planned.simulation),
    }


def _csv(table: Table) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerows(table.rows)
    return stream.getvalue().encode()


def _workbook(tables: list[Table]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": "Data simulasi", "created": _CREATED})
    plain, bold = book.add_format(), book.add_format({"bold": True})
    date, top_aligned = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"valign": "top"})
    for table in tables:
        sheet = book.add_worksheet(table.sheet)
        if table.hidden:
            sheet.hide()
        heading = len(table.title)
        for i, row in enumerate(table.rows):
            for j, value in enumerate(row):
                style = date if isinstance(value, dt.date) else bold if i <= heading else plain
                _write(sheet, (i, j), value, style)
        if table.layout == "kbk_tabel":
            # Tableau prints the name of the district once, in a cell that spans all its facilities.
            last = heading + len(table.lines)
            sheet.merge_range(heading + 1, 0, last, 0, table.rows[heading + 1][0], top_aligned)
    book.close()
    return _repacked(buffer)


def _write(sheet: Any, place: tuple[int, int], value: Value, style: Any) -> None:
    match value:
        case None | "":
            pass
        case ErrorValue():
            sheet.write_formula(*place, "=0/0", style, str(value))
        case str():
            sheet.write_string(*place, value, style)
        case dt.date():
            sheet.write_datetime(*place, value, style)
        case _:
            sheet.write_number(*place, value, style)


def _repacked(buffer: io.BytesIO) -> bytes:
    """The same workbook uncompressed and without a trace of the platform: compression differs between zlib versions."""
    result = io.BytesIO()
    with zipfile.ZipFile(buffer) as packed, zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as stored:
        for name in packed.namelist():
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = _UNIX
            stored.writestr(info, packed.read(name))
    return result.getvalue()


def _settings(simulation: Simulation) -> bytes:
    content = simulation.district.model_dump(mode="json", exclude_defaults=True)
    body = yaml.safe_dump(
        content | {"bulan_kapitasi": simulation.district.bulan_kapitasi},
        allow_unicode=True,
        sort_keys=False,
        width=1000,
    )
    return f"# Pengaturan data simulasi; angka di folder ini karangan.\n{body}".encode()


def _facilities(simulation: Simulation, named: dict[str, dict[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(FACILITY_COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for facility in sorted(simulation.facilities, key=lambda f: f.code):
        writer.writerow(
            {
                "code": facility.code,
                "type": facility.type,
                "doctors": facility.doctors,
                "dentists": facility.dentists,
                "special_tariff": facility.special_tariff,
                "network_exempt": "ya" if facility.network_exempt else "tidak",
                "cooperating_since": facility.since.isoformat(),
                "closed_since": _closed_since(facility, simulation),
                **named[facility.code],
            }
        )
    return stream.getvalue().encode()


def _closed_since(facility: Facility, simulation: Simulation) -> str:
    """First day of the month after the last one with rows; empty for a facility that is there to the end."""
    if facility.last is None or facility.last >= simulation.last:
        return ""
    return str((pd.Period(facility.last, "M") + 1).start_time.date())


def _readme(simulation: Simulation) -> bytes:
    return (
        f"DATA SIMULASI - {simulation.district.name}\r\n\r\n"
        "Semua angka di folder ini karangan, dibuat oleh program dengan bilangan awal (seed) yang tetap. Yang nyata\r\n"
        "hanya nama dan koordinat puskesmas serta kode wilayah. Kode PPK, klinik, dan praktik dokter juga karangan.\r\n"
        "Angka ini tidak menggambarkan kinerja faskes mana pun dan tidak boleh dipakai untuk keputusan.\r\n\r\n"
        "Berkas sengaja dikotori seperti berkas nyata (baris jumlah, sel '-', baris ganda, dan lain-lain).\r\n"
        "Penjelasan dan daftar lengkapnya: docs/data-simulasi.md di proyek ini.\r\n"
        f"Sidik jari setiap berkas: {MANIFEST}.\r\n"
    ).encode()
