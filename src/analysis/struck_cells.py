"""Cells whose writing says more than their text: crossed out, or, in .xlsx, a number with the raised mark of a note.

A reader of values gives 1111 for a number that is crossed out, and 12742 for 1274 with a raised 2 behind it.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping

from analysis.values import Cell, Struck, shown
from analysis.zip_parts import new_parser, parse, parts_of

_MARKS = (b"strike", b"vertAlign")
_NEVER = frozenset({"0", "false"})
PARTLY = "sebagian dicoret"
_STRUCK_OUT = 0x0008
"""The flag of a font of .xls and .xlsb that crosses out ([MS-XLS] 2.4.122, [MS-XLSB] 2.5.44)."""


class Writing:
    """What fonts and texts of a workbook say.

    styles: numbers of the formats of cells, as the cells name them, that cross out. texts: number of each shared text
    that holds crossed-out or raised letters → the text with their marks.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Read it; raises expat.ExpatError, ValueError or KeyError where the workbook is damaged."""
        parts = {name.rpartition("/")[2]: member for name, member in parts_of(archive).items() if name.endswith(".xml")}
        told = {
            name: parts[name]
            for name in ("styles.xml", "sharedstrings.xml")
            if name in parts and any(mark in archive.read(parts[name]) for mark in _MARKS)
        }
        self.styles = _struck_styles(archive, told["styles.xml"]) if "styles.xml" in told else frozenset[str]()
        self.texts = _marked_texts(archive, told["sharedstrings.xml"]) if "sharedstrings.xml" in told else {}

    def __bool__(self) -> bool:
        """True where any cell may be marked."""
        return bool(self.styles or self.texts)


def struck(cell: Cell) -> Cell:
    """Return a cell as one that is crossed out; a blank one stays blank."""
    return cell if cell is None or cell == "" or isinstance(cell, Struck) else Struck(f"{shown(cell)} (dicoret)")


def font_strikes(record: bytes) -> bool:
    """Return whether a font of .xls or .xlsb crosses out; record: its content. Raises struct.error where it is cut."""
    return bool(struct.unpack_from("<H", record, 2)[0] & _STRUCK_OUT)


def raised_after(text: str) -> str:
    """Return what parts a raised mark from the text before it: "1274^2" is no number, "Jumlah Kontak 1)" a heading."""
    return "^" if text[-1:].isdigit() else " "


def _is_on(attributes: Mapping[str, str]) -> bool:
    return attributes.get("val", "1") not in _NEVER


def _struck_styles(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> frozenset[str]:
    """The numbers of the formats whose font crosses out."""
    fonts: list[bool] = []
    styles: list[bool] = []
    inside: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "font" and inside[-1:] == ["fonts"]:
            fonts.append(False)
        elif name == "strike" and inside[-2:] == ["fonts", "font"]:
            fonts[-1] = _is_on(attributes)
        elif name == "xf" and inside[-1:] == ["cellXfs"]:
            number = int(attributes.get("fontId", "0"))
            styles.append(number < len(fonts) and fonts[number])
        inside.append(name)

    parser = new_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parse(parser, archive, member)
    return frozenset(str(number) for number, crossed in enumerate(styles) if crossed)


def _marked_texts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> dict[int, Cell]:
    """The shared texts of which a part is raised or crossed out: "1274^2", or one that is no number any more."""
    scan = _TextScan()
    parse(scan.parser, archive, member)
    return scan.texts


class _TextScan:
    """Handlers of the parser of the shared texts."""

    def __init__(self) -> None:
        self.texts: dict[int, Cell] = {}
        self._number = -1
        self._parts: list[str] = []
        self._raised = self._crossed = self._any_raised = self._any_crossed = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self._number += 1
            self._parts = []
            self._any_raised = self._any_crossed = False
        elif name == "r":
            self._raised = self._crossed = False
        elif name == "vertAlign":
            self._raised = attributes.get("val") == "superscript"
        elif name == "strike":
            self._crossed = _is_on(attributes)
        elif name == "t":
            self._any_crossed |= self._crossed
            if self._raised and self._parts:
                self._any_raised = True
                self._parts.append(raised_after("".join(self._parts)))
            self.parser.CharacterDataHandler = self._parts.append

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self.parser.CharacterDataHandler = None
        elif name == "r":
            self._raised = self._crossed = False
        elif name == "si" and (self._any_raised or self._any_crossed):
            text = "".join(self._parts)
            self.texts[self._number] = Struck(f"{text} ({PARTLY})") if self._any_crossed else text
