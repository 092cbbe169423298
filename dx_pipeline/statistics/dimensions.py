"""The dimensions of the mart: indicators, methods, areas with their dated types, periods. All from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, cast

from dx_pipeline.catalogue.areas import LAST_DAY_OF_63, NEW_PROVINCES, OLD_PROVINCES
from dx_pipeline.catalogue.series import family_of, predecessor_rule
from dx_pipeline.catalogue.text import strip_accents
from dx_pipeline.periods import (
    FIRST_MONTH,
    PeriodLabel,
    add_months,
    month_end,
    month_label,
    months_between,
    quarter_end,
    quarter_label,
    quarter_of,
)
from dx_pipeline.warehouse.contract import tables
from dx_pipeline.warehouse.database import insert_frame, run_script, transaction

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.areas import Commune, Province
    from dx_pipeline.catalogue.geography import Geography
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator, Method

Row = dict[str, object]
_made: list[object] = []  # a catalogue and the frames made of it


def compile_dimensions(connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue) -> dict[str, int]:
    """Replaces ``mart.dim_indicator``, ``mart.dim_method``, ``mart.dim_area`` and ``mart.dim_period``.

    Args:
        connection: The working file, writable, not in a transaction.
        catalogue: Source of every row; first and last period come from the figures.

    Returns:
        Rows written per table.
    """
    [known] = run_script(connection, __package__, "known_months.sql")
    first_month, last_month = (month if isinstance(month, date) else FIRST_MONTH for month in known)
    frames = {
        **_of_catalogue(catalogue),
        "mart.dim_period": _frame("mart.dim_period", list(_periods(first_month, last_month))),
    }
    with transaction(connection):
        return {table: _replace(connection, table, frame) for table, frame in frames.items()}


def _of_catalogue(catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """The dimensions that follow from the catalogue alone, made once for as long as it is the one in use."""
    if not _made or _made[0] is not catalogue:
        indicators = [_indicator(item, catalogue) for item in catalogue.indicators.values()]
        rows = {
            "mart.dim_indicator": indicators,
            "mart.dim_method": [_method(item) for item in catalogue.methods.values()],
            "mart.dim_area": list(_areas(catalogue.geography)),
        }
        _made[:] = [catalogue, {table: _frame(table, found) for table, found in rows.items()}]
    return cast("dict[str, pd.DataFrame]", _made[1])


def _replace(connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> int:
    connection.execute(f"DELETE FROM {table}")
    return insert_frame(connection, table, frame)


def _frame(table: str, rows: list[Row]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    for column in tables()[table].columns:
        if column.sql_type == "DATE":
            frame[column.name] = pd.to_datetime(frame[column.name])
        elif column.sql_type == "VARCHAR":
            frame[column.name] = frame[column.name].astype("string")
    return frame


def _indicator(item: Indicator, catalogue: Catalogue) -> Row:
    unit = catalogue.units[item.unit]
    return {
        "indicator_code": item.code,
        "theme": catalogue.theme_of[item.code],
        "name_vi": item.name_vi,
        "name_en": item.name_en,
        "definition_vi": item.definition_vi,
        "definition_en": item.definition_en,
        "unit": item.unit,
        "unit_vi": unit.name_vi,
        "unit_en": unit.name_en,
        "kind": item.kind.value,
        "direction": item.direction.value,
        "national_rule": item.national.value,
        "predecessor_rule": predecessor_rule(item, catalogue.indicators).value,
        "quarter_rule": item.quarter.value,
        "non_decreasing": item.non_decreasing.value,
        "target": item.target.value if item.target else None,
        "target_text": item.target.text if item.target else None,
        "target_source": item.target.source if item.target else None,
        "definition_source": item.definition_source,
        "definition_status": item.definition_status.value,
        "definition_status_note": item.definition_status_note or None,
        "owner": item.owner,
    }


def _method(item: Method) -> Row:
    return {
        "method_version": item.version,
        "method_family": family_of(item),
        "name_vi": item.name_vi,
        "name_en": item.name_en,
        "is_definition_known": item.is_definition_known,
        "source": item.source,
        "notes": item.notes or None,
    }


def _areas(geography: Geography) -> Iterator[Row]:
    nation = {"area_code": "VN", "area_level": "national", "name_vi": "Việt Nam", "name_en": "Viet Nam"}
    yield {**nation, "area_type": "nation", "communes_count": len(geography.communes), "valid_from": None}
    for province in geography.provinces:
        yield from _province(province, geography)
    for commune in geography.communes.values():
        yield _commune(commune)


def _province(province: Province, geography: Geography) -> Iterator[Row]:
    """One row per type the province had: a province that became a city has two."""
    is_old = province.valid_to == LAST_DAY_OF_63
    successor = geography.successor(province.code) if is_old else None
    for kind in geography.types:
        first = _latest(province.valid_from, kind.valid_from)
        last = _earliest(province.valid_to, kind.valid_to)
        if kind.province_code != province.code or (first and last and last < first):
            continue
        yield {
            "geography": OLD_PROVINCES if is_old else NEW_PROVINCES,
            "area_code": province.code,
            "area_level": "province",
            "name_vi": province.name_vi,
            "name_en": province.name_en,
            "area_type": kind.type,
            "region_code": province.region_code or None,
            "region_vi": province.region_vi or None,
            "region_en": province.region_en or None,
            "portal_code": province.portal_code or None,
            "parent_code": "VN",
            "predecessor_codes": " ".join(province.predecessor_codes) or None,
            "successor_code": successor.code if successor else None,
            "communes_count": province.communes_count or None,
            "valid_from": first,
            "valid_to": last,
        }


def _commune(commune: Commune) -> Row:
    return {
        "geography": NEW_PROVINCES,
        "area_code": commune.code,
        "area_level": "commune",
        "name_vi": commune.name_vi,
        "name_en": strip_accents(commune.name_vi),
        "area_type": commune.type,
        "parent_code": commune.province_code,
    }


def _latest(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _earliest(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)


def _periods(first_month: date, last_month: date) -> Iterator[Row]:
    """Months and quarters to the end of the quarter that holds ``last_month``; the first partition is among them."""
    first = quarter_of(min(first_month, FIRST_MONTH))
    last = add_months(quarter_of(max(last_month, FIRST_MONTH)), 2)
    for month in months_between(first, last):
        yield _period("month", month, month_end(month), month_label(month))
        if month == quarter_of(month):
            yield _period("quarter", month, quarter_end(month), quarter_label(month))


def _period(period_type: str, first: date, last: date, label: PeriodLabel) -> Row:
    return {
        "period_type": period_type,
        "period_start": first,
        "period_end": last,
        "label_vi": label.vi,
        "label_en": label.en,
        "year": first.year,
        "quarter": (first.month + 2) // 3,
        "month": first.month if period_type == "month" else None,
    }
