"""Sentences of the report, graded by the evidence: size first, then interval, then what it does not say."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.bands import Band
from analysis.findings import LEVEL_NAMES
from analysis.indicators import Indicator
from analysis.markdown import escape, status
from analysis.periods import MONTH_NAMES, Period, parse_period
from analysis.results import Results
from analysis.rules import Rule

NAMES_SHOWN = 4
"""Facilities named in a sentence; where there are more, their reasons are told instead."""
_REASONS_SHOWN = 3
CLEAR, SOME = fmt.EVIDENCE

NOT_CONFIRMED = "belum dikonfirmasi"


def evidence(p: float | None) -> str:
    """Return 'jelas', 'cukup' or 'belum' for an adjusted p value."""
    if p is None or pd.isna(p):
        return "belum"
    return "jelas" if p < CLEAR else "cukup" if p < SOME else "belum"


def target_text(band: Band, indicator: Indicator) -> str:
    """Return the target in words: 'paling sedikit 150 per mil', 'paling tinggi 2 persen', 'di bawah 5 persen'."""
    unit = fmt.UNITS[indicator.unit]
    if band.lower is not None:
        return f"{'paling sedikit' if band.lower_closed else 'di atas'} {fmt.plain(float(band.lower))} {unit}"
    assert band.upper is not None  # noqa: S101 - a target has at least one end
    return f"{'paling tinggi' if band.upper_closed else 'di bawah'} {fmt.plain(float(band.upper))} {unit}"


def target_short(band: Band, indicator: Indicator) -> str:
    """Return the target in signs: '≥ 150 ‰', '≤ 2 %', '< 5 %'."""
    unit = fmt.SHORT_UNITS[indicator.unit]
    if band.lower is not None:
        return f"{'≥' if band.lower_closed else '>'} {fmt.plain(float(band.lower))} {unit}"
    return f"{'≤' if band.upper_closed else '<'} {fmt.plain(float(band.upper or 0))} {unit}"


def limit_of(band: Band) -> float:
    """Return the number at the end of a target."""
    return float(band.lower if band.lower is not None else band.upper or 0)


def points_of(indicator: Indicator) -> str:
    """Return the unit of a difference: 'poin per mil' or 'poin persen'."""
    return "poin per mil" if indicator.unit == "permil" else "poin persen"


def row_of(table: pd.DataFrame, **keys: str) -> pd.Series:
    """Return the first row whose columns hold the given values."""
    mask = pd.Series(True, index=table.index)
    for column, value in keys.items():
        mask &= table[column] == value
    return table[mask].iloc[0]


class Sentences:
    """The sentences of one report.

    results: tables of the report; rule: the rule of its period; period, compare: the two periods.
    """

    def __init__(self, results: Results, rule: Rule, indicators: dict[str, Indicator]) -> None:
        self.results, self.rule, self.indicators = results, rule, indicators
        self.period: Period = parse_period(results.facts["period"])
        self.compare: Period = parse_period(results.facts["compare"])

    def who(self, group: str = "utama") -> str:
        """What the facilities of a group are called inside a sentence: 'puskesmas', 'FKTP lain', 'FKTP'."""
        return {"utama": str(self.results.facts["leading"]), "lainnya": "FKTP lain"}.get(group, "FKTP")

    def level(self, name: str, group: str = "utama") -> str:
        """State of an indicator in the period: value, interval, number of facilities, on which side of the target."""
        indicator, band = self.indicators[name], self.rule.target(name)
        row = row_of(self.results["district"], group=group, indicator=name, span="ini")
        who = self.who(group)
        if pd.isna(row["value"]):
            return f"{indicator.title} ({name}) {who} tidak dapat dihitung: {row['reason']}."
        decimals = fmt.DECIMALS[name]
        value = fmt.against(row["value"], limit_of(band), decimals)
        spread = ""
        if pd.notna(row["lower"]):
            bounds = fmt.interval(row["lower"], row["upper"], decimals)
            spread = f" (interval kepercayaan 95 persen {bounds})"
        side = self._side(name, bool(row["on_target"]))
        if pd.notna(row["lower"]) and row["lower"] <= limit_of(band) <= row["upper"]:
            side += "; interval masih memuat batas itu"
        if row.get("convention", False):
            side += f" ({row['note']})"
        return (
            f"{name} {fmt.number(row['n'])} {who} pada {self.period.label} ialah {value} "
            f"{fmt.UNITS[indicator.unit]}{spread}, {side}."
        )

    def _side(self, name: str, on_target: bool) -> str:
        reached = "memenuhi" if on_target else "belum memenuhi"
        return f"{reached} target {target_text(self.rule.target(name), self.indicators[name])}"

    def change(self, name: str, group: str = "utama") -> str:
        """Change of an indicator over the same facilities, worded by its evidence."""
        row = row_of(self.results["change"], group=group, indicator=name)
        if pd.isna(row["value"]):
            return f"Perubahan {name} dibanding {self.compare.label} tidak dapat dihitung: {row['reason']}."
        decimals = fmt.DECIMALS[name]
        indicator = self.indicators[name]
        points = points_of(indicator)
        if pd.isna(row["lower"]):
            size = f"{fmt.signed(row['value'], decimals)} {points}"
            return (
                f"Dibanding {self.compare.label}, {name} berubah {size}; ketidakpastiannya tidak dapat dihitung "
                f"({row['reason']})."
            )
        bounds = fmt.interval(row["lower"], row["upper"], decimals, sign=True)
        strength = evidence(row["p_adjusted"])
        if strength == "belum":
            return (
                f"Perubahan {name} dibanding {self.compare.label} belum dapat disimpulkan: selisih "
                f"{fmt.signed(row['value'], decimals)} {points} (interval kepercayaan 95 persen {bounds}; "
                f"{fmt.p_value(row['p_adjusted'])} sesudah disesuaikan)."
            )
        direction = "naik" if row["value"] > 0 else "turun"
        better = (row["value"] > 0) == (indicator.better == "higher")
        verdict = "membaik" if better else "memburuk"
        word = "bukti jelas" if strength == "jelas" else "bukti cukup"
        return (
            f"Dibanding {self.compare.label}, {name} {fmt.number(row['n'])} {self.who(group)} yang sama {direction} "
            f"{fmt.number(abs(row['value']), decimals)} {points} ({verdict}; interval kepercayaan 95 persen "
            f"{bounds}; {fmt.p_value(row['p_adjusted'])} sesudah disesuaikan, {word})."
        )

    def share(self, name: str, group: str = "utama") -> str:
        """Share of the same facilities on target in the two periods."""
        row = row_of(self.results["share"], group=group, indicator=name)
        who = self.who(group)
        if pd.isna(row["value"]):
            return f"Bagian {who} yang memenuhi target {name} tidak dapat dibandingkan: {row['reason']}."
        before, after, n = map(fmt.number, (row["both"] + row["fell"], row["both"] + row["rose"], row["n"]))
        share = fmt.percent(row["share_after"])
        if row["rose"] == row["fell"] == 0:
            return (
                f"Dari {n} {who} yang sama, yang memenuhi target {name} tetap {after} ({share} persen): tidak ada yang "
                f"menjadi memenuhi dan tidak ada yang tidak lagi memenuhi."
            )
        bounds = fmt.interval(row["lower"] * 100, row["upper"] * 100, 1, sign=True)
        rose, fell = (fmt.number(row[c]) if row[c] else "tidak ada" for c in ("rose", "fell"))
        return (
            f"Dari {n} {who} yang sama, yang memenuhi target {name} ialah {before} "
            f"({fmt.percent(row['share_before'])} persen) pada {self.compare.label} dan {after} ({share} persen) pada "
            f"{self.period.label}: {rose} yang menjadi memenuhi, {fell} yang tidak lagi memenuhi. Selisihnya "
            f"{fmt.signed(row['value'] * 100, 1)} poin persen (interval kepercayaan 95 persen {bounds}; McNemar eksak "
            f"{fmt.p_value(row['p'])}, {fmt.p_value(row['p_adjusted'])} sesudah disesuaikan untuk "
            f"{fmt.number(row['tests'])} uji): {self._share_evidence(row)}."
        )

    @staticmethod
    def _share_evidence(row: pd.Series) -> str:
        strength = evidence(row["p_adjusted"])
        if strength == "belum":
            return "perubahan ini belum dapat disimpulkan"
        direction = "bertambah" if row["value"] > 0 else "berkurang"
        return f"bagian yang memenuhi target {direction}, {'bukti jelas' if strength == 'jelas' else 'bukti cukup'}"

    def cost(self, group: str = "utama") -> str:
        """What the results cost in the period, and how sure the amount is."""
        row = row_of(self.results["cost"], group=group, span="ini")
        who = self.who(group)
        if row["priced"] == 0:
            return f"Kapitasi {who} tidak dapat dihitung: {self._price_reasons(group)}."
        low, high, gross = int(row["withheld_low"]), int(row["withheld_high"]), int(row["gross"])
        amount = fmt.rupiah_short(low) if low == high else f"{fmt.rupiah_short(low)} sampai {fmt.rupiah_short(high)}"
        share = share_of_gross(low, high, gross)
        before = row_of(self.results["cost"], group=group, span="pembanding")
        text = (
            f"Kapitasi {who} yang tidak dibayarkan karena hasil KBK pada {self.period.label} diperkirakan {amount}, "
            f"{share} persen dari kapitasi bruto yang dapat dihitung ({fmt.rupiah_short(gross)})."
        )
        if before["priced"]:
            earlier = [fmt.rupiah_short(int(before[c])) for c in ("withheld_low", "withheld_high")]
            shown = earlier[0] if earlier[0] == earlier[1] else " sampai ".join(earlier)
            text += f" Pada {self.compare.label}: {shown}."
        if low != high:
            text += " Rentang itu hanya berasal dari dua bacaan syarat penyesuaian."
        if row["unpriced"]:
            total = fmt.number(row["priced"] + row["unpriced"])
            text += (
                f" {fmt.number(row['unpriced'])} dari {total} bulan-{who} tidak dapat dihitung: "
                f"{self._price_reasons(group)}."
            )
        if row["unconfirmed"]:
            text += f" {fmt.sentence_case(self.unconfirmed_parts())} dalam {self.rule.short} {NOT_CONFIRMED}."
        return text

    def unconfirmed_parts(self) -> str:
        """The parts of the rule's payment that are not confirmed, in words; empty when all are."""
        roots = {path.split(".")[0] for path, _ in self.rule.unconfirmed()}
        names = {
            "bands": "batas sebagian tingkat",
            "weights": "rumus nilai",
            "score_payment": "persen pembayaran",
            "zone_payment": "persen pembayaran",
            "adjusted_if": "syarat penyesuaian",
        }
        return fmt.joined([words for root, words in names.items() if root in roots])

    def _price_reasons(self, group: str) -> str:
        rows = self.results["payments"]
        rows = rows[(rows["span"] == "ini") & rows["paid_low"].isna()]
        if group != "semua":
            rows = rows[rows["group"] == group]
        if rows["facility_code"].nunique() <= NAMES_SHOWN:
            latest = rows.sort_values("month").groupby("facility_code")["facility_name"].last()
            names = fmt.distinct_names({str(code): str(name) for code, name in latest.items()})
            told = rows.groupby("facility_code")["reason"].agg(lambda r: "; ".join(sorted(set(r))))
            parts = sorted((fmt.facility(names[str(code)], short=True), reason) for code, reason in told.items())
            return fmt.joined([f"{name} ({reason})" for name, reason in parts])
        counts = rows["reason"].value_counts()
        some = "antara lain " if len(counts) > _REASONS_SHOWN else ""
        return some + fmt.joined([str(r) for r in counts.index[:_REASONS_SHOWN]]) if len(counts) else "tidak ada data"

    def data_quality(self) -> str:
        """Completeness of the period and number of findings by level."""
        full, total = self._complete()
        before = self._complete("pembanding")
        earlier = (
            f", {self.compare.label} untuk {fmt.number(before[0])} dari {fmt.number(before[1])}" if before[1] else ""
        )
        ledger = self.results["findings"]
        counts = [
            f"{fmt.number(int(ledger.loc[ledger['level'] == level, 'findings'].sum()))} {LEVEL_NAMES[level].lower()}"
            for level in LEVEL_NAMES
        ]
        missing = self.results.facts["period_months_missing"]
        gap = ""
        if missing:
            names = fmt.joined([fmt.month(pd.Period(m, "M")) for m in missing])
            gap = f" Bulan tanpa berkas: {names}."
        return (
            f"Data {self.period.label} lengkap untuk {fmt.number(full)} dari {fmt.number(total)} bulan-FKTP "
            f"({complete_share(full, total)} persen){earlier}. Pembacaan seluruh berkas menghasilkan "
            f"{fmt.joined(counts)}; {self._serious_in_period()} menyangkut bulan dalam kedua periode.{gap}"
        )

    def small_numbers(self) -> str:
        """How many counts are not shown because they are small; empty for results that are not for publication."""
        told = self.results.facts.get("small_numbers")
        if told is None:
            return ""
        if not told["limit"]:
            return texts.SMALL_ALL
        text = texts.SMALL_HIDDEN if told["hidden"] else texts.SMALL_NONE
        return text.format(last=told["limit"] - 1, n=fmt.number(told["hidden"]))

    def findings_of_period(self) -> pd.DataFrame:
        """The errors and warnings of the ledger that touch the two periods."""
        ledger = self.results["ledger"]
        levels = self.results["findings"].set_index("kind")["level"]
        spans = [span.months for span in (self.period, self.compare)]
        # the payment of a period's first month rests on the result of the month before
        months = {str(m) for span in spans for m in [span[0] - 1, *span]}
        return ledger[ledger["month"].isin(months) & (ledger["kind"].map(levels) != "catatan")]

    def _serious_in_period(self) -> str:
        chosen = self.findings_of_period()
        levels = self.results["findings"].set_index("kind")["level"]
        counts = chosen["kind"].map(levels).value_counts()
        words = [f"{fmt.number(int(counts[v]))} {LEVEL_NAMES[v].lower()}" for v in LEVEL_NAMES if v in counts]
        return fmt.joined(words) if words else "tidak satu pun galat atau peringatan"

    def summary(self) -> list[tuple[str, str]]:
        """The findings of the first page, most important first: (verdict in a few words, sentence with evidence)."""
        first = "RRNS" if "RRNS" in self.rule.indicators else self.rule.indicators[0]
        others = [n for n in self.rule.indicators if n != first and n in self.indicators]
        entries = [
            (self._verdict(first), f"{self.level(first)} {self.change(first)}"),
            (self._share_verdict(first), self.share(first)),
        ]
        entries += [(self._verdict(n), f"{self.level(n)} {self.change(n)}") for n in others]
        return [*entries, (self._cost_verdict(), self.cost()), (self._data_verdict(), self.data_quality())]

    def _verdict(self, name: str, group: str = "utama") -> str:
        row = row_of(self.results["district"], group=group, indicator=name, span="ini")
        if pd.isna(row["value"]):
            return f"{name} tidak dapat dihitung."
        state = "memenuhi target" if row["on_target"] else "belum memenuhi target"
        change = row_of(self.results["change"], group=group, indicator=name)
        if pd.isna(change["lower"]):
            return f"{name} {state}."
        if evidence(change["p_adjusted"]) == "belum":
            return f"{name} {state}; perubahannya belum dapat disimpulkan."
        better = (change["value"] > 0) == (self.indicators[name].better == "higher")
        joint = "dan" if bool(row["on_target"]) == better else "tetapi"
        return f"{name} {state} {joint} {'membaik' if better else 'memburuk'} dari {self.compare.label}."

    def _share_verdict(self, name: str, group: str = "utama") -> str:
        row = row_of(self.results["share"], group=group, indicator=name)
        if pd.isna(row["value"]):
            return f"Bagian {self.who(group)} yang memenuhi target {name} tidak dapat dibandingkan."
        before, after = (fmt.number(row["both"] + row[moving]) for moving in ("fell", "rose"))
        moved = f"dari {before} menjadi {after}" if before != after else f"tetap {after}"
        state = "" if evidence(row["p_adjusted"]) != "belum" else "; perubahannya belum dapat disimpulkan"
        if row["rose"] == row["fell"] == 0:
            state = ""
        who = fmt.sentence_case(self.who(group))
        return f"{who} yang memenuhi target {name} {moved} di antara {fmt.number(row['n'])}{state}."

    def _cost_verdict(self, group: str = "utama") -> str:
        row = row_of(self.results["cost"], group=group, span="ini")
        if row["priced"] == 0:
            return "Kapitasi tidak dapat dihitung."
        low, high = fmt.rupiah_short(int(row["withheld_low"])), fmt.rupiah_short(int(row["withheld_high"]))
        amount = low if low == high else f"{low} sampai {high}"
        return (
            f"Kapitasi yang tidak dibayarkan: {amount} ({NOT_CONFIRMED})."
            if row["unconfirmed"]
            else (f"Kapitasi yang tidak dibayarkan: {amount}.")
        )

    def _data_verdict(self) -> str:
        full, total = self._complete()
        if not total:
            return "Kelengkapan data tidak dapat dihitung."
        return f"Kelengkapan data {complete_share(full, total)} persen."

    def _complete(self, span: str = "ini") -> tuple[int, int]:
        rows = self.results["completeness"]
        rows = rows[(rows["span"] == span) & (rows["state"] != "di luar masa")]
        return int((rows["state"] == "lengkap").sum()), len(rows)


def name_list(text: str, limit: int = 25) -> str:
    """Return a JSON list of facility names as words: 'Bonti, Entikong, dan Sosok'; 'tidak ada' when empty."""
    return _listed(json.loads(text), limit) or "tidak ada"


def _listed(facilities: Sequence[str], limit: int = 25) -> str:
    names = [fmt.facility(name, short=True) for name in facilities]
    shown = names[:limit]
    rest = len(names) - len(shown)
    return fmt.joined(shown + ([f"{fmt.number(rest)} lainnya"] if rest else []))


def excluded_list(text: str) -> str:
    """Return who could not be compared and why, those of one reason together; 'tidak ada' when empty.

    text: the JSON list of target_shares.
    """
    entries: list[dict[str, Any]] = json.loads(text)
    by_reason: dict[str, list[str]] = {}
    for entry in entries:
        reasons = [
            f"{label}: {entry[span]}"
            for span, label in (("pembanding", "pembanding"), ("ini", "periode ini"))
            if entry.get(span)
        ]
        by_reason.setdefault("; ".join(reasons), []).append(entry["name"])
    words = [f"{_listed(names)} ({reason})" for reason, names in by_reason.items()]
    return "; ".join(words) if words else "tidak ada"


def band_text(band: Band, unit: str, scale: int = 1) -> str:
    """Return a band in signs: '> 145 sampai < 150 ‰'; scale divides the ends (scores are kept in tenths)."""
    ends = []
    if band.lower is not None:
        ends.append(f"{'≥' if band.lower_closed else '>'} {fmt.plain(float(band.lower / scale))}")
    if band.upper is not None:
        ends.append(f"{'≤' if band.upper_closed else '<'} {fmt.plain(float(band.upper / scale))}")
    return f"{' dan '.join(ends)} {unit}".strip()


def status_mark(value: str) -> str:
    """Return the status of a rule value as coloured words."""
    return status("dikonfirmasi", "baik") if value == "confirmed" else status(NOT_CONFIRMED, "sedang")


def rule_sources(rule: Rule) -> list[str]:
    """Return one line per source and status of a rule, naming the values that rest on it; markdown."""
    values: dict[tuple[str, str], list[str]] = {}
    for path, item in rule.sourced():
        values.setdefault((item.status, item.source), []).append(_value_name(path))
    lines = []
    for (state, source), names in sorted(values.items()):
        told = escape(fmt.joined(list(dict.fromkeys(names))))
        text = texts.SOURCES_CONFIRMED if state == "confirmed" else texts.SOURCES_UNCONFIRMED
        lines.append(text.format(source=escape(source), values=told))
    return lines


_VALUE_NAMES = {
    "first_month": "bulan pertama berlaku", "last_month": "bulan terakhir berlaku", "weights": "bobot dan rumus nilai",
    "zone_payment": "persen pembayaran", "not_adjusted": "jenis FKTP yang dibayar penuh",
    "adjusted_if": "syarat penyesuaian", "payment_lag_months": "jarak hasil ke pembayaran",
}  # fmt: skip


def _value_name(path: str) -> str:
    parts = path.split(".")
    if parts[0] == "controlled":
        return texts.CONTROLLED_LIMIT.format(disease=parts[1])
    if parts[0] == "bands":
        return f"{texts.GRADE_NAMES.get(parts[2], parts[2]).lower()} {parts[1]}"
    if parts[0] == "score_payment":
        kind = texts.TYPE_NAMES[parts[1]]
        return f"persen pembayaran {kind if kind[:2].isupper() else kind.lower()}"
    return _VALUE_NAMES[parts[0]]


def events_text(events: list[tuple[str, dt.date]]) -> str:
    """Return the clause that explains the dotted lines of a trend; empty when there is none."""
    if not events:
        return ""
    return f" Garis titik-titik: {fmt.joined([f'{label} ({fmt.date(date)})' for label, date in events])}."


def month_numbers(months: list[int]) -> str:
    """Return month numbers as short names: 'Jan, Mar'."""
    return ", ".join(MONTH_NAMES[m - 1][:3] for m in months) if months else "tidak ada"


def complete_share(full: int, total: int) -> str:
    """Return complete facility-months in percent, which says 100 only when all are; '–' when none is expected."""
    return fmt.against(full / total * 100, 100, 1) if total else fmt.MISSING


def share_of_gross(low: float, high: float, gross: float) -> str:
    """Return the withheld share of the gross in percent: '7,5' or '5,0–7,5'; '–' where nothing is priced."""
    if pd.isna(gross) or not gross:
        return fmt.MISSING
    first, second = fmt.percent(low / gross), fmt.percent(high / gross)
    return first if first == second else f"{first}–{second}"
