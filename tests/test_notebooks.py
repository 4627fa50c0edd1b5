"""Notebooks hold narrative and calls: one parameters cell, no logic, no outputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.workspace import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
ALLOWED = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
FORBIDDEN = ("def ", "for ", "if ", "class ", "lambda ", "while ")


def read(path: Path) -> dict[str, Any]:
    book: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return book


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [{**c, "source": "".join(c["source"])} for c in read(path)["cells"] if c["cell_type"] == kind]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
class TestNotebook:
    def test_is_valid_and_has_its_kernel(self, path: Path) -> None:
        book = read(path)
        nbformat.validate(book)
        assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
        assert book["metadata"]["kernelspec"]["name"] == "python3"
        assert len({c["id"] for c in book["cells"]}) == len(book["cells"])

    def test_is_stripped_of_outputs(self, path: Path) -> None:
        for cell in cells(path, "code"):
            assert cell["outputs"] == []
            assert cell["execution_count"] is None

    def test_has_one_parameters_cell_and_it_is_the_first_with_code(self, path: Path) -> None:
        tagged = ["parameters" in c["metadata"].get("tags", []) for c in cells(path, "code")]
        assert tagged[0]
        assert sum(tagged) == 1

    def test_parameters_are_plain_values(self, path: Path) -> None:
        for statement in ast.parse(cells(path, "code")[0]["source"]).body:
            assert isinstance(statement, ast.Assign)
            assert isinstance(statement.value, ast.Constant)

    def test_holds_no_logic(self, path: Path) -> None:
        for cell in cells(path, "code"):
            for statement in ast.parse(cell["source"]).body:
                assert isinstance(statement, ALLOWED), cell["source"]
            for word in FORBIDDEN:
                assert not any(
                    line.lstrip().startswith(word) or f" {word}" in line for line in cell["source"].splitlines()
                )

    def test_tells_its_story_in_headings(self, path: Path) -> None:
        texts = [c["source"] for c in cells(path, "markdown")]
        assert any(t.startswith("# ") for t in texts)

    def test_names_no_place_of_a_machine(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert str(PROJECT) not in text
        assert "papermill" not in read(path)["metadata"]
