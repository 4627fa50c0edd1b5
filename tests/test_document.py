from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from report_samples import HOSTILE, INFO, V4, code_cell, figure, long_table, markdown_cell, svg, write_notebook

from analysis.document import assemble, clean_notebook, tidy_svg
from analysis.errors import RenderError
from analysis.markdown import Block, FigureBlock


def faults(tmp_path: Path, *cells: Any, injected: bool = True) -> str:
    notebook = write_notebook(tmp_path / "03_report.ipynb", cells, injected=injected)
    with pytest.raises(RenderError) as caught:
        assemble(notebook, INFO, tmp_path / "out")
    assert not (tmp_path / "out" / "report.qmd").exists()
    return str(caught.value)


def test_document_holds_text_and_figures_but_no_code(tmp_path: Path) -> None:
    source = assemble(write_notebook(tmp_path / "nb.ipynb"), INFO, tmp_path / "out")
    text = source.read_text(encoding="utf-8")
    assert "tampilkan()" not in text
    assert "district = 'sanggau'" not in text
    assert "![Angka kontak, *per mil*](figures/fig-tren.svg){#fig-tren" in text
    assert (tmp_path / "out/figures/fig-tren.svg").read_text(encoding="utf-8").startswith("<svg")
    assert {p.name for p in (tmp_path / "out/templates").iterdir()} >= {"report.html", "report.css", "boxes.lua"}
    assert (tmp_path / "out/fonts/SourceSansPro-Regular.ttf").is_file()


def test_same_notebook_gives_the_same_document(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "nb.ipynb")
    one, two = (assemble(notebook, INFO, tmp_path / name).parent for name in ("a", "b"))
    files = [p.relative_to(one) for p in sorted(one.rglob("*")) if p.is_file()]
    assert all((one / file).read_bytes() == (two / file).read_bytes() for file in files)


@pytest.mark.parametrize("name", HOSTILE)
def test_front_matter_takes_any_title(tmp_path: Path, name: str) -> None:
    info = replace(INFO, title=name, district=name)
    text = assemble(write_notebook(tmp_path / "nb.ipynb"), info, tmp_path / "out").read_text(encoding="utf-8")
    front = yaml.safe_load(text.split("---\n")[1])
    assert set(front["format"]) == {"html", "typst"}
    assert "{{<" not in text
    assert front["title"].replace("\\", "") == name.replace("\\", "")


def test_cell_that_was_not_run_is_refused(tmp_path: Path) -> None:
    cell = code_cell(Block("x"))
    cell.execution_count = None
    assert "sel 3: belum dijalankan" in faults(tmp_path, cell)


def test_failed_cell_is_refused(tmp_path: Path) -> None:
    error = V4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    assert "sel 3: gagal dengan KeyError" in faults(tmp_path, code_cell(error))


def test_notebook_without_injected_parameters_is_refused(tmp_path: Path) -> None:
    assert "injected-parameters" in faults(tmp_path, markdown_cell("# A"), injected=False)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    frame = V4.new_output("display_data", {"text/html": "<table></table>", "text/plain": "x"})
    printed = V4.new_output("stream", name="stdout", text="x")
    bare = V4.new_output("display_data", {"image/svg+xml": "<svg></svg>"})
    other = V4.new_output("display_data", {"image/png": "x"})
    told = faults(tmp_path, code_cell(frame), code_cell(printed), code_cell(bare), code_cell(other))
    for part in (
        "sel 3: keluaran HTML",
        "sel 4: keluaran print()",
        "sel 5: gambar tanpa label",
        "sel 6: keluaran image/png",
    ):
        assert part in told


def test_notes_of_libraries_on_stderr_do_not_matter(tmp_path: Path) -> None:
    note = V4.new_output("stream", name="stderr", text="building the font cache")
    source = assemble(write_notebook(tmp_path / "n.ipynb", [code_cell(note, Block("Isi."))]), INFO, tmp_path / "o")
    assert "font cache" not in source.read_text(encoding="utf-8")


def test_reference_without_target_is_named(tmp_path: Path) -> None:
    told = faults(tmp_path, markdown_cell("Lihat @fig-tidak-ada, @tbl-hilang dan @sec-x."))
    assert "@fig-tidak-ada" in told
    assert "@tbl-hilang" in told
    assert "@sec-x" in told


def test_complaint_of_pandoc_about_a_form_stops_the_document(tmp_path: Path) -> None:
    told = faults(tmp_path, markdown_cell("Rasio $\\takdikenal$."))
    assert "pandoc tidak dapat mengolah laporan" in told
    assert told.count("Could not convert TeX math") == 1


def test_forms_are_written_for_the_built_in_renderer_alone(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "nb.ipynb")
    with_forms = assemble(notebook, INFO, tmp_path / "a").parent
    without = assemble(notebook, INFO, tmp_path / "b", forms=False).parent
    names = {p.name for p in with_forms.iterdir()} - {p.name for p in without.iterdir()}
    assert names == {"page.html", "report.typ"}
    trees = [json.loads((folder / "report.json").read_text(encoding="utf-8")) for folder in (with_forms, without)]
    assert trees[0] == trees[1]


def test_double_label_is_named(tmp_path: Path) -> None:
    told = faults(
        tmp_path, code_cell(figure()), code_cell(figure()), code_cell(long_table(2)), code_cell(long_table(2))
    )
    assert "label fig-tren dipakai 2 kali" in told
    assert "label tbl-semua dipakai 2 kali" in told


@pytest.mark.parametrize(
    "text",
    [
        "<b>x</b>",
        "![x](https://contoh.id/a.png)",
        "![x](/etc/passwd)",
        "[x](javascript:alert(1))",
        "```{=html}\n<script></script>\n```",
        "{{< include x >}}",
        "---\ntitle: lain\n---",
        "#### Terlalu dalam",
        "<!-- catatan -->",
    ],
)
def test_what_the_two_renderers_do_not_share_is_refused(tmp_path: Path, text: str) -> None:
    assert "tidak dapat dijadikan laporan" in faults(tmp_path, markdown_cell(text))


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="https://contoh.id/a.png"/>',
        '<use xlink:href="file:///etc/passwd#a"/>',
        "<script>x</script>",
        '<text font-family="Arial">x</text>',
        '<g onclick="x"/>',
        "<style>*{fill:url(https://contoh.id/x)}</style>",
    ],
)
def test_figure_that_loads_or_runs_something_is_refused(tmp_path: Path, inside: str) -> None:
    told = faults(tmp_path, code_cell(FigureBlock(f"<svg>{inside}</svg>", "fig-x", "Judul", "Teks")))
    assert "fig-x: SVG memuat" in told


def test_figure_loses_the_date_that_matplotlib_writes() -> None:
    text, problems = tidy_svg(svg())
    assert problems == []
    assert "dc:date" not in text
    assert "DOCTYPE" not in text


def test_heat_map_with_an_embedded_picture_is_allowed() -> None:
    assert tidy_svg('<svg><image xlink:href="data:image/png;base64,AAAA"/></svg>')[1] == []


def test_broken_notebook_is_told_without_traceback(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("bukan json", encoding="utf-8")
    with pytest.raises(RenderError, match="bukan notebook"):
        assemble(tmp_path / "x.ipynb", INFO, tmp_path / "out")
    with pytest.raises(RenderError, match="tidak ditemukan"):
        clean_notebook(tmp_path / "y.ipynb")


def test_published_notebook_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "nb.ipynb")
    cleaned = clean_notebook(notebook)
    text = cleaned.decode()
    assert str(tmp_path) not in text
    assert "papermill" not in text
    assert "0x7f00" not in text
    assert "dc:date" not in text
    nbformat.validate(V4.reads(text))
    assert {cell["execution_count"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"} == {None}


def test_published_notebook_is_the_same_for_every_run(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    one, two = (clean_notebook(write_notebook(folder / "nb.ipynb")) for folder in folders)
    assert one == two
