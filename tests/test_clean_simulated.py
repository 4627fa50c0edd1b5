from pathlib import Path

import pandas as pd
import pytest

from analysis.clean import Cleaned, clean_district
from analysis.contract import COUNTS
from analysis.simulate import expected_dirt, true_table, write_simulation
from analysis.workspace import PROJECT, Workspace, simulations

REFERENCE = PROJECT / "data" / "reference"
COUNTED = COUNTS[:8]


@pytest.fixture(scope="module", params=simulations(REFERENCE))
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Cleaned]:
    slug = str(request.param)
    workspace = Workspace(tmp_path_factory.mktemp(slug))
    Path(workspace.raw).mkdir(parents=True)
    write_simulation(REFERENCE, slug, workspace.raw_of(slug))
    return slug, clean_district(workspace, slug)


def test_every_count_is_read_as_it_was_simulated_but_for_the_dirt_that_cannot_be_mended(
    read: tuple[str, Cleaned],
) -> None:
    slug, cleaned = read
    both = true_table(REFERENCE, slug).merge(
        cleaned.table, on=["facility_code", "month"], how="left", suffixes=("_t", "")
    )
    wrong, missing = set(), set()
    for row in both.itertuples():
        for count in COUNTED:
            true, found = getattr(row, f"{count}_t"), getattr(row, count)
            if pd.isna(found):
                missing.add((row.facility_code, str(row.month), count))
            elif found != true:
                wrong.add((row.facility_code, str(row.month), count))
    dirt = expected_dirt(REFERENCE, slug)
    unmendable = {
        (act.facility_code, act.month, name)
        for act in dirt[dirt["outcome"].isin(["missing", "doubtful", "absent"])].itertuples()
        for name in act.fields.split(";")
    }
    assert wrong == set()
    assert missing == unmendable


def test_every_act_of_dirt_in_a_row_leaves_a_finding_at_its_place(read: tuple[str, Cleaned]) -> None:
    slug, cleaned = read
    dirt = expected_dirt(REFERENCE, slug)
    noted = set(zip(cleaned.ledger["file"], cleaned.ledger["sheet"], cleaned.ledger["row"].fillna(0), strict=True))
    silent = {"nonbreaking_space", "name_variant", "row_absent", "title_block", "lock_file"}
    counted = {"total_row", "mean_row", "foreign_row", "double_row", "hidden_sheet"}
    for act in dirt[~dirt["kind"].isin(silent | counted)].itertuples():
        # The finding about two differing rows stands at the first of them.
        row = act.row - 1 if act.kind == "differing_rows" else act.row
        assert (act.file, act.sheet, row) in noted, act


def test_nothing_but_the_simulated_facilities_is_in_the_table(read: tuple[str, Cleaned]) -> None:
    slug, cleaned = read
    truth = true_table(REFERENCE, slug)
    assert set(cleaned.table["facility_code"]) == set(truth["facility_code"])
    assert not cleaned.table.duplicated(["facility_code", "month"]).any()
