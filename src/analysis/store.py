"""Reading and writing of the cleaned data of a district under data/processed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from analysis.clean import Cleaned
from analysis.contract import facility_months
from analysis.csv_files import write_csv
from analysis.errors import DataError

TABLE, LEDGER, FILES = "facility_months.parquet", "ledger.parquet", "files.json"


def save_cleaned(cleaned: Cleaned, folder: Path) -> None:
    """Write table, ledger (Parquet and CSV) and file list into ``folder``, each in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    table = cleaned.table.assign(month=cleaned.table["month"].astype("string"))
    _replace(folder / TABLE, lambda p: table.to_parquet(p, index=False))
    _replace(folder / LEDGER, lambda p: cleaned.ledger.to_parquet(p, index=False))
    _replace(folder / "ledger.csv", lambda p: write_csv(cleaned.ledger, p))
    listing = json.dumps([asdict(f) for f in cleaned.files], ensure_ascii=False, indent=1, default=str) + "\n"
    _replace(folder / FILES, lambda p: p.write_text(listing, encoding="utf-8"))


def load_table(folder: Path) -> pd.DataFrame:
    """Return the facility-month table of a district; raise DataError when cleaning has not run."""
    if not (folder / TABLE).is_file():
        raise DataError("Data bersih belum ada. Jalankan dahulu notebook 01_clean (atau kbk report).")
    table = pd.read_parquet(folder / TABLE)
    return facility_months(table.assign(month=pd.PeriodIndex(table["month"], freq="M")))


def load_ledger(folder: Path) -> pd.DataFrame:
    """Return the ledger of a district; raise DataError when cleaning has not run."""
    if not (folder / LEDGER).is_file():
        raise DataError("Buku temuan belum ada. Jalankan dahulu notebook 01_clean (atau kbk report).")
    return pd.read_parquet(folder / LEDGER)


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    private = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(private)
        private.replace(path)
    finally:
        private.unlink(missing_ok=True)
