import duckdb
import pytest

from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource
from dx_pipeline.warehouse.contract import tables


def warehouse_of(root):
    return WarehouseResource(office=OfficeResource(root=str(root)))


def test_an_office_without_a_root_is_the_one_of_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("DX_DATA_DIR", str(tmp_path / "mine"))
    assert OfficeResource().directory().root == tmp_path / "mine"


def test_a_root_counts_more_than_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("DX_DATA_DIR", str(tmp_path / "mine"))
    assert OfficeResource(root=str(tmp_path / "given")).directory().root == tmp_path / "given"


def test_the_folders_of_an_office_are_in_place(tmp_path):
    data = OfficeResource(root=str(tmp_path / "new")).directory()
    assert data.landing.is_dir()
    assert data.published.is_dir()


def test_a_connection_finds_every_table_of_the_contract(tmp_path):
    with warehouse_of(tmp_path).get_connection() as connection:
        rows = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    assert {row[0] for row in rows} == set(tables())


def test_the_connection_is_closed_after_a_failure(tmp_path):
    warehouse = warehouse_of(tmp_path)
    with pytest.raises(ZeroDivisionError), warehouse.get_connection() as connection:
        raise ZeroDivisionError
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("SELECT 1")


def test_another_file_can_be_named(tmp_path):
    warehouse = WarehouseResource(database=str(tmp_path / "other.duckdb"), office=OfficeResource())
    assert warehouse.path() == tmp_path / "other.duckdb"
