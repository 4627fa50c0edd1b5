"""The review of names that fit no code: what to show, what a person may answer, and the file that keeps the answers."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from analysis import formats as fmt
from analysis.clean import read_district
from analysis.demonstration import ensure_data
from analysis.district import load_district
from analysis.errors import ParameterError, nearest
from analysis.identity import Unknown, identify
from analysis.name_proposals import Proposal, nearest_spelling, proposals
from analysis.new_district import PUSKESMAS_FILE
from analysis.plain_words import words
from analysis.settings_writer import add_names
from analysis.values import read_code
from analysis.workspace import SETTINGS_FILE, Workspace

SKIP, STOP = "l", "s"
"""Answers that leave one name, or all that follow, undecided."""


@dataclass(frozen=True)
class Open:
    """A name that fits no code.

    proposals: the facilities that it may mean, the likeliest first. official: spelling in the ministry's list that
    comes nearest; empty where none is near.
    """

    unknown: Unknown
    proposals: list[Proposal]
    official: str

    @property
    def name(self) -> str:
        """The name as it stands in the files."""
        return self.unknown.name


@dataclass(frozen=True)
class Review:
    """All names of a district that fit no code.

    hidden: how many are not shown because they are also names of persons. codes: every code that is known.
    """

    slug: str
    settings: Path
    names: list[Open]
    hidden: int
    codes: frozenset[str]


def review(workspace: Workspace, slug: str, progress: Callable[[str], None], *, today: dt.date | None = None) -> Review:
    """Read a district's files and return the names that fit no code; raises UserError when they cannot be read.

    today: as in ``clean.clean_district``.
    """
    ensure_data(workspace, slug)
    path = workspace.raw_of(slug) / SETTINGS_FILE
    if load_district(workspace, slug).kind != "kbk":
        return Review(slug, path, [], 0, frozenset())
    read = read_district(workspace, slug, progress, today=today)
    identified = identify(read.rows, read.district, read.facilities)
    people = read.people(identified)
    shown = [unknown for unknown in identified.unknown if people.hidden(unknown.name) == unknown.name]
    official = _official(workspace.reference, read.district.codes.kemendagri)
    spellings = identified.spellings
    names = [
        Open(one, proposals(one.name, one.codes, spellings), nearest_spelling(one.name, official)) for one in shown
    ]
    return Review(slug, path, names, len(identified.unknown) - len(shown), frozenset(spellings))


def _official(reference: Path, district: str) -> list[str]:
    """Return the names of the ministry's list in a district; its codes are no Kode PPK and are left alone."""
    with (reference / PUSKESMAS_FILE).open(encoding="utf-8", newline="") as file:
        return [row["nama_puskesmas"] for row in csv.DictReader(file) if row["kode_kabkota"] == district]


# What is shown; every name is text, never markup


def listing(found: Review) -> list[RenderableType]:
    """Return all names with their proposals, and the commands that accept the first one of each."""
    if not found.names:
        return [Text("Semua nama dikenali." if not found.hidden else "Tidak ada nama lain."), *_hidden(found)]
    parts: list[RenderableType] = [
        described(one, number, len(found.names)) for number, one in enumerate(found.names, 1)
    ]
    parts.append(Text("Usulan tidak pernah dipakai sendiri. Untuk menerimanya, satu --accept tiap nama:"))
    parts += [Text(f"  {command(found.slug, one)}") for one in found.names]
    return [*parts, *_hidden(found)]


def _hidden(found: Review) -> list[RenderableType]:
    if not found.hidden:
        return []
    reason = f"{found.hidden} nama tidak ditampilkan karena sama dengan nama orang dalam berkas"
    return [Text(f"{reason}; petakan sendiri di {SETTINGS_FILE}.")]


def described(one: Open, number: int, total: int) -> RenderableType:
    """Return one name, where it was seen, and its proposals as a numbered table."""
    rows = sum(count for *_, count in one.unknown.places)
    title = Text.assemble((f"{number}/{total}  {one.name}", "bold"), f"  ({fmt.number(rows)} baris)")
    lines = [title, *(Text(f"  {_place(*place)}") for place in one.unknown.places)]
    if one.unknown.codes:
        lines.append(Text(f"  kode di berkas: {', '.join(one.unknown.codes)}"))
    if one.official:
        lines.append(Text(f"  ejaan Kementerian Kesehatan yang terdekat: {one.official}"))
    if not one.proposals:
        return Group(*lines, Text("  tidak ada calon yang mirip"), Text(""))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "Kode PPK", "Nama", "Mirip", "Dikenal dari", "Perhatikan"):
        table.add_column(heading, justify="right" if heading in ("", "Mirip") else "left", overflow="fold")
    for index, proposal in enumerate(one.proposals, 1):
        score = fmt.number(round(proposal.score)) if proposal.name else fmt.MISSING
        cells = (f"  {index}", proposal.code, proposal.name or fmt.MISSING, score, proposal.known or fmt.MISSING)
        table.add_row(*(Text(cell) for cell in cells), Text("; ".join(proposal.cautions)))
    return Group(*lines, table, Text(""))


def _place(file: str, sheet: str, count: int) -> str:
    return f"{file}{f', lembar “{sheet}”' if sheet else ''}: {fmt.number(count)} baris"


def command(slug: str, one: Open) -> str:
    """Return the command that accepts the first proposal for a name, to be copied."""
    code = one.proposals[0].code if one.proposals else "KODE-PPK"
    pair = f"{one.name}={code}"
    plain = not set(pair) & set('"`$\\!%')
    return f"kbk names {slug} --accept {f'{chr(34)}{pair}{chr(34)}' if plain else shlex.quote(pair)}"


# What a person answers


def accepted(found: Review, pairs: Sequence[str]) -> dict[str, str]:
    """Return name → code of answers 'NAME=CODE'.

    Raises ParameterError with every one that is no such pair, names no open name, or contradicts another.
    """
    known = {words(one.name): one.name for one in found.names}
    chosen: dict[str, str] = {}
    problems = []
    for pair in pairs:
        text, equals, written = pair.rpartition("=")
        code = read_code(written).value
        name = known.get(words(text), "")
        if not equals or not text.strip():
            problems.append(f'“{pair}”: tulis NAMA=KODE, misalnya "PKM ENTIKONG=01140201"')
        elif not name:
            near = nearest(text, list(known.values()))
            problems.append(f"“{text}” bukan nama yang belum dikenali.{near}")
        elif not code or _short(code):
            problems.append(f"“{written}” bukan Kode PPK yang lengkap; kode terdiri atas 8 huruf dan angka")
        elif chosen.setdefault(name, code) != code:
            problems.append(f"“{name}” diberi dua kode: {chosen[name]} dan {code}")
    if problems:
        raise ParameterError("Pilihan --accept tidak dapat dipakai; tidak ada yang disimpan:", problems)
    return chosen


def _short(code: str) -> bool:
    """True for digits that have lost a leading zero."""
    return code.isdigit() and len(code) < 8


def asked(found: Review, show: Callable[[RenderableType], None], ask: Callable[[str], str]) -> dict[str, str]:
    """Ask for each name in turn and return name → code of those that were decided.

    show: prints. ask: prints a question and returns the answer; EOFError ends the questions.
    """
    chosen: dict[str, str] = {}
    for number, one in enumerate(found.names, 1):
        show(described(one, number, len(found.names)))
        code = _answer(found, one, show, ask)
        if code == STOP:
            break
        if code != SKIP:
            chosen[one.name] = code
    return chosen


def _answer(found: Review, one: Open, show: Callable[[RenderableType], None], ask: Callable[[str], str]) -> str:
    last = len(one.proposals)
    numbers = "" if not last else "1, " if last == 1 else f"1–{last}, "
    while True:
        try:
            text = ask(f"Pilih ({numbers}Kode PPK, {SKIP} = lewati, {STOP} = selesai): ").strip()
        except EOFError:
            return STOP
        if text.casefold() in ("", SKIP, STOP):
            return text.casefold() or SKIP
        if text.isdecimal() and 1 <= int(text) <= len(one.proposals):
            return one.proposals[int(text) - 1].code
        code = read_code(text).value
        if not code or len(text) < 3 or _short(code):
            show(Text("Jawaban itu bukan nomor calon dan bukan Kode PPK yang lengkap."))
        elif code in found.codes:
            return code
        else:
            show(Text(f"Kode {code} belum tertulis di berkas mana pun. Tulis sekali lagi bila memang benar."))
            if read_code(ask("Kode PPK: ")).value == code:
                return code


def saved(found: Review, chosen: dict[str, str], dry_run: bool) -> list[RenderableType]:
    """Write the answers into district.yml, unless it is a dry run, and return what to show.

    Raises ConfigurationError or PublishError when the file cannot be written; it is then as before.
    """
    if not chosen:
        return [Text("Tidak ada yang disimpan.")]
    lines = [Text(f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(code)}") for name, code in chosen.items()]
    unknown = [code for code in dict.fromkeys(chosen.values()) if code not in found.codes]
    more = (
        [Text(f"Kode yang belum tertulis di berkas mana pun: {', '.join(unknown)}. Periksa sekali lagi.")]
        if unknown
        else []
    )
    if dry_run:
        return [Text(f"Yang akan ditambahkan pada bagian names di {SETTINGS_FILE} (belum ditulis):"), *lines, *more]
    add_names(found.settings, chosen)
    heading = Text(f"Ditambahkan pada bagian names di {SETTINGS_FILE}:")
    return [heading, *lines, *more, Text(f"Periksa hasilnya: kbk check {found.slug}")]
