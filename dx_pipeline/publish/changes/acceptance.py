"""The file by which an office accepts a difference as a whole. A run reads it with the restatements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml

from dx_pipeline.failures import PermanentError
from dx_pipeline.publish.changes.comparison import Comparison
from dx_pipeline.publish.changes.shown import line_of
from dx_pipeline.publish.files import write_text
from dx_pipeline.settings import DataDirectory

_LISTED = 50


def write_acceptance(
    comparison: Comparison, data: DataDirectory, *, approved_by: str, approved_on: date, reason: str
) -> Path:
    """Writes ``chap-nhan_<date>_<digest>.yaml`` into the folder of restatements.

    Args:
        comparison: With what is published; the acceptance holds for exactly what waits in it.
        data: The office's data directory.
        approved_by: Who accepts it.
        approved_on: When.
        reason: Why the published figures may change.

    Returns:
        The file.

    Raises:
        PermanentError: Nothing waits, no name or reason is given, or it has been accepted already.
    """
    held, digest = comparison.held, comparison.digest
    if not held:
        raise PermanentError("no change waits to be accepted", "Không có thay đổi nào đang chờ chấp nhận.")
    if not approved_by.strip() or not reason.strip():
        raise PermanentError(
            "an acceptance needs a name (--by) and a reason (--reason)",
            "Cần ghi người chấp nhận (--by) và lý do (--reason).",
        )
    written = sorted(data.restatements.glob(f"chap-nhan_*_{digest[:8]}.yaml"))
    if written:
        raise PermanentError(
            f"this difference has been accepted already in {written[0]}; run again: dxp run",
            f"Thay đổi này đã được chấp nhận trong {written[0]}; hãy chạy lại: dxp run",
        )
    entry = {
        "change": digest,
        "approved_by": approved_by.strip(),
        "approved_on": approved_on,
        "reason": reason.strip(),
    }
    path = data.restatements / f"chap-nhan_{approved_on:%Y-%m-%d}_{digest[:8]}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = yaml.safe_dump({"accepted_changes": [entry]}, allow_unicode=True, sort_keys=False, width=1000)
    write_text(path, _heading(comparison) + body)
    return path


def _heading(comparison: Comparison) -> str:
    """What is accepted, for whoever opens the file; the digest below is what counts."""
    held = comparison.held
    lines = [
        "# Chấp nhận thay đổi của số liệu đã công bố | Acceptance of a change of published figures",
        *(f"#   {' '.join(line_of(row).vi.split())}" for row in held[:_LISTED]),
    ]
    if len(held) > _LISTED:
        lines.append(f"#   … và {len(held) - _LISTED} thay đổi nữa | and more")
    return "\n".join(lines) + "\n"
