"""Where the numbers come from: input files with checksums, code, renderer, parameters and reference data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import __version__, texts
from analysis import formats as fmt
from analysis.district import settings_of
from analysis.errors import DataError
from analysis.markdown import Block, escape, table
from analysis.periods import parse_period
from analysis.store import inputs_of, load_files, load_settings
from analysis.workspace import PROJECT, Workspace

NOTEBOOKS = ("01_clean", "01_published", "02_trends", "03_published_shares", "03_published_zones", "03_report")
"""The notebooks that belong to the program; others beside them are the analyst's own."""
CODE_ENDINGS = frozenset({".css", ".html", ".lua", ".py", ".typ", ".typst"})
REFERENCE_ENDINGS = frozenset({".csv", ".yml"})
_SHOWN = 12
"""Characters of a checksum that a reader compares; the whole one stands in the manifest."""


def fingerprint(files: list[Path], base: Path) -> str:
    """Return one SHA-256 over names and contents of files, independent of line ends, times and the machine.

    Of a notebook only kind, text and tags of its cells count, not what was shown when it was last run.
    """
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda p: p.relative_to(base).as_posix()):
        content = _content(path).replace(b"\r\n", b"\n")
        digest.update(path.relative_to(base).as_posix().encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def code_fingerprint() -> str:
    """Return the fingerprint of program, templates, notebooks and lock; the same in every clone of one version."""
    others = [*(PROJECT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS), PROJECT / "requirements.lock"]
    files = shipped_files(PROJECT / "src" / "analysis", CODE_ENDINGS) + [p for p in others if p.is_file()]
    return fingerprint(files, PROJECT)


def shipped_files(folder: Path, endings: Collection[str]) -> list[Path]:
    """Return the files of a folder and its subfolders that end so; not what editors and Jupyter leave beside them."""
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in endings
        and not any(part.startswith((".", "~", "#", "__pycache__")) for part in path.relative_to(folder).parts)
        and path.is_file()
    ]


def _content(path: Path) -> bytes:
    if path.suffix != ".ipynb":
        return path.read_bytes()
    try:
        cells = [
            [cell["cell_type"], "".join(cell["source"]).replace("\r\n", "\n"), sorted(cell["metadata"].get("tags", []))]
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        # no notebook that can run: then anything in it counts
        return path.read_bytes()
    return json.dumps(cells, ensure_ascii=False).encode()


def reference_fingerprint(reference: Path) -> str:
    """Return the fingerprint of indicators, rules, tariffs and layouts."""
    return fingerprint(shipped_files(reference, REFERENCE_ENDINGS), reference)


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
