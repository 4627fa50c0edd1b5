"""Sentences on monthly charts, funnels and the shares of several periods, graded by what they can show."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from analysis import formats as fmt
from analysis import spc, spc_p
from analysis.funnel import BETWEEN, BEYOND, INSIDE
from analysis.periods import parse_period
from analysis.wording import NAMES_SHOWN, Sentences, evidence, points_of, row_of, target_text

RULES = {
    (spc.OUTSIDE, 1): "di atas batas alami",
    (spc.OUTSIDE, -1): "di bawah batas alami",
    (spc.TREND, 1): "bagian dari kenaikan enam bulan berturut-turut atau lebih",
    (spc.TREND, -1): "bagian dari penurunan enam bulan berturut-turut atau lebih",
    (spc.TWO_OF_THREE, 1): "dua dari tiga bulan berurutan mendekati batas atas",
    (spc.TWO_OF_THREE, -1): "dua dari tiga bulan berurutan mendekati batas bawah",
    (spc.ONE_SIDE, 1): "bagian dari tujuh bulan atau lebih berturut-turut di atas rata-rata",
    (spc.ONE_SIDE, -1): "bagian dari tujuh bulan atau lebih berturut-turut di bawah rata-rata",
}
ASSURANCE = {
    spc.ALWAYS: "Selama prosesnya tetap seperti ini, target {target} dapat diharapkan tercapai setiap bulan: seluruh "
    "rentang batas alami berada di sisi yang memenuhi.",
    spc.NEVER: "Selama prosesnya tetap seperti ini, target {target} hampir pasti tidak tercapai pada bulan mana pun: "
    "seluruh rentang batas alami berada di sisi yang belum memenuhi. Diperlukan perubahan cara kerja, bukan dorongan "
    "sesaat.",
    spc.SOMETIMES: "Selama prosesnya tetap seperti ini, target {target} kadang tercapai dan kadang tidak, karena "
    "naik-turun biasa: target berada di antara kedua batas alami.",
}


@dataclass(frozen=True)
class TrendWords:
    """Sentences on the series of one report; base: the report's sentences, which know periods, rule and groups."""

    base: Sentences

    def chart(self, name: str) -> list[str]:
        """What the monthly chart of the leading group shows: level and limits, marks of the period, assurance."""
        head = row_of(self.base.results["chart"], indicator=name)
        decimals, unit = fmt.DECIMALS[name], fmt.UNITS[self.base.indicators[name].unit]
        if head["kind"] == spc_p.QUARTERLY:
            return [self._quarters(name)]
        anew = bool(head["limits_from"]) and head["limits_from"] != head["start"]
        if head["reason"]:
            since = f" sejak {_month(head['limits_from'])}" if anew else ""
            none = f"Batas alami {name}{since} tidak dapat dihitung: {head['reason']}."
            return [none, self._marks(name)] if anew else [none]
        trial = f" Batas ini sementara karena rentangnya kurang dari {spc.TRIAL_BELOW} bulan." if head["trial"] else ""
        last = "batas alami bulan terakhir" if head["kind"] == spc_p.LANEY else "batas alami"
        level = (
            f"Rata-rata bulanan {name} {self.base.who()} pada {_month(head['limits_from'])} sampai "
            f"{_month(head['end'])} ialah {fmt.number(head['mean'], decimals)} {unit} dengan {last} "
            f"{fmt.interval(head['lower'], head['upper'], decimals)} (bagan {head['kind']}).{trial}"
        )
        return [level, self._marks(name), self._assurance(name, str(head["assurance"]))]

    def _assurance(self, name: str, said: str) -> str:
        target = target_text(self.base.rule.target(name), self.base.indicators[name])
        return ASSURANCE[said].format(target=target) if said in ASSURANCE else ""

    def _marks(self, name: str) -> str:
        frame = self.base.results["chart_points"]
        inside = frame[(frame["indicator"] == name) & frame["month"].isin(self.base.period.months)]
        judged = inside[inside["grade"] != ""]
        if judged.empty:
            return f"Tidak satu bulan pun pada {self.base.period.label} dapat dinilai terhadap batas alami."
        marked = judged[judged["rule"] != ""]
        if marked.empty:
            return (
                f"Tidak ada bulan bertanda pada {self.base.period.label} ({fmt.number(len(judged))} bulan dinilai): "
                "naik-turun antarbulan di dalam batas alami tidak perlu ditafsirkan satu per satu."
            )
        parts = []
        for (grade, rule, direction), rows in marked.groupby(["grade", "rule", "direction"], sort=False):
            months = fmt.joined([fmt.month_short(m) for m in rows["month"]])
            parts.append(f"{months}, tanda {grade} ({RULES[str(rule), int(direction)]})")
        return (
            f"Bulan bertanda pada {self.base.period.label}: {'; '.join(parts)}. Tanda seperti ini jarang muncul dari "
            "naik-turun biasa, tetapi sebabnya tidak terbaca dari bagan. Bila sebabnya diketahui dan keadaannya "
            "menetap, batas baru dapat dimulai (rebase dalam district.yml)."
        )

    def _quarters(self, name: str) -> str:
        decimals = fmt.DECIMALS[name]
        frame = self.base.results["chart_quarters"]
        frame = frame[(frame["indicator"] == name) & frame["value"].notna()]
        head = row_of(self.base.results["chart"], indicator=name)
        if head["reason"] or frame.empty:
            return f"Deret bulanan {name} tidak dapat dinilai: {head['reason'] or 'tidak ada triwulan dengan data'}."
        labels = {f"{m.year}-T{m.quarter}" for m in self.base.period.months}
        told = [
            f"{parse_period(q.label).label} {fmt.number(q.value, decimals)} persen (interval 95 persen "
            f"{fmt.interval(q.lower, q.upper, decimals)}"
            + (f"; tanda {q.grade}, di luar batas 99,8 persen" if q.grade in (spc.BETTER, spc.WORSE) else "")
            + ")"
            for q in frame.itertuples(index=False)
            if q.label in labels
        ]
        return (
            f"Kasus per bulan terlalu sedikit untuk batas alami bulanan, karena itu {name} dilihat per triwulan dengan "
            f"interval eksak: {'; '.join(told) if told else 'tidak ada triwulan dengan data pada periode ini'}. "
            f"Nilai gabungan {_month(head['limits_from'])} sampai {_month(head['end'])} "
            f"{fmt.number(head['mean'], decimals)} persen."
        )

    def facility_marks(self, name: str) -> str:
        """How many facilities carry a mark in the period, and what chance alone would give a reader to expect."""
        frame = self.base.results["facility_marks"]
        frame = frame[frame["indicator"] == name]
        charted = int(row_of(self.base.results["facility_charts"], indicator=name)["n"])
        who = self.base.who()
        if charted == 0:
            return f"Bagan {name} tiap {who} tidak dapat dibuat: tidak ada yang memiliki cukup bulan."
        marked = frame["facility_code"].nunique()
        if marked == 0:
            return (
                f"Bagan {name} dibuat untuk {fmt.number(charted)} {who}; tidak satu pun bertanda pada "
                f"{self.base.period.label}."
            )
        return (
            f"Bagan {name} dibuat untuk {fmt.number(charted)} {who}; {fmt.number(marked)} bertanda pada "
            f"{self.base.period.label}. Makin banyak bagan yang dilihat, makin sering ada tanda yang muncul secara "
            "kebetulan: tanda ialah ajakan untuk bertanya, bukan kesimpulan."
        )

    def funnel(self, name: str) -> list[str]:
        """Who lies outside the funnel, graded by the limits, and how far the facilities differ beyond chance."""
        head = row_of(self.base.results["funnel"], indicator=name)
        who = self.base.who()
        if head["reason"]:
            return [f"Diagram corong {name} tidak dapat dibuat: {head['reason']}."]
        frame = self.base.results["funnel_points"]
        frame = frame[(frame["indicator"] == name) & (frame["reason"] == "")]
        decimals, unit = fmt.DECIMALS[name], fmt.UNITS[self.base.indicators[name].unit]
        said = [
            f"Nilai gabungan {fmt.number(head['n'])} {who} {fmt.number(head['overall'], decimals)} {unit}. "
            + self._outside(frame, BEYOND, "Jelas berbeda dari nilai itu (di luar batas 99,8 persen)")
            + " "
            + self._outside(frame, BETWEEN, "Mungkin berbeda (antara batas 95 dan 99,8 persen)")
        ]
        if (head["tau2"] or 0) > 0:
            said.append(
                f"{fmt.sentence_case(who)} berbeda satu sama lain lebih daripada yang dapat dijelaskan oleh kebetulan "
                f"(φ = {fmt.number(head['phi'], 1)}; simpangan baku antar-{who} sekitar "
                f"{fmt.number(head['spread'], decimals)} {points_of(self.base.indicators[name])}). Batas utama sudah "
                f"memperhitungkan keragaman itu; tanpanya {fmt.number((frame['position'] != INSIDE).sum())} dari "
                f"{fmt.number(head['n'])} berada di luar batas 95 persen."
                if head["phi"] > 2
                else f"Keragaman antar-{who} sedikit melebihi kebetulan (φ = {fmt.number(head['phi'], 1)}) dan sudah "
                "diperhitungkan dalam batas utama."
            )
        else:
            said.append(
                f"Perbedaan antar-{who} tidak melebihi yang dapat terjadi secara kebetulan "
                f"(φ = {fmt.number(head['phi'], 1)})."
            )
        expected = max(1, round(0.05 * int(head["n"])))
        said.append(
            f"Dari {fmt.number(head['n'])} {who} yang sebenarnya sama pun, sekitar {fmt.number(expected)} dapat berada "
            "di luar batas 95 persen. Urutan di dalam corong tidak bermakna."
        )
        return said

    def _outside(self, frame: pd.DataFrame, position: str, lead: str) -> str:
        rows = frame[frame["position_adjusted"] == position].sort_values("facility_name")
        if rows.empty:
            return f"{lead}: tidak ada."
        told = [f"{fmt.facility(r.facility_name, short=True)} ({r.side})" for r in rows.itertuples(index=False)]
        more = len(told) - NAMES_SHOWN * 3
        return f"{lead}: {fmt.joined(told[: NAMES_SHOWN * 3] + ([f'{more} lainnya'] if more > 0 else []))}."

    def history(self, name: str) -> list[str]:
        """Share on target over the periods of the report's length: first and last, Cochran's Q, pairs, trend."""
        frame = self.base.results["history"]
        frame = frame[(frame["indicator"] == name) & frame["value"].notna()]
        if len(frame) < 2:
            known = "baru diketahui untuk satu periode" if len(frame) else "tidak diketahui untuk satu periode pun"
            return [f"Bagian {self.base.who()} yang memenuhi target {name} {known}; tidak ada yang dapat dibandingkan."]
        first, last, who = frame.iloc[0], frame.iloc[-1], self.base.who()
        shown = [
            f"{fmt.number(r['reached'])} dari {fmt.number(r['n'])} {who} ({fmt.percent(r['value'])} persen) pada "
            f"{parse_period(r['period']).label}"
            for r in (first, last)
        ]
        said = [
            f"Yang memenuhi target {name}: {shown[0]} dan {shown[1]}. Angka ini hanya menunjukkan besarnya; "
            "perubahan dinilai atas FKTP yang sama."
        ]
        q = row_of(self.base.results["history_test"], indicator=name, kind="q")
        trend = row_of(self.base.results["history_test"], indicator=name, kind="tren")
        if pd.notna(q["p_adjusted"]):
            said.append(self._overall(q))
        if pd.notna(trend["p_adjusted"]) and pd.notna(trend["lower"]):
            said.append(
                f"Garis lurus melalui semua periode: {fmt.signed(trend['value'] * 100, 1)} poin persen per periode "
                f"(interval 95 persen {fmt.interval(trend['lower'] * 100, trend['upper'] * 100, 1, sign=True)}). "
                f"Ini hanya petunjuk, bukan kesimpulan: {who} yang sama dihitung berulang kali, dan garis lurus "
                "menutupi naik-turun di antaranya."
            )
        return said

    def _overall(self, q: pd.Series) -> str:
        n, periods, tests = (fmt.number(q[c]) for c in ("n", "periods", "tests"))
        basis = f"{n} {self.base.who()} yang diketahui pada semua {periods} periode"
        test = f"Q Cochran, {fmt.p_value(q['p_adjusted'])} sesudah disesuaikan untuk {tests} uji"
        strength = evidence(q["p_adjusted"])
        if q["value"] == 0:
            return f"Atas {basis}, tidak satu pun berpindah keadaan terhadap target."
        if strength == "belum":
            return f"Atas {basis}, perbedaan antarperiode belum dapat disimpulkan ({test})."
        pairs = fmt.number(q["pairs"])
        found = (
            f"dari {pairs} pasangan periode, {fmt.number(q['pairs_found'])} berbeda sesudah disesuaikan"
            if q["pairs_found"]
            else f"tetapi tidak satu pun dari {pairs} pasangan periode berbeda sesudah disesuaikan, sehingga "
            "periode mana yang berbeda belum dapat disebut"
        )
        return f"Atas {basis}, bagian itu berbeda antarperiode (bukti {strength}; {test}); {found}."

    def years(self, name: str) -> list[str]:
        """Each calendar year against the next over the same facilities, as the news quotes it but with its evidence.

        The years that the report itself compares carry the evidence of its main comparison, so that one number has one
        verdict.
        """
        frame = self.base.results["year_pairs"]
        frame = frame[frame["indicator"] == name]
        return [self._year(name, row) for _, row in frame.iterrows()]

    def _year(self, name: str, row: pd.Series) -> str:
        family = "pasangan tahun"
        if (row["period_before"], row["period_after"]) == (self.base.compare.code, self.base.period.code):
            main = row_of(self.base.results["share"], group="utama", indicator=name)
            row, family = row.copy(), "uji utama laporan"
            row["p_adjusted"], row["tests"] = main["p_adjusted"], main["tests"]
        who = self.base.who()
        years = f"{row['period_before']} ke {row['period_after']}"
        if pd.isna(row["value"]):
            return f"{years}: tidak dapat dibandingkan ({row['reason']})."
        were, are, n = row["both"] + row["fell"], row["both"] + row["rose"], row["n"]
        before, after, total = map(fmt.number, (were, are, n))
        size = f"{fmt.percent(were / n)} persen ({before} dari {total}) menjadi {fmt.percent(are / n)} persen ({after})"
        if row["rose"] == row["fell"] == 0:
            return (
                f"{years}: {who} yang memenuhi target {name} tetap {after} dari {total}; tidak ada yang menjadi "
                "memenuhi dan tidak ada yang tidak lagi memenuhi."
            )
        bounds = fmt.interval(row["lower"] * 100, row["upper"] * 100, 1, sign=True)
        strength = evidence(row["p_adjusted"])
        rose, fell = (fmt.number(row[c]) if row[c] else "tidak ada" for c in ("rose", "fell"))
        word = _verdict(strength)
        if strength != "belum":
            word = f"bagian yang memenuhi target {'bertambah' if row['value'] > 0 else 'berkurang'}, {word}"
        return (
            f"{years}: {who} yang memenuhi target {name} dari {size}; "
            f"{rose} yang menjadi memenuhi, {fell} yang tidak lagi memenuhi. Selisih "
            f"{fmt.signed(row['value'] * 100, 1)} poin persen (interval 95 persen {bounds}; McNemar eksak "
            f"{fmt.p_value(row['p'])}, {fmt.p_value(row['p_adjusted'])} sesudah disesuaikan untuk "
            f"{fmt.number(row['tests'])} {family}): {word}."
        )


def places_text(places: str) -> str:
    """Return the months or quarters of a mark (JSON list) as words: 'Jan 26 dan Feb 26', 'Triwulan I 2026'."""
    words = []
    for place in json.loads(places):
        words.append(parse_period(place).label if "T" in place else fmt.month_short(pd.Period(place, "M")))
    return fmt.joined(words)


def _verdict(strength: str) -> str:
    return "belum dapat disimpulkan" if strength == "belum" else f"bukti {strength}"


def _month(text: str) -> str:
    return fmt.month(pd.Period(text, "M"))
