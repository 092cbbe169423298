"""The revision log: what changed, by what, why; which compiled figures moved with it; and what was known before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from dx_pipeline.statistics.everything import compile_everything
from dx_pipeline.statistics.revisions import compile_revision_log
from dx_pipeline.warehouse.as_of import as_known
from dx_pipeline.warehouse.database import insert_frame
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    OCTOBER,
    SEPTEMBER,
    compiled,
    figure,
    one,
    rate,
    rows_of,
    small_catalogue,
    warehouse,
)

DAYS = [datetime(2025, 11, day) for day in range(1, 6)]  # noqa: DTZ001 - UTC without a zone
EFFECTS = "SELECT table_name, area_code, old_value, new_value FROM mart.revision_effect ORDER BY ALL"


def receipts(connection, *moments: datetime, batch: datetime | None = None) -> None:
    rows = [
        {
            "file_sha256": f"sha{moment}",
            "origin": "a.xlsx",
            "received_at": moment,
            "batch_at": batch or moment,
            "source_code": "submission",
            "period_start": OCTOBER,
            "period_end": OCTOBER,
            "status": "observed",
        }
        for moment in moments
    ]
    insert_frame(connection, "raw.received_file", pd.DataFrame(rows))


@contextmanager
def logged(*rows: dict[str, object], one_batch: bool = False) -> Iterator:
    with compiled(rows) as connection:
        receipts(connection, *DAYS, batch=DAYS[0] if one_batch else None)
        compile_revision_log(connection, catalogue=small_catalogue())
        yield connection


def old(code: str, area: str, value: float | None, day: int, **more: object) -> dict[str, object]:
    return figure(code, area, value, vintage_at=DAYS[day], is_latest=False, **more)


def test_old_and_new_value_file_and_reason():
    with logged(
        old("STOCK", "44", 10, 0),
        old("STOCK", "44", 10, 1),
        figure("STOCK", "44", 12, vintage_at=DAYS[2], revision_reason="Đếm lại", file_name="lai.xlsx"),
        old("STOCK", "33", 1, 0, verdict="rejected"),
        figure("STOCK", "33", 2, vintage_at=DAYS[1]),
    ) as connection:
        found = one(connection, "revision_log")
    assert (found["area_code"], found["old_value"], found["new_value"], found["reason"]) == (
        "44",
        10,
        12,
        "Đếm lại",
    )
    assert (found["old_vintage_at"], found["new_vintage_at"], found["changed_at"]) == (
        DAYS[1],
        DAYS[2],
        DAYS[2],
    )
    assert (found["kind"], found["old_file_name"], found["file_name"]) == (
        "resubmission",
        "submission_44.xlsx",
        "lai.xlsx",
    )


def test_a_changed_colour_and_changed_counts_are_revisions_too():
    with logged(
        old("COLOUR", "44", None, 0, status="green"),
        figure("COLOUR", "44", None, status="red", vintage_at=DAYS[1]),
        {**rate("RATE", "33", 1, 2), "vintage_at": DAYS[0], "is_latest": False},
        rate("RATE", "33", 2, 4, vintage_at=DAYS[1]),
    ) as connection:
        assert one(connection, "revision_log", area_code="44")["new_status"] == "red"
        assert one(connection, "revision_log", area_code="33")["old_value"] == 50


def test_the_figures_that_moved_are_named_up_to_the_national_quarter():
    with logged(
        old("STOCK", "44", 10, 0),
        figure("STOCK", "44", 12, vintage_at=DAYS[2]),
        figure("STOCK", "33", 5, vintage_at=DAYS[0]),
        figure("STOCK", "44", 9, vintage_at=DAYS[0], month=SEPTEMBER),
        figure("RATE", "44", 9, vintage_at=DAYS[0]),
    ) as connection:
        assert [tuple(row.values()) for row in rows_of(connection, EFFECTS)] == [
            ("national_monthly", "VN", 15, 17),
            ("national_quarterly", "VN", 15, 17),
            ("province_monthly", "44", 10, 12),
            ("province_quarterly", "44", 10, 12),
        ]
        found = one(connection, "revision_log")
        assert found["moved_count"] == 4
        assert "national_quarterly VN 2025-10: 15.0 -> 17.0" in found["moved_figures"]
        again = rows_of(connection, "FROM core.moved_figure ORDER BY ALL")
        compile_revision_log(connection, catalogue=small_catalogue())
        assert rows_of(connection, "FROM core.moved_figure ORDER BY ALL") == again


def test_a_month_that_is_not_its_quarters_last_moves_no_quarter_of_a_stock():
    with logged(
        old("STOCK", "44", 10, 0, month=AUGUST),
        figure("STOCK", "44", 12, vintage_at=DAYS[2], month=AUGUST),
        figure("STOCK", "44", 20, vintage_at=DAYS[0], month=SEPTEMBER),
    ) as connection:
        assert {row["table_name"] for row in rows_of(connection, EFFECTS)} == {
            "province_monthly",
            "national_monthly",
        }


def test_revisions_of_one_batch_share_the_national_figure_and_those_of_two_do_not():
    rows = [
        old("STOCK", "44", 10, 0),
        figure("STOCK", "44", 12, vintage_at=DAYS[1]),
        old("STOCK", "33", 1, 0),
        figure("STOCK", "33", 2, vintage_at=DAYS[2]),
    ]
    with logged(*rows) as connection:
        national = [row for row in rows_of(connection, EFFECTS) if row["table_name"] == "national_monthly"]
        assert [(row["old_value"], row["new_value"]) for row in national] == [(11, 13), (13, 14)]
    with compiled(rows) as connection:
        receipts(connection, DAYS[0])
        receipts(connection, DAYS[1], DAYS[2], batch=DAYS[1])
        compile_revision_log(connection, catalogue=small_catalogue())
        national = [row for row in rows_of(connection, EFFECTS) if row["table_name"] == "national_monthly"]
        assert [(row["old_value"], row["new_value"]) for row in national] == [(11, 14), (11, 14)]


def entry(action: str, old_value: float, new_value: float, day: int, **more: object) -> dict[str, object]:
    """An approved entry about STOCK of 44 in October that came on a day and no longer counts."""
    return {
        "restatement_id": f"r{day}",
        "action": action,
        "indicator_code": "STOCK",
        "area_code": "44",
        "scope": "all",
        "period_start": OCTOBER,
        "period_basis": "calendar",
        "source_code": "submission",
        "old_value": old_value,
        "new_value": new_value,
        "approved_by": "Giám đốc",
        "reason": "Rà soát",
        "received_at": DAYS[day],
        "status": "replaced",
        **more,
    }


@pytest.mark.parametrize("status", ["applied", "does_not_fit", "replaced"])
def test_what_an_entry_did_stays_on_record_whatever_became_of_it(status):
    rows = [
        figure("STOCK", "44", 15, vintage_at=DAYS[0], month=SEPTEMBER),
        old("STOCK", "44", 20, 0),
        old("STOCK", "44", 12, 1),
        old("STOCK", "44", 13, 2, observation_id="restated:r2"),
        figure("STOCK", "44", 14, vintage_at=DAYS[3]),
    ]
    with compiled(rows) as connection:
        receipts(connection, *DAYS)
        told = [
            entry("permit_fall", 15, 12, 1, status=status),
            entry("restate", 12, 13, 2, status=status, observation_id="restated:r2"),
        ]
        insert_frame(connection, "core.restatement", pd.DataFrame(told))
        compile_revision_log(connection, catalogue=small_catalogue())
        log = rows_of(connection, "FROM mart.revision_log ORDER BY changed_at")
    assert [(row["new_value"], row["approved_by"], row["restatement_id"]) for row in log] == [
        (12, "Giám đốc", "r1"),
        (13, "Giám đốc", "r2"),
        (14, None, None),
    ]
    assert [row["kind"] for row in log] == ["resubmission", "restatement", "resubmission"]


@pytest.mark.parametrize(
    "more",
    [{"old_value": 16}, {"new_value": 11}, {"received_at": DAYS[2]}, {"area_code": "33"}],
    ids=["falls from another value", "another value", "came later", "another province"],
)
def test_leave_for_something_else_is_not_said_to_have_approved_it(more):
    rows = [
        figure("STOCK", "44", 15, vintage_at=DAYS[0], month=SEPTEMBER),
        old("STOCK", "44", 20, 0),
        figure("STOCK", "44", 12, vintage_at=DAYS[1]),
    ]
    with compiled(rows) as connection:
        receipts(connection, *DAYS)
        told = entry("permit_fall", 15, 12, 1, status="does_not_fit")
        insert_frame(connection, "core.restatement", pd.DataFrame([{**told, **more}]))
        compile_revision_log(connection, catalogue=small_catalogue())
        assert one(connection, "revision_log")["approved_by"] is None


def test_what_was_known_compiles_to_what_it_was():
    rows = [
        old("STOCK", "44", 10, 0),
        figure("STOCK", "44", 12, vintage_at=DAYS[2]),
        figure("STOCK", "33", 5, vintage_at=DAYS[3]),
    ]
    with warehouse(Path(":memory:"), rows) as connection:
        receipts(connection, *DAYS)
        compile_everything(connection, catalogue=small_catalogue())
        now = one(connection, "national_quarterly", indicator_code="STOCK")["value"]
        then = []
        for day in DAYS[:4]:
            with as_known(connection, day + timedelta(hours=1)):
                compile_everything(connection, catalogue=small_catalogue())
                then.append(one(connection, "national_quarterly", indicator_code="STOCK")["value"])
        assert (now, then) == (17, [10, 10, 12, 17])
        assert one(connection, "national_quarterly", indicator_code="STOCK")["value"] == 17
