import json

import dagster as dg
import pytest
from dagster import DagsterEvent

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest import digests
from dx_pipeline.ingest.template import write_template
from dx_pipeline.orchestration.partitions import RANGE_END, RANGE_START
from dx_pipeline.orchestration.resources import OfficeResource
from dx_pipeline.orchestration.sensors import landing_sensor, quarter_after_month
from dx_pipeline.periods import parse_month

HEADINGS = (
    "thang,ma_tinh,ten_tinh,so_chung_thu_da_cap,so_nguoi_truong_thanh_co_chu_ky_so,dan_so_truong_thanh,"
    "tinh_trang_so_lieu"
)


def registry(data, *months, certificates=100):
    """A registry file of one province that speaks of ``months``."""
    path = data.landing / "signature_registry" / f"{'_'.join(months)}.csv"
    path.parent.mkdir(exist_ok=True)
    lines = [f"{month},44,Quảng Trị,{certificates},50,200," for month in months]
    path.write_text("\n".join([HEADINGS, *lines]) + "\n", encoding="utf-8")
    return path


def look(data, cursor=None):
    office = OfficeResource(root=str(data.root))
    with dg.build_sensor_context(cursor=cursor, resources={"office": office}) as context:
        return landing_sensor(context)


def months(result):
    return [request.partition_key for request in result.run_requests]


def test_an_empty_landing_folder_is_skipped(data):
    assert isinstance(look(data), dg.SkipReason)


def test_new_files_request_exactly_their_months(data):
    registry(data, "2025-08")
    registry(data, "2025-10", "2025-12")
    assert months(look(data)) == ["2025-08", "2025-10", "2025-11", "2025-12"]


def test_a_workbook_requests_the_month_on_its_first_sheet(data):
    catalogue, month = load_catalogue(), parse_month("2025-09")
    path = data.landing / "provincial_submission" / "deep" / "báo cáo.xlsx"
    path.parent.mkdir(parents=True)
    province = catalogue.geography.province("44", month)
    write_template(path, province=province, month=month, catalogue=catalogue)
    assert months(look(data)) == ["2025-09"]


def test_what_was_seen_is_not_requested_again(data):
    registry(data, "2025-08")
    first = look(data)
    assert isinstance(look(data, first.cursor), dg.SkipReason)


def test_a_changed_file_requests_its_month_only(data):
    registry(data, "2025-08")
    registry(data, "2025-10")
    first = look(data)
    registry(data, "2025-10", certificates=101)
    again = look(data, first.cursor)
    assert months(again) == ["2025-10"]
    assert {request.run_key for request in again.run_requests}.isdisjoint(
        {request.run_key for request in first.run_requests}
    )
    assert isinstance(look(data, again.cursor), dg.SkipReason)


def test_a_file_put_back_to_its_old_content_requests_its_month_again(data):
    registry(data, "2025-10")
    first = look(data)
    registry(data, "2025-10", certificates=101)
    second = look(data, first.cursor)
    registry(data, "2025-10")
    third = look(data, second.cursor)
    assert months(third) == ["2025-10"]


@pytest.fixture
def settled(monkeypatch):
    """Files that were written a moment ago count as settled."""
    monkeypatch.setattr(digests, "_SETTLES_NS", 0)


def test_each_change_is_a_request_of_its_own(data):
    keys, cursor = set(), None
    for number in (100, 101, 100, 101):
        registry(data, "2025-10", certificates=number)
        result = look(data, cursor)
        keys |= {request.run_key for request in result.run_requests}
        cursor = result.cursor
    assert len(keys) == 4


@pytest.mark.usefixtures("settled")
def test_no_file_is_read_to_see_that_it_is_new_or_the_same(data, monkeypatch):
    monkeypatch.setattr(digests, "sha256_of", lambda path: pytest.fail(f"{path} was read"))
    registry(data, "2025-10")
    first = look(data)
    assert months(first) == ["2025-10"]
    assert isinstance(look(data, first.cursor), dg.SkipReason)


@pytest.mark.usefixtures("settled")
def test_the_cursor_takes_over_what_the_receiving_read(data):
    path = registry(data, "2025-10")
    place = path.relative_to(data.landing).as_posix()
    first = look(data)
    assert ":" in json.loads(first.cursor)[place]
    known = digests.Digests.of_office(data)
    sha256 = known.of(path, place)
    known.save()
    office = OfficeResource(root=str(data.root))
    with dg.build_sensor_context(cursor=first.cursor, resources={"office": office}) as context:
        assert isinstance(landing_sensor(context), dg.SkipReason)
        assert json.loads(context.cursor) == {place: sha256}
        path.touch()
        assert isinstance(look(data, context.cursor), dg.SkipReason)


@pytest.mark.parametrize(
    "name",
    ["signature_registry/~$a.csv", "signature_registry/a.csv.part", "signature_registry/.a.csv"],
    ids=["open in the office program", "still being copied", "hidden"],
)
def test_unfinished_files_are_not_seen(data, name):
    path = registry(data, "2025-10")
    path.rename(data.landing / name)
    assert isinstance(look(data), dg.SkipReason)


@pytest.mark.parametrize("key", ["2024-12", "2099-01"], ids=["before the first", "in the future"])
def test_months_that_are_no_partition_are_not_requested(data, key):
    registry(data, key)
    result = look(data)
    assert months(result) == []
    assert isinstance(look(data, result.cursor), dg.SkipReason)


def test_the_cursor_names_places_and_contents(data):
    path = registry(data, "2025-10")
    place = path.relative_to(data.landing).as_posix()
    assert list(json.loads(look(data).cursor)) == [place]


def quarters_after(tags):
    run = dg.DagsterRun(job_name="monthly", run_id="0123", tags=tags)
    event = DagsterEvent(event_type_value=dg.DagsterEventType.RUN_SUCCESS.value, job_name="monthly")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_run_status_sensor_context(
            sensor_name="quarter_after_month", dagster_event=event, dagster_instance=instance, dagster_run=run
        )
        return list(quarter_after_month(context))


@pytest.mark.parametrize(
    ("tags", "quarters"),
    [
        ({"dagster/partition": "2025-12"}, ["2025-10"]),
        ({"dagster/partition": "2025-07"}, ["2025-07"]),
        ({RANGE_START: "2025-08", RANGE_END: "2025-11"}, ["2025-07", "2025-10"]),
        ({RANGE_START: "2025-12", RANGE_END: "2026-01"}, ["2025-10", "2026-01"]),
        ({}, []),
    ],
    ids=["last month", "first month", "range", "over new year", "no partition"],
)
def test_a_finished_month_requests_its_quarters(tags, quarters):
    requests = quarters_after(tags)
    assert [request.partition_key for request in requests] == quarters
    assert len({request.run_key for request in requests}) == len(quarters)
    assert all(request.run_key.startswith("0123") for request in requests)


def test_the_sensors_belong_to_the_two_jobs():
    assert landing_sensor.job_name == "monthly"
    assert quarter_after_month.job_name == "quarterly"


def restatement(data, month, new_value=840):
    """A file of the office's restatements with one entry."""
    entry = {
        "action": "restate",
        "indicator": "DSIG_CERT_CNT",
        "area": "44",
        "period": month,
        "old_value": 837,
        "new_value": new_value,
        "approved_by": "Giám đốc Sở",
        "approved_on": "2025-11-19",
        "reason": "cộng sót",
    }
    path = data.restatements / "2025-11.yaml"
    path.write_text(json.dumps({"restatements": [entry]}), encoding="utf-8")  # JSON is YAML
    return path


def test_a_restatement_requests_the_months_it_speaks_of(data):
    registry(data, "2025-08")
    first = look(data)
    restatement(data, "2025-09")
    second = look(data, first.cursor)
    assert months(second) == ["2025-09"]
    assert isinstance(look(data, second.cursor), dg.SkipReason)
    restatement(data, "2025-10")
    assert months(look(data, second.cursor)) == ["2025-10"]


def test_a_restatement_that_cannot_be_read_requests_nothing_and_is_not_looked_at_again(data):
    restatement(data, "10/2025")
    found = look(data)
    assert months(found) == []
    assert isinstance(look(data, found.cursor), dg.SkipReason)
