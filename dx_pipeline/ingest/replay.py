"""The archive replayed: every file received again as it was, into a working file that has nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.archive import archived_digests, archived_path, read_record, verify
from dx_pipeline.ingest.receive import Arrival, ReceivedFile, receive

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.settings import DataDirectory


def receive_again(data: DataDirectory, catalogue: Catalogue) -> list[ReceivedFile]:
    """The receipts of everything in the archive, in the order and with the moments they first had.

    Raises:
        PermanentError: Something in the archive is not as it was received; nothing is rebuilt from it.
    """
    faults = list(verify(data.archive))
    if faults:
        shown = "; ".join(f"{fault.sha256[:12]}: {fault.message}" for fault in faults[:5])
        raise PermanentError(
            f"the archive has {len(faults)} faults and is not rebuilt from: {shown}; restore those files from a copy",
            f"Kho lưu trữ có {len(faults)} lỗi nên không dựng lại: {shown}. Đề nghị khôi phục từ bản sao.",
        )
    order = sorted(_first_receipts(data.archive), key=lambda arrival: (arrival.received_at, arrival.origin))
    return receive(order, [], data, catalogue)


def _first_receipts(archive: Path) -> Iterator[Arrival]:
    """Every receipt on record but those of files inside an archive: they come in with it."""
    for sha256 in archived_digests(archive):
        record = read_record(archive, sha256) or {"receipts": []}
        for item in record["receipts"]:
            if "container" not in item:
                moment = datetime.fromisoformat(item["received_at"])
                yield Arrival(archived_path(archive, sha256), item["origin"], moment)
