"""Persons in every kind of input, and none of them in any file, line or message that a run leaves. All are made up."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import small_district
from pypdf import PdfReader
from test_people import DOCTOR, NUMBERS, OPERATOR, PATIENT, dirty_district

from analysis.cli import run

SECRETS = [
    *NUMBERS, PATIENT, "Bramantyo", "Suryanegara", OPERATOR, "Wicaksono", "19810202", "0812-3456-7890", "0812 3456 7890",
]  # fmt: skip


def seed(root: Path) -> Path:
    """The small district with persons in workbooks, extracts, messages, archives, names of files and settings."""
    folder = dirty_district(root)
    card, nik, phone, nip = NUMBERS
    visits = (
        "nokapst;nmpst;tgllhrpst;jkpst;nik;nohp;no_kunjungan;tgl_kunjungan;ppkpeserta;kdppkkunjungan;nmppkkunjungan;"
        "kdstatuspulang;dokter;kd_diagnosa;sistole;diastole;keluhan\n"
        + "".join(
            f"{card};{PATIENT};01/02/1960;P;{nik};{phone};0101A0010325P00{n:04d};03/0{n}/2025;0101A001;0101A001;"
            f"PUSKESMAS AIR JERNIH;3;{DOCTOR};I10;125;75;{PATIENT} pusing\n"
            for n in range(1, 9)
        )
    )
    (folder / "kunjungan maret 2025.csv").write_text(visits, encoding="utf-8")
    (folder / f"rujukan {card}.csv").write_text(
        f"nokapst,nmpst,nmppkkunjungan,nmpoli,nm_diagnosa,nmtacc\n{card},{PATIENT},PUSKESMAS CAHAYA,MATA,{nip},x\n",
        encoding="latin-1",
    )
    message = {"response": {"noKartu": card, "nama": PATIENT, "noHP": phone, "noKTP": nik, "sex": "P"}, "metaData": {}}
    (folder / "peserta.json").write_text(json.dumps(message), encoding="utf-8")
    with zipfile.ZipFile(folder / f"kiriman {phone}.zip", "w") as archive:
        archive.writestr(f"pasien {nik}.csv", visits)
        archive.writestr(f"catatan {card}.docx", b"x")
    (folder / f"surat {card}.pdf").write_bytes(b"%PDF-1.4")
    return folder


def contents(root: Path) -> dict[str, str]:
    """Every file under a folder as text, as well as a search could read it: unpacked, decoded, page by page."""
    found: dict[str, str] = {}
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        text = [str(path), raw.decode("utf-8", errors="ignore"), raw.decode("utf-16-le", errors="ignore")]
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
            text.append(frame.to_csv())
        elif path.name == "report.pdf":
            text += [page.extract_text() for page in PdfReader(path).pages]
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                text += [name + archive.read(name).decode("utf-8", errors="ignore") for name in archive.namelist()]
        found[str(path.relative_to(root))] = "\n".join(text).casefold()
    return found


def leaks(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, secret) for name, text in texts.items() for secret in SECRETS if secret.casefold() in text]


def left_behind(root: Path) -> dict[str, str]:
    return contents(root / "data" / "processed") | contents(root / "reports")


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    assert {secret for _, secret in leaks(contents(seed(tmp_path)))} >= {*NUMBERS, PATIENT, "Bramantyo"}


def test_a_check_leaves_no_person_in_files_or_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seed(tmp_path)
    code = run(["check", small_district.SLUG, "--root", str(tmp_path)])
    out, err = capfd.readouterr()
    assert code == 0, err
    assert "[nomor disembunyikan]" in out.replace("\n", "")
    assert not leaks({"stdout": out.casefold(), "stderr": err.casefold(), **left_behind(tmp_path)})


@pytest.mark.slow
def test_a_report_leaves_no_person_in_files_terminal_or_temporary_folders(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "sementara"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    root = tmp_path / "kerja"
    seed(root)
    code = run(["report", small_district.SLUG, "--root", str(root), "--renderer", "pandoc"])
    out, err = capfd.readouterr()
    assert code == 0, err
    assert not leaks({"stdout": out.casefold(), "stderr": err.casefold(), **left_behind(root), **contents(temporary)})
    assert not [path for path in (root / "reports").iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_a_settings_file_with_a_person_stops_the_report_without_a_trace(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = seed(tmp_path)
    settings = folder / "district.yml"
    event = f"events:\n  - {{date: 2025-02-10, label: Pembinaan oleh {DOCTOR} {NUMBERS[2]}}}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + event, encoding="utf-8")
    code = run(["report", small_district.SLUG, "--root", str(tmp_path), "--renderer", "pandoc"])
    out, err = capfd.readouterr()
    assert code == 8
    assert not leaks({"stdout": out.casefold(), "stderr": err.casefold(), **left_behind(tmp_path)})
    assert not [path for path in (tmp_path / "reports").rglob("*") if path.is_file() and path.name != "index.html"]


STRANGER = "Gunawandari Prasetyaningrum"


def shifted(root: Path, **columns: str) -> Path:
    """The small district with a month of visits whose columns of the facility hold a participant's name."""
    folder = small_district.write(root)
    row = {
        "nokapst": NUMBERS[0], "nmpst": STRANGER, "no_kunjungan": "", "tgl_kunjungan": "", "ppkpeserta": "0101A004",
        "kdppkkunjungan": "0101A004", "nmppkkunjungan": "PUSKESMAS DARMA", "kdtkp": "10", "kdstatuspulang": "4",
        "kd_diagnosa": "E11", "poli_rujuk": "INT", "kdppkrujukan": "0301R001", "nmppkrujukan": "RSUD CONTOH",
        "spesialistik": "Non Spesialistik", "kdtacc": "-1", **columns,
    }  # fmt: skip
    rows = [
        row | {"no_kunjungan": f"0101A0040325P00{n:04d}", "tgl_kunjungan": f"03/{n:02d}/2025"} for n in range(1, 32)
    ]
    pd.DataFrame(rows).to_csv(folder / "kunjungan.csv", index=False)
    (folder / "facilities.csv").write_text("code,name,type\n0101A004,,puskesmas\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("nmppkkunjungan", True), ("nmppkrujukan", True),
        ("kdppkrujukan", True),
        # of these only what has the form of a diagnosis, a clinic or a known reason is kept at all
        ("poli_rujuk", False), ("kd_diagnosa", False), ("alasantacc", False),
    ],
)  # fmt: skip
def test_a_participant_in_a_column_of_the_facility_is_left_out_and_told(
    column: str, told: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shifted(tmp_path, **{column: f"Ny. {STRANGER.upper()}"})
    assert run(["check", small_district.SLUG, "--root", str(tmp_path)]) == 0
    out, err = capfd.readouterr()
    texts = {"stdout": out.casefold(), "stderr": err.casefold(), **left_behind(tmp_path)}
    assert not [name for name, text in texts.items() if "gunawandari" in text or "prasetyaningrum" in text]
    ledger = pd.read_parquet(tmp_path / "data" / "processed" / small_district.SLUG / "ledger.parquet")
    assert ("name_dropped" in set(ledger["kind"])) is told


def test_a_participant_in_the_name_of_a_file_stops_what_would_be_stored(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = shifted(tmp_path)
    (folder / "kunjungan.csv").rename(folder / f"kiriman {STRANGER}.csv")
    assert run(["check", small_district.SLUG, "--root", str(tmp_path)]) == 8
    assert "ledger.csv" in capfd.readouterr().err.replace("\n", "")
    assert not [name for name, text in left_behind(tmp_path).items() if "gunawandari" in text]


def test_a_facility_or_a_practice_keeps_its_name(tmp_path: Path) -> None:
    shifted(tmp_path, nmppkkunjungan="dr. Bramantyo Wicaksono", nmpst="Bramantyo Wicaksono")
    assert run(["check", small_district.SLUG, "--root", str(tmp_path)]) == 0
    table = pd.read_parquet(tmp_path / "data" / "processed" / small_district.SLUG / "facility_months.parquet")
    assert "dr. Bramantyo Wicaksono" in set(table["facility_name"])


def test_a_sound_district_has_nothing_hidden(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    small_district.write(tmp_path)
    assert run(["check", small_district.SLUG, "--root", str(tmp_path)]) == 0
    assert "disembunyikan" not in capfd.readouterr().out
