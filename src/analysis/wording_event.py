"""Sentences on the effect of an event: what the series shows, the invited against the others, what may explain it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pandas as pd

from analysis import formats as fmt
from analysis.wording import Sentences, evidence, points_of, row_of


@dataclass(frozen=True)
class EventWords:
    """Sentences on the events of one report; base: the report's sentences."""

    base: Sentences

    def events(self) -> list[tuple[int, str, str]]:
        """The events that the report looks at, in order: (ordinal, indicator, heading)."""
        frame = self.base.results["event_series"]
        return [
            (int(r.ordinal), str(r.indicator), f"{r.indicator}: {r.label}, {fmt.date(dt.date.fromisoformat(r.date))}")
            for r in frame.itertuples(index=False)
        ]

    def _row(self, table: str, ordinal: int, name: str) -> pd.Series:
        frame = self.base.results[table]
        return row_of(frame[frame["ordinal"] == ordinal], indicator=name)

    def series(self, ordinal: int, name: str) -> str:
        """The series of the leading group after the event against the line of before continued."""
        row = self._row("event_series", ordinal, name)
        who, decimals = self.base.who(), fmt.DECIMALS[name]
        unit, points = fmt.UNITS[self.base.indicators[name].unit], points_of(self.base.indicators[name])
        if pd.isna(row["value"]):
            return f"Deret bulanan {name} seluruh {who} tidak dapat dinilai: {row['reason']}."
        size = fmt.signed(row["value"], decimals)
        after = f"{fmt.number(row['months_after'])} bulan sejak {fmt.month(pd.Period(row['first_after'], 'M'))}"
        bounds = fmt.interval(row["lower"], row["upper"], decimals, sign=True)
        test = f"{fmt.p_value(row['p_adjusted'])} sesudah disesuaikan untuk {fmt.number(row['tests'])} uji"
        strength = evidence(row["p_adjusted"])
        verdict = (
            "penyimpangan dari garis itu belum dapat disimpulkan"
            if strength == "belum"
            else f"deret menyimpang dari garis itu, bukti {strength}"
        )
        means = (
            f"Seluruh {who}: selisih {name} terhadap kelanjutan garis sebelum kegiatan {size} {points}",
            f"Selama {after}, rata-ratanya {fmt.number(row['observed'], decimals)} {unit}; menurut kelanjutan garis "
            f"{fmt.number(row['months_before'])} bulan sebelum kegiatan {fmt.number(row['expected'], decimals)}.",
        )
        if pd.isna(row["lower"]):
            return f"{means[0]}; ketidakpastiannya tidak dapat dihitung ({row['reason']}). {means[1]}"
        return (
            f"{means[0]} (interval 95 persen {bounds}; {test}): {verdict}. {means[1]} Hal lain yang terjadi pada waktu "
            "yang sama tidak dapat dipisahkan dari kegiatan ini."
        )

    def groups(self, ordinal: int, name: str) -> list[str]:
        """The invited facilities against the others, and how sure it is that the event is the reason."""
        row = self._row("event_groups", ordinal, name)
        who, decimals = self.base.who(), fmt.DECIMALS[name]
        said = []
        unknown = json.loads(row["unknown_codes"]) if pd.notna(row["unknown_codes"]) else []
        if unknown:
            said.append(f"Kode dalam daftar peserta kegiatan yang tidak dikenal: {', '.join(unknown)}.")
        if pd.isna(row["value"]):
            return [
                *said,
                f"{fmt.sentence_case(who)} yang ikut tidak dapat dibandingkan dengan yang lain: {row['reason']}.",
            ]
        points = points_of(self.base.indicators[name])
        moved = [
            f"{label} dari {fmt.number(row[before], decimals)} menjadi {fmt.number(row[after], decimals)}"
            for label, before, after in (
                (f"{fmt.number(row['invited'])} {who} yang ikut", "invited_before", "invited_after"),
                (f"{fmt.number(row['others'])} {who} lain", "others_before", "others_after"),
            )
        ]
        said.append(
            f"{self._effect(row, decimals, points)} Selama {fmt.number(row['months'])} bulan sesudah kegiatan, "
            f"dibanding bulan yang sama setahun sebelumnya, {name} {moved[0]} dan {moved[1]}."
        )
        said.append(
            "Angka itu hanya dapat dibaca sebagai pengaruh kegiatan bila tanpa kegiatan kedua kelompok akan berubah "
            f"sama besar; anggapan itu tidak dapat dibuktikan dari data.{self._placebo(row, decimals, points)}"
        )
        if pd.isna(row["picked"]):
            why = row["remaining_reason"] if pd.notna(row["remaining_reason"]) else "data sebelum kegiatan tidak ada"
            said.append(f"Apakah yang ikut dipilih karena hasilnya buruk tidak dapat diperiksa: {why}.")
        elif row["picked"]:
            said.append(self._return(row, decimals, points))
        return said

    def _effect(self, row: pd.Series, decimals: int, points: str) -> str:
        if pd.isna(row["lower"]):
            return (
                f"Selisih perubahan yang ikut dan yang lain {fmt.signed(row['value'], decimals)} {points}; "
                f"ketidakpastiannya tidak dapat dihitung ({row['reason']})."
            )
        bounds = fmt.interval(row["lower"], row["upper"], decimals, sign=True)
        strength = evidence(row["p_adjusted"])
        verdict = (
            "perbedaan perubahan kedua kelompok belum dapat disimpulkan"
            if strength == "belum"
            else f"kedua kelompok berubah berbeda, bukti {strength}"
        )
        factor = ""
        if pd.notna(row["relative"]) and pd.notna(row["relative_lower"]):
            spread = fmt.interval(row["relative_lower"], row["relative_upper"], 2)
            factor = (
                f" Sebagai rasio: {fmt.number(row['relative'], 2)} kali dari yang diharapkan menurut perubahan "
                f"kelompok lain (interval 95 persen {spread})."
            )
        return (
            f"Selisih perubahan yang ikut dan yang lain {fmt.signed(row['value'], decimals)} {points} (interval 95 "
            f"persen {bounds}; {fmt.p_value(row['p_adjusted'])} sesudah disesuaikan untuk "
            f"{fmt.number(row['tests'])} uji): {verdict}.{factor}"
        )

    @staticmethod
    def _placebo(row: pd.Series, decimals: int, points: str) -> str:
        if pd.isna(row["placebo"]) or pd.isna(row["placebo_lower"]):
            return ""
        bounds = fmt.interval(row["placebo_lower"], row["placebo_upper"], decimals, sign=True)
        differ = row["placebo_lower"] > 0 or row["placebo_upper"] < 0
        apart = "sudah berbeda" if differ else "tidak tampak berbeda"
        proof = "" if differ else "; itu bukan bukti bahwa keduanya sejalan"
        return (
            f" Sebelum kegiatan, arah kedua kelompok {apart}: selisih perubahannya "
            f"{fmt.signed(row['placebo'], decimals)} {points} (interval 95 persen {bounds}){proof}."
        )

    def _return(self, row: pd.Series, decimals: int, points: str) -> str:
        """The note on regression to the mean, wherever the invited were picked because they were the worst."""
        text = (
            f"{fmt.sentence_case(self.base.who())} yang ikut termasuk yang hasilnya paling buruk sebelum kegiatan. "
            "Kelompok seperti itu cenderung membaik dengan sendirinya, sebab sebagian dari hasil buruknya kebetulan "
            "(regresi ke rata-rata)."
        )
        if pd.notna(row["history"]):
            bounds = ""
            if pd.notna(row["history_lower"]):
                spread = fmt.interval(row["history_lower"], row["history_upper"], decimals, sign=True)
                bounds = f" (interval 95 persen {spread})"
            text += (
                " Kelompok yang terpilih dengan cara yang sama setahun sebelumnya, tanpa kegiatan, berubah "
                f"{fmt.signed(row['history'], decimals)} {points} terhadap yang lain{bounds}."
            )
        if pd.notna(row["remaining"]) and pd.notna(row["remaining_lower"]):
            bounds = fmt.interval(row["remaining_lower"], row["remaining_upper"], decimals, sign=True)
            beyond = row["remaining_lower"] > 0 or row["remaining_upper"] < 0
            # never more than what the effect itself, adjusted for all tests of events, allows to say
            decided = beyond and evidence(row["p_adjusted"]) != "belum"
            rest = "sisanya tidak memuat nol" if decided else "sisanya belum dapat disimpulkan"
            text += (
                f" Selisih perubahan sejak rentang pemilihan, dikurangi angka itu: "
                f"{fmt.signed(row['remaining'], decimals)} {points} (interval 95 persen {bounds}); {rest}."
            )
        else:
            text += (
                f" Besarnya tidak dapat dikurangkan: {row['remaining_reason'] or 'data setahun sebelumnya tidak ada'}."
            )
        return text
