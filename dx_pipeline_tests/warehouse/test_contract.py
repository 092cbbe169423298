import duckdb
import pytest

from dx_pipeline.warehouse.contract import tables, tables_of


@pytest.mark.parametrize("table", tables().values(), ids=lambda table: table.name)
def test_every_table_is_commented_in_both_languages_and_its_key_exists(table):
    assert " | " in table.comment
    assert set(table.key) <= set(table.column_names)
    for column in table.columns:
        assert column.comment_vi.strip(), column.name
        assert column.comment_en.strip(), column.name


def test_the_layers_are_the_schemas():
    assert {table.schema for table in tables().values()} == {"raw", "core", "quality", "mart"}
    assert [table.name for table in tables_of("raw")] == ["raw.received_file"]


@pytest.mark.parametrize("table", tables().values(), ids=lambda table: table.name)
def test_the_ddl_and_comments_are_valid_sql(table):
    with duckdb.connect() as connection:
        connection.execute(f"CREATE SCHEMA {table.schema}")
        connection.execute(table.create_statement())
        for statement in table.comment_statements():
            connection.execute(statement)
        comments = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE schema_name = ?", [table.schema]
        )
        assert [row[0] for row in comments.fetchall()] == [column.comment for column in table.columns]
