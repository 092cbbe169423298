"""The committed figures of ``data/samples`` in a warehouse: read by the real readers, judged, compiled.

Shared by the tests of reconciliation; holds no assertions. No Dagster and no sample submissions: what is there was
really published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.observation import FileStamp, observation_frame
from dx_pipeline.ingest.readers import reader_of
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.statistics.bulletin_world import compile_all, judge, store

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SOURCES = ("national_bulletin", "portal_evaluation")
RECEIVED = datetime(2026, 10, 11, 8, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone

Change = Callable[[str, bytes], bytes]


@contextmanager
def published_world(
    folder: Path, change: Change = lambda _, content: content
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Everything in ``data/samples``, judged and compiled.

    Args:
        folder: For the copies that are read.
        change: What to make of a file's bytes, by its name, before it is read.
    """
    catalogue = load_catalogue()
    with connect(Path(":memory:")) as connection:
        create_schema(connection)
        for path in sorted(item for source in SOURCES for item in (SAMPLES / source).rglob("*.*")):
            source = catalogue.sources[path.relative_to(SAMPLES).parts[0]]
            copy = folder / path.name
            copy.write_bytes(change(path.name, path.read_bytes()))
            result = reader_of(source).read(copy, file_name=path.name, source=source, catalogue=catalogue)
            stamp = FileStamp(
                file_sha256=f"sha-{path.name}",
                file_name=path.name,
                source_code=source.code,
                vintage_at=RECEIVED,
            )
            store(connection, observation_frame(result, stamp))
        judge(connection)
        compile_all(connection)
        yield connection
