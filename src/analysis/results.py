"""Everything that a report says about a district and a period, computed once and kept as plain tables."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.bands import Band
from analysis.contract import COUNTS
from analysis.errors import DataError
from analysis.estimates import Estimate, change_of_ratio, ratio_of_sums, wilson
from analysis.findings import FindingKind
from analysis.indicators import Indicator, count_columns, period_sums, ratio, usable
from analysis.paired import paired_share_change
from analysis.payment import Tariff, monthly_payments, monthly_scores
from analysis.periods import Period, month_label
from analysis.rules import Rule, rule_for

GROUPS = ("utama", "lainnya", "semua")
"""Groups of facilities: those the report is about (the puskesmas; every FKTP where there is none), others, all."""
SPANS = ("ini", "pembanding")
"""The two periods: the one reported and the one it is compared with."""
KBK_INDICATORS = ("AK", "RRNS", "RPPT")
MONTH_COLUMNS = "month_columns"
"""Key in facts.json that says which columns of which table hold months."""
MINIMUM_MONTH_SHARE = 0.5
"""A facility is compared only when at least this share of the months of both periods is usable."""


@dataclass(frozen=True)
class Results:
    """Tables of one report; every table is described where it is computed.

    facts: single values (period codes, rule, counts) as JSON-able values.
    tables: table name to DataFrame.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def save(self, folder: Path) -> None:
        """Write every table as Parquet and the facts as JSON into ``folder``, replacing what stands there."""
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.parquet"):
            stale.unlink()
        months = {}
        for name, table in self.tables.items():
            months[name] = [c for c in table.columns if isinstance(table[c].dtype, pd.PeriodDtype)]
            table.astype(dict.fromkeys(months[name], "string")).to_parquet(folder / f"{name}.parquet", index=False)
        text = json.dumps({**self.facts, MONTH_COLUMNS: months}, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "facts.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Results:
        """Read what ``save`` wrote; raise DataError when the step before has not run."""
        if not (folder / "facts.json").is_file():
            raise DataError("Hasil analisis belum ada. Jalankan dahulu notebook 02_trends (atau kbk report).")
        facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        tables = {}
        for name, columns in facts.pop(MONTH_COLUMNS).items():
            table = pd.read_parquet(folder / f"{name}.parquet")
            tables[name] = table.assign(**{c: pd.PeriodIndex(table[c], freq="M") for c in columns})
        return cls(facts, tables)


@dataclass(frozen=True)
class Inputs:
    """What the computation needs.

    table: facility-month table; ledger: ledger table; kinds: kinds of finding; facilities: table of facilities.csv.
    """

    table: pd.DataFrame
    ledger: pd.DataFrame
    kinds: dict[str, FindingKind]
    facilities: pd.DataFrame
    indicators: dict[str, Indicator]
    rules: list[Rule]
    tariffs: list[Tariff]


def compute_results(inputs: Inputs, period: Period, compare: Period) -> Results:
    """Return all tables of a report on ``period``, compared with ``compare``.

    Raises DataError when no file holds a month of the period, or no rule is in force.
    """
    require_months(inputs.table["month"], period, "laporan")
    rule = rule_for(inputs.rules, period.months[-1])
    if rule is None:
        raise DataError(f"Tidak ada aturan KBK yang pasti untuk {period.label}; laporan tidak dapat dibuat.")
    grouped = inputs.table.assign(group=group_of(inputs.table["facility_type"]))
    # one group per facility, by its latest type, in every table
    grouped["group"] = grouped["facility_code"].map(_by_facility(grouped)["group"])
    table = grouped[(grouped["facility_type"] != "dokter_gigi").fillna(True)]
    names = [n for n in rule.indicators if n in inputs.indicators]
    facility = facility_indicators(table, inputs.indicators, names, rule, period=period, compare=compare)
    scores = monthly_scores(inputs.table, inputs.facilities, inputs.indicators, inputs.rules)
    scores["group"] = grouped["group"]
    payments = pd.concat(
        [
            monthly_payments(
                inputs.table, inputs.facilities, scores, rules=inputs.rules, tariffs=inputs.tariffs, months=span.months
            ).assign(span=name, group=lambda d: d["facility_code"].map(_by_facility(grouped)["group"]))
            for name, span in zip(SPANS, (period, compare), strict=True)
        ],
        ignore_index=True,
    )
    change, share = district_changes(facility, inputs.indicators, names), target_shares(facility, names)
    adjust_for_number(change, share)
    tables = {
        "facility": facility,
        "district": district_indicators(facility, inputs.indicators, names, rule),
        "change": change,
        "share": share,
        "monthly": monthly_indicators(table, inputs.indicators, names),
        "facility_monthly": facility_monthly(table, inputs.indicators, names, rule),
        "scores": scores,
        "payments": payments,
        "cost": costs(payments),
        "completeness": completeness(table, inputs.indicators, names, period, compare),
        "findings": finding_counts(inputs.ledger, inputs.kinds),
        "ledger": inputs.ledger,
        "attention": rrns_attention(facility, table, inputs.indicators, rule, period),
        "steps": steps_to_target(facility, names, rule),
        "unconfirmed": unconfirmed_values(inputs.rules),
    }
    facts = {
        "period": period.code,
        "compare": compare.code,
        "rule": rule.id,
        "leading": "puskesmas" if (table["facility_type"] == "puskesmas").any() else "FKTP",
        "months_with_data": [str(m) for m in sorted(inputs.table["month"].unique())],
        "period_months_missing": [str(m) for m in period.months if m not in set(inputs.table["month"])],
        "compare_months_missing": [str(m) for m in compare.months if m not in set(inputs.table["month"])],
        "tariffs": sorted({t.id for t in inputs.tariffs for m in period.months if t.covers(m)}),
        "minimum_month_share": MINIMUM_MONTH_SHARE,
    }
    return Results(facts, tables)


def require_months(months: Collection[pd.Period], period: Period, role: str) -> None:
    """Raise DataError when no file holds a month of a period, with what there is.

    role: what the period is for, as the analyst knows it: 'laporan' or 'pembanding'.
    """
    have = set(months)
    if not have.intersection(period.months):
        raise DataError(
            f"Tidak ada berkas untuk {period.label} (periode {role}). Data yang tersedia: {month_label(min(have))} "
            f"sampai {month_label(max(have))}. Pilih periode lain (PERIOD= dan COMPARE= pada make, --period dan "
            "--compare pada kbk), atau tambahkan berkas bulan itu."
        )


def group_of(facility_type: pd.Series) -> pd.Series:
    """Return the group of each facility-month: the puskesmas are 'utama'; without any, every facility is."""
    is_puskesmas = (facility_type == "puskesmas").fillna(False)
    if not is_puskesmas.any():
        is_puskesmas = ~is_puskesmas
    return is_puskesmas.map({True: "utama", False: "lainnya"}).astype("string")


def _by_facility(table: pd.DataFrame) -> pd.DataFrame:
    """Latest name, type and group of each facility, by its code."""
    return table.sort_values("month").groupby("facility_code")[["facility_name", "facility_type", "group"]].last()


def facility_indicators(
    table: pd.DataFrame,
    indicators: dict[str, Indicator],
    names: Iterable[str],
    rule: Rule,
    *,
    period: Period,
    compare: Period,
) -> pd.DataFrame:
    """Return one row per facility, indicator and span.

    Columns: facility_code, facility_name, facility_type, group, indicator, span, the count columns of the indicator
    (sums over usable months), months, months_expected, numerator, denominator (exact fraction), value, lower, upper
    (Wilson, for RRNS only), on_target, convention, comparable (enough months in this span), reason.
    """
    who = _by_facility(table)
    frames = []
    for span, months in zip(SPANS, (period, compare), strict=True):
        rows = table[table["month"].isin(months.months)]
        for name in names:
            indicator = indicators[name]
            sums = period_sums(rows, indicator, ["facility_code"]).reindex(who.index)
            frame = sums.join(ratio(sums, indicator))
            frame["months"] = frame["months"].fillna(0)
            frame["on_target"] = rule.target(name).holds(frame["numerator"], frame["denominator"])
            frame["indicator"], frame["span"] = name, span
            frame["months_expected"] = len(months.months)
            frames.append(frame.join(who).reset_index())
    result = pd.concat(frames, ignore_index=True)
    result["comparable"] = (result["months"] >= result["months_expected"] * MINIMUM_MONTH_SHARE) & result[
        "value"
    ].notna()
    result["reason"] = ""
    result.loc[result["months"] == 0, "reason"] = "tidak ada bulan yang dapat dipakai"
    few = (result["months"] > 0) & ~result["comparable"]
    result.loc[few, "reason"] = result.loc[few, "months"].map(lambda m: f"hanya {m} bulan yang dapat dipakai")
    limits = [_limits(row) for row in result.itertuples(index=False)]
    result["lower"] = pd.array([low for low, _ in limits], dtype="Float64")
    result["upper"] = pd.array([high for _, high in limits], dtype="Float64")
    for column in COUNTS:
        if column not in result:
            result[column] = pd.Series(pd.NA, index=result.index, dtype="Int64")
    return result.sort_values(["indicator", "span", "group", "facility_name"], kind="stable").reset_index(drop=True)


def _limits(row: Any) -> tuple[float | None, float | None]:
    if row.indicator != "RRNS" or pd.isna(row.referrals) or row.referrals == 0:
        return None, None
    estimate = wilson(int(row.nonspecialist_referrals), int(row.referrals))
    if estimate.lower is None or estimate.upper is None:
        return None, None
    return estimate.lower * 100, estimate.upper * 100


def _groups(frame: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    for group in GROUPS:
        yield group, frame if group == "semua" else frame[frame["group"] == group]


def _parts(rows: pd.DataFrame, indicator: Indicator) -> list[tuple[list[float], list[float]]]:
    return [
        (rows[p.numerator].astype(float).tolist(), rows[p.denominator].astype(float).tolist()) for p in indicator.parts
    ]


def district_indicators(
    facility: pd.DataFrame, indicators: dict[str, Indicator], names: Iterable[str], rule: Rule
) -> pd.DataFrame:
    """Return the ratio of sums of each group, indicator and span with its interval.

    Columns: group, indicator, span, on_target (compared exactly), the fields of Estimate (n: number of facilities).
    """
    records = []
    for name in names:
        for span in SPANS:
            chosen = facility[(facility["indicator"] == name) & (facility["span"] == span) & (facility["months"] > 0)]
            for group, rows in _groups(chosen):
                estimate = _ratio(rows, indicators[name])
                sums = rows[count_columns(indicators[name])].sum().to_frame().T.astype("Int64")
                exact = ratio(sums, indicators[name])
                reached = rule.target(name).holds(exact["numerator"], exact["denominator"]).iloc[0]
                records.append(
                    {"group": group, "indicator": name, "span": span, "on_target": reached, **asdict(estimate)}
                )
    return _typed(records)


def _ratio(rows: pd.DataFrame, indicator: Indicator) -> Estimate:
    if rows.empty:
        return Estimate(None, reason="tidak ada FKTP dengan data")
    return ratio_of_sums(_parts(rows, indicator), indicator.scale)


def _pairs(facility: pd.DataFrame, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the facilities that are comparable in both spans, in the same order: (compare, this)."""
    rows = facility[facility["indicator"] == name].set_index("facility_code")
    this, before = (rows[rows["span"] == s] for s in SPANS)
    both = this.index[this["comparable"]].intersection(before.index[before["comparable"]])
    return before.loc[both], this.loc[both]


def district_changes(facility: pd.DataFrame, indicators: dict[str, Indicator], names: Iterable[str]) -> pd.DataFrame:
    """Return the change of each group and indicator over the same facilities, with interval and p value.

    Columns: group, indicator, before, after (ratios of sums of the paired facilities), the fields of Estimate.
    """
    records = []
    for name in names:
        before, after = _pairs(facility, name)
        for group in GROUPS:
            chosen = after.index if group == "semua" else after.index[after["group"] == group]
            records.append(
                {"group": group, "indicator": name, **_change(before.loc[chosen], after.loc[chosen], indicators[name])}
            )
    return _typed(records)


def _change(before: pd.DataFrame, after: pd.DataFrame, indicator: Indicator) -> dict[str, Any]:
    if after.empty:
        return {
            "before": None,
            "after": None,
            **asdict(Estimate(None, reason="tidak ada FKTP yang dapat dipasangkan")),
        }
    first, second = _parts(before, indicator), _parts(after, indicator)
    return {
        "before": ratio_of_sums(first, indicator.scale).value,
        "after": ratio_of_sums(second, indicator.scale).value,
        **asdict(change_of_ratio(first, second, indicator.scale)),
    }


def target_shares(facility: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Return the share of facilities on target in both periods, over the same facilities.

    Columns: group, indicator, both, rose, fell, neither (counts), share_before, share_after, their Wilson limits,
    rose_names, fell_names, excluded_names (lists as JSON text: name and reason), the fields of Estimate (change).
    """
    records = []
    for name in names:
        before, after = _pairs(facility, name)
        rows = facility[facility["indicator"] == name]
        for group in GROUPS:
            chosen = after.index if group == "semua" else after.index[after["group"] == group]
            everyone = rows if group == "semua" else rows[rows["group"] == group]
            records.append(
                {"group": group, "indicator": name, **_share(before.loc[chosen], after.loc[chosen], everyone)}
            )
    return _typed(records)


def adjust_for_number(*tables: pd.DataFrame) -> None:
    """Add p_adjusted (Holm) and tests (their number) to tables of tests: all tests of one group are one family."""
    for group in GROUPS:
        places = [(t, i) for t in tables for i in t.index[(t["group"] == group) & t["p"].notna()]]
        adjusted = multipletests([float(t.at[i, "p"]) for t, i in places], method="holm")[1] if places else []
        for (table, i), p in zip(places, adjusted, strict=True):
            table.loc[i, ["p_adjusted", "tests"]] = [float(p), len(places)]
    for table in tables:
        for column in ("p_adjusted", "tests"):
            table[column] = (
                table[column].astype("Float64") if column in table else pd.array([pd.NA] * len(table), dtype="Float64")
            )


def _share(before: pd.DataFrame, after: pd.DataFrame, everyone: pd.DataFrame) -> dict[str, Any]:
    was, now = before["on_target"].astype(bool), after["on_target"].astype(bool)
    counts = {
        "both": int((was & now).sum()),
        "rose": int((~was & now).sum()),
        "fell": int((was & ~now).sum()),
        "neither": int((~was & ~now).sum()),
    }
    n = len(after)
    shares: dict[str, float | None] = {}
    for label, reached in (("before", int(was.sum())), ("after", int(now.sum()))):
        estimate = wilson(reached, n)
        shares |= {
            f"share_{label}": estimate.value,
            f"share_{label}_lower": estimate.lower,
            f"share_{label}_upper": estimate.upper,
        }
    return {
        **counts,
        **shares,
        "rose_names": _names(after.loc[~was & now, "facility_name"]),
        "fell_names": _names(after.loc[was & ~now, "facility_name"]),
        "excluded_names": _excluded(everyone, set(after.index)),
        **asdict(paired_share_change(**counts)),
    }


def _names(names: Iterable[str]) -> str:
    return json.dumps(sorted(names), ensure_ascii=False)


def _excluded(rows: pd.DataFrame, included: set[str]) -> str:
    left = rows[~rows["facility_code"].isin(included) & ~rows["comparable"]]
    reasons: dict[str, dict[str, str]] = {}
    for row in left.itertuples(index=False):
        reasons.setdefault(row.facility_name, {})[row.span] = row.reason
    return json.dumps([{"name": k, **v} for k, v in sorted(reasons.items())], ensure_ascii=False)


def monthly_indicators(table: pd.DataFrame, indicators: dict[str, Indicator], names: Iterable[str]) -> pd.DataFrame:
    """Return monthly ratios of sums: group, indicator, month, value, facilities (number in the sums)."""
    frames = []
    for group, rows in _groups(table):
        for name in names:
            sums = period_sums(rows, indicators[name], ["month"])
            frame = ratio(sums, indicators[name])[["value"]].reset_index()
            frame["facilities"] = sums["months"].to_numpy()
            frames.append(frame.assign(group=group, indicator=name))
    result = pd.concat(frames, ignore_index=True)
    return result[["group", "indicator", "month", "value", "facilities"]].sort_values(
        ["group", "indicator", "month"], ignore_index=True
    )


def facility_monthly(
    table: pd.DataFrame, indicators: dict[str, Indicator], names: Iterable[str], rule: Rule
) -> pd.DataFrame:
    """Return each facility-month: facility_code, facility_name, group, month, indicator, value, on_target."""
    frames = []
    for name in names:
        fraction = ratio(table, indicators[name])
        frame = table[["facility_code", "facility_name", "group", "month"]].copy()
        frame["indicator"] = name
        frame["value"] = fraction["value"]
        frame["on_target"] = rule.target(name).holds(fraction["numerator"], fraction["denominator"])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def costs(payments: pd.DataFrame) -> pd.DataFrame:
    """Return gross, withheld and unpriced months per span and group, and in all.

    Columns: span, group, gross, withheld_low, withheld_high (rupiah, sums over priced facility-months), priced,
    unpriced (facility-months), unconfirmed (any value not confirmed).
    """
    records = []
    for span in SPANS:
        rows = payments[payments["span"] == span]
        for group, chosen in _groups(rows):
            priced = chosen[chosen["paid_low"].notna()]
            records.append(
                {
                    "span": span,
                    "group": group,
                    "gross": int(priced["gross"].sum()),
                    "withheld_low": int(priced["withheld_low"].sum()),
                    "withheld_high": int(priced["withheld_high"].sum()),
                    "priced": len(priced),
                    "unpriced": len(chosen) - len(priced),
                    "unconfirmed": bool(priced["unconfirmed"].any()),
                }
            )
    return pd.DataFrame(records)


def completeness(
    table: pd.DataFrame, indicators: dict[str, Indicator], names: Iterable[str], period: Period, compare: Period
) -> pd.DataFrame:
    """Return for every facility and month of both spans how much of the data is usable.

    Columns: facility_code, facility_name, group, month, span, state: 'lengkap' (all indicators usable), 'sebagian',
    'kosong' (a row without a usable indicator), 'tidak ada' (no row) or 'di luar masa' (before the facility's first
    row or after its last one in all the data: it may have opened or closed; not counted as missing).
    """
    names = list(names)
    count = pd.DataFrame({n: usable(table, indicators[n]) for n in names}).sum(axis=1)
    state = pd.Series("sebagian", index=table.index, dtype="string")
    state = state.mask(count == len(names), "lengkap").mask(count == 0, "kosong")
    keyed = state.set_axis(pd.MultiIndex.from_frame(table[["facility_code", "month"]]))
    who = _by_facility(table)
    frames = []
    for span, months in zip(SPANS, (period, compare), strict=True):
        full = pd.MultiIndex.from_product([who.index, months.months], names=["facility_code", "month"])
        frames.append(keyed.reindex(full).fillna("tidak ada").rename("state").reset_index().assign(span=span))
    result = pd.concat(frames, ignore_index=True).drop_duplicates(["facility_code", "month", "span"])
    result = result.join(who, on="facility_code")
    seen = table.groupby("facility_code")["month"].agg(["min", "max"])
    first, last = result["facility_code"].map(seen["min"]), result["facility_code"].map(seen["max"])
    outside = (result["month"] < first) | (result["month"] > last)
    result["state"] = result["state"].mask(outside & (result["state"] == "tidak ada"), "di luar masa")
    return result.drop(columns="facility_type")


def finding_counts(ledger: pd.DataFrame, kinds: dict[str, FindingKind]) -> pd.DataFrame:
    """Return the number of findings by kind: kind, level, title, advice, findings, files, facilities."""
    records = []
    for kind, rows in ledger.groupby("kind"):
        description = kinds[str(kind)]
        records.append(
            {
                "kind": kind,
                "level": description.level,
                "title": description.title,
                "advice": description.advice,
                "findings": len(rows),
                "files": rows["file"].nunique(),
                "facilities": rows.loc[rows["facility_code"] != "", "facility_code"].nunique(),
            }
        )
    columns = ["kind", "level", "title", "advice", "findings", "files", "facilities"]
    frame = pd.DataFrame(records, columns=columns)
    order = {"galat": 0, "peringatan": 1, "catatan": 2}
    return frame.sort_values(
        ["level", "findings", "kind"],
        key=lambda c: c.map(order) if c.name == "level" else (-c if c.name == "findings" else c),
        ignore_index=True,
    )


def rrns_attention(
    facility: pd.DataFrame, table: pd.DataFrame, indicators: dict[str, Indicator], rule: Rule, period: Period
) -> pd.DataFrame:
    """Return the facilities of the leading group above the RRNS target in the period, worst excess first.

    Columns: facility_code, facility_name, nonspecialist_referrals, referrals, value, lower, upper, months_above
    (month numbers above the target, JSON list), months_used, months_expected, allowed (most non-specialist referrals
    that keep the target with the same referrals), excess (referrals too many), convention.
    """
    band = rule.target("RRNS")
    rows = facility[
        (facility["indicator"] == "RRNS")
        & (facility["span"] == "ini")
        & (facility["group"] == "utama")
        & (facility["on_target"] == False).fillna(False)  # noqa: E712 - nullable boolean
    ].copy()
    fraction = ratio(table, indicators["RRNS"])
    above = ~band.holds(fraction["numerator"], fraction["denominator"]).fillna(True) & table["month"].isin(
        period.months
    )
    months: dict[str, list[int]] = {}
    for code, month in table.loc[above, ["facility_code", "month"]].itertuples(index=False):
        months.setdefault(code, []).append(month.month)
    rows["months_above"] = [json.dumps(sorted(months.get(code, []))) for code in rows["facility_code"]]
    rows["allowed"] = [allowed_nonspecialist(int(r), band) for r in rows["referrals"]]
    rows["excess"] = rows["nonspecialist_referrals"] - rows["allowed"]
    rows["months_used"] = rows["months"]
    columns = [
        "facility_code", "facility_name", "nonspecialist_referrals", "referrals", "value", "lower", "upper",
        "months_above", "months_used", "months_expected", "allowed", "excess", "convention",
    ]  # fmt: skip
    return rows.sort_values(["excess", "facility_name"], ascending=[False, True])[columns].reset_index(drop=True)


def allowed_nonspecialist(referrals: int, band: Band) -> int:
    """Return the most non-specialist referrals that keep the target: floor of the limit, strict limits strict."""
    if band.upper is None:
        return referrals
    limit = band.upper / 100 * referrals
    whole = int(limit)
    return whole if band.upper_closed or limit != whole else max(whole - 1, 0)


def needed_contacts(registered: int, band: Band) -> int:
    """Return the fewest contacts that reach the target: ceiling of the limit per mille."""
    if band.lower is None:
        return 0
    limit = band.lower / 1000 * registered
    whole = -(-limit.numerator // limit.denominator)
    return whole if band.lower_closed or limit != whole else whole + 1


def steps_to_target(facility: pd.DataFrame, names: Iterable[str], rule: Rule) -> pd.DataFrame:
    """Return what each facility lacks, or its reserve, for AK and RRNS over the period (sums of its usable months).

    Columns: facility_code, facility_name, group, indicator, months, limit (contacts needed, or referrals allowed),
    actual, gap (contacts missing or referrals too many; never negative), reserve (the other way; never negative).
    """
    records = []
    rows = facility[(facility["span"] == "ini") & (facility["months"] > 0)]
    for row in rows.itertuples(index=False):
        if row.indicator == "AK" and "AK" in names:
            limit, actual = needed_contacts(int(row.registered), rule.target("AK")), int(row.contacts)
            lack = limit - actual
        elif row.indicator == "RRNS" and "RRNS" in names:
            limit = allowed_nonspecialist(int(row.referrals), rule.target("RRNS"))
            actual = int(row.nonspecialist_referrals)
            lack = actual - limit
        else:
            continue
        records.append(
            {
                "facility_code": row.facility_code,
                "facility_name": row.facility_name,
                "group": row.group,
                "indicator": row.indicator,
                "months": int(row.months),
                "limit": limit,
                "actual": actual,
                "gap": max(lack, 0),
                "reserve": max(-lack, 0),
            }
        )
    columns = ["facility_code", "facility_name", "group", "indicator", "months", "limit", "actual", "gap", "reserve"]
    return pd.DataFrame(records, columns=columns)


def unconfirmed_values(rules: list[Rule]) -> pd.DataFrame:
    """Return every unconfirmed value of every rule: rule, value (its path in the rule file), source."""
    records = [{"rule": r.id, "value": path, "source": source} for r in rules for path, source in r.unconfirmed()]
    return pd.DataFrame(records, columns=["rule", "value", "source"])


def _typed(records: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(records)
    for column in frame.columns:
        if column == "on_target":
            frame[column] = frame[column].astype("boolean")
        elif column in {"n", "both", "rose", "fell", "neither"}:
            frame[column] = frame[column].astype("Int64")
        elif (
            frame[column].dtype == object
            and column not in {"group", "indicator", "span", "method", "note", "reason"}
            and not column.endswith("_names")
        ):
            frame[column] = frame[column].astype("Float64")
    return frame
