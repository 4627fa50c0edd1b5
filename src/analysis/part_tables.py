"""Tables that hold one indicator, or some: which of the tables that lack needed columns are such, and where they stand.

What lacks a column because a heading is misspelt, or of a target, is none: it was meant to be a whole table.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from analysis.blocks import Block
from analysis.headings import Headings
from analysis.layouts import IDENTITY, NEEDED, Role, is_part, whole_shares
from analysis.ledger import Finding
from analysis.sheets import Sheet

COLUMNS_MISSING = "sheet_columns_missing"
"""The finding about a table that lacks needed columns."""
_REFUSED = frozenset({COLUMNS_MISSING, "sheet_columns_double", "sheet_of_two_orders"})
_NO_TABLE = frozenset({"sheet_without_table", "file_without_table", "sheet_months_across", "sheet_turned"})
_BESIDE_ALL = frozenset({"registered"})
"""Counts that may stand beside every indicator."""


def is_broken(block: Block, headings: Headings) -> bool:
    """Whether an indicator stands in a table by halves: one count, or words of it in a heading that is not read."""
    lacking = set(NEEDED).difference(whole_shares(block.roles))
    halves = {role for share in lacking for role in (share.numerator, share.denominator)} & block.roles
    unread = (heading.text for heading in block.headings if heading.reading.role is None)
    return bool(halves - _BESIDE_ALL) or any(not lacking.isdisjoint(headings.hints(text)) for text in unread)


def parted(block: Block, double: Collection[Role | None]) -> list[Block]:
    """The tables, each with facilities of its own, that stand beside each other as one; the block where it is one.

    double: columns that stand there twice with other cells; where facilities are the same in every row it is one table.
    """
    who = next((h.reading.role for h in block.headings if h.reading.role in IDENTITY), None)
    if who is None or who not in double:
        return [block]
    starts = [h.position for h in block.headings if h.reading.role == who]
    starts[0] = block.span[0]
    ends = [*starts[1:], block.span[1] + 1]
    parts = [
        replace(block, headings=tuple(h for h in block.headings if start <= h.position < end))
        for start, end in zip(starts, ends, strict=True)
    ]
    return parts if all(is_part(part.roles) for part in parts) else [block]


def refusals(findings: Sequence[Finding], sheets: Sequence[Sheet], headings: Headings) -> set[Finding]:
    """Return the findings about tables that were refused and may be parts.

    findings, sheets: of one file. Of sheets without a table those may be that have too few headings for one.
    """
    without = [finding for finding in findings if finding.kind in _NO_TABLE]
    named = {finding.sheet for finding in without}
    beside = (sheet for sheet in sheets if not named.isdisjoint({"", sheet.name}))
    few = {sheet.name for sheet in beside if any(is_part(set(headings.roles(c).values())) for c in sheet.rows)}
    refused = {finding for finding in findings if finding.kind in _REFUSED}
    return refused | {finding for finding in without if few and finding.sheet in {"", *few}}
