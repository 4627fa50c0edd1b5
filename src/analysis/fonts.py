"""The one font of all reports: Source Sans Pro, shipped by a package, never looked up on the machine."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import font_source_sans_pro
import platformdirs

from analysis.errors import RenderError

FAMILY = "Source Sans Pro"
_SOURCE = Path(font_source_sans_pro.__file__).parent / "files"
# file → (style, weight); the files' own weights: Semibold 600, Bold 700
_FACES = {
    "SourceSansPro-Regular.ttf": ("normal", 400),
    "SourceSansPro-It.ttf": ("italic", 400),
    "SourceSansPro-Semibold.ttf": ("normal", 600),
    "SourceSansPro-SemiboldIt.ttf": ("italic", 600),
    "SourceSansPro-Bold.ttf": ("normal", 700),
    "SourceSansPro-BoldIt.ttf": ("italic", 700),
}
_WEB_FACES = (
    "SourceSansPro-Regular.ttf",
    "SourceSansPro-It.ttf",
    "SourceSansPro-Semibold.ttf",
    "SourceSansPro-Bold.ttf",
)
_LICENSE = "LICENSE.txt"
# Basic Latin to Latin Extended-A, then marks used by Indonesian texts, tables and formulas.
_CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180)] + [
    ord(c) for c in "‐‑–—―‘’‚“”„†•…‰′″‹›€−×÷±√≈≠≤≥∞∑→←↑↓▲▼■✓²³¹½¼¾"
]


def font_files() -> list[Path]:
    """The font files as installed; raises RenderError when one is not there."""
    return [_file(name) for name in _FACES]


def copy_fonts(folder: Path) -> list[Path]:
    """Copy the font files and their licence into ``folder`` (made if needed) and return the fonts' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_file(_LICENSE), folder / _LICENSE)
    return [Path(shutil.copyfile(file, folder / file.name)) for file in font_files()]


@cache
def font_css() -> str:
    """Return the @font-face rules with the fonts inside, reduced to Latin letters; the same text on every run.

    Reducing takes longer than all other work on the page, so the rules are kept in the user's folder for caches, under
    a name that tells all that they were made from.
    """
    place = platformdirs.user_cache_path("kbk-analysis") / f"huruf-{_made_from()}.css"
    kept = _kept(place)
    if kept is None:
        kept = _font_rules()
        _keep(place, kept)
    return kept


def _made_from() -> str:
    """A fingerprint of the fonts, of this module and of the libraries that reduce and pack the fonts."""
    parts = [Path(__file__).read_bytes(), *(_file(name).read_bytes() for name in _WEB_FACES)]
    parts += [f"{name} {version(name)}".encode() for name in ("fonttools", "brotli")]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _kept(place: Path) -> str | None:
    """The rules kept at a place; None where there are none, or not what their first line, a checksum, says."""
    try:
        checksum, _, rules = place.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return rules if checksum == hashlib.sha256(rules.encode()).hexdigest() else None


def _keep(place: Path, rules: str) -> None:
    """Keep the rules, in one step; where nothing can be written they are made again the next time."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(f"{hashlib.sha256(rules.encode()).hexdigest()}\n{rules}")
            Path(name).replace(place)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _font_rules() -> str:
    rules = []
    for name in _WEB_FACES:
        style, weight = _FACES[name]
        data = base64.b64encode(_subset(_file(name))).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-style:{style};font-weight:{weight};font-display:block;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}\n'
        )
    return "".join(rules)


def register_matplotlib() -> str:
    """Make the font known to matplotlib and return its family name for ``font.family``."""
    from matplotlib import font_manager  # noqa: PLC0415  (slow import, only for figures)

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for file in font_files():
        if str(file) not in known:
            font_manager.fontManager.addfont(str(file))
    try:
        font_manager.findfont(FAMILY, fallback_to_default=False)
    except ValueError:
        raise RenderError(f"Huruf “{FAMILY}” tidak dapat dibaca matplotlib. Jalankan “make setup” lagi.") from None
    return FAMILY


def _file(name: str) -> Path:
    path = _SOURCE / name
    if not path.is_file():
        raise RenderError(
            f"Berkas huruf {name} dari paket font-source-sans-pro tidak ada. Pasang ulang lingkungan: “make setup”."
        )
    return path


def _subset(file: Path) -> bytes:
    from fontTools import subset  # noqa: PLC0415  (slow import, only for HTML)
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "subs", "sups"]
    options.name_IDs = [1, 2, 4, 6, 13, 14]
    options.hinting = False
    options.notdef_outline = True
    # The time of this run must not stand in the file: the same report has the same bytes.
    options.recalc_timestamp = False
    font = TTFont(file, recalcTimestamp=False, lazy=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()
