"""Confirmed names put into district.yml: lines are added, everything else of the file stays as it was written.

ruamel.yaml tells where the section stands; the text around it is not written anew, so that comments, order, quotes and
alignment keep their form. The new file is read again and put in place only when nothing but the names has changed.
"""

from __future__ import annotations

import json
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node

from analysis.district import District
from analysis.errors import ConfigurationError
from analysis.private_folders import told
from analysis.reference import load_record
from analysis.workspace import SETTINGS_FILE

_SECTION = "names"
_MARK = "\ufeff"
"""What Notepad puts before a text in UTF-8."""


def add_names(path: Path, names: Mapping[str, str]) -> None:
    """Add names and their codes to the section ``names`` of a district.yml.

    path: of the file. names: name → code; none of them may stand there already.
    Raises ConfigurationError when the file is wrong, read-only, or so written that the lines cannot be added safely;
    PublishError when disk or permissions refuse. The file is then as before.
    """
    before = load_record(path, District)
    again = [name for name in names if name in before.names]
    if again:
        raise ConfigurationError(
            f"{SETTINGS_FILE} sudah memuat nama itu pada bagian names; sunting barisnya sendiri:",
            [f"“{name}”" for name in again],
        )
    if not path.stat().st_mode & stat.S_IWUSR:
        raise ConfigurationError(
            f"{SETTINGS_FILE} hanya dapat dibaca (read-only). Bebaskan berkasnya untuk ditulis, lalu ulangi."
        )
    content = path.read_bytes().decode("utf-8")
    mark = _MARK if content.startswith(_MARK) else ""
    newline = "\r\n" if "\r\n" in content else "\n"
    text = _with_names(content.removeprefix(mark).replace("\r\n", "\n"), names).replace("\n", newline)
    with (
        told(SETTINGS_FILE, f"data/raw/{path.parent.name}"),
        tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as private,
    ):
        new = Path(private) / path.name
        new.write_bytes((mark + text).encode("utf-8"))
        _unchanged(before, new, names)
        new.chmod(stat.S_IMODE(path.stat().st_mode))
        new.replace(path)


def _unchanged(before: District, new: Path, names: Mapping[str, str]) -> None:
    """Raise ConfigurationError unless a file says what was said before, and the names."""
    try:
        after = load_record(new, District)
    except ConfigurationError:
        after = None
    wanted = District.model_validate(
        before.model_dump(by_alias=True) | {_SECTION: before.model_dump(by_alias=True)[_SECTION] | dict(names)}
    )
    if after != wanted:
        raise ConfigurationError(
            f"Bagian names di {SETTINGS_FILE} tertulis dengan cara yang tidak dapat ditambah secara otomatis. "
            "Tambahkan sendiri:",
            [_line(name, code) for name, code in names.items()],
        )


def _line(name: str, code: str) -> str:
    """Return a pair as YAML: text between double quotes is written there as in JSON."""
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(code)}"


def _with_names(text: str, names: Mapping[str, str]) -> str:
    root = YAML().compose(text)
    pairs = root.value if isinstance(root, MappingNode) else []
    section = next((value for key, value in pairs if key.value == _SECTION), None)
    lines = [_line(name, code) for name, code in names.items()]
    if section is None:
        return f"{_ended(text)}{_SECTION}:\n" + "".join(f"  {line}\n" for line in lines)
    if section.flow_style and section.value:
        end = section.value[-1][1].end_mark.index
        return text[:end] + "".join(f", {line}" for line in lines) + text[end:]
    if section.value:
        indent = " " * section.start_mark.column
        end = _line_end(text, _last(section).end_mark.index)
    else:
        # names: {}
        indent = "  "
        start, end = section.start_mark.index, section.end_mark.index
        text = text[:start].rstrip(" ") + text[end:]
        end = _line_end(text, start)
    head, tail = _ended(text[:end]), text[end:]
    return head + "".join(f"{indent}{line}\n" for line in lines) + tail


def _last(node: Node) -> Node:
    """Return the last node of a block that has an end of its own: a scalar, or a collection in brackets."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    return node


def _line_end(text: str, position: int) -> int:
    """Return the position behind the end of the line, where the next one begins."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
