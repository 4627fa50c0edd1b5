"""Column headings of the real exports, misspellings included: the workbook of the cumulative list and two monthly files."""

from __future__ import annotations

WORKBOOK = [
    "Bulan Kapitasi", "KAB/KOTA", "Kode PPK", "NAMA FKTP", "TIPE FKTP", "JUMLAH KONTAK", "PESERTA TERDAFTAR",
    "Kasus Non Spesialistik", "Jumlah Rujukan", "Prolanis DM Terkendali", "Peserta Diangnosa DM",
    "Prolanis HT Terkendali", "Peserta Diangnosa HT", "Capaian KBK BI", "Keterangan AK", "Keterangan RNS",
    "Keterangan RPPT", "Jumlah indikator tercapai",
]  # fmt: skip
TABEL = [
    "Dati2", "Kode PPK", "Faskes", "Jumlah Kontak", "Peserta Terdaftar", "Angka Kontak", "Kasus Non Spesialistik",
    "Jumlah Rujukan", "RRNS", "Prolanis DM Terkendali", "Peserta Diangnosa DM", "RPPT DM", "Prolanis HT Terkendali",
    "Peserta Diangnosa HT", "RPPT HT", "RPPT",
]  # fmt: skip
CSV = [
    "Dati2", "Kode PPK", "Faskes", "Angka Kontak", "Jumlah Kontak", "Jumlah Rujukan", "Kasus Non Spesialistik",
    "Peserta Diangnosa DM", "Peserta Diangnosa HT", "Peserta Terdaftar", "Prolanis DM Terkendali",
    "Prolanis HT Terkendali", "RPPT DM", "RPPT HT", "RPPT",
]  # fmt: skip
