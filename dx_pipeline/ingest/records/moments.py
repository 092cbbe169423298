"""How a register's moments are written, and the month they lie in, told by the cells of its first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.periods import first_of_month

if TYPE_CHECKING:
    from dx_pipeline.catalogue.record_models import RecordTable


def moment_formats_of(cells: Sequence[str], table: RecordTable, file_name: str) -> tuple[str, ...]:
    """None where all is ISO 8601; else those of the catalogue's formats in which some of the cells are written.

    Raises:
        UnreadableFileError: They carry a time zone, or none of the formats fits.
    """
    refuse_zones((cell for cell in cells if (moment := _iso(cell)) and moment.tzinfo), file_name)
    if sum(_iso(cell) is not None for cell in cells) * 2 >= len(cells):
        return ()
    formats = tuple(item for item in table.moment_formats if any(_parsed(cell, item) for cell in cells))
    if not formats:
        raise UnreadableFileError(
            f"{file_name}: {cells[0]!r} is no moment that can be read; known are {', '.join(table.moment_formats)}",
            f"Tệp {file_name}: không đọc được ngày «{cells[0]}». Đề nghị ghi dạng 2025-10-31 08:30:00 hoặc "
            "31/10/2025 08:30:00.",
        )
    return formats


def refuse_zones(found: Iterable[str], file_name: str) -> None:
    """Refuses the file where any is found.

    Raises:
        UnreadableFileError: It names the first.
    """
    for zoned in found:
        raise UnreadableFileError(
            f"{file_name}: moments carry a time zone ({zoned}); write them in Vietnam's time without one",
            f"Tệp {file_name}: thời điểm có ghi múi giờ ({zoned}). Đề nghị ghi theo giờ Việt Nam, không kèm múi giờ.",
        )


def _iso(cell: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return None


def _parsed(cell: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(cell, form)  # noqa: DTZ007 - Vietnam's time, as written
    except ValueError:
        return None


def month_of(cells: Sequence[str], formats: Sequence[str]) -> date | None:
    """The month of more than half of the cells."""
    moments = (
        next((found for item in formats if (found := _parsed(cell, item))), None) if formats else _iso(cell)
        for cell in cells
    )
    months = Counter(first_of_month(moment.date()) for moment in moments if moment)
    month, count = next(iter(months.most_common(1)), (None, 0))
    return month if count * 2 > len(cells) else None
