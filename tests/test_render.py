from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from report_samples import ALT, HOSTILE, INFO, Page, code_cell, markdown_cell, write_notebook

from analysis import finished, render, render_pandoc, render_quarto
from analysis.document import DocumentInfo, assemble
from analysis.errors import ParameterError, RenderError
from analysis.markdown import Block, box

PANDOC = render.choose_renderer("pandoc")


def built(folder: Path, info: DocumentInfo = INFO) -> tuple[Page, PdfReader, Path]:
    source = assemble(write_notebook(folder / "nb.ipynb"), info, folder / "document")
    html, pdf = render.render(PANDOC, source, info, folder / "out")
    return Page(html.read_text(encoding="utf-8")), PdfReader(pdf), source


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, PdfReader, Path]:
    return built(tmp_path_factory.mktemp("report"))


def words(text: str) -> str:
    """Text without the blanks and line ends that a column of a table or a PDF puts between letters."""
    return re.sub(r"\s+", "", text)


def pdf_text(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_in_both_files(report: tuple[Page, PdfReader, Path], name: str) -> None:
    page, pdf, _ = report
    assert name in page.text
    assert words(name) in words(pdf_text(pdf))


def test_page_runs_and_loads_nothing(report: tuple[Page, PdfReader, Path]) -> None:
    page, _, _ = report
    assert page.all("script") == []
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    assert page.all("link") == []
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"]


def test_page_has_language_navigation_and_banner(report: tuple[Page, PdfReader, Path]) -> None:
    page, _, _ = report
    assert page.all("html")[0]["lang"] == "id-ID"
    assert len(page.all("nav")) == 1
    assert INFO.banner in page.text
    assert {attributes["class"] for attributes in page.all("span") if "class" in attributes} >= {"baik", "buruk"}
    assert any(div.get("class") == "temuan" for div in page.all("div"))


def test_figures_and_tables_are_numbered_and_linked(report: tuple[Page, PdfReader, Path]) -> None:
    page, pdf, _ = report
    assert "Lihat Gambar 1 dan Tabel 1" in page.text.replace("\xa0", " ")
    assert "Gambar 1: Angka kontak, per mil" in page.text.replace("\xa0", " ")
    assert {"#fig-tren", "#tbl-semua"} <= {a.get("href") for a in page.all("a")}
    text = pdf_text(pdf).replace("\xa0", " ")
    assert "Lihat Gambar 1 dan Tabel 1" in text
    assert "Tabel 1: Semua puskesmas" in text


def test_alternative_text_reaches_both_files(report: tuple[Page, PdfReader, Path]) -> None:
    page, pdf, _ = report
    assert [image["alt"] for image in page.all("img")] == [ALT]
    alts = {str(node["/Alt"]) for node in _structure(pdf.trailer["/Root"]["/StructTreeRoot"]) if "/Alt" in node}  # type: ignore[index]
    assert ALT in alts


def _structure(node: Any) -> Iterator[Any]:
    """All elements of the tag tree of a PDF."""
    node = node.get_object()
    if isinstance(node, dict):
        yield node
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from _structure(child)


def test_pdf_is_accessible_a4_in_indonesian(report: tuple[Page, PdfReader, Path]) -> None:
    _, pdf, _ = report
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "id-ID"
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert pdf.metadata is not None
    assert pdf.metadata.title == INFO.title
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


def test_every_page_has_banner_footer_and_number(report: tuple[Page, PdfReader, Path]) -> None:
    _, pdf, _ = report
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert INFO.banner in text
        assert INFO.footer in text
        assert f"Halaman {number} dari {len(pages)}" in text
    assert all(INFO.title in text and INFO.period_label in text for text in pages)


def test_long_table_repeats_its_header_on_every_page(report: tuple[Page, PdfReader, Path]) -> None:
    _, pdf, _ = report
    with_rows = [text for page in pdf.pages if "Puskesmas 2" in (text := page.extract_text()) or "Puskesmas 8" in text]
    assert len(with_rows) >= 2
    assert all("AK (‰)" in text for text in with_rows)


def test_real_data_carries_no_banner(tmp_path: Path) -> None:
    page, pdf, _ = built(tmp_path, replace(INFO, simulated=False))
    assert INFO.banner not in page.text
    assert INFO.banner not in pdf_text(pdf)


def test_pdf_has_a_table_of_contents_only_when_asked(report: tuple[Page, PdfReader, Path], tmp_path: Path) -> None:
    _, pdf, _ = built(tmp_path, replace(INFO, contents=True))
    assert "Isi" in pdf.pages[0].extract_text().split("\n")
    assert "Isi" not in report[1].pages[0].extract_text().split("\n")


def test_same_input_gives_the_same_bytes(report: tuple[Page, PdfReader, Path], tmp_path: Path) -> None:
    _, _, source = report
    render.render(PANDOC, source, INFO, tmp_path)
    for name in ("report.html", "report.pdf"):
        assert (tmp_path / name).read_bytes() == (source.parent.parent / "out" / name).read_bytes()


def test_only_the_shipped_font_is_used(report: tuple[Page, PdfReader, Path]) -> None:
    _, pdf, _ = report
    fonts = {str(font["/BaseFont"]).split("+")[-1] for page in pdf.pages for font in _fonts(page)}
    assert fonts
    assert all(font.startswith(("SourceSansPro", "NewCMMath")) for font in fonts)


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


def test_missing_font_is_an_error(tmp_path: Path) -> None:
    source = assemble(write_notebook(tmp_path / "nb.ipynb"), INFO, tmp_path / "document")
    for file in (tmp_path / "document/fonts").glob("*.ttf"):
        file.unlink()
    with pytest.raises(RenderError, match="source sans pro"):
        render.render(PANDOC, source, INFO, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_sign_that_the_font_lacks_is_an_error(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "nb.ipynb", [markdown_cell("# A\n\nAksara 中文.")])
    source = assemble(notebook, INFO, tmp_path / "document")
    with pytest.raises(RenderError, match=r"tanda “中” \(U\+4E2D\)"):
        render_pandoc.render_pdf(source, INFO, tmp_path)


def test_boxes_status_lists_and_page_breaks_render(tmp_path: Path) -> None:
    kinds = ["temuan", "peringatan", "catatan", "simulasi"]
    boxes = "\n\n".join(box(kind, f"Kotak {kind}\n\n- satu\n- dua") for kind in kinds)  # type: ignore[arg-type]
    cells = [markdown_cell("# A"), code_cell(Block(boxes)), markdown_cell("::: {.halaman-baru}\n:::\n\n# B")]
    source = assemble(write_notebook(tmp_path / "nb.ipynb", cells), INFO, tmp_path / "document")
    _, pdf = render.render(PANDOC, source, INFO, tmp_path / "out")
    pages = PdfReader(pdf).pages
    assert len(pages) == 2
    assert all(f"Kotak {kind}" in pages[0].extract_text() for kind in kinds)


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<p>Lihat ?@fig-x</p>", "?@"),
        ("<p>{{< meta x >}}</p>", "{{<"),
        ('<img src="https://contoh.id/a.png" alt="A">', "sumber dari luar"),
        ("<style>@import 'https://contoh.id/a.css'</style>", "sumber dari luar"),
        ("<script>1</script>", "skrip"),
        ('<p onclick="x">a</p>', "skrip"),
        ("<p>kosong</p>", "teks alternatif hilang: A"),
        ("<p>kosong</p>", "Content-Security-Policy"),
    ],
)
def test_faults_of_a_finished_page_are_seen(page: str, fault: str) -> None:
    assert any(fault in problem for problem in finished.html_problems(page, "naskah", ["A"]))


def test_faults_of_a_finished_pdf_are_seen() -> None:
    assert finished.pdf_problems(b"bukan", 0) == ["bukan PDF yang utuh"]
    told = "\n".join(finished.pdf_problems(b"%PDF-1.7\n/FontName /ABCDEF+Arial\n%%EOF", 1))
    assert "tagged" in told
    assert "0 dari 1" in told
    assert "Arial" in told


def test_too_large_file_is_refused(tmp_path: Path, report: tuple[Page, PdfReader, Path]) -> None:
    _, _, source = report
    page = tmp_path / "report.html"
    page.write_text("x" * (finished.SIZE_LIMIT + 1), encoding="utf-8")
    with pytest.raises(RenderError, match="terlalu besar"):
        finished.check(source, [page])


def test_auto_takes_quarto_where_it_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "quarto"
    program.write_text("#!/bin/sh\necho 1.10.18\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("QUARTO_PATH", str(tmp_path))
    choice = render.choose_renderer("auto")
    assert (choice.name, choice.version, choice.path) == ("quarto", "1.10.18", program)
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render.choose_renderer("auto").name == "pandoc"


def test_quarto_that_is_wanted_but_missing_tells_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "quarto_candidates", lambda: iter(()))
    with pytest.raises(RenderError, match="RENDERER=pandoc"):
        render.choose_renderer("quarto")
    with pytest.raises(ParameterError, match="auto, quarto, pandoc"):
        render.choose_renderer("word")


def test_renderer_tells_both_of_its_versions() -> None:
    assert re.fullmatch(r"\d[\d.]* \+ typst \d[\d.]*", PANDOC.version)


def test_failed_rendering_leaves_no_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = assemble(write_notebook(tmp_path / "nb.ipynb"), INFO, tmp_path / "document")

    def fail(*_: object) -> None:
        raise RenderError("x")

    monkeypatch.setattr(render_pandoc, "render_pdf", fail)
    with pytest.raises(RenderError):
        render.render(PANDOC, source, INFO, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    assert render_quarto.FINISHED["html"] == "report.html"
