from datetime import date

import duckdb
import pytest

from dx_pipeline.orchestration import metadata


def test_a_table_shows_rows_with_their_types():
    shown = metadata.table(
        [{"name": "a", "rows": 1, "share": 0.5, "is_sample": True, "month": date(2025, 10, 1)}]
    )
    assert [(column.name, column.type) for column in shown.schema.columns] == [
        ("name", "string"),
        ("rows", "int"),
        ("share", "float"),
        ("is_sample", "bool"),
        ("month", "string"),
    ]
    assert shown.records[0].data["month"] == "2025-10-01"


def test_a_column_of_several_types_and_gaps_is_text():
    shown = metadata.table([{"value": 1}, {"value": None}, {"value": 2.5}])
    assert [record.data["value"] for record in shown.records] == [1, "", 2.5]
    assert shown.schema.columns[0].type == "string"


@pytest.mark.parametrize(
    ("rows", "shown"), [(0, 0), (100, 100), (101, 100)], ids=["none", "at the limit", "above"]
)
def test_a_table_shows_a_hundred_rows_at_most(rows, shown):
    assert len(metadata.table([{"n": number} for number in range(rows)]).records) == shown


def test_a_preview_counts_all_rows_and_shows_ten():
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t AS SELECT range AS n FROM range(30)")
        found = metadata.preview(connection, "t", "n >= ?", [5])
    assert found["dagster/row_count"].value == 25
    assert [record.data["n"] for record in found["preview"].records] == list(range(5, 15))


def test_a_preview_of_an_empty_table_says_zero():
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (n INTEGER)")
        found = metadata.preview(connection, "t")
    assert (found["dagster/row_count"].value, found["preview"].records) == (0, [])
