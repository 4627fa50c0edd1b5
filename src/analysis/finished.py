"""Look into finished HTML and PDF files for the faults that renderers do not report."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from analysis import pandoc
from analysis.document import TREE
from analysis.errors import RenderError
from analysis.markdown import escape

SIZE_LIMIT = 15 * 1024 * 1024
_RESOURCES = {"src", "srcset", "data", "poster", "background"}
_LOADED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest"}
# What renderers leave where something could not be resolved.
_TRACES = ("?@", "?fig", "?tbl", "?shortcode", "?meta:", "?var:", "{{<")
_FONT_NAME = re.compile(rb"/FontName\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)")
_FONTS = ("SourceSansPro", "NewCMMath")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.alts: list[str] = []
        self.resources: list[str] = []
        self.scripts = 0
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._style = tag == "style"
        self.scripts += tag == "script" or any(name.startswith("on") for name in given)
        self.alts += [given[name] for name in ("alt", "aria-label") if name in given]
        self.resources += [value for name, value in given.items() if name in _RESOURCES]
        if tag == "link" and set(given.get("rel", "").split()) & _LOADED_LINKS:
            self.resources.append(given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            self.resources += re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""", data)
        else:
            self.text.append(data)


def check(source: Path, made: Sequence[Path]) -> None:
    """Raise RenderError that lists every fault of the finished files.

    source: the document they were made from, with its tree beside it; it says which alternative texts must be there,
    and which odd signs are names from a file and not traces of a failure.
    """
    document = source.read_text(encoding="utf-8")
    elements = pandoc.elements_in(source.with_name(TREE).read_text(encoding="utf-8"))
    alts = [dict(content[0][2]).get("fig-alt", "") for kind, content in elements if kind == "Image"]
    formulas = sum(kind == "Math" for kind, _ in elements)
    problems: list[str] = []
    for file in made:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            problems.append(f"{file.name} terlalu besar: {size / 1024**2:.0f} MB, batasnya {SIZE_LIMIT // 1024**2} MB")
        found = html_problems(file.read_text(encoding="utf-8"), document, alts) if file.suffix == ".html" else []
        if file.suffix == ".pdf":
            found = pdf_problems(file.read_bytes(), len(alts) + formulas)
        problems += [f"{file.name}: {problem}" for problem in found]
    if problems:
        raise RenderError("Laporan yang selesai dibuat ternyata cacat dan tidak diterbitkan:", problems)


def html_problems(page: str, document: str, alts: Sequence[str]) -> list[str]:
    """Faults of an HTML page: unresolved references, outside resources, scripts, missing alternative texts."""
    parsed = _Page()
    parsed.feed(page)
    parsed.close()
    text = "".join(parsed.text)
    problems = [
        f"tanda “{trace}” tersisa; ada acuan atau shortcode yang tidak terselesaikan"
        for trace in _TRACES
        if trace in text and not _written(trace, document)
    ]
    outside = [address for address in parsed.resources if not address.startswith(("data:", "#"))]
    problems += [f"memuat sumber dari luar: {address[:80]}" for address in outside]
    if parsed.scripts:
        problems.append("memuat skrip")
    if "Content-Security-Policy" not in page:
        problems.append("kebijakan keamanan (Content-Security-Policy) hilang")
    shown = {" ".join(alt.split()) for alt in parsed.alts}
    problems += [f"teks alternatif hilang: {alt[:60]}" for alt in alts if " ".join(alt.split()) not in shown]
    return problems


def pdf_problems(data: bytes, described: int) -> list[str]:
    """Faults of a PDF: not whole, not tagged, alternative texts missing, a font that is not ours.

    described: number of figures and formulas, which must all have an alternative text.
    """
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:]:
        return ["bukan PDF yang utuh"]
    objects = _unpacked(data)
    problems = []
    if b"/StructTreeRoot" not in objects:
        problems.append("tidak bertanda (tagged), pembaca layar tidak dapat memakainya")
    found = len(re.findall(rb"/Alt\s*[(<]", objects))
    if found < described:
        problems.append(f"hanya {found} dari {described} gambar dan rumus mempunyai teks alternatif")
    names = {match.decode("ascii", "replace") for match in _FONT_NAME.findall(objects)}
    problems += [f"memakai huruf lain: {name}" for name in sorted(names) if not name.startswith(_FONTS)]
    return problems


def _written(trace: str, document: str) -> bool:
    """Whether the document itself shows ``trace`` as text: a name from a file, not the trace of a failure."""
    marked = escape(trace)
    return marked in document or json.dumps(marked)[1:-1] in document


def _unpacked(data: bytes) -> bytes:
    parts = [data]
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            parts.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return b"\n".join(parts)
