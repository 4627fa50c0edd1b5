"""Fingerprints of what decides a report: files, program, notebooks, reference data, tools; quick to import and take."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from analysis.file_names import verdict
from analysis.raw_folder import file_sha256, walk
from analysis.workspace import PROJECT

NOTEBOOKS = ("01_clean", "01_published", "02_trends", "03_published_shares", "03_published_zones", "03_report")
"""The notebooks that belong to the program; others beside them are the analyst's own."""
CODE_ENDINGS = frozenset({".css", ".html", ".lua", ".py", ".typ", ".typst"})
REFERENCE_ENDINGS = frozenset({".csv", ".yml"})
_SETTINGS = ("LANG", "LC_", "TZ", "MATPLOTLIBRC", "MPL", "PYTHON")
"""How the names of the environment variables begin that could reach a number, a text or a picture."""


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
    return fingerprint([*_program(), *(path for path in map(_notebook, NOTEBOOKS) if path.is_file())], PROJECT)


def program_fingerprint() -> str:
    """Return the fingerprint of program, templates and lock, without the notebooks."""
    return fingerprint(_program(), PROJECT)


def notebook_fingerprint(name: str) -> str:
    """Return the fingerprint of one notebook, named without its ending; raise OSError where it cannot be read."""
    return fingerprint([_notebook(name)], PROJECT)


def _program() -> list[Path]:
    lock = PROJECT / "requirements.lock"
    return shipped_files(PROJECT / "src" / "analysis", CODE_ENDINGS) + [lock] * lock.is_file()


def _notebook(name: str) -> Path:
    return PROJECT / "notebooks" / f"{name}.ipynb"


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


def tools_fingerprint() -> str:
    """Return the fingerprint of what the program runs on: Python, system, installed packages, language and time zone.

    Packages count by the names of their records, which hold their versions; importing none of them.
    """
    packages: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            packages.update(p.name for p in Path(folder).iterdir() if p.suffix in {".dist-info", ".egg-info"})
    settings = {name: value for name, value in os.environ.items() if name.startswith(_SETTINGS)}
    python = [sys.version, sys.platform, platform.machine()]
    return hashlib.sha256(json.dumps([python, sorted(packages), settings], sort_keys=True).encode()).hexdigest()


def raw_fingerprints(folder: Path) -> dict[str, str]:
    """Return name → SHA-256 of everything that is received in a district's folder, but for litter.

    The content counts, never a time: of links and what is no ordinary file, what is said of them.
    Raises OSError where something cannot be read: then nobody can tell whether it has changed.
    """
    found = {}
    for path, problem in walk(folder):
        parts = path.relative_to(folder).parts
        if parts and verdict(parts).kind == "litter":
            continue
        name = "/".join(parts)
        if problem is None:
            found[name] = file_sha256(path)
        elif problem.kind == "file_unreadable" and not path.is_symlink():
            raise OSError(f"{name} cannot be read")
        else:
            found[name] = hashlib.sha256(repr(problem).encode()).hexdigest()
    return found
