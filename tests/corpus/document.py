"""Write docs/korpus.md from the cases: ``PYTHONPATH=src:tests python -m corpus.document``."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from analysis.workspace import PROJECT
from corpus import (
    cases_disguised,
    cases_districts,
    cases_doubles,
    cases_files,
    cases_first_rows,
    cases_forms,
    cases_groups,
    cases_joined,
    cases_look_sound,
    cases_months,
    cases_offices,
    cases_parts,
    cases_readable,
    cases_recaps,
    cases_tables,
    cases_titled,
    cases_told,
    cases_traps,
    cases_turned,
    cases_values,
    cases_visits,
    cases_who,
)
from corpus.cases import CASES, Case
from corpus.folder import KINDS, Folder, Policy

PAGE = PROJECT / "docs" / "korpus.md"
PARTS = {
    "Berkas": cases_files, "Letak tabel": cases_tables, "Bulan": cases_months, "Angka": cases_values,
    "Fasilitas": cases_who, "Kabupaten/kota lain": cases_districts, "Jebakan": cases_traps, "Yang tampak wajar": cases_look_sound,
    "Kebiasaan dinas": cases_offices, "Bagian yang tampak utuh": cases_parts, "Beberapa kiriman untuk satu bulan": cases_doubles,
    "Tabel tiap indikator": cases_joined, "Kelompok di atas kolom, dan sel yang memuat dua hal": cases_groups, "Rekap yang bukan satu bulan penuh tiap fasilitas": cases_recaps,
    "Tabel yang diputar": cases_turned, "Borang dinas kesehatan": cases_forms,
    "Yang hanya tertulis pada baris pertama, dan tahun yang salah ketik": cases_first_rows,
    "Angka lain di tempat angka sebulan, dan kata yang hanya mirip": cases_disguised,
    "Angka yang dibaca tetapi perlu ditanyakan, dan yang terbawa dari tempat lain": cases_told,
    "Fasilitas pada judul, dan kolom bulan lalu di samping bulan ini": cases_titled,
    "Yang dibaca orang tanpa ragu": cases_readable,
    "Kunjungan tiap peserta": cases_visits,
}  # fmt: skip
HEAD = """# Korpus berkas kotor

Halaman ini ditulis oleh `tests/corpus/document.py` dari kasus-kasus dalam `tests/corpus/`; jangan diubah dengan tangan.

Setiap kasus menulis berkas dalam tata letak ekspor yang sebenarnya (nama puskesmas nyata, kode dan angka simulasi), mengotorinya
dengan satu cara, dan mengetahui tabel yang benar. `tests/test_corpus.py` membaca berkas itu seperti data daerah dan membandingkan
setiap angka. Angka yang bukan angka sebenarnya tidak pernah dianggap lulus; angka yang tidak dipakai harus mempunyai temuan yang
menyebut tempat dan sebabnya; fasilitas-bulan yang tidak ada dalam berkas tidak boleh muncul. `tests/test_corpus_properties.py`
mencampur kotoran-kotoran itu secara acak pada ribuan berkas dengan angka acak.

“Tepat” berarti semua jumlah harus terbaca persis. “Tepat atau tidak dipakai” berarti pembaca boleh menolak dengan temuan, tetapi
tidak boleh memberi angka lain."""


def outcome(folder: Folder) -> str:
    """What is expected of a case, in words."""
    policies = Counter(one.policy for one in folder.expected.values())
    if set(policies) == {"exact"}:
        words = ["tepat"]
    else:
        labels: dict[Policy, str] = {
            "exact": "{} jumlah tepat",
            "missing": "{} tidak dipakai",
            "either": "{} tepat atau tidak dipakai",
            "blank": "{} kosong",
        }
        words = [label.format(policies[policy]) for policy, label in labels.items() if policies[policy]]
    named = {kind for one in folder.expected.values() if one.policy == "missing" for kind in one.kinds}
    named |= {kind for kinds, _, _ in folder.told for kind in kinds.split("|")}
    titles = sorted(KINDS[kind].title for kind in named if kind in KINDS)
    return "; ".join(words) + (f". Temuan: {' / '.join(titles)}" if titles else "")


def page() -> str:
    """The text of docs/korpus.md."""
    lines = [HEAD]
    with tempfile.TemporaryDirectory() as temporary:
        for title, module in PARTS.items():
            own = [case for case in CASES.values() if case.make.__module__ == module.__name__]
            lines += [f"\n## {title} ({len(own)} kasus)\n", "| kasus | kotoran | diharapkan |", "|---|---|---|"]
            lines += [_row(case, Path(temporary) / case.name) for case in own]
    return "\n".join(lines) + "\n"


def _row(case: Case, root: Path) -> str:
    return f"| `{case.name}` | {_text(case.dirt)} | {_text(outcome(case.build(root)))} |"


def _text(words: str) -> str:
    """Words as text in a cell of a Markdown table."""
    return words.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("[", "\\[")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
