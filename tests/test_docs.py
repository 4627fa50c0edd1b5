"""The documentation says what the program says: help, exit codes, findings; its links and commands exist."""

from __future__ import annotations

import importlib.util
import re
import shutil
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from analysis.district import FACILITY_COLUMNS, CodeChange, Codes, Correction, DatedCode, District, Event
from analysis.findings import load_kinds
from analysis.workspace import PROJECT

DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.glob("*.md"), *(PROJECT / "data" / "reference").glob("*.md")])
PICTURE = DOCS / "gambar" / "laporan.png"
TARGETS = set(re.findall(r"(?m)^([a-z][a-z-]*):(?!=| export )", (PROJECT / "Makefile").read_text(encoding="utf-8")))
# written in parts, so that this file names no host either
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("npmjs", ""),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("rubygems", "org"),
        ("ghcr", "io"),
        ("docker", "io"),
    )
)


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


perbarui: Any = _load("perbarui")
buat_gambar: Any = _load("buat_gambar")


def _text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def _prose(text: str) -> str:
    """A page without its code blocks, where brackets and crosses mean something else."""
    return re.sub(r"(?ms)^ *```.*?^ *```", "", text)


def _anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"[`*]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(h) for h in re.findall(r"(?m)^#+ (.*)$", _prose(page.read_text(encoding="utf-8")))}


@pytest.mark.parametrize("name", sorted(perbarui.BLOCKS))
def test_generated_parts_are_what_the_program_says(name: str) -> None:
    text = _text(name)
    assert text == perbarui.renewed(text, perbarui.BLOCKS[name]), "run: .venv/bin/python docs/perbarui.py"


def test_every_command_is_in_the_list_of_commands() -> None:
    page = _text("docs/perintah.md")
    assert set(re.findall(r"(?m)^### `kbk ?([a-z]*)`$", page)) == {"", *perbarui.command_names()}


def test_help_is_written_without_colour_and_fits_its_width() -> None:
    text = perbarui.help_of(["report"])
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= perbarui.HELP_COLUMNS


def test_exit_codes_are_told_apart() -> None:
    codes = [code for code, _, _ in perbarui.exit_codes()]
    assert len(codes) == len(set(codes))
    assert {0, 1, 2, 130} <= set(codes)


def test_every_kind_of_finding_is_in_the_guide() -> None:
    guide = _text("docs/panduan.md")
    kinds = load_kinds(perbarui.REFERENCE)
    assert [key for key in kinds if f"(`{key}`)" not in guide] == []


def test_a_module_without_a_place_in_the_map_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ada", "baru", "dua"):
        (tmp_path / f"{name}.py").write_text('"""What it is about.\n\nMore.\n"""\n', encoding="utf-8")
    page = tmp_path / "modul.md"
    monkeypatch.setattr(perbarui, "MODULES_PAGE", page)
    monkeypatch.setattr(perbarui, "MODULES", tmp_path)
    page.write_text(
        "<!-- mulai: modul -->\n\n- `ada`\n- `dua`: x\n- `dua`\n- `hilang`\n\n<!-- selesai: modul -->", "utf-8"
    )
    with pytest.raises(ValueError, match=r"modul\.md: baru, dua, hilang"):
        perbarui.modules_block()
    page.write_text("<!-- mulai: modul -->\n## A\n\n- `ada`\n- `dua`: x\n- `baru`\n<!-- selesai: modul -->", "utf-8")
    said = "What it is about."
    assert perbarui.modules_block() == f"## A\n\n- `ada`: {said}\n- `dua`: {said}\n- `baru`: {said}"


def test_a_missing_generated_part_is_refused() -> None:
    with pytest.raises(ValueError, match="kode"):
        perbarui.renewed("tanpa bagian", {"kode": lambda: "isi"})


def test_a_bar_inside_a_cell_does_not_split_it() -> None:
    assert perbarui.table(["a"], [["x|y"]]).endswith("| x\\|y |")


def test_renewing_keeps_the_text_around_the_part() -> None:
    text = "sebelum\n<!-- mulai: x -->\n\nlama\n\n<!-- selesai: x -->\nsesudah"
    new = perbarui.renewed(text, {"x": lambda: r"baru \1"})
    assert new == "sebelum\n<!-- mulai: x -->\n\nbaru \\1\n\n<!-- selesai: x -->\nsesudah"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_relative_links_resolve(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_named_commands_and_targets_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # In running text a command stands between backquotes; "kbk jan 26.xlsx" is the name of a file.
    code = "\n".join([*re.findall(r"(?ms)^ *```(?:sh|text)\n(.*?)^ *```", text), *re.findall(r"`([^`\n]+)`", text)])
    targets = set(re.findall(r"(?m)^ *make ([a-z-]+)", code))
    commands = set(re.findall(r"(?m)(?:^|[\s/])kbk ([a-z]+)", code)) - {"jan", "feb", "mar"}
    assert targets <= TARGETS
    assert commands <= set(perbarui.command_names())


@pytest.mark.parametrize("page", [*PAGES, *DOCS.glob("*.py")], ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_no_package_registry_is_named(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    assert [host for host in REGISTRY_HOSTS if host in text] == []


def test_readme_names_the_two_commands() -> None:
    readme = _text("README.md")
    assert "make report DISTRICT=sanggau" in readme
    assert re.search(r"(?m)^make test$", readme)


def test_every_page_is_reachable_from_the_readme() -> None:
    linked = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", _text("README.md"))}
    pages = {page.relative_to(PROJECT).as_posix() for page in PAGES}
    assert pages - linked == {"README.md"}


def test_guide_explains_every_key_of_district_yml() -> None:
    guide = _text("docs/panduan.md")
    records = (District, Codes, Event, DatedCode, CodeChange, Correction)
    keys = [field.alias or name for record in records for name, field in record.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in guide] == []


def test_guide_explains_every_column_of_facilities_csv() -> None:
    guide = _text("docs/panduan.md")
    assert [column for column in FACILITY_COLUMNS if f"`{column}`" not in guide] == []


def test_examples_of_district_yml_are_accepted() -> None:
    import yaml

    found = re.findall(r"(?ms)^( *)```yaml\n(.*?)^ *```", _text("docs/panduan.md") + _text("README.md"))
    examples = [yaml.safe_load(re.sub(rf"(?m)^{indent}", "", text)) for indent, text in found]
    districts = [District.model_validate(example) for example in examples if "name" in example]
    assert sum(len(district.corrections) for district in districts) == 2
    assert len(districts) == 5


def test_example_of_facilities_csv_is_accepted(tmp_path: Path) -> None:
    from analysis.district import load_facilities
    from analysis.workspace import FACILITIES_FILE

    (example,) = re.findall(r"(?ms)^```csv\n(.*?)^```", _text("docs/panduan.md"))
    (tmp_path / FACILITIES_FILE).write_text(example, encoding="utf-8")
    table = load_facilities(tmp_path)
    assert len(table) == 4
    assert table["code"].iloc[0] == "0114A026"


def test_modules_of_the_methods_page_exist() -> None:
    tables = re.findall(r"(?m)^\|.*\| ((?:`[a-z_]+`(?:, )?)+) \|$", _text("docs/metode.md"))
    modules = {name for cell in tables for name in re.findall(r"`([a-z_]+)`", cell)}
    assert len(modules) > 10
    assert [m for m in sorted(modules) if not (PROJECT / "src" / "analysis" / f"{m}.py").is_file()] == []


def test_changelog_begins_with_the_version_of_the_program() -> None:
    from analysis import __version__

    first = re.search(r"(?m)^## (\S+)", _text("CHANGELOG.md"))
    assert first is not None
    assert first[1] == __version__


def test_picture_is_a_small_png_of_an_upright_page() -> None:
    content = PICTURE.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(content) <= buat_gambar.LARGEST_BYTES
    width, height = struct.unpack(">II", content[16:24])
    assert 1.3 < height / width < 1.5


def test_picture_of_real_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"simulated": false}', encoding="utf-8")
    with pytest.raises(ValueError, match="simulasi"):
        buat_gambar.draw(tmp_path / "report.pdf", tmp_path / "laporan.png")


def test_picture_comes_from_the_newest_version_of_the_newest_period(tmp_path: Path) -> None:
    for name in ("2025-S2/v003", "2026-S1/v002", "2026-S1/v010"):
        (tmp_path / "reports" / "sanggau" / name).mkdir(parents=True)
    found = buat_gambar.newest_report(tmp_path)
    assert found.relative_to(tmp_path).as_posix() == "reports/sanggau/2026-S1/v010/report.pdf"


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_picture_is_drawn_from_page_one(tmp_path: Path) -> None:
    import typst

    source = b'#set page(paper: "a4")\nHalaman satu'
    (tmp_path / "report.pdf").write_bytes(typst.compile(source))
    (tmp_path / "manifest.json").write_text('{"simulated": true}', encoding="utf-8")
    size = buat_gambar.draw(tmp_path / "report.pdf", tmp_path / "baru" / "laporan.png")
    assert size == (tmp_path / "baru" / "laporan.png").stat().st_size


def test_check_names_outdated_pages_and_leaves_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(perbarui, "outdated", lambda: {DOCS / "tidak-ada.md": "teks"})
    assert perbarui.main(["--check"]) == 1
    assert capsys.readouterr().out == "docs/tidak-ada.md\n"
    assert not (DOCS / "tidak-ada.md").exists()


def test_a_page_is_written_once_and_then_up_to_date(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page, other = tmp_path / "a.md", tmp_path / "b.md"
    page.write_text("Awal\n<!-- mulai: x -->\nlama\n<!-- selesai: x -->\nakhir\n", encoding="utf-8")
    other.write_text("Awal\n<!-- mulai: x -->\n\nbaru\n\n<!-- selesai: x -->\n", encoding="utf-8")
    monkeypatch.setattr(perbarui, "PROJECT", tmp_path)
    monkeypatch.setattr(perbarui, "BLOCKS", {name: {"x": lambda: "baru"} for name in ("a.md", "b.md")})
    before = other.read_bytes()
    assert [path.name for path in perbarui.outdated()] == ["a.md"]
    assert perbarui.main(["--check"]) == 1
    assert "lama" in page.read_text(encoding="utf-8")
    assert perbarui.main([]) == 0
    assert page.read_text(encoding="utf-8") == "Awal\n<!-- mulai: x -->\n\nbaru\n\n<!-- selesai: x -->\nakhir\n"
    assert perbarui.main(["--check"]) == 0
    assert other.read_bytes() == before
