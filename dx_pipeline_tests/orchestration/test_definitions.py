"""The code location loads the way the server loads it, and says what the catalogue and the contract say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

import dx_pipeline.definitions
from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.orchestration.partitions import monthly, quarterly
from dx_pipeline.quality.rules import all_rules, rules_by_code
from dx_pipeline.warehouse.contract import tables, tables_of
from dx_pipeline_tests.conftest import REPOSITORY

GROUP_OF_SCHEMA = {
    "landing": "landing",
    "raw": "received",
    "core.observation": "observed",
    "core.accepted_observation": "checked",
    "core.portal_dossiers": "checked",
    "quality": "checked",
    "feedback": "feedback",
    "mart": "compiled",
    "published": "published",
}
MONTHLY = {
    "raw.received_file",
    "core.observation",
    "core.accepted_observation",
    "core.portal_dossiers",
    "quality.rejection",
    "quality.check_result",
    "mart.province_monthly",
    "mart.national_monthly",
}
QUARTERLY = {"mart.province_quarterly", "mart.national_quarterly"}
WIDE, VIEW = "mart.scorecard_monthly", "core.accepted_observation"
PUBLISHED = {"published.changes", "published.dx_duckdb", "published.index_html", "published.as_of"}
FETCHED = {f"landing.{code}" for code, source in load_sources().items() if source.fetch}
FEEDBACK = {"feedback.workbooks"}
ON_REQUEST = {"published.as_of"}  # no job makes it
# Written beside core.observation and the verdicts, or between two steps.
NO_ASSETS = {
    "core.unread_cell",
    "core.touched_month",
    "core.touched_quarter",
    "core.register_partition",
    "core.register_check",
    "core.verdict",
    "core.restatement",
    "core.accepted_change",
    "core.refused_month",
    "core.revised_batch",
    "core.moved_figure",
    "quality.publication_change",
}
REGISTERS = {"core.portal_dossiers"}
FILE_CHECKS = {"files_readable": "ERROR", "files_in_place": "WARN"}


def name_of(key: dg.AssetKey) -> str:
    return ".".join(key.path)


def names(keys) -> set[str]:
    return {name_of(key) for key in keys}


def run_python(code: str, folder: Path) -> str:
    environment = {**os.environ, "DX_DATA_DIR": str(folder), "DAGSTER_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_the_workspace_validates_as_the_server_loads_it(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "dagster", "definitions", "validate", "-w", str(REPOSITORY / "workspace.yaml")),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "DAGSTER_HOME": str(tmp_path),
            "DX_DATA_DIR": str(tmp_path / "data"),
            "DAGSTER_DISABLE_TELEMETRY": "1",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation successful for code location dx_pipeline" in done.stdout + done.stderr
    assert not (tmp_path / "data").exists()


def test_workspace_and_pyproject_name_the_same_location():
    workspace = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text(encoding="utf-8"))
    module = workspace["load_from"][0]["python_module"]
    assert module == {"module_name": dx_pipeline.definitions.__name__, "location_name": "dx_pipeline"}


@pytest.mark.parametrize("heavy", ["pandas", "great_expectations", "python_calamine", "openpyxl"])
def test_loading_the_definitions_does_not_load(heavy, loaded_modules):
    assert heavy not in loaded_modules


@pytest.fixture(scope="module")
def loaded_modules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("import")
    code = "import json, sys, dx_pipeline.definitions; print(json.dumps(sorted(sys.modules)))"
    modules = set(json.loads(run_python(code, folder).splitlines()[-1]))
    assert "dx_pipeline.definitions" in modules
    assert list(folder.iterdir()) == []
    return modules


def test_definitions_build_for_any_data_directory(definitions):
    dg.Definitions.validate_loadable(definitions)


def test_a_resource_can_be_replaced(tmp_path):
    from dx_pipeline.orchestration.build import build_definitions
    from dx_pipeline.orchestration.resources import OfficeResource

    other = OfficeResource(root=str(tmp_path / "other"))
    assert build_definitions(tmp_path, {"office": other}).resources["office"] is other


@pytest.mark.parametrize(
    "module", sorted((REPOSITORY / "dx_pipeline").glob("*/*.py")), ids=lambda path: path.stem
)
def test_only_orchestration_knows_dagster(module):
    text = module.read_text(encoding="utf-8")
    allowed = module.parent.name == "orchestration"
    assert allowed or ("import dagster" not in text and "from dagster" not in text)


def test_the_file_of_the_code_location_is_short():
    text = (REPOSITORY / "dx_pipeline" / "definitions.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60


def test_every_table_is_an_asset_of_its_name(graph):
    expected = (set(tables()) - NO_ASSETS) | {WIDE, VIEW} | REGISTERS | PUBLISHED | FETCHED | FEEDBACK
    assert names(graph.materializable_asset_keys) == expected


def test_the_mart_is_compiled_whole(graph):
    compiled = {name_of(node.key) for node in graph.asset_nodes if node.group_name == "compiled"}
    assert compiled == {table.name for table in tables_of("mart")} | {WIDE}


def test_every_asset_is_in_the_group_of_its_layer(graph):
    for node in graph.asset_nodes:
        name = name_of(node.key)
        assert node.group_name == GROUP_OF_SCHEMA.get(name, GROUP_OF_SCHEMA.get(node.key.path[0])), name


def test_every_source_is_received_and_an_outside_asset_unless_it_is_fetched(graph):
    outside = {node.key for node in graph.asset_nodes if not node.is_materializable}
    received = graph.get(dg.AssetKey(["raw", "received_file"]))
    assert names(outside) == {f"landing.{code}" for code in load_sources()} - FETCHED
    assert names(received.parent_keys) == names(outside) | FETCHED


def test_data_moves_one_way(graph):
    order = list(dict.fromkeys(GROUP_OF_SCHEMA.values()))
    for node in graph.asset_nodes:
        for parent in node.parent_keys:
            assert order.index(graph.get(parent).group_name) <= order.index(node.group_name)


def test_what_is_published_rests_on_every_table_of_the_mart(graph):
    published = graph.get(dg.AssetKey(["published", "dx_duckdb"]))
    mart = {table.name for table in tables_of("mart")} | {WIDE}
    assert names(published.parent_keys) == mart | {"published.changes"}
    assert names(graph.get(dg.AssetKey(["published", "changes"])).parent_keys) == mart


def test_nothing_of_the_mart_rests_on_figures_that_were_not_checked(graph):
    for node in graph.asset_nodes:
        if node.group_name == "compiled":
            assert "core.observation" not in names(node.parent_keys)


def test_every_asset_says_what_it_is_in_both_languages(graph):
    for node in graph.asset_nodes:
        assert " | " in (node.description or ""), name_of(node.key)


def test_partitions_are_months_quarters_or_none(graph):
    expected = {
        **dict.fromkeys(MONTHLY | FETCHED | FEEDBACK, monthly),
        **dict.fromkeys(QUARTERLY, quarterly),
    }
    for key in graph.materializable_asset_keys:
        assert graph.get(key).partitions_def == expected.get(name_of(key)), name_of(key)


def test_a_backfill_of_a_partitioned_asset_is_one_run(graph):
    for name in MONTHLY | QUARTERLY | FETCHED | FEEDBACK:
        policy = graph.get(dg.AssetKey(name.split("."))).backfill_policy
        assert policy == dg.BackfillPolicy.single_run(), name


def test_everything_that_writes_the_working_file_shares_one_pool(graph):
    for key in graph.materializable_asset_keys:
        pools = {"fetch"} if name_of(key) in FETCHED else {"warehouse_write"}
        expected = set() if name_of(key) in FEEDBACK else pools  # it only reads the working file
        assert graph.get(key).pools == expected, name_of(key)


def test_every_rule_is_a_check_on_the_accepted_figures_and_files_have_their_own(graph):
    found = {(name_of(key.asset_key), key.name) for key in graph.asset_check_keys}
    assert found == {(VIEW, rule.code) for rule in all_rules()} | {
        *(("raw.received_file", name) for name in FILE_CHECKS),
        ("published.changes", "publication_not_held"),
    }


def test_the_check_of_a_publication_says_its_severity_and_is_of_no_month(repository):
    specs = {
        spec.name: spec for assets in repository.assets_defs_by_key.values() for spec in assets.check_specs
    }
    assert specs["publication_not_held"].description.startswith("ERROR: ")
    assert specs["publication_not_held"].partitions_def is None


@pytest.mark.parametrize("code", [*rules_by_code(), *FILE_CHECKS])
def test_a_check_is_partitioned_by_month_and_says_its_severity(repository, code):
    specs = {
        spec.name: spec for assets in repository.assets_defs_by_key.values() for spec in assets.check_specs
    }
    severity = FILE_CHECKS.get(code) or rules_by_code()[code].severity
    assert specs[code].partitions_def == monthly
    assert specs[code].description.startswith(f"{severity}: ")
    assert not specs[code].blocking


@pytest.mark.parametrize(
    ("job", "partitions", "left_out"),
    [("monthly", monthly, QUARTERLY), ("quarterly", quarterly, MONTHLY | FEEDBACK)],
    ids=["monthly", "quarterly"],
)
def test_the_two_jobs_publish_and_leave_the_others_periods_alone(
    definitions, graph, job, partitions, left_out
):
    found = definitions.resolve_job_def(job)
    assert found.partitions_def == partitions
    everything = names(graph.materializable_asset_keys)
    assert names(found.asset_layer.selected_asset_keys) == everything - left_out - FETCHED - ON_REQUEST


@pytest.mark.parametrize("job", ["monthly", "quarterly"])
def test_the_jobs_run_in_one_process(definitions, job):
    assert definitions.resolve_job_def(job).executor_def.name == "in_process"


def test_jobs_schedules_and_sensors_are_there(repository):
    assert {job.name for job in repository.get_all_jobs()} >= {"monthly", "quarterly"}
    assert {item.name for item in repository.schedule_defs} == {
        "monthly_after_due_days",
        "quarterly_after_due_days",
    }
    assert {item.name for item in repository.sensor_defs} == {"landing_sensor", "quarter_after_month"}
