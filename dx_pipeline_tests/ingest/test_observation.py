from dataclasses import replace
from datetime import date, timedelta

import pytest

from dx_pipeline.ingest.observation import (
    Claim,
    FileStamp,
    Observation,
    ReadResult,
    UnreadCell,
    observation_frame,
    unread_cell_frame,
)
from dx_pipeline.warehouse.contract import tables
from dx_pipeline_tests.ingest.landing import AT

OCTOBER = Claim(period_start=date(2025, 10, 1), period_end=date(2025, 10, 31))
STAMP = FileStamp(
    file_sha256="ab" * 32, file_name="a/44.xlsx", source_code="provincial_submission", vintage_at=AT
)
FIGURE = Observation(
    indicator_code="PS_FULL_CNT",
    area_code="44",
    area_level="province",
    scope="all",
    period_start=OCTOBER.period_start,
    period_end=OCTOBER.period_end,
    as_of=OCTOBER.period_end,
    locator="Trang!F8",
    raw_text="837",
    unit="services",
    value=837.0,
)
CELL = UnreadCell(
    rule="readable_value",
    locator="Trang!F8",
    raw_text="?",
    message_vi="Ô Trang!F8: …",
    message_en="Trang!F8: …",
)


def frame_of(*figures, stamp=STAMP):
    return observation_frame(ReadResult(OCTOBER, observations=list(figures)), stamp)


def cells_of(*cells, stamp=STAMP):
    return unread_cell_frame(ReadResult(OCTOBER, unread_cells=list(cells)), stamp)


def test_a_row_has_the_columns_of_the_table_and_no_verdict():
    [row] = frame_of(FIGURE).to_dict("records")
    assert set(row) == set(tables()["core.observation"].column_names)
    assert (row["value"], row["file_name"], row["vintage_at"]) == (837.0, "a/44.xlsx", AT)
    assert (row["verdict"], row["is_latest"]) == (None, False)


def test_an_unread_cell_has_the_columns_of_its_table_and_names_its_file():
    [row] = cells_of(CELL).to_dict("records")
    assert set(row) == set(tables()["core.unread_cell"].column_names)
    assert row["message_vi"] == "Tệp a/44.xlsx: Ô Trang!F8: …"
    assert row["message_en"] == "a/44.xlsx: Trang!F8: …"


@pytest.mark.parametrize(
    ("own", "expected"),
    [(None, date(2025, 10, 1)), (date(2025, 9, 1), date(2025, 9, 1))],
    ids=["file's", "own"],
)
def test_an_unread_cell_is_filed_under_its_own_month_or_the_files(own, expected):
    assert cells_of(replace(CELL, period_start=own))["period_start"].tolist() == [expected]


def test_the_same_cell_of_the_same_receipt_has_the_same_identifier():
    assert frame_of(FIGURE)["observation_id"].tolist() == frame_of(FIGURE)["observation_id"].tolist()
    assert cells_of(CELL)["cell_id"].tolist() == cells_of(CELL)["cell_id"].tolist()


@pytest.mark.parametrize(
    "change",
    [
        {"locator": "Trang!F9"},
        {"indicator_code": "PS_PART_CNT"},
        {"area_code": "33"},
        {"scope": "commune_level"},
        {"period_start": date(2025, 9, 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_figure_has_another_identifier(change):
    first, second = frame_of(FIGURE, replace(FIGURE, **change))["observation_id"]
    assert first != second


@pytest.mark.parametrize(
    "change",
    [{"file_sha256": "cd" * 32}, {"vintage_at": AT + timedelta(microseconds=1)}],
    ids=["another file", "another receipt"],
)
def test_another_vintage_has_another_identifier(change):
    stamp = replace(STAMP, **change)
    assert frame_of(FIGURE)["observation_id"][0] != frame_of(FIGURE, stamp=stamp)["observation_id"][0]
    assert cells_of(CELL)["cell_id"][0] != cells_of(CELL, stamp=stamp)["cell_id"][0]


def test_parts_of_an_identifier_do_not_run_into_each_other():
    first, second = frame_of(
        replace(FIGURE, indicator_code="A", area_code="BC"),
        replace(FIGURE, indicator_code="AB", area_code="C"),
    )["observation_id"]
    assert first != second


def test_a_file_without_figures_gives_no_rows():
    assert len(frame_of()) == 0
    assert len(cells_of()) == 0
