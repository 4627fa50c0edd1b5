from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from report_samples import ALT, HOSTILE, INFO, Page, code_cell, markdown_cell, write_notebook

from analysis import finished, pandoc, render, render_pandoc, render_quarto, renderers
from analysis.document import DocumentInfo, assemble
from analysis.errors import ParameterError, RenderError
from analysis.markdown import Block, box

TEMPLATES = Path(finished.__file__).parent / "templates"
PANDOC = renderers.choose_renderer("pandoc")


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
    choice = renderers.choose_renderer("auto")
    assert (choice.name, choice.version, choice.path) == ("quarto", "1.10.18", program)
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert renderers.choose_renderer("auto").name == "pandoc"


def test_quarto_that_is_wanted_but_missing_tells_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderers, "quarto_candidates", lambda: iter(()))
    with pytest.raises(RenderError, match="RENDERER=pandoc"):
        renderers.choose_renderer("quarto")
    with pytest.raises(ParameterError, match="auto, quarto, pandoc"):
        renderers.choose_renderer("word")


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


def test_complaint_of_pandoc_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="pandoc"):
        pandoc.run(["-f", "markdown", "-t", "html", "--embed-resources", "-s"], tmp_path, text="![a](hilang.svg)")


def test_no_program_that_is_run_finds_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://kantor:8080")
    variables = render_quarto.environment(None)
    assert variables["HTTPS_PROXY"] == variables["https_proxy"] == "http://127.0.0.1:9"


def luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_status_colours_can_be_read_on_paper_and_in_every_box() -> None:
    # WCAG 2.2, success criterion 1.4.3: contrast of at least 4.5 to 1.
    style = (TEMPLATES / "typst-template.typ").read_text(encoding="utf-8")
    inks = re.findall(r'(?:baik|sedang|buruk|netral): rgb\("(#\w{6})"\)', style)
    grounds = ["#ffffff", *re.findall(r'fill: rgb\("(#\w{6})"\)\),', style)]
    assert (len(inks), len(grounds)) == (4, 5)
    for ink in inks:
        for ground in grounds:
            dark, light = sorted((luminance(ink), luminance(ground)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_page_and_pdf_use_the_same_colours() -> None:
    style = (TEMPLATES / "typst-template.typ").read_text(encoding="utf-8")
    page = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    assert set(re.findall(r'rgb\("(#\w{6})"\)', style)) <= set(re.findall(r"#\w{6}", page))


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here")
@pytest.mark.parametrize("width", [390, 1280])
def test_page_fits_the_screen_and_breaks_no_rule(report: tuple[Page, PdfReader, Path], width: int) -> None:
    from playwright.sync_api import sync_playwright

    file = report[2].parent.parent / "out" / "report.html"
    told: list[str] = []
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.on("console", lambda message: told.append(message.text))
        page.on("request", lambda request: told.append(request.url) if request.url.startswith("http") else None)
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.fonts.check('16px \"Source Sans Pro\"')")
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
        browser.close()
    assert told == []
