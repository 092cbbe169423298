import json

import dagster as dg
import pytest

from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.orchestration.assets.feedback import feedback
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.quality.world import SEP, World, figure


@pytest.fixture
def materialise(data):
    """Runs the asset over a month, as a job does."""

    def of(month="2025-09"):
        office = OfficeResource(root=str(data.root))
        resources = {"office": office, "warehouse": WarehouseResource(office=office)}
        with dg.DagsterInstance.ephemeral() as instance:
            result = dg.materialize([feedback], partition_key=month, resources=resources, instance=instance)
        [event] = result.get_asset_materialization_events()
        return {key: item.value for key, item in event.materialization.metadata.items()}

    return of


@pytest.fixture
def sent(data):
    """Two judged files of September: one with a rate of 120, one sound."""
    with connect(data.warehouse) as connection:
        create_schema(connection)
        world = World(connection)
        shas = [
            world.send(figure("SHARE", 120.0), name="provincial/wrong.xlsx"),
            world.send(figure("CERTS", 20.0), name="provincial/sound.xlsx"),
        ]
        world.run(SEP)
    for sha in shas:
        archived_path(data.archive, sha).parent.mkdir(exist_ok=True)
        archived_path(data.archive, sha).write_bytes(b"these are no bytes of a workbook")
    return data


def test_every_file_of_the_month_is_answered(materialise, sent):
    shown = materialise()
    assert (shown["files_written"], shown["files_unchanged"]) == (2, 0)
    [record] = shown["by_sender"].records
    assert (record.data["sender"], record.data["rejected"]) == ("Tỉnh Quảng Trị", 1)
    names = {json.loads(path.read_text("utf-8"))["file"]["name"] for path in sent.feedback.rglob("*.json")}
    assert names == {"wrong.xlsx", "sound.xlsx"}
    assert len(list(sent.feedback.rglob("*.phan-hoi.xlsx"))) == 2


@pytest.mark.usefixtures("sent")
def test_a_rerun_writes_nothing(materialise):
    materialise()
    shown = materialise()
    assert (shown["files_written"], shown["files_unchanged"]) == (0, 2)


def test_a_run_of_another_month_looks_at_files_with_findings_too(materialise, sent):
    assert materialise("2025-08")["files_written"] == 1
    [twin] = sent.feedback.rglob("*.json")
    assert twin.name.startswith("wrong.")
