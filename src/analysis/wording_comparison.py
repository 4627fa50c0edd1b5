"""Sentences on the same facilities in two periods beyond the headline: values, ratios, months, each facility."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import formats as fmt
from analysis.periods import MONTH_NAMES
from analysis.wording import NAMES_SHOWN, Sentences, evidence, points_of, row_of

UNDECIDED = "belum dapat disimpulkan"
LISTED = 3 * NAMES_SHOWN
"""Most facilities named in a list inside a sentence."""


@dataclass(frozen=True)
class ComparisonWords:
    """Sentences on the comparisons of one report; base: the report's sentences."""

    base: Sentences

    def value(self, name: str, group: str = "utama") -> str:
        """The typical change of a facility's value: Hodges–Lehmann with the Wilcoxon test.

        A check on the headline: it says whether it agrees, and leaves the conclusion to the headline's family of tests.
        """
        row = row_of(self.base.results["value_change"], group=group, indicator=name)
        who, decimals = self.base.who(group), fmt.DECIMALS[name]
        points = points_of(self.base.indicators[name])
        if pd.isna(row["value"]):
            return f"Perubahan khas {name} satu {who} tidak dapat dihitung: {row['reason']}."
        size = f"{fmt.signed(row['value'], decimals)} {points}"
        if pd.isna(row["lower"]):
            return f"Perubahan khas {name} satu {who}: {size}; intervalnya tidak dapat dihitung ({row['reason']})."
        bounds = fmt.interval(row["lower"], row["upper"], decimals, sign=True)
        test = f"{fmt.p_value(row['p_adjusted'])} sesudah disesuaikan untuk {fmt.number(row['tests'])} uji"
        test += f"; {row['note']}" if row["note"] else ""
        return (
            f"Perubahan khas {name} satu {who}: {size} (penduga Hodges–Lehmann atas {fmt.number(row['n'])} {who}; "
            f"interval {_level(row['level'])} persen {bounds}; uji Wilcoxon, {test}). {self._check(row, name, group)}"
        )

    def headline(self, name: str, group: str = "utama") -> str:
        """The verdict on the change of the ratio of sums: 'membaik, bukti jelas'; '' where there is no interval."""
        row = row_of(self.base.results["change"], group=group, indicator=name)
        return "" if pd.isna(row["value"]) or pd.isna(row["lower"]) else self._verdict(row, name)

    def _verdict(self, row: pd.Series, name: str) -> str:
        strength = evidence(row["p_adjusted"])
        if strength == "belum":
            return UNDECIDED
        return f"{self._grade(name, up=row['value'] > 0)}, bukti {strength}"

    def _grade(self, name: str, *, up: bool) -> str:
        return "membaik" if up == (self.base.indicators[name].better == "higher") else "memburuk"

    def _check(self, row: pd.Series, name: str, group: str) -> str:
        """How a check stands to the headline, which alone draws the conclusion."""
        main, own = self.headline(name, group), self._verdict(row, name)
        if not main:
            return "Angka utama tidak mempunyai interval, sehingga tidak ada kesimpulan yang dapat diperiksa."
        if own == main == UNDECIDED:
            return "Seperti pada angka utama, perubahannya belum dapat disimpulkan."
        if own == UNDECIDED:
            return f"Pemeriksaan ini sendiri belum dapat menyimpulkan; kesimpulan tetap menurut angka utama ({main})."
        if main == UNDECIDED:
            return f"Uji ini menemukan selisih, tetapi kesimpulan tetap menurut angka utama ({main})."
        if own.split(",")[0] == main.split(",")[0]:
            return f"Ini sejalan dengan angka utama ({main})."
        return (
            f"Arahnya berlawanan dengan angka utama ({main}): {self.base.who(group)} besar dan kecil berubah berbeda."
        )

    def months(self, name: str) -> str:
        """Year against year with the season taken out: every calendar month meets itself."""
        frame = self.base.results["month_change"]
        rows = frame[frame["indicator"] == name]
        if rows.empty:
            return f"Kedua periode bukan bulan yang sama pada tahun berbeda: perubahan {name} masih memuat musim."
        row = row_of(rows[rows["calendar_month"] == 0], indicator=name)
        who, decimals = self.base.who(), fmt.DECIMALS[name]
        if pd.isna(row["value"]):
            return f"{name} tidak dapat dibandingkan bulan demi bulan: {row['reason']}."
        if pd.isna(row["lower"]):
            size = f"{fmt.signed(row['value'], decimals)} {points_of(self.base.indicators[name])}"
            return f"Bulan demi bulan, selisih {name} {size}; ketidakpastiannya tidak dapat dihitung ({row['reason']})."
        single = rows[(rows["calendar_month"] > 0) & (rows["p_adjusted"] < 0.05)]
        found = fmt.joined([MONTH_NAMES[int(m) - 1] for m in single["calendar_month"]])
        bounds = fmt.interval(row["lower"], row["upper"], decimals, sign=True)
        tests, alone = single_tests(rows), ""
        if tests > 1:  # a single month is the main comparison itself
            alone = (
                f" Bulan yang berbeda, masing-masing sesudah disesuaikan untuk {fmt.number(tests)} bulan: "
                f"{found or 'tidak ada'}."
            )
        main = self.headline(name)
        rest = f"; kesimpulan tetap menurut angka utama ({main})" if main else ""
        return (
            f"Bulan demi bulan, selisih {name} {fmt.signed(row['value'], decimals)} "
            f"{points_of(self.base.indicators[name])} (interval 95 persen {bounds}), atas {fmt.number(row['matched'])} "
            f"bulan-{who} yang tersedia pada kedua tahun. Angka ini memeriksa angka utama, bukan uji tambahan, sebab "
            f"musim dan bulan yang hilang tidak ikut di dalamnya{rest}.{alone}"
        )

    def season(self, name: str) -> str:
        """The lowest and the highest calendar month of a year, or why that is not known."""
        frame = self.base.results["season"]
        rows = frame[frame["indicator"] == name]
        if rows["factor"].isna().any():
            return f"Pola musiman {name} belum dapat dihitung: {rows['reason'].iloc[0]}."
        told = [
            f"{label} {MONTH_NAMES[int(r['calendar_month']) - 1]} ({fmt.signed((float(r['factor']) - 1) * 100)} persen)"
            for label, r in (
                ("terendah", rows.loc[rows["factor"].idxmin()]), ("tertinggi", rows.loc[rows["factor"].idxmax()]),
            )
        ]  # fmt: skip
        note = str(rows["note"].iloc[0])
        doubt = f" {fmt.sentence_case(note)}." if note else ""
        return (
            f"Pola setahun {name} pada data {fmt.number(rows['years'].iloc[0])} tahun, terhadap rata-rata setahun: "
            f"{fmt.joined(told)}.{doubt}"
        )

    def facilities(self, name: str) -> str:
        """Which facilities rose or fell, at which false-discovery level, out of how many tests."""
        frame = self.base.results["facility_change"]
        rows = frame[frame["indicator"] == name]
        who, tests = self.base.who(), rows["tests"].max()
        if pd.isna(tests) or tests == 0:
            return (
                f"Perubahan {name} tiap {who} tidak dapat diuji: tidak ada yang memiliki cukup data pada kedua periode."
            )
        tested = rows[rows["p_adjusted"].notna()]
        said = []
        for verdict in ("naik", "turun"):
            names = [fmt.facility(n, short=True) for n in tested.loc[tested["verdict"] == verdict, "facility_name"]]
            shown = names[:LISTED] + ([f"{fmt.number(len(names) - LISTED)} lainnya"] if len(names) > LISTED else [])
            told = f" ({fmt.joined(shown)})" if names else ""
            grade = self._grade(name, up=verdict == "naik")
            said.append(f"{verdict} ({grade}) pada {fmt.number(len(names))} {who}{told}")
        rest, untested = int((tested["verdict"] == UNDECIDED).sum()), len(rows) - len(tested)
        left = f" {fmt.number(untested)} {who} lain tidak dapat diuji; alasannya ada dalam tabel." if untested else ""
        return (
            f"Dari {fmt.number(tests)} {who} yang diuji, {name} {said[0]}, {said[1]}, dan {UNDECIDED} pada "
            f"{fmt.number(rest)} {who}.{left} Di antara yang dinyatakan naik atau turun, yang keliru diharapkan paling "
            "banyak 5 persen (Benjamini–Hochberg). “Belum dapat disimpulkan” bukan berarti tidak berubah."
        )


def single_tests(rows: pd.DataFrame) -> int:
    """Return how many calendar months of month_change were tested."""
    return int((rows["calendar_month"].gt(0) & rows["p_adjusted"].notna()).sum())


def _level(share: float) -> str:
    return fmt.plain(round(float(share) * 100, 2))
