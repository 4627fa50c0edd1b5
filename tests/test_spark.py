"""The same expressions on Spark: the same counts, findings and breakdowns; skipped where pyspark or Java is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from test_extracts import count
from visit_files import HEADINGS, A, card, random_visits, referral, visit, whole_month, write_csv

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Java is missing", allow_module_level=True)

pytestmark = pytest.mark.slow


def test_duckdb_and_spark_give_the_same(tmp_path: Path) -> None:
    """One folder with everything that is told apart: doubles, contradictions, broken rows, blanks, titles, times."""
    one = referral(no_kunjungan=f"{A}0324Y999001")
    odd = [
        *whole_month(), one, {**one, "kdtacc": "1"}, visit(nokapst=""), visit(nokapst="9,99E+11"), referral(no_kunjungan=""),
        {**one, "kdstatuspulang": "3"}, visit(nokapst="6103010101600001"), visit(nokapst=card(3), ppkpeserta="0114U009"),
        visit(nokapst=f" {card(3)} ", ppkpeserta=A.lower()), referral(spesialistik="", kd_diagnosa="k29"),
        visit(tglpulang="05/19/2016"), visit(nmjenisprolanis="HT", sistole="125/75", nmpst='PESERTA "CONTOH"\nDUA'),
        *(visit(nokapst=text) for text in ('="0009990000004"', "'0009990000004", "9990000005.0", "0009990000006\u00a0")),
        *(visit(nokapst=text) for text in ("9.990.000.007", "0009-990000008", "9999999999999", "-", "000999****001")),
        referral(kdtkp="RJTP", nmtkp="", kdstatuspulang="Rujuk Lanjut"), referral(kdtkp="77"),
        referral(kdtacc="1 - Time"), referral(kdtacc="Tanpa TACC"), referral(kdtacc="9"),
        *(referral(spesialistik="", kd_diagnosa=text) for text in ("H10.9 - Conjunctivitis", "H25.9; H10.9", "I10 E11")),
        *(referral(kdtacc=text) for text in ("None", "Waktu (Time)")), visit(kdstatuspulang="Tidak Dirujuk"),
        *(visit(nokapst=card(20 + n), nmjenisprolanis="HT", sistole=upper, diastole=lower, ppkpeserta="0114U003")
          for n, (upper, lower) in enumerate([("75", "125"), ("1258", "75"), ("125 mmHg", "75"), ("125,5", "75"), ("150", ""),
                                             ("", "95"), ("95", "160"), ("125/75 mm Hg", "")])),
        visit(nokapst=card(30), nmjenisprolanis="DM", gdp="7,1"), visit(nokapst=card(32), nmjenisprolanis="DM", gdp="110 mg/dL"), visit(nokapst=card(31), nmjenisprolanis="DM", gdp="110"),
    ]  # fmt: skip
    write_csv(tmp_path / "raw" / "acak.csv", random_visits(5, 500))
    path = write_csv(tmp_path / "raw" / "aneh.csv", odd * 12, delimiter=";")
    path.write_text("Unduhan P-Care\n" + path.read_text() + "rusak;sekali\n")
    write_csv(tmp_path / "raw" / "iso.csv", [{**v, "tgl_kunjungan": "2024-03-07 08:00:00"} for v in whole_month()])
    rows = [{**row, "Status": "Hadir", "noKartu": row["nokapst"]} for row in random_visits(6, 300)]
    rows += [
        dict.fromkeys(rows[0], ""),
        {"nokapst": "TOTAL"},
        {**rows[0], "Status": "Batal"},
        {**rows[1], "Status": "?"},
    ]
    rows.append({**visit(tgl_kunjungan="05/03/2024"), "Status": "Hadir", "noKartu": card(1)})
    path = write_csv(tmp_path / "raw" / "status.csv", rows, [*rows[0]])
    path.write_text(f"{path.read_text()}{path.read_text().splitlines()[0]}\nJumlah,300\nDicetak 1 April 2024\n")
    states = [{"nmstatuspulang": "Berobat Jalan"}, {"kdstatuspulang": "4", "nmstatuspulang": "Rujuk Lanjut"}]
    states += [{"kdstatuspulang": "4", "nmstatuspulang": name} for name in ("Berobat Jalan", "-", "RUJUK VERTIKAL")]
    states += [
        {"nmstatuspulang": "Rujuk Lanjut"},
        {"nmtkp": "RITP"},
        {"kdstatuspulang": "", "nmstatuspulang": "Pulang"},
    ]
    rows = [referral(nokapst=card(40 + n % 4), ppkpeserta=A.lower(), **states[n % len(states)]) for n in range(80)]
    rows += [visit(pstprolanis=said, kd_diagnosa="i10", sistole="125") for said in ("Ya - HT", "Tidak", "ya")]
    kept = [heading for heading in (*HEADINGS, "nmstatuspulang") if heading != "nmjenisprolanis"]
    write_csv(tmp_path / "raw" / "kode dan nama.csv", rows, kept)
    rows = [referral(nokapst="", no_kunjungan="", ppkpeserta="P6103010101", tgl_kunjungan=f"03/{n % 28 + 1:02}/2024")
            for n in range(40)]  # fmt: skip
    write_csv(
        tmp_path / "raw" / "tanpa kartu [1].csv", rows, [h for h in HEADINGS if h not in {"kdtacc", "kdstatuspulang"}]
    )
    rows = [{**row, "keluhan": "pusing\nmual"} for row in [*whole_month(), referral(kdppkkunjungan="P6103010101")] * 5]
    path = write_csv(tmp_path / "raw" / "putus.csv", rows, [*HEADINGS[:5], "keluhan", *HEADINGS[5:]], delimiter="^")
    path.write_text(path.read_text().replace('"', ""))
    rows = [{**row, "no_kunjungan": f" '{row['no_kunjungan']} "} for row in [*whole_month(), referral()] * 3]
    write_csv(tmp_path / "raw" / "tanda.csv", rows, [heading for heading in HEADINGS if heading != "kdppkkunjungan"])
    rows = [referral(nokapst="", NIK="6103010101600001", no_kunjungan=f"RUJ/{n}") for n in range(40)]
    write_csv(
        tmp_path / "raw" / "nomor sendiri.csv", [*whole_month(), *rows], [*HEADINGS[:15], "NIK", *HEADINGS[16:23]]
    )
    write_csv(
        tmp_path / "raw" / "urutan Maret 2024.csv",
        [visit(tgl_kunjungan="05/03/2024", tglpulang="", ppkpeserta=f"{A} - PKM CONTOH")] * 3,
        [heading for heading in HEADINGS if heading != "no_kunjungan"],
    )
    for name, dates in {
        "kata.csv": ["1 Maret 2024", "Senin, 15-Mar-24 08:15:00", "31 march 2024", "31 Feb 2024"],
        "bilangan.csv": ["45352", "45366.354166667", "45382,5", "99999"],
        "rapat.csv": ["20240301", "20240315", "20240331", "20240231"],
        "detik.csv": ["1709251200", "1710460800000", "1711839600", "17118396001"],
        "inggris.csv": ["Mar 01, 2024", "March 15 2024", "Mar 31, 2024", "Foo 31, 2024"],
    }.items():
        rows = [visit(tgl_kunjungan=day, tglpulang=day) for day in [*dates[:3] * 40, dates[3]]]
        write_csv(tmp_path / "raw" / name, rows, delimiter=";")
    duck, spark = count(tmp_path / "raw"), count(tmp_path / "raw", "spark")
    pd.testing.assert_frame_equal(duck.table, spark.table)
    assert duck.findings == spark.findings
    assert duck.files == spark.files
    for name in ("pressures", "days"):
        assert not getattr(duck.recorded, name).empty
        pd.testing.assert_frame_equal(getattr(duck.recorded, name), getattr(spark.recorded, name))
    assert duck.referrals is not None
    assert spark.referrals is not None
    for name in ("monthly", "cases", "doctors"):
        pd.testing.assert_frame_equal(getattr(duck.referrals, name), getattr(spark.referrals, name))
    assert replace(duck.referrals, monthly=None, cases=None, doctors=None) == replace(
        spark.referrals, monthly=None, cases=None, doctors=None
    )


def test_an_installed_spark_says_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    # What the release of Spark in the lock does when pandera imports it, for those who have none.
    package = tmp_path / "pyspark" / "pandas"
    package.mkdir(parents=True)
    (tmp_path / "pyspark" / "__init__.py").touch()
    message = "PySpark does not yet fully support pandas >= 3.0.0. Some features may not work correctly."
    stand_in = f"import warnings\nprint('looked for')\nwarnings.warn({message!r}, FutureWarning)\nraise ImportError"
    (package / "__init__.py").write_text(stand_in, encoding="utf-8")
    places = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", "import analysis.contract"],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": places}, check=True,
    )  # fmt: skip
    assert "looked for" in done.stdout
    assert done.stderr == ""
