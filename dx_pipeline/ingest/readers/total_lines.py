"""Total lines of plain tables: never counted, only compared with the lines that they add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dx_pipeline.ingest.numbers import NumberError, read_number, vietnamese_figure
from dx_pipeline.ingest.observation import UnreadCell
from dx_pipeline.ingest.tables.labels import is_total
from dx_pipeline.ingest.tables.reports import TOTAL_MATCHES_PARTS

if TYPE_CHECKING:
    from datetime import date

    from dx_pipeline.ingest.numbers import NumberLimits
    from dx_pipeline.ingest.readers.tables import Line


def is_total_line(line: Line, columns: Sequence[str]) -> bool:
    """Whether one of the columns that say whose line it is says ``Tổng cộng`` or the like."""
    return not line.is_ragged and any(is_total(line.text_of(column)) for column in columns)


def wrong_totals(
    totals: Sequence[Line], parts: Sequence[Line], counts: Mapping[str, NumberLimits], period_start: date
) -> Iterator[UnreadCell]:
    """A warning for each count of a total line that is not the sum of the other lines.

    Where a cell cannot be read, nothing is compared: that cell is reported where it stands.

    Args:
        totals: The total lines.
        parts: The other lines.
        counts: The columns of counts -> how their cells are read.
        period_start: Where the warnings are filed.
    """
    for column, limits in counts.items():
        found = [_value(line, column, limits) for line in parts]
        if None in found or any(line.is_ragged for line in parts):
            continue
        computed = sum(value for value in found if value is not None)
        for line in totals:
            stated = _value(line, column, limits)
            if not line.text_of(column) or stated == computed:
                continue
            said = line.text_of(column)
            yield UnreadCell(
                rule=TOTAL_MATCHES_PARTS,
                locator=line.locator(column),
                raw_text=said,
                period_start=period_start,
                message_en=f"{line.place(column)}: the total says {said}, its {len(parts)} lines give {computed:.15g}; "
                "the lines count, the total does not; check both",
                message_vi=f"{line.place_vi(column)}: dòng tổng ghi {said}, cộng {len(parts)} dòng được "
                f"{vietnamese_figure(computed)}. Hệ thống lấy theo các dòng; đề nghị kiểm tra lại.",
                severity="WARN",
            )


def _value(line: Line, column: str, limits: NumberLimits) -> float | None:
    """The figure of a cell, 0 where it is empty; None where it cannot be read."""
    try:
        reading = read_number(line.cells.get(column), **limits)
    except NumberError:
        return None
    return reading.value or 0.0
