"""Receipts of the files in the office's ``restatements/`` folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.receipt import RESTATEMENT, ReceivedFile, in_force, superseded
from dx_pipeline.periods import month_end, vietnam_day

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

_FOLDER = "/restatements/"  # what lies below the landing folder never starts with a slash


def restatement_origin(name: str) -> str:
    """The origin of a file of the office's ``restatements/`` folder."""
    return _FOLDER + name


def is_restatement(origin: str) -> bool:
    """Whether a file came from the office's ``restatements/`` folder."""
    return origin.startswith(_FOLDER)


def restatement_receipt(
    receipt: ReceivedFile,
    path: Path,
    history: Sequence[ReceivedFile],
    catalogue: Catalogue,
    *,
    is_sample_world: bool,
) -> ReceivedFile:
    """The receipt with the months the file speaks of, or with the reason why nothing of it can be applied.

    Args:
        receipt: What is known of the file without reading it.
        path: Its bytes.
        history: Every receipt before it, oldest first.
        catalogue: What the entries are held against.
        is_sample_world: Whether files labelled as samples are taken in.
    """
    from dx_pipeline.ingest.restatements import read_restatements

    told = replace(
        receipt,
        source_code=RESTATEMENT,
        supersedes=_other(superseded(history, receipt.origin, None), receipt),
    )
    try:
        read = read_restatements(path, receipt.origin, catalogue, vietnam_day(receipt.received_at))
        if read.content.is_sample and not is_sample_world:
            raise UnreadableFileError(
                f"{receipt.origin} is marked is_sample, and this data directory holds an office's own figures",
                f"Tệp {receipt.origin} ghi is_sample (dữ liệu mẫu), không áp dụng cho kho số liệu thật.",
            )
    except UnreadableFileError as error:
        return replace(told, status="rejected", reason_en=error.message, reason_vi=error.message_vi)
    return replace(
        told,
        period_start=read.months[0] if read.months else None,
        period_end=month_end(read.months[-1]) if read.months else None,
        is_sample=read.content.is_sample,
        status="duplicate" if in_force(history, receipt.file_sha256) else "received",
    )


def _other(sha256: str | None, receipt: ReceivedFile) -> str | None:
    return None if sha256 == receipt.file_sha256 else sha256
