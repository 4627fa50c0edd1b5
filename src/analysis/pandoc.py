"""The pandoc program of the pypandoc wheel: found, asked for its version, run without a shell and without a network."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypandoc

from analysis.errors import RenderError

TIMEOUT = 120.0
_MEMORY = ("+RTS", "-A64m", "-n1m", "-O128m", "-RTS")
"""For the runtime of Haskell: room in which the document of a report seldom needs its memory tidied."""
_WORDS = frozenset({"Str", "Space", "SoftBreak"})
# A proxy that nobody answers: should a resource of the web slip through all checks, it cannot be fetched.
_NOWHERE = "http://127.0.0.1:9"


def program() -> Path:
    """Path of pandoc; RenderError when the wheel holds none."""
    try:
        return Path(pypandoc.get_pandoc_path())
    except OSError:
        raise RenderError("Program pandoc tidak ditemukan. Pasang ulang lingkungan: “make setup”.") from None


def version() -> str:
    """Version of pandoc, '3.9'."""
    return str(pypandoc.get_pandoc_version())


def no_network() -> dict[str, str]:
    """Environment variables that leave a program without a way to the web."""
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE) | {"NO_PROXY": ""}
    # Windows does not tell small from capital letters in these names; given twice, either might win.
    return proxies if os.name == "nt" else proxies | {name.lower(): value for name, value in proxies.items()}


def run(arguments: Sequence[str], folder: Path, *, text: str | None = None) -> str:
    """Run pandoc in ``folder`` and return what it prints; a failure or a warning is a RenderError."""
    environment = {**os.environ, **no_network(), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [str(program()), *_MEMORY, *arguments],
            cwd=folder,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"pandoc tidak selesai dalam {TIMEOUT:.0f} detik. Coba lagi dengan periode lebih pendek."
        ) from None
    except OSError as error:
        raise RenderError(
            f"pandoc tidak dapat dijalankan ({error.strerror}). Pasang ulang lingkungan: “make setup”."
        ) from None
    # once each: what it cannot write it may tell for every form
    complaints = list(dict.fromkeys(line for line in done.stderr.splitlines() if line.strip()))
    if done.returncode or complaints:
        raise RenderError("pandoc tidak dapat mengolah laporan:", complaints or [f"kode keluar {done.returncode}"])
    return done.stdout


def elements(node: Any, left_out: Set[str] = frozenset()) -> Iterator[tuple[str, Any]]:
    """Yield (type, content) of every element of a syntax tree, in the order of the document.

    left_out: types that are passed over, with all within them; default none.
    """
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("t"), str):
                yield node["t"], node.get("c")
            node = node.values()
        for value in reversed(node):
            if isinstance(value, list) or (isinstance(value, dict) and value.get("t") not in left_out):
                waiting.append(value)


@lru_cache(maxsize=1)
def elements_in(document: str) -> Sequence[tuple[str, Any]]:
    """Return the elements of a document but its words and blanks; of the same one they are worked out once.

    document: as pandoc writes its reading in JSON.
    """
    return list(elements(json.loads(document)["blocks"], _WORDS))
