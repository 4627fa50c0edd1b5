"""The declared corrections of a report, each with its place, both values, reason and who answers for it."""

from __future__ import annotations

import pandas as pd

from analysis import formats as fmt
from analysis import texts
from analysis.markdown import Block, escape, table


def corrections_block(ledger: pd.DataFrame) -> Block:
    """Return every declared correction as a table, or the sentence that there is none.

    ledger: ``ledger.ledger_table``.
    """
    made = ledger[ledger["kind"] == "corrected"]
    if made.empty:
        return Block(texts.NO_CORRECTIONS)
    return Block(
        table(
            ["Tempat", "FKTP, bulan", "Kolom", "Semula", "Koreksi"],
            [[escape(cell) for cell in _cells(row)] for row in made.to_dict("records")],
            align=["left"] * 5,
            widths=[24, 20, 14, 10, 32],
            label="tbl-koreksi",
            caption=escape(texts.CORRECTIONS_CAPTION.format(n=fmt.number(len(made)))),
        )
    )


def _cells(row: dict[str, object]) -> list[str]:
    texts_of = {key: str(value) for key, value in row.items()}
    sheet = f"lembar “{texts_of['sheet']}”" if texts_of["sheet"] else ""
    place = [texts_of["file"], sheet, f"baris {texts_of['row']}"]
    month = fmt.month(pd.Period(texts_of["month"], "M")) if texts_of["month"] else ""
    who = [fmt.facility(texts_of["facility_name"] or texts_of["facility_code"]), month]
    parts = (", ".join(part for part in some if part) for some in (place, who))
    return [*parts, texts_of["column"], texts_of["read"], texts_of["done"]]
