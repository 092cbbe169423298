"""Figures in blocks are the same figures as one by one."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.ingest.observation import ObservationBlock, ReadResult, observation_frame
from dx_pipeline.warehouse.contract import tables
from dx_pipeline_tests.ingest.test_observation import FIGURE, OCTOBER, STAMP

CONSTANTS = {
    name: getattr(FIGURE, name)
    for name in ("indicator_code", "area_level", "scope", "period_start", "period_end", "as_of", "unit")
}
NUMBERS = st.none() | st.integers(0, 10**9).map(float)
FIGURES = st.lists(
    st.builds(
        lambda area, row, value, numerator: replace(
            FIGURE,
            area_code=f"{area:05}",
            locator=f"Xã!D{row}",
            raw_text=str(value),
            value=value,
            numerator=numerator,
        ),
        st.integers(0, 99999),
        st.integers(1, 5000),
        NUMBERS,
        NUMBERS,
    ),
    min_size=1,
    max_size=6,
)


def block_of(figures, names=("area_code", "locator", "raw_text", "value", "numerator")):
    columns = {name: [getattr(item, name) for item in figures] for name in names}
    frame = pd.DataFrame(
        {name: pd.Series(cells, dtype=object) for name, cells in columns.items()}, dtype=object
    )
    numbers = [name for name in ("value", "numerator") if name in names]
    return ObservationBlock(rows=frame.astype(dict.fromkeys(numbers, float)), constants=CONSTANTS)


def plain(frame):
    """Rows with None for every kind of nothing."""
    return [
        {key: None if value is None or value != value else value for key, value in row.items()}  # noqa: PLR0124
        for row in frame.to_dict("records")
    ]


@given(FIGURES)
@settings(max_examples=40)
def test_a_block_is_the_same_as_its_figures_one_by_one(figures):
    block = block_of(figures)
    assert block.observations() == figures
    one_by_one = plain(observation_frame(ReadResult(OCTOBER, observations=figures), STAMP))
    in_blocks = plain(observation_frame(ReadResult(OCTOBER, blocks=[block]), STAMP))
    assert in_blocks == one_by_one


def test_a_result_may_have_both():
    figures = [replace(FIGURE, locator=f"A!B{row}", value=float(row)) for row in range(1, 5)]
    result = ReadResult(OCTOBER, observations=figures[:2], blocks=[block_of(figures[2:])])
    assert result.all_observations() == figures
    frame = observation_frame(result, STAMP)
    assert frame["value"].tolist() == [1, 2, 3, 4]
    assert frame["observation_id"].is_unique
    assert set(frame) == set(tables()["core.observation"].column_names)


def test_nothing_is_an_empty_frame():
    assert observation_frame(ReadResult(OCTOBER), STAMP).empty


def test_a_column_that_a_block_does_not_have_is_its_default():
    block = block_of([FIGURE])
    assert block.column("qualifier") == ["exact"]
    assert block.column("note") == [None]
    assert block.column("unit") == ["services"]
    assert math.isclose(block.column("value")[0], 837)
    with pytest.raises(StopIteration):
        block.column("no_such_column")
