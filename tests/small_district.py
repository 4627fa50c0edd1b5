"""A district of three puskesmas whose every figure can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xlsxwriter

from analysis.contract import facility_months

SLUG = "kabupaten-contoh"
HEADINGS = [
    "Bulan Kapitasi", "KAB/KOTA", "Kode PPK", "NAMA FKTP", "TIPE FKTP", "JUMLAH KONTAK", "PESERTA TERDAFTAR",
    "Kasus Non Spesialistik", "Jumlah Rujukan", "Prolanis DM Terkendali", "Peserta Diangnosa DM",
    "Prolanis HT Terkendali", "Peserta Diangnosa HT", "Capaian KBK BI", "Keterangan AK", "Keterangan RNS",
    "Keterangan RPPT", "Jumlah indikator tercapai",
]  # fmt: skip
# code, name, registered, contacts, non-specialist, referrals, DM controlled, DM, HT controlled, HT: every month of the year
MONTHLY = {
    2024: [
        ("0101A001", "PUSKESMAS AIR JERNIH", 1000, 140, 3, 100, 5, 100, 5, 100),
        ("0101A002", "PUSKESMAS BUKIT TINGGI", 3000, 390, 8, 200, 2, 100, 4, 100),
        ("0101A003", "PUSKESMAS CAHAYA", 2000, 300, 2, 100, 3, 100, 6, 200),
    ],
    2025: [
        ("0101A001", "PUSKESMAS AIR JERNIH", 1000, 160, 1, 100, 6, 100, 6, 100),
        ("0101A002", "PUSKESMAS BUKIT TINGGI", 3000, 420, 6, 200, 2, 100, 4, 100),
        ("0101A003", "PUSKESMAS CAHAYA", 2000, 310, 2, 100, 3, 100, 6, 200),
    ],
}
# Worked by hand: AK (160+420+310)/6000 = 148,33 ‰ and (140+390+300)/6000 = 138,33 ‰;
# RRNS 9/400 = 2,25 % and 13/400 = 3,25 %; RPPT ((11/300)+(16/400))/2 = 3,83 % and ((10/300)+(15/400))/2 = 3,54 %
EXPECTED = {"AK": (138.3333333, 148.3333333), "RRNS": (3.25, 2.25), "RPPT": (3.5416667, 3.8333333)}
SHOWN = {"AK": ("138,3", "148,3"), "RRNS": ("3,25", "2,25"), "RPPT": ("3,54", "3,83")}
MONTHS = range(1, 7)


def table() -> pd.DataFrame:
    """The facility-month table that a perfect reader makes of the workbook."""
    columns = [
        "facility_code", "facility_name", "registered", "contacts", "nonspecialist_referrals", "referrals",
        "dm_controlled", "dm_registered", "ht_controlled", "ht_registered",
    ]  # fmt: skip
    frames = [
        pd.DataFrame(facilities, columns=columns).assign(month=pd.Period(year=year, month=month, freq="M"))
        for year, facilities in MONTHLY.items()
        for month in MONTHS
    ]
    rows = pd.concat(frames, ignore_index=True)
    return facility_months(
        rows.assign(district=SLUG, facility_type="puskesmas", source_file="uji.xlsx", source_sheet="")
    )


def write(
    root: Path,
    *,
    name: str = "Kabupaten Contoh",
    slug: str = SLUG,
    years: tuple[int, ...] = (2024, 2025),
    more: int = 0,
) -> Path:
    """Write the workbook and district.yml under ``root`` and return the district's folder.

    more: contacts that every puskesmas has each month above those of ``MONTHLY``.
    """
    folder = root / "data" / "raw" / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "district.yml").write_text(f"name: {name}\nlevel: kabupaten\n", encoding="utf-8")
    for year in years:
        write_workbook(folder / f"Capaian KBK {year}.xlsx", year, name, more)
    return folder


def write_workbook(path: Path, year: int, area: str = "Kabupaten Contoh", more: int = 0) -> None:
    """Write the KBK workbook of one year, a sheet a month."""
    book = xlsxwriter.Workbook(str(path))
    dates = book.add_format({"num_format": "d/m/yyyy"})
    for month in MONTHS:
        sheet = book.add_worksheet(f"{month:02d} {year}")
        sheet.write_row(0, 0, HEADINGS)
        for row, facility in enumerate(MONTHLY[year], start=1):
            code, name, registered, contacts, non, referrals, *prolanis = facility
            sheet.write_datetime(row, 0, pd.Timestamp(year, month, 1).to_pydatetime(), dates)
            sheet.write_row(
                row, 1, [area.upper(), code, name, "Puskesmas", contacts + more, registered, non, referrals, *prolanis]
            )
    book.close()
