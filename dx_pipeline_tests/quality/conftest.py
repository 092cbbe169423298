from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.quality.world import World, working_file


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with connect(working_file(tmp_path)) as connection:
        create_schema(connection)
        yield World(connection)
