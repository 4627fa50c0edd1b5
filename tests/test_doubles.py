from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from analysis.doubles import editions, revision_of
from analysis.rows import Row


@pytest.mark.parametrize(
    ("name", "revision"),
    [
        ("kbk jan 24", 0), ("KBK Jan 24 direvisi", 0), ("revisited jan", 0), ("Trevi 2", 0), ("prev 2", 0), ("revisian", 0),
        ("KBK Jan REVISI", 1), ("FINAL REVISI", 1), ("revisi terakhir", 1), ("REVISI_kbk_jan24", 1), ("revisi/a", 1),
        # A year behind the word is no number.
        ("KBK Jan REVISI 24", 1), ("REVISI 2024", 1), ("REVISI_24", 1), ("REVISI24", 1), ("REVISI 2024-07", 1),
        ("REVISI 0", 1), ("REVISI 0724", 1), ("REVISI KE-2024", 1),
        ("KBK Jan REVISI 2 24", 2), ("REVISI2 24", 2), ("REVISI_2_24", 2), ("REVISI 2-24", 2), ("REVISI 2 2024", 2),
        ("REV2", 2), ("rev.3", 3), ("kbk_jan24_rev2", 2), ("REVISI_2", 2), ("REVISI (2)", 2), ("REVISI-2", 2), ("Rev. 4", 4),
        ("REVISI 2 JAN 24", 2), ("Revisi 2a", 2),
        ("revisi I", 1), ("revisi II", 2), ("REVISI III 24", 3), ("revisi_iv", 4), ("revisi ix", 9), ("revisi v2", 1),
        ("REVISI ixora", 1),
        ("REVISI KE-12", 12), ("revisi ke 2", 2), ("REVISI KE 3 24", 3), ("revisi kedua", 2), ("Revisi ke-tiga", 3),
        ("revisi kecil", 1),
        # A date is no number.
        ("REVISI 3 Juli 2024", 1), ("REVISI 3-7-2024", 1), ("REVISI 03.07.24", 1), ("REVISI 15 Juli", 1), ("REVISI 20240715", 1),
        ("REVISI 2-2024", 1),
        # The highest of the path counts.
        ("REVISI/kbk jan REVISI 2", 2), ("revisi 3/kbk jan revisi", 3), ("kiriman REVISI.zip/kbk", 1),
    ],
)  # fmt: skip
def test_the_number_of_a_revision_is_read_from_the_name(name: str, revision: int) -> None:
    assert revision_of(name)[0] == revision


def later(one: str, other: str) -> bool | None:
    """Whether ``one`` replaces ``other`` where both hold January 2024; None where neither replaces the other."""
    rows = [cast(Row, SimpleNamespace(file=f"{name}.xlsx", month=pd.Period("2024-01", "M"))) for name in (one, other)]
    known = editions(rows)
    first, second = known[f"{one}.xlsx"], known[f"{other}.xlsx"]
    assert not (first.replaces(second) and second.replaces(first))
    return True if first.replaces(second) else False if second.replaces(first) else None


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("KBK Jan REVISI 2 24", "KBK Jan REVISI 24"), ("KBK Jan REVISI KE-12", "KBK Jan REVISI 2"), ("KBK REVISI", "KBK"),
        ("KBK REVISI II", "KBK REVISI"), ("KBK REVISI TERAKHIR", "KBK"), ("KBK FINAL REVISI", "KBK"),
        ("KBK REVISI 3 Juli 2024", "KBK"), ("KBK FINAL REVISI 3", "KBK REVISI 2"),
    ],
)  # fmt: skip
def test_a_later_revision_replaces(newer: str, older: str) -> None:
    assert later(newer, older) is True
    assert later(older, newer) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KBK REVISI TERAKHIR", "KBK REVISI 2"), ("KBK FINAL REVISI", "KBK REVISI 2"), ("KBK REVISI 24", "KBK REVISI"),
        ("KBK REVISI 3 Juli 2024", "KBK REVISI 2"), ("KBK REVISI FINAL", "KBK REVISI"), ("KBK REVISI 15 Juli", "KBK REVISI 2"),
    ],
)  # fmt: skip
def test_revisions_whose_order_nobody_knows_are_not_settled(one: str, other: str) -> None:
    assert later(one, other) is None
    assert later(other, one) is None
