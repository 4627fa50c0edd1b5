"""Referrals by doctor as a workbook for the district alone; nothing of it is ever published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xlsxwriter

from analysis import texts
from analysis.paper import fit_to_paper

_SHEET = "Rujukan per dokter"
_WIDTHS = (12, 36, 12, 36, 10, 18, 14, 12)


def doctor_rows(doctors: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return referrals by facility, month and doctor with the name of the facility, most non-specialist ones first.

    doctors: ``extract_shapes.Referrals``. table: facility-month table, for the names.
    Columns: facility_code, facility_name, month, doctor, referrals, nonspecialist, excused, share (percent of the
    referrals that are non-specialist without TACC).
    """
    names = table.sort_values("month").groupby("facility_code")["facility_name"].last()
    rows = doctors.assign(
        facility_name=doctors["facility_code"].map(names),
        month=doctors["month"].astype("string"),
        share=(100 * doctors["nonspecialist"] / doctors["referrals"]).astype("Float64"),
    )
    columns = ["facility_code", "facility_name", "month", "doctor", "referrals", "nonspecialist", "excused", "share"]
    ordered = rows[columns].sort_values(
        ["nonspecialist", "facility_code", "month", "doctor"], ascending=[False, True, True, True], kind="stable"
    )
    return ordered.reset_index(drop=True)


def write_doctors(doctors: pd.DataFrame, table: pd.DataFrame, path: Path) -> None:
    """Write the workbook; every text of a file stays text, whatever it begins with.

    doctors, table: as in ``doctor_rows``.
    """
    rows = doctor_rows(doctors, table)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet(_SHEET)
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True})
        percent = book.add_format({"num_format": "0.0"})
        sheet.write_string(0, 0, texts.DOCTOR_NOTE, bold)
        for column, (heading, width) in enumerate(zip(texts.DOCTOR_HEADINGS, _WIDTHS, strict=True)):
            sheet.write_string(1, column, heading, wrapped)
            sheet.set_column(column, column, width)
        for line, row in enumerate(rows.itertuples(index=False), 2):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif not pd.isna(value):
                    sheet.write_number(line, column, float(value), percent if column == len(row) - 1 else None)
        sheet.freeze_panes(2, 0)
        fit_to_paper(sheet)
        sheet.repeat_rows(1)
        sheet.autofilter(1, 0, len(rows) + 1, len(texts.DOCTOR_HEADINGS) - 1)
