from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from dx_pipeline.quality.vintages import newest, with_vintages
from dx_pipeline_tests.quality.world import START, figure, judged_alone

LATER = START + timedelta(minutes=1)


def numbered(*rows: dict[str, object]) -> pd.DataFrame:
    frame = judged_alone(*rows)
    return with_vintages(frame.astype({"file_name": "category", "verdict": object}))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"vintage_at": START, "file_name": "b"}, {"vintage_at": LATER, "file_name": "a"}),
        ({"file_name": "a9"}, {"file_name": "b1"}),
        ({"file_name": "a", "observation_id": "1"}, {"file_name": "a", "observation_id": "2"}),
    ],
    ids=["by time", "then by file name", "then by id"],
)
def test_vintages_are_numbered_as_they_came(first: dict[str, object], second: dict[str, object]):
    found = numbered(figure("CERTS", 2, **second), figure("CERTS", 1, **first), figure("DAYS", 3))
    assert list(found["value"]) == [2, 1, 3]
    assert list(found["vintage_number"]) == [2, 1, 1]
    assert found["figure"].nunique() == 2
    assert list(newest(found)["value"]) == [2, 3]


def test_another_area_scope_or_source_is_another_figure():
    more = ({}, {"area_code": "33"}, {"scope": "commune_level"}, {"source_code": "x"}, {"source_url": "y"})
    assert numbered(*(figure("CERTS", 1, **item) for item in more))["figure"].nunique() == 5


def test_what_was_rejected_before_the_vintage_in_force_has_no_say():
    at = [START + timedelta(minutes=number) for number in range(3)]
    found = numbered(
        figure("CERTS", 0, vintage_at=at[0], verdict="rejected", observation_id="0"),
        figure("CERTS", 1, vintage_at=at[1], verdict="accepted", is_latest=True, observation_id="1"),
        figure("CERTS", 2, vintage_at=at[2], verdict="rejected", observation_id="2"),
        figure("DAYS", 3, vintage_at=at[0], verdict="rejected", observation_id="3"),
    )
    assert list(found["value"]) == [1, 2, 3]
    assert list(found["in_force_number"]) == [2, 2, 0]
