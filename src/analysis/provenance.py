"""Where the numbers come from: input files with checksums, code, renderer, parameters and reference data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import __version__, texts
from analysis import formats as fmt
from analysis.markdown import Block, escape, table
from analysis.periods import parse_period
from analysis.workspace import PROJECT, Workspace

_CODE = ("src/analysis/**/*", "notebooks/*.ipynb", "requirements.lock")
_SHOWN = 12
"""Characters of a checksum that a reader compares; the whole one stands in the manifest."""


def fingerprint(files: list[Path], base: Path) -> str:
    """Return one SHA-256 over names and contents of files, independent of line ends, times and the machine."""
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda p: p.relative_to(base).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(path.relative_to(base).as_posix().encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def code_fingerprint() -> str:
    """Return the fingerprint of program, templates, notebooks and lock; the same in every clone of one version."""
    files = [p for pattern in _CODE for p in PROJECT.glob(pattern) if p.is_file() and "__pycache__" not in p.parts]
    return fingerprint(files, PROJECT)


def reference_fingerprint(reference: Path) -> str:
    """Return the fingerprint of indicators, rules, tariffs and layouts."""
    return fingerprint([p for p in reference.rglob("*") if p.is_file()], reference)


@dataclass(frozen=True)
class Provenance:
    """Everything that another person needs to make the report again.

    files: name, sha256 and size of each input file; settings: checksums of district.yml and facilities.csv;
    parameters: what was asked for; renderer: name and version.
    """

    district: str
    files: list[dict[str, Any]]
    settings: list[dict[str, Any]]
    parameters: dict[str, str]
    rule: str
    tariffs: list[str]
    renderer: str
    version: str
    code: str
    reference: str

    @classmethod
    def load(cls, workspace: Workspace, slug: str, facts: dict[str, Any], renderer: str) -> Provenance:
        """Return the provenance of a district's results; files come from the cleaning step."""
        listing = workspace.processed_of(slug) / "files.json"
        files = json.loads(listing.read_text(encoding="utf-8")) if listing.is_file() else []
        raw = workspace.raw_of(slug)
        settings = [
            {"name": name, "sha256": hashlib.sha256((raw / name).read_bytes()).hexdigest()}
            for name in ("district.yml", "facilities.csv", "published.csv")
            if (raw / name).is_file()
        ]
        return cls(
            district=slug,
            files=files,
            settings=settings,
            parameters={k: facts[k] for k in ("period", "compare") if facts.get(k)},
            rule=facts.get("rule", ""),
            tariffs=facts.get("tariffs", []),
            renderer=renderer,
            version=__version__,
            code=code_fingerprint(),
            reference=reference_fingerprint(workspace.reference),
        )

    def manifest(self) -> dict[str, Any]:
        """The record that is published beside the report."""
        return {
            "district": self.district,
            "inputs": [{k: f[k] for k in ("name", "sha256", "size") if k in f} for f in self.files],
            "settings": self.settings,
            "parameters": self.parameters,
            "rule": self.rule,
            "tariffs": self.tariffs,
            "renderer": self.renderer,
            "version": self.version,
            "code": self.code,
            "reference": self.reference,
        }

    def files_block(self) -> Block:
        """Input files with the beginning of their checksums, as a table."""
        rows = [
            [
                escape(f["name"]),
                escape(_span(f.get("months", []))),
                fmt.number(f.get("rows")),
                f"`{str(f['sha256'])[:_SHOWN]}`",
            ]
            for f in [
                *sorted(self.files, key=lambda f: (list(f.get("months", [])) or ["9"], f["name"])),
                *self.settings,
            ]
        ]
        return Block(
            table(
                ["Berkas", "Bulan pelayanan", "Baris", "SHA-256 (awal)"],
                rows,
                align=["left", "left", "right", "left"],
                widths=[42, 26, 10, 18],
                label="tbl-berkas",
                caption=texts.FILES_CAPTION,
            )
        )

    def origin_block(self) -> Block:
        """Versions and parameters, as a table."""
        periods = {k: f"{v} ({parse_period(v).label})" for k, v in self.parameters.items()}
        entries = [
            ("Kabupaten/kota (parameter)", self.district),
            ("Periode laporan", periods.get("period", fmt.MISSING)),
            ("Periode pembanding", periods.get("compare", fmt.MISSING)),
            ("Aturan", self.rule or fmt.MISSING),
            ("Tarif", ", ".join(self.tariffs) or fmt.MISSING),
            ("Program", f"kbk-analysis {self.version}"),
            ("Sidik program (SHA-256, awal)", self.code[:_SHOWN]),
            ("Sidik data acuan (SHA-256, awal)", self.reference[:_SHOWN]),
            ("Pembuat dokumen", self.renderer or fmt.MISSING),
        ]
        return Block(
            table(
                ["Hal", "Isi"],
                [[escape(k), escape(v)] for k, v in entries],
                align=["left", "left"],
                widths=[35, 65],
                label="tbl-asal",
                caption=texts.ORIGIN_CAPTION,
            )
        )


def _span(months: list[str]) -> str:
    if not months:
        return fmt.MISSING
    first, last = (fmt.month(pd.Period(m, "M")) for m in (months[0], months[-1]))
    return first if first == last else f"{first} – {last}"
