"""Which renderer makes the documents: Quarto where it is and works, else the built-in one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as package_version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from analysis import pandoc, render_quarto
from analysis.errors import ParameterError, RenderError

_WANTED = ("auto", "quarto", "pandoc")
_VERSION_TIMEOUT = 60.0


@dataclass(frozen=True)
class RendererChoice:
    """The renderer of one run: name ('quarto' or 'pandoc'), version as it calls itself, path of its program."""

    name: Literal["quarto", "pandoc"]
    version: str
    path: Path

    @property
    def shown(self) -> str:
        """Name and version, as the report and the analyst are told."""
        return f"{self.name} {self.version}"


def choose_renderer(wanted: str = "auto") -> RendererChoice:
    """Return Quarto where it is and works, else the built-in renderer.

    wanted: 'auto', 'quarto' (RenderError with the next step where there is none) or 'pandoc'.
    """
    if wanted not in _WANTED:
        raise ParameterError(f"RENDERER=“{wanted}” tidak dikenal. Pilih salah satu: {', '.join(_WANTED)}.")
    if wanted != "pandoc":
        tried = []
        for candidate in quarto_candidates():
            version = quarto_version(candidate)
            if version is not None:
                return RendererChoice("quarto", version, candidate)
            tried.append(f"{candidate} ditemukan tetapi tidak dapat dijalankan")
        if wanted == "quarto":
            raise RenderError(
                "Quarto tidak ditemukan. Pasang dari quarto.org, atau pakai pembuat bawaan: "
                "“make report … RENDERER=pandoc”.",
                tried,
            )
    return RendererChoice("pandoc", built_in_version(), pandoc.program())


def quarto_candidates() -> Iterator[Path]:
    """Yield the Quarto programs of this machine, the most explicit first, each once.

    QUARTO_PATH (program or folder), PATH, the folder of this Python, the conda environment, the package quarto-cli.
    """
    seen = set()
    for folder, name in _quarto_places():
        found = shutil.which(name, path=folder)
        if found and (resolved := Path(found).resolve()) not in seen:
            seen.add(resolved)
            yield Path(found)


def _quarto_places() -> Iterator[tuple[str | None, str]]:
    if named := os.environ.get("QUARTO_PATH"):
        path = Path(named)
        if path.is_dir():
            yield os.pathsep.join([str(path), str(path / "bin")]), "quarto"
        else:
            yield str(path.parent), path.name
    yield None, "quarto"
    yield str(Path(sys.executable).parent), "quarto"
    if conda := os.environ.get("CONDA_PREFIX"):
        inside = ("bin", "Scripts", "Library/bin")
        yield os.pathsep.join(str(Path(conda) / folder) for folder in inside), "quarto"
    package = find_spec("quarto_cli")
    for folder in (package.submodule_search_locations or []) if package else []:
        yield str(Path(folder) / "bin"), "quarto"


def quarto_version(program: Path) -> str | None:
    """Return what ``quarto --version`` says, or None where it does not work."""
    try:
        done = subprocess.run(
            [str(program), "--version"],
            env=render_quarto.environment(None),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_VERSION_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()
    return words[0] if done.returncode == 0 and words else None


def built_in_version() -> str:
    """Versions of the two programs of the built-in renderer, to be read after 'pandoc': '3.9 + typst 0.15.2'."""
    return f"{pandoc.version()} + typst {package_version('typst')}"
