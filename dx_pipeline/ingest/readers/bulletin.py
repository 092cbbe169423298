"""Published figures: a plain table with one figure per line, its source and the day it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import heading_key
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import NO_HINTS, Claim, Hints, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.bulletin_cells import (
    LineError,
    area_of,
    indicator_of,
    period_of,
    scope_of,
    stated,
)
from dx_pipeline.ingest.readers.header_row import Columns
from dx_pipeline.ingest.readers.tables import Line, check_data_status, is_sample_label, read_table

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.period_text import ReportedPeriod

_REQUIRED = frozenset({"period_start", "area_code", "indicator_code", "value", "source_title", "source_url"})


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """The first and last month that the lines speak of. What is known of the file says nothing here."""
    del catalogue, hints
    return _claim(read_table(path, file_name, _columns(source)).lines, file_name, source)


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """One observation per line; a line that cannot be one is an unread cell."""
    del hints
    table = read_table(path, file_name, _columns(source))
    result = ReadResult(_claim(table.lines, file_name, source), unread_cells=table.left_out)
    for line in table.lines:
        if line.is_ragged:
            result.unread_cells.append(line.ragged_cell(result.claim.period_start))
            continue
        result.unread_cells.extend(_unknown_columns(line, source, result.claim))
        try:
            result.observations.append(_observation(line, source, catalogue))
        except LineError as problem:
            result.unread_cells.append(_unread(line, problem, source, result.claim))
    return result


def _columns(source: Source) -> Columns:
    return Columns(
        required=_REQUIRED,
        optional=frozenset({*source.fields, "data_status"} - _REQUIRED),
        aliases={heading_key(heading): column for heading, column in source.header_map.items()},
    )


def _claim(lines: list[Line], file_name: str, source: Source) -> Claim:
    periods = [period for period in (_period(line, source) for line in lines) if period]
    if not periods:
        raise UnreadableFileError(
            f"{file_name}: no line has a period_start such as 2025-08-01",
            f"Tệp {file_name}: không dòng nào có period_start dạng 2025-08-01.",
        )
    check_data_status(lines, "data_status", file_name)
    is_sample = any(is_sample_label(line.text_of("data_status")) for line in lines)
    return Claim(
        period_start=min(period.period_start for period in periods),
        period_end=max(period.period_end for period in periods),
        is_sample=is_sample,
    )


def _period(line: Line, source: Source) -> ReportedPeriod | None:
    try:
        return period_of(line, source)
    except LineError:
        return None


def _month(line: Line, source: Source) -> date | None:
    period = _period(line, source)
    return period.period_start if period else None


def _observation(line: Line, source: Source, catalogue: Catalogue) -> Observation:
    indicator = indicator_of(line, catalogue)
    scope = scope_of(line, catalogue)
    period = period_of(line, source)
    said = stated(line, indicator, catalogue)
    area_code, level = area_of(line, catalogue, indicator, period.period_start)
    return Observation(
        indicator_code=indicator.code,
        area_code=area_code,
        area_level=level,
        scope=scope,
        period_start=period.period_start,
        period_end=period.period_end,
        period_basis=period.period_basis,
        as_of=period.as_of,
        accumulates_from=period.accumulates_from,
        value=said.value,
        status=said.status,
        numerator=said.numerator,
        denominator=said.denominator,
        unit=indicator.unit,
        qualifier=said.qualifier,
        method_version=line.text_of("method_version") or source.method_version,
        source_title=line.text_of("source_title"),
        source_url=line.text_of("source_url"),
        is_sample=is_sample_label(line.text_of("data_status")),
        locator=line.locator(),
        raw_text=line.text_of("value"),
        note=line.text_of("note") or None,
    )


def _unknown_columns(line: Line, source: Source, claim: Claim) -> Iterator[UnreadCell]:
    """Cells under headings that the source does not know: they change no figure, but are not lost."""
    known = _columns(source).known
    for column in line.cells:
        if column in known or not line.text_of(column):
            continue
        yield UnreadCell(
            rule="readable_value",
            severity="WARN",
            locator=line.locator(column),
            raw_text=line.text_of(column),
            message_en=f"{line.place(column)}: column {column!r} is not known for {source.code}; it was not read",
            message_vi=f"{line.place_vi(column)}: cột «{column}» chưa có trong danh mục nguồn {source.code} nên "
            "không được đọc.",
            period_start=_month(line, source) or claim.period_start,
            is_sample=claim.is_sample,
        )


def _unread(line: Line, problem: LineError, source: Source, claim: Claim) -> UnreadCell:
    return UnreadCell(
        rule=problem.rule,
        locator=line.locator(problem.column),
        raw_text=line.text_of(problem.column),
        message_en=problem.message_en,
        message_vi=problem.message_vi,
        period_start=_month(line, source) or claim.period_start,
        indicator_code=line.text_of("indicator_code") or None,
        area_code=line.text_of("area_code") or None,
        scope=line.text_of("scope") or None,
        is_sample=claim.is_sample,
    )
