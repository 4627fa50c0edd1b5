"""The 144 diagnoses that a general practitioner completes, and whether a referral is of one of them.

P-Care's own mark decides; the list serves only where the mark is missing, and says how sure its code is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.errors import ConfigurationError
from analysis.extract_messages import plain_code

if TYPE_CHECKING:
    import ibis.expr.types as ir

DIAGNOSES_FILE = "diagnoses144.csv"
CERTAINTIES = ("sumber", "dirinci", "dikoreksi", "ambigu")
"""How sure the code of a diagnosis is, surest first."""
OWN_MARK, THREE_CHARACTERS, NOT_LISTED = "P-Care", "tiga huruf", "di luar daftar"
"""Basis of a verdict beside the certainties: P-Care's own mark; a code that is too short to tell; not in the list."""


class Verdict(NamedTuple):
    """nonspecialist: 1, 0 or null where nobody can tell; basis: what it rests on."""

    nonspecialist: ir.Value
    basis: ir.Value


@dataclass(frozen=True)
class Diagnoses:
    """The list.

    names: plain code → name. certainty: plain code → the surest word of its entries. marks: P-Care's own marks that
    came as messages, plain code → non-specialist.
    """

    names: dict[str, str]
    certainty: dict[str, str]
    marks: Mapping[str, bool] = field(default_factory=dict)

    def verdict(self, diagnosis: ir.StringValue, flag: ir.IntegerValue, unmarked: Iterable[str]) -> Verdict:
        """Return the verdict on referrals.

        diagnosis: plain code, empty where unknown. flag: P-Care's mark in the row (1 non-specialist, 0 specialist), or
        null. unmarked: the codes of all rows without a mark; they are few, so each is looked up here and not in the
        rows.
        """
        import ibis  # noqa: PLC0415

        alike: dict[tuple[int | None, str], list[str]] = {}
        for code in sorted(set(unmarked)):
            alike.setdefault(self.of_code(code), []).append(code)
        number, basis = [(flag.notnull(), flag.cast("int8"))], [(flag.notnull(), OWN_MARK)]
        for (judged, words), codes in alike.items():
            if words != NOT_LISTED:
                number.append((diagnosis.isin(codes), ibis.literal(judged, "int8")))
                basis.append((diagnosis.isin(codes), words))
        return Verdict(ibis.cases(*number, else_=ibis.literal(0, "int8")), ibis.cases(*basis, else_=NOT_LISTED))

    def of_code(self, code: str) -> tuple[int | None, str]:
        """Return the verdict on a referral without a mark in its row: 1, 0 or None, and its basis.

        A longer code belongs to the listed one that it begins with, to the surest of several; three characters that
        only begin listed codes count as the least sure.
        """
        if code in self.marks:
            return int(self.marks[code]), OWN_MARK
        if not code:
            return None, ""
        listed = [self.certainty[code[:end]] for end in range(1, len(code) + 1) if code[:end] in self.certainty]
        if listed:
            return 1, min(listed, key=CERTAINTIES.index)
        if len(code) == 3 and any(other.startswith(code) for other in self.certainty):
            return 1, THREE_CHARACTERS
        return 0, NOT_LISTED


def load_diagnoses(reference: Path, marks: Mapping[str, bool] | None = None) -> Diagnoses:
    """Return the list of ``reference``/diagnoses144.csv.

    marks: P-Care's own marks by plain code; default none. Raises ConfigurationError when the file is missing or wrong.
    """
    path = reference / DIAGNOSES_FILE
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        names: dict[str, str] = {}
        certainty: dict[str, str] = {}
        for row in rows:
            code, word = plain_code(row["icd10"]), row["keyakinan"]
            names[code] = f"{names[code]} / {row['nama']}" if code in names else row["nama"]
            surest = min((word, certainty.get(code, word)), key=CERTAINTIES.index)
            certainty[code] = surest
    except (OSError, KeyError, ValueError, UnicodeDecodeError):
        raise ConfigurationError(
            f"Berkas data/reference/{DIAGNOSES_FILE} tidak terbaca. Kolomnya: icd10, nama, nomor, keyakinan "
            f"({', '.join(CERTAINTIES)})."
        ) from None
    return Diagnoses(names, certainty, dict(marks or {}))
