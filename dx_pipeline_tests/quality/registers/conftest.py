from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.quality.registers.world import RegisterWorld


@pytest.fixture
def registers(tmp_path: Path) -> Iterator[RegisterWorld]:
    with connect(tmp_path / "working.duckdb") as connection:
        create_schema(connection)
        yield RegisterWorld(connection)
