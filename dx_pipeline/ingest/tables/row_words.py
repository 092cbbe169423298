"""What rows say of themselves besides figures: their period and whether they are official.

For tables that hold several months, or that label their sample data row by row.
"""

from __future__ import annotations

from collections.abc import Sequence

from dx_pipeline.ingest.period_text import PeriodError, ReportedPeriod, parse_reported_period
from dx_pipeline.ingest.readers.tables import is_official_label, is_sample_label, unknown_data_status
from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.tables.finding import Table
from dx_pipeline.ingest.tables.headings import cell_text
from dx_pipeline.ingest.tables.reports import READABLE_VALUE, Report


def row_period(table: Table, row: int, basis: str) -> ReportedPeriod | None:
    """The period in a row's own column; None where the cell names none."""
    cell = table.sheet.rows[row][table.columns["period"]]
    if cell in ("", None):
        return None
    try:
        return parse_reported_period(cell, basis=basis)
    except PeriodError:
        return None


def span_of_rows(tables: Sequence[Table], basis: str) -> ReportedPeriod | None:
    """From the first to the last period that rows name in a column of their own; None where none does."""
    found = [
        period
        for table in tables
        if "period" in table.columns
        for row in range(table.first_row, table.end_row)
        if (period := row_period(table, row, basis))
    ]
    if not found:
        return None
    last = max(found, key=lambda period: period.period_end)
    return ReportedPeriod(
        period_start=min(period.period_start for period in found),
        period_end=last.period_end,
        as_of=last.as_of,
        period_basis=last.period_basis,
    )


def rows_by_period(
    table: Table, rows: Sequence[int], whole: ReportedPeriod, basis: str, report: Report
) -> list[tuple[ReportedPeriod, Sequence[int]]]:
    """The rows of each period; all of them the file's where there is no column for it."""
    if "period" not in table.columns:
        return [(whole, rows)]
    found: dict[ReportedPeriod, list[int]] = {}
    for row in rows:
        period = row_period(table, row, basis)
        if period is not None:
            found.setdefault(period, []).append(row)
            continue
        report.add(
            READABLE_VALUE,
            (row, table.columns["period"]),
            "the cell names no period such as 10/2025; no figure of this row was read",
            "ô không nêu kỳ số liệu, ví dụ 10/2025. Không đọc số liệu của dòng này.",
        )
    return list(found.items())


def has_sample_rows(tables: Sequence[Table], file_name: str) -> bool:
    """Whether a row labels its figures as sample data: then all of the file's are.

    Raises:
        UnreadableFileError: A row's data status is neither official nor sample.
    """
    is_sample = False
    for table in tables:
        column = table.columns.get("data_status")
        for row in range(table.first_row, table.end_row) if column is not None else ():
            text = cell_text(table.sheet.rows[row][column or 0])
            if is_sample_label(text):
                is_sample = True
            elif text and any(sign.isalpha() for sign in text) and not is_official_label(text):
                at = table.sheet.locator(row, column)
                raise unknown_data_status(file_name, text, at, place_vi(at))
    return is_sample
