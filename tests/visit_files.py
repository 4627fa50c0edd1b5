"""Extracts of visits for tests: small ones written row by row, and a seeded random one counted by plain Python.

Every identity is made up: names begin with PESERTA CONTOH, card numbers with 000999.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

HEADINGS = (
    "nokapst", "nmpst", "tgllhrpst", "pstprolanis", "nmjenisprolanis", "ppkpeserta", "kdppkkunjungan", "nmppkkunjungan",
    "no_kunjungan", "tgl_kunjungan", "tglpulang", "kunjsakit", "kdtkp", "nmtkp", "dokter", "kdstatuspulang",
    "kd_diagnosa", "nm_diagnosa", "kdppkrujukan", "nmppkrujukan", "poli_rujuk", "spesialistik", "kdtacc", "alasantacc",
    "sistole", "diastole", "gdp",
)  # fmt: skip
A, B = "0114U001", "0114U002"


def card(number: int) -> str:
    """A card number that belongs to nobody."""
    return f"000999{number:07d}"


def visit(**values: str) -> dict[str, str]:
    """One visit of person 1 to facility A on 5 March 2024, with the given cells instead."""
    row = {
        "nokapst": card(1), "nmpst": "PESERTA CONTOH SATU", "tgllhrpst": "05/20/1960", "ppkpeserta": A,
        "kdppkkunjungan": A, "nmppkkunjungan": "PUSKESMAS CONTOH A", "tgl_kunjungan": "03/05/2024",
        "tglpulang": "03/05/2024", "kunjsakit": "true", "kdtkp": "10", "nmtkp": "RJTP", "kdstatuspulang": "3",
        "kdtacc": "-1",
    }  # fmt: skip
    row.setdefault("no_kunjungan", f"{row['kdppkkunjungan']}0324Y{next(_NUMBERS):06d}")
    return {**row, **values}


def _numbers() -> Iterable[int]:
    number = 0
    while True:
        number += 1
        yield number


_NUMBERS = iter(_numbers())


def referral(**values: str) -> dict[str, str]:
    """A visit that ended in a non-specialist outpatient referral to the clinic MAT, with the given cells instead."""
    goal = {
        "kdstatuspulang": "4", "kd_diagnosa": "H10.9", "kdppkrujukan": "0114R001", "nmppkrujukan": "RSUD CONTOH",
        "poli_rujuk": "MAT", "spesialistik": "Non Spesialistik", "dokter": "dr. Contoh Dokter",
    }  # fmt: skip
    return visit(**{**goal, **values})


def whole_month(year: int = 2024, month: int = 3, facilities: Iterable[str] = (A,)) -> list[dict[str, str]]:
    """Visits of person 1 on the first and last days of a month, so that the extract covers it."""
    first = dt.date(year, month, 1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    days = [first, first.replace(day=15), last]
    return [
        visit(tgl_kunjungan=f"{day:%m/%d/%Y}", tglpulang=f"{day:%m/%d/%Y}", ppkpeserta=code, kdppkkunjungan=code)
        for code in facilities
        for day in days
    ]


def write_csv(
    path: Path, rows: Iterable[Mapping[str, str]], headings: Iterable[str] = HEADINGS, delimiter: str = ","
) -> Path:
    """Write visits as a BPJS extract and return the path."""
    columns = list(headings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return path


def random_visits(seed: int, number: int, months: int = 3) -> list[dict[str, str]]:
    """Visits of 400 persons registered at A or B, spread over whole months from January 2024."""
    rng = random.Random(seed)  # noqa: S311 - test data
    last = dt.date(2024, months, 28)
    span = (last - dt.date(2024, 1, 1)).days + (31 - 28 if months in {1, 3, 5} else 1)
    rows: list[dict[str, str]] = []
    for place in range(number):
        person = rng.randrange(400)
        home, day = (A, B)[person % 2], dt.date(2024, 1, 1) + dt.timedelta(days=rng.randrange(span + 1))
        where = home if rng.random() < 0.95 else rng.choice((A, B))
        disease = ("HT", "DM", "", "", "")[person % 5]
        cells = {
            "nokapst": card(person), "nmpst": f"PESERTA CONTOH {person}", "ppkpeserta": home, "kdppkkunjungan": where,
            "tgllhrpst": f"{1 + person % 12:02d}/15/{1940 + person % 60}", "nmjenisprolanis": disease,
            "no_kunjungan": f"{where}{day:%m%y}Y{place:06d}", "tgl_kunjungan": f"{day:%m/%d/%Y}",
            "tglpulang": f"{day:%m/%d/%Y}", "sistole": str(rng.randrange(105, 160)),
            "diastole": str(rng.randrange(60, 100)), "gdp": str(rng.randrange(60, 250)) if disease == "DM" else "",
        }  # fmt: skip
        if rng.random() < 0.2:
            cells["spesialistik"] = rng.choice(["Spesialistik", "Non Spesialistik", ""])
            cells["kd_diagnosa"] = rng.choice(["I10", "K29.7", "H25.9", "e119", "M54.5"])
            cells["kdtacc"] = rng.choice(["-1", "0", "", "1", "2", "3", "4"])
            cells["poli_rujuk"] = rng.choice(["INT", "MAT", "BED"])
            rows.append(referral(**cells))
        else:
            rows.append(visit(**cells))
    return rows + [rng.choice(rows) for _ in range(number // 50)]


LISTED = {"I10", "K297", "E119"}
"""Those of the random diagnoses that the list of 144 holds."""


def counted(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], dict[str, int]]:
    """Return the true counts of visits by facility and month '2024-01', in plain Python."""
    persons: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    last: dict[tuple[str, str, str, str], tuple[str, bool]] = {}
    referred: dict[str, tuple[str, str, bool]] = {}
    for row in rows:
        month, day, year = row["tgl_kunjungan"].split("/")
        iso, key = f"{year}-{month}-{day}", (row["ppkpeserta"], f"{year}-{month}")
        persons[key].add(row["nokapst"])
        if (disease := row.get("nmjenisprolanis", "")) and (verdict := _controlled(row, disease, iso)) is not None:
            who = (*key, row["nokapst"], disease)
            before, good = last.get(who, ("", True))
            last[who] = (iso, verdict and (good if before == iso else True)) if iso >= before else (before, good)
        if row["kdstatuspulang"] == "4":
            plain = row["kd_diagnosa"].upper().replace(".", "")
            flag = row["spesialistik"]
            own = flag == "Non Spesialistik" or (not flag and plain in LISTED)
            free = row["kdtacc"] in {"-1", "0", ""}
            referred[row["no_kunjungan"]] = (row["kdppkkunjungan"], f"{year}-{month}", own and free)
    result: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("contacts", "referrals", "nonspecialist_referrals", "dm_controlled", "ht_controlled"), 0)
    )
    for key, cards in persons.items():
        result[key]["contacts"] = len(cards)
    for (code, month, _, disease), (_, good) in last.items():
        result[code, month][f"{disease.lower()}_controlled"] += good
    for code, month, own in referred.values():
        result[code, month]["referrals"] += 1
        result[code, month]["nonspecialist_referrals"] += own
    return dict(result)


def _controlled(row: Mapping[str, str], disease: str, day: str) -> bool | None:
    """Whether a disease is controlled by the thresholds of domain knowledge: DM 80–130; HT by age."""
    if disease == "DM":
        return 80 <= int(row["gdp"]) <= 130 if row["gdp"] else None
    month, birthday, year = row["tgllhrpst"].split("/")
    age = int(day[:4]) - int(year) - (day[5:] < f"{month}-{birthday}")
    if age < 18:
        return None
    upper, lower = int(row["sistole"]), int(row["diastole"])
    return (120 <= upper <= 130 if age < 65 else 130 <= upper <= 139) and 70 <= lower <= 79
