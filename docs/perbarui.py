"""Renew the parts of the documentation that the program itself knows: help texts, exit codes, findings, open values.

Run it after a change of commands, errors or reference data::

    .venv/bin/python docs/perbarui.py            write the documents anew
    .venv/bin/python docs/perbarui.py --check    only say which ones are out of date (exit code 1)

A generated part stands between two comments, ``<!-- mulai: NAME -->`` and ``<!-- selesai: NAME -->``; whatever is
between them is replaced. ``tests/test_docs.py`` uses the same functions, so that text and test cannot part.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from analysis.cli import app
from analysis.errors import UserError
from analysis.findings import load_kinds
from analysis.ledger import LEVELS
from analysis.payment import load_tariffs
from analysis.rules import load_rules
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
HELP_COLUMNS = 100
"""Width of the help texts; a terminal of this width shows the same lines."""
_START_KBK = "import sys; sys.argv[0] = 'kbk'; from analysis.cli import main; main()"
_LEVEL_TITLES = {
    "galat": "Galat: angkanya tidak dipakai",
    "peringatan": "Peringatan: angka diubah atau perlu diperiksa",
    "catatan": "Catatan: sekadar diketahui",
}
_SUCCESS = "Berhasil: laporan terbit, atau laporan yang sama sudah ada"
_INTERRUPTED = "Dihentikan dengan Ctrl+C; laporan yang sudah terbit tidak berubah"


def command_names() -> list[str]:
    """Return the commands of ``kbk`` in the order of its help."""
    return [str(c.name or (c.callback.__name__ if c.callback else "")) for c in app.registered_commands]


def help_of(words: Sequence[str]) -> str:
    """Return what ``kbk <words> --help`` prints in a terminal of HELP_COLUMNS columns without colour."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FORCE_", "GITHUB_", "PY_COLORS", "TERMINAL_"))}
    plain = {"COLUMNS": str(HELP_COLUMNS), "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _START_KBK, *words, "--help"],
        env={**kept, **plain},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join(lines).strip("\n")


def help_block() -> str:
    """Return the help of ``kbk`` and of each of its commands, each under its own heading."""
    parts = []
    for words in ([], *([name] for name in command_names())):
        title = " ".join(["kbk", *words])
        parts.append(f"### `{title}`\n\n```text\n{help_of(words)}\n```")
    return "\n\n".join(parts)


def make_block() -> str:
    """Return what ``make`` alone prints."""
    spec = importlib.util.spec_from_file_location("setup_env", PROJECT / "src" / "setup_env.py")
    assert spec is not None  # noqa: S101 - the file is part of the project
    assert spec.loader is not None  # noqa: S101 - as above
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text: str = module.help_text((PROJECT / "Makefile").read_text(encoding="utf-8"))
    return f"```text\n{text.rstrip()}\n```"


def exit_codes() -> list[tuple[int, str, str]]:
    """Return (code, name of the error class or an empty text, meaning) for every code ``kbk`` ends with."""
    kinds = [UserError]
    for kind in kinds:
        kinds += [k for k in kind.__subclasses__() if k not in kinds]
    rows = [(kind.exit_code, kind.__name__, kind.meaning) for kind in kinds]
    return sorted([(0, "", _SUCCESS), (130, "", _INTERRUPTED), *rows])


def exit_code_block() -> str:
    """Return the exit codes as a table."""
    rows = [[str(code), meaning, f"`{name}`" if name else "–"] for code, name, meaning in exit_codes()]
    return table(["Kode", "Arti", "Kelas galat"], rows)


def findings_block() -> str:
    """Return every kind of finding, one table for each level: title, key in the ledger, meaning, advice."""
    kinds = load_kinds(REFERENCE)
    parts = []
    for level in LEVELS:
        rows = [
            [f"**{kind.title}** (`{key}`)", kind.meaning, kind.advice]
            for key, kind in kinds.items()
            if kind.level == level
        ]
        listing = table(["Temuan (kunci di ledger.csv)", "Artinya", "Yang dapat dilakukan"], rows)
        parts.append(f"### {_LEVEL_TITLES[level]}\n\n{listing}")
    return "\n\n".join(parts)


def unconfirmed_block() -> str:
    """Return every value of the rules and tariffs that is not confirmed, with its source."""
    rows = [
        [f"`{rule.id}`", f"`{path or '(seluruhnya)'}`", source]
        for rule in reversed(load_rules(REFERENCE))
        for path, source in rule.unconfirmed()
    ]
    for tariff in load_tariffs(REFERENCE):
        kinds = list(dict.fromkeys(row.facility_type for row in tariff.rows if row.status == "unconfirmed"))
        rows += [[f"`{tariff.id}`", f"`tarif {kind}`", tariff.source] for kind in kinds]
    return table(["Aturan", "Nilai", "Dasar yang dipakai sekarang"], rows)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a pipe table in markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


BLOCKS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/perintah.md": {"make": make_block, "kbk": help_block},
    "docs/kode-keluar.md": {"kode": exit_code_block},
    "docs/panduan.md": {"temuan": findings_block},
    "docs/penyimpangan.md": {"belum-dikonfirmasi": unconfirmed_block},
}
"""Document → name of a generated part → function that makes its text."""


def renewed(text: str, blocks: Mapping[str, Callable[[], str]]) -> str:
    """Return a document with its generated parts made anew; ValueError when one does not stand there exactly once."""
    for name, make in blocks.items():
        begin, end = f"<!-- mulai: {name} -->\n", f"\n<!-- selesai: {name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"bagian “{name}” harus ada tepat satu kali")
        new = f"{begin}\n{make()}\n{end}"
        text = pattern.sub(lambda _, new=new: new, text)  # type: ignore[misc]
    return text


def outdated() -> dict[Path, str]:
    """Return the documents that differ from what the program says now, with their new text."""
    found = {}
    for name, blocks in BLOCKS.items():
        path = PROJECT / name
        old = path.read_text(encoding="utf-8")
        new = renewed(old, blocks)
        if new != old:
            found[path] = new
    return found


def main(argv: Sequence[str]) -> int:
    """Write the documents anew, or with --check only name them; return the exit code."""
    changed = outdated()
    for path, text in changed.items():
        if "--check" not in argv:
            path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path.relative_to(PROJECT).as_posix()}\n")
    return 1 if changed and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
