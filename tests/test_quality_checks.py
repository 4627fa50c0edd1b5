"""The checks of the figures see what was put there, and only what chance cannot have made."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats
from small_report import REFERENCE
from small_scope import facility, months, table

from analysis.district import Codes
from analysis.errors import ConfigurationError
from analysis.extract_shapes import Recorded
from analysis.quality import NEEDED, Check, Outcome, below_level, load_checks, signal_table
from analysis.quality_checks import load_grounds, run_checks, signals
from analysis.quality_jumps import jumps, participants_jump
from analysis.quality_population import (
    Population,
    beyond_population,
    population_of,
    registered_totals,
    total_changes,
)
from analysis.quality_repeats import (
    full_parts,
    parts_beyond,
    repeated_counts,
    repeated_months,
    round_counts,
    twin_counts,
)
from analysis.quality_signals import (
    NO_EXTRACT,
    ExtractCounts,
    at_least,
    bunched_contacts,
    extract_counts,
    heaped_pressure,
    many_exempted,
    month_end,
    same_reason,
    visit_signals,
)
from analysis.wording_quality import SIGNAL_HEADINGS, readable_signals

CHECKS = load_checks(REFERENCE)
YEAR = months("2025-01", "2025-12")
TWO = months("2024-01", "2025-12")
LAST = pd.Period("2025-12", "M")
A, B, C = "0101A001", "0101A002", "0101A003"


def month(text: str) -> pd.Period:
    return pd.Period(text, "M")


def varied(code: str, seed: int, when: list[str] = TWO, **others: Any) -> list[dict[str, Any]]:
    """A facility whose counts vary by chance around 20.000 participants."""
    chance, n = np.random.default_rng(seed), len(when)
    counts = {
        "registered": list(20000 + seed + 7 * np.arange(n)), "contacts": list(chance.poisson(2600, n)),
        "referrals": list(chance.poisson(240, n)), "dm_registered": list(chance.poisson(300, n)),
        "ht_registered": list(chance.poisson(1100, n)), "nonspecialist_referrals": list(chance.poisson(5, n)),
    }  # fmt: skip
    drawn = {c: [int(v) for v in values] for c, values in counts.items()}
    return facility(code, when, **{**drawn, **others})


def district(**first: Any) -> pd.DataFrame:
    return table(varied(A, 1, **first), *(varied(f"0101A00{i}", i) for i in range(2, 8)))


def told(outcome: Outcome) -> list[tuple[str, str, str, str]]:
    return [(s.facility_code, str(s.first), str(s.last), s.what) for s in outcome.signals]


# Jumps


def test_chance_alone_makes_no_jump() -> None:
    own, common = jumps(district(), CHECKS)
    # 4 counts × 7 facilities × (24 − 6) months with six months before them
    assert (own.tested, own.signals) == (4 * 7 * 18, [])
    assert (common.tested, common.signals) == (4 * 18, [])


def test_a_count_that_doubles_in_one_month_is_a_jump_of_that_facility_alone() -> None:
    rows = district()
    here = (rows["facility_code"] == A) & (rows["month"] == month("2025-05"))
    rows.loc[here, "contacts"] = rows.loc[here, "contacts"] * 2
    own, common = jumps(rows, CHECKS)
    assert told(own) == [(A, "2025-05", "2025-05", "contacts")]
    assert own.signals[0].observed == float(rows.loc[here, "contacts"].iloc[0])
    assert own.signals[0].expected == pytest.approx(2600, rel=0.05)
    assert common.signals == []


def test_months_that_jump_together_are_told_once() -> None:
    rows = district()
    here = (rows["facility_code"] == A) & rows["month"].between(month("2025-05"), month("2025-07"))
    rows.loc[here, "referrals"] = rows.loc[here, "referrals"] * 3
    own, _ = jumps(rows, CHECKS)
    assert told(own) == [(A, "2025-05", "2025-07", "referrals")]
    assert own.signals[0].times == 3


def test_a_month_that_moves_all_facilities_blames_none_of_them() -> None:
    rows = district()
    here = rows["month"] == month("2025-04")
    rows.loc[here, "contacts"] = rows.loc[here, "contacts"] // 2
    own, common = jumps(rows, CHECKS)
    assert own.signals == []
    assert told(common) == [("", "2025-04", "2025-04", "contacts")]
    assert common.signals[0].observed == pytest.approx(0.5, abs=0.03)


def test_zero_after_thousands_is_a_jump_and_a_missing_month_is_none() -> None:
    rows = district()
    at = {m: (rows["facility_code"] == A) & (rows["month"] == month(m)) for m in ("2025-03", "2025-05")}
    rows.loc[at["2025-03"], "contacts"] = 0
    rows.loc[at["2025-05"], "contacts"] = pd.NA
    assert told(jumps(rows, CHECKS)[0]) == [(A, "2025-03", "2025-03", "contacts")]


def test_small_counts_are_not_judged() -> None:
    """Ten referrals a month that become 30: below twenty, chance and habit cannot be told apart."""
    rows = table(*(facility(f"0101A00{i}", TWO, referrals=[10] * 20 + [30] + [10] * 3) for i in range(1, 8)))
    assert [s for o in jumps(rows, CHECKS) for s in o.signals if s.what == "referrals" and s.facility_code] == []


@pytest.mark.parametrize(
    ("before", "after", "flagged"),
    [
        (1000, 1151, True),  # 15,1 percent, 151 people
        (1000, 1150, False),  # 15,0 percent is the limit itself
        (1000, 849, True),
        (500, 599, False),  # 19,8 percent, but 99 people
        (500, 600, True),
    ],
)
def test_participants_jump_by_share_and_number(before: int, after: int, flagged: bool) -> None:
    rows = table(facility(A, YEAR[:3], registered=[before, None, after], contacts=1))
    found = participants_jump(rows, CHECKS["peserta_melonjak"])
    assert found.tested == 1
    assert told(found) == ([(A, "2025-03", "2025-03", "registered")] if flagged else [])


# Repeats


def test_months_that_repeat_the_one_before_are_one_stretch() -> None:
    counts = [2600, 2610, 2610, 2610, 2650, 2600]
    rows = table(
        facility(A, YEAR[:6], contacts=counts, registered=20000),
        facility(B, YEAR[:6], contacts=counts, registered=9000),
    )
    found = repeated_months(rows, CHECKS["bulan_sama"])
    assert found.tested == 10  # five pairs of months in each facility
    assert [(*t[:3], s.times) for t, s in zip(told(found), found.signals, strict=True)] == [
        (A, "2025-03", "2025-04", 2), (B, "2025-03", "2025-04", 2),
    ]  # fmt: skip


def test_months_with_few_known_counts_or_a_gap_do_not_repeat() -> None:
    few = facility(A, YEAR[:2], contacts=None, referrals=None, registered=None, nonspecialist_referrals=None)
    apart = facility(B, ["2025-01", "2025-03"])
    assert repeated_months(table(few, apart), CHECKS["bulan_sama"]).tested == 0


def test_a_count_that_repeats_is_judged_by_its_chance() -> None:
    rows = district(contacts=[2500 + 3 * i for i in range(20)] + [2611] * 4)
    check = CHECKS["angka_berulang"]
    found = repeated_counts(rows, check, repeated_months(rows, CHECKS["bulan_sama"]))
    assert told(found) == [(A, "2025-09", "2025-12", "contacts")]
    # By brute force: the probability that four Poisson counts agree, in 24 − 4 + 1 places, of 14 tests (7 × 2)
    equal = sum(stats.poisson.pmf(k, 2611) ** 4 for k in range(2000, 3300))
    assert found.tested == 14
    assert found.signals[0].p == pytest.approx(21 * equal * 14)


def test_a_small_count_may_repeat() -> None:
    """Two referrals four months in a row: likely enough."""
    rows = table(
        facility(
            A,
            YEAR,
            referrals=[3, 1, 2, 2, 2, 2, 4, 1, 3, 2, 5, 1],
            nonspecialist_referrals=1,
            registered=list(range(900, 912)),
            contacts=list(range(140, 152)),
        )
    )
    assert repeated_counts(rows, CHECKS["angka_berulang"], Outcome("bulan_sama", 0)).signals == []


def test_what_whole_months_repeat_is_not_told_twice() -> None:
    rows = table(facility(A, YEAR[:6], registered=20000, contacts=2600, referrals=250))
    whole = repeated_months(rows, CHECKS["bulan_sama"])
    assert told(whole) == [(A, "2025-02", "2025-06", "")]
    assert repeated_counts(rows, CHECKS["angka_berulang"], whole).signals == []


@pytest.mark.parametrize(("people", "long", "flagged"), [(900, 6, True), (900, 5, False), (400, 6, False)])
def test_participants_may_stand_still_for_a_while(people: int, long: int, flagged: bool) -> None:
    registered = [people + 30 + i for i in range(12 - long)] + [people] * long
    rows = table(
        facility(A, YEAR, registered=registered, contacts=list(range(90, 102)), referrals=list(range(90, 102)))
    )
    found = repeated_counts(rows, CHECKS["angka_berulang"], Outcome("bulan_sama", 0)).signals
    assert [s.what for s in found] == (["registered"] if flagged else [])


def test_two_facilities_with_the_same_counts_are_twins_only_when_more_than_contacts_agree() -> None:
    rows = table(
        facility(A, YEAR[:1], contacts=500, registered=4000, referrals=40),
        facility(B, YEAR[:1], contacts=500, registered=4000, referrals=41),
        facility(C, YEAR[:1], contacts=500, registered=4100, referrals=42),
    )
    found = twin_counts(rows, CHECKS["angka_kembar"])
    assert found.tested == 3  # pairs
    assert [(s.facility_code, s.other, s.what) for s in found.signals] == [(A, B, "contacts,registered")]


def test_a_numerator_equal_to_its_denominator_is_asked_about_unless_small() -> None:
    rows = table(
        facility(A, YEAR[:1], nonspecialist_referrals=100),
        facility(B, YEAR[:1], nonspecialist_referrals=9, referrals=9),
    )
    found = full_parts(rows, CHECKS["pembilang_penuh"])
    assert [(s.facility_code, s.what, s.other) for s in found.signals] == [(A, "nonspecialist_referrals", "referrals")]
    # AK, DM and HT of both, referrals of the first
    assert found.tested == 7


def test_a_part_beyond_its_whole_is_asked_about() -> None:
    rows = table(facility(A, YEAR[:1], dm_registered=1001), facility(B, YEAR[:1], referrals=151))
    found = parts_beyond(rows)
    assert [(s.facility_code, s.what, s.other) for s in found.signals] == [
        (A, "dm_registered", "registered"), (B, "referrals", "contacts"),
    ]  # fmt: skip


def test_round_numbers_are_counted_once_each_and_judged_by_their_chance() -> None:
    rounded = [2600, 2610, 2640, 2690, 2590, 2550, 2600, 2700, 2630, 2660, 2671, 2642]
    rows = table(
        facility(A, YEAR, registered=list(range(20001, 20013)), contacts=rounded),
        facility(B, YEAR, registered=20000, contacts=[2601, 2613, 2644, 2698, 2590, 2555, 2607, 2709, 2631, 2660, 2671, 2642]),
    )  # fmt: skip
    found = round_counts(rows, CHECKS["angka_bulat"], LAST)
    # 9 of 11 different values end with 0: 55·0,1^9·0,9² + 11·0,1^10·0,9 + 0,1^11. Five tests: contacts of both,
    # participants of the first and referrals of none (always 100, one value); those of B do not change.
    by_hand = 55 * 0.1**9 * 0.81 + 11 * 0.1**10 * 0.9 + 0.1**11
    assert [(s.facility_code, s.what, s.times, s.of) for s in found.signals] == [(A, "contacts", 9, 11)]
    assert found.tested == 3
    assert found.signals[0].p == pytest.approx(3 * by_hand)


# Population


def test_the_population_is_that_of_the_code_and_never_guessed(tmp_path: Path) -> None:
    assert population_of(REFERENCE, Codes(kemendagri="61.03", bps="6105")).value == 499_074
    assert population_of(REFERENCE, Codes(bps="6105")).value == 499_074
    # Two codes of different districts: none of them is taken.
    clash = population_of(REFERENCE, Codes(kemendagri="61.03", bps="6101"))
    assert (clash.value, "61.03 dan 6101 tidak ada" in clash.reason) == (None, True)
    assert "belum diisi" in population_of(REFERENCE, Codes()).reason
    with pytest.raises(ConfigurationError, match=r"kabkota\.csv tidak ditemukan"):
        population_of(tmp_path, Codes(bps="6105"))


def test_participants_are_compared_with_the_population_month_by_month() -> None:
    rows = table(
        facility(A, YEAR[:4], registered=[500, 700, 700, 500], contacts=1),
        facility(B, YEAR[:4], registered=[400, 400, 400, None], contacts=1),
    )
    totals = registered_totals(rows, Population(1000))
    assert totals["registered"].tolist() == [900, 1100, 1100, 500]
    assert totals["facilities"].tolist() == [2, 2, 2, 1]
    assert totals["without"].tolist() == [0, 0, 0, 1]
    assert totals["share"].tolist() == pytest.approx([90, 110, 110, 50])
    found = beyond_population(totals, CHECKS["peserta_penduduk"], Population(1000))
    assert (told(found), found.tested) == ([("", "2025-02", "2025-03", "registered")], 4)
    unknown = beyond_population(totals, CHECKS["peserta_penduduk"], Population(None, "alasannya"))
    assert (unknown.tested, unknown.reason) == (0, "alasannya")


def test_the_total_is_compared_over_the_same_facilities() -> None:
    """900 → 1100 is 22,2 percent; in April B has no number, so A alone counts: 700 → 720 is 2,9 percent."""
    rows = table(
        facility(A, YEAR[:4], registered=[500, 700, 700, 720], contacts=1),
        facility(B, YEAR[:4], registered=[400, 400, 400, None], contacts=1),
    )
    found = total_changes(rows, CHECKS["peserta_gabungan"])
    assert [(str(s.first), s.expected, s.observed, s.of) for s in found.signals] == [("2025-02", 900, 1100, 2)]
    assert found.tested == 3


# Signals


def test_the_chance_of_so_many_events_is_exact() -> None:
    chances = [0.2, 0.5, 0.35, 0.9]
    for times in range(6):
        by_hand = sum(
            np.prod([c if hit else 1 - c for c, hit in zip(chances, hits, strict=True)])
            for hits in product([0, 1], repeat=4)
            if sum(hits) >= times
        )
        assert at_least(chances, times) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("contacts", "registered", "inside"),
    [(1500, 10000, True), (1499, 10000, False), (1519, 10000, True), (1520, 10000, False), (1200, 8000, True)],
)
def test_the_band_above_the_target_has_exact_ends(contacts: int, registered: int, inside: bool) -> None:
    rows = table(facility(A, YEAR, contacts=contacts, registered=registered))
    check = CHECKS["ak_menumpuk"].model_copy(update={"limits": {**CHECKS["ak_menumpuk"].limits, "level": level(1.1)}})
    found = bunched_contacts(rows, check, Fraction(150), LAST)
    assert found.signals[0].times == (12 if inside else 0)


def level(value: float) -> Any:
    return CHECKS["ak_menumpuk"].limits["level"].model_copy(update={"value": value})


def test_contacts_just_above_the_target_every_month_are_asked_about() -> None:
    steered = facility(A, YEAR, registered=12000, contacts=[1800 + i for i in range(12)])
    rows = table(steered, *(varied(f"0101A00{i}", i, YEAR) for i in range(2, 8)))
    found = bunched_contacts(rows, CHECKS["ak_menumpuk"], Fraction(150), LAST)
    assert told(found) == [(A, "2025-01", "2025-12", "AK")]
    # By hand: 0,7·√(0,151·0,849/12000) = 2,288 per mille; 2Φ(1/2,288) − 1 = 0,338; 0,338^12 of 7 tests
    deviation = 700 * np.sqrt(0.151 * 0.849 / 12000)
    assert found.signals[0].p == pytest.approx(7 * (2 * stats.norm.cdf(1 / deviation) - 1) ** 12)


def test_a_large_facility_near_the_target_by_nature_is_left_alone() -> None:
    """AK of 151 on average, varying as independent contacts do, in 200 years of twelve months of 12.000 participants."""
    chance = np.random.default_rng(5)
    flagged = sum(
        bool(
            bunched_contacts(
                table(facility(A, YEAR, registered=12000, contacts=[int(c) for c in chance.binomial(12000, 0.151, 12)])),
                CHECKS["ak_menumpuk"], Fraction(150), LAST,
            ).signals
        )
        for _ in range(200)
    )  # fmt: skip
    assert flagged <= 5  # a level of one percent gives two


def visits(**counts: dict[Any, int]) -> pd.DataFrame:
    """Rows of facility, month, key and number."""
    return pd.DataFrame(
        [(code, LAST, key, n) for code, own in counts.items() for key, n in own.items()],
        columns=["facility_code", "month", "key", "visits"],
    )


def test_pressures_heaped_at_one_value_are_asked_about() -> None:
    rows = visits(
        A={(120, 70): 95, (130, 80): 5},
        B={(120, 80): 30, (130, 80): 40, (110, 70): 30},
        C={(120, 70): 20, (140, 90): 1},
    )
    pressure = rows.assign(systolic=[k[0] for k in rows["key"]], diastolic=[k[1] for k in rows["key"]])
    found = heaped_pressure(pressure, CHECKS["tekanan_sama"])
    # C has fewer than 50 visits. 95 of 100 against one half; two tests.
    assert found.tested == 2
    assert [(s.facility_code, s.other, s.times, s.of) for s in found.signals] == [("A", "120/70", 95, 100)]
    assert found.signals[0].p == pytest.approx(2 * stats.binom.sf(94, 100, 0.5))
    assert found.signals[0].expected == pytest.approx(100 * 20 / 121)


def test_rare_pressures_counted_together_are_no_heap_but_part_of_the_whole() -> None:
    rows = visits(A={(120, 80): 20, (pd.NA, pd.NA): 40}, B={(120, 80): 50, (pd.NA, pd.NA): 10}, C={(pd.NA, pd.NA): 80})
    rows = rows.assign(systolic=[k[0] for k in rows["key"]], diastolic=[k[1] for k in rows["key"]])
    found = heaped_pressure(rows.astype({"systolic": "Int64", "diastolic": "Int64"}), CHECKS["tekanan_sama"])
    # elsewhere: 20 of the 60 + 80 visits of A and C
    assert found.tested == 3
    assert [(s.facility_code, s.other, s.times, s.of) for s in found.signals] == [("B", "120/80", 50, 60)]
    assert found.signals[0].expected == pytest.approx(100 * 20 / 140)


def test_what_all_facilities_do_is_no_signal_of_one() -> None:
    """Where P-Care demands a reason, nearly every referral has one everywhere."""
    alike = {code: {1: 96, 0: 4} for code in ("A", "B", "C")}
    rows = visits(**alike)
    tacc = rows.assign(tacc=rows["key"], reason="< 3 Hari", referrals=rows["visits"])
    assert many_exempted(tacc, CHECKS["tacc_besar"]).signals == []
    assert many_exempted(tacc, CHECKS["tacc_besar"]).tested == 3
    assert same_reason(tacc, CHECKS["tacc_sama"]).signals == []


def test_many_exemptions_and_one_reason_are_asked_about() -> None:
    rows = visits(
        A={(1, "x"): 99, (0, ""): 1}, B={(1, "x"): 20, (3, "y"): 30, (0, ""): 50}, C={(2, "z"): 5, (0, ""): 5}
    )
    tacc = rows.assign(tacc=[k[0] for k in rows["key"]], reason=[k[1] for k in rows["key"]], referrals=rows["visits"])
    many = many_exempted(tacc, CHECKS["tacc_besar"])
    assert [(s.facility_code, s.times, s.of) for s in many.signals] == [("A", 99, 100)]
    assert many.signals[0].p == pytest.approx(2 * stats.binom.sf(98, 100, 0.8))
    alike = same_reason(tacc, CHECKS["tacc_sama"])
    assert [(s.facility_code, s.other, s.times, s.of) for s in alike.signals] == [("A", "x", 99, 99)]


def test_exemptions_without_a_reason_or_with_texts_of_all_kinds_are_not_alike() -> None:
    """P-Care's reasons are told as they are, all other texts together as 'lainnya'."""
    rows = visits(A={"": 60}, B={"lainnya": 60}, C={"< 3 Hari": 55, "lainnya": 5})
    tacc = rows.assign(tacc=1, reason=rows["key"], referrals=rows["visits"])
    found = same_reason(tacc, CHECKS["tacc_sama"])
    assert found.tested == 3
    assert [(s.facility_code, s.other, s.times, s.of) for s in found.signals] == [("C", "< 3 Hari", 55, 60)]


def test_the_referrals_of_extracts_are_the_ground_of_both_tacc_checks() -> None:
    """Specialist referrals, those that nobody can judge, and unknown TACC do not count."""
    rows = [
        (A, 1, 1, "< 3 Hari", 30), (A, 1, 0, None, 2), (A, 0, 0, "", 70), (A, None, 1, "x", 5), (A, 1, 9, "x", 4),
        (B, 1, 0, "", 40), (B, 1, 3, "y", 1),
    ]  # fmt: skip
    cases = pd.DataFrame(rows, columns=["facility_code", "nonspecialist", "tacc", "reason", "referrals"])
    cases = cases.assign(month=LAST, diagnosis="J06.9").convert_dtypes()
    found, _ = signals(district(), REFERENCE, Codes(), extract_counts(cases, Recorded()))
    tacc = found[found["kind"].str.startswith("tacc")]
    # A: 30 of 32 are exempted, of B 1 of 41; 30 of 30 exemptions of A have one reason
    assert tacc[["kind", "facility_code", "times", "of", "other"]].to_numpy().tolist() == [
        ["tacc_sama", A, 30, 30, "< 3 Hari"],
    ]  # fmt: skip
    # 30 of 32 exempted is not beyond chance at 80 percent: it would need p below 0,01 after Holm over two facilities
    assert stats.binom.sf(29, 32, 0.8) > 0.005


def test_visits_in_the_last_days_are_asked_about() -> None:
    rows = visits(A={31: 60, 29: 30, 28: 100}, B={30: 10, 10: 180})
    found = month_end(rows.assign(day=rows["key"]), CHECKS["akhir_bulan"])
    # the 29th to the 31st of December
    assert [(s.facility_code, s.times, s.of) for s in found.signals] == [("A", 90, 190)]


def test_without_extracts_the_checks_of_visits_say_so() -> None:
    made = visit_signals(ExtractCounts(), CHECKS, LAST)
    assert [(o.kind, o.reason) for o in made] == list(NO_EXTRACT.items())
    assert list(NO_EXTRACT) == ["tekanan_sama", "tacc_besar", "tacc_sama", "akhir_bulan"]


# All together


def test_holm_decides_over_all_that_was_tried() -> None:
    row = bunched_contacts(table(facility(A, YEAR)), CHECKS["ak_menumpuk"], Fraction(150), LAST)
    assert row.tested == 1
    one = repeated_months(table(facility(A, YEAR)), CHECKS["bulan_sama"]).signals[0]
    tried = [dataclasses.replace(one, facility_code=c, p=p) for c, p in ((A, 0.004), (B, 0.002), (C, 0.9))]
    found = below_level("bulan_sama", tried, 0.01)
    # Holm by hand: 0,002·3 = 0,006; 0,004·2 = 0,008
    assert [s.facility_code for s in found.signals] == [A, B]
    assert [s.p for s in found.signals] == pytest.approx([0.008, 0.006])
    assert [s.facility_code for s in below_level("bulan_sama", [*tried, tried[2]], 0.01).signals] == [B]


def test_every_check_is_made_and_told_in_words() -> None:
    rows = district(
        contacts=[3000 + i for i in range(12)] + [3000] * 12, registered=[20000] * 24, referrals=[240] * 10 + [900] * 14
    )
    rows = pd.concat([rows, table(facility("0101U001", TWO, contacts=1000, kind="klinik_pratama"))], ignore_index=True)
    grounds = load_grounds(REFERENCE, Codes(bps="6105"))
    made = run_checks(rows, dataclasses.replace(grounds, population=Population(1000)), Fraction(150), LAST)
    assert [o.kind for o in made] == list(NEEDED)
    found = signal_table(made, CHECKS, {A: "PUSKESMAS AIR JERNIH"})
    words = readable_signals(found, CHECKS)
    assert {"lonjakan", "bulan_sama", "angka_berulang", "pembilang_penuh", "peserta_penduduk"} <= set(words["kind"])
    assert list(words.columns) == list(SIGNAL_HEADINGS)
    seen = words.set_index("kind")["seen"]
    assert seen["peserta_penduduk"].startswith("14")
    assert "kecurangan" not in " ".join(words.to_numpy().ravel()).lower()
    assert not words.isna().any(axis=None)


def test_later_months_are_not_looked_at() -> None:
    rows = district()
    last = (rows["facility_code"] == A) & (rows["month"] == LAST)
    rows.loc[last, "registered"] = 90_000
    grounds = load_grounds(REFERENCE, Codes())
    before = {o.kind: o.signals for o in run_checks(rows, grounds, Fraction(150), month("2025-11"))}
    after = {o.kind: o.signals for o in run_checks(rows, grounds, Fraction(150), LAST)}
    assert (len(before["peserta_melonjak"]), len(after["peserta_melonjak"])) == (0, 1)


def test_a_district_of_dental_practices_has_nothing_to_ask() -> None:
    found, _ = signals(table(facility(A, YEAR, kind="dokter_gigi")), REFERENCE, Codes())
    assert found.empty


def test_limits_that_lack_or_are_unknown_are_told_together(tmp_path: Path) -> None:
    content = yaml.safe_load((REFERENCE / "quality.yml").read_text(encoding="utf-8"))
    del content["bulan_sama"]
    del content["lonjakan"]["limits"]["window"]
    content["angka_bulat"]["limits"]["lain"] = content["angka_bulat"]["limits"]["level"]
    (tmp_path / "quality.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_checks(tmp_path)
    said = "\n".join([str(error.value)])
    for problem in ("bulan_sama: wajib", "lonjakan, limits, window: wajib", "angka_bulat, limits, lain: kunci tidak"):
        assert problem in said


@pytest.mark.parametrize("kind", list(NEEDED))
def test_every_check_offers_an_innocent_explanation_and_asks(kind: str) -> None:
    check: Check = CHECKS[kind]
    assert check.question.endswith("?")
    assert len(check.innocent) > 20
