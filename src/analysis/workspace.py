"""Where things are: one root folder with data/, reports/ and, in the project itself, notebooks/ and reference data."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from analysis.errors import ParameterError, nearest

PROJECT = Path(__file__).resolve().parents[2]
ROOT_VARIABLE = "KBK_ROOT"
PROCESSED_VARIABLE = "KBK_PROCESSED"
SETTINGS_FILE, FACILITIES_FILE = "district.yml", "facilities.csv"
"""The two files in a district's folder that are the analyst's own."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Workspace:
    """The folders of one run.

    root: folder that holds ``data/`` and ``reports/``; default the project itself.
    own_processed: folder that takes the place of ``data/processed``, for one run alone; default none.
    """

    root: Path = PROJECT
    own_processed: Path | None = None

    @classmethod
    def current(cls) -> Workspace:
        """The workspace of the environment variables KBK_ROOT and KBK_PROCESSED, else the project (for notebooks).

        Both are set for the notebooks of a report; a notebook opened by hand has neither and works in data/processed.
        """
        root, processed = (os.environ.get(name) for name in (ROOT_VARIABLE, PROCESSED_VARIABLE))
        return cls(Path(root).resolve() if root else PROJECT, Path(processed).resolve() if processed else None)

    def apart(self, processed: Path) -> Self:
        """The same workspace with a folder of its own in place of ``data/processed``."""
        return replace(self, own_processed=processed)

    @property
    def raw(self) -> Path:
        """Folder of the districts' files as received."""
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Folder of cleaned tables and results: the run's own, else data/processed."""
        return self.own_processed or self.root / "data" / "processed"

    @property
    def reports(self) -> Path:
        """Folder of published reports."""
        return self.root / "reports"

    @property
    def reference(self) -> Path:
        """Reference data of the root where it has its own, else those of the project."""
        own = self.root / "data" / "reference"
        return own if own.is_dir() else PROJECT / "data" / "reference"

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks; always those of the project."""
        return PROJECT / "notebooks"

    def raw_of(self, district: str) -> Path:
        """Folder of one district's files."""
        return self.raw / checked_slug(district)

    def processed_of(self, district: str) -> Path:
        """Folder of one district's cleaned table."""
        return self.processed / checked_slug(district)

    def results_of(self, district: str, period: str) -> Path:
        """Folder of the results of one district and period."""
        return self.processed_of(district) / period / "results"

    def reports_of(self, district: str, period: str) -> Path:
        """Folder of the published versions of one district and period."""
        return self.reports / checked_slug(district) / period

    def known_districts(self) -> list[str]:
        """Districts that a report can be asked for: folders under data/raw, simulations, and what the project ships."""
        return sorted({*self.districts(), *simulations(self.reference), *shipped()})

    def districts(self) -> list[str]:
        """Names of the district folders under data/raw, sorted."""
        if not self.raw.is_dir():
            return []
        return sorted(p.name for p in self.raw.iterdir() if p.is_dir() and _SLUG.fullmatch(p.name))


def simulations(reference: Path) -> list[str]:
    """Return the districts that the generator can simulate."""
    return sorted(path.stem for path in (reference / "simulations").glob("*.yml"))


def known_simulation(name: str, known: list[str]) -> str:
    """Return ``name`` if it can be simulated; else raise ParameterError with the nearest name that can."""
    if name not in known:
        listing = ", ".join(known) if known else "belum ada"
        raise ParameterError(
            f"Data simulasi “{name}” tidak ada.{nearest(name, known)} Yang dapat disimulasikan: {listing}."
        )
    return name


def shipped() -> list[str]:
    """Return the districts whose published figures come with the project."""
    return sorted(path.parent.name for path in (PROJECT / "data" / "raw").glob("*/published.csv"))


def shown(path: Path) -> str:
    """Return a path as it is told to the analyst: from the current folder where it lies in it, else whole."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def checked_slug(name: str) -> str:
    """Return ``name`` if it is a plain district folder name, so that a name is never a path.

    Raises ParameterError for anything but small letters, digits and single hyphens.
    """
    if not _SLUG.fullmatch(name):
        suggestion = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
        hint = f" Coba “{suggestion}”." if suggestion else ""
        raise ParameterError(
            f"Nama kabupaten/kota “{name}” tidak dapat dipakai: hanya huruf kecil, angka, dan tanda hubung.{hint}"
        )
    return name


def known_district(name: str, known: list[str]) -> str:
    """Return ``name`` if it is one of ``known``; else raise ParameterError with the nearest valid name."""
    checked_slug(name)
    if name not in known:
        listing = ", ".join(known) if known else "belum ada"
        raise ParameterError(
            f"Kabupaten/kota “{name}” tidak ditemukan.{nearest(name, known)} Yang tersedia: {listing}. "
            f"Untuk daerah baru, jalankan make new DISTRICT={name}, lalu letakkan berkas BPJS di data/raw/{name}/."
        )
    return name
