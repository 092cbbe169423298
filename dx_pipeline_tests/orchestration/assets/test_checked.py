"""What the check of a rule about registers shows in the Dagster UI."""

from __future__ import annotations

from pathlib import Path

from dx_pipeline.orchestration.assets import checked
from dx_pipeline.quality.rules import rules_by_code
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.quality.registers.world import HANOI, HUE, Province, RegisterWorld


def test_a_registers_check_shows_rows_and_a_line_per_province(tmp_path: Path):
    with connect(tmp_path / "working.duckdb") as connection:
        create_schema(connection)
        registers = RegisterWorld(connection)
        registers.load(
            {HANOI: Province(1000, {"register_dates": 7}), HUE: Province(500, {"register_dates": 2})}
        )
        judgement = registers.judge()
    result = checked._check_result(rules_by_code()["register_dates"], judgement)
    assert not result.passed
    assert (result.metadata["evaluated"].value, result.metadata["failed"].value) == (1500, 9)
    lines = [record.data for record in result.metadata["failing_rows"].records]
    assert [(line["area"], line["rows"], line["failed"], line["first_lines"]) for line in lines] == [
        (HANOI, 1000, 7, "5, 17, 300"),
        (HUE, 500, 2, "5, 17, 300"),
    ]
    assert all(line["rejects_file"].endswith(".parquet") and line["example"] for line in lines)
