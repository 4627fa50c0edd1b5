"""The command as its user meets it: refused words, exit codes, no traceback."""

from __future__ import annotations

import io
import re
import shutil
import sys
from pathlib import Path

import pytest
import small_district
from rich.console import Console
from typer.testing import CliRunner, Result

from analysis import cli
from analysis.check import check_district
from analysis.cli import app
from analysis.publish import Published
from analysis.workspace import Workspace

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
        (["simulate", "pontianak"], "Yang dapat disimulasikan: sanggau."),
        (["simulate", "sangau"], "Maksud Anda “sanggau”"),
    ],
)
def test_unknown_words_are_refused_before_anything_starts(tmp_path: Path, words: list[str], message: str) -> None:
    result = kbk(*words, "--root", tmp_path)
    assert result.exit_code == 2
    assert message in said(result)
    assert "Traceback" not in said(result)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_simulation_is_no_new_district(tmp_path: Path) -> None:
    assert "folder" not in said(kbk("simulate", "pontianak", "--root", tmp_path))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["repot", "sanggau"],
            "Perintah “repot” tidak ada. Maksud Anda “report”? Yang ada: report, reports, check, new, names, list,",
        ),
        (["report"], "KABUPATEN belum ditulis, misalnya: kbk report sanggau. Bantuan: kbk report --help"),
        (["report", "sanggau", "--renderer", "word"], "Isi --renderer “word” tidak dikenal. Yang ada: auto, quarto,"),
        (["report", "sanggau", "--perod", "2025"], "Pilihan “--perod” tidak dikenal. Maksud Anda “--period”?"),
        (["report", "kutai", "kartanegara"], "Kata berlebih: kartanegara."),
        (["check", "--root"], "Sesudah --root harus ada isinya."),
    ],
)
def test_a_wrong_command_line_is_told_in_indonesian(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["kbk", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = " ".join(capsys.readouterr().err.split())
    assert ended.value.code == 2
    assert told.startswith("Berhenti: ")
    assert message in told
    for english in ("No such", "Missing", "Invalid", "Error", "Usage", "Try", "unexpected", "requires"):
        assert english not in told


def test_no_words_give_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 2
    told = capsys.readouterr()
    assert "Laporan evaluasi" in told.out + told.err
    assert "Berhenti" not in told.err


def test_exit_codes_pass_through_and_bugs_keep_their_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["list", "--root", str(tmp_path)]) == 0
    assert cli.run(["check", "sangau", "--root", str(tmp_path)]) == 2
    folder = small_district.write(tmp_path)
    no_settings(folder)
    assert cli.run(["check", small_district.SLUG, "--root", str(tmp_path)]) == 3

    def broken(_workspace: Workspace) -> None:
        raise RuntimeError("rusak")

    monkeypatch.setattr("analysis.overview.overview", broken)
    with pytest.raises(RuntimeError, match="rusak"):
        cli.run(["list", "--root", str(tmp_path)])
    assert "district.yml" in capsys.readouterr().err


def test_unknown_renderer_is_refused(tmp_path: Path) -> None:
    assert kbk("report", "sanggau", "--renderer", "word", "--root", tmp_path).exit_code == 2


def test_the_spinner_moves_without_a_line_for_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal in (True, False):
        screen = io.StringIO()
        monkeypatch.setattr(cli, "console", Console(file=screen, force_terminal=terminal, width=80))
        with cli._progress(lines=False) as tell:
            tell("Membaca a.xlsx")
        assert "•" not in screen.getvalue()
        assert ("Membaca a.xlsx" in screen.getvalue()) == terminal
        with cli._progress() as tell:
            tell("Menyusun laporan")
        assert "Menyusun laporan" in screen.getvalue()


def test_list_names_what_can_be_asked_for(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    result = kbk("list", "--root", tmp_path)
    assert "Bulan" in said(result)
    assert result.exit_code == 0
    assert all(name in said(result) for name in ("sanggau", "sumatera-selatan", "jakarta-timur", "Kabupaten Contoh"))


def test_check_reads_and_judges_without_a_report(tmp_path: Path) -> None:
    small_district.write(tmp_path)
    result = kbk("check", small_district.SLUG, "--root", tmp_path)
    assert result.exit_code == 0
    assert "3 FKTP, 12 bulan (Jan 24 – Jun 25), 36 baris" in said(result)
    assert not (tmp_path / "reports").exists()


def test_check_shows_files_by_month_and_months_without_a_file(tmp_path: Path) -> None:
    folder = small_district.write(tmp_path)
    (folder / "Capaian KBK 2024.xlsx").rename(folder / "Z Capaian.xlsx")
    (folder / "A rusak.xlsx").write_bytes(b"rusak")
    told = said(kbk("check", small_district.SLUG, "--root", tmp_path))
    first, second = told.index("Z Capaian.xlsx"), told.index("Capaian KBK 2025.xlsx")
    assert first < second < told.index("A rusak.xlsx")
    assert "Jan 24 – Jun 24" in told
    assert "Jan 25 – Jun 25" in told
    assert "Bulan tanpa berkas: Jul 24 – Des 24" in told
    assert "Membaca" not in told


def test_check_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    kbk("simulate", "--root", tmp_path)
    answer = check_district(Workspace(tmp_path), "sanggau", lambda _: None)
    narrow = Console(width=80, record=True, file=io.StringIO())
    for renderable in answer:
        narrow.print(renderable, soft_wrap=not isinstance(renderable, str))
    lines = narrow.export_text().splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "Bulan tanpa berkas" not in text
    # The name of a file stands once above its findings; no cell is cut off.
    assert re.search(r"(?m)^Capaian KBK \(JAN 21 - DES 22\)\.xlsx$", text)
    assert "…" not in text
    assert re.search(r"(?m)^ Desember, baris 5, JUMLAH +belum lapor +dianggap tidak tersedia", text)
    assert "Yang dilakukan" in text


@pytest.mark.parametrize("inside", [True, False])
def test_paths_are_short_only_inside_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    root, elsewhere = tmp_path / "kerja", tmp_path / "lain"
    small_district.write(root)
    elsewhere.mkdir()
    monkeypatch.chdir(root if inside else elsewhere)
    place = Path("data") / "processed" / small_district.SLUG / "ledger.csv"
    whole = place if inside else root / place
    told = said(kbk("check", small_district.SLUG, "--root", root))
    assert f"Semua temuan: {whole}" in told
    raw = Path("data") / "raw" / "sanggau"
    assert said(kbk("simulate", "--root", root)).endswith(f"ditulis di {raw if inside else root / raw}")


def test_published_paths_are_short_only_inside_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "kerja"
    small_district.write(root)
    version = root / "reports" / small_district.SLUG / "2025-S1" / "v001"

    def published(*_: object) -> Published:
        return Published(version, "v001", new=True)

    monkeypatch.setattr("analysis.pipeline.make_report", published)
    for folder in (root, tmp_path, root / "data"):
        monkeypatch.chdir(folder)
        told = said(kbk("report", small_district.SLUG, "--root", root))
        for path in (version, version / "report.html", root / "reports" / "index.html"):
            shown = path if folder.name == "data" else path.relative_to(folder)
            assert f" {shown}" in told
        assert (str(root) in told) == (folder.name == "data")


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
    assert "Januari 2024 sampai Juni 2025" in said(result)
    assert not list((tmp_path / "reports").glob("*/*/v*"))


def test_real_files_beside_simulated_ones_stop_the_run(tmp_path: Path) -> None:
    kbk("simulate", "--root", tmp_path)
    folder = small_district.write(tmp_path, slug="asli")
    shutil.copy(folder / "Capaian KBK 2025.xlsx", tmp_path / "data" / "raw" / "sanggau")
    result = kbk("check", "sanggau", "--root", tmp_path)
    assert result.exit_code == 4
    assert "Capaian KBK 2025.xlsx" in said(result)


def test_the_traceback_of_a_bug_shows_no_number_of_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    from analysis.cli import _tell_bug

    try:
        int("kartu 0001234567890")
    except ValueError as error:
        _tell_bug(type(error), error, error.__traceback__)
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "invalid literal" in told
    assert "0001234567890" not in told
