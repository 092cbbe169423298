"""Files of the ``restatements/`` folder: received like any file, read into ``core.restatement``.

What an entry does to a figure is decided when its month is judged (``quality/restatements.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding
from dx_pipeline.catalogue.restatement_models import AcceptedChange, RestatementFile
from dx_pipeline.catalogue.yaml_files import Lines, read_model
from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.receipt import RESTATED, RESTATEMENT, ReceivedFile
from dx_pipeline.ingest.restatement_faults import faults, refusal
from dx_pipeline.periods import vietnam_day
from dx_pipeline.warehouse.database import insert_frame, run_script, transaction

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.settings import DataDirectory

MAX_BYTES = 1_000_000
_COPIED = ("scope", "period_basis", "accumulates_from", "old_value", "new_value", "numerator", "denominator")
_APPROVAL = ("approved_by", "approved_on", "reason")


@dataclass(frozen=True, slots=True)
class RestatementsRead:
    """One file and the line of each of its entries."""

    content: RestatementFile
    lines: dict[str, int]

    @property
    def months(self) -> list[date]:
        """The months its restatements speak of, ascending."""
        return sorted({entry.month for entry in self.content.restatements})


def read_restatements(path: Path, origin: str, catalogue: Catalogue, today: date) -> RestatementsRead:
    """Reads one file and holds it against the catalogue.

    Args:
        path: The file's bytes.
        origin: How messages name it.
        catalogue: For indicators, areas, scopes and sources.
        today: The day it came; nothing is approved later than that.

    Raises:
        UnreadableFileError: It is no such file or an entry cannot be true; names file, line and key.
    """
    if path.stat().st_size > MAX_BYTES:
        told = (f"is larger than {MAX_BYTES} bytes", f"lớn hơn {MAX_BYTES} byte")
        raise refusal(origin, [Finding(path, 1, "", *told)])
    try:
        content = read_model(path, RestatementFile)
    except BrokenCatalogueError as error:
        raise refusal(origin, error.findings) from error
    lines = Lines(path)
    if found := faults(content, lines, catalogue, today):
        raise refusal(origin, found)
    return RestatementsRead(content, {place: lines.line_of(parts) for place, parts in _places(content)})


def _places(content: RestatementFile) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for name in ("restatements", "accepted_changes"):
        for number, _ in enumerate(getattr(content, name)):
            yield f"{name}.{number}", (name, number)


def take_in(
    connection: duckdb.DuckDBPyConnection,
    receipts: Sequence[ReceivedFile],
    data: DataDirectory,
    catalogue: Catalogue,
) -> list[ReceivedFile]:
    """Writes the entries of every received file of restatements that waits, and what became of the file.

    A newer version of a file replaces the entries that it no longer has, unless one of them has been applied:
    such a file is refused, for what was published rests on it.

    Returns:
        The receipts with their new status.
    """
    from dx_pipeline.ingest.observe import mark

    taken = []
    for receipt in receipts:
        if receipt.source_code != RESTATEMENT or receipt.status != "received":
            continue
        path = archived_path(data.archive, receipt.file_sha256)
        read = read_restatements(path, receipt.origin, catalogue, vietnam_day(receipt.received_at))
        with transaction(connection):
            done = _write(connection, receipt, read)
            mark(connection, done)
        taken.append(done)
    return taken


def _write(
    connection: duckdb.DuckDBPyConnection, receipt: ReceivedFile, read: RestatementsRead
) -> ReceivedFile:
    entries, accepted = _entry_frame(receipt, read), _accepted_frame(receipt, read)
    kept = [] if entries.empty else entries["restatement_id"].tolist()
    parameters: dict[str, object] = {"origin": receipt.origin, "kept": kept}
    missing = run_script(connection, __package__, "applied_restatements.sql", parameters)
    if missing:
        told = "; ".join(f"{place}: {figure}" for place, figure in missing)
        told_vi = "; ".join(f"{place_vi(str(place))}: {figure}" for place, figure in missing)
        return replace(
            receipt,
            status="rejected",
            reason_en=f"{receipt.origin}: entries that have been applied are missing or changed ({told}, lines of the "
            "earlier version). Nothing of it is applied. What was "
            "published rests on them: put them back, and undo one by another entry that restates the value",
            reason_vi=f"Tệp {receipt.origin}: thiếu hoặc đã sửa mục đã được áp dụng ({told_vi}, theo dòng của bản "
            "trước) nên không mục nào của bản này được áp dụng. Số liệu đã công bố dựa trên "
            "các mục này: đề nghị khôi phục, và nếu cần thì thêm mục mới để điều chỉnh ngược lại.",
        )
    run_script(connection, __package__, "replaced_restatements.sql", parameters)
    insert_frame(connection, "core.restatement", entries, ignore_existing=True)
    insert_frame(connection, "core.accepted_change", accepted, ignore_existing=True)
    return replace(receipt, status="observed")


def _entry_frame(receipt: ReceivedFile, read: RestatementsRead) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for number, entry in enumerate(read.content.restatements):
        identity = _identifier(receipt.origin, entry.model_dump_json())
        rows.append(
            {
                **{name: getattr(entry, name) for name in (*_COPIED, *_APPROVAL)},
                "restatement_id": identity,
                "action": entry.action.value,
                "indicator_code": entry.indicator,
                "area_code": entry.area,
                "period_start": entry.month,
                "source_code": entry.source,
                "is_sample": read.content.is_sample,
                **_place(receipt, read, f"restatements.{number}"),
                "observation_id": f"{RESTATED}{identity}",
                "status": "waiting",
            }
        )
    return pd.DataFrame(rows).drop_duplicates("restatement_id") if rows else pd.DataFrame()


def _accepted_frame(receipt: ReceivedFile, read: RestatementsRead) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            _accepted(item, _place(receipt, read, f"accepted_changes.{number}"))
            for number, item in enumerate(read.content.accepted_changes)
        ]
    )


def _accepted(item: AcceptedChange, place: dict[str, object]) -> dict[str, object]:
    return {**{name: getattr(item, name) for name in _APPROVAL}, "change_digest": item.change, **place}


def _place(receipt: ReceivedFile, read: RestatementsRead, place: str) -> dict[str, object]:
    return {
        "file_sha256": receipt.file_sha256,
        "file_name": receipt.origin,
        "locator": f"line {read.lines[place]}",
        "received_at": receipt.received_at,
    }


def _identifier(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]
