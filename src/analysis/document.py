"""From an executed notebook to one plain markdown document: no code, no cells, only text, tables and figures.

Both renderers start from this document, so that they cannot differ in what they say.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from analysis import pandoc
from analysis.errors import RenderError
from analysis.fonts import copy_fonts, font_css
from analysis.markdown import FIGURE_METADATA, escape, figure
from analysis.notebook_tools import nbformat
from analysis.workspace import PROJECT, Workspace

SOURCE = "report.qmd"
TREE, PAGE, LAYOUT = "report.json", "page.html", "report.typ"
"""What pandoc makes of the document: its reading, the page without style and figures, and what Typst reads."""
FIGURES = "figures"
TEMPLATES = "templates"
FONTS = "fonts"
_PARAMETER_TAGS = {"parameters", "injected-parameters"}
_HIDDEN_TAGS = {*_PARAMETER_TAGS, "remove-cell"}
_SHOWN = {"text/markdown", "image/svg+xml"}
_NOT_PUBLISHED = "Isi lengkap tidak diterbitkan; yang boleh terbit ada di folder data/ laporan ini."
_SAFE_LINKS = ("#", "https://", "http://", "mailto:")


@dataclass(frozen=True)
class DocumentInfo:
    """What stands around the text of a report; all texts are plain, not markdown.

    title, subtitle: on the first page, the title also in the running head.
    district: name with its level, 'Kabupaten Sanggau'. period_label: 'Semester I 2026'.
    date_label: state of the data, 'Data sampai Juni 2026'.
    epoch: moment written into the finished files (UTC); the same data must give the same moment.
    simulated: puts ``banner`` on every page. footer: small line under every page.
    contents: short table of contents in the PDF; the HTML always has one as navigation.
    """

    title: str
    subtitle: str
    district: str
    period_label: str
    date_label: str
    epoch: datetime
    simulated: bool = False
    banner: str = "DATA SIMULASI – bukan data nyata"
    footer: str = ""
    lang: str = "id-ID"
    contents: bool = False


@dataclass(frozen=True)
class _Picture:
    label: str
    svg: str


def assemble(notebook: Path, info: DocumentInfo, folder: Path, *, forms: bool = True) -> Path:
    """Write the document of an executed notebook into ``folder`` and return the path of report.qmd.

    The folder receives report.qmd, pandoc's reading of it (report.json), figures/, templates/ and fonts/, all that both
    renderers need.
    forms: whether pandoc writes page.html and report.typ too while it has the document in hand, for the built-in
    renderer; default yes.
    Raises RenderError that names every fault: cells not run or failed, other outputs than markdown and figures,
    resources from outside, double labels, references without target.
    """
    book = _read(notebook)
    problems = _run_problems(book)
    if problems:
        raise RenderError(
            f"Notebook {notebook.name} belum dijalankan dengan lengkap. Jalankan lagi lewat “make report”.", problems
        )
    parts: list[str] = []
    pictures: list[_Picture] = []
    for number, cell in _visible(book):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code":
            for output in cell.outputs:
                _take(output, number, parts, pictures, problems)
    body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    problems += _text_problems(body)
    if problems:
        raise _faulty(notebook, problems)
    (folder / FIGURES).mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        (folder / FIGURES / f"{picture.label}.svg").write_text(picture.svg, encoding="utf-8", newline="\n")
    _copy_templates(folder / TEMPLATES)
    copy_fonts(folder / FONTS)
    text = front_matter(info) + "\n" + body + "\n"
    if problems := _read_by_pandoc(text, folder, {p.label for p in pictures}, forms=forms):
        raise _faulty(notebook, problems)
    source = folder / SOURCE
    source.write_text(text, encoding="utf-8", newline="\n")
    return source


def _read_by_pandoc(text: str, folder: Path, pictures: set[str], *, forms: bool) -> list[str]:
    """Let pandoc read a document and write its tree and, if asked for, its forms; return what must not stand in it.

    Raises RenderError where pandoc complains of anything else.
    """
    written = ["--to", f"{TEMPLATES}/forms.lua"] if forms else ["--to", "json", "--output", TREE]
    tree = folder / TREE
    tree.unlink(missing_ok=True)
    complaint: RenderError | None = None
    try:
        pandoc.run(["--from", "markdown", "--sandbox", *written], folder, text=text)
    except RenderError as error:
        complaint = error
    # a fault of the document tells more than what pandoc says of it
    problems = _tree_problems(pandoc.elements_in(tree.read_text(encoding="utf-8")), pictures) if tree.is_file() else []
    if complaint and not problems:
        raise complaint
    return problems


def _faulty(notebook: Path, problems: list[str]) -> RenderError:
    return RenderError(f"Isi notebook {notebook.name} tidak dapat dijadikan laporan:", problems)


def front_matter(info: DocumentInfo) -> str:
    """Return the YAML block of the document: texts around the report, and how Quarto shall render it."""
    # pandoc and Quarto read texts in YAML as markdown; JSON strings are YAML strings that need no further quoting.
    texts = {
        "title": info.title,
        "subtitle": info.subtitle,
        "pagetitle": f"{info.title} – {info.period_label}",
        "report-district": info.district,
        "report-period": info.period_label,
        "report-data": info.date_label,
        "report-footer": info.footer,
        "report-banner": info.banner if info.simulated else "",
    }
    lines = [f"{key}: {json.dumps(escape(text), ensure_ascii=False)}" for key, text in texts.items() if text]
    lines += [f"lang: {info.lang}", f"report-contents: {json.dumps(info.contents)}"]
    return "\n".join(["---", *lines, _QUARTO, "---", ""])


# Each line is there for a reason that was seen: see "Quarto" in docs. `engine: markdown` so that nothing is executed,
# `shift-heading-level-by: 0` because Quarto moves headings where none has level one.
_QUARTO = f"""\
engine: markdown
number-sections: true
toc-title: "Isi"
crossref:
  fig-title: "Gambar"
  fig-prefix: "Gambar"
  tbl-title: "Tabel"
  tbl-prefix: "Tabel"
  title-delim: ":"
fig-cap-location: bottom
tbl-cap-location: top
filters:
  - {TEMPLATES}/boxes.lua
format:
  html:
    minimal: true
    theme: none
    template: {TEMPLATES}/report.html
    css: {TEMPLATES}/report.css
    embed-resources: true
    html-math-method: mathml
    toc: true
    toc-depth: 2
    shift-heading-level-by: 0
  typst:
    template-partials:
      - {TEMPLATES}/typst-template.typ
      - {TEMPLATES}/typst-show.typ
      - {TEMPLATES}/page.typ
    papersize: a4
    font-paths:
      - {FONTS}
    pdf-standard: ua-1
    shift-heading-level-by: 0"""


def clean_notebook(path: Path, places: Iterable[Path] = ()) -> bytes:
    """Return a copy of an executed notebook to be published: the same for every run on every machine.

    Cell ids, counts, times, the metadata of papermill and what libraries wrote to stderr are cleared. Complete tables,
    which hold counts of few people, are left out: only what a report shows, text and figures, stays. Folders of this
    machine become '…': those of the project, the user, the notebook itself, temporary files, and ``places``.
    """
    book = json.loads(json.dumps(_read(path)))
    metadata = book["metadata"]
    kept = {"language_info": {"name": metadata.get("language_info", {}).get("name", "python")}}
    kernel = metadata.get("kernelspec", {})
    if {"name", "display_name"} <= set(kernel):
        kept["kernelspec"] = {key: kernel[key] for key in ("display_name", "language", "name") if key in kernel}
    cells = [_clean_cell(number, cell) for number, cell in enumerate(book["cells"], start=1)]
    cleaned = _without_places(
        {"metadata": kept, "cells": cells, "nbformat": 4, "nbformat_minor": 5}, _forms([path.parent, *places])
    )
    return (json.dumps(cleaned, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _clean_cell(number: int, cell: dict[str, Any]) -> dict[str, Any]:
    tags = cell["metadata"].get("tags", [])
    cleaned = {
        "cell_type": cell["cell_type"],
        "id": f"sel-{number}",
        "metadata": {"tags": tags} if tags else {},
        "source": cell["source"],
    }
    if cell["cell_type"] == "code":
        cleaned["execution_count"] = None
        shown = [o for o in cell["outputs"] if _SHOWN & set(o.get("data", {}))]
        told = {"output_type": "display_data", "data": {"text/plain": _NOT_PUBLISHED}, "metadata": {}}
        left_out = any(o.get("name") != "stderr" for o in cell["outputs"] if o not in shown)
        cleaned["outputs"] = [_clean_output(o) for o in shown] + ([told] if left_out else [])
    return cleaned


def _clean_output(output: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(output)
    if "execution_count" in cleaned:
        cleaned["execution_count"] = None
    if "metadata" in cleaned:
        described = cleaned["metadata"].get(FIGURE_METADATA)
        cleaned["metadata"] = {FIGURE_METADATA: described} if described else {}
    if "data" in cleaned:
        # The plain form of an object can hold its address in memory.
        data = {
            kind: value for kind, value in cleaned["data"].items() if kind != "text/plain" or len(cleaned["data"]) == 1
        }
        if "image/svg+xml" in data:
            data["image/svg+xml"] = tidy_svg(data["image/svg+xml"])[0]
        cleaned["data"] = data
    return cleaned


def _read(path: Path) -> Any:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RenderError(f"Notebook {path.name} tidak ditemukan. Jalankan “make report” dari awal.") from None
    except Exception as error:
        # nbformat has several exceptions for a file that is no notebook, without a common base.
        raise RenderError(f"Berkas {path.name} bukan notebook yang dapat dibaca ({type(error).__name__}).") from None


@lru_cache(maxsize=1)
def _parsed(text: str) -> Any:
    # one and the same notebook is published and made a document; neither changes it
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _visible(book: Any) -> Iterator[tuple[int, Any]]:
    for number, cell in enumerate(book.cells, start=1):
        if not _tags(cell) & _HIDDEN_TAGS:
            yield number, cell


def _run_problems(book: Any) -> list[str]:
    problems = []
    injected = False
    for number, cell in enumerate(book.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if cell.execution_count is None:
            problems.append(f"sel {number}: belum dijalankan")
        elif "injected-parameters" in _tags(cell):
            injected = True
        failed = [o for o in cell.outputs if o.output_type == "error"]
        problems += [f"sel {number}: gagal dengan {o.ename}: {o.evalue}" for o in failed]
    if not injected:
        problems.append("parameter kabupaten dan periode tidak disisipkan (sel injected-parameters tidak ada)")
    return problems


def _take(output: Any, number: int, parts: list[str], pictures: list[_Picture], problems: list[str]) -> None:
    place = f"sel {number}"
    if output.output_type == "stream":
        # Libraries write notes of their own (a font cache being built) to stderr; print() is a slip of the author.
        if output.name == "stdout":
            problems.append(f"{place}: keluaran print() tidak masuk laporan; tampilkan Block(…)")
        return
    data = output.data
    if "text/html" in data:
        problems.append(f"{place}: keluaran HTML (misalnya DataFrame) tidak boleh; tampilkan table(…) sebagai Block")
        return
    if not _SHOWN & set(data):
        problems.append(
            f"{place}: keluaran {', '.join(sorted(data)) or 'kosong'} tidak dikenal; tampilkan Block atau FigureBlock"
        )
        return
    if "image/svg+xml" not in data:
        parts.append(data["text/markdown"])
        return
    described = output.metadata.get(FIGURE_METADATA, {})
    try:
        label, caption, alt = (str(described[key]) for key in ("label", "caption", "alt"))
        parts.append(figure(f"{FIGURES}/{label}.svg", label, caption, alt))
    except (KeyError, ValueError):
        problems.append(f"{place}: gambar tanpa label fig-…, judul, dan teks alternatif; tampilkan FigureBlock")
        return
    svg, faults = tidy_svg(data["image/svg+xml"])
    problems += [f"{place}, {label}: {fault}" for fault in faults]
    pictures.append(_Picture(label, svg))


def tidy_svg(svg: str) -> tuple[str, list[str]]:
    """Return an SVG without its header and metadata (dates, makers), and the faults that keep it out of a report."""
    root = re.search(r"<svg\b", svg)
    if root is None:
        return svg, ["bukan SVG"]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[root.start() :], flags=re.S)
    faults = []
    if re.search(r"<(?:script|foreignObject|text)\b", text):
        faults.append("SVG memuat teks hidup atau skrip; pakai svg.fonttype “path”")
    inside = r"(?!#|data:image/png;base64,)"
    if re.search(rf"""(?:href|src)\s*=\s*["']\s*{inside}""", text) or re.search(r"url\(\s*(?!#)", text):
        faults.append("SVG memuat sumber dari luar")
    if re.search(r"\son\w+\s*=", text):
        faults.append("SVG memuat skrip")
    return text.rstrip() + "\n", faults


def _text_problems(body: str) -> list[str]:
    problems = []
    # Quarto acts on shortcodes wherever they stand, even in code; escaped text never has these three signs in a row.
    if "{{<" in body:
        problems.append("tanda {{< (shortcode) tidak boleh; nama dari berkas harus melalui escape()")
    if re.search(r"^(?:---|\.\.\.)\s*$", body, re.M):
        problems.append("baris yang hanya berisi --- atau ... tidak boleh; untuk garis pemisah pakai ***")
    return problems


def _tree_problems(found: Sequence[tuple[str, Any]], pictures: set[str]) -> list[str]:
    labels = Counter(name for kind, content in found for name in _identifiers(kind, content))
    problems = [f"label {name} dipakai {n} kali" for name, n in labels.items() if n > 1]
    cited = dict.fromkeys(c["citationId"] for kind, content in found if kind == "Cite" for c in content[0])
    for name in cited:
        if not name.startswith(("fig-", "tbl-")):
            problems.append(f"acuan @{name} tidak dikenal; hanya @fig-… dan @tbl-…, lainnya melalui escape()")
        elif name not in labels:
            problems.append(f"acuan @{name} tidak mempunyai gambar atau tabel")
    for kind, content in found:
        match kind:
            case "RawBlock" | "RawInline":
                problems.append(f"HTML atau kode mentah tidak boleh: {_short(content[1])}")
            case "Image":
                target = content[2][0]
                if target not in {f"{FIGURES}/{label}.svg" for label in pictures}:
                    problems.append(f"gambar dari luar tidak boleh: {_short(target)}")
            case "Link":
                if not content[2][0].startswith(_SAFE_LINKS):
                    problems.append(f"tautan tidak boleh: {_short(content[2][0])}")
            case "Table" if not content[0][0] and _has_caption(content):
                problems.append("tabel dengan judul tetapi tanpa label tbl-…")
    return problems + _heading_problems(found)


def _heading_problems(found: Iterable[tuple[str, Any]]) -> list[str]:
    problems = []
    before = 0
    for kind, content in found:
        if kind == "Header":
            level = content[0]
            if level > before + 1:
                problems.append(f"judul bagian “{content[1][0]}” melompat ke tingkat {level}; mulai dari # lalu ##")
            before = level
    return problems


def _identifiers(kind: str, content: Any) -> list[str]:
    match kind:
        case "Table" | "Figure" | "Div" | "Span" | "Image" | "CodeBlock" | "Code" | "Link":
            attributes = content[0]
        case "Header":
            attributes = content[1]
        case _:
            return []
    return [attributes[0]] if attributes[0] else []


def _has_caption(content: Any) -> bool:
    return bool(content[1][1])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _copy_templates(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with as_file(files("analysis") / "templates") as packaged:
        for file in sorted(packaged.iterdir()):
            if file.is_file():
                shutil.copyfile(file, folder / file.name)
    style = folder / "report.css"
    style.write_text(font_css() + style.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def _forms(places: Iterable[Path]) -> list[str]:
    """How the folders of this machine can be written, the longest first."""
    common = [PROJECT, Path.home(), Path.cwd(), Path(tempfile.gettempdir()), Workspace.current().root]
    absolute = [place.absolute() for place in (*common, *places)]
    plain = {str(form) for place in absolute for form in (place, place.resolve()) if len(place.parts) > 1}
    # A Windows path stands doubled in the source of a parameter cell.
    written = plain | {form.replace("\\", "\\\\") for form in plain} | {form.replace("\\", "/") for form in plain}
    return sorted(written, key=lambda form: (-len(form), form))


def _without_places(node: Any, places: list[str]) -> Any:
    match node:
        case str():
            for place in places:
                node = node.replace(place, "…")
            return node
        case list():
            return [_without_places(item, places) for item in node]
        case dict():
            return {key: _without_places(value, places) for key, value in node.items()}
        case _:
            return node
