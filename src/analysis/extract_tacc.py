"""TACC (time, age, complication, comorbidity), what excuses a non-specialist referral, as P-Care lists it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import ConfigurationError

TACC_FILE = "tacc.csv"
NO_TACC, UNKNOWN_TACC = 0, 9
"""Numbers beside the codes of the list: no TACC, and a code or name that is not in it."""
_PLACEHOLDER = re.compile(r"<[A-Za-z]")


@dataclass(frozen=True)
class Tacc:
    """The list.

    names: code → name, without that of no TACC. reasons: texts that P-Care offers word for word.
    """

    names: dict[int, str]
    reasons: tuple[str, ...]


def load_tacc(reference: Path) -> Tacc:
    """Return the list of ``reference``/tacc.csv; raise ConfigurationError when the file is missing or wrong.

    Rows with a negative code mean no TACC. A reason with a part to fill in ('<kdDiagnosa> - …') is none word for word.
    """
    try:
        with (reference / TACC_FILE).open(encoding="utf-8-sig", newline="") as stream:
            rows = [(int(row["kdTacc"]), row["nmTacc"], row["alasanTacc"]) for row in csv.DictReader(stream)]
    except (OSError, KeyError, TypeError, ValueError):
        rows = []
    listed = [row for row in rows if row[0] > NO_TACC]
    names = {code: name for code, name, _ in listed}
    if not names or UNKNOWN_TACC in names or any(not name or names[code] != name for code, name, _ in listed):
        raise ConfigurationError(
            f"Berkas data/reference/{TACC_FILE} tidak terbaca. Kolomnya: kdTacc (bilangan, bukan {UNKNOWN_TACC}), "
            "nmTacc (satu nama tiap kode), alasanTacc."
        )
    reasons = dict.fromkeys(reason for _, _, reason in listed if reason and not _PLACEHOLDER.search(reason))
    return Tacc(names, tuple(reasons))
