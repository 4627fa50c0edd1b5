"""Damaged bytes of every format that is read: each gives sheets or a finding, in bounded time and memory."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from workbook_files import ods, xls, xls_record, xlsb, xlsb_record, zipped

from analysis.findings import load_kinds
from analysis.workspace import PROJECT

CASES = int(os.environ.get("KBK_FUZZ_CASES", "400"))
SEED = int(os.environ.get("KBK_FUZZ_SEED", "20240301"))
SECONDS = 60
"""After which a case counts as hanging; the usual one takes some thousandths."""
MEGABYTES = 1_000
HEAD = ["Kode PPK", "NAMA FKTP", "JUMLAH KONTAK", "PESERTA TERDAFTAR", "Bulan Kapitasi"]
ROWS = [HEAD, *[[f"0114A{n:03}", f"PUSKESMAS “{n}”", f"{n}.234", str(12_000 + n), "Maret 2024"] for n in range(20)]]


def written_xlsx() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name in ("Maret 24", "Lama"):
            sheet = book.add_worksheet(name)
            sheet.merge_range("A1:E1", "Capaian KBK")
            for number, row in enumerate(ROWS, start=1):
                sheet.write_row(number, 0, row)
            sheet.write_formula(30, 2, "=1/0", None, "#DIV/0!")
        sheet.hide()
    return buffer.getvalue()


def written_openpyxl() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.worksheets[0]["C9"] = "=SUM(C1:C3)"
    book.save(buffer)
    return buffer.getvalue()


def page() -> str:
    cells = "".join("<tr>" + "".join(f"<td x:num='1' style=\"a:b\">{cell}</td>" for cell in row) + "\n" for row in ROWS)
    return f"<html><head><style>td{{}}</style></head><body><h3>Maret 2024</h3><table border=1 rowspan=2>{cells}</table></html>"


def xml_2003() -> str:
    cells = "".join(
        "<Row>" + "".join(f'<Cell ss:MergeAcross="0"><Data ss:Type="String">{c}</Data></Cell>' for c in row) + "</Row>"
        for row in ROWS
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="Mei"><Table>{cells}</Table>'
        "</Worksheet></Workbook>"
    )


def samples() -> dict[str, bytes]:
    """Sound files by name."""
    text = "\r\n".join(";".join(row) for row in ROWS)
    mhtml = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n'
        f"{page()}\r\n--b--\r\n"
    )
    numbers = [(row, column, float(row * column)) for row in range(30) for column in range(5)]
    errors = xls_record(0x0205, struct.pack("<HHHBB", 1, 0, 0, 7, 1))
    table = "".join(
        '<table:table-row table:number-rows-repeated="1">'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}<text:s text:c="2"/></text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    return {
        "a.xlsx": written_xlsx(), "b.xlsm": written_openpyxl(), "c.xls": xls(numbers, (0, 30, 0, 5), more=errors),
        "d.xlsb": xlsb(numbers, more=xlsb_record(176, struct.pack("<4I", 0, 1, 0, 0))), "e.ods": ods(table),
        "f.csv": text.encode(), "g.xls": text.replace(";", "\t").encode("utf-16"), "h.xls": page().encode(),
        "i.mht": mhtml.encode(), "j.xml": xml_2003().encode(), "k.txt": f'sep=,\n"{text}'.replace(";", ",").encode("cp1252"),
        "l.zip": zipped({"2024/kbk mar 24.csv": text, "dalam.zip": zipped({"a.csv": text}), "h.html": page()}),
    }  # fmt: skip


PIECES = [
    b"<", b"<table>", b"<td rowspan=99999 colspan=999>", b"<!--", b"<script>", b"&", b"]]>", b"<!DOCTYPE x [", b'"', b"'", b";", b"\t",
    b"\0", b"\xff", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"PK\x03\x04", b"PK\x01\x02", b"\r", b"--b\r\n",
    b'ss:Index="1048576"', b'table:number-rows-repeated="1048576"', b'r="XFD1048576"', b"99999999999", b"-1", b"1e999", b"\xef\xbb\xbf",
]  # fmt: skip


def damaged(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Bytes with one to eight of: changed bits, cuts, splices, repetitions, foreign pieces."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed) + 1)
        end = min(len(changed), place + chance.choice([1, 2, 4, 16, 200, 5000]))
        kind = chance.randrange(7)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del changed[place:end]
        elif kind == 2:
            start = chance.randrange(len(other) + 1)
            changed[place:place] = other[start : start + chance.choice([4, 64, 4096])]
        elif kind == 3:
            changed[place:end] = changed[place:end] * chance.choice([2, 10, 300])
        elif kind == 4:
            changed[place:place] = chance.choice(PIECES) * chance.choice([1, 1, 1, 3, 5000])
        elif kind == 5:
            piece = chance.choice(PIECES)
            changed[place : place + len(piece)] = piece
        elif chance.random() < 0.3:
            del changed[place:]
    return bytes(changed[:3_000_000])


def damaged_inside(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A zip in which one part is damaged and packed again, so that its checksum is right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    name = chance.choice(sorted(parts))
    return zipped({**parts, name: damaged(parts[name], other, chance)})


def cases() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(SEED)  # noqa: S311
    sound = samples()
    names = sorted(sound)
    for number in range(CASES):
        name, other = names[number % len(names)], chance.choice(names)
        damage = damaged_inside if sound[name].startswith(b"PK") and chance.random() < 0.7 else damaged
        ending = chance.choice([name, name, name, other]).rpartition(".")[2]
        yield f"kbk.{ending}", damage(sound[name], sound[other], chance)


class Worker:
    """A process that opens files; a case that hangs ends it."""

    def __init__(self) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fuzz_worker.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
            env={**os.environ, "PYTHONPATH": str(PROJECT / "src")},
        )  # fmt: skip

    def complaints(self) -> str:
        """What was written to the terminal besides."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")

    def opened(self, name: str, content: bytes) -> dict[str, object]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(struct.pack("<II", len(name), len(content)) + name.encode() + content)
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        finally:
            timer.cancel()
        return json.loads(line) if line else {"error": "no answer: it hangs or the process died"}

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self._said.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    one = Worker()
    yield one
    one.close()


@pytest.mark.parametrize("name", sorted(samples()))
def test_the_files_that_are_damaged_are_sound_before(name: str, worker: Worker) -> None:
    said = worker.opened(name, samples()[name])
    assert said["sheets"]
    assert set(said["kinds"]) <= {"sheet_hidden", "quotes_unpaired"}  # type: ignore[call-overload]


@pytest.mark.slow
def test_damaged_bytes_of_every_format_give_sheets_or_a_finding(worker: Worker, tmp_path: Path) -> None:
    known = set(load_kinds(PROJECT / "data" / "reference"))
    for number, (name, content) in enumerate(cases()):
        said = worker.opened(name, content)
        if said.get("error") or said["silent"] or said["memory"] > MEGABYTES or not set(said["kinds"]) <= known:  # type: ignore[operator, call-overload]
            (tmp_path / name).write_bytes(content)
            pytest.fail(f"case {number} of seed {SEED}, kept as {tmp_path / name}: {said}")
    assert worker.complaints() == ""
