from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from pypdf import PdfReader
from report_samples import ALT, HOSTILE, INFO, Page, write_notebook

from analysis import render, render_quarto, renderers
from analysis.document import assemble, front_matter
from analysis.errors import RenderError

LOGS = Path(__file__).parent / "data" / "quarto_logs"
BOTH_FILES = "echo x > report.html; echo x > report.pdf"
PROGRAM = next((c for c in renderers.quarto_candidates() if renderers.quarto_version(c)), None)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return assemble(write_notebook(tmp_path / "nb.ipynb"), INFO, tmp_path / "document")


def pretend(folder: Path, script: str) -> Path:
    """A program in the place of Quarto."""
    program = folder / "quarto-pretend"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_arguments_name_the_format_and_execute_nothing() -> None:
    assert render_quarto.arguments(Path("/q/quarto"), "report.qmd", "typst") == [
        "/q/quarto", "render", "report.qmd", "--to", "typst", "--no-execute",
    ]  # fmt: skip


def test_environment_holds_the_moment_and_nothing_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUARTO_PROFILE", "QUARTO_PDF_STANDARD", "TYPST_FONT_PATHS", "SECRET"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("HOME", "/rumah")
    monkeypatch.setenv("QUARTO_DENO", "/conda/deno")
    variables = render_quarto.environment(INFO)
    assert variables["SOURCE_DATE_EPOCH"] == str(int(INFO.epoch.timestamp()))
    assert variables["TYPST_IGNORE_SYSTEM_FONTS"] == "true"
    assert (variables["HOME"], variables["QUARTO_DENO"]) == ("/rumah", "/conda/deno")
    assert not {"QUARTO_PROFILE", "QUARTO_PDF_STANDARD", "TYPST_FONT_PATHS", "SECRET"} & set(variables)


def test_front_matter_has_the_options_that_were_tried() -> None:
    front = yaml.safe_load(front_matter(INFO).split("---\n")[1])
    html, typst = front["format"]["html"], front["format"]["typst"]
    assert html["minimal"] is True
    assert (html["theme"], html["html-math-method"], html["embed-resources"]) == ("none", "mathml", True)
    assert (typst["papersize"], typst["pdf-standard"]) == ("a4", "ua-1")
    assert (front["lang"], front["number-sections"], front["engine"]) == ("id-ID", True, "markdown")
    assert (front["crossref"]["fig-title"], front["crossref"]["tbl-prefix"]) == ("Gambar", "Tabel")


def test_every_file_that_the_front_matter_names_is_there(source: Path) -> None:
    front = yaml.safe_load(source.read_text(encoding="utf-8").split("---\n")[1])
    html, typst = front["format"]["html"], front["format"]["typst"]
    named = [html["template"], html["css"], *front["filters"], *typst["template-partials"], *typst["font-paths"]]
    assert all((source.parent / name).exists() for name in named)


def test_template_keeps_the_lines_that_quarto_needs(source: Path) -> None:
    lines = (source.parent / "templates/report.html").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "<!DOCTYPE html>"
    assert '<meta charset="utf-8">' in lines


def test_typst_template_has_no_sign_that_pandoc_would_fill_in(source: Path) -> None:
    text = (source.parent / "templates/typst-template.typ").read_text(encoding="utf-8")
    assert "$" not in text
    assert "..args" in text
    for kind in ("quarto-float-fig", "quarto-float-tbl"):
        assert kind in text


def test_clean_log_is_clean() -> None:
    assert render_quarto.scan_log((LOGS / "baik.txt").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("acuan", "Unable to resolve crossref @fig-hilang"),
        ("shortcode", "Shortcode 'lipsumm' not found"),
        ("gambar", "Could not fetch resource figures/fig-x.svg"),
        ("huruf", "unknown font family: source sans pro"),
        ("gagal", "label `<fig-x>` does not exist"),
    ],
)
def test_faults_in_the_log_are_found(name: str, told: str) -> None:
    found = render_quarto.scan_log((LOGS / f"{name}.txt").read_text(encoding="utf-8"))
    assert any(told in line for line in found)
    assert not any("\x1b" in line for line in found)


def test_each_format_gets_a_copy_of_its_own(tmp_path: Path, source: Path) -> None:
    program = pretend(tmp_path, f'pwd >> "$HOME/places"; test -e templates/boxes.lua && touch mine; {BOTH_FILES}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path))
        out = tmp_path / "out"
        out.mkdir()
        made = render_quarto.render(program, source, INFO, out)
    places = (tmp_path / "places").read_text(encoding="utf-8").split()
    assert [path.name for path in made] == ["report.html", "report.pdf"]
    assert len(set(places)) == 2
    assert not any(Path(place).exists() for place in places)
    assert not (source.parent / "mine").exists()


def test_warning_with_good_exit_is_a_failure(tmp_path: Path, source: Path) -> None:
    program = pretend(
        tmp_path, "echo x > report.html; echo x > report.pdf; echo 'WARNING (x) Unable to resolve crossref @fig-x' >&2"
    )
    with pytest.raises(RenderError, match="@fig-x") as caught:
        render_quarto.render(program, source, INFO, tmp_path)
    assert "RENDERER=pandoc" in str(caught.value)
    assert not (tmp_path / "report.html").exists()


def test_failure_without_words_and_missing_file_are_told(tmp_path: Path, source: Path) -> None:
    with pytest.raises(RenderError, match="kode keluar 7"):
        render_quarto.render(pretend(tmp_path, "exit 7"), source, INFO, tmp_path)
    with pytest.raises(RenderError, match=r"report\.pdf tidak dibuat"):
        render_quarto.render(pretend(tmp_path, "exit 0"), source, INFO, tmp_path)
    with pytest.raises(RenderError, match="tidak dapat dijalankan"):
        render_quarto.render(tmp_path / "tidak-ada", source, INFO, tmp_path)


def test_endless_run_is_stopped(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*arguments: object, **_: object) -> None:
        raise subprocess.TimeoutExpired("quarto", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(RenderError, match="tidak selesai"):
        render_quarto.render(tmp_path / "quarto", source, INFO, tmp_path)


@pytest.mark.quarto
@pytest.mark.skipif(PROGRAM is None, reason="there is no Quarto program here")
def test_both_renderers_say_the_same(tmp_path: Path, source: Path) -> None:
    pages, texts = {}, {}
    for name in ("quarto", "pandoc"):
        choice = renderers.choose_renderer(name)
        html, pdf = render.render(choice, source, INFO, tmp_path / name)
        pages[name] = Page(html.read_text(encoding="utf-8"))
        texts[name] = {word for page in PdfReader(pdf).pages for word in page.extract_text().split()}
    for name, page in pages.items():
        assert all(hostile in page.text for hostile in HOSTILE), name
        assert ALT in {value for _, attributes in page.elements for value in attributes.values()}, name
        assert page.all("script") == [], name
    kept = ["".join(page.text.split()) for page in pages.values()]
    assert kept[0] == kept[1]
    assert texts["quarto"] == texts["pandoc"]


@pytest.mark.quarto
@pytest.mark.skipif(PROGRAM is None, reason="there is no Quarto program here")
def test_quarto_gives_the_same_bytes_twice(tmp_path: Path, source: Path) -> None:
    choice = renderers.choose_renderer("quarto")
    one, two = (render.render(choice, source, INFO, tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
