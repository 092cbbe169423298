"""What a file's place says of it: hints where the content is silent, contradictions where it is not.

A path decides nothing; a disagreement is shown, because a workbook filed under another month is often one
whose first sheet was not updated.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.ingest.observation import NO_HINTS, Hints
from dx_pipeline.ingest.path_words import named_days, named_periods, named_provinces
from dx_pipeline.ingest.period_text import ReportedPeriod, parse_reported_period
from dx_pipeline.ingest.receipt import RESTATEMENT
from dx_pipeline.periods import month_key, months_between, quarter_label

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.ingest.receive import ReceivedFile


def hints_of(origin: str, catalogue: Catalogue) -> Hints:
    """The period and province that the folders and the name of a file carry; never certain.

    Args:
        origin: The path below the landing folder.
        catalogue: The provinces and their names.

    Returns:
        Nothing where the path names none, or two that differ.
    """
    period = _period(origin)
    provinces = named_provinces(origin, catalogue.geography, period.period_end if period else None)
    area_code = provinces.pop() if len(provinces) == 1 else None
    return replace(NO_HINTS, period=period, area_code=area_code)


def _period(origin: str) -> ReportedPeriod | None:
    """The one month or quarter, with the one day in it as ``as_of``; of a day alone its month."""
    periods, days = named_periods(origin), named_days(origin)
    if len(periods) > 1 or len(days) > 1:
        return None
    day = next(iter(days), None)
    if not periods:
        return _month_of(day) if day else None
    period = next(iter(periods))
    if day is None:
        return period
    return replace(period, as_of=day) if period.period_start <= day <= period.period_end else None


def _month_of(day: date) -> ReportedPeriod | None:
    period = parse_reported_period(day)
    return replace(period, as_of=day) if period else None


def contradictions(receipt: ReceivedFile, catalogue: Catalogue) -> list[str]:
    """What the path says otherwise than the file; empty where they agree or one is silent."""
    if receipt.period_start is None or receipt.source_code == RESTATEMENT:
        return []
    found = [
        f"the path says {_label(period)}, the file {month_key(receipt.period_start)}"
        for period in sorted(named_periods(receipt.origin), key=lambda item: item.period_start)
        if not receipt.speaks_of(months_between(period.period_start, period.period_end))
    ]
    named = named_provinces(receipt.origin, catalogue.geography, receipt.period_end)
    if receipt.area_code and len(named) == 1 and receipt.area_code not in named:
        found.append(f"the path says province {named.pop()}, the file {receipt.area_code}")
    return found


def _label(period: ReportedPeriod) -> str:
    is_month = month_key(period.period_start) == month_key(period.period_end)
    return month_key(period.period_start) if is_month else quarter_label(period.period_start).en
