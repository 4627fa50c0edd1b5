"""Messages of P-Care (registrations, visits, participants, diagnoses), and rows of an extract in JSON, as tables.

Shapes: one message, a list of messages, one message a line, each alone or in a reply ({response, metaData}, {data}).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.extract_engine import LARGEST_LOSS
from analysis.extract_text import cell_text
from analysis.ledger import Finding
from analysis.sources import SourceFile

LARGEST_MESSAGES = 400_000_000
"""Bytes of a file of messages that is still opened."""
_HEADINGS = {
    "card": "noKartu", "home": "kdProviderPeserta", "birth": "tglLahir", "prolanis_kind": "pstProl",
    "visit": "noKunjungan", "day": "tgl_kunjungan", "out_day": "tglpulang", "kind": "kdtkp",
    "status": "kdstatuspulang", "doctor": "kdDokter", "diagnosis": "kdDiag1", "tacc": "kdtacc", "reason": "alasantacc",
    "clinic": "kdSubSpesialis1", "destination": "kdppkrujukan", "systolic": "sistole", "diastolic": "diastole",
}  # fmt: skip
"""Role → the heading under which the messages are handed on."""
_UNREADABLE = "?"
_LISTS = ("list", "data")
"""Under which keys replies hold their messages."""
_CONTRADICTORY = "?"
"""What stands for two answers that contradict each other."""
_MONTH = len("2024-03")
_DATE = re.compile(r"(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{4})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ]\d{2}:\d{2}\S*)?")


@dataclass
class Messages:
    """Collects messages of several files; participants told in one file hold for visits of another.

    is_row: tells by its headings whether a message is a row of an extract. flags: normalised diagnosis → P-Care's own
    mark nonSpesialis.
    """

    is_row: Callable[[Sequence[str]], bool]
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sources: dict[str, SourceFile] = field(default_factory=dict)
    extracts: dict[str, list[list[str]]] = field(default_factory=dict)
    persons: dict[str, dict[str, str]] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _pages: Counter[int] = field(default_factory=Counter)

    def read(self, name: str, content: bytes) -> SourceFile:
        """Read one file and return its provenance, with the number of visits and registrations in it."""
        source = SourceFile(name, hashlib.sha256(content).hexdigest(), len(content))
        try:
            messages, broken = _messages(content.decode(json.detect_encoding(content)), self._pages)
        except _KeyTwiceError:
            self._refuse(name, "satu pesan memuat kunci yang sama dua kali dengan isi berbeda; minta kiriman ulang")
            return source
        except (UnicodeDecodeError, ValueError, RecursionError):
            self._refuse(name, "bukan JSON yang utuh; minta kiriman ulang")
            return source
        found: list[dict[str, str]] = []
        others = [message for message in messages if not self._take(message, found)]
        extract = self._rows(others)
        if why := _unreliable(messages, found, extract, broken):
            self._refuse(name, why)
            return source
        other = len(others) - len(extract)
        if broken:
            read = f"{broken} baris"
            self.findings.append(Finding("extract_rows_broken", name, read=read, done="baris itu tidak dibaca"))
        if not found and not extract and not self.flags and not self.persons:
            self.findings.append(Finding("file_not_data", name, done="berkas tidak dibaca"))
        elif other:
            self.findings.append(Finding("messages_other", name, read=f"{other} pesan", done="pesan itu tidak dibaca"))
        if found:
            source = replace(source, layout="pcare", rows=len(found))
            self.rows[name] = found
        if extract:
            source = replace(source, rows=len(extract))
            self.extracts[name] = _table(extract)
        self.sources[name] = source
        return source

    def _refuse(self, name: str, why: str) -> None:
        self.findings.append(Finding("file_unreadable", name, read=why, done="berkas tidak dipakai"))

    def _rows(self, messages: Iterable[Any]) -> list[dict[str, Any]]:
        """Those of the messages that are rows of an extract: by their own keys, or by those of the others."""
        objects = _flat([message for message in messages if isinstance(message, dict)])
        headings = {key for message in objects if self.is_row(list(message)) for key in message}
        return [message for message in objects if message and headings.issuperset(message)]

    def _take(self, message: Any, found: list[dict[str, str]]) -> bool:
        """Sort a message by its shape; False for one of no use."""
        if not isinstance(message, dict):
            return False
        if "kdDiag" in message and "nonSpesialis" in message and "noKartu" not in message:
            if isinstance(message["nonSpesialis"], bool):
                self.flags[plain_code(cell_text(message["kdDiag"]))] = message["nonSpesialis"]
            return True
        card = cell_text(message.get("noKartu"))
        provider = message.get("kdProviderPst")
        # P-Care tells the facility of a participant as an object; a code there is a cell of an export.
        if "kdProviderPst" in message and "tglDaftar" not in message and not isinstance(provider, str):
            home = cell_text(provider.get("kdProvider")) if isinstance(provider, dict) else ""
            person = {
                "home": home,
                "birth": _day(message.get("tglLahir")),
                "prolanis_kind": cell_text(message.get("pstProl")),
            }
            if card:
                known = self.persons.setdefault(_key(card), {})
                for role, value in person.items():
                    _learn(known, role, value)
            return True
        if "tglDaftar" in message and ("kdStatusPulang" in message or "kdProviderPeserta" in message):
            found.append(_visit(message, card))
            return True
        return False

    def tables(self) -> Iterator[tuple[str, list[list[str]]]]:
        """Give each file with visits as rows of text, headings first; columns that no message fills are left out."""
        yield from self.extracts.items()
        for said, came in self._pages.items():
            if came < said:
                read, done = f"{came} dari {said} pesan", "yang ada tetap dibaca"
                self.findings.append(Finding("messages_page", read=read, done=done))
        homes = self._homes()
        for name, rows in self.rows.items():
            full = [{**self._person(row, homes), **{k: v for k, v in row.items() if v}} for row in rows]
            used = [role for role in _HEADINGS if any(role in row for row in full)]
            yield name, [[_HEADINGS[role] for role in used], *([row.get(role, "") for role in used] for row in full)]

    def _homes(self) -> dict[tuple[str, str], str]:
        """Where the messages say that participants are registered, by card and day, month, and at all."""
        homes: dict[tuple[str, str], str] = {}
        for row in (row for rows in self.rows.values() for row in rows if row["card"]):
            for time in _times(row):
                _learn(homes, (_key(row["card"]), time), row["home"])
        return homes

    def _person(self, row: dict[str, str], homes: dict[tuple[str, str], str]) -> dict[str, str]:
        """What other messages tell of the participant of a visit: who moved was registered where that time says."""
        card = _key(row["card"])
        told = next((home for time in _times(row) if (home := homes.get((card, time)))), None)
        person = {**self.persons.get(card, {}), **({"home": told} if told else {})}
        return {role: value for role, value in person.items() if value != _CONTRADICTORY}


def _times(row: dict[str, str]) -> tuple[str, str, str]:
    """The day and the month of a visit, and any time."""
    return row["day"], row["day"][:_MONTH], ""


def _learn(known: dict[Any, str], key: Any, value: str) -> None:
    """Keep an answer; two that contradict each other are none."""
    if value:
        known[key] = value if known.get(key, value) == value else _CONTRADICTORY


def plain_code(code: str) -> str:
    """Return an ICD-10 code as it is compared: capitals and digits only ('a18.4' is 'A184')."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


class _KeyTwiceError(Exception):
    """A message says two things under one key."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs) and any(found[key] != value for key, value in pairs):
        raise _KeyTwiceError
    return found


def _float(text: str) -> float | str:
    """A number; what is written as a power of ten has lost digits, and stays as it stands."""
    return text if "e" in text.lower() else float(text)


def _loaded(text: str) -> Any:
    """JSON, in which NaN is nothing."""
    return json.loads(
        text, object_pairs_hook=_object, parse_float=_float, parse_constant=lambda word: None if word == "NaN" else word
    )


def _unreliable(messages: Sequence[Any], visits: Sequence[Any], rows: Sequence[dict[str, Any]], broken: int) -> str:
    """Say why nothing of a file is counted; empty when it can be."""
    if broken > LARGEST_LOSS * (len(messages) + broken):
        return f"{broken} baris bukan JSON yang utuh, dari {len(messages) + broken} baris; minta kiriman ulang"
    if visits and rows:
        return "pesan P-Care dan baris ekspor bercampur dalam satu berkas; pisahkan menjadi dua berkas"
    nested = sorted({key for row in rows for key, value in row.items() if value and isinstance(value, dict | list)})
    if nested:
        return f"baris ekspor dengan isi bertingkat pada {len(nested)} kunci; minta kolomnya sejajar, atau sebagai CSV"
    return ""


def _key(card: str) -> str:
    """A card number as it is compared: as a number it has lost its leading zeros."""
    return card.lstrip("0")


def _messages(text: str, pages: Counter[int]) -> tuple[list[Any], int]:
    """The single messages of a file, and the lines that are none; pages: see ``_unwrapped``."""
    text = text.removeprefix("\ufeff")
    try:
        return list(_unwrapped(_loaded(text), pages)), 0
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
    found, broken = [], 0
    for line in lines:
        try:
            found += list(_unwrapped(_loaded(line), pages))
        except json.JSONDecodeError:
            broken += 1
    if not found:
        raise ValueError("no message")
    return found, broken


def _unwrapped(content: Any, pages: Counter[int]) -> Iterator[Any]:
    """The messages in a reply or list. pages: gains how many came in replies that say a greater number, by that."""
    if isinstance(content, list):
        for entry in content:
            yield from _unwrapped(entry, pages)
    elif isinstance(content, dict) and "response" in content:
        yield from _unwrapped(content["response"], pages)
    elif isinstance(content, dict) and (key := _list_in(content)):
        entries, said = content[key], content.get("count")
        about_persons = not any(isinstance(entry, dict) and "kdDiag" in entry for entry in entries)
        if isinstance(said, int) and said > len(entries) and about_persons:
            pages[said] += len(entries)
        yield from _unwrapped(entries, pages)
    else:
        yield content


def _list_in(content: dict[str, Any]) -> str:
    """Under which key an object holds its messages: a usual one, or its only one, as which programs write a query."""
    if key := next((key for key in _LISTS if isinstance(content.get(key), list)), ""):
        return key
    (only, value), *others = content.items() or [("", None)]
    return only if not others and isinstance(value, list) and all(isinstance(one, dict) for one in value) else ""


def _flat(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages with the keys of the objects in them as their own; one that stands in several is told by theirs too."""
    leaves = [list(_leaves(message)) for message in messages]
    where: dict[str, set[str]] = {}
    for parent, key, _ in (leaf for message in leaves for leaf in message):
        where.setdefault(key, set()).add(parent)
    return [
        {key if len(where[key]) == 1 else f"{parent} {key}".strip(): value for parent, key, value in message}
        for message in leaves
    ]


def _leaves(message: dict[str, Any], parent: str = "") -> Iterator[tuple[str, str, Any]]:
    """What a message holds in itself and in its objects: key of the object, key, value."""
    for key, value in message.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, key)
        else:
            yield parent, key, value


def _table(rows: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Objects as rows of text, headings first; not every program repeats the keys that hold nothing."""
    rows = list(rows)
    headings = list(dict.fromkeys(key for row in rows for key in row))
    return [headings, *([_cell(row.get(heading)) for heading in headings] for row in rows)]


def _cell(value: object) -> str:
    """A value as text; a list or an object is an empty one here, see ``_unreliable``."""
    return "" if isinstance(value, dict | list) else cell_text(value)


def _visit(message: dict[str, Any], card: str) -> dict[str, str]:
    referral = message.get("rujukLanjut")
    referral = referral if isinstance(referral, dict) else {}
    special = [entry for key in ("subSpesialis", "khusus") if isinstance(entry := referral.get(key), dict)]
    clinics = (cell_text(entry.get(key)) for entry in special for key in ("kdSubSpesialis1", "kdKhusus"))
    texts = {
        "home": "kdProviderPeserta", "visit": "noKunjungan", "kind": "kdTkp", "status": "kdStatusPulang",
        "doctor": "kdDokter", "diagnosis": "kdDiag1", "tacc": "kdTacc", "reason": "alasanTacc",
        "systolic": "sistole", "diastolic": "diastole",
    }  # fmt: skip
    return {
        **{role: cell_text(message.get(key)) for role, key in texts.items()},
        "card": card,
        "day": _day(message.get("tglDaftar")),
        "out_day": _day(message.get("tglPulang")),
        "clinic": next((clinic for clinic in clinics if clinic), ""),
        "destination": cell_text(referral.get("kdppk")),
    }


def _day(value: object) -> str:
    """A date of P-Care (day-month-year), or year-month-day, as the latter; a question mark for what is none."""
    text = cell_text(value)
    if not text:
        return ""
    found = _DATE.fullmatch(text) or _ISO.fullmatch(text)
    try:
        return dt.date(*(int(found[part]) for part in ("year", "month", "day"))).isoformat() if found else _UNREADABLE
    except ValueError:
        return _UNREADABLE
