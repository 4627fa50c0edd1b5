"""Scores of each month and what they cost: capitation gross, paid and withheld, in whole rupiah."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.contract import expected_months
from analysis.errors import ConfigurationError
from analysis.indicators import Indicator, ratio
from analysis.periods import month_label
from analysis.reference import Strict, load_record
from analysis.rules import Rule, Status, rule_for

NOT_JUDGED_DENTIST = "praktik dokter gigi tidak dinilai KBK"
NOT_JUDGED_NETWORK = "dikecualikan: sulit akses jaringan komunikasi data"
AMOUNTS = ["gross", "withheld_low", "withheld_high"]
"""Columns that hold rupiah: what a month is worth, and what is withheld under the two readings."""
FULL = (1000, 1000)
"""Payment in tenths of a percent under both readings of the condition, when it is full under both."""


class TariffRow(Strict):
    """One row of a tariff table, rupiah per participant and month."""

    facility_type: str
    doctors: Literal["any", "none", "one", "two_or_more", "within_ratio", "above_ratio"]
    dentist: bool | None
    amount: int
    status: Status


class Tariff(Strict):
    """Tariffs of one regulation and the months in which they hold."""

    id: str
    title: str
    short: str
    first_month: str
    last_month: str | None
    participants_per_doctor: int | None
    source: str
    rows: list[TariffRow]

    def covers(self, month: pd.Period) -> bool:
        """Whether the tariff holds in a payment month."""
        return pd.Period(self.first_month, "M") <= month and (
            self.last_month is None or month <= pd.Period(self.last_month, "M")
        )

    def row(self, facility_type: str, participants: int, doctors: int | None, dentists: int | None) -> TariffRow | str:
        """Return the row for a facility, or the reason (Indonesian) why there is none."""
        candidates = [r for r in self.rows if r.facility_type == facility_type]
        if not candidates:
            return f"tarif {self.short} untuk jenis FKTP ini belum ada di data acuan"
        if all(r.doctors == "any" for r in candidates):
            return candidates[0]
        if doctors is None:
            return "jumlah dokter tidak ada di facilities.csv"
        needs_dentist = any(r.dentist is not None for r in candidates)
        if needs_dentist and dentists is None:
            return "jumlah dokter gigi tidak ada di facilities.csv"
        keys = {"none"} if doctors == 0 else {"one" if doctors == 1 else "two_or_more"}
        if doctors > 0 and self.participants_per_doctor is not None:
            keys.add("within_ratio" if participants <= doctors * self.participants_per_doctor else "above_ratio")
        has_dentist = None if dentists is None else dentists > 0
        for candidate in candidates:
            if candidate.doctors in keys and (candidate.dentist is None or candidate.dentist == has_dentist):
                return candidate
        return f"tarif {self.short} untuk susunan tenaga ini belum ada di data acuan"


def load_tariffs(reference: Path) -> list[Tariff]:
    """Return the tariff tables; raise ConfigurationError when the file is wrong or months overlap."""
    tariffs = load_record(reference / "tariffs.yml", list[Tariff])
    tariffs.sort(key=lambda t: t.first_month)
    for earlier, later in pairwise(tariffs):
        if (earlier.last_month or "9999-12") >= later.first_month:
            raise ConfigurationError(f"Tarif {earlier.id} dan {later.id} berlaku pada bulan yang sama.")
    return tariffs


def monthly_scores(
    table: pd.DataFrame, facilities: pd.DataFrame, indicators: dict[str, Indicator], rules: list[Rule]
) -> pd.DataFrame:
    """Return grades, score and payment percent of every facility-month by the rule of its service month.

    table: facility-month table; facilities: table of facilities.csv (network_exempt is used).
    Returns one row per row of ``table``: facility_code, facility_name, facility_type, month, rule, grade_<X>
    for every indicator, score_tenths, percent_tenths, on_target (number of indicators at target), convention (a
    convention decided one of them), unconfirmed (the percent rests on a value not confirmed), excluded (not judged by
    KBK at all and paid in full), reason (Indonesian; why there is no score).
    Rule: Perban 7/2019 (ratings 1-4, weights 4/5/1 in tenths) or the zones of 2016 and 2017.
    """
    base = table[["facility_code", "facility_name", "facility_type", "month"]].copy()
    base["rule"] = base["month"].map({m: getattr(rule_for(rules, m), "id", pd.NA) for m in base["month"].unique()})
    base["rule"] = base["rule"].astype("string")
    exempt = set(facilities.loc[facilities["network_exempt"].fillna(False), "code"])
    base["reason"] = pd.Series("", index=base.index, dtype="string")
    base.loc[base["rule"].isna(), "reason"] = "belum ada aturan yang pasti untuk bulan ini"
    base.loc[base["facility_type"] == "dokter_gigi", "reason"] = NOT_JUDGED_DENTIST
    base.loc[base["facility_code"].isin(exempt), "reason"] = NOT_JUDGED_NETWORK
    base["excluded"] = (base["facility_type"] == "dokter_gigi").fillna(False) | base["facility_code"].isin(exempt)
    judged = ~base["excluded"] & base["rule"].notna()
    base["convention"] = pd.Series(False, index=base.index, dtype="boolean")
    base["score_tenths"] = pd.Series(pd.NA, index=base.index, dtype="Int64")
    base["percent_tenths"] = pd.Series(pd.NA, index=base.index, dtype="Int64")
    base["on_target"] = pd.Series(pd.NA, index=base.index, dtype="Int64")
    base["unconfirmed"] = pd.Series(False, index=base.index, dtype="boolean")
    for name in indicators:
        base[f"grade_{name}"] = pd.Series(pd.NA, index=base.index, dtype="string")
    for rule in rules:
        rows = base.index[judged & (base["rule"] == rule.id).fillna(False)]
        if len(rows):
            _score_rows(base, rows, table, rule, indicators)
    return base


def _score_rows(
    base: pd.DataFrame, rows: pd.Index, table: pd.DataFrame, rule: Rule, indicators: dict[str, Indicator]
) -> None:
    grades = pd.DataFrame(index=rows)
    reached = pd.DataFrame(index=rows)
    for name in rule.indicators:
        fraction = ratio(table.loc[rows], indicators[name])
        grades[name] = rule.grade(name, fraction["numerator"], fraction["denominator"])
        reached[name] = rule.target(name).holds(fraction["numerator"], fraction["denominator"])
        base.loc[rows, f"grade_{name}"] = grades[name]
        base.loc[rows, "convention"] = base.loc[rows, "convention"] | fraction["convention"]
    base.loc[rows, "score_tenths"] = rule.score_tenths(grades)
    base.loc[rows, "percent_tenths"] = rule.percent_tenths(grades, base.loc[rows, "facility_type"])
    complete = grades.notna().all(axis=1)
    base.loc[rows, "unconfirmed"] = complete & rule.rests_on_unconfirmed(grades, base.loc[rows, "facility_type"])
    base.loc[rows, "on_target"] = reached.sum(axis=1).astype("Int64").mask(~complete)
    missing = grades.isna().dot(grades.columns + ", ").str.rstrip(", ")
    base.loc[rows, "reason"] = ("tidak dapat dinilai: " + missing + " tidak tersedia").where(~complete, "")
    untyped = complete & base.loc[rows, "percent_tenths"].isna()
    base.loc[untyped.index[untyped], "reason"] = "jenis FKTP tidak diketahui, persen pembayaran tidak dapat ditentukan"


def monthly_payments(
    table: pd.DataFrame,
    facilities: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    rules: list[Rule],
    tariffs: list[Tariff],
    months: pd.PeriodIndex,
) -> pd.DataFrame:
    """Return gross and paid capitation of every facility for the payment months.

    table: facility-month table; facilities: table of facilities.csv; scores: output of monthly_scores.
    months: payment months. Payment of month m uses the result of month m − lag, participants and tariff of month m.
    The facility type of the result month decides the percent and whether the type is paid in full, that of month m
    the tariff; without a row of the result month, that of month m decides both.
    Returns one row per facility and payment month, also for the months of ``expected_months`` without a row:
    facility_type (of month m), tariff, tariff_id, participants, gross, percent_tenths,
    paid_low and paid_high (whole rupiah, half up; they differ only where the two readings of the condition
    'one year and/or 5,000 participants' disagree), withheld_high = gross − paid_low, withheld_low, unconfirmed,
    reason (Indonesian; why there is no amount).
    """
    details = facilities.drop_duplicates("code").set_index("code").to_dict("index")
    due = {m: _Due.of(m, rules, tariffs) for m in months}
    needed = {d.result_month for d in due.values()}
    wanted = scores.loc[scores["month"].isin(needed), ["facility_code", "month", *_RESULT_FIELDS]]
    results = {(r["facility_code"], r["month"]): r for r in wanted.to_dict("records")}
    columns = ["facility_code", "facility_name", "facility_type", "month", "registered"]
    paid = table.loc[table["month"].isin(months), columns]
    records = []
    for row in paid.itertuples(index=False):
        records.append(_payment(row, details.get(row.facility_code), results, due[row.month]))
    records += _absent(table, facilities, months)
    columns = [
        "facility_code", "facility_name", "facility_type", "month", "result_month", "tariff_id", "tariff",
        "participants", "gross", "percent_tenths", "paid_low", "paid_high", "unconfirmed", "reason",
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=columns)
    for column in ("tariff", "participants", "gross", "percent_tenths", "paid_low", "paid_high"):
        frame[column] = frame[column].astype("Int64")
    for column in ("facility_code", "facility_name", "facility_type", "tariff_id", "reason"):
        frame[column] = frame[column].astype("string")
    frame["month"] = frame["month"].astype("period[M]")
    frame["result_month"] = frame["result_month"].astype("period[M]")
    frame["unconfirmed"] = frame["unconfirmed"].astype("boolean")
    frame["withheld_low"] = frame["gross"] - frame["paid_high"]
    frame["withheld_high"] = frame["gross"] - frame["paid_low"]
    return frame


def _absent(table: pd.DataFrame, facilities: pd.DataFrame, months: pd.PeriodIndex) -> list[dict[str, object]]:
    """Payment months without the row that is expected: nothing can be said of their money."""
    columns = ["facility_name", "facility_type"]
    who = table.sort_values("month").groupby("facility_code")[columns].last()
    listed = facilities.set_index("code")[["name", "type"]].set_axis(columns, axis=1)
    listed["facility_name"] = listed["facility_name"].fillna(listed.index.to_series())
    who = pd.concat([who, listed[~listed.index.isin(who.index)]])
    have = set(zip(table["facility_code"], table["month"], strict=True))
    return [
        {
            "facility_code": code,
            "facility_name": who.at[code, "facility_name"],
            "facility_type": who.at[code, "facility_type"],
            "month": month,
            "result_month": pd.NaT,
            "unconfirmed": False,
            "reason": f"tidak ada baris untuk {month_label(month)}",
        }
        for code, month in expected_months(table, facilities, months)
        if (code, month) not in have
    ]


_RESULT_FIELDS = ("facility_type", "percent_tenths", "unconfirmed", "reason")
Fields = Mapping[Hashable, Any]
"""One row of facilities.csv or of the scores, by column."""


@dataclass(frozen=True)
class _Due:
    """What holds for every facility in a payment month."""

    tariff: Tariff | None
    rule: Rule | None
    result_month: pd.Period | None

    @classmethod
    def of(cls, month: pd.Period, rules: list[Rule], tariffs: list[Tariff]) -> _Due:
        return cls(next((t for t in tariffs if t.covers(month)), None), *_result_rule(rules, month))


def _payment(
    row: object, detail: Fields | None, results: Mapping[tuple[Any, Any], Fields], due: _Due
) -> dict[str, object]:
    code, month = row.facility_code, row.month  # type: ignore[attr-defined]
    record: dict[str, object] = {
        "facility_code": code,
        "facility_name": row.facility_name,  # type: ignore[attr-defined]
        "facility_type": row.facility_type,  # type: ignore[attr-defined]
        "month": month,
        "result_month": pd.NaT,
        "unconfirmed": False,
        "reason": "",
    }
    priced = _tariff(row, detail, due.tariff)
    if isinstance(priced, str):
        return record | {"reason": priced}
    amount, tariff_id, status = priced
    participants = int(row.registered)  # type: ignore[attr-defined]
    gross = participants * amount
    record |= {"tariff_id": tariff_id, "tariff": amount, "participants": participants, "gross": gross}
    record["unconfirmed"] = status == "unconfirmed"
    rule, result_month = due.rule, due.result_month
    if rule is None or result_month is None:
        return record | {"reason": "belum ada aturan yang pasti untuk bulan hasil"}
    record["result_month"] = result_month
    result = results.get((code, result_month))
    judged = record["facility_type"] if result is None or pd.isna(result["facility_type"]) else result["facility_type"]
    if full := _full_payment(rule, judged, participants, detail, month):
        reason, basis = full
        doubtful = bool(record["unconfirmed"]) or basis == "unconfirmed"
        paid = {"percent_tenths": 1000, "paid_low": gross, "paid_high": gross}
        return record | paid | {"reason": reason, "unconfirmed": doubtful}
    if result is None:
        return record | {"reason": f"hasil KBK {month_label(result_month)} tidak ada"}
    if pd.isna(result["percent_tenths"]):
        return record | {"reason": result["reason"]}
    percent = int(result["percent_tenths"])
    low, high = _readings(rule, percent, participants=participants, detail=detail, month=month)
    undated = low != high and (detail is None or pd.isna(detail["cooperating_since"]))
    return record | {
        "reason": "tanggal kerja sama tidak ada di facilities.csv; kedua kemungkinan dihitung" if undated else "",
        "percent_tenths": percent,
        "paid_low": _share(gross, low),
        "paid_high": _share(gross, high),
        "unconfirmed": bool(record["unconfirmed"]) or bool(result["unconfirmed"]) or _condition_open(rule, percent),
    }


def _tariff(row: object, detail: Fields | None, tariff: Tariff | None) -> tuple[int, str, Status] | str:
    kind, registered = row.facility_type, row.registered  # type: ignore[attr-defined]
    if pd.isna(registered):
        return "jumlah peserta terdaftar tidak tersedia"
    if detail is not None and pd.notna(detail["special_tariff"]):
        return int(detail["special_tariff"]), "tarif khusus", "confirmed"
    if tariff is None:
        return "tarif untuk bulan ini belum dikonfirmasi"
    if pd.isna(kind):
        return "jenis FKTP tidak diketahui"
    if detail is None:
        return "FKTP ini tidak ada di facilities.csv"
    numbers = [None if pd.isna(detail[c]) else int(detail[c]) for c in ("doctors", "dentists")]
    found = tariff.row(str(kind), int(registered), *numbers)
    return found if isinstance(found, str) else (found.amount, tariff.id, found.status)


def _result_rule(rules: list[Rule], month: pd.Period) -> tuple[Rule | None, pd.Period | None]:
    for rule in rules:
        result_month = month - rule.payment_lag_months.value
        if rule.covers(result_month):
            return rule, result_month
    return None, None


def _readings(
    rule: Rule, percent: int, *, participants: int, detail: Fields | None, month: pd.Period
) -> tuple[int, int]:
    """Percent under the two readings of 'one year and/or 5,000 participants': 'atau' (low) and 'dan' (high)."""
    if rule.adjusted_if is None or percent >= 1000:
        return percent, percent
    enough = participants >= rule.adjusted_if.participants
    since = None if detail is None or pd.isna(detail["cooperating_since"]) else detail["cooperating_since"]
    if since is None:
        return percent, 1000
    # the day that many years later, against the first day of the month; 29 February needs no care against a first day
    old = (since.year + rule.adjusted_if.cooperation_years, since.month, since.day) <= (month.year, month.month, 1)
    if old and enough:
        return percent, percent
    return (percent, 1000) if old or enough else FULL


def _full_payment(
    rule: Rule, facility_type: object, participants: int, detail: Fields | None, month: pd.Period
) -> tuple[str, Status] | None:
    """Why a facility is paid in full whatever its result, and whether that is confirmed; None: the result decides.

    facility_type: the type in the result month.
    """
    if pd.isna(facility_type):
        return None
    if facility_type == "dokter_gigi":
        return NOT_JUDGED_DENTIST, "confirmed"
    if detail is not None and pd.notna(detail["network_exempt"]) and detail["network_exempt"]:
        return NOT_JUDGED_NETWORK, "confirmed"
    if rule.not_adjusted is not None and facility_type in rule.not_adjusted.value:
        return "jenis FKTP ini dibayar penuh", rule.not_adjusted.status
    if (
        rule.adjusted_if is not None
        and _readings(rule, 0, participants=participants, detail=detail, month=month) == FULL
    ):
        return "belum setahun bekerja sama dan peserta di bawah 5.000: dibayar penuh", rule.adjusted_if.status
    return None


def _condition_open(rule: Rule, percent: int) -> bool:
    """Whether a payment below 100 percent rests on a condition that is not confirmed."""
    return percent < 1000 and rule.adjusted_if is not None and rule.adjusted_if.status == "unconfirmed"


def _share(gross: int, percent_tenths: int) -> int:
    """gross × percent, rounded half up to whole rupiah."""
    return (gross * percent_tenths * 2 + 1000) // 2000
