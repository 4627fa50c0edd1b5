"""Where the numbers come from: input files with checksums, code, renderer, parameters and reference data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import __version__, texts
from analysis import formats as fmt
from analysis.district import settings_of
from analysis.errors import DataError
from analysis.fingerprints import code_fingerprint, reference_fingerprint
from analysis.markdown import Block, escape, table
from analysis.periods import parse_period
from analysis.store import inputs_of, load_files, load_settings
from analysis.workspace import Workspace

_SHOWN = 12
"""Characters of a checksum that a reader compares; the whole one stands in the manifest."""


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
        """Return the provenance of a district's results; files come from the cleaning step.

        Raises DataError when the results were computed from other files than were read last, or the settings have
        changed since.
        """
        processed, raw = workspace.processed_of(slug), workspace.raw_of(slug)
        files, read_by, settings = load_files(processed), load_settings(processed), settings_of(raw)
        if read_by and (changed := {s["name"] for s in [*read_by, *settings] if s not in read_by or s not in settings}):
            raise DataError(
                f"{' dan '.join(sorted(changed))} berubah sesudah berkas dibaca. Jalankan lagi notebook 01_clean dan "
                "02_trends (atau kbk report)."
            )
        if "inputs" in facts and facts["inputs"] != inputs_of(files, read_by):
            raise DataError(
                "Hasil analisis ini dihitung dari berkas lain daripada yang terakhir dibaca. Jalankan lagi notebook "
                "02_trends (atau kbk report)."
            )
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
