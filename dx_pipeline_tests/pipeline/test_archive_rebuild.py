"""The archive alone is enough: received again into an empty working file, it gives the same published figures."""

import io
import shutil
import zipfile

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.ingest.receive import known_receipts
from dx_pipeline.quality.rebuilding import rebuild
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.pipeline.office_world import PORTAL_MONTH, SAMPLE_MONTHS, write_into

CERTIFICATES = ("DSIG_CERT_CNT", "all")


def published_tables(world):
    names = [row["name"] for row in world.published("SELECT table_name AS name FROM duckdb_tables()")]
    assert len(names) >= 12
    return {
        name: world.published(f"SELECT * FROM (SELECT * FROM mart.{name}) ORDER BY ALL")
        for name in sorted(names)
    }


@pytest.fixture
def eventful(world):
    """The sample world after a correction, a rejected figure and its later remedy, junk, and an archive of files."""
    august = world.submission("40", "2025-08")
    september = world.submission("40", "2025-09")
    figure = world.figure("40", "2025-09", CERTIFICATES[0])
    write_into(august, {CERTIFICATES: figure + 50})  # above September: rejected
    (world.data.landing / "provincial_submission" / "letter.xlsx").write_bytes(b"no workbook")
    world.run("2025-08", "2025-09")
    write_into(september, {CERTIFICATES: figure + 60}, {"Lý do điều chỉnh (nếu gửi lại)": "cộng sót"})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        resent = world.submission("44", "2025-10")
        archive.writestr("Quảng Trị gửi lại.xlsx", resent.read_bytes())
    (world.data.landing / "provincial_submission" / "2025-10" / "gui_lai.zip").write_bytes(stream.getvalue())
    world.run_well("2025-08", "2025-09", "2025-10")
    return world


def test_a_rebuilt_working_file_publishes_the_same(eventful):
    world = eventful
    before, receipts = published_tables(world), world.working("SELECT * FROM raw.received_file ORDER BY ALL")
    assert {row["status"] for row in receipts} == {"observed", "rejected", "duplicate", "unpacked"}
    world.data.warehouse.unlink()
    shutil.rmtree(world.data.published)
    shutil.rmtree(world.data.landing)
    world.data.create()
    fill_again(world)
    world.run_well(*SAMPLE_MONTHS, PORTAL_MONTH)
    assert world.working("SELECT * FROM raw.received_file ORDER BY ALL") == receipts
    after = published_tables(world)
    assert after.keys() == before.keys()
    for name, rows in before.items():
        assert after[name] == rows, name


def fill_again(world):
    with connect(world.data.warehouse) as connection:
        create_schema(connection)
        return rebuild(connection, world.data, load_catalogue())


def test_a_damaged_archive_is_not_rebuilt_from(world):
    with connect(world.data.warehouse, read_only=True) as connection:
        receipt = known_receipts(connection)[0]
    kept = archived_path(world.data.archive, receipt.file_sha256)
    kept.chmod(0o644)
    kept.write_bytes(b"something else")
    world.data.warehouse.unlink()
    with pytest.raises(PermanentError, match=receipt.file_sha256[:12]) as refused:
        fill_again(world)
    assert "Kho lưu trữ" in refused.value.message_vi
