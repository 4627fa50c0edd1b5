"""Comments that hang on cells of .xlsx ("note" in Excel): what is written beside a figure without standing in its cell.

They name who wrote them: their text is compared with words of ``layouts.yml`` and is never quoted.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from xml.parsers.expat import ExpatError

from analysis.scan_xlsx import position
from analysis.zip_parts import elements, new_parser, parse, parts_of


def comments_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> dict[tuple[int, int], str]:
    """Return row and column from 0 → text of each comment of a sheet; none where they cannot be read."""
    parts = parts_of(archive)
    folder, _, name = member.filename.replace("\\", "/").lower().rpartition("/")
    relations = parts.get(f"{folder}/_rels/{name}.rels")
    if relations is None:
        return {}
    found: dict[tuple[int, int], str] = {}
    try:
        for relation in elements(archive, relations, "Relationship"):
            if relation.get("Type", "").endswith("/comments"):
                target = posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/").lower()
                if target in parts:
                    found |= _texts(archive, parts[target])
    except (ExpatError, ValueError, KeyError):
        return {}
    return found


def _texts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    place: tuple[int, int] | None = None
    text: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal place
        name = tag.rpartition(":")[2]
        if name == "comment":
            place = position(attributes["ref"])
            text.clear()
        elif name == "t" and place is not None:
            parser.CharacterDataHandler = text.append

    def end(tag: str) -> None:
        nonlocal place
        name = tag.rpartition(":")[2]
        if name == "t":
            parser.CharacterDataHandler = None
        elif name == "comment" and place is not None:
            found[place] = "".join(text)
            place = None

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(parser, archive, member)
    return found
