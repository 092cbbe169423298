"""Registers at national scale, as any other file is read: the claim from its head, the figures by loading it aside.

A run loads such files itself (``ingest/records/waiting.py``); this is how they are told apart and looked at.
"""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import (
    NATION,
    NO_HINTS,
    Claim,
    FileStamp,
    Hints,
    ObservationBlock,
    ReadResult,
)
from dx_pipeline.ingest.records.layout import Layout, read_layout
from dx_pipeline.ingest.records.load import LoadedRegister, RegisterFile, load_register, records_of
from dx_pipeline.periods import first_of_month, month_end, month_key
from dx_pipeline.settings import Engine

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source


_STAMPED = ("file_sha256", "file_name", "source_code", "vintage_at", "observation_id", "is_latest")


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """Month and sample label from the first rows; the province from the file's place, else the nation."""
    del catalogue
    return _claim(read_layout(path, file_name, records_of(source)), file_name, hints)


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """The figures, and what each rule found; the rows are not compared with other months."""
    claim = _claim(read_layout(path, file_name, records_of(source)), file_name, hints)
    stamp = FileStamp(file_sha256="", file_name=file_name, source_code=source.code, vintage_at=datetime.min)  # noqa: DTZ901
    file = RegisterFile(path=path, stamp=stamp, month=claim.period_start, area_code=claim.area_code or NATION)
    with tempfile.TemporaryDirectory(prefix="dxp-records-") as folder:
        loaded = load_register(file, Path(folder), source=source, catalogue=catalogue, limits=Engine())
        return ReadResult(claim, blocks=[_block(loaded)], tables=_tables(loaded))


def _claim(layout: Layout, file_name: str, hints: Hints) -> Claim:
    told = first_of_month(hints.period.period_start) if hints.period else None
    if hints.is_certain and told and layout.month and told != layout.month:
        raise UnreadableFileError(
            f"{file_name}: its first rows are of {month_key(layout.month)}, not of {month_key(told)}",
            f"Tệp {file_name}: các dòng đầu thuộc tháng {layout.month:%m/%Y}, không phải {told:%m/%Y}.",
        )
    month = layout.month or told
    if month is None:
        raise UnreadableFileError(
            f"{file_name}: its first rows are of several months, and neither its name nor its folder says which one it "
            "is; send one file per month, with the month in its name (2025-10)",
            f"Tệp {file_name}: các dòng đầu thuộc nhiều tháng khác nhau, tên tệp và thư mục không ghi tháng. Đề nghị "
            "mỗi tháng một tệp, ghi tháng vào tên tệp (2025-10).",
        )
    return _claimed(month, hints.area_code, layout)


def _claimed(month: date, area_code: str | None, layout: Layout) -> Claim:
    return Claim(
        period_start=month,
        period_end=month_end(month),
        area_code=area_code or NATION,
        is_sample=layout.is_sample,
    )


def _block(loaded: LoadedRegister) -> ObservationBlock:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        frame = connection.execute("SELECT * FROM read_parquet(?)", [str(loaded.figures)]).df()
    frame = frame.drop(columns=[name for name in _STAMPED if name in frame])
    for name in ("period_start", "period_end", "as_of"):
        frame[name] = frame[name].dt.date
    return ObservationBlock(frame, {})


def _tables(loaded: LoadedRegister) -> dict[str, pd.DataFrame]:
    """The load and what its rules found, as a run would write them; its files are gone when they are read."""
    import duckdb
    import pandas as pd

    with duckdb.connect(":memory:") as connection:
        checks = connection.execute("SELECT * FROM read_parquet(?)", [str(loaded.checks)]).df()
    load = {
        "period_start": loaded.file.month,
        "period_end": month_end(loaded.file.month),
        "area_code": loaded.file.area_code,
        "rows_file": "",
        "rejects_file": "",
        "line_count": loaded.line_count,
        "row_count": loaded.row_count,
        "rejected_count": loaded.rejected_count,
        "is_sample": loaded.layout.is_sample,
        "is_latest": False,
    }
    return {
        "core.register_partition": pd.DataFrame([load]),
        "core.register_check": checks.assign(period_start=loaded.file.month),
    }
