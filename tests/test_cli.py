"""The command as its user meets it: refused words, exit codes, no traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import small_district
from typer.testing import CliRunner, Result

from analysis.cli import app

runner = CliRunner()


def kbk(*words: str | Path) -> Result:
    return runner.invoke(app, [str(w) for w in words], env={"COLUMNS": "200"})


def said(result: Result) -> str:
    return " ".join((result.output + result.stderr).split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "sangau"], "Maksud Anda “sanggau”"),
        (["check", "sangau"], "Maksud Anda “sanggau”"),
        (["report", "../etc"], "hanya huruf kecil, angka, dan tanda hubung"),
        (["report", "Sanggau"], "Coba “sanggau”"),
        (["report", "sanggau", "--period", "2025-S3"], "Tulis 2025 (tahun), 2025-S1 (semester)"),
        (["report", "sanggau", "--compare", "tahun lalu"], "Tulis 2025 (tahun), 2025-S1 (semester)"),
        (["simulate", "pontianak"], "sanggau"),
    ],
)
def test_unknown_words_are_refused_before_anything_starts(tmp_path: Path, words: list[str], message: str) -> None:
    result = kbk(*words, "--root", tmp_path)
    assert result.exit_code == 2
    assert message in said(result)
    assert "Traceback" not in said(result)
    assert list(tmp_path.iterdir()) == []


def test_unknown_renderer_is_refused(tmp_path: Path) -> None:
    assert kbk("report", "sanggau", "--renderer", "word", "--root", tmp_path).exit_code == 2


def test_list_names_what_can_be_asked_for(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    result = kbk("list", "--root", tmp_path)
    assert result.exit_code == 0
    assert all(name in said(result) for name in ("sanggau", "sumatera-selatan", "jakarta-timur", "Kabupaten Contoh"))


def test_check_reads_and_judges_without_a_report(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    result = kbk("check", small_district.SLUG, "--root", tmp_path)
    assert result.exit_code == 0
    assert "3 FKTP, 12 bulan (2024-01 – 2025-06), 36 baris" in said(result)
    assert not (tmp_path / "reports").exists()


def test_simulate_writes_once_and_says_where(tmp_path: Path) -> None:
    result = kbk("simulate", "--root", tmp_path)
    assert result.exit_code == 0
    assert (tmp_path / "data" / "raw" / "sanggau" / "district.yml").is_file()
    assert "data/raw/sanggau" in said(result)


def empty_folder(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        path.unlink()


def no_workbook(folder: Path) -> None:
    empty_folder(folder)
    (folder / "Capaian KBK.xlsx").write_text("bukan buku kerja", encoding="utf-8")


def missing_columns(folder: Path) -> None:
    import openpyxl

    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            sheet.delete_cols(6, 2)
        book.save(path)


def no_settings(folder: Path) -> None:
    (folder / "district.yml").unlink()


def wrong_settings(folder: Path) -> None:
    (folder / "district.yml").write_text("nama: Kabupaten\nlevel: negara\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "code", "messages"),
    [
        (empty_folder, 4, ["tidak berisi berkas KBK"]),
        (no_workbook, 4, ["Capaian KBK.xlsx"]),
        (missing_columns, 4, ["Capaian KBK 2024.xlsx", "Capaian KBK 2025.xlsx", "kontak"]),
        (no_settings, 3, ["district.yml", "level: kabupaten"]),
        (wrong_settings, 3, ["nama: kunci tidak dikenal", "name: wajib diisi", "level"]),
    ],
)
@pytest.mark.parametrize("command", ["check", "report"])
def test_bad_folder_is_told_with_all_problems(
    tmp_path: Path, command: str, spoil: object, code: int, messages: list[str]
) -> None:
    folder = small_district.write(tmp_path)
    earlier = tmp_path / "reports" / small_district.SLUG / "2025-S1" / "v001"
    earlier.mkdir(parents=True)
    (earlier / "report.html").write_text("laporan lama", encoding="utf-8")
    spoil(folder)  # type: ignore[operator]
    result = kbk(command, small_district.SLUG, "--root", tmp_path)
    assert result.exit_code == code, said(result)
    assert all(m.lower() in said(result).lower() for m in messages), said(result)
    assert "Traceback" not in said(result)
    assert (earlier / "report.html").read_text(encoding="utf-8") == "laporan lama"
    assert [p.name for p in earlier.parent.iterdir()] == ["v001"]


def test_month_that_no_file_has_is_told_with_what_there_is(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    result = kbk("report", small_district.SLUG, "--period", "2023-S1", "--root", tmp_path)
    assert result.exit_code == 4
    assert "2024-01 sampai 2025-06" in said(result)
    assert not list((tmp_path / "reports").glob("*/*/v*"))


def test_real_files_beside_simulated_ones_stop_the_run(tmp_path: Path) -> None:
    kbk("simulate", "--root", tmp_path)
    folder = small_district.write(tmp_path, slug="asli")
    shutil.copy(folder / "Capaian KBK 2025.xlsx", tmp_path / "data" / "raw" / "sanggau")
    result = kbk("check", "sanggau", "--root", tmp_path)
    assert result.exit_code == 4
    assert "Capaian KBK 2025.xlsx" in said(result)
