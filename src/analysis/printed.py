"""Counts of a row against each other and against the ratios printed beside them.

A printed ratio is only a cross-check, never a source of counts. It can prove one thing: that a thousands point was
taken for a decimal point, when exactly one reading of the counts gives the ratio as printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from analysis.ledger import Finding
from analysis.rows import Row
from analysis.values import Count, Ratio, shown


@dataclass(frozen=True)
class Share:
    """An indicator as two counts and the column that prints their ratio (numerator / denominator × per)."""

    numerator: str
    denominator: str
    printed: str
    per: int


SHARES = (
    Share("contacts", "registered", "ak_printed", 1000),
    Share("nonspecialist_referrals", "referrals", "rrns_printed", 100),
    Share("dm_controlled", "dm_registered", "rppt_dm_printed", 100),
    Share("ht_controlled", "ht_registered", "rppt_ht_printed", 100),
    Share("prolanis_visited", "prolanis_registered", "rppb_printed", 100),
)
_DM, _HT = SHARES[2], SHARES[3]
_NOTHING = Count()


def settle(row: Row) -> tuple[dict[str, int | None], list[Finding]]:
    """Return the counts of a row that can be used, by role, and a finding for each that cannot or was restored."""
    counts: dict[str, int | None] = {role: count.value for role, count in row.counts.items()}
    findings: list[Finding] = []
    proven = set()
    for share in SHARES:
        if share.denominator not in counts and share.numerator not in counts:
            continue
        verdict = _settle_share(row, share)
        counts.update(zip((share.numerator, share.denominator), verdict.counts, strict=True))
        findings += verdict.findings
        if verdict.proven:
            proven.add(share)
    findings += _combined(row, counts, proven)
    return counts, findings


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
    if known and _matches(top.value, bottom.value, printed, share.per) is not False:
        if top.value <= bottom.value:  # type: ignore[operator]
            return _Verdict((top.value, bottom.value), _unread(row, share, bottom.value), printed.value is not None)
        return _Verdict((None, None), [_above(row, share)])
    if restored := _restored(top, bottom, printed, share.per):
        findings = [
            row.finding("thousands_restored", role, read=shown(row.cells[role]), done=_restoration(new))
            for role, count, new in zip(roles, (top, bottom), restored, strict=True)
            if count.value != new
        ]
        return _Verdict(restored, findings, proven=True)
    if known and top.value > bottom.value:  # type: ignore[operator]
        return _Verdict((None, None), [_above(row, share)])
    if known:
        read = f"{_cells(row, *roles)}; tercetak {shown(row.cells[share.printed])}"
        done = "kedua angka tidak dipakai"
        return _Verdict((None, None), [row.finding("ratio_contradicts", share.printed, read=read, done=done)])
    findings = [
        row.finding(count.doubt, role, read=shown(row.cells[role]), done="dianggap tidak tersedia")
        for role, count in zip(roles, (top, bottom), strict=True)
        if count.doubt
    ]
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


def _restoration(number: int) -> str:
    """'terbaca 16,929, dipulihkan menjadi 16.929': what was read is a thousandth of what was meant."""
    whole, rest = divmod(number, 1000)
    read = f"{whole},{rest:03d}".rstrip("0").rstrip(",")
    meant = f"{number:,}".replace(",", ".")
    return f"terbaca {read}, dipulihkan menjadi {meant}"


def _matches(top: int | None, bottom: int | None, printed: Ratio, per: int) -> bool | None:
    """Whether two counts give the ratio as printed; None where there is nothing to compare."""
    if printed.value is None or top is None or not bottom:
        return None
    exact = Fraction(top, bottom)
    units = [printed.per or per]
    # Excel stores 14,57% as 0.1457.
    if printed.numeric and printed.per is None:
        units.append(1)
    return any(_as_printed(exact * unit, printed) for unit in units)


def _as_printed(exact: Fraction, printed: Ratio) -> bool:
    """Whether ``exact`` is printed so: rounded, or cut off, at the decimals that are shown."""
    if printed.value is None:
        return False
    shown_value = Fraction(printed.value)
    exponent = printed.value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    step = Fraction(1, 10 ** min(decimals, 9))
    difference = exact - shown_value
    return -step / 2 <= difference < step


def _restored(top: Count, bottom: Count, printed: Ratio, per: int) -> tuple[int, int] | None:
    """The one reading of the two counts, times thousand where a point was lost, that gives the printed ratio."""
    if not printed.value:
        return None
    readings = [{n for n in (c.value, c.thousandfold) if n is not None} for c in (top, bottom)]
    proofs = [(n, d) for n, d in product(*readings) if n <= d and _matches(n, d, printed, per)]
    return proofs[0] if len(proofs) == 1 else None


def _combined(row: Row, counts: dict[str, int | None], proven: set[Share]) -> list[Finding]:
    """Check RPPT, the mean of both shares. Where each share is proven by its own ratio, the counts stand."""
    printed = row.ratios.get("rppt_printed", Ratio())
    values = [counts.get(role) for share in (_DM, _HT) for role in (share.numerator, share.denominator)]
    if printed.value is None or any(v is None for v in values) or not values[1] or not values[3]:
        return []
    dm_top, dm_bottom, ht_top, ht_bottom = (v or 0 for v in values)
    exact = (Fraction(dm_top, dm_bottom) + Fraction(ht_top, ht_bottom)) / 2
    units = [printed.per or 100] + ([1] if printed.numeric and printed.per is None else [])
    if any(_as_printed(exact * unit, printed) for unit in units):
        return []
    read = f"tercetak {shown(row.cells['rppt_printed'])}, hasil hitung {float(exact * 100):.2f}".replace(".", ",")
    if {_DM, _HT} <= proven:
        done = "hanya dicatat; angka DM dan HT cocok dengan rasio masing-masing"
        return [row.finding("combined_ratio_differs", "rppt_printed", read=read, done=done)]
    unproven = [share for share in (_DM, _HT) if share not in proven]
    for share in unproven:
        counts[share.numerator] = counts[share.denominator] = None
    done = "angka " + " dan ".join("DM" if share is _DM else "HT" for share in unproven) + " tidak dipakai"
    return [row.finding("ratio_contradicts", "rppt_printed", read=read, done=done)]
