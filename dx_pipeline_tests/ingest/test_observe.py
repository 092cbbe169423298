from datetime import date, datetime

import pytest

from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.ingest.landing import arrivals, scan_landing
from dx_pipeline.ingest.observe import read_files, write
from dx_pipeline.ingest.receive import ReceivedFile, known_receipts, receive
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.ingest.landing import AT, NEXT_DAY, PLACE, land, line

OCTOBER = date(2025, 10, 1)


@pytest.fixture
def connection(data):
    with connect(data.warehouse) as opened:
        create_schema(opened)
        yield opened


@pytest.fixture
def take_in(data, catalogue, connection):
    """Receives what is new and records it."""
    import pandas as pd

    def again(at: datetime = AT) -> list[ReceivedFile]:
        known = known_receipts(connection)
        new = receive(arrivals(scan_landing(data.landing, known), at), known, data, catalogue)
        rows = [{name: getattr(item, name) for name in ReceivedFile.__slots__} for item in new]
        insert_frame(connection, "raw.received_file", pd.DataFrame(rows))
        return known_receipts(connection)

    return again


@pytest.fixture
def observed(data, catalogue, connection):
    """Reads what waits for months and writes it."""

    def again(*months):
        found = read_files(known_receipts(connection), months or (OCTOBER,), data, catalogue)
        write(connection, found)
        return found

    return again


def rows(connection, sql):
    return connection.execute(sql).fetchall()


def test_figures_are_written_with_file_cell_and_vintage_and_no_verdict(data, connection, take_in, observed):
    land(data)
    [receipt] = take_in()
    found = observed()
    assert (found.observation_count, found.unread_count) == (2, 0)
    assert rows(
        connection,
        "SELECT indicator_code, value, file_sha256, file_name, locator, vintage_at, verdict, is_latest "
        "FROM core.observation ORDER BY indicator_code DESC",
    ) == [
        ("DSIG_CERT_CNT", 1000.0, receipt.file_sha256, PLACE, "line 2:so_chung_thu_da_cap", AT, None, False),
        (
            *("DSIG_ADULT_RATE", 25.0, receipt.file_sha256, PLACE),
            *("line 2:so_nguoi_truong_thanh_co_chu_ky_so", AT, None, False),
        ),
    ]


def test_the_receipt_is_marked_as_observed(data, connection, take_in, observed):
    land(data)
    take_in()
    observed()
    assert [receipt.status for receipt in known_receipts(connection)] == ["observed"]


def test_a_file_is_read_once(data, connection, take_in, observed):
    land(data)
    take_in()
    observed()
    assert observed().receipts == []
    assert rows(connection, "SELECT count(*) FROM core.observation") == [(2,)]


def test_only_files_that_speak_of_the_months_are_read(data, connection, take_in, observed):
    land(data)
    land(data, line(month="2025-09"), place="signature_registry/2025-09/44.csv")
    take_in()
    observed(date(2025, 9, 1))
    assert rows(connection, "SELECT DISTINCT period_start FROM core.observation") == [(date(2025, 9, 1),)]
    assert {receipt.status for receipt in known_receipts(connection)} == {"received", "observed"}


def test_duplicates_and_rejected_files_are_not_read(data, take_in, observed):
    land(data)
    land(data, place="signature_registry/copy.csv", minutes=1)
    land(data, "\n", place="signature_registry/empty.csv", minutes=2)
    take_in()
    assert [receipt.origin for receipt in observed().receipts] == [PLACE]


def test_a_resubmission_adds_rows_and_changes_none(data, connection, take_in, observed):
    land(data)
    take_in()
    observed()
    first = rows(connection, "SELECT * FROM core.observation ORDER BY observation_id")
    land(data, line(count=1001))
    take_in(NEXT_DAY)
    observed()
    now = rows(connection, "SELECT * FROM core.observation ORDER BY observation_id")
    assert len(now) == 4
    assert set(first) < set(now)


def test_content_put_back_is_a_new_vintage_of_the_same_file(data, connection, take_in, observed):
    for at, count in ((AT, 1), (NEXT_DAY, 2), (NEXT_DAY.replace(hour=23), 1)):
        land(data, line(count=count))
        take_in(at)
        observed()
    found = rows(
        connection,
        "SELECT value FROM core.observation WHERE indicator_code = 'DSIG_CERT_CNT' ORDER BY vintage_at",
    )
    assert found == [(1.0,), (2.0,), (1.0,)]


def test_a_cell_that_cannot_be_read_is_kept_beside_the_others(data, connection, take_in, observed):
    land(data, line().replace("1000,250", "một nghìn,250"))
    take_in()
    found = observed()
    assert (found.observation_count, found.unread_count) == (1, 1)
    [(rule, locator, raw, message)] = rows(
        connection, "SELECT rule, locator, raw_text, message_vi FROM core.unread_cell"
    )
    assert (rule, locator, raw) == ("readable_value", "line 2:so_chung_thu_da_cap", "một nghìn")
    assert message.startswith(f"Tệp {PLACE}: ")


def test_a_file_that_fails_while_it_is_read_is_rejected_whole_and_the_next_goes_on(
    data, connection, take_in, observed
):
    land(data)
    land(data, line(code="33", name="Hưng Yên"), place="signature_registry/33.csv", minutes=1)
    first, _ = take_in()
    kept = archived_path(data.archive, first.file_sha256)
    kept.chmod(0o644)
    kept.write_bytes(b"\x00damaged on the disk")
    observed()
    found = rows(connection, "SELECT origin, status FROM raw.received_file ORDER BY origin DESC")
    assert found == [("signature_registry/33.csv", "observed"), (PLACE, "rejected")]
    [(reason_en, reason_vi)] = rows(
        connection, "SELECT reason_en, reason_vi FROM raw.received_file WHERE status = 'rejected'"
    )
    assert "44.csv" in reason_en
    assert reason_vi != reason_en
    assert rows(connection, "SELECT DISTINCT area_code FROM core.observation") == [("33",)]


def test_the_write_is_all_or_nothing(data, catalogue, connection, take_in):
    land(data)
    take_in()
    found = read_files(known_receipts(connection), (OCTOBER,), data, catalogue)
    found.unread_cells.append(found.observations[0])  # columns that the table does not have
    with pytest.raises(Exception, match=r"core\.unread_cell"):
        write(connection, found)
    assert rows(connection, "SELECT count(*) FROM core.observation") == [(0,)]
    assert rows(connection, "SELECT DISTINCT status FROM raw.received_file") == [("received",)]


def test_the_bytes_of_the_archive_are_read_not_those_of_the_landing_folder(
    data, connection, take_in, observed
):
    path = land(data)
    take_in()
    path.write_text("changed since", encoding="utf-8")
    observed()
    assert rows(connection, "SELECT count(*) FROM core.observation") == [(2,)]


def test_progress_counts_every_file(data, catalogue, take_in):
    for number in range(3):
        land(data, line(count=number), place=f"signature_registry/{number}.csv", minutes=number)
    shown = []
    read_files(take_in(), (OCTOBER,), data, catalogue, lambda done, total: shown.append((done, total)))
    assert shown == [(1, 3), (2, 3), (3, 3)]
