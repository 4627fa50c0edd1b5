"""Messages of P-Care (registrations, visits, participants, diagnoses), and rows of an extract in JSON, as tables.

Shapes: one message, a list of messages, one message a line, each alone or in the reply {response, metaData}.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

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

    def read(self, name: str, content: bytes) -> SourceFile:
        """Read one file and return its provenance, with the number of visits and registrations in it."""
        source = SourceFile(name, hashlib.sha256(content).hexdigest(), len(content))
        if len(content) > LARGEST_MESSAGES:
            self._refuse(name, "lebih dari 400 MB; bagi menjadi beberapa berkas")
            return source
        try:
            text = content.decode("utf-8-sig")
            messages, broken = _messages(text)
        except (UnicodeDecodeError, ValueError, RecursionError):
            self._refuse(name, "bukan JSON yang utuh; minta kiriman ulang")
            return source
        found: list[dict[str, str]] = []
        others = [message for message in messages if not self._take(message, found)]
        extract = [] if found else [message for message in others if self._is_row(message)]
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

    def _is_row(self, message: Any) -> bool:
        flat = isinstance(message, dict) and not any(isinstance(value, dict | list) for value in message.values())
        return flat and self.is_row(list(message))

    def _take(self, message: Any, found: list[dict[str, str]]) -> bool:
        """Sort a message by its shape; False for one of no use."""
        if not isinstance(message, dict):
            return False
        if "kdDiag" in message and "nonSpesialis" in message:
            if isinstance(message["nonSpesialis"], bool):
                self.flags[plain_code(cell_text(message["kdDiag"]))] = message["nonSpesialis"]
            return True
        card = cell_text(message.get("noKartu"))
        if "kdProviderPst" in message:
            provider = message["kdProviderPst"]
            home = cell_text(provider.get("kdProvider")) if isinstance(provider, dict) else ""
            person = {
                "home": home,
                "birth": _day(message.get("tglLahir")),
                "prolanis_kind": cell_text(message.get("pstProl")),
            }
            self.persons.setdefault(card, {}).update({k: v for k, v in person.items() if v})
            return True
        if "tglDaftar" in message and ("kdStatusPulang" in message or "kdProviderPeserta" in message):
            found.append(_visit(message, card))
            return True
        return False

    def tables(self) -> Iterator[tuple[str, list[list[str]]]]:
        """Give each file with visits as rows of text, headings first; columns that no message fills are left out."""
        yield from self.extracts.items()
        for rows in self.rows.values():
            for row in rows:
                if row["card"] and row["home"]:
                    self.persons.setdefault(row["card"], {}).setdefault("home", row["home"])
        for name, rows in self.rows.items():
            full = [{**self.persons.get(row["card"], {}), **{k: v for k, v in row.items() if v}} for row in rows]
            used = [role for role in _HEADINGS if any(role in row for row in full)]
            yield name, [[_HEADINGS[role] for role in used], *([row.get(role, "") for role in used] for row in full)]


def plain_code(code: str) -> str:
    """Return an ICD-10 code as it is compared: capitals and digits only ('a18.4' is 'A184')."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def _messages(text: str) -> tuple[list[Any], int]:
    """The single messages of a file, and the lines that are none."""
    try:
        return list(_unwrapped(json.loads(text))), 0
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
    found, broken = [], 0
    for line in lines:
        try:
            found += list(_unwrapped(json.loads(line)))
        except json.JSONDecodeError:
            broken += 1
    if not found:
        raise ValueError("no message")
    return found, broken


def _unwrapped(content: Any) -> Iterator[Any]:
    if isinstance(content, list):
        for entry in content:
            yield from _unwrapped(entry)
    elif isinstance(content, dict) and "response" in content:
        yield from _unwrapped(content["response"])
    elif isinstance(content, dict) and isinstance(content.get("list"), list):
        yield from _unwrapped(content["list"])
    else:
        yield content


def _table(rows: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Objects as rows of text, headings first; not every program repeats the keys that hold nothing."""
    rows = list(rows)
    headings = list(dict.fromkeys(key for row in rows for key in row))
    return [headings, *([cell_text(row.get(heading)) for heading in headings] for row in rows)]


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
