"""Counts of a row against each other and against the ratios printed beside them.

A printed ratio is only a cross-check, never a source of counts. It can prove one thing: that a thousands point was
taken for a decimal point, when exactly one reading of the counts gives the ratio as printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

from analysis.layouts import RPPT, SHARES, Share
from analysis.ledger import Finding
from analysis.number_cells import Count, Ratio
from analysis.rows import Row
from analysis.values import shown

_CONTACTS, _, _DM, _HT, _PROLANIS = SHARES
_NOTHING = Count()
UNIT_NAMES = {1000: "per mil", 100: "persen", 1: "pecahan"}
MOST_CONTRADICTED = 3
"""Indicators of a row, of four, whose counts contradict each other before nothing of the row is believed."""
_CONTRADICTIONS = frozenset({"numerator_above_denominator", "ratio_contradicts"})
FAIRLY, CLOSELY = Fraction(1, 20), Fraction(1, 200)
"""How exact a printed ratio must be to prove a reading: of a number that is no count, and of a whole number."""


def settle(row: Row) -> tuple[dict[str, int | None], list[Finding]]:
    """Return the counts of a row that can be used, by role, and a finding for each that cannot or was restored."""
    counts: dict[str, int | None] = {role: count.value for role, count in row.counts.items()}
    findings: list[Finding] = []
    proven = set()
    contradicted = 0
    for share in SHARES:
        if share.denominator not in counts and share.numerator not in counts:
            continue
        verdict = _settle_share(row, share)
        contradicted += any(_is_contradiction(row, share, finding) for finding in verdict.findings)
        counts.update(zip((share.numerator, share.denominator), verdict.counts, strict=True))
        findings += verdict.findings
        if verdict.proven:
            proven.add(share)
    findings += _combined(row, counts, proven)
    findings += _parts_of_registered(row, counts, proven)
    if contradicted >= MOST_CONTRADICTED and (left := [role for role, value in counts.items() if value is not None]):
        # Where so much contradicts itself, the cells have moved: what is left stands under another heading too.
        findings.append(
            row.finding("row_shifted", *left, read=_cells(row, *left), done="angka baris ini tidak dipakai")
        )
        counts = dict.fromkeys(counts)
    return counts, findings


def _is_contradiction(row: Row, share: Share, finding: Finding) -> bool:
    """True for counts that cannot belong together, and for a ratio in the place of a count: 166,29, not 16,929."""
    if finding.kind != "not_whole":
        return finding.kind in _CONTRADICTIONS
    counts = (row.counts.get(role, _NOTHING) for role in (share.numerator, share.denominator))
    return any(c.doubt == "not_whole" and all(other % 10 == 0 for other in c.others) for c in counts)


@dataclass(frozen=True)
class _Verdict:
    counts: tuple[int | None, int | None]
    findings: list[Finding]
    proven: bool = False


def _settle_share(row: Row, share: Share) -> _Verdict:
    top, bottom = row.counts.get(share.numerator, _NOTHING), row.counts.get(share.denominator, _NOTHING)
    printed = row.ratios.get(share.printed, Ratio())
    roles = (share.numerator, share.denominator)
    known = top.value is not None and bottom.value is not None
    if known and matches(top.value, bottom.value, printed, share.per) is not False:
        if top.value <= bottom.value:  # type: ignore[operator]
            return _Verdict((top.value, bottom.value), _unread(row, share, bottom.value), printed.value is not None)
        return _Verdict((None, None), [_above(row, share)])
    if restored := _restored(row, share, top, bottom):
        findings = [
            row.finding("thousands_restored", role, read=shown(row.cells[role]), done=_restoration(count, new))
            for role, count, new in zip(roles, (top, bottom), restored, strict=True)
            if new != (count.others[0] if count.doubt == "thousands_unsure" else count.value)
        ]
        return _Verdict(restored, findings, proven=True)
    if known and top.value > bottom.value:  # type: ignore[operator]
        return _Verdict((None, None), [_above(row, share)])
    if known:
        read = f"{_cells(row, *roles)}; tercetak {shown(row.cells[share.printed])}"
        done = "kedua angka tidak dipakai" + _likely(row, share, top.value or 0, bottom.value or 0)
        return _Verdict((None, None), [row.finding("ratio_contradicts", share.printed, read=read, done=done)])
    if bottom.value is not None and bottom.others and min(top.others, default=0) > bottom.value:
        # Beside 1,748 contacts, 12 participants have lost their zeros.
        bottom = Count(doubt="thousands_unsure")
    return _doubted(row, share, top, bottom)


def _doubted(row: Row, share: Share, top: Count, bottom: Count) -> _Verdict:
    """Leave out what is in doubt, and with it a count that no reading of the other one brings to the printed ratio."""
    printed = row.ratios.get(share.printed, Ratio())
    roles = (share.numerator, share.denominator)
    findings = [
        row.finding(count.doubt, role, read=shown(row.cells[role]), done="dianggap tidak tersedia")
        for role, count in zip(roles, (top, bottom), strict=True)
        if count.doubt
    ]
    compared = [matches(n, d, printed, share.per) for n, d in product(top.readings, bottom.readings)]
    if compared and not any(fits is not False for fits in compared):
        read = f"{_cells(row, *roles)}; tercetak {shown(row.cells[share.printed])}"
        done = "kedua angka tidak dipakai"
        findings.append(row.finding("ratio_contradicts", share.printed, read=read, done=done))
        return _Verdict((None, None), findings)
    return _Verdict((top.value, bottom.value), findings)


def _above(row: Row, share: Share) -> Finding:
    roles = (share.numerator, share.denominator)
    read = " > ".join(shown(row.cells[role]) for role in roles)
    return row.finding("numerator_above_denominator", *roles, read=read, done="kedua angka tidak dipakai")


def _unread(row: Row, share: Share, denominator: int | None) -> list[Finding]:
    """A ratio that cannot be read is worth a note, but not where there is nothing to divide by."""
    printed = row.ratios.get(share.printed, Ratio())
    if not printed.doubt or not denominator:
        return []
    read = shown(row.cells[share.printed])
    return [row.finding("ratio_unreadable", share.printed, read=read, done="tidak dipakai sebagai pembanding")]


def _cells(row: Row, *roles: str) -> str:
    return "; ".join(f"{row.headings[role]} {shown(row.cells[role])}" for role in roles)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _restoration(count: Count, number: int) -> str:
    """'terbaca 16,929, dipulihkan menjadi 16.929': what was read is a thousandth of what was meant."""
    if count.doubt == "separator_unclear":
        return f"dibaca {_grouped(number)} menurut rasio tercetak"
    whole, rest = divmod(number, 1000)
    read = f"{whole},{rest:03d}".rstrip("0").rstrip(",")
    return f"terbaca {read}, dipulihkan menjadi {_grouped(number)}"


def matches(top: int | None, bottom: int | None, printed: Ratio, per: int) -> bool | None:
    """Whether two counts give the ratio as printed; None where there is nothing to compare."""
    if printed.value is None or top is None or not bottom:
        return None
    return ratio_matches(Fraction(top, bottom), printed, per)


def ratio_matches(exact: Fraction, printed: Ratio, per: int) -> bool:
    """Whether a ratio is printed so, in the unit of its sign, else of its column (per), or as a cell in percent."""
    units = [printed.per or per]
    # Excel stores 14,57% as 0.1457.
    if printed.numeric and printed.per is None:
        units.append(1)
    values = [value for value in (printed.value, printed.grouped) if value is not None]
    return any(_as_printed(exact * unit, value) for unit in units for value in values)


def _as_printed(exact: Fraction, value: Decimal) -> bool:
    """Whether ``exact`` is printed so: rounded, or cut off, at the decimals that are shown."""
    top, bottom = exact.as_integer_ratio()
    whole, parts = value.as_integer_ratio()
    # the difference as a part of the last decimal, in whole numbers: a fraction of its own takes ten times as long
    difference, decimal = (top * parts - whole * bottom) * _shown(value), bottom * parts
    return -decimal <= 2 * difference and difference < decimal


def _shown(value: Decimal) -> int:
    """Steps of the last decimal that is shown in one: 100 for 14,57."""
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return int(10 ** min(decimals, 9))


def tells(printed: Ratio, within: Fraction) -> bool:
    """Whether a printed ratio is so exact that rounding changes it by no more than this part of it; 0 tells nothing."""
    if not printed.value:
        return False
    whole, parts = printed.value.as_integer_ratio()
    return parts * within.denominator <= 2 * _shown(printed.value) * abs(whole) * within.numerator


def _restored(row: Row, share: Share, top: Count, bottom: Count) -> tuple[int, int] | None:
    """The one reading of the two counts, times thousand where a point was lost, that gives the printed ratio.

    A whole number is overruled only by a ratio printed to half a percent of itself; a reading is never more than
    everyone who is registered. A ratio per mil in a cell of the spreadsheet is not taken for a fraction here: one that
    a formula made of the thousandth of a numerator looks just so, whatever was meant.
    """
    printed = row.ratios.get(share.printed, Ratio())
    if not tells(printed, FAIRLY):
        return None
    if share.per == 1000 and printed.per is None:
        printed = replace(printed, per=share.per)
    registered = row.counts.get("registered", _NOTHING).readings
    proofs = [
        (n, d)
        for n, d in product(top.readings, bottom.readings)
        if n <= d <= max(registered, default=d) and matches(n, d, printed, share.per)
    ]
    if len(proofs) != 1:
        return None
    overruled = any(count.value not in {None, new} for count, new in zip((top, bottom), proofs[0], strict=True))
    return None if overruled and not tells(printed, CLOSELY) else proofs[0]


def _likely(row: Row, share: Share, top: int, bottom: int) -> str:
    """What would make counts and ratio agree: '; cocok bila Peserta Terdaftar 61.340 (nol di belakang hilang)'."""
    printed = row.ratios[share.printed]
    if printed.value is None or not tells(printed, FAIRLY):
        return ""
    above, below = (row.headings.get(role, role) for role in (share.numerator, share.denominator))
    readings = [
        *((top * n, bottom, f"{above} {_grouped(top * n)} (nol di belakang hilang)") for n in (10, 100)),
        *((top, bottom * n, f"{below} {_grouped(bottom * n)} (nol di belakang hilang)") for n in (10, 100)),
        *((top // 10, bottom, f"{above} {_grouped(top // 10)} (kelebihan nol)") for _ in range(top % 10 == 0)),
        *((top, bottom // 10, f"{below} {_grouped(bottom // 10)} (kelebihan nol)") for _ in range(bottom % 10 == 0)),
    ]
    fits = [why for n, d, why in readings if n <= d and matches(n, d, printed, share.per)]
    exact, own = Fraction(top, bottom), printed.per or share.per
    fits += [
        f"rasionya {name}"
        for per, name in UNIT_NAMES.items()
        if per != own and ratio_matches(exact, replace(printed, per=per), per)
    ]
    if printed.value == printed.value.to_integral_value() and any(
        ratio_matches(exact, replace(printed, value=printed.value.scaleb(-lost)), own) for lost in (1, 2, 3)
    ):
        fits.append("tanda desimal rasionya hilang")
    if top and ratio_matches(Fraction(bottom, top), printed, share.per):
        fits.append("pembilang dan penyebutnya tertukar")
    return f"; cocok bila {' atau '.join(fits)}" if fits else ""


def _parts_of_registered(row: Row, counts: dict[str, int | None], proven: set[Share]) -> list[Finding]:
    """People with a diagnosis are registered people: more of them than of all is a misreading of one or the other.

    Where only one of the two is proven by its own ratio, it stands.
    """
    findings = []
    certain = {share for share in proven if tells(row.ratios[share.printed], FAIRLY)}
    for share in (_DM, _HT, _PROLANIS):
        part, all_ = counts.get(share.denominator), counts.get(_CONTACTS.denominator)
        if part is None or all_ is None or part <= all_:
            continue
        wrong = [s for s in (_CONTACTS, share) if s not in certain] or [_CONTACTS, share]
        for one in wrong:
            counts[one.numerator] = counts[one.denominator] = None
        roles = (share.denominator, _CONTACTS.denominator)
        read = " > ".join(shown(row.cells[role]) for role in roles)
        left_out = ", ".join(row.headings.get(r, r) for s in wrong for r in (s.numerator, s.denominator))
        findings.append(row.finding("part_above_registered", *roles, read=read, done=f"tidak dipakai: {left_out}"))
    return findings


def exact_ratio(row: Row, role: str) -> Fraction | None:
    """Return the ratio that a printed column should hold, from the counts as read; None where they do not give it.

    RPPT is the mean of both shares.
    """
    if role == RPPT:
        shares = [_share_of(row, share) for share in (_DM, _HT)]
        return None if None in shares else sum(filter(None, shares), Fraction(0)) / 2
    return _share_of(row, next(share for share in SHARES if share.printed == role))


def _share_of(row: Row, share: Share) -> Fraction | None:
    top, bottom = (row.counts.get(role, _NOTHING).value for role in (share.numerator, share.denominator))
    return None if top is None or not bottom or top > bottom else Fraction(top, bottom)


def _combined(row: Row, counts: dict[str, int | None], proven: set[Share]) -> list[Finding]:
    """Check RPPT, the mean of both shares. Where each share is proven by its own ratio, the counts stand."""
    printed = row.ratios.get(RPPT, Ratio())
    values = [counts.get(role) for share in (_DM, _HT) for role in (share.numerator, share.denominator)]
    if printed.value is None or any(v is None for v in values) or not values[1] or not values[3]:
        return []
    dm_top, dm_bottom, ht_top, ht_bottom = (v or 0 for v in values)
    exact = (Fraction(dm_top, dm_bottom) + Fraction(ht_top, ht_bottom)) / 2
    if ratio_matches(exact, printed, 100):
        return []
    read = f"tercetak {shown(row.cells[RPPT])}, hasil hitung {float(exact * 100):.2f}".replace(".", ",")
    if {_DM, _HT} <= proven:
        done = "hanya dicatat; angka DM dan HT cocok dengan rasio masing-masing"
        return [row.finding("combined_ratio_differs", RPPT, read=read, done=done)]
    unproven = [share for share in (_DM, _HT) if share not in proven]
    for share in unproven:
        counts[share.numerator] = counts[share.denominator] = None
    done = "angka " + " dan ".join("DM" if share is _DM else "HT" for share in unproven) + " tidak dipakai"
    return [row.finding("ratio_contradicts", RPPT, read=read, done=done)]
