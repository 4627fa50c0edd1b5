"""Names that fit no code: what is proposed, what a person answers, and that nothing is used before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from real_headings import WORKBOOK as HEADINGS
from rich.console import Console
from test_names import reference

from analysis import cli, name_review
from analysis.clean import clean_district
from analysis.district import District
from analysis.errors import ParameterError
from analysis.name_proposals import Proposal, nearest_spelling, proposals
from analysis.reference import load_record
from analysis.workspace import Workspace

SLUG = "contoh"
A, B, C = "01140201", "0114A002", "0114U003"
NAMES = {A: "PUSKESMAS TAMBAK I", B: "PUSKESMAS BALAI KARANGAN", C: "KLINIK MELATI"}
COUNTS = {
    "JUMLAH KONTAK": 140, "PESERTA TERDAFTAR": 1000, "Kasus Non Spesialistik": 2, "Jumlah Rujukan": 160,
    "Prolanis DM Terkendali": 15, "Peserta Diangnosa DM": 200, "Prolanis HT Terkendali": 18,
    "Peserta Diangnosa HT": 300, "KAB/KOTA": "KAB. CONTOH",
}  # fmt: skip


class Place:
    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.folder = self.workspace.raw_of(SLUG)
        self.folder.mkdir(parents=True)
        self.settings = self.folder / "district.yml"
        self.settings.write_text("# catatan\nname: Kabupaten Contoh\nlevel: kabupaten\n", encoding="utf-8")

    def book(self, *strangers: str | tuple[str, str], known: bool = True) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "Lembar"
        sheet.append(HEADINGS)
        rows = list(NAMES.items()) if known else []
        rows += [("", s) if isinstance(s, str) else s for s in strangers]
        for code, name in rows:
            cells: dict[str, Any] = {**COUNTS, "Bulan Kapitasi": "2024-01", "Kode PPK": code, "NAMA FKTP": name}
            sheet.append([cells.get(heading) for heading in HEADINGS])
        book.save(self.folder / "kbk.xlsx")

    def review(self) -> name_review.Review:
        return name_review.review(self.workspace, SLUG, lambda text: None)

    def run(self, *words: str) -> int:
        return cli.run(["names", SLUG, "--root", str(self.workspace.root), *words])

    def mapped(self) -> dict[str, str]:
        return {name: entries[0].code for name, entries in load_record(self.settings, District).names.items()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def shown(renderables: list[Any]) -> str:
    console = Console(width=200, file=None, record=True, quiet=False)
    with console.capture() as capture:
        for one in renderables:
            console.print(one)
    return capture.get()


def spellings(names: dict[str, str]) -> dict[str, dict[str, str]]:
    return {code: {name: "facilities.csv"} for code, name in names.items()}


# Proposals


@pytest.mark.parametrize(
    ("name", "first", "caution"),
    [
        ("PKM BALAI KARANGN", B, ""),
        ("Pusk. Karangan", B, ""),
        ("PUSKESMAS TAMBAK", A, "hanya salah satunya bernomor"),
        ("PUSKESMAS TAMBAK II", A, "nomornya berbeda"),
        ("PUSKESMAS MELATI", C, "jenis fasilitasnya berbeda"),
    ],
)
def test_the_nearest_facility_comes_first_with_what_speaks_against_it(name: str, first: str, caution: str) -> None:
    found = proposals(name, (), spellings(NAMES))
    assert found[0].code == first
    assert found[0].cautions == ((caution,) if caution else ())
    assert found[0].score < 100


def test_what_resembles_nothing_is_not_proposed_and_alike_ones_are_told() -> None:
    assert proposals("POLINDES XYZ", (), spellings(NAMES)) == []
    twins = proposals("TAMBAK", (), spellings({A: "TAMBAK I", B: "TAMBAK II"}))
    assert [p.code for p in twins] == [A, B]
    assert all("sama miripnya dengan calon lain" in p.cautions for p in twins)


def test_a_code_with_one_other_character_is_proposed_first() -> None:
    found = proposals("PUSKESMAS QQ 1", ("O1140201",), spellings(NAMES))
    assert found == [
        Proposal(A, NAMES[A], "facilities.csv", found[0].score, ("kode di berkas (O1140201) mirip kode ini",))
    ]


def test_the_ministry_only_helps_with_the_spelling() -> None:
    assert nearest_spelling("PKM Balai Krangan", ["PUSKESMAS BALAI KARANGAN", "PUSKESMAS BONTI"]) == NAMES[B]
    assert nearest_spelling("POLINDES", ["PUSKESMAS BONTI"]) == nearest_spelling("X", []) == ""


def _slip(text: str, chance: random.Random) -> str:
    """A name with one slip of the keyboard: a letter lost, doubled, wrong, or two swapped."""
    if len(text) < 3:
        return text
    at = chance.randrange(1, len(text) - 1)
    return chance.choice([
        text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:],
        text[:at] + chance.choice("AIUEONGR") + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ])  # fmt: skip


DIRT: dict[str, tuple[Callable[[str, random.Random], str], float]] = {
    "satu salah ketik": (_slip, 0.98),
    "dua salah ketik": (lambda name, chance: _slip(_slip(name, chance), chance), 0.97),
    "tanpa spasi, satu salah ketik": (lambda name, chance: _slip(name.replace(" ", "").replace("-", ""), chance), 0.95),
    "tanpa huruf hidup": (
        lambda name, _: " ".join(w[0] + "".join(c for c in w[1:] if c not in "AIUEO") if len(w) > 3 else w for w in name.split()),
        0.96,
    ),
    "kata terbalik": (lambda name, _: " ".join(reversed(name.split())), 1.0),
    "ejaan lama": (lambda name, _: name.replace("U", "OE").replace("J", "DJ").replace("Y", "J"), 0.96),
    "terpotong pada 12 huruf": (lambda name, _: name[:12], 0.95),
}  # fmt: skip


@pytest.mark.parametrize("kind", DIRT)
def test_the_first_proposal_for_a_dirty_spelling_is_the_facility_meant(kind: str) -> None:
    dirty, least = DIRT[kind]
    chance = random.Random(kind)  # noqa: S311 - slips of the pen, no secrets
    right = total = 0
    for names in reference().values():
        known = spellings({str(number): name for number, name in enumerate(names)})
        for number, name in enumerate(names):
            found = proposals(dirty(name.removeprefix("PUSKESMAS "), chance), (), known)
            alone = len(found) == 1 or (len(found) > 1 and found[1].score < found[0].score)
            right += alone and found[0].code == str(number)
            total += 1
    assert total == 446
    assert right / total >= least


# The command


def test_nothing_is_used_or_written_without_an_answer(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.book("PKM BALAI KARANGN", "PKM BALAI KARANGN", "POLINDES XYZ")
    before = place.settings.read_bytes()
    assert place.run() == 0
    output = capsys.readouterr().out
    assert "kbk.xlsx, lembar “Lembar”: 2 baris" in output
    assert f'kbk names {SLUG} --accept "PKM BALAI KARANGN={B}"' in output
    assert f'kbk names {SLUG} --accept "POLINDES XYZ=KODE-PPK"' in output
    assert "tidak ada calon yang mirip" in output
    assert place.settings.read_bytes() == before
    assert len(clean_district(place.workspace, SLUG).table) == len(NAMES)


def test_accepted_names_are_written_and_then_known(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.book("PKM BALAI=KARANGN", "Melati 2")
    pair = f"pkm  balai=karangn = {B.lower()}"
    assert place.run("--accept", pair, "--dry-run") == 0
    assert place.mapped() == {}
    assert "belum ditulis" in capsys.readouterr().out
    assert place.run("--accept", pair, "--accept", "Melati 2=0114U009") == 0
    assert "Kode yang belum tertulis di berkas mana pun: 0114U009" in capsys.readouterr().out
    assert place.mapped() == {"PKM BALAI=KARANGN": B, "Melati 2": "0114U009"}
    assert place.settings.read_text(encoding="utf-8").startswith("# catatan\n")
    assert place.run() == 0
    assert "Semua nama dikenali." in capsys.readouterr().out
    assert set(clean_district(place.workspace, SLUG).table["facility_code"]) == {*NAMES, "0114U009"}


def test_wrong_answers_are_all_told_and_nothing_is_written(place: Place) -> None:
    place.book("PKM BALAI KARANGN", "Melati 2")
    pairs = ["PKM BALAI KARANGN", f"Melatu 2={C}", "Melati 2=1140201", "Melati 2=?", f"={A}", f"PKM Balai Karangn={A}", f"PKM BALAI KARANGN={B}"]  # fmt: skip
    with pytest.raises(ParameterError) as caught:
        name_review.accepted(place.review(), pairs)
    told = caught.value.problems
    assert [("tulis NAMA=KODE" in p, "bukan nama yang belum" in p, "Kode PPK yang lengkap" in p, "dua kode" in p) for p in told] == [
        (True, False, False, False), (False, True, False, False), (False, False, True, False), (False, False, True, False),
        (True, False, False, False), (False, False, False, True),
    ]  # fmt: skip
    assert "Maksud Anda “Melati 2”?" in told[1]
    assert place.run(*(word for pair in pairs for word in ("--accept", pair))) == 2
    assert place.mapped() == {}


def answers(*texts: str) -> tuple[Callable[[str], str], list[str]]:
    given: Iterator[str] = iter(texts)
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    return ask, questions


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (["1", "l", "1"], {"Balai Krangan": B, "Tambak 3": A}),
        (["l", f" {C.lower()} ", "s"], {"Melati Dua": C}),
        (["", "s"], {}),
        (["1"], {"Balai Krangan": B}),
        (["9", "apa", "1140201", "1", "s"], {"Balai Krangan": B}),
        (["0114U099", "0114U099", "s"], {"Balai Krangan": "0114U099"}),
        (["0114U099", "0114U098", "1", "s"], {"Balai Krangan": B}),
    ],
)
def test_a_person_chooses_a_number_a_code_or_nothing(place: Place, given: list[str], chosen: dict[str, str]) -> None:
    place.book("Balai Krangan", "Melati Dua", "Tambak 3")
    ask, _ = answers(*given)
    assert name_review.asked(place.review(), lambda renderable: None, ask) == chosen


def test_names_are_text_in_every_output(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    name = "[red]PKM[/red] 'X' $(rm) \"Y\" <b>"
    place.book(name)
    assert place.run() == 0
    output = capsys.readouterr().out
    assert name in output
    assert "--accept '[red]PKM[/red] '\"'\"'X'\"'\"' $(rm) \"Y\" <b>=KODE-PPK'" in output
    assert place.run("--accept", f"{name}={A}") == 0
    assert place.mapped() == {name: A}


def test_the_command_works_where_no_name_at_all_is_known(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.book("PKM SATU", known=False)
    assert place.run("--accept", "PKM SATU=0114A009") == 0
    assert place.mapped() == {"PKM SATU": "0114A009"}


def test_without_unknown_names_there_is_nothing_to_do(place: Place) -> None:
    place.book()
    assert shown(name_review.listing(place.review())).strip() == "Semua nama dikenali."
