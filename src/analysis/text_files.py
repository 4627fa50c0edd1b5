"""Text with delimiters → one sheet of text cells, whatever its encoding, delimiter, line ends and quotes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from analysis.extents import LARGEST_SHEET, TooLarge, grouped
from analysis.fixed_width import FEWEST_FIELDS, fixed_width
from analysis.ledger import Finding
from analysis.sheets import LARGEST_TEXT, TRIM, Document, Sheet, megabytes, unreadable
from analysis.values import Cell, is_blank

DELIMITERS = (";", "\t", ",", "|")

_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEPARATOR_LINE = re.compile(r"\s*sep=([^\r\n])[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_AS_TEXT = re.compile(r'\s*=\s*"((?:[^"]|"")*)"\s*')
_COMMA_IN_TEXT = re.compile(r"(?<=\d),(?=\d)|,(?= )")
_USUAL_LETTERS = re.compile(r"[\x00-\u00ff\u2000-\u22ff\ufeff]*")
"""What Indonesian texts hold: Latin letters with accents, quotation marks, dashes, ‰, ≥."""
_LINES_SEEN = 60
_CHARACTERS_SEEN = 1_000_000
_LONGEST_LINE = 100_000
"""Characters of a line that are looked at; the reader of CSV takes no field longer than 131,072."""


class Unpaired(Exception):
    """Quotation marks that do not pair; row: number of the record, from 1, where it shows."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def decoded(content: bytes) -> str:
    """Return bytes as text: by the mark at their start, as UTF-16 by their zero bytes, as UTF-8, else as cp1252.

    A text of UTF-8 with a few broken bytes stays UTF-8; what cannot be read becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if encoding := utf16_without_mark(content):
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("utf-8-sig", errors="replace")
        lost = text.count("�")
        sound = sum(1 for character in text if ord(character) > 127) - lost
        return text if sound > lost else content.decode("cp1252", errors="replace")


def utf16_without_mark(content: bytes) -> str:
    """Return the encoding of a text of UTF-16 without a mark at its start, told by its zero bytes; empty for others."""
    head = content[:4096]
    zeros = [head[side::2].count(0) for side in (0, 1)]
    if max(zeros) > len(head) // 4 and min(zeros) * 8 < max(zeros):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return ""


def repaired(text: str) -> str:
    """Return a text whose UTF-8 was once read as cp1252 ('Ã‰', 'â€°') as it was meant; any other text as it is."""
    if text.isascii():
        return text
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
    return meant if _USUAL_LETTERS.fullmatch(meant) else text


def read_text(document: Document) -> tuple[str, list[Finding]]:
    """Return the text of a document with findings for what was repaired in it or could not be read."""
    read, findings = decoded(document.content), []
    text = repaired(read)
    if text != read:
        # No example is told: it may be part of somebody's name.
        read = f"{grouped(sum(not word.isascii() for word in read.split()))} kata"
        findings.append(Finding("text_repaired", document.name, read=read, done="teks dibaca sebagai UTF-8"))
    if lost := text.count("�"):
        read, done = f"{grouped(lost)} karakter", "tertulis � di tempatnya"
        findings.append(Finding("characters_unreadable", document.name, read=read, done=done))
    return text, findings


def looks_like_table(text: str) -> bool:
    """True where one delimiter parts at least two lines of the text's beginning into as many fields as a table has."""
    lines = _first_lines(text)
    return fixed_width(lines) is not None or any(
        sum(line.count(delimiter) >= FEWEST_FIELDS - 1 for line in lines) >= 2 for delimiter in DELIMITERS
    )


def parted(document: Document, sheet: Sheet) -> tuple[Sheet, list[Finding]]:
    """Return a sheet whose every row stands in its first cell, with delimiters between the fields, as a table.

    So looks a CSV that a program did not part, or that was pasted into a workbook. Any other sheet stays as it is.
    """
    if any(not is_blank(cell) for row in sheet.rows for cell in row[1:]):
        return sheet, []
    lines = [str(row[0]) if row and row[0] is not None else "" for row in sheet.rows]
    text = "\n".join(lines)
    if any(_LINE_END.search(line) for line in lines) or not looks_like_table(text):
        return sheet, []
    delimiter = _delimiter(text)
    widths = Counter(line.count(delimiter) for line in lines if line.strip())
    if 2 * max((times for width, times in widths.items() if width >= FEWEST_FIELDS - 1), default=0) < widths.total():
        # Sentences with commas, each of another length, are no table.
        return sheet, []
    try:
        rows = _quoted(text, delimiter)
    except (Unpaired, TooLarge):
        return sheet, []
    shown = {"\t": "tab"}.get(delimiter, f"“{delimiter}”")
    read = f"setiap baris berada dalam satu sel, dengan pemisah {shown}"
    finding = Finding("column_parted", document.name, sheet.name, read=read, done="dibaca sebagai kolom")
    return Sheet(sheet.name, rows, ragged=True, split=True), [finding]


def open_text(document: Document) -> tuple[list[Sheet], list[Finding]]:
    """Return a text with delimiters as one sheet, and findings; no sheet where it cannot be read."""
    if len(document.content) > LARGEST_TEXT:
        why = f"lebih dari {megabytes(LARGEST_TEXT)}; minta berkas berisi tabel KBK saja"
        return [], [unreadable(document.name, why)]
    text, findings = read_text(document)
    if "\0" in text:
        why = "bukan berkas teks CSV, atau terputus saat diunduh (berisi byte nol); simpan ulang dari Excel sebagai CSV"
        return [], [unreadable(document.name, why)]
    delimiter = ""
    if match := _SEPARATOR_LINE.match(text):
        delimiter, text = match[1], text[match.end() :]
    if not delimiter and (aligned := _aligned(text)) is not None:
        done = "dibaca menurut letak kolomnya"
        findings.append(Finding("columns_aligned", document.name, done=done))
        return [Sheet("", aligned)], findings
    delimiter = delimiter or _delimiter(text)
    try:
        try:
            rows = _quoted(text, delimiter)
        except Unpaired as fault:
            rows = _unquoted(text, delimiter, fault.row)
            read = f"mulai baris {grouped(fault.row)}"
            findings.append(
                Finding("quotes_unpaired", document.name, read=read, done="dibaca sebagai tanda baca biasa")
            )
    except Unpaired as fault:
        why = f"tanda kutip dalam CSV tidak berpasangan (baris {grouped(fault.row)}); minta kiriman ulang"
        return [], [unreadable(document.name, why)]
    except TooLarge as error:
        return [], [unreadable(document.name, f"{error.why}; {TRIM}")]
    return [Sheet("", rows, ragged=True, split=True)], findings


def _aligned(text: str) -> list[list[Cell]] | None:
    """The rows of a text without delimiters whose columns are aligned by blanks; None for any other text."""
    lines = _first_lines(text)
    parted = [_COMMA_IN_TEXT.sub(".", line) for line in lines]
    if any(sum(line.count(mark) >= FEWEST_FIELDS - 1 for line in parted) >= 2 for mark in DELIMITERS):
        return None
    return None if fixed_width(lines) is None else fixed_width(_LINE_END.split(text))


def _first_lines(text: str) -> list[str]:
    lines = _LINE_END.split(text[:_CHARACTERS_SEEN])
    return list(islice((line[:_LONGEST_LINE] for line in lines if line.strip()), _LINES_SEEN))


def _delimiter(text: str) -> str:
    """The delimiter that parts most lines alike; commas in numbers and sentences count only where there is no other."""
    lines = _first_lines(text)

    def evidence(delimiter: str, lines: list[str]) -> int:
        # Line by line, for a stray quotation mark would swallow all that follow.
        widths = Counter(len(row) for line in lines for row in csv.reader([line], delimiter=delimiter))
        return max((number * (width - 1) for width, number in widths.items()), default=0)

    masked = [_COMMA_IN_TEXT.sub(".", line) for line in lines]
    best = max(DELIMITERS, key=lambda delimiter: evidence(delimiter, masked))
    return best if evidence(best, masked) else max(DELIMITERS, key=lambda delimiter: evidence(delimiter, lines))


def _counted(rows: Iterable[list[str]]) -> Iterator[list[Cell]]:
    cells = 0
    for row in rows:
        cells += len(row)
        if cells > LARGEST_SHEET:
            raise TooLarge(f"lebih dari {grouped(LARGEST_SHEET)} sel")
        yield [_plain(field) for field in row]


def _plain(field: str) -> str:
    """A field as its text: exports write ="0114A026" so that Excel leaves a code alone."""
    match = _AS_TEXT.fullmatch(field)
    return match[1].replace('""', '"') if match else field


def _usual(rows: Sequence[Sequence[Cell]]) -> int:
    """The number of fields that most of a table's rows have."""
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda width: (widths[width] * (width - 1), width), default=0)


def _quoted(text: str, delimiter: str) -> list[list[Cell]]:
    """Rows by the rules of CSV; raises Unpaired where a quotation mark has swallowed rows or the end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    try:
        rows.extend(_counted(reader))
    except csv.Error:
        raise Unpaired(len(rows) + 1) from None
    usual = max(2, _usual(rows))
    for number, row in enumerate(rows, start=1):
        fields = (field for field in row if isinstance(field, str) and ("\n" in field or "\r" in field))
        # A heading in two lines is sound; a field that holds rows is not.
        if any(2 * line.count(delimiter) >= usual for field in fields for line in field.splitlines()[1:]):
            raise Unpaired(number)
    return rows


def _unquoted(text: str, delimiter: str, doubtful: int) -> list[list[Cell]]:
    """Rows with quotation marks as plain characters, where every row that holds one has the usual number of fields."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    try:
        rows = list(_counted(reader))
    except csv.Error:
        raise Unpaired(doubtful) from None
    usual = _usual(rows)
    for number, row in enumerate(rows, start=1):
        if any('"' in str(field) for field in row) and len(row) != usual:
            raise Unpaired(number)
    return [[_bare(str(field)) for field in row] for row in rows]


def _bare(field: str) -> str:
    """A field without the pair of quotation marks around it."""
    inner = field.strip()
    if len(inner) >= 2 and inner[0] == inner[-1] == '"':
        return inner[1:-1].replace('""', '"')
    return field
