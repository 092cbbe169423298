"""What the archive's records say of everything that ever arrived, in the batches in which it arrived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.archive import archived_digests, archived_path, read_record, verify
from dx_pipeline.ingest.receive import Arrival


def batches(archive: Path) -> list[list[Arrival]]:
    """Every arrival on record with the moment it first had, by the batch it was received in, oldest first.

    Files inside an archive of files are not listed: they come in with it.

    Raises:
        PermanentError: Something in the archive is not as it was received; nothing is rebuilt from it.
    """
    faults = list(verify(archive))
    if faults:
        shown = "; ".join(f"{fault.sha256[:12]}: {fault.message}" for fault in faults[:5])
        raise PermanentError(
            f"the archive has {len(faults)} faults and is not rebuilt from: {shown}; restore those files from a copy",
            f"Kho lưu trữ có {len(faults)} lỗi nên không dựng lại: {shown}. Đề nghị khôi phục từ bản sao.",
        )
    found = sorted(_arrivals(archive), key=lambda item: (item[0], item[1].received_at, item[1].origin))
    return [[arrival for _, arrival in items] for _, items in groupby(found, key=lambda item: item[0])]


def _arrivals(archive: Path) -> Iterator[tuple[datetime, Arrival]]:
    for sha256 in archived_digests(archive):
        record = read_record(archive, sha256) or {"receipts": []}
        for item in record["receipts"]:
            if "container" not in item:
                moment = datetime.fromisoformat(item["received_at"])
                batch = datetime.fromisoformat(item.get("batch") or item["received_at"])
                yield batch, Arrival(archived_path(archive, sha256), item["origin"], moment)
