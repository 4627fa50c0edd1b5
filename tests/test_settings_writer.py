"""Names are added to district.yml and nothing else of it changes; where that cannot be done, the file stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.district import District
from analysis.errors import ConfigurationError
from analysis.reference import load_record
from analysis.settings_writer import add_names

HEAD = "# Pengaturan   Sanggau\nname:    Kabupaten Sanggau   # lengkap\nlevel: kabupaten\n"
NEW = {'PKM "X": {a}': "01140201"}
LINE = '"PKM \\"X\\": {a}": "01140201"'


def written(folder: Path, text: str, newline: str = "\n") -> Path:
    path = folder / "district.yml"
    path.write_bytes(text.replace("\n", newline).encode())
    return path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, f"{HEAD}names:\n  {LINE}\n"),
        (HEAD.rstrip("\n"), f"{HEAD}names:\n  {LINE}\n"),
        (f"{HEAD}names: {{PKM A: 01140202,}}\n", f"{HEAD}names: {{PKM A: 01140202, {LINE},}}\n"),
        (f"{HEAD}names: {{}}  # kosong\nevents: []\n", f"{HEAD}names:  # kosong\n  {LINE}\nevents: []\n"),
        (f"{HEAD}names: {{}}\n", f"{HEAD}names:\n  {LINE}\n"),
        (
            f"{HEAD}names:\n    PKM A:   01140202   # rapi\n    'PKM  B': \"0114A003\"\n\n# kegiatan\nevents:\n- date: 2025-01-01\n  label: x\n",
            f"{HEAD}names:\n    PKM A:   01140202   # rapi\n    'PKM  B': \"0114A003\"\n    {LINE}\n\n# kegiatan\nevents:\n- date: 2025-01-01\n  label: x\n",
        ),
        (f"{HEAD}names: {{PKM A: 01140202}} # satu\n", f"{HEAD}names: {{PKM A: 01140202, {LINE}}} # satu\n"),
        (
            f"{HEAD}names:\n  PKM A:\n    - {{code: 01140202, until: 2024-01}}\n    - code: 01140203  # baru\n      from: 2024-02\naliases: [X]\n",
            f"{HEAD}names:\n  PKM A:\n    - {{code: 01140202, until: 2024-01}}\n    - code: 01140203  # baru\n      from: 2024-02\n  {LINE}\naliases: [X]\n",
        ),
        (f"---\n{HEAD}names:\n  PKM A: 01140202", f"---\n{HEAD}names:\n  PKM A: 01140202\n  {LINE}\n"),
        (f"\ufeff{HEAD}names:\n  PKM A: 01140202\n", f"\ufeff{HEAD}names:\n  PKM A: 01140202\n  {LINE}\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_added_and_all_else_keeps_its_form(tmp_path: Path, before: str, after: str, newline: str) -> None:
    path = written(tmp_path, before, newline)
    add_names(path, NEW)
    assert path.read_bytes().decode() == after.replace("\n", newline)
    (entry,) = load_record(path, District).names['PKM "X": {a}']
    assert entry.code == "01140201"
    assert [p.name for p in tmp_path.iterdir()] == ["district.yml"]


def test_several_names_come_in_order_and_more_can_follow(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD)
    add_names(path, {"PKM B": "01140202", "PKM A": "01140201"})
    add_names(path, {"- 'C' #": "0114A003"})
    assert list(load_record(path, District).names) == ["PKM B", "PKM A", "- 'C' #"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}names:\n  'PKM \"X\": {{a}}': 01140202\n", "sudah memuat nama itu"),
        (f"{HEAD}nama: x\n", "tidak sesuai"),
        (f"{HEAD}names:\n", "tidak sesuai"),
        (f"{HEAD}\tx: y\n", "bukan YAML"),
        (f"{HEAD}aliases: &a [X]\nnames: {{PKM A: [{{code: 01140202}}]}}\n# {{\nevents: []\n...\n", ""),
        (f"{HEAD}names: {{PKM A: 01140202 # {{\n  }}\n", ""),
    ],
)
def test_what_cannot_be_written_safely_is_refused_and_the_file_stays(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    if message:
        with pytest.raises(ConfigurationError, match=message):
            add_names(path, NEW)
        assert path.read_bytes().decode() == text
    else:
        add_names(path, NEW)
        assert len(load_record(path, District).names) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["district.yml"]


def test_a_document_that_is_closed_is_not_written_behind_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEAD}...\n")
    with pytest.raises(ConfigurationError, match="Tambahkan sendiri") as caught:
        add_names(path, NEW)
    assert caught.value.problems == [LINE]
    assert path.read_bytes().decode() == f"{HEAD}...\n"


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD)
    path.chmod(0o444)
    with pytest.raises(ConfigurationError, match="hanya dapat dibaca"):
        add_names(path, NEW)
    assert path.read_bytes().decode() == HEAD
