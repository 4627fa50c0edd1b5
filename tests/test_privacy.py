"""Nothing about a person passes the last look; ordinary figures, codes and names do. All persons are made up."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import small_district
import typst
import xlsxwriter

from analysis import raw_people, sources, stages
from analysis.errors import PrivacyError
from analysis.people import Names
from analysis.pipeline import make_report
from analysis.privacy import NAME, check_reports, check_stored, texts_in
from analysis.request import Request
from analysis.workspace import Workspace

CARD, NIK, PHONE = "0001234567890", "6103014107900001", "0812-3456-7890"
PATIENT = "RATNADEWI KUSUMAWATI"
EXTRACT = f"nokapst;nmpst;nmppkkunjungan\n{CARD};Ny. {PATIENT}, S.Pd;KLINIK SITI AMINAH\n0009;SITI AMINAH;X\n0008;Melati;X\n0007;RUJUKAN;X\n"


def district(root: Path, extract: str = EXTRACT) -> Workspace:
    folder = root / "data" / "raw" / "contoh"
    folder.mkdir(parents=True)
    (folder / "rujukan 2024.csv").write_text(extract, encoding="utf-8")
    return Workspace(root)


def workbook(text: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Data").write_string(0, 0, text)
    return buffer.getvalue()


def parquet(text: str) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame({"isi": [text]}).to_parquet(buffer)
    return buffer.getvalue()


def pdf(text: str) -> bytes:
    drawing = "#line(length: 3cm)\n"
    made = typst.compile(f'{drawing}#"{text}"\n{drawing}'.encode())
    assert isinstance(made, bytes)
    return made


def notebook(text: str) -> bytes:
    outputs = [{"output_type": "display_data", "data": {"text/html": f"<table><td>{text}</td></table>"}}]
    return json.dumps({"cells": [{"cell_type": "code", "outputs": outputs}]}).encode()


def archive(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("dalam/data.csv", f"a;b\n1;{text}\n")
    return buffer.getvalue()


def svg(text: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><title>{text}</title><path d="M 0 1"/></svg>'


FORMATS: dict[str, Callable[[str], bytes]] = {
    "teks.html": lambda text: f"<p>Catatan <b>{text}</b></p>".encode(),
    "alt.html": lambda text: f'<img alt="{text}" src="#"/>'.encode(),
    "komentar.html": lambda text: f"<!-- {text} --><p>x</p>".encode(),
    "tertanam.html": lambda t: b'<img src="data:image/svg+xml;base64,' + base64.b64encode(svg(t).encode()) + b'">',
    "gambar.svg": lambda text: svg(text).encode(),
    "data.csv": lambda text: f"a;b\n1;{text}\n".encode("utf-8-sig"),
    "facts.json": lambda text: json.dumps({"a": ["x", {"b": text}]}).encode(),
    "kunci.json": lambda text: json.dumps({text: 1}).encode(),
    "01.ipynb": notebook,
    "report.pdf": pdf,
    "buku.xlsx": workbook,
    "arsip.zip": archive,
    "tabel.parquet": parquet,
    "catatan.txt": lambda text: f"baris\n{text}\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize(
    ("secret", "kind"), [(CARD, "nomor kartu BPJS"), (NIK, "NIK"), (PHONE, "nomor telepon"), (PATIENT.title(), NAME)]
)
def test_a_person_is_found_in_every_format(name: str, secret: str, kind: str, tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out" / "data"
    out.mkdir(parents=True)
    (out / name).write_bytes(FORMATS[name](secret))
    (out / "lain.html").write_bytes(b"<p>tidak ada apa-apa</p>")
    with pytest.raises(PrivacyError) as caught:
        check_reports(tmp_path / "out", workspace, "contoh", [])
    told = str(caught.value)
    assert secret not in told
    assert f"data/{name}" in told
    assert kind in told
    assert "lain.html" not in told


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_without_a_person_every_format_passes(name: str, tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / name).write_bytes(FORMATS[name]("Puskesmas Air Jernih 0399A014, 12.345"))
    check_reports(out, workspace, "contoh", [])


def test_the_message_says_from_which_file_it_seems_to_come_and_ends_with_its_own_code(tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "a.csv").write_text(f"x;y\n{PATIENT};9\n", encoding="utf-8")
    with pytest.raises(PrivacyError, match=r"a\.csv: 1 nama orang, tampaknya dari rujukan 2024\.csv") as caught:
        check_reports(out, workspace, "contoh", [])
    assert caught.value.exit_code == 8


def test_what_was_read_before_the_report_was_whole_is_looked_at_with_the_rest(tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    (out / "data").mkdir(parents=True)
    (out / "data" / "a.csv").write_text(f"x;y\n{PATIENT};9\n", encoding="utf-8")
    known = texts_in(out)
    (out / "report.html").write_text(f"<p>{CARD}</p>", encoding="utf-8")
    with pytest.raises(PrivacyError) as caught:
        check_reports(out, workspace, "contoh", [], known)
    assert "data/a.csv: 1 nama orang" in str(caught.value)
    assert "report.html: 1 " in str(caught.value)


def test_the_rupiah_of_a_province_are_no_number_of_a_person(tmp_path: Path) -> None:
    # 20 million participants, Rp6.000, twelve months: 13 digits, as the number of a card has
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    cost = pd.DataFrame({"span": ["ini"], "gross": pd.array([20_000_000 * 6_000 * 12], dtype="Int64")})
    cost.to_parquet(out / "cost.parquet")
    (out / "cost.csv").write_text(cost.to_csv(index=False), encoding="utf-8")
    check_reports(out, workspace, "contoh", [])
    check_stored(out)


@pytest.mark.parametrize("number", [CARD, NIK, PHONE])
@pytest.mark.parametrize("heading", ["gross", "priced"])
def test_a_number_of_a_person_among_rupiah_is_found(number: str, heading: str, tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "cost.csv").write_text(f"span,{heading}\nini,{number}\n", encoding="utf-8")
    with pytest.raises(PrivacyError):
        check_reports(out, workspace, "contoh", [])


@pytest.mark.parametrize(
    "text",
    [
        "Klinik Siti Aminah",  # the name of a facility, with a patient of that name
        "bunga melati di halaman",  # a single name is a word like any other inside a text
        "Rujukan",  # somebody may be called so, but the project's own texts say it too
        "12345678901234,5",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Rp12.345.678.901.234",
    ],
)
def test_what_only_looks_like_a_person_passes(text: str, tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "a.html").write_text(f"<p>{text}</p><path d='M 0001234567890 1'/>", encoding="utf-8")
    check_reports(out, workspace, "contoh", ["KLINIK SITI AMINAH"])


@pytest.mark.parametrize("text", ["Siti Aminah", "pasien Klinik Siti Aminah ialah Siti Aminah", "Melati"])
def test_a_person_beside_a_facility_of_the_same_name_is_found(text: str, tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "a.html").write_text(f"<p>{text}</p>", encoding="utf-8")
    with pytest.raises(PrivacyError):
        check_reports(out, workspace, "contoh", ["KLINIK SITI AMINAH"])


@pytest.mark.parametrize("kind", ["csv", "titel", "latin", "xlsx", "zip", "json", "jsonl", "json dalam zip"])
def test_persons_are_known_from_every_kind_of_input(kind: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "data" / "raw" / "contoh", tmp_path / "out"
    folder.mkdir(parents=True)
    out.mkdir()
    name = "Ratnadéwi Kusumawati"
    text = f'noKartu,Nama Peserta\n12345678901,"H. {name}"\n'
    if kind == "xlsx":
        with xlsxwriter.Workbook(folder / "a.xlsx") as book:
            sheet = book.add_worksheet()
            sheet.write_row(3, 1, ["noKartu", "Nama Peserta"])
            sheet.write_row(4, 1, [12345678901, name])
    elif kind == "zip":
        with zipfile.ZipFile(folder / "a.zip", "w") as made:
            made.writestr("isi/a.csv", text)
    elif "json" in kind:
        content = json.dumps({"response": {"list": [{"noKartu": "12345678901", "nama": name, "sex": "P"}]}})
        if kind == "json":
            (folder / "a.json").write_text(content, encoding="utf-8")
        elif kind == "jsonl":
            (folder / "a.jsonl").write_text(f'{{"a": 1}}\n{content}\n', encoding="utf-8")
        else:
            with zipfile.ZipFile(folder / "a.zip", "w") as made:
                made.writestr("isi/a.json", content)
    else:
        before = "DAFTAR RUJUKAN\n\n" if kind == "titel" else ""
        (folder / "a.csv").write_text(before + text, encoding="latin-1" if kind == "latin" else "utf-8")
    for secret in ("Ratnadewi Kusumawati", "nomor 12345678901."):
        (out / "a.html").write_text(f"<p>{secret}</p>", encoding="utf-8")
        with pytest.raises(PrivacyError):
            check_reports(out, Workspace(tmp_path), "contoh", [])


ROWS = f"noKartu,Nama Peserta,keluhan,nomor\n12345678901,{PATIENT},pusing,1\n"
FILLER = "".join(f'{n:011d},Nama Lain,"demam\nbatuk",1\n' for n in range(150_000))
"""Cells with line breaks, in a text of several blocks."""
TEXTS: dict[str, bytes] = {
    "baris baru dalam sel": f'{ROWS.splitlines()[0]}\n{FILLER}12345678901,{PATIENT},"a\nb",1\n'.encode(),
    "utf-16": ROWS.encode("utf-16"),
    "karakter rusak": f"{ROWS.splitlines()[0]}\n{FILLER}".encode() + f"12345678901,{PATIENT},\xe9,1\n".encode("latin-1"),
    "baris pendek": f"{ROWS.splitlines()[0]}\n12345678901,{PATIENT}\n".encode(),
    "baris panjang": f"{ROWS.splitlines()[0]}\n12345678901,{PATIENT},sakit, panas, pusing,1\n".encode(),
    "kutip yang tidak ditutup": f'{ROWS.splitlines()[0]}\n1,Nama Lain,"demam,1\n{FILLER}12345678901,{PATIENT},x,1\n'.encode(),
    "baris data dengan lebih banyak koma": f"noKartu;Nama Peserta\n12345678901;{PATIENT}, S.Pd, M.Kes, a, b\n".encode(),
    "karakter nol": f"{ROWS.splitlines()[0]}\n{FILLER}12345678901,{PATIENT},\0,1\n".encode(),
    "akhiran lain": ROWS.replace(",", "\t").encode(),
    "baris sangat panjang": f"{ROWS.splitlines()[0]}\n1,{'x' * 9_000_000}\n12345678901,{PATIENT},x,1\n".encode(),
    "akhir baris mac": ROWS.replace("\n", "\r").encode(),
}  # fmt: skip


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_persons_are_known_from_texts_that_are_badly_written(
    kind: str, zipped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "data" / "raw" / "contoh", tmp_path / "out"
    folder.mkdir(parents=True)
    out.mkdir()
    name = "a.xls" if kind == "akhiran lain" else "a.csv"
    if zipped:
        with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr(f"isi/{name}", TEXTS[kind])
    else:
        (folder / name).write_bytes(TEXTS[kind])
    monkeypatch.setattr(sources, "LARGEST_FILE", 10)  # the ordinary reading refuses such a file, the counting does not
    for secret in (PATIENT.title(), "nomor 12345678901."):
        (out / "a.html").write_text(f"<p>{secret}</p>", encoding="utf-8")
        with pytest.raises(PrivacyError):
            check_reports(out, Workspace(tmp_path), "contoh", [])


def test_a_text_that_ends_with_its_headings_names_nobody(tmp_path: Path) -> None:
    workspace, out = district(tmp_path, EXTRACT.splitlines()[0]), tmp_path / "out"
    out.mkdir()
    (out / "a.html").write_text(f"<p>{PATIENT}, nomor 12345678901.</p>", encoding="utf-8")
    check_reports(out, workspace, "contoh", [])


def test_the_texts_of_a_report_are_not_taken_apart_for_files_without_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_candidates: object) -> set[str]:
        raise AssertionError("worked out for nothing")

    monkeypatch.setattr("analysis.privacy.Candidates.names", property(refused))
    monkeypatch.setattr("analysis.privacy.Candidates.numbers", property(refused))
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.html").write_text(f"<p>{PATIENT}</p>", encoding="utf-8")
    check_reports(out, district(tmp_path / "a", "kode;kontak\n0114A026;12\n"), "contoh", [])
    with pytest.raises(AssertionError):
        check_reports(out, district(tmp_path / "b"), "contoh", [])


def test_names_are_found_when_there_are_more_than_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_people, "_MOST_KNOWN", 3)
    monkeypatch.setattr(raw_people, "_BLOCK_BYTES", 200)
    many = "".join(f"{n:013d};NAMA {'abcdefghij'[n % 10] * 5};X\n" for n in range(100))
    workspace, out = district(tmp_path, EXTRACT + many), tmp_path / "out"
    out.mkdir()
    for secret in (PATIENT, "Nama Hhhhh"):
        (out / "a.html").write_text(f"<p>{secret}</p>", encoding="utf-8")
        with pytest.raises(PrivacyError):
            check_reports(out, workspace, "contoh", [])


HIDDEN_WELL: dict[str, bytes] = {
    "baris.html": b"<p>Catatan Ratnadewi\n  Kusumawati</p>",
    "tebal.html": b"<p>oleh <b>RATNADEWI</b> <i>kusumawati</i>, ya</p>",
    "entitas.html": b"<p>&#82;atnadewi&nbsp;Kusumawati</p>",
    "potong.html": b"<p>Ratna<wbr>dewi Kusu&shy;mawati</p>",
    "judul.html": b"<h1 title='x'>Ratnadewi<br>Kusumawati</h1>",
    "data.html": b"<script>const nama = ['Ratnadewi Kusumawati'];</script>",
    "tspan.svg": b"<svg><text><tspan>Ratnadewi</tspan> <tspan>Kusumawati</tspan></text></svg>",
    "u.ipynb": json.dumps({"source": ["x = 1\n", "\u0052atnadewi Kusumawati"]}).replace("R", "\\u0052").encode(),
    "baris.ipynb": json.dumps({"source": ["oleh Ratnadewi\n", "Kusumawati dan"]}).encode(),
    "sel.csv": b'a;b\n1;"Ratnadewi\nKusumawati"\n',
    "sel.parquet": parquet("Ratnadewi\nKusumawati"),
    "sel.xlsx": workbook("oleh Ratnadewi\nKusumawati"),
    "lipat.pdf": typst.compile(b"#block(width: 2.5cm)[oleh Ratnadewi Kusumawati]") or b"",
    "tabel.pdf": typst.compile(b"#table(columns: (2.5cm, 2cm), [Ratnadewi Kusumawati], [12], [a], [3])") or b"",
    "dalam.zip": archive("Ratnadewi Kusumawati"),
    "Ratnadewi Kusumawati.txt": b"",
}  # fmt: skip
"""The same name as writing, markup and line breaks may change it."""


@pytest.mark.parametrize("name", sorted(HIDDEN_WELL))
def test_a_name_is_found_however_it_is_written(name: str, tmp_path: Path) -> None:
    workspace, out = district(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / name).write_bytes(HIDDEN_WELL[name])
    with pytest.raises(PrivacyError, match=NAME):
        check_reports(out, workspace, "contoh", [])


def test_a_facility_before_a_month_or_a_number_is_nobody(tmp_path: Path) -> None:
    names = ["Sari Juli", "Indah Mei", "Dua Melati", "Sari Tidak", "Merpati Putih"]
    rows = "".join(f"{n:013d};{name};X\n" for n, name in enumerate(names))
    workspace, out = district(tmp_path, EXTRACT + rows), tmp_path / "out"
    out.mkdir()
    said = (
        "Puskesmas Sari Juli 2024 sampai\nPuskesmas Sari tidak\nMerpati 3 Putih\nKlinik Indah Mei 2024, Indah Mei 2024"
    )
    (out / "a.txt").write_text(said, encoding="utf-8")
    facilities = ["PUSKESMAS SARI", "KLINIK INDAH"]
    check_reports(out, workspace, "contoh", facilities)
    for name in names:
        (out / "b.txt").write_text(f"oleh {name}", encoding="utf-8")
        with pytest.raises(PrivacyError, match=NAME):
            check_reports(out, workspace, "contoh", facilities)


def test_what_is_stored_is_looked_through_too(tmp_path: Path) -> None:
    (tmp_path / "ledger.parquet").write_bytes(parquet("bersih"))
    check_stored(tmp_path)
    (tmp_path / "ledger.parquet").write_bytes(parquet(f"baris {CARD}"))
    with pytest.raises(PrivacyError, match=r"ledger\.parquet: 1 nomor kartu BPJS"):
        check_stored(tmp_path)


def test_a_checksum_with_many_digits_in_a_row_may_be_stored(tmp_path: Path) -> None:
    (tmp_path / "files.json").write_text(json.dumps({"sha256": f"ab{CARD}cd" * 4}), encoding="utf-8")
    check_stored(tmp_path, Names(["ratnadewi kusumawati"]))


@pytest.mark.slow
def test_a_run_that_would_publish_a_person_stops_and_leaves_earlier_reports_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_district.write(tmp_path)
    workspace, request = Workspace(tmp_path), Request(small_district.SLUG, renderer="pandoc")
    first = make_report(workspace, request)
    before = {p: p.read_bytes() for p in sorted(workspace.reports.rglob("*")) if p.is_file()}
    made = stages.document_info

    def leaking(*args: object) -> object:
        info = made(*args)  # type: ignore[arg-type]
        return type(info)(**{**vars(info), "subtitle": f"untuk peserta {CARD}"})

    monkeypatch.setattr(stages, "document_info", leaking)
    with pytest.raises(PrivacyError) as caught:
        make_report(workspace, replace(request, again=True))
    assert "report.html" in str(caught.value)
    assert "report.pdf" in str(caught.value)
    assert CARD not in str(caught.value)
    assert {p: p.read_bytes() for p in sorted(workspace.reports.rglob("*")) if p.is_file()} == before
    assert first.path.is_dir()


def test_a_checksum_with_many_digits_in_a_row_is_nobody(tmp_path: Path) -> None:
    """Of the digits of a SHA-256 thirteen in a row are common; they are no name."""
    (tmp_path / "files.json").write_text('{"sha256": "a1234567890123456789b"}')
    check_stored(tmp_path, Names())
