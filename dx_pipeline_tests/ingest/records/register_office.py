"""An office that receives registers: files in its archive, receipts in its working file, loads and their state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest import observe
from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.ingest.receive import ReceivedFile, known_receipts
from dx_pipeline.ingest.records import store
from dx_pipeline.ingest.records.waiting import RegisterLoading
from dx_pipeline.periods import month_end
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.ingest.records.register_files import SOURCE_CODE, VINTAGE, Row, write

Figures = dict[tuple[Any, ...], float]


class RegisterOffice:
    """What a run does with registers, without Dagster; what judging does, by SQL.

    Args:
        data: The office's data directory.
    """

    def __init__(self, data: DataDirectory) -> None:
        self.data = data
        self.said: list[str] = []
        data.create()
        with self.connect() as connection:
            create_schema(connection)

    def connect(self):
        """A connection to its working file."""
        return connect(self.data.warehouse)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of the working file."""
        with self.connect() as connection:
            return connection.execute(sql, parameters).fetchall()

    def send(
        self, rows: Iterable[Row | str], month: date, day: int, name: str = "", area_code: str = NATION
    ) -> ReceivedFile:
        """A register of a month arrives on a day, counted from the first one's."""
        name = name or f"{month:%Y-%m}-{day}.csv"
        return self.receive(write(self.data.landing / name, rows), month, day, area_code)

    def receive(self, path: Path, month: date, day: int, area_code: str = NATION) -> ReceivedFile:
        """A file of the landing folder goes to the archive, and its receipt waits."""
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = archived_path(self.data.archive, sha256)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.replace(kept)
        receipt = ReceivedFile(
            file_sha256=sha256,
            origin=path.name,
            received_at=VINTAGE + timedelta(days=day),
            size_bytes=kept.stat().st_size,
            source_code=SOURCE_CODE,
            period_start=month,
            period_end=month_end(month),
            area_code=area_code,
            is_sample=False,
        )
        frame = pd.DataFrame([{field: getattr(receipt, field) for field in ReceivedFile.__slots__}])
        with self.connect() as connection:
            insert_frame(connection, "raw.received_file", frame)
        return receipt

    def run(self, *months: date) -> list[ReceivedFile]:
        """Loads what waits for the months."""
        with self.connect() as connection:
            receipts = known_receipts(connection)
        loading = RegisterLoading(self.data, load_catalogue(), self.connect, self.said.append, observe.mark)
        return list(loading.load_waiting(receipts, months))

    def judge(self) -> None:
        """Every load that waits is accepted, the newest of each month and area is in force, and the view shows it."""
        newest = (
            "(period_start, area_code, vintage_at) IN "
            "(SELECT (period_start, area_code, max(vintage_at)) FROM core.register_partition "
            "GROUP BY period_start, area_code)"
        )
        with self.connect() as connection:
            connection.execute(
                "UPDATE core.register_partition SET verdict = 'accepted' WHERE verdict IS NULL"
            )
            connection.execute(f"UPDATE core.register_partition SET is_latest = {newest}")
            store.show_rows(connection, self.data.registers, SOURCE_CODE)

    def in_force(self) -> list[tuple[date, int, int]]:
        """Month, accepted and rejected rows of the loads in force."""
        return self.query(
            "SELECT period_start, row_count, rejected_count FROM core.register_partition WHERE is_latest ORDER BY ALL"
        )

    def loads(self) -> int:
        """How many loads there have ever been."""
        return self.query("SELECT count(*) FROM core.register_partition")[0][0]

    def codes(self) -> set[tuple[date, str]]:
        """Month and code of every row the view shows."""
        return {*self.query(f"SELECT month, dossier_code FROM core.{SOURCE_CODE}")}

    def figures(self) -> Figures:
        """The figures of the loads in force."""
        rows = self.query(
            "SELECT o.period_start, indicator_code, o.area_code, scope, value, numerator, denominator "
            "FROM core.observation AS o JOIN core.register_partition AS p USING (file_sha256, vintage_at) "
            "WHERE p.is_latest"
        )
        return {row[:4]: row[4:] for row in rows}

    def files(self) -> set[str]:
        """What lies in the registers folder."""
        folder = self.data.registers
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    def named_files(self) -> set[str]:
        """What the loads in force name."""
        rows = self.query("SELECT rows_file, rejects_file FROM core.register_partition WHERE is_latest")
        return {name for row in rows for name in row}
