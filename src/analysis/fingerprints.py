"""Fingerprints of what decides a report: program, notebooks, reference data; quick to import and quick to take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from analysis.workspace import PROJECT

NOTEBOOKS = ("01_clean", "01_published", "02_trends", "03_published_shares", "03_published_zones", "03_report")
"""The notebooks that belong to the program; others beside them are the analyst's own."""
CODE_ENDINGS = frozenset({".css", ".html", ".lua", ".py", ".typ", ".typst"})
REFERENCE_ENDINGS = frozenset({".csv", ".yml"})


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
