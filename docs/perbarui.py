"""Renew the parts of the documentation that the program itself knows: help, exit codes, findings, methods, open values.

Run it after a change of commands, errors or reference data::

    .venv/bin/python docs/perbarui.py            write the documents anew
    .venv/bin/python docs/perbarui.py --check    only say which ones are out of date (exit code 1)

A generated part stands between two comments, ``<!-- mulai: NAME -->`` and ``<!-- selesai: NAME -->``; whatever is
between them is replaced. ``tests/test_docs.py`` uses the same functions, so that text and test cannot part.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, get_args

from analysis.cli import app
from analysis.errors import UserError
from analysis.findings import load_kinds
from analysis.formats import plain as plain_number
from analysis.ledger import LEVELS
from analysis.methods import DeviationSection, MethodSection, load_methods
from analysis.payment import load_tariffs
from analysis.quality import load_checks
from analysis.rules import load_rules
from analysis.workspace import PROJECT

REFERENCE = PROJECT / "data" / "reference"
MODULES, MODULES_PAGE = PROJECT / "src" / "analysis", PROJECT / "docs" / "modul.md"
_MODULE = re.compile(r"(?m)^- `(\w+)`.*$")
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
DIGITS = 4
"""Significant digits of the numbers that the example calls show; more could differ between computers."""


class Example(NamedTuple):
    """A call that can be made by hand.

    call: an expression in names of its module. shown: fields of the result, dots for fields of fields; default all that
    differ from their default.
    """

    call: str
    shown: tuple[str, ...] = ()


_MONTHS = '[f"2025-{m:02d}" for m in range(1, 13)]'
_ESTIMATE = ("value", "lower", "upper", "p")
EXAMPLES: Mapping[str, Sequence[Example]] = {
    "estimates": (
        Example("wilson(15, 148)"),
        Example("clopper_pearson(0, 20)"),
        Example("rate(7, 1250)"),
        Example("ratio_of_sums([([3, 5, 9, 2], [100, 120, 150, 90])], scale=100)"),
        Example(
            "change_of_ratio([([3, 5, 9, 2], [100, 120, 150, 90])], [([2, 4, 4, 1], [110, 125, 140, 95])], scale=100)"
        ),
    ),
    "clustered": (
        Example(
            "ratio_change_factor([([23, 15, 29, 12], [1100, 1120, 1150, 1090])], "
            "[([12, 14, 14, 9], [1110, 1125, 1140, 1095])])",
            _ESTIMATE,
        ),
        Example(
            "gee_change(\n    ([23, 15, 29, 12], [1100, 1120, 1150, 1090]), "
            '([12, 14, 14, 9], [1110, 1125, 1140, 1095]), "binomial", scale=100\n)',
            ("before", "after", "crude", *(f"change.{name}" for name in _ESTIMATE)),
        ),
    ),
    "shares_mean": (
        Example("mean_of_shares([(12, 240), (30, 410)], scale=100)"),
        Example("repeated_counts_dispersion(6)"),
        Example("mean_of_shares_change([(12, 240), (30, 410)], [(25, 251), (44, 405)], scale=100)", _ESTIMATE),
    ),
    "paired": (
        Example("mcnemar_exact(rose=7, fell=1)"),
        Example("mcnemar_mid_p(rose=7, fell=1)"),
        Example("paired_share_change(both=1, rose=7, fell=1, neither=12)"),
        Example("tango_share_change(both=1, rose=7, fell=1, neither=12)"),
        Example(
            "change_of_values([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],\n"
            "                 [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])"
        ),
    ),
    "independent": (Example("independent_change(48, 80, 56, 70)"), Example("fisher_p(3, 100, 12, 110)")),
    "periods_many": (
        Example(
            "compare_periods([[True, True, False], [False, True, False], [False, True, True], [True, True, False]])",
            ("overall.value", "overall.p", "counts"),
        ),
        Example("trend_of_shares([83, 90, 129, 70], [86, 93, 136, 82])", _ESTIMATE),
    ),
    "facility_changes": (
        Example('share_change(FacilityCounts("A", 12, 110, 3, 100))', ("before", "after", "change")),
        Example('rate_change(FacilityCounts("A", 11, 800, 24, 1011))', ("before", "after", "change")),
        Example('monthly_dispersion([310, 402, 355, 290, 431, 388] * 2, [2500] * 12, [1] * 6 + [2] * 6, kind="laju")'),
        Example(
            'facility_dispersions([310, 402, 355, 290, 431, 388] * 2, [2500] * 12, ["A"] * 12, [1] * 6 + [2] * 6,\n'
            '                     kind="laju")["A"]',
            ("phi", "df"),
        ),
        Example(
            'share_changes([FacilityCounts("A", 12, 110, 3, 100), FacilityCounts("B", 40, 210, 9, 205)])',
            ("changes[0].p_adjusted", "changes[0].verdict", "changes[1].p_adjusted", "changes[1].verdict"),
        ),
    ),
    "seasons": (
        Example(
            "year_on_year([FacilityMonth(f, y, 3, (k,), (n,)) for f, y, k, n in [\n"
            '    ("A", 2024, 30, 900), ("B", 2024, 22, 800), ("C", 2024, 41, 1500),\n'
            '    ("A", 2025, 18, 920), ("B", 2025, 15, 790), ("C", 2025, 30, 1530)]], 2024, 2025, scale=100).overall',
            ("matched", *(f"change.{name}" for name in _ESTIMATE)),
        ),
        Example(
            "seasonal_index({(y, m): 150 + y - 2024 + (8 if m == 7 else -8 if m == 12 else 0)\n"
            "                for y in (2023, 2024, 2025) for m in range(1, 13)})",
            ("years", "factors"),
        ),
    ),
    "spc": (
        Example(
            f'xmr([148, 151, 149, 153, 150, 147, 152, 154, 149, 151, 150, 172], {_MONTHS}, "up", 145)',
            ("mean", "lower", "upper", "trial", "assurance", "points[11].rule", "points[11].grade"),
        ),
        Example('assurance(140, 160, 150, "up")'),
    ),
    "spc_p": (
        Example(
            f"laney([610, 655, 640, 598, 621, 660, 645, 612, 630, 641, 615, 700], [9000] * 12, {_MONTHS})",
            ("mean", "sigma_z", "points[11].lower", "points[11].upper", "points[11].rule"),
        ),
        Example("suited_chart([1, 0, 2, 1], [90, 80, 110, 95])"),
        Example(
            f"quarterly_exact([1, 0, 2, 1, 0, 1, 3, 9, 5, 1, 0, 1], [90] * 12, {_MONTHS}).quarters[2]",
            ("label", "value", "lower", "upper", "limit_lower", "limit_upper", "grade"),
        ),
    ),
    "funnel": (
        Example(
            "funnel([12, 20, 31, 9, 44, 15], [110, 190, 220, 130, 250, 140], scale=100)",
            ("overall", "phi", "tau2", "points[4].position", "points[4].position_adjusted"),
        ),
        Example("exact_limits([50, 200], 0.1)"),
    ),
    "event_effects": (
        Example(
            "interrupted_series([2.6, 2.9, 2.7, 3.0, 2.8, 2.7, 3.1, 2.8, 2.9, 2.1, 1.9, 2.0],\n"
            f'                   {_MONTHS}, "2025-09-18")',
            (*(f"level_change.{name}" for name in _ESTIMATE), "expected_after", "observed_after", "lag"),
        ),
        Example(
            "difference_in_differences([([33, 35, 39], [1000, 1200, 1500])], [([18, 22, 24], [1050, 1180, 1520])],\n"
            "                          [([23, 21, 26], [1100, 1300, 1400])], [([22, 20, 27], [1090, 1310, 1420])],\n"
            "                          scale=100)",
            tuple(f"effect.{name}" for name in _ESTIMATE),
        ),
        Example(
            "was_selected_as_worst([3.3, 2.9, 2.6, 2.1, 1.6, 1.9], [True, True, True, False, False, False])",
            ("picked", "superiority.value", "superiority.p", "beyond_all"),
        ),
    ),
    "published_shares": (
        Example('possible_counts("71,5", 281)'),
        Example('fitting_denominators(["71,5", "78,6"], 300)'),
        Example("paired_range(281, 201, 221)"),
    ),
}
"""Module → calls that the methods page shows with what they return, in this order."""


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


def methods_block(section: str) -> str:
    """Return the methods of one section as a table; a column that is empty throughout is left out."""
    chosen = [m for m in load_methods(REFERENCE).methods if m.section == section]
    columns = {
        "Angka": [m.number for m in chosen],
        "Cara": [m.method for m in chosen],
        "Rumus": [m.formula for m in chosen],
        "Rujukan": [m.reference for m in chosen],
        "Fungsi": [f"`{m.module}`" for m in chosen],
        "Cocok dengan": [m.agrees_with for m in chosen],
    }
    kept = {heading: cells for heading, cells in columns.items() if any(cells)}
    rows = zip(*([cell or "–" for cell in cells] for cells in kept.values()), strict=True)
    return table(list(kept), rows)


def deviations_block(section: str) -> str:
    """Return the deviations of one section as a table."""
    chosen = [d for d in load_methods(REFERENCE).deviations if d.section == section]
    return table(
        ["Hal", "Kebiasaan atau ketentuan", "Di sini", "Alasan"],
        [[d.subject, d.practice, d.here, d.why] for d in chosen],
    )


def checks_block() -> str:
    """Return every check of the figures with what it looks at and its limits."""
    rows = []
    for key, check in load_checks(REFERENCE).items():
        limits = "; ".join(
            f"{limit.meaning}: {plain_number(limit.value)} {limit.unit}" for limit in check.limits.values()
        )
        sources = ", ".join(dict.fromkeys(limit.source for limit in check.limits.values()))
        rows.append([f"**{check.title}** (`{key}`)", check.meaning, limits or "–", sources or "–"])
    return table(["Pemeriksaan (kunci di signals.csv)", "Yang dilihat", "Batas", "Sumber batas"], rows)


def questions_block() -> str:
    """Return the innocent explanation and the question of every check."""
    rows = [[check.title, check.innocent, check.question] for check in load_checks(REFERENCE).values()]
    return table(["Pemeriksaan", "Penjelasan yang wajar", "Yang ditanyakan"], rows)


def calls_block() -> str:
    """Return the example calls with what they return, one block of code for each module."""
    return "\n\n".join(f"```python\n{_calls_of(module, calls)}\n```" for module, calls in EXAMPLES.items())


def _calls_of(module: str, calls: Sequence[Example]) -> str:
    names = vars(importlib.import_module(f"analysis.{module}"))
    used = {node.id for e in calls for node in ast.walk(ast.parse(e.call)) if isinstance(node, ast.Name)}
    parts = [f"from analysis.{module} import " + ", ".join(sorted(used & names.keys()))]
    for example in calls:
        result = eval(example.call, dict(names))  # noqa: S307 - the calls stand in this file
        said = textwrap.wrap(shown(result, example.shown), 112, break_long_words=False, break_on_hyphens=False)
        parts.append("\n".join([example.call, *(f"# {line}" for line in said)]))
    return _formatted("\n\n".join(parts))


def _formatted(code: str) -> str:
    """Return code as ruff writes it, which checks the code in documents too."""
    command = [sys.executable, "-m", "ruff", "format", "--config", str(PROJECT / "pyproject.toml"), "-"]
    done = subprocess.run(command, input=code, capture_output=True, encoding="utf-8", check=True)
    return done.stdout.rstrip()


def shown(result: Any, names: Sequence[str] = ()) -> str:
    """Return a result in words of Python: 'value=0.1014, n=148' for a record, the value itself for anything else.

    names: fields to show, with dots and positions for fields of fields ('points[0].rule'); default every field of a
    record that differs from its default.
    """
    if not names and not is_dataclass(result):
        return _plain(result)
    return ", ".join(f"{name}={_plain(value)}" for name, value in _fields(result, names))


def _fields(result: Any, names: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    if not names:
        names = [f.name for f in fields(result) if f.default is MISSING or getattr(result, f.name) != f.default]
    for name in names:
        value = _part(result, name)
        if is_dataclass(value):
            yield from ((f"{name}.{inner}", part) for inner, part in _fields(value))
        else:
            yield name, value


def _part(result: Any, path: str) -> Any:
    for step in path.split("."):
        name, _, position = step.partition("[")
        result = attrgetter(name)(result)
        if position:
            result = result[int(position.rstrip("]"))]
    return result


def _plain(value: Any) -> str:
    """A value as Python writes it, floats with DIGITS significant digits, an array as a list."""
    if isinstance(value, float):
        return repr(float(f"{value:.{DIGITS}g}"))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_plain(k)}: {_plain(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        inner = ", ".join(_plain(v) for v in value)
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    return repr(value)


def modules_block() -> str:
    """Return the map of the modules as it stands in its page, each with what its own first line says now.

    Raises ValueError for modules that have no place in it, or two, or are no more.
    """
    text = _between(MODULES_PAGE.read_text(encoding="utf-8"), "modul")
    listed = _MODULE.findall(text)
    there = {path.stem for path in MODULES.glob("*.py")} - {"__init__"}
    if wrong := sorted({name for name in listed if listed.count(name) > 1} | there.symmetric_difference(listed)):
        raise ValueError(f"tidak tepat satu kali di {MODULES_PAGE.name}: {', '.join(wrong)}")
    return _MODULE.sub(lambda found: f"- `{found[1]}`: {_first_line(found[1])}", text).strip()


def _first_line(module: str) -> str:
    source = (MODULES / f"{module}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0].replace("<", "&lt;")


def _between(text: str, name: str) -> str:
    """The text of a generated part."""
    return text.partition(f"<!-- mulai: {name} -->")[2].partition(f"<!-- selesai: {name} -->")[0]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a pipe table in markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


BLOCKS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/modul.md": {"modul": modules_block},
    "docs/perintah.md": {"make": make_block, "kbk": help_block},
    "docs/kode-keluar.md": {"kode": exit_code_block},
    "docs/panduan.md": {"temuan": findings_block},
    "docs/metode.md": {
        **{f"metode-{s}": partial(methods_block, s) for s in get_args(MethodSection)},
        "panggilan": calls_block,
    },
    "docs/mutu-data.md": {"pemeriksaan": checks_block, "pertanyaan": questions_block},
    "docs/penyimpangan.md": {
        **{f"penyimpangan-{s}": partial(deviations_block, s) for s in get_args(DeviationSection)},
        "belum-dikonfirmasi": unconfirmed_block,
    },
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
