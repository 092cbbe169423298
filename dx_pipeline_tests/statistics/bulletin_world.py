"""Bulletin lines as people type them, read by the real reader with the real catalogue, and reconciled.

Shared by the tests of reconciliation; holds no assertions.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.observation import FileStamp, ReadResult, observation_frame
from dx_pipeline.ingest.readers import reader_of
from dx_pipeline.periods import first_of_month, month_end, quarter_of
from dx_pipeline.quality.triage import judge_months, write_judgement
from dx_pipeline.settings import Office
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.reconciliation import compile_reconciliation
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.statistics.small_world import rows_of

BULLETIN = "national_bulletin"
RECEIVED = datetime(2026, 11, 1, 8, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone
DEFAULTS = {"scope": "all", "source_title": "Bản tin", "source_url": "https://example.vn/tin"}

Line = Mapping[str, object]


def bulletin_text(lines: Sequence[Line]) -> str:
    """The CSV of lines given as columns; only the columns that some line has, quoted as a spreadsheet does."""
    filled = [{**DEFAULTS, **line} for line in lines]
    names = list(dict.fromkeys(name for line in filled for name in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(filled)
    return text.getvalue()


def read_bulletin(lines: Sequence[Line], folder: Path, name: str = "tin.csv") -> ReadResult:
    """What the reader makes of the lines."""
    path = folder / name
    path.write_text(bulletin_text(lines), encoding="utf-8")
    catalogue = load_catalogue()
    source = catalogue.sources[BULLETIN]
    return reader_of(source).read(path, file_name=name, source=source, catalogue=catalogue)


def own(indicator: str, area: str, value: float | None, month: str, **others: object) -> dict[str, object]:
    """An accepted figure of a province's submission, or of another source that ``others`` name."""
    start = date.fromisoformat(f"{month}-01")
    row: dict[str, object] = {
        "observation_id": f"own-{indicator}-{area}-{month}-{len(others)}-{'-'.join(map(str, others.values()))}",
        "indicator_code": indicator,
        "area_code": area,
        "area_level": "national" if area == "VN" else "province",
        "scope": "all",
        "period_start": start,
        "period_end": month_end(start),
        "period_basis": "calendar",
        "as_of": month_end(start),
        "accumulates_from": None,
        "value": value,
        "numerator": None,
        "denominator": None,
        "status": None,
        "unit": load_catalogue().indicators[indicator].unit,
        "qualifier": "exact",
        "source_code": "provincial_submission",
        "method_version": "submission-2025",
        "is_sample": False,
        "file_sha256": "sha-own",
        "file_name": "own.xlsx",
        "locator": "Sheet!B8",
        "raw_text": None if value is None else f"{value:g}",
        "vintage_at": RECEIVED,
        "verdict": "accepted",
        "is_latest": True,
    }
    return {**row, **others}


def reconciled(
    lines: Sequence[Line] | Sequence[Sequence[Line]],
    folder: Path,
    ours: Iterable[dict[str, object]] = (),
    *,
    is_judged: bool = False,
) -> list[dict[str, object]]:
    """The rows of ``mart.reconciliation`` after these bulletins (one, or a list of files) and figures of our own.

    Everything read counts as accepted, or the real gates judge it where ``is_judged``.
    """
    files = [lines] if lines and isinstance(lines[0], Mapping) else list(lines)
    frames = []
    for number, file_lines in enumerate(files, start=1):
        name = f"tin{number}.csv"
        result = read_bulletin(file_lines, folder, name)
        assert not [cell.message_en for cell in result.unread_cells]
        stamp = FileStamp(
            file_sha256=f"sha{number}", file_name=name, source_code=BULLETIN, vintage_at=RECEIVED
        )
        frame = observation_frame(result, stamp)
        frames.append(frame if is_judged else frame.assign(verdict="accepted", is_latest=True))
    frames.append(pd.DataFrame(list(ours)))
    with connect(Path(":memory:")) as connection:
        create_schema(connection)
        for frame in frames:
            store(connection, frame)
        if is_judged:
            judge(connection)
        compile_all(connection)
        return rows_of(connection, "FROM mart.reconciliation")


def store(connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> None:
    """Stores observations as they are."""
    if frame.empty:
        return
    days = ("period_start", "period_end", "as_of", "accumulates_from", "vintage_at")
    insert_frame(
        connection, "core.observation", frame.assign(**{name: pd.to_datetime(frame[name]) for name in days})
    )


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Lets the real gates judge every month that is there."""
    found = connection.execute("SELECT DISTINCT period_start FROM core.observation").fetchall()
    months = [month for (month,) in found]
    judgement = judge_months(connection, months, catalogue=load_catalogue(), office=Office(), run_at=RECEIVED)
    write_judgement(connection, judgement)


def compile_all(connection: duckdb.DuckDBPyConnection) -> None:
    """The months and quarters of whatever is there, and the reconciliation."""
    catalogue = load_catalogue()
    found = connection.execute("SELECT DISTINCT period_start FROM core.accepted_observation").fetchall()
    months = sorted({first_of_month(day) for (day,) in found})
    compile_months(connection, months, catalogue=catalogue)
    compile_quarters(connection, sorted({quarter_of(month) for month in months}), catalogue=catalogue)
    compile_reconciliation(connection, catalogue=catalogue)


def only(rows: Iterable[dict[str, object]], **where: object) -> dict[str, object]:
    """The only row with these values."""
    found = [row for row in rows if all(row[name] == value for name, value in where.items())]
    assert len(found) == 1, found
    return found[0]
