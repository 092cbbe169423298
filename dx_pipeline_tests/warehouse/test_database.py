import subprocess
import sys

import pandas as pd
import pytest

from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame, transaction


@pytest.fixture
def warehouse(tmp_path):
    path = tmp_path / "w.duckdb"
    with connect(path) as connection:
        create_schema(connection)
        yield connection


def test_creating_the_schema_twice_changes_nothing(warehouse):
    before = warehouse.execute("SELECT count(*) FROM duckdb_columns()").fetchone()
    create_schema(warehouse)
    assert warehouse.execute("SELECT count(*) FROM duckdb_columns()").fetchone() == before


def test_frames_are_inserted_by_name_not_by_position(warehouse):
    frame = pd.DataFrame([{"denominator": 4.0, "numerator": 1.0, "observation_id": "a"}])
    assert insert_frame(warehouse, "core.observation", frame) == 1
    assert warehouse.execute("SELECT numerator, denominator FROM core.observation").fetchone() == (1.0, 4.0)


def test_a_column_the_contract_does_not_know_is_refused(warehouse):
    with pytest.raises(PermanentError, match=r"core\.observation has no column numertor"):
        insert_frame(warehouse, "core.observation", pd.DataFrame([{"numertor": 1.0}]))


def test_a_long_column_that_begins_empty_keeps_its_values(warehouse):
    frame = pd.DataFrame({"observation_id": map(str, range(2000)), "note": [None] * 1999 + ["one"]})
    frame["note"] = frame["note"].astype("string")
    insert_frame(warehouse, "core.observation", frame)
    assert warehouse.execute(
        "SELECT observation_id, note FROM core.observation WHERE note IS NOT NULL"
    ).fetchall() == [("1999", "one")]


def test_rows_with_a_known_key_are_left_out_on_request(warehouse):
    frame = pd.DataFrame([{"observation_id": "a", "value": 1.0}])
    insert_frame(warehouse, "core.observation", frame)
    assert insert_frame(warehouse, "core.observation", frame, ignore_existing=True) == 0
    assert warehouse.execute("SELECT count(*) FROM core.observation").fetchone() == (1,)


def test_a_failed_transaction_leaves_nothing(warehouse):
    def write_and_fail():
        with transaction(warehouse):
            insert_frame(warehouse, "core.touched_month", pd.DataFrame([{"period_start": "2025-10-01"}]))
            raise RuntimeError("cut short")

    with pytest.raises(RuntimeError, match="cut short"):
        write_and_fail()
    assert warehouse.execute("SELECT count(*) FROM core.touched_month").fetchone() == (0,)


def test_another_process_holding_the_file_is_a_transient_error(tmp_path):
    path = tmp_path / "w.duckdb"
    holder = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "open\n"
            with pytest.raises(TransientError, match="stayed locked"), connect(path, lock_wait_seconds=0.2):
                pass
        finally:
            process.stdin.close()
            process.wait(timeout=20)
    with connect(path, lock_wait_seconds=10) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_file_that_is_no_database_fails_at_once(tmp_path):
    path = tmp_path / "w.duckdb"
    path.write_bytes(b"not a database, " * 1000)
    with pytest.raises(PermanentError, match="cannot open the working file"), connect(path):
        pass


def test_a_working_file_of_an_earlier_version_gets_the_columns_it_lacks_and_is_compiled_again(warehouse):
    frame = pd.DataFrame([{"observation_id": "a", "period_start": "2025-10-01", "is_latest": True}])
    insert_frame(warehouse, "core.observation", frame)
    warehouse.execute("INSERT INTO mart.national_monthly BY NAME SELECT 7.0 AS value")
    warehouse.execute("DROP VIEW core.accepted_observation")
    for column in ("mart.national_monthly.locator", "core.observation.note", "mart.national_monthly.rule"):
        table, _, name = column.rpartition(".")
        warehouse.execute(f'ALTER TABLE {table} DROP COLUMN IF EXISTS "{name}"')

    create_schema(warehouse)

    assert warehouse.execute("SELECT value, rule FROM mart.national_monthly").fetchall() == [(7.0, None)]
    assert warehouse.execute("SELECT observation_id, note FROM core.accepted_observation").fetchall() == [
        ("a", None)
    ]
    comment = (
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'national_monthly' AND column_name = 'rule'"
    )
    assert "How it was aggregated" in warehouse.execute(comment).fetchone()[0]
    [(touched,)] = warehouse.execute(
        "SELECT CAST(period_start AS VARCHAR) FROM core.touched_month"
    ).fetchall()
    assert touched == "2025-10-01"
