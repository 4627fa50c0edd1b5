"""Kinds of finding: level, title, meaning and advice as data, and the sentence made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from analysis.errors import ConfigurationError
from analysis.ledger import LEVELS, Finding, Level
from analysis.reference import Strict, load_record

if TYPE_CHECKING:
    import pandas as pd

KINDS_FILE = "findings.yml"
LEVEL_NAMES: dict[Level, str] = {"galat": "Galat", "peringatan": "Peringatan", "catatan": "Catatan"}
"""Levels as readers see them."""
LEDGER_HEADINGS = {
    "level": "Tingkat",
    "title": "Temuan",
    "file": "Berkas",
    "sheet": "Lembar",
    "row": "Baris",
    "column": "Kolom",
    "cell": "Sel",
    "read": "Yang terbaca",
    "done": "Yang dilakukan",
    "facility_code": "Kode FKTP",
    "facility_name": "Nama FKTP",
    "month": "Bulan",
    "meaning": "Artinya",
    "advice": "Yang dapat dilakukan",
    "kind": "Kunci jenis",
}
"""Columns of the ledger that people read (ledger.csv), in their order, with their headings."""


class FindingKind(Strict):
    """One kind of finding.

    level: galat (figures were left out of use), peringatan (to be checked), catatan (for the record).
    title: short name, Indonesian.
    meaning: what it means; one sentence.
    advice: what the analyst can do; one sentence.
    counts: True where a finding quotes counts of people, which are not published when they are small.
    """

    level: Level
    title: str = Field(min_length=3, max_length=70)
    meaning: str = Field(min_length=10)
    advice: str = Field(min_length=10)
    counts: bool = False


def load_kinds(folder: Path) -> dict[str, FindingKind]:
    """Return the kinds of finding of ``folder``/findings.yml by their key.

    Raises ConfigurationError when the file is missing or wrong.
    """
    return load_record(folder / KINDS_FILE, dict[str, FindingKind])


def place(finding: Finding) -> str:
    """Return where a finding stands: 'kbk.xlsx, lembar “Mei”, baris 5, kolom “Jumlah Kontak”'."""
    parts = [finding.file]
    if finding.sheet:
        parts.append(f"lembar “{finding.sheet}”")
    if finding.row is not None:
        parts.append(f"baris {finding.row}")
    if finding.column:
        parts.append(f"kolom “{finding.column}”")
    return ", ".join(part for part in parts if part)


def sentence(finding: Finding, kinds: dict[str, FindingKind]) -> str:
    """Return a finding as one line for the analyst: place, title, what was read, what was done, advice.

    Raises ConfigurationError when findings.yml does not know the kind.
    """
    if finding.kind not in kinds:
        raise ConfigurationError(f"Berkas {KINDS_FILE} tidak memuat jenis temuan “{finding.kind}”.")
    kind = kinds[finding.kind]
    # What stands in a cell is quoted; what is told of a whole row, sheet or file explains itself.
    quoted = "terbaca: " if finding.column else ""
    read = f" ({quoted}{finding.read})" if finding.read else ""
    done = f"; {finding.done}" if finding.done else ""
    where = place(finding)
    return f"{where + ': ' if where else ''}{kind.title}{read}{done}. {kind.advice}"


def readable_ledger(ledger: pd.DataFrame, kinds: dict[str, FindingKind]) -> pd.DataFrame:
    """Return the ledger as people read it: a row says by itself how grave it is, what it means and what to do.

    ledger: ``ledger.ledger_table``. kinds: kinds of finding, of which every one in the ledger is known.
    Columns: the headings of LEDGER_HEADINGS; the gravest first, else in the order of the ledger.
    """
    told = ledger.assign(
        **{
            part: ledger["kind"].map({key: getattr(kind, part) for key, kind in kinds.items()}).astype("string")
            for part in ("level", "title", "meaning", "advice")
        }
    )
    order = told["level"].map({level: i for i, level in enumerate(LEVELS)})
    told = told.loc[order.sort_values(kind="stable").index].assign(level=lambda t: t["level"].map(LEVEL_NAMES))
    return told[list(LEDGER_HEADINGS)].rename(columns=LEDGER_HEADINGS).reset_index(drop=True)
