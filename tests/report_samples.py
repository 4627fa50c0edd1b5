"""A small executed notebook and its document, shared by the tests of the report."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat

from analysis.document import DocumentInfo
from analysis.markdown import Block, FigureBlock, box, escape, status, table

V4: Any = nbformat.v4  # its functions carry no types
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A1",
    "{{< include /etc/passwd >}}",
    "#pagebreak()",
    '"$x$"',
    "*a* _b_ | c",
    "@fig-x",
    "C:\\temp\\new",
    "“Puskesmas” ‘Kapuas’",
    "`kode` ~~x~~ ^2^ ~2~",
    "[a](http://x.id) <http://y.id>",
    "&amp; &lt; &#35;",
    "1. -- ... ***",
    "?@fig-y",
    "= Judul",
    "== Judul",
    "+ butir",
    "- butir",
    "/ istilah: arti",
    "12. butir",
)
ALT = 'Garis "naik" dari 140 ke 150 per mil <b> \\ {{< x >}}'
INFO = DocumentInfo(
    title="Evaluasi KBK",
    subtitle="Angka kontak dan rujukan",
    district="Kabupaten Sanggau",
    period_label="Semester I 2026",
    date_label="Data sampai Juni 2026",
    epoch=datetime(2026, 6, 30, tzinfo=UTC),
    simulated=True,
    footer="Dinas Kesehatan Kabupaten Sanggau",
)


def svg() -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "kbk", "svg.fonttype": "path"}):
        figure = Figure(figsize=(6.5, 2))
        figure.subplots().plot([140, 150])
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg")
    return buffer.getvalue()


def figure(label: str = "fig-tren", alt: str = ALT) -> FigureBlock:
    return FigureBlock(svg(), label, "Angka kontak, *per mil*", alt)


def long_table(rows: int = 90) -> Block:
    names = [HOSTILE[n] if n < len(HOSTILE) else f"Puskesmas {n}" for n in range(rows)]
    cells = [[escape(name), f"{n},5", status("Belum", "buruk")] for n, name in enumerate(names)]
    markdown = table(["Puskesmas", "AK (‰)", "Status"], cells, label="tbl-semua", caption="Semua puskesmas")
    return Block(markdown)


def usual_cells() -> list[Any]:
    return [
        markdown_cell("# Ringkasan\n\nLihat @fig-tren dan @tbl-semua; rumus $a = b$."),
        code_cell(Block(box("temuan", "**Temuan.** Isi [naik]{.baik} di dalam kotak, lihat @tbl-semua."))),
        markdown_cell("## Tren\n\nNaskah."),
        code_cell(figure()),
        markdown_cell("# Semua"),
        code_cell(long_table()),
    ]


def markdown_cell(text: str) -> Any:
    return V4.new_markdown_cell(text)


def code_cell(*shown: Block | FigureBlock | Any, tags: Sequence[str] = (), source: str = "tampilkan()") -> Any:
    cell = V4.new_code_cell(source, metadata={"tags": list(tags)}, execution_count=1)
    for item in shown:
        if isinstance(item, Block):
            data = {"text/markdown": item.markdown, "text/plain": "<object at 0x7f00>"}
            cell.outputs.append(V4.new_output("execute_result", data, execution_count=1))
        elif isinstance(item, FigureBlock):
            data, metadata = item._repr_mimebundle_()
            cell.outputs.append(V4.new_output("display_data", data, metadata=metadata))
        else:
            cell.outputs.append(item)
    return cell


def write_notebook(path: Path, cells: Sequence[Any] | None = None, *, injected: bool = True) -> Path:
    """Write an executed notebook: parameters, injected parameters, then ``cells`` (default: one of everything)."""
    head = [code_cell(tags=["parameters"], source="district = 'sanggau'")]
    if injected:
        head.append(
            code_cell(tags=["injected-parameters"], source=f"district = 'sanggau'\nroot = {str(path.parent)!r}")
        )
    book = V4.new_notebook(cells=[*head, *(usual_cells() if cells is None else cells)])
    book.metadata["papermill"] = {"start_time": "2026-01-01", "output_path": str(path)}
    path.write_text(V4.writes(book), encoding="utf-8")
    return path


class Page(HTMLParser):
    """What a reader gets from an HTML page: its words, elements and attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._text: list[str] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._hidden += tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._text).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]
