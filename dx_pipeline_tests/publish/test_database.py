"""The published file: complete, verified, atomic, and left alone when nothing changed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dx_pipeline.failures import PublicationError
from dx_pipeline.publish.content import content_of, published_tables
from dx_pipeline.publish.files import remove_stale_parts
from dx_pipeline.publish.manifest import read_manifest
from dx_pipeline_tests.publish.published_world import KILLED_AT, add_a_figure, office, publish_small, stocks
from dx_pipeline_tests.statistics.small_world import figure, small_catalogue

READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
query = "SELECT count(*) FROM mart.province_monthly WHERE indicator_code = 'STOCK'"
print(connection.execute(query).fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute(query).fetchone()[0], flush=True)
"""


def test_file_holds_every_table_with_its_rows_types_and_comments(tmp_path):
    with office(tmp_path) as (connection, data):
        publication = publish_small(connection, data)
        tables = published_tables(small_catalogue())
        expected = {table.name: content_of(connection, table) for table in tables}
    assert publication.is_changed
    assert publication.rows == {name: content.rows for name, content in expected.items()}
    with duckdb.connect(str(data.published_file), read_only=True) as published:
        for table in tables:
            assert content_of(published, table) == expected[table.name]
            columns = published.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns()"
                " WHERE schema_name || '.' || table_name = ? ORDER BY column_index",
                [table.name],
            ).fetchall()
            assert columns == [(column.name, column.sql_type, column.comment) for column in table.columns]
        comment = published.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'dim_area'"
        ).fetchone()
        assert comment == ("Danh mục địa bàn | Areas",)
        others = published.execute(
            "SELECT (SELECT count(*) FROM duckdb_indexes()), (SELECT count(*) FROM duckdb_views() WHERE NOT internal),"
            " (SELECT count(*) FROM duckdb_functions() WHERE NOT internal)"
        ).fetchone()
        assert others == (0, 0, 0)


def test_older_clients_can_read_the_file(tmp_path):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
    header = data.published_file.read_bytes()[:4096]
    assert header[8:12] == b"DUCK"
    assert (
        int.from_bytes(header[12:20], "little") == 64
    )  # the storage number of 0.9 to 1.1; newer ones are higher


def test_rows_are_in_the_order_of_their_key(tmp_path):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
    with duckdb.connect(str(data.published_file), read_only=True) as published:
        codes = [
            row[0] for row in published.execute("SELECT province_code FROM mart.province_monthly").fetchall()
        ]
    assert codes == sorted(codes)


def test_same_content_keeps_file_and_manifest(tmp_path):
    with office(tmp_path) as (connection, data):
        first = publish_small(connection, data)
        before = (data.published_file.stat().st_mtime_ns, data.manifest.read_bytes())
        connection.execute("CREATE TABLE shuffled AS FROM mart.province_monthly ORDER BY random()")
        connection.execute("DELETE FROM mart.province_monthly")
        connection.execute("INSERT INTO mart.province_monthly BY NAME FROM shuffled")
        second = publish_small(connection, data)
    assert not second.is_changed
    assert (second.sha256, second.rows) == (first.sha256, first.rows)
    assert (data.published_file.stat().st_mtime_ns, data.manifest.read_bytes()) == before


def test_publishes_from_a_path(tmp_path):
    with office(tmp_path) as (_, data):
        pass
    assert publish_small(data.warehouse, data).is_changed
    assert stocks(data.published_file) == 1


def test_a_reader_in_this_process_keeps_the_old_file_until_it_reopens(tmp_path):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
        with duckdb.connect(str(data.published_file), read_only=True) as reader:
            add_a_figure(connection)
            assert publish_small(connection, data).is_changed
            query = "SELECT count(*) FROM mart.province_monthly WHERE indicator_code = 'STOCK'"
            assert reader.execute(query).fetchone() == (1,)
        assert stocks(data.published_file) == 2


def test_a_reader_in_another_process_does_not_hinder_and_is_not_hindered(tmp_path):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
        with subprocess.Popen(
            [sys.executable, "-c", READER, str(data.published_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as reader:
            assert reader.stdout.readline() == "1\n"
            add_a_figure(connection)
            publish_small(connection, data)
            assert stocks(data.published_file) == 2
            out, _ = reader.communicate("go on\n", timeout=30)
            assert out == "1\n"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(
            "UPDATE mart.province_monthly SET value = 120 WHERE indicator_code = 'RATE'", "outside 0-100: RATE",
            id="rate_of_120",
        ),
        pytest.param(
            "UPDATE mart.digital_signature_adoption SET adoption_pct = -1", "digital_signature_adoption has a rate",
            id="negative_adoption",
        ),
        pytest.param(
            "INSERT INTO mart.national_monthly FROM mart.national_monthly", "national_monthly has 2 rows with the key",
            id="duplicate_key",
        ),
        pytest.param("DELETE FROM mart.dim_area", "dim_area is empty", id="empty_dimension"),
        pytest.param("DROP TABLE mart.scorecard_monthly", "cannot read the tables", id="missing_table"),
    ],
)  # fmt: skip
def test_what_fails_its_verification_is_not_put_in_place(tmp_path, damage, message):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
        before = (data.published_file.read_bytes(), data.manifest.read_bytes())
        connection.execute(damage)
        with pytest.raises(PublicationError, match=message) as failure:
            publish_small(connection, data)
        assert "giữ nguyên" in failure.value.message_vi
        connection.execute("SELECT 1")
    assert (data.published_file.read_bytes(), data.manifest.read_bytes()) == before
    assert sorted(path.name for path in data.published.iterdir()) == ["dx.duckdb", "history", "manifest.json"]


def test_nothing_to_publish_is_said(tmp_path):
    with (
        office(tmp_path, rows=[]) as (connection, data),
        pytest.raises(PublicationError, match="no figure to publish"),
    ):
        publish_small(connection, data)


@pytest.mark.parametrize("stage", KILLED_AT)
def test_killed_at_any_moment_the_file_is_whole_and_the_next_run_heals(tmp_path, stage):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
        add_a_figure(connection)
    command = [sys.executable, "-m", "dx_pipeline_tests.publish.published_world", str(tmp_path), stage]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    is_in_place = stage in ("put_in_place", "write_manifest")
    assert stocks(data.published_file) == (2 if is_in_place else 1)
    assert read_manifest(data.manifest)["tables"]["mart.province_monthly"]["rows"] > 0

    healed = publish_small(data.warehouse, data)
    assert stocks(data.published_file) == 2
    assert read_manifest(data.manifest)["sha256"] == healed.sha256
    assert sorted(path.name for path in data.published.iterdir()) == ["dx.duckdb", "history", "manifest.json"]


def test_a_damaged_file_is_published_again_though_nothing_changed(tmp_path):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
        data.published_file.write_bytes(b"not a database")
        assert publish_small(connection, data).is_changed
    assert stocks(data.published_file) == 1


def test_stale_parts_go_and_those_of_living_processes_stay(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        mine = tmp_path / f".dx.duckdb.{living.pid}.part"
        dead = [tmp_path / ".dx.duckdb.999999999.part", tmp_path / ".dx.duckdb.999999999.part.wal"]
        other = tmp_path / ".something.part"
        for path in (mine, other, *dead):
            path.touch()
        assert sorted(remove_stale_parts(tmp_path)) == sorted(dead)
        living.communicate(b"\n")
    assert mine.exists()
    assert other.exists()


def test_a_change_of_the_catalogue_alone_is_a_change(tmp_path):
    with office(tmp_path) as (connection, data):
        publish_small(connection, data)
        connection.execute("UPDATE mart.dim_indicator SET name_vi = 'Tên mới' WHERE indicator_code = 'STOCK'")
        assert publish_small(connection, data).is_changed


def test_figures_of_figures_stay_the_same_kind_of_number(tmp_path):
    with office(tmp_path, rows=[figure("STOCK", "44", 2**53)]) as (connection, data):
        publish_small(connection, data)
    with duckdb.connect(str(data.published_file), read_only=True) as published:
        assert published.execute("SELECT value FROM mart.national_monthly").fetchone() == (float(2**53),)
