"""Reading and writing of the cleaned data of a district under data/processed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.clean import Cleaned
from analysis.contract import facility_months
from analysis.csv_files import write_csv
from analysis.doctor_workbook import write_doctors
from analysis.errors import DataError
from analysis.extract_shapes import Recorded
from analysis.findings import FindingKind, readable_ledger
from analysis.parquet import as_parquet, from_parquet
from analysis.privacy import check_stored
from analysis.private_folders import private_folder, told

TABLE, LEDGER, ARRIVALS, FILES = "facility_months.parquet", "ledger.parquet", "arrivals.parquet", "files.json"
CASES, PRESSURES, DAYS = "referrals.parquet", "pressures.parquet", "visit_days.parquet"
_MONTHLY = (ARRIVALS, CASES, PRESSURES, DAYS)
"""Tables with a month, beside the facility-months."""
_PARQUETS = (TABLE, LEDGER, *_MONTHLY)
DOCTORS = "rujukan-per-dokter.xlsx"
"""Workbook for the district alone: the one file that names doctors, and is never published."""
LEDGER_CSV = "ledger.csv"
PLACE = "data/processed"
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, NotImplementedError)
"""What reading a damaged JSON or Parquet file may raise; pyarrow's own errors are among these."""
_MISSING = "Data bersih belum ada. Jalankan dahulu notebook 01_clean (atau kbk report)."
_BROKEN = "Data bersih tidak utuh atau tidak terbaca ({name}). Jalankan lagi notebook 01_clean (atau kbk report)."


@dataclass(frozen=True)
class Stored:
    """Cleaned data of one run, as they come back from the disk.

    table: ``contract.facility_months``. ledger: ``ledger.ledger_table``. arrivals: ``timeliness.arrivals``.
    cases: referrals by diagnosis and clinic, ``extract_shapes.Referrals``.
    recorded: how visits are recorded.
    inputs: fingerprint of the files read and the settings they were read by.
    """

    table: pd.DataFrame
    ledger: pd.DataFrame
    arrivals: pd.DataFrame
    cases: pd.DataFrame
    recorded: Recorded
    inputs: str


def save_cleaned(cleaned: Cleaned, folder: Path, kinds: dict[str, FindingKind]) -> None:
    """Write all tables (the ledger as CSV too) and the list of files; they count together or not at all.

    folder: of the district. kinds: kinds of finding; the CSV says how grave each finding is and what can be done.
    Raises PrivacyError where a number or a name of a person would be written, PublishError where disk or permissions
    refuse; what was there before then stays, or is known as incomplete.
    """
    with told("Data bersih", PLACE):
        folder.mkdir(parents=True, exist_ok=True)
        with private_folder(folder) as private:
            recorded = cleaned.recorded
            monthly = (cleaned.arrivals, cleaned.cases, recorded.pressures, recorded.days)
            tables = dict(zip(_PARQUETS, (cleaned.table, cleaned.ledger, *monthly), strict=True))
            sums = {name: write_parquet(table, private / name) for name, table in tables.items()}
            write_csv(readable_ledger(cleaned.ledger, kinds), private / LEDGER_CSV)
            record = {
                "files": [asdict(f) for f in cleaned.files],
                "settings": cleaned.settings,
                "sha256": sums,
            }
            text = json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n"
            (private / FILES).write_text(text, encoding="utf-8")
            check_stored(private, cleaned.people)
            if not cleaned.doctors.empty:
                write_doctors(cleaned.doctors, cleaned.table, private / DOCTORS)
            _put(private, folder)


def keep_cleaned(source: Path, folder: Path) -> None:
    """Copy the cleaned data in ``source`` to ``folder``, as ``save_cleaned`` writes them; raises PublishError."""
    with told("Data bersih", PLACE):
        folder.mkdir(parents=True, exist_ok=True)
        with private_folder(folder) as private:
            for name in (LEDGER_CSV, *_PARQUETS, FILES):
                shutil.copyfile(source / name, private / name)
            if (source / DOCTORS).is_file():
                shutil.copyfile(source / DOCTORS, private / DOCTORS)
            _put(private, folder)


def load_table(folder: Path) -> pd.DataFrame:
    """Return the facility-month table of a district; raise DataError when cleaning has not run or was interrupted."""
    return _table(folder, _record(folder))


def load_cleaned(folder: Path) -> Stored:
    """Return table and ledger of one and the same run of cleaning.

    Raises DataError when cleaning has not run, was interrupted, or left files that cannot be read.
    """
    record = _record(folder)
    arrived, cases, pressures, days = (_parquet(folder, name, record, ["month"]) for name in _MONTHLY)
    return Stored(
        _table(folder, record),
        _parquet(folder, LEDGER, record),
        arrived,
        cases,
        Recorded(pressures, days),
        inputs_of(record["files"], record["settings"]),
    )


def load_files(folder: Path) -> list[dict[str, Any]]:
    """Return the list of files that cleaning read, empty when there was no cleaning; raise DataError when broken."""
    files: list[dict[str, Any]] = _record(folder)["files"] if (folder / FILES).exists() else []
    return files


def load_settings(folder: Path) -> list[dict[str, str]]:
    """Return what ``district.settings_of`` told when cleaning read the files, empty when there was no cleaning.

    Raises DataError when the record is broken.
    """
    settings: list[dict[str, str]] = _record(folder)["settings"] if (folder / FILES).exists() else []
    return settings


def inputs_of(files: list[dict[str, Any]], settings: list[dict[str, str]]) -> str:
    """Return one SHA-256 for what was read: the same files, months and settings give the same."""
    return checksum(json.dumps([files, settings], ensure_ascii=False, sort_keys=True).encode())


def checksum(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_parquet(table: pd.DataFrame, path: Path) -> str:
    """Write a table as ``parquet.as_parquet`` tells and return the SHA-256 of the file."""
    content = as_parquet(table)
    path.write_bytes(content)
    return checksum(content)


def read_parquet(path: Path, expected: str, months: Iterable[str] = ()) -> pd.DataFrame:
    """Return the table in a Parquet file; raise ValueError when the file is not the one with the expected SHA-256.

    months: columns that hold months, ``parquet.month_columns``; default none.
    """
    return from_parquet(checked_content(path, expected), months)


def checked_content(path: Path, expected: str) -> bytes:
    """Return the content of a file; raise ValueError when it is not the one with the expected SHA-256."""
    content = path.read_bytes()
    if checksum(content) != expected:
        raise ValueError(f"{path.name} is not the file that was written")
    return content


def _put(private: Path, folder: Path) -> None:
    if not (private / DOCTORS).is_file():
        (folder / DOCTORS).unlink(missing_ok=True)
    else:
        (private / DOCTORS).replace(folder / DOCTORS)
    # First the one that somebody may have open in Excel: then nothing changes. Last the list: with it the rest counts.
    for name in (LEDGER_CSV, *_PARQUETS, FILES):
        (private / name).replace(folder / name)


def _record(folder: Path) -> dict[str, Any]:
    if not (folder / FILES).exists() and not (folder / TABLE).exists():
        raise DataError(_MISSING)
    try:
        record: dict[str, Any] = json.loads((folder / FILES).read_text(encoding="utf-8"))
        complete = isinstance(record["files"], list) and isinstance(record["settings"], list)
        complete = complete and all(record["sha256"][name] for name in _PARQUETS)
    except UNREADABLE:
        complete = False
    if not complete:
        raise DataError(_BROKEN.format(name=FILES))
    return record


def _table(folder: Path, record: dict[str, Any]) -> pd.DataFrame:
    return facility_months(_parquet(folder, TABLE, record, ["month"]))


def _parquet(folder: Path, name: str, record: dict[str, Any], months: Iterable[str] = ()) -> pd.DataFrame:
    try:
        return read_parquet(folder / name, record["sha256"][name], months)
    except UNREADABLE:
        raise DataError(_BROKEN.format(name=name)) from None
