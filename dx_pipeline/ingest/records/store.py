"""Where loaded registers stay, and which of them are in force.

A load's files are put in place first and come into force with one row of ``core.register_partition``, in the
transaction that writes its figures: a load that was cut short leaves files that nothing names, and the next one
removes them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.ingest.records.columns import literal
from dx_pipeline.ingest.records.scripts import script
from dx_pipeline.ingest.records.uniqueness import OtherRegister
from dx_pipeline.periods import month_end, month_key
from dx_pipeline.warehouse.database import insert_frame

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.records.load import LoadedRegister

LOADING = ".loading-"
"""Start of the names of folders in which a load is under way."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A register's load of one month that is in force or waits to be judged."""

    month: date
    area_code: str
    file_sha256: str
    file_name: str
    vintage_at: datetime
    rows: Path
    rejects: Path

    @property
    def as_other(self) -> OtherRegister:
        """As one whose rows another month must not repeat."""
        return OtherRegister(self.month, self.rows, self.rejects)


def partitions(
    connection: duckdb.DuckDBPyConnection, folder: Path, source_code: str, *, in_force_only: bool = False
) -> list[Partition]:
    """The newest load of each month and area that is in force or waits to be judged, oldest month first.

    Args:
        connection: Of the working file.
        folder: The registers folder.
        source_code: The register's source.
        in_force_only: Leave out loads that wait.
    """
    rows = connection.execute(
        script("partitions.sql"), {"source_code": source_code, "in_force_only": in_force_only}
    ).fetchall()
    return [
        Partition(month, area, sha256, name, vintage, folder / kept, folder / rejected)
        for month, area, sha256, name, vintage, kept, rejected in rows
    ]


def put_in_place(loaded: LoadedRegister, folder: Path) -> tuple[str, str]:
    """Moves a load's rows and rejects to their place below ``folder`` and gives their names there."""
    stamp = loaded.file.stamp
    place = Path(stamp.source_code, month_key(loaded.file.month))
    (folder / place).mkdir(parents=True, exist_ok=True)
    name = f"{stamp.file_sha256[:16]}-{stamp.vintage_at:%Y%m%dT%H%M%S%f}.parquet"
    rows, rejects = place / f"rows-{name}", place / f"rejects-{name}"
    loaded.rows.replace(folder / rows)
    loaded.rejects.replace(folder / rejects)
    return rows.as_posix(), rejects.as_posix()


def write(connection: duckdb.DuckDBPyConnection, loaded: LoadedRegister, files: tuple[str, str]) -> None:
    """Adds a load's figures, checks and partition to the tables. The caller holds the transaction."""
    import pandas as pd

    file, stamp = loaded.file, loaded.file.stamp
    shared = {
        "source_code": stamp.source_code,
        "period_start": file.month,
        "file_sha256": stamp.file_sha256,
        "vintage_at": stamp.vintage_at,
    }
    partition = {
        **shared,
        "period_end": month_end(file.month),
        "area_code": file.area_code,
        "file_name": stamp.file_name,
        "rows_file": files[0],
        "rejects_file": files[1],
        "line_count": loaded.line_count,
        "row_count": loaded.row_count,
        "rejected_count": loaded.rejected_count,
        "is_sample": loaded.layout.is_sample,
        "is_latest": False,
    }
    insert_frame(connection, "core.register_partition", pd.DataFrame([partition]), ignore_existing=True)
    connection.execute(script("insert_checks.sql"), {**shared, "checks": str(loaded.checks)})
    connection.execute(script("insert_figures.sql"), {"figures": str(loaded.figures)})


def outdated(connection: duckdb.DuckDBPyConnection, folder: Path, source_code: str) -> list[Partition]:
    """The loads with rows rejected because of a month whose register was replaced since, or is no longer there."""
    present = partitions(connection, folder, source_code)
    months = {item.month for item in present}
    found = connection.execute(script("replaced_months.sql"), {"source_code": source_code}).fetchall()
    replaced_at = dict(found)
    return [
        item
        for item in present
        for repeated in [set(_repeated_months(item))]
        if repeated - months
        or any(replaced_at[month] > item.vintage_at for month in repeated.intersection(replaced_at))
    ]


def _repeated_months(partition: Partition) -> Iterator[date]:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        sql = "SELECT DISTINCT repeats_month FROM read_parquet(?) WHERE repeats_month IS NOT NULL"
        for row in connection.execute(sql, [str(partition.rejects)]).fetchall():
            yield row[0]


def show_rows(connection: duckdb.DuckDBPyConnection, folder: Path, source_code: str) -> None:
    """Makes the view ``core.<source>`` show the accepted rows of every month in force."""
    selects = [
        script(
            "accepted_rows.sql", month=str(item.month), rows=literal(item.rows), rejects=literal(item.rejects)
        )
        for item in partitions(connection, folder, source_code, in_force_only=True)
    ]
    if selects:
        body = " UNION ALL BY NAME ".join(selects)
        connection.execute(f"CREATE OR REPLACE VIEW core.{source_code} AS {body}")
    else:
        connection.execute(f"DROP VIEW IF EXISTS core.{source_code}")


def show_registers(
    connection: duckdb.DuckDBPyConnection, folder: Path, sources: Mapping[str, Source]
) -> None:
    """Makes the view of every register show what is in force."""
    for source in sources.values():
        if source.records:
            show_rows(connection, folder, source.code)


def months_loaded_again(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """Months in force whose file was loaded again, because rows it was said to repeat have gone, and is not judged."""
    return [row[0] for row in connection.execute(script("months_loaded_again.sql")).fetchall()]


def tidy(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Removes what loads that were cut short left behind, and the rows of loads no longer in force."""
    for leftover in folder.glob(f"{LOADING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    named = {
        folder / name
        for row in connection.execute(script("named_files.sql")).fetchall()
        for name in row
        if name
    }
    for path in folder.glob("*/*/*.parquet"):
        if path not in named:
            with suppress(OSError):  # a reader on Windows may hold it; the next load tries again
                path.unlink()
