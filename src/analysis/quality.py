"""Checks of the figures themselves as data: what each looks at, its limits, an innocent explanation, what to ask.

A check says that something is worth a question, never that somebody did wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import StringConstraints

from analysis.adjustment import holm
from analysis.errors import ConfigurationError
from analysis.reference import Strict, load_record

QUALITY_FILE = "quality.yml"
Section = Literal["dalam", "luar", "tanda"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
NEEDED: Mapping[str, tuple[str, ...]] = {
    "lonjakan": ("window", "least_months", "spread", "change", "least_count", "facilities"),
    "lonjakan_bersama": ("window", "least_months", "change"),
    "peserta_melonjak": ("change", "least_people", "gap"),
    "bulan_sama": ("counts",),
    "angka_berulang": ("months", "registered_months", "least_registered", "level"),
    "angka_kembar": ("least_contacts", "least_other"),
    "pembilang_penuh": ("least",),
    "bagian_melebihi": (),
    "angka_bulat": ("months", "least_months", "least_count", "level"),
    "peserta_penduduk": ("share",),
    "peserta_gabungan": ("change",),
    "ak_menumpuk": ("width", "months", "least_months", "spread", "level"),
    "tekanan_sama": ("share", "least", "months", "level"),
    "tacc_besar": ("share", "least", "months", "level"),
    "tacc_sama": ("share", "least", "months", "level"),
    "akhir_bulan": ("days", "share", "least", "months", "level"),
}
"""Every check, in the order of the page, and the limits that it uses."""


class Limit(Strict):
    """A limit of a check: its value, in what unit, what it limits, and where it comes from."""

    value: float
    unit: Text
    meaning: Text
    source: Text


class Check(Strict):
    """One check; all texts are Indonesian.

    section: dalam (figures against each other), luar (against another source), tanda (patterns worth a question).
    meaning: what it looks at. innocent: how such figures arise rightly. question: what to ask the facility.
    """

    section: Section
    title: Text
    meaning: Text
    innocent: Text
    question: Text
    limits: dict[str, Limit]

    def __getitem__(self, name: str) -> float:
        """The value of a limit."""
        return self.limits[name].value

    def whole(self, name: str) -> int:
        """The value of a limit that counts something."""
        return int(self.limits[name].value)


def load_checks(reference: Path) -> dict[str, Check]:
    """Return the checks of ``reference``/quality.yml by their key, in the order of NEEDED.

    Raises ConfigurationError when the file is missing or wrong, or a check or limit is missing or unknown.
    """
    checks = load_record(reference / QUALITY_FILE, dict[str, Check])
    problems = [f"{key}: pemeriksaan tidak dikenal." for key in checks if key not in NEEDED]
    for key, names in NEEDED.items():
        if key not in checks:
            problems.append(f"{key}: wajib diisi.")
            continue
        given = checks[key].limits
        problems += [f"{key}, limits, {name}: wajib diisi." for name in names if name not in given]
        problems += [f"{key}, limits, {name}: kunci tidak dikenal." for name in given if name not in names]
    if problems:
        raise ConfigurationError(f"Berkas {QUALITY_FILE} tidak sesuai dengan bentuk yang diminta:", problems)
    return {key: checks[key] for key in NEEDED}


@dataclass(frozen=True)
class Signal:
    """Something worth a question.

    kind: key of the check. facility_code: empty where it concerns all facilities.
    first, last: the service months that it concerns. what: the count or indicator that it is about.
    observed: what was seen; expected: what was to be expected, or the limit (units as the check's sentence says).
    times, of: how often, out of how many. p: probability by chance, as the check defines it; None where the rule is a
    plain limit. other: what it is the same as (another facility's code), or the value that heaps.
    """

    kind: str
    facility_code: str
    first: pd.Period
    last: pd.Period
    what: str
    observed: float | None = None
    expected: float | None = None
    times: int | None = None
    of: int | None = None
    p: float | None = None
    other: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a check gave.

    tested: how many facilities, facility-months or pairs were judged. reason: why none was; empty otherwise.
    """

    kind: str
    tested: int
    signals: Sequence[Signal] = ()
    reason: str = ""


def below_level(kind: str, tried: Sequence[Signal], level: float) -> Outcome:
    """Return the outcome of tests with p values: those below the level after Holm over all that were tried.

    level: the largest probability that any one of them is a false alarm.
    """
    adjusted = holm([float(s.p or 0) for s in tried])
    found = [replace(s, p=p) for s, p in zip(tried, adjusted, strict=True) if p < level]
    return Outcome(kind, len(tried), found)


COLUMNS = (
    "kind", "section", "facility_code", "facility_name", "first", "last", "what", "observed", "expected", "times", "of",
    "p", "other",
)  # fmt: skip


def signal_table(outcomes: Iterable[Outcome], checks: Mapping[str, Check], names: Mapping[str, str]) -> pd.DataFrame:
    """Return every signal as a table with the columns of COLUMNS, ordered by check, facility and month.

    names: facility code → name. first and last are months (Period); empty facility_code: all facilities.
    """
    found = [s for o in outcomes for s in sorted(o.signals, key=lambda s: (s.facility_code, s.first, s.what))]
    frame = pd.DataFrame([asdict(s) for s in found], columns=[c for c in COLUMNS if c in Signal.__dataclass_fields__])
    frame["section"] = frame["kind"].map({key: check.section for key, check in checks.items()})
    frame["facility_name"] = frame["facility_code"].map(names).fillna("")
    for column in ("kind", "section", "facility_code", "facility_name", "what", "other"):
        frame[column] = frame[column].astype("string")
    for column in ("observed", "expected", "p"):
        frame[column] = frame[column].astype("Float64")
    for column in ("times", "of"):
        frame[column] = frame[column].astype("Int64")
    for column in ("first", "last"):
        frame[column] = frame[column].astype("period[M]")
    return frame[list(COLUMNS)]


def check_table(outcomes: Iterable[Outcome], checks: Mapping[str, Check]) -> pd.DataFrame:
    """Return one row for each check that was made: kind, section, title, tested, signals, reason."""
    records = [
        (o.kind, checks[o.kind].section, checks[o.kind].title, o.tested, len(o.signals), o.reason) for o in outcomes
    ]
    frame = pd.DataFrame(records, columns=["kind", "section", "title", "tested", "signals", "reason"])
    return frame.astype(
        {"kind": "string", "section": "string", "title": "string", "tested": "Int64", "signals": "Int64",
         "reason": "string"}
    )  # fmt: skip


def first_month(last: pd.Period, months: int) -> pd.Period:
    """Return the first of so many months that end with ``last``."""
    return last - (months - 1)
