"""Whether the difference may be published: the limits in force, and the refusal that names both ways out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.publication import load_publication
from dx_pipeline.failures import PublicationHeldError
from dx_pipeline.publish.changes.comparison import Comparison, compare
from dx_pipeline.publish.changes.shown import line_of

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from dx_pipeline.settings import DataDirectory, HoldLimits, Office

SHOWN = 5


def limits_in_force(office: Office) -> Callable[[str], HoldLimits]:
    """The limits of an indicator by its code: the catalogue's, with the office's own over them."""
    publication = load_publication()
    return lambda code: publication.limits_of(code, office.publication)


def compare_with_published(
    working: duckdb.DuckDBPyConnection | Path, data: DataDirectory, office: Office | None = None
) -> Comparison:
    """What the working file would publish now, compared with what is published."""
    return compare(working, data.published_file, limits_in_force(office or data.office()))


def raise_if_held(comparison: Comparison, data: DataDirectory) -> None:
    """Refuses a difference that neither a restatement nor an acceptance covers.

    Raises:
        PublicationHeldError: It names the largest changes and what to do.
    """
    held = comparison.held
    if not held:
        return
    lines = [line_of(row) for row in held[:SHOWN]]
    more = len(held) - len(lines)
    accept = 'dxp changes accept --by "…" --reason "…"'
    raise PublicationHeldError(
        f"{len(held)} published figures would change beyond the limits, so nothing is published and "
        f"{data.published_file.name} stays as it was: "
        + "; ".join(line.en for line in lines)
        + (f"; and {more} more (dxp changes, {data.changes_page})" if more else f" (see {data.changes_page})")
        + f". If they are right, either put a restatement of each figure into {data.restatements}, or accept the "
        f"difference {comparison.digest[:8]} as a whole: {accept}; then run again. If not, have the files "
        "corrected and sent again.",
        f"{len(held)} số liệu đã công bố sẽ thay đổi vượt ngưỡng nên chưa công bố gì; tệp "
        f"{data.published_file.name} được giữ nguyên: "
        + "; ".join(line.vi for line in lines)
        + (
            f"; và {more} thay đổi nữa (dxp changes, {data.changes_page})"
            if more
            else f" (xem {data.changes_page})"
        )
        + f". Nếu số mới đúng: đặt tệp điều chỉnh của từng số liệu vào {data.restatements}, hoặc chấp nhận toàn bộ "
        f"thay đổi {comparison.digest[:8]} bằng lệnh {accept}, rồi chạy lại. Nếu số mới sai: đề nghị nơi gửi sửa và "
        "gửi lại.",
    )
