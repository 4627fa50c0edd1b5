"""What is published beside the report: its results without small counts, the ledger and the executed notebooks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd

from analysis.csv_files import write_csv
from analysis.district import load_district
from analysis.findings import load_kinds, readable_ledger
from analysis.indicators import load_indicators
from analysis.quality import load_checks
from analysis.results import Results
from analysis.rules import load_rules
from analysis.small_numbers import publishable, publishing
from analysis.wording_quality import SIGNAL_HEADINGS, readable_signals
from analysis.workspace import Workspace


def add_data(workspace: Workspace, results: Results, notebooks: Path, out: Path) -> None:
    """Put results, ledger and notebooks into the folder of a finished report.

    notebooks: folder of the executed notebooks, cleaned by ``document.clean_notebook``. out: the report's folder.
    """
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    shown = _publishable(workspace, results)
    for name, table in shown.tables.items():
        write_csv(_readable(workspace, name, table), data / f"{name}.csv")
    text = json.dumps(shown.facts, ensure_ascii=False, indent=1, sort_keys=True)
    (data / "facts.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    shutil.copytree(notebooks, out / "notebooks", copy_function=shutil.copyfile)


def _readable(workspace: Workspace, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The tables that people read away from the report explain each row by itself."""
    if name == "ledger":
        return readable_ledger(table, load_kinds(workspace.reference))
    if name == "signals":
        return readable_signals(table, load_checks(workspace.reference)).rename(columns=SIGNAL_HEADINGS)
    return table


def _publishable(workspace: Workspace, results: Results) -> Results:
    """The results without small counts; published figures count facilities, which are not people."""
    district = load_district(workspace, results.facts["district"])
    if district.kind != "kbk":
        return results
    indicators, kinds = load_indicators(workspace.reference), load_kinds(workspace.reference)
    rule = next(rule for rule in load_rules(workspace.reference) if rule.id == results.facts["rule"])
    return publishable(results, publishing(district.small_numbers, rule, indicators, kinds))
