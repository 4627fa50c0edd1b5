"""Everything that a report says about a district and a period, kept as plain tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import DataError
from analysis.parquet import month_columns
from analysis.privacy import check_stored
from analysis.private_folders import private_folder, replace_folder, told
from analysis.store import PLACE, UNREADABLE, checked_content, read_parquet, write_parquet

MONTH_COLUMNS = "month_columns"
"""Key in facts.json that says which columns of which table hold months."""
CHECKSUMS = "sha256"
"""Key in facts.json that says which tables belong to the facts."""


@dataclass(frozen=True)
class Results:
    """Tables of one report; every table is described where it is computed.

    facts: single values (period codes, rule, counts) as JSON-able values.
    tables: table name to DataFrame.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def save(self, folder: Path) -> None:
        """Write every table as Parquet and the facts as JSON into ``folder``, replacing all that stands there.

        They are written apart and put in place together, so that an interruption leaves the earlier results, or none.
        Raises PrivacyError where a number of a person would be written, PublishError where disk or permissions refuse.
        """
        with told("Hasil analisis", PLACE):
            folder.parent.mkdir(parents=True, exist_ok=True)
            with private_folder(folder.parent) as private:
                new = private / "new"
                new.mkdir()
                months, sums = {}, {}
                for name, table in self.tables.items():
                    months[name] = month_columns(table)
                    sums[name] = write_parquet(table, new / f"{name}.parquet")
                content = {**self.facts, MONTH_COLUMNS: months, CHECKSUMS: sums}
                text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
                (new / "facts.json").write_text(text + "\n", encoding="utf-8")
                check_stored(new)
                replace_folder(new, folder, private / "old")

    @classmethod
    def load(cls, folder: Path) -> Results:
        """Read what ``save`` wrote.

        Raises DataError when the step before has not run, or its results are incomplete, damaged or of two runs.
        """
        with _whole(folder) as (facts, months, sums):
            tables = {n: read_parquet(folder / f"{n}.parquet", sums[n], columns) for n, columns in months.items()}
        return cls(facts, tables)


def whole_facts(folder: Path) -> dict[str, Any]:
    """Return the facts alone of what ``Results.save`` wrote; raises as ``Results.load``, for a damaged table too."""
    with _whole(folder) as (facts, months, sums):
        for name in months:
            checked_content(folder / f"{name}.parquet", sums[name])
    return facts


@contextmanager
def _whole(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Facts, columns of months and checksums of results; whatever cannot be read within is told as a DataError."""
    if not (folder / "facts.json").is_file():
        raise DataError("Hasil analisis belum ada. Jalankan dahulu notebook 02_trends (atau kbk report).")
    try:
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        yield facts, facts.pop(MONTH_COLUMNS), facts.pop(CHECKSUMS)
    except UNREADABLE:
        raise DataError(
            f"Hasil analisis di {PLACE} tidak utuh atau tidak terbaca. Jalankan lagi notebook 02_trends (untuk "
            "angka terbitan 01_published), atau kbk report."
        ) from None


def keep_results(source: Path, folder: Path) -> None:
    """Copy the results in ``source`` to ``folder``, as ``Results.save`` writes them; raises PublishError."""
    with told("Hasil analisis", PLACE):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with private_folder(folder.parent) as private:
            new = private / "new"
            shutil.copytree(source, new, copy_function=shutil.copyfile)
            replace_folder(new, folder, private / "old")
