"""The province's monthly workbook as the catalogue implies it: sheets, columns, headings, rows.

The template writer and the reader both follow this layout, so what is asked is what is read. Cell
formats belong to the writer; other spellings of a heading are the source's ``header_map``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dx_pipeline.catalogue.loading import Catalogue
from dx_pipeline.catalogue.models import Indicator, Kind, Part, Theme
from dx_pipeline.periods import month_end

Role = Literal["value", "numerator", "denominator"]

RATE_HEADING = "Tỷ lệ (%)"

COVER_SHEET = "Thông tin"
# What a theme's sheet says of itself in one cell, so that it can stand alone as a CSV file:
# «Mã tỉnh: 44 | Tỉnh/thành phố: … | … | Lý do điều chỉnh: …». The reason is free text and comes last.
IDENTITY_LABELS: dict[str, str] = {
    "code": "Mã tỉnh",
    "name": "Tỉnh/thành phố",
    "period": "Kỳ số liệu",
    "status": "Tình trạng số liệu",
    "version": "Mẫu báo cáo",
    "reason": "Lý do điều chỉnh",
}
IDENTITY_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """One figure column.

    Attributes:
        indicator_code: The indicator it belongs to.
        role: Which of the indicator's figures it holds.
        group_heading_vi: The heading over a rate and its own counts; None for a column on its own.
        heading_vi: The column's heading.
    """

    indicator_code: str
    role: Role
    group_heading_vi: str | None
    heading_vi: str

    @property
    def key(self) -> str:
        """``INDICATOR:role``, as header maps write it."""
        return f"{self.indicator_code}:{self.role}"

    @property
    def full_heading_vi(self) -> str:
        """Group and heading as one text."""
        return f"{self.group_heading_vi} – {self.heading_vi}" if self.group_heading_vi else self.heading_vi


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One theme's sheet: its columns from left to right and its rows, one per scope."""

    theme: str
    sheet_name: str
    columns: tuple[ColumnLayout, ...]
    scopes: tuple[str, ...]


def workbook_layout(
    catalogue: Catalogue, source_code: str = "provincial_submission", month: date | None = None
) -> tuple[SheetLayout, ...]:
    """The sheets of the workbook, in the order of the catalogue's themes.

    Args:
        catalogue: The loaded catalogue.
        source_code: The source whose indicators the workbook asks for.
        month: Leave out indicators that are not in force in that month; all of them when None.

    Returns:
        One sheet per theme that has an indicator of the source.
    """
    sheets = (_sheet(catalogue, theme, source_code, month) for theme in catalogue.themes)
    return tuple(sheet for sheet in sheets if sheet.columns)


def _sheet(catalogue: Catalogue, theme: Theme, source_code: str, month: date | None) -> SheetLayout:
    asked = [item for item in theme.indicators if source_code in item.sources and _is_in_force(item, month)]
    shown = {item.code for item in asked}
    return SheetLayout(
        theme=theme.theme,
        sheet_name=theme.name_vi,
        columns=tuple(column for item in asked for column in _columns(catalogue, item, shown)),
        scopes=_scopes(catalogue, asked),
    )


def _is_in_force(indicator: Indicator, month: date | None) -> bool:
    if month is None:
        return True
    starts_in_time = indicator.valid_from is None or indicator.valid_from <= month_end(month)
    return starts_in_time and (indicator.valid_to is None or indicator.valid_to >= month)


def _scopes(catalogue: Catalogue, indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """The union of the scopes, in the catalogue's order of scopes."""
    used = {scope for item in indicators for scope in item.scopes}
    return tuple(scope for scope in catalogue.scopes if scope in used)


def _columns(catalogue: Catalogue, indicator: Indicator, shown: set[str]) -> Iterator[ColumnLayout]:
    parts = list(_own_parts(indicator, shown))
    unit = catalogue.units[indicator.unit].name_vi
    if not parts:
        yield ColumnLayout(indicator.code, "value", None, f"{indicator.name_vi} ({unit})")
        return
    for role, part in parts:
        yield ColumnLayout(indicator.code, role, indicator.name_vi, part.name_vi)
    heading = RATE_HEADING if indicator.kind is Kind.RATE else f"Giá trị ({unit})"
    yield ColumnLayout(indicator.code, "value", indicator.name_vi, heading)


def _own_parts(indicator: Indicator, shown: set[str]) -> Iterator[tuple[Role, Part]]:
    """The counts of a rate that no other column of the sheet asks for."""
    pairs: tuple[tuple[Role, Part | None], ...] = (
        ("numerator", indicator.numerator),
        ("denominator", indicator.denominator),
    )
    for role, part in pairs:
        if part is not None and part.indicator not in shown:
            yield role, part
