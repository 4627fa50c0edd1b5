"""The last look before anything is put in its place: no number and no name of a person may stand in it.

Numbers are told by their form (``identifiers``) and by comparison with the district's files, names by comparison alone.
What is found is never shown: only in which output, of which kind, how many, and from which file it seems to come.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from functools import cached_property
from pathlib import Path

from analysis.errors import PrivacyError
from analysis.identifiers import identifiers
from analysis.output_texts import texts_of
from analysis.people import LONGEST, Names, Personal, load_personal, name_key, number_key, words_of
from analysis.periods import MONTH_NAMES
from analysis.plain_words import words
from analysis.raw_people import people_among
from analysis.values import visible
from analysis.workspace import PROJECT, Workspace

NAME, NUMBER = "nama orang", "nomor dari kolom data perorangan"
_MONTH = "|".join({*MONTH_NAMES, *(month[:3] for month in MONTH_NAMES)})
_CUT = re.compile(
    rf"[,;:()\[\]{{}}|/\\“”\"<>\t•·=]+| [-–—] | \d[\d.]* |\b(?:{_MONTH}) (?=\d\d(?:\d\d)?\b)", re.IGNORECASE
)
"""Signs, numbers and months with a year, that part two things; no name reaches across them."""
_DIGITS = re.compile(r"\d[\d .-]{8,}\d")
_SHOWN = 20

Texts = Mapping[str, set[str]]
"""Name of an output → its different texts."""


def texts_in(folder: Path, known: Texts | None = None) -> Texts:
    """Return the texts of all files under ``folder``; known: those of files that were read before, default none."""
    found = dict(known or {})
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in found and path.is_file():
            found[name] = {path.name, *texts_of(path.name, path.read_bytes())}
    return dict(sorted(found.items()))


def check_reports(
    folder: Path, workspace: Workspace, district: str, facilities: Iterable[str], known: Texts | None = None
) -> None:
    """Raise PrivacyError when a file under ``folder`` holds a number or a name of a person.

    folder: the finished report. district: whose files under data/raw are compared.
    facilities: names of facilities, in which a person's name may stand rightly.
    known: texts of those files that have been read since they were written, as ``texts_in`` gives them; default none.
    """
    texts = texts_in(folder, known)
    personal = load_personal(workspace.reference)
    different = set[str]().union(*texts.values())
    matches = people_among(workspace.raw_of(district), Candidates(different, personal))
    rightly = [words_of(name) for name in facilities]
    own = own_words() if any(match.is_name for match in matches) else ""
    problems = []
    numbered = {text for text in different if identifiers(text)}
    by_form = {file: _by_form(found & numbered) for file, found in texts.items()}
    told: set[str] = set()
    for match in sorted(matches):
        if match.is_name and f" {match.key} " in own:
            continue
        if match.key in told:
            continue
        told.add(match.key)
        test = _name_test(match.key, rightly, personal) if match.is_name else _number_test(match.key)
        for file, found in texts.items():
            if times := sum(map(test, found)):
                problems.append((file, NAME if match.is_name else NUMBER, times, match.file))
    listed = [f"{visible(f)}: {n} {kind}, tampaknya dari {source}" for f, kind, n, source in _merged(problems)]
    listed += [f"{visible(file)}: {n} {kind}" for file, kinds in by_form.items() for kind, n in sorted(kinds.items())]
    _stop("Laporan", "diterbitkan; laporan sebelumnya tidak berubah", listed)


def check_stored(folder: Path, people: Names | None = None) -> None:
    """Raise PrivacyError when a file that is to be stored holds a number of a person, or one of the names seen.

    folder: the files, before they are put in their place. people: names seen while reading; default none.
    """
    listed = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        texts = set(texts_of(path.name, path.read_bytes()))
        listed += [f"{path.name}: {n} {kind}" for kind, n in sorted(_by_form(texts).items())]
        if people is not None and (times := sum(map(people.stand_in, texts))):
            listed.append(f"{path.name}: {times} {NAME}")
    _stop("Hasil", "disimpan di data/processed", listed)


def _stop(what: str, done: str, problems: list[str]) -> None:
    if problems:
        more = [f"… dan {len(problems) - _SHOWN} lagi"] if len(problems) > _SHOWN else []
        raise PrivacyError(
            f"{what} memuat data perorangan, karena itu tidak {done}. Hapus data itu dari berkas sumber, "
            "district.yml, atau facilities.csv, lalu ulangi; bila sumbernya tidak jelas, sampaikan pesan ini kepada "
            "pengelola proyek.",
            [*problems[:_SHOWN], *more],
        )


def _by_form(texts: Iterable[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for text in texts:
        if found := identifiers(text):
            total += found
    return total


def _merged(problems: list[tuple[str, str, int, str]]) -> list[tuple[str, str, int, str]]:
    total: Counter[tuple[str, str, str]] = Counter()
    for file, kind, times, source in problems:
        total[file, kind, source] += times
    return [(file, kind, n, source) for (file, kind, source), n in sorted(total.items())]


class Candidates:
    """Everything in the outputs that could be a name or a number of a person, as these are compared.

    Worked out when a file is found to hold such at all.
    """

    def __init__(self, texts: Set[str], personal: Personal) -> None:
        self._texts, self.personal = texts, personal

    @cached_property
    def numbers(self) -> set[str]:
        """Numbers, as ``people.number_key`` writes them."""
        return {number_key(found) for text in self._texts for found in _DIGITS.findall(text)} - {""}

    @cached_property
    def names(self) -> set[str]:
        """Whole texts and up to LONGEST words in a row, as ``people.name_key`` writes them."""
        names: set[str] = set()
        for text in self._texts:
            names.add(name_key(text, self.personal.title_words))
            for found in _phrases(text, self.personal):
                for start in range(len(found)):
                    for end in range(start + 2, min(start + LONGEST, len(found)) + 1):
                        names.add(" ".join(found[start:end]))
        return names - {""}


def _phrases(text: str, personal: Personal) -> list[list[str]]:
    """The words of a text in runs that a name could stand in: without titles, parted at signs."""
    parts = (words_of(part) for part in _CUT.split(text))
    return [[word for word in part if word and word not in personal.title_words] for part in parts]


def _name_test(key: str, rightly: Collection[list[str]], personal: Personal) -> Callable[[str], bool]:
    """Whether a text holds a name: several words anywhere but in the name of a facility, a single one as the whole."""
    parts = set(key.split())
    allowed = []
    for name in sorted(rightly, key=len, reverse=True):
        whole = f" {' '.join(name)} "
        # of “Puskesmas Sari” no word begins a name: “Puskesmas Sari Juli” is nobody called Sari Juli
        if f" {key} " in whole or not (parts.isdisjoint(name) or personal.no_name_words.isdisjoint(name)):
            allowed.append(whole)
        # nor is “paling baik Tayan Hilir” anybody called Baik Tayan
        own = f" {' '.join(word for word in name if word not in personal.no_name_words)} "
        if not parts.isdisjoint(name) and own.count(" ") > 2 and own != whole and own not in f" {key} ":
            allowed.append(own)

    def holds(text: str) -> bool:
        if " " not in key:
            return name_key(text, personal.title_words) == key and not allowed
        for phrase, part in zip(_phrases(text, personal), _CUT.split(text), strict=True):
            if f" {key} " not in f" {' '.join(phrase)} ":
                continue
            rest = f" {' '.join(words_of(part))} "
            for name in allowed:
                rest = rest.replace(name, " | ")
            remaining = [word for word in rest.split() if word not in personal.title_words]
            if f" {key} " in f" {' '.join(remaining)} ":
                return True
        return False

    return holds


def _number_test(key: str) -> Callable[[str], bool]:
    return lambda text: any(number_key(found) == key for found in _DIGITS.findall(text))


def own_words() -> str:
    """Return the words of the project's own texts, places and clinics included: none of them is somebody's name."""
    reference = (path for path in (PROJECT / "data" / "reference").rglob("*") if path.is_file())
    said = [path.read_text(encoding="utf-8", errors="ignore") for path in reference]
    said += [path.read_text(encoding="utf-8") for path in (PROJECT / "notebooks").glob("*.ipynb")]
    for path in Path(__file__).parent.glob("*.py"):
        said += _spoken(path.read_text(encoding="utf-8"))
    return f" {' '.join(map(words, said))} "


def _spoken(code: str) -> list[str]:
    """The texts in a module that may reach a reader: those of its docstrings and comments never do."""
    nodes = list(ast.walk(ast.parse(code)))
    silent = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    found = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in silent]
    return [node.value for node in found if isinstance(node.value, str)]
