"""Kinds of finding: level, title, meaning and advice as data, and the sentence made of them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from analysis.errors import ConfigurationError
from analysis.ledger import Finding, Level
from analysis.reference import Strict, load_record

KINDS_FILE = "findings.yml"


class FindingKind(Strict):
    """One kind of finding.

    level: galat (figures were left out of use), peringatan (to be checked), catatan (for the record).
    title: short name, Indonesian.
    meaning: what it means; one sentence.
    advice: what the analyst can do; one sentence.
    """

    level: Level
    title: str = Field(min_length=3, max_length=70)
    meaning: str = Field(min_length=10)
    advice: str = Field(min_length=10)


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
