"""What the lines of a plain report say of themselves: their columns, months and provinces, and the file's claim.

Their figures are ``csv_report``'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.catalogue.text import heading_key
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.observation import Claim, Hints
from dx_pipeline.ingest.period_text import parse_period
from dx_pipeline.ingest.readers.header_row import Columns
from dx_pipeline.ingest.readers.tables import Line, check_data_status, is_sample_label
from dx_pipeline.periods import month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Province
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_AREA = ("area_code", "area_name")


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What the lines are read by."""

    source: Source
    catalogue: Catalogue
    hints: Hints

    def month(self, line: Line) -> date | None:
        """The line's month; of a line or file that is silent, the one that is known of the file."""
        cell = line.cells.get(column_of(self.source, "period"), "")
        if cell in ("", None):
            return self.hints.period.period_start if self.hints.period else None
        return parse_period(cell)

    def province(self, line: Line, month: date) -> Province:
        """The line's province; an error where code and name give none, or two."""
        code, name = (line.text_of(column_of(self.source, meaning)) for meaning in _AREA)
        if not code and not name and self.hints.area_code:
            code = self.hints.area_code
        geography = self.catalogue.geography
        if not code or not name:
            return geography.resolve(code or name, month)
        named = geography.resolve(name, month)
        try:
            coded = geography.resolve(code, month)
        except AreaNotFoundError:
            coded = None
        if coded is None or coded.code != named.code:
            raise PermanentError(
                f"code {code!r} and name {name!r} do not belong together in {month:%Y-%m}; "
                f"{name} is {named.code}",
                f"Mã «{code}» và tên «{name}» không khớp tại tháng {month.month}/{month.year}; "
                f"mã đúng của {name} là {named.code}.",
            )
        return coded


def columns_of(source: Source, hints: Hints) -> Columns:
    """What the table must have.

    Every column of the source but the data status, row numbers and notes must be there: a missing one may be a
    renamed one. Of code and name one is enough, and neither is needed where the file's province is known otherwise.
    """
    optional = {"data_status", "row_number", "note"} | ({"period"} if hints.period else set())
    area = {column for column, meaning in source.fields.items() if meaning in _AREA}
    by_meaning = {meaning: column for column, meaning in source.fields.items()}
    optional_columns = {column for column, meaning in source.fields.items() if meaning in optional}
    return Columns(
        required=frozenset(set(source.fields) - optional_columns - area),
        optional=frozenset(optional_columns | (area if hints.area_code else set())),
        any_of=frozenset() if hints.area_code else frozenset(area),
        aliases={
            heading_key(heading): by_meaning.get(target, target)
            for heading, target in source.header_map.items()
        },
    )


def column_of(source: Source, meaning: str) -> str:
    """The column with that meaning; empty where the source has none."""
    return next((column for column, named in source.fields.items() if named == meaning), "")


def claim_of(lines: list[Line], file_name: str, context: ReportContext) -> Claim:
    """The months the lines speak of, and the province where there is only one.

    Raises:
        UnreadableFileError: No line has a month, a data status is none, or the file says otherwise than a
            person said of it.
    """
    source = context.source
    months = sorted(month for month in (context.month(line) for line in lines) if month)
    if not months:
        column = column_of(source, "period")
        raise UnreadableFileError(
            f"{file_name}: no line has a month such as 2025-10 in column {column}",
            f"Tệp {file_name}: không dòng nào có tháng dạng 2025-10 ở cột {column}.",
        )
    status_column = column_of(source, "data_status")
    check_data_status(lines, status_column, file_name)
    codes = _provinces(lines, context)
    _refuse_other_than_told(months, codes, file_name, context.hints)
    return Claim(
        period_start=months[0],
        period_end=month_end(months[-1]),
        area_code=(codes.pop() or None) if len(codes) == 1 else None,
        is_sample=any(is_sample_label(line.text_of(status_column)) for line in lines),
    )


def _provinces(lines: list[Line], context: ReportContext) -> set[str]:
    """The codes of the lines' provinces; empty text for a line that names none."""
    codes = set()
    for line in lines:
        try:
            month = context.month(line)
            codes.add(context.province(line, month).code if month else "")
        except PermanentError:
            codes.add("")
    return codes


def _refuse_other_than_told(months: list[date], codes: set[str], file_name: str, hints: Hints) -> None:
    """Refuses a file that says otherwise than a person said of it.

    Raises:
        UnreadableFileError: With what the file says.
    """
    if not hints.is_certain:
        return
    told = hints.period
    if told and not all(told.period_start <= month <= told.period_end for month in months):
        raise UnreadableFileError(
            f"{file_name} was given as {told.period_start:%Y-%m}, but its lines speak of {months[0]:%Y-%m} to "
            f"{months[-1]:%Y-%m}",
            f"Tệp {file_name} được khai là tháng {told.period_start:%m/%Y} nhưng các dòng ghi từ "
            f"{months[0]:%m/%Y} đến {months[-1]:%m/%Y}.",
        )
    others = sorted(codes - {"", hints.area_code})
    if hints.area_code and others:
        raise UnreadableFileError(
            f"{file_name} was given as of province {hints.area_code}, but its lines speak of {', '.join(others)}",
            f"Tệp {file_name} được khai là của tỉnh {hints.area_code} nhưng các dòng ghi tỉnh {', '.join(others)}.",
        )
