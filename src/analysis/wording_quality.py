"""What the checks of the figures saw, in words: numbers and a question, never a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from analysis import formats as fmt
from analysis.quality import Check
from analysis.quality_population import POPULATION_DATE

COUNT_NAMES = {
    "registered": "peserta terdaftar",
    "contacts": "kontak",
    "referrals": "rujukan",
    "nonspecialist_referrals": "rujukan non spesialistik",
    "dm_registered": "peserta diagnosis DM",
    "dm_controlled": "peserta DM terkendali",
    "ht_registered": "peserta diagnosis HT",
    "ht_controlled": "peserta HT terkendali",
    "prolanis_registered": "peserta Prolanis",
    "prolanis_visited": "peserta Prolanis yang rutin berkunjung",
}
"""Counts of the facility-month table as they are called within a sentence."""
ALL_FACILITIES = "Semua FKTP"
SIGNAL_HEADINGS = {
    "title": "Pemeriksaan",
    "facility_code": "Kode FKTP",
    "who": "Nama FKTP",
    "months": "Bulan",
    "seen": "Yang terlihat",
    "innocent": "Penjelasan yang wajar",
    "question": "Yang ditanyakan",
    "kind": "Kunci pemeriksaan",
}
"""Columns of the list of what is worth a question, as people read it, with their headings."""


def month_words(first: pd.Period, last: pd.Period) -> str:
    """Return 'Maret 2025' or 'Maret 2025 sampai Mei 2025'."""
    return fmt.month(first) if first == last else f"{fmt.month(first)} sampai {fmt.month(last)}"


def seen(signal: Any, checks: Mapping[str, Check], names: Mapping[str, str]) -> str:
    """Return what a check saw, as a sentence without full stop.

    signal: row of ``quality.signal_table``. names: facility code → name.
    """
    return _WORDS[signal.kind](signal, checks[signal.kind], names)


def readable_signals(signals: pd.DataFrame, checks: Mapping[str, Check]) -> pd.DataFrame:
    """Return ``quality.signal_table`` as people read it, with the columns of SIGNAL_HEADINGS under their keys."""
    known = signals[signals["facility_code"] != ""]
    names = dict(zip(known["facility_code"], known["facility_name"], strict=True))
    rows = [
        {
            "title": checks[s.kind].title,
            "facility_code": s.facility_code,
            "who": fmt.facility(s.facility_name or s.facility_code) if s.facility_code else ALL_FACILITIES,
            "months": month_words(s.first, s.last),
            "seen": fmt.sentence_case(seen(s, checks, names)),
            "innocent": fmt.sentence_case(checks[s.kind].innocent),
            "question": checks[s.kind].question,
            "kind": s.kind,
        }
        for s in signals.itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=list(SIGNAL_HEADINGS), dtype="string")


def _change(now: float, before: float) -> str:
    return f"{fmt.signed(100 * (now / before - 1), 1)} persen"


def _name(code: str, names: Mapping[str, str]) -> str:
    return fmt.facility(names[code]) if names.get(code) else f"FKTP {code}"


def _jump(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    long = f"; {fmt.number(s.times)} bulan berturut-turut" if s.times > 1 else ""
    return (
        f"{COUNT_NAMES[s.what]} {fmt.number(s.observed)}; menurut riwayatnya sekitar {fmt.number(s.expected)} "
        f"({_change(s.observed, s.expected)}){long}"
    )


def _common_jump(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return f"{COUNT_NAMES[s.what]} hampir semua FKTP bergerak {_change(s.observed, 1)} terhadap bulan-bulan sebelumnya"


def _participants(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    change = _change(s.observed, s.expected)
    return f"peserta terdaftar {fmt.number(s.expected)} menjadi {fmt.number(s.observed)} ({change})"


def _same_month(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    long = f", {fmt.number(s.times)} bulan berturut-turut" if s.times > 1 else ""
    return f"semua hitungan sama dengan bulan sebelumnya{long}"


def _same_count(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    chance = "" if pd.isna(s.p) else f" ({fmt.p_value(s.p)})"
    return f"{COUNT_NAMES[s.what]} {fmt.number(s.observed)} pada {fmt.number(s.times)} bulan berturut-turut{chance}"


def _twins(s: Any, _check: Check, names: Mapping[str, str]) -> str:
    others = fmt.joined([COUNT_NAMES[part] for part in s.what.split(",")[1:]])
    return f"kontak {fmt.number(s.observed)} sama dengan {_name(s.other, names)}; {others} juga sama"


def _full(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return f"{COUNT_NAMES[s.what]} {fmt.number(s.observed)} sama dengan {COUNT_NAMES[s.other]}"


def _beyond(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return f"{COUNT_NAMES[s.what]} {fmt.number(s.observed)}, padahal {COUNT_NAMES[s.other]} {fmt.number(s.expected)}"


def _round(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return (
        f"{fmt.number(s.times)} dari {fmt.number(s.of)} angka {COUNT_NAMES[s.what]} yang berlainan berakhiran 0 "
        f"({fmt.p_value(s.p)})"
    )


def _population(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return (
        f"{fmt.number(s.observed)} peserta terdaftar, penduduk {fmt.number(s.expected)} ({POPULATION_DATE}): "
        f"{fmt.number(100 * s.observed / s.expected, 1)} persen"
    )


def _total(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return (
        f"peserta terdaftar {fmt.number(s.of)} FKTP yang sama {fmt.number(s.expected)} menjadi "
        f"{fmt.number(s.observed)} ({_change(s.observed, s.expected)})"
    )


def _bunched(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return (
        f"AK {fmt.plain(s.observed)} sampai di bawah {fmt.plain(s.expected)} per mil pada {fmt.number(s.times)} dari "
        f"{fmt.number(s.of)} bulan ({fmt.p_value(s.p)})"
    )


def _share(s: Any) -> str:
    return (
        f"{fmt.number(s.times)} dari {fmt.number(s.of)} ({fmt.number(s.observed, 1)} persen; FKTP lain "
        f"{fmt.number(s.expected, 1)} persen; {fmt.p_value(s.p)})"
    )


def _pressure(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return f"tekanan darah {s.other} mmHg pada kunjungan peserta Prolanis yang bertekanan darah: {_share(s)}"


def _exempted(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return f"rujukan non spesialistik yang dikecualikan TACC: {_share(s)}"


def _reason(s: Any, _check: Check, _names: Mapping[str, str]) -> str:
    return f"pengecualian TACC dengan alasan “{s.other}”: {_share(s)}"


def _month_end(s: Any, check: Check, _names: Mapping[str, str]) -> str:
    return f"kunjungan pada {fmt.number(check['days'])} hari terakhir bulan: {_share(s)}"


_WORDS: dict[str, Callable[[Any, Check, Mapping[str, str]], str]] = {
    "lonjakan": _jump,
    "lonjakan_bersama": _common_jump,
    "peserta_melonjak": _participants,
    "bulan_sama": _same_month,
    "angka_berulang": _same_count,
    "angka_kembar": _twins,
    "pembilang_penuh": _full,
    "bagian_melebihi": _beyond,
    "angka_bulat": _round,
    "peserta_penduduk": _population,
    "peserta_gabungan": _total,
    "ak_menumpuk": _bunched,
    "tekanan_sama": _pressure,
    "tacc_besar": _exempted,
    "tacc_sama": _reason,
    "akhir_bulan": _month_end,
}


def checks_lead(table: pd.DataFrame, signals: pd.DataFrame) -> str:
    """Return how many checks were made and how many things they found worth a question.

    table: ``quality.check_table`` with in_period; signals: ``quality.signal_table`` with in_period.
    """
    made = table[table["reason"] == ""]
    here = int(table["in_period"].sum())
    elsewhere = len(signals) - here
    found = f"{fmt.number(here)} hal perlu dicek" if here else "tidak satu pun hal perlu dicek"
    more = f" {fmt.number(elsewhere)} hal lain menyangkut bulan-bulan lain." if elsewhere else ""
    return f"{fmt.number(len(made))} pemeriksaan dilakukan; pada kedua periode {found}.{more}"


def timeliness(months: pd.DataFrame, missing: list[str]) -> str:
    """Return what the files tell about when the facility-months of a span came.

    months: completeness_months of one span. missing: months of the span that stand in no file ('2025-03').
    """
    total, present, later, unknown, replaced = (
        int(months[c].sum()) for c in ("expected", "present", "later", "unknown", "replaced")
    )
    if not total:
        return "tidak ada bulan-FKTP yang diharapkan."
    counts = {
        "ada sejak kiriman pertama bulannya": present - later - unknown,
        "baru ada dalam kiriman yang lebih kemudian (terlambat)": later,
        "tidak dapat dinilai karena kiriman pertamanya mencakup bulan lain atau sudah berupa revisi": unknown,
        "belum ada": total - present,
    }
    told = fmt.joined([f"{fmt.number(count)} {what}" for what, count in counts.items() if count])
    changed = f" Angka {fmt.number(replaced)} bulan-FKTP diganti oleh kiriman yang lebih kemudian." if replaced else ""
    gaps = fmt.joined([fmt.month(pd.Period(m, "M")) for m in missing])
    return f"dari {fmt.number(total)} bulan-FKTP, {told}.{changed}" + (f" Bulan tanpa berkas: {gaps}." if gaps else "")


def population(table: pd.DataFrame, reason: str, period_months: set[pd.Period]) -> str:
    """Return participants against the population in the last month of the period that has rows.

    table: the results' table 'population'. reason: why the population is not known; empty otherwise.
    """
    rows = table[table["month"].isin(period_months) & table["registered"].notna()]
    if rows.empty:
        return "Peserta terdaftar tidak diketahui pada periode ini."
    row = rows.sort_values("month").iloc[-1]
    without = f"; {fmt.number(row['without'])} FKTP lain tanpa angka peserta" if row["without"] else ""
    said = (
        f"Pada {fmt.month(row['month'])}, {fmt.number(row['facilities'])} FKTP dalam berkas bersama-sama mempunyai "
        f"{fmt.number(row['registered'])} peserta terdaftar{without}"
    )
    if pd.isna(row["share"]):
        return f"{said}. Penduduk tidak dibandingkan: {reason}."
    return (
        f"{said}, yaitu {fmt.number(row['share'], 1)} persen dari {fmt.number(row['population'])} penduduk "
        f"({POPULATION_DATE}). Peserta FKTP yang tidak ada dalam berkas tidak terhitung; penduduk wilayah kerja tiap "
        "puskesmas tidak diketahui, sehingga tidak dinilai satu per satu."
    )
