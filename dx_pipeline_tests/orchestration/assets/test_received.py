"""The first layer by itself: what it records, and what its two checks say of the files."""

import dagster as dg
import duckdb
import pytest

from dx_pipeline.orchestration.build import build_definitions
from dx_pipeline.orchestration.partitions import RANGE_END, RANGE_START
from dx_pipeline_tests.ingest.landing import PLACE, land, land_bytes, line

RECEIVED = dg.AssetKey(["raw", "received_file"])


@pytest.fixture
def receive(data):
    """Materialises ``raw.received_file`` for a month, or for months with tags."""

    def materialise(partition="2025-10", **tags):
        definitions = build_definitions(data.root)
        job = definitions.resolve_implicit_global_asset_job_def().get_subset(asset_selection={RECEIVED})
        return job.execute_in_process(partition_key=None if tags else partition, tags=tags)

    return materialise


def checks(result):
    return {item.check_name: item for item in result.get_asset_check_evaluations()}


def metadata(result):
    [event] = result.asset_materializations_for_node("raw__received_file")
    return event.metadata


def recorded(data):
    with duckdb.connect(str(data.warehouse), read_only=True) as connection:
        return connection.execute("SELECT origin, status FROM raw.received_file ORDER BY origin").fetchall()


def test_new_files_are_recorded_and_shown(data, receive):
    land(data)
    result = receive()
    shown = metadata(result)
    assert recorded(data) == [(PLACE, "received")]
    assert (shown["new_files"].value, shown["dagster/row_count"].value) == (1, 1)
    [row] = shown["by_source"].records
    assert (row.data["source_code"], row.data["files"], row.data["provinces"]) == ("signature_registry", 1, 1)
    assert all(check.passed for check in checks(result).values())


def test_a_second_run_records_nothing_new(data, receive):
    land(data)
    receive()
    assert metadata(receive())["new_files"].value == 0
    assert len(recorded(data)) == 1


def test_an_unreadable_file_turns_its_check_red_until_it_is_replaced(data, receive):
    land_bytes(data, b"", PLACE)
    red = checks(receive())["files_readable"]
    [shown] = red.metadata["files"].records
    assert (red.passed, red.severity, red.partition) == (False, dg.AssetCheckSeverity.ERROR, "2025-10")
    assert shown.data["origin"] == PLACE
    assert shown.data["reason_en"]
    assert shown.data["reason_vi"]
    land(data)
    assert checks(receive())["files_readable"].passed


def test_a_file_in_another_months_folder_is_doubtful_and_goes_on(data, receive):
    land(data, line(month="2025-10"), place="signature_registry/2025-09/44.csv")
    doubtful = checks(receive())["files_in_place"]
    [shown] = doubtful.metadata["files"].records
    assert (doubtful.passed, doubtful.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert shown.data["origin"] == "signature_registry/2025-09/44.csv"
    assert recorded(data) == [("signature_registry/2025-09/44.csv", "received")]


def test_the_run_of_another_month_takes_the_file_in_but_does_not_show_it(data, receive):
    land(data)
    shown = metadata(receive("2025-08"))
    assert recorded(data) == [(PLACE, "received")]
    assert (shown["new_files"].value, shown["dagster/row_count"].value) == (1, 0)


def test_a_range_shows_the_files_of_its_months(data, receive):
    land(data)
    land(data, line(month="2025-09"), place="signature_registry/2025-09/44.csv")
    result = receive(**{RANGE_START: "2025-09", RANGE_END: "2025-10"})
    events = result.asset_materializations_for_node("raw__received_file")
    assert {event.metadata["dagster/row_count"].value for event in events} == {2}
