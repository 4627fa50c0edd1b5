"""Opens what it is given as the program would, one case after the other, and says what came of it.

Input: for each case the length of the name and of the content as two numbers of four bytes, then both. Output: one line
of JSON for each case.
"""

from __future__ import annotations

import json
import struct
import sys
import tempfile
from pathlib import Path

from analysis.sources import data_files, documents, open_document


def opened(name: str, content: bytes) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent)
        (folder / name).write_bytes(content)
        files, findings = data_files(folder)
        sheets, silent = 0, 0
        for path in files:
            found, more = documents(folder, path)
            findings += more
            silent += not found and not more
            for document in found:
                read, more = open_document(document)
                findings += more
                sheets += len(read)
                silent += not read and not more
                for sheet in read:
                    sheet.name.encode()
    return {"sheets": sheets, "silent": silent, "kinds": sorted({f.kind for f in findings})}


def peak() -> float:
    """Most memory that this process took, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    return int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))) / 1000


def main() -> None:
    while head := sys.stdin.buffer.read(8):
        name, content = (sys.stdin.buffer.read(size) for size in struct.unpack("<II", head))
        try:
            said = opened(name.decode(), content)
        except BaseException as error:  # what the test looks for
            said = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps({**said, "memory": peak()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
