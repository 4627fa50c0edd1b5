"""Results as they may be published: counts of few people left out, with all that would give them back.

Counted are people or their contacts and referrals; facilities, months and findings are not people. Of a facility's
indicator the ratio stays, for it is the official figure; where its numerator, its denominator or the rest between them
is small, all counts of that row go, with the interval and the tests that were computed from them, and the ratio keeps
the decimals that are shown. Others join it until no small count can be worked out from the ratios and their total
(``disclosure``): one alone is never left out. Of the breakdowns of referrals whole rows go (``without_small``). Sums
are formed again from what is shown. The complete results stay under data/processed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.contract import COUNTS
from analysis.disclosure import Withheld, can_differ, left_open
from analysis.findings import FindingKind
from analysis.indicators import Indicator, count_columns
from analysis.results import Results
from analysis.results_parts import GROUPS, SPANS
from analysis.results_payment import costs
from analysis.results_referrals import PAIRS, REFERRAL_TABLES, with_share
from analysis.rules import Rule

FACT = "small_numbers"
"""Key in the facts of published results: limit, hidden (rows of facilities without their counts), and breakdown."""
BREAKDOWN = "breakdown"
"""Rows that the breakdowns of referrals have lost."""
HIDDEN = "hidden"
"""Column that says which rows of a table have lost their counts."""
REASON = "jumlahnya kecil sehingga tidak ditampilkan"

_TESTED = ("lower", "upper", "p", "p_adjusted", "dispersion", "n")
_MONEY = ("participants", "gross", "paid_low", "paid_high", "withheld_low", "withheld_high")
_AMONG_PEOPLE = ("tekanan_sama", "tacc_besar", "tacc_sama", "akhir_bulan")
"""Checks whose times and of count people or referrals, not months."""
_WHOLE_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?![\w/-]|[.,]\d)")
_CURVE_ENDS = (0.6, 1.05)
"""Where the curves of a funnel begin and end, as shares of the smallest and largest facility."""

Hidden = Mapping[tuple[str, str], Set[str]]
"""Indicator and span → codes of the facilities whose counts are not shown."""


@dataclass(frozen=True)
class Publishing:
    """What decides on publication.

    limit: counts from 1 to below it are not shown; 0 shows all. targets: indicator → number at the end of its target.
    """

    limit: int
    indicators: Mapping[str, Indicator]
    targets: Mapping[str, float]
    kinds: Mapping[str, FindingKind]

    def few(self, counts: Any) -> Any:
        """Whether counts, one or an array, are of few people, but not of none."""
        return (counts > 0) & (counts < self.limit)

    def is_small(self, *counts: Any) -> bool:
        """Whether one of the counts is of few people; a missing one is not."""
        return any(pd.notna(count) and bool(self.few(count)) for count in counts)

    def rounded(self, name: str, value: Any) -> Any:
        """Return a ratio with the decimals that are shown, or as many as it takes to stay on its side of the target."""
        if pd.isna(value):
            return value
        target = self.targets.get(name)
        for decimals in range(fmt.DECIMALS[name], 8):
            near = round(float(value), decimals)
            if target is None or ((near > target), (near < target)) == ((value > target), (value < target)):
                return near
        return float(value)


def publishing(
    limit: int, rule: Rule, indicators: Mapping[str, Indicator], kinds: Mapping[str, FindingKind]
) -> Publishing:
    """Return what decides on publication of a report.

    limit: setting small_numbers of district.yml. rule: that of the report's period.
    """
    targets = {name: rule.target(name).end for name in rule.indicators}
    return Publishing(limit, indicators, targets, kinds)


def publishable(results: Results, rules: Publishing) -> Results:
    """Return results without small counts and without what would give them back; the results given stay complete."""
    if rules.limit <= 1:
        return Results({**results.facts, FACT: {"limit": 0, HIDDEN: 0, BREAKDOWN: 0}}, results.tables)
    hidden = _hidden_facilities(results["facility"], rules)
    tables = dict(results.tables)
    tables["facility"] = _facility(tables["facility"], hidden, rules)
    wholly = _wholly_hidden(tables["facility"])
    touched = {name for (name, _), codes in hidden.items() if codes}
    for name in ("district", "change", "value_change", "model_change"):
        tables[name] = _groups(tables[name], wholly, touched, rules)
    tables["attention"] = _of_period(tables["attention"].assign(indicator="RRNS"), hidden, rules, _ATTENTION).drop(
        columns="indicator"
    )
    tables["steps"] = _of_period(tables["steps"], hidden, rules, ("limit", "actual", "gap", "reserve"))
    tables["funnel_points"] = _of_period(tables["funnel_points"], hidden, rules, ("numerator", "denominator"))
    tables["funnel"] = _round(tables["funnel"], pd.Series(True, index=tables["funnel"].index), ["overall"], rules)
    tables["funnel_curves"] = _curves(tables["funnel_curves"], tables["funnel_points"])
    tables["facility_change"] = _changes(tables["facility_change"], hidden, rules)
    for name in ("monthly", "facility_monthly", "chart_points"):
        tables[name] = _rounded(tables[name], rules)
    tables["chart_quarters"] = _quarters(tables["chart_quarters"], rules)
    tables["payments"] = _payments(tables["payments"], rules)
    tables["cost"] = costs(tables["payments"])
    tables["ledger"] = _ledger(tables["ledger"], rules)
    tables["signals"] = _signals(tables["signals"], rules)
    tables.update(breakdowns(tables, rules.limit))
    told = {
        "limit": rules.limit,
        HIDDEN: int(tables["facility"][HIDDEN].sum()),
        BREAKDOWN: sum(len(results[name]) - len(tables[name]) for name in REFERRAL_TABLES),
    }
    return Results({**results.facts, FACT: told}, tables)


_ATTENTION = ("nonspecialist_referrals", "referrals", "lower", "upper", "allowed", "excess")


def without_small(table: pd.DataFrame, count: str, limit: int, known: Sequence[pd.Series] = ()) -> pd.DataFrame:
    """Return a breakdown of people (diagnosis, clinic …) without small rows and those that would give them back.

    Whole rows are left out: how many are missing, and which, would tell as much as their counts. What is left out of a
    known total is nothing or at least ``limit`` people; where it is fewer, the next smallest row joins it.
    count: column of people. limit: counts from 1 to below it go; 0 shows all. known: keys of the rows that add up to
    a known total; the total of all rows is taken as known.
    """
    sizes = table[count].fillna(0).to_numpy(dtype="int64")
    hidden = (sizes > 0) & (sizes < limit)
    groups = [np.zeros(len(table), dtype="int64")]
    groups += [key.groupby(key, dropna=False, sort=False).ngroup().to_numpy() for key in known]
    order = np.argsort(sizes, kind="stable")
    joined = len(table) > 0
    while joined:
        joined = False
        for own in groups:
            left_out = np.bincount(own, weights=np.where(hidden, sizes, 0))
            for group in np.flatnonzero((left_out > 0) & (left_out < limit)):
                others = order[(own[order] == group) & ~hidden[order] & (sizes[order] > 0)]
                hidden[others[:1]] = True
                joined |= len(others) > 0
    return table[~hidden].reset_index(drop=True)


def breakdowns(tables: Mapping[str, pd.DataFrame], limit: int) -> dict[str, pd.DataFrame]:
    """Return the breakdowns of referrals, so that no small count can be worked out from all of them together.

    In the table of pairs, the rows of a diagnosis (clinic) that is shown by itself add up to a known total, and so do
    those of all diagnoses (clinics) that are not.
    """
    shown = {name: without_small(tables[name], "referrals", limit) for name in REFERRAL_TABLES if name != PAIRS}
    pairs = tables[PAIRS].reset_index(drop=True)
    known = [
        pairs[key].where(pairs[key].isin(shown[name][key]))
        for name, key in (("referral_diagnoses", "diagnosis"), ("referral_clinics", "clinic"))
    ]
    kept = _safe_pairs(pairs, without_small(pairs.reset_index(), "referrals", limit, known)["index"], known, limit)
    shares = {name: with_share(table)[list(tables[name].columns)] for name, table in shown.items()}
    return {**shares, PAIRS: pairs[kept].reset_index(drop=True)}


def _safe_pairs(pairs: pd.DataFrame, kept: pd.Series, known: Sequence[pd.Series], limit: int) -> np.ndarray:
    """Which pairs may be shown: the smallest shown ones go until no small cell follows from the totals of its lines.

    kept: places of the pairs that are shown so far. known: line of each pair, missing for the ones not shown.
    """
    shown = np.isin(np.arange(len(pairs)), kept.to_numpy(dtype="int64"))
    if limit <= 1 or shown.all():
        return shown
    sizes = pairs["referrals"].to_numpy(dtype="int64")
    rows, columns = (pd.factorize(line, use_na_sentinel=False)[0] for line in known)
    others_row, others_column = (line.isna().to_numpy() for line in known)
    apart = others_row | others_column
    hidden = np.zeros((rows.max() + 1, columns.max() + 1), dtype="int64")
    np.add.at(hidden, (rows[~shown], columns[~shown]), sizes[~shown])
    left_out = np.ones(hidden.shape, dtype=bool)
    left_out[rows[shown & ~apart], columns[shown & ~apart]] = False
    for row, column in np.argwhere((hidden > 0) & (hidden < limit)):
        while hidden[row, column] < limit and shown.any() and not can_differ(left_out, hidden > 0, row, column):
            near = shown & ((rows == row) | (columns == column))
            places = np.flatnonzero(near if near.any() else shown)
            place = places[np.argmin(sizes[places])]
            shown[place] = False
            hidden[rows[place], columns[place]] += sizes[place]
            left_out[rows[place], columns[place]] = True
    return shown


def _hidden_facilities(facility: pd.DataFrame, rules: Publishing) -> dict[tuple[str, str], set[str]]:
    hidden = {}
    for (name, span), rows in facility.groupby(["indicator", "span"], sort=False):
        parts = rules.indicators[str(name)].parts
        told = np.zeros(len(rows), dtype=bool)
        for part in parts:
            above, below = (rows[c].to_numpy(float, na_value=np.nan) for c in (part.numerator, part.denominator))
            told |= rules.few(above) | rules.few(below) | rules.few(below - above)
        small = pd.Series(told, index=rows.index)
        size = rows[[p.numerator for p in parts]].astype("Float64").sum(axis=1).astype(float)
        chosen = small.copy()
        for group in GROUPS[:-1]:
            own = rows["group"] == group
            if (small & own).any():
                chosen |= _joined(rows[own], small[own], size[own], str(name), rules).reindex(
                    rows.index, fill_value=False
                )
                if (chosen & own).sum() == 1 and ((size > 0) & ~chosen).any():
                    chosen.loc[size[(size > 0) & ~chosen].idxmin()] = True
        hidden[str(name), str(span)] = set(rows.loc[chosen, "facility_code"].astype(str))
    return hidden


def _joined(rows: pd.DataFrame, small: pd.Series, size: pd.Series, name: str, rules: Publishing) -> pd.Series:
    """The small ones and as many of the next smallest as it takes until none can be worked out from what is shown."""
    chosen = small.copy()
    others = iter(size[(size > 0) & ~small].sort_values().index)
    while chosen.sum() == 1 or not _all_open(rows, small, chosen, name, rules):
        following = next(others, None)
        if following is None:
            break
        chosen.loc[following] = True
    return chosen


def _all_open(rows: pd.DataFrame, small: pd.Series, chosen: pd.Series, name: str, rules: Publishing) -> bool:
    indicator = rules.indicators[name]
    if len(indicator.parts) > 1:
        return True  # two ratios in one: their counts stay open without any help
    part, decimals = indicator.parts[0], fmt.DECIMALS[name]
    counts = rows[[part.numerator, part.denominator]].astype("Float64").fillna(0).astype(float)
    above, below = counts.sum()
    if not below:
        return True
    kept = counts[~chosen].sum().astype(int)
    asked = [row for row in rows.index[chosen] if 0 < counts.loc[row].iloc[0] < rules.limit or not small.loc[row]]
    withheld = []
    for row in asked:
        count = int(counts.loc[row].iloc[0])
        ends = (1, rules.limit - 1) if small.loc[row] else (rules.limit, max(4 * rules.limit, 2 * count))
        withheld.append(Withheld(round(float(rows.loc[row, "value"]), decimals), *ends))
    total = round(indicator.scale * above / below, decimals)
    fixed = counts.loc[[row for row in rows.index[chosen] if row not in asked]].sum().astype(int)
    known = (int(kept.iloc[0] + fixed.iloc[0]), int(kept.iloc[1] + fixed.iloc[1]))
    safe = left_open(withheld, known, total, scale=indicator.scale, decimals=decimals)
    return all(open_ for row, open_ in zip(asked, safe, strict=True) if small.loc[row])


def _counts(numerator: Any, denominator: Any) -> tuple[Any, Any, Any]:
    """Numerator, denominator and the rest between them."""
    missing = pd.isna(numerator) or pd.isna(denominator)
    return numerator, denominator, pd.NA if missing else denominator - numerator


def _blank(table: pd.DataFrame, rows: pd.Series, columns: Iterable[str]) -> pd.DataFrame:
    changed = {}
    for column in columns:
        if column in table:
            kind = table[column].dtype
            plain = {"int64": "Int64", "float64": "Float64"}.get(str(kind), kind)
            changed[column] = table[column].astype(plain).mask(rows)
    return table.assign(**changed)


def _round(table: pd.DataFrame, rows: pd.Series, columns: Iterable[str], rules: Publishing) -> pd.DataFrame:
    changed = {}
    for column in columns:
        if column in table:
            told = zip(table["indicator"], table[column], rows, strict=True)
            values = [rules.rounded(str(name), value) if row else value for name, value, row in told]
            changed[column] = pd.array([None if pd.isna(v) else float(v) for v in values], dtype="Float64")
    return table.assign(**changed)


def _facility(table: pd.DataFrame, hidden: Hidden, rules: Publishing) -> pd.DataFrame:
    keys = zip(table["indicator"], table["span"], table["facility_code"], strict=True)
    rows = pd.Series([str(code) in hidden[name, span] for name, span, code in keys], index=table.index, dtype=bool)
    counts = {column for indicator in rules.indicators.values() for column in count_columns(indicator)}
    table = _round(table.assign(**{HIDDEN: rows}), rows, ["value"], rules)
    return _blank(table, rows, [*sorted(counts), "numerator", "denominator", "lower", "upper"])


def _wholly_hidden(facility: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Group, indicator and span of which every facility is without its counts."""
    used = facility[[HIDDEN, "group", "indicator", "span"]][facility["months"] > 0]
    wholly: dict[tuple[str, str, str], bool] = {}
    for hidden, group, name, span in used.itertuples(index=False):
        for key in ((group, name, span), (GROUPS[-1], name, span)):
            wholly[key] = wholly.get(key, True) and hidden
    return {key for key, all_hidden in wholly.items() if all_hidden}


def _groups(
    table: pd.DataFrame, wholly: Set[tuple[str, str, str]], touched: Set[str], rules: Publishing
) -> pd.DataFrame:
    """A group whose facilities are all without their counts keeps its ratio, no interval and no test.

    wholly: ``_wholly_hidden``. touched: indicators of which some facility is without its counts.
    """
    spans = table["span"] if "span" in table else pd.Series("", index=table.index)
    keys = zip(table["group"], table["indicator"], spans, strict=True)
    rows = pd.Series(
        [any((group, name, one) in wholly for one in ([span] if span else SPANS)) for group, name, span in keys],
        index=table.index,
        dtype=bool,
    )
    table = _round(table, table["indicator"].isin(touched), ["before", "after"], rules)
    if "span" in table:
        table = _round(table, table["indicator"].isin(touched), ["value"], rules)
    if not rows.any():
        return table
    table = _blank(table, rows, ["lower", "upper", "p", "p_adjusted"])
    return table.assign(reason=table["reason"].mask(rows, REASON))


def _of_period(table: pd.DataFrame, hidden: Hidden, rules: Publishing, counts: Iterable[str]) -> pd.DataFrame:
    keys = zip(table["indicator"], table["facility_code"], strict=True)
    rows = pd.Series(
        [str(code) in hidden.get((name, SPANS[0]), ()) for name, code in keys], index=table.index, dtype=bool
    )
    return _blank(_round(table.assign(**{HIDDEN: rows}), rows, ["value"], rules), rows, counts)


def _curves(curves: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Curves that reach only as far as the facilities that are shown: their ends would tell the size of the others."""
    frames = []
    for name, rows in curves.groupby("indicator", sort=False):
        own = points[(points["indicator"] == name) & (points["reason"] == "")]
        if not own[HIDDEN].any():
            frames.append(rows)
            continue
        sizes = own["denominator"].dropna().astype(float)
        if sizes.empty:
            continue
        known = rows["denominator"].astype(float)
        first, last = max(sizes.min() * _CURVE_ENDS[0], known.min()), min(sizes.max() * _CURVE_ENDS[1], known.max())
        grid = np.linspace(np.sqrt(first), np.sqrt(last), len(rows)) ** 2
        columns = {
            c: pd.array(np.interp(grid, known, rows[c].astype(float)), dtype="Float64")
            for c in rows.columns
            if c not in ("indicator", "denominator") and rows[c].notna().all()
        }
        frames.append(pd.DataFrame({"indicator": name, "denominator": grid, **columns}).reindex(columns=rows.columns))
    return pd.concat(frames, ignore_index=True).astype(curves.dtypes) if frames else curves.iloc[:0]


def _changes(table: pd.DataFrame, hidden: Hidden, rules: Publishing) -> pd.DataFrame:
    keys = zip(table["indicator"], table["facility_code"], strict=True)
    rows = pd.Series(
        [any(str(code) in hidden.get((name, span), ()) for span in SPANS) for name, code in keys],
        index=table.index, dtype=bool,
    )  # fmt: skip
    table = _round(table.assign(**{HIDDEN: rows}), rows, ["before", "after"], rules)
    shares = (
        table["indicator"].map({name: one.unit == "percent" for name, one in rules.indicators.items()}).astype(bool)
    )
    # of shares the difference of what is shown, of rates their ratio as it is shown
    near = (table["after"] - table["before"]).round(6).where(shares, table["value"].round(3))
    change = table["value"].mask(rows & table["value"].notna(), near)
    return _blank(table.assign(value=change), rows, _TESTED)


def _rounded(table: pd.DataFrame, rules: Publishing) -> pd.DataFrame:
    """Monthly ratios with the decimals that are shown: with all of them they would be fractions of two known counts."""
    return _round(table, pd.Series(True, index=table.index), ["value"], rules)


def _quarters(table: pd.DataFrame, rules: Publishing) -> pd.DataFrame:
    told = zip(table["numerator"], table["denominator"], strict=True)
    rows = pd.Series([rules.is_small(*_counts(*pair)) for pair in told], index=table.index, dtype=bool)
    table = _round(table, rows, ["value"], rules)
    counts = ("numerator", "denominator", "lower", "upper", "limit_lower", "limit_upper")
    return _blank(table, rows, counts)


def _payments(table: pd.DataFrame, rules: Publishing) -> pd.DataFrame:
    rows = pd.Series([rules.is_small(count) for count in table["participants"]], index=table.index, dtype=bool)
    return _blank(table, rows, _MONEY).assign(reason=table["reason"].mask(rows, REASON))


def _signals(table: pd.DataFrame, rules: Publishing) -> pd.DataFrame:
    """Signals without those that tell a small count: of what they look at, or of people among people."""
    about_count = table["what"].str.split(",").str[0].isin(COUNTS)
    told = zip(
        table["observed"], table["times"], table["of"], about_count, table["kind"].isin(_AMONG_PEOPLE), strict=True
    )
    small = [
        (counted and rules.is_small(seen)) or (people and rules.is_small(*_counts(times, of)))
        for seen, times, of, counted, people in told
    ]
    return table[~pd.Series(small, index=table.index, dtype=bool)].reset_index(drop=True)


def _ledger(table: pd.DataFrame, rules: Publishing) -> pd.DataFrame:
    """Findings that quote counts of people, without a quotation that holds a small one."""
    counted = table["kind"].map({key: kind.counts for key, kind in rules.kinds.items()}).fillna(False).astype(bool)
    quoted = table["read"] + " ; " + table["done"]
    small = quoted.map(lambda text: any(rules.is_small(int(n)) for n in _WHOLE_NUMBER.findall(text))).astype(bool)
    rows = counted & small
    done = [
        _WHOLE_NUMBER.sub(lambda m: "…" if rules.is_small(int(m[0])) else m[0], text) if row else text
        for text, row in zip(table["done"], rows, strict=True)
    ]
    return table.assign(
        read=table["read"].mask(rows, texts.NOT_SHOWN), done=pd.Series(done, index=table.index, dtype="string")
    )
