"""Parts of a workbook that is a zip of XML: looked up as readers do, read in a stream, never with a document type."""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from analysis.extents import LARGEST_UNPACKED, MOST_MEMBERS, TooLarge, grouped

_CHUNK = 1 << 20


class Stop(Exception):
    """Raised by a handler that has seen enough."""


def check_sizes(archive: zipfile.ZipFile) -> None:
    """Raise TooLarge where the parts of a workbook unpack to too much, BadZipFile where one is larger than it says."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise TooLarge(f"terdiri atas lebih dari {grouped(MOST_MEMBERS)} bagian")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise TooLarge(f"lebih dari {LARGEST_UNPACKED // 1_000_000} MB setelah dibuka")
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels", ".bin")):
            claimed = copy.copy(member)
            # Python stops reading at the size that the directory tells; other readers do not.
            claimed.file_size = member.file_size + 1
            if sum(map(len, _chunks(archive, claimed))) != member.file_size:
                raise zipfile.BadZipFile(member.filename)


def parts_of(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the parts by name as readers of workbooks look them up: small letters, forward slashes."""
    parts = {member.filename.replace("\\", "/").lower(): member for member in archive.infolist()}
    if len(parts) != len(archive.infolist()):
        raise zipfile.BadZipFile("two parts of one name")
    return parts


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def new_parser() -> expat.XMLParserType:
    """Return a parser that refuses a document type, whose entities could grow without end."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("document type in a workbook")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Feed a part to a parser, to its end or until a handler raises Stop."""
    try:
        for chunk in _chunks(archive, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except Stop:
        return


def elements(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of a local name, in order; names of attributes without prefix."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser = new_parser()
    parser.StartElementHandler = start
    parse(parser, archive, member)
    return found


def check_strings(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a table of strings that announces more of them than its bytes can hold: room is made for all at once."""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] != "sst":
            return
        if int(attributes.get("uniqueCount", 0)) > member.file_size:
            raise ValueError("impossible number of strings")
        raise Stop

    parser = new_parser()
    parser.StartElementHandler = start
    parse(parser, archive, member)
