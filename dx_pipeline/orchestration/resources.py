"""The office's data directory and its working DuckDB file, as typed Dagster resources."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
from dagster_duckdb import DuckDBResource

from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse import database


class OfficeResource(dg.ConfigurableResource):
    """Where this office keeps its data. An empty ``root`` means ``DX_DATA_DIR``, else ``data``."""

    root: str = ""

    def directory(self) -> DataDirectory:
        """The data directory with its folders in place."""
        data = DataDirectory(Path(self.root)) if self.root else DataDirectory.from_environment()
        data.create()
        return data


class WarehouseResource(DuckDBResource):
    """The working file of the office's data directory.

    The stock resource leaves its connection open after a failure and retries a damaged file for a minute and
    a half; this one closes always and waits only for a lock.
    """

    database: str = ""
    office: dg.ResourceDependency[OfficeResource]

    def path(self) -> Path:
        """The working file's path."""
        return Path(self.database) if self.database else self.office.directory().warehouse

    @contextmanager
    def get_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A writable connection with every table of the contract in place."""
        with database.connect(self.path()) as connection:
            database.create_schema(connection)
            yield connection
