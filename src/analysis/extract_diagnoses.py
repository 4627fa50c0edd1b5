"""The 144 diagnoses that a general practitioner completes, and whether a referral is of one of them.

P-Care's own mark decides; the list serves only where the mark is missing, and says how sure its code is.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
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

    def verdict(self, diagnosis: ir.StringValue, flag: ir.IntegerValue) -> Verdict:
        """Return the verdict on referrals.

        diagnosis: plain code, empty where unknown. flag: P-Care's mark in the row (1 non-specialist, 0 specialist), or
        null. A longer code belongs to the listed one that it begins with; three characters that only begin listed codes
        count as the least sure.
        """
        import ibis  # noqa: PLC0415

        yes = [code for code, marked in self.marks.items() if marked]
        no = [code for code, marked in self.marks.items() if not marked]
        own = [(flag == 1, 1), (flag == 0, 0), *_in(diagnosis, yes, 1), *_in(diagnosis, no, 0)]
        listed = []
        for word in CERTAINTIES:
            codes = [code for code, certainty in self.certainty.items() if certainty == word]
            for length in sorted({len(code) for code in codes}, reverse=True):
                listed += _in(diagnosis.left(length), [c for c in codes if len(c) == length], word)
        beginnings = sorted({code[:3] for code in self.certainty if len(code) > 3})
        listed += _in(diagnosis, beginnings, THREE_CHARACTERS)
        number = [
            *own,
            (diagnosis == "", ibis.null("int64")),
            *((condition, 1) for condition, _ in listed),
        ]
        basis = [
            *((condition, OWN_MARK) for condition, _ in own),
            (diagnosis == "", ""),
            *listed,
        ]
        return Verdict(ibis.cases(*number, else_=0).cast("int8"), ibis.cases(*basis, else_=NOT_LISTED))


def _in(value: ir.StringValue, codes: list[str], result: object) -> list[tuple[ir.BooleanValue, object]]:
    return [(value.isin(sorted(codes)), result)] if codes else []


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
