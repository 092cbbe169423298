"""A small catalogue and a warehouse in memory: one indicator per rule, three provinces, figures made by hand.

Shared by the tests of statistics and publish; holds no assertions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from itertools import count
from pathlib import Path

import duckdb
import pandas as pd

from dx_pipeline.catalogue.areas import Commune, Province, ProvinceType
from dx_pipeline.catalogue.geography import Geography
from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Indicator, Method, Target, Unit
from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.periods import MERGER_DATE, month_end
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame, run_script

JULY, AUGUST, SEPTEMBER, OCTOBER = (date(2025, month, 1) for month in (7, 8, 9, 10))
RECEIVED = datetime(2025, 11, 1, 8, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone

# code -> kind, national rule, quarter rule, direction
RULES = {
    "STOCK": ("count_stock", "sum", "last", "higher"),
    "FLOW": ("count_flow", "sum", "sum", "lower"),
    "RATE": ("rate", "ratio_of_sums", "ratio_of_sums", "higher"),
    "SCORE": ("score", "mean", "mean", "higher"),
    "DAYS": ("measure", "weighted_mean", "last", "lower"),
    "SERVICES": ("count_stock", "none", "last", "none"),
    "LISTED": ("count_stock", "as_reported", "none", "none"),
    "COLOUR": ("status", "none", "last", "none"),
    "DSIG_ADULT_RATE": ("rate", "ratio_of_sums", "last", "higher"),
    "DSIG_CERT_CNT": ("count_stock", "sum", "last", "higher"),
}
SOURCES = ("submission", "registry", "bulletin")
IN_FORCE = ("submission-2025", "registry-2025", "bulletin-2025", "as-published")
INDEX_METHODS = ("766-2025", "766-2026")


def _indicator(code: str) -> Indicator:
    kind, national, quarter, direction = RULES[code]
    return Indicator(
        code=code,
        name_vi=f"Chỉ tiêu {code}",
        name_en=f"Indicator {code}",
        definition_vi="Định nghĩa",
        definition_en="Definition",
        unit="percent" if kind == "rate" else "things",
        kind=kind,
        direction=direction,
        target=Target(value=80, text="80%", source="A decision") if code == "RATE" else None,
        national=national,
        quarter=quarter,
        levels=("national", "province"),
        periodicity="monthly",
        sources=SOURCES,
        owner="An office",
        definition_source="A decision",
        definition_status="confirmed",
        is_headline=code in ("STOCK", "RATE", "COLOUR", "DSIG_ADULT_RATE"),
    )


def _method(version: str) -> Method:
    return Method(
        version=version,
        family="in_force" if version in IN_FORCE else "",
        name_vi=f"Phương pháp {version}",
        name_en=f"Method {version}",
        is_definition_known=True,
        source="A decision",
    )


def _source(code: str, *, expects_provinces: bool, reader: str = "workbook") -> Source:
    return Source(
        code=code,
        name_vi=f"Nguồn {code}",
        name_en=f"Source {code}",
        publisher="An office",
        cadence="monthly",
        due_day=10 if expects_provinces else None,
        period_basis="calendar",
        shape="report",
        reader=reader,
        formats=("xlsx",),
        landing=f"{code}/*.xlsx",
        method_version=f"{code}-2025",
        expects_provinces=expects_provinces,
    )


@cache
def small_catalogue() -> Catalogue:
    """One indicator per rule, three sources, three provinces since the merger and one before it."""
    indicators = tuple(_indicator(code) for code in RULES)
    provinces = (
        Province("44", "Quảng Bình", "Tỉnh Quảng Bình", "Quang Binh", valid_to=date(2025, 6, 30)),
        *(
            Province(
                code,
                name,
                f"Tỉnh {name}",
                name_en,
                "BTB",
                "Bắc Trung Bộ",
                "North Central",
                valid_from=MERGER_DATE,
            )
            for code, name, name_en in (
                ("44", "Quảng Trị", "Quang Tri"),
                ("33", "Hưng Yên", "Hung Yen"),
                ("75", "Đồng Nai", "Dong Nai"),
            )
        ),
    )
    types = (
        ProvinceType("44", "province", None, date(2025, 6, 30)),
        ProvinceType("44", "province", MERGER_DATE, None),
        ProvinceType("33", "province", MERGER_DATE, None),
        ProvinceType("75", "province", MERGER_DATE, date(2026, 4, 29)),
        ProvinceType("75", "centrally_run_city", date(2026, 4, 30), None),
    )
    return Catalogue(
        themes=(),
        indicators={item.code: item for item in indicators},
        theme_of=dict.fromkeys(RULES, "everything"),
        units={
            "percent": Unit(code="percent", name_vi="%", name_en="%"),
            "things": Unit(code="things", name_vi="thứ", name_en="things"),
        },
        scopes={},
        sources={
            "submission": _source("submission", expects_provinces=True),
            "registry": _source("registry", expects_provinces=True),
            "bulletin": _source("bulletin", expects_provinces=False, reader="bulletin"),
        },
        outliers=load_catalogue().outliers,
        geography=Geography(
            provinces=provinces,
            types=types,
            crosswalk=(),
            communes={"19333": Commune("19333", "Phường Đông Hà", "ward", "44")},
            variants=(),
        ),
        methods={version: _method(version) for version in (*IN_FORCE, *INDEX_METHODS)},
    )


_numbers = count(1)


def figure(
    indicator_code: str, area_code: str, value: float | None = None, **others: object
) -> dict[str, object]:
    """One accepted observation; ``others`` are columns of ``core.observation``, ``month`` its month."""
    number = next(_numbers)
    month = others.pop("month", OCTOBER)
    source = others.get("source_code", "submission")
    row: dict[str, object] = {
        "observation_id": f"o{number:05}",
        "indicator_code": indicator_code,
        "area_code": area_code,
        "area_level": "national" if area_code == "VN" else "province",
        "scope": "all",
        "period_start": month,
        "period_end": month_end(month),
        "period_basis": "calendar",
        "as_of": month_end(month),
        "accumulates_from": None,
        "value": value,
        "numerator": None,
        "denominator": None,
        "status": None,
        "unit": "percent" if RULES[indicator_code][0] == "rate" else "things",
        "qualifier": "exact",
        "source_code": source,
        "source_title": None,
        "source_url": None,
        "method_version": "as-published" if source == "bulletin" else f"{source}-2025",
        "is_sample": False,
        "file_sha256": f"sha-{source}-{area_code}",
        "file_name": f"{source}_{area_code}.xlsx",
        "locator": f"Sheet!B{number}",
        "raw_text": None if value is None else f"{value:g}",
        "vintage_at": RECEIVED,
        "verdict": "accepted",
        "is_latest": True,
    }
    unknown = others.keys() - row.keys() - {"note", "revision_reason"}
    assert not unknown, unknown
    return {**row, **others}


def rate(
    indicator_code: str, area_code: str, numerator: float, denominator: float, **others: object
) -> dict[str, object]:
    """A rate with its parts, in percent."""
    value = 100 * numerator / denominator if denominator else None
    return figure(indicator_code, area_code, value, numerator=numerator, denominator=denominator, **others)


def observe(connection: duckdb.DuckDBPyConnection, rows: Iterable[dict[str, object]]) -> None:
    """Stores observations as they are, with the log of decisions that their verdicts tell."""
    frame = pd.DataFrame(list(rows))
    if frame.empty:
        return
    for name in ("period_start", "period_end", "as_of", "accumulates_from", "vintage_at"):
        frame[name] = pd.to_datetime(frame[name])
    insert_frame(connection, "core.observation", frame)
    connection.execute("DELETE FROM core.verdict")
    run_script(connection, "dx_pipeline.warehouse", "seed_verdicts.sql")


@contextmanager
def warehouse(path: Path, rows: Iterable[dict[str, object]] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the observations in it; ``Path(":memory:")`` keeps it off the disk."""
    with connect(path) as connection:
        create_schema(connection)
        observe(connection, rows)
        yield connection


@contextmanager
def compiled(
    rows: Iterable[dict[str, object]], *, months: tuple[date, ...] = (JULY, AUGUST, SEPTEMBER, OCTOBER)
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with the months and their quarters compiled."""
    with warehouse(Path(":memory:"), rows) as connection:
        compile_months(connection, months, catalogue=small_catalogue())
        compile_quarters(connection, months, catalogue=small_catalogue())
        yield connection


def rows_of(
    connection: duckdb.DuckDBPyConnection, query: str, *parameters: object
) -> list[dict[str, object]]:
    """The query's rows as dictionaries."""
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def one(connection: duckdb.DuckDBPyConnection, table: str, **where: object) -> dict[str, object]:
    """The only row of ``table`` that has these values."""
    condition = " AND ".join(f"{name} IS NOT DISTINCT FROM ?" for name in where) or "true"
    found = rows_of(connection, f"SELECT * FROM mart.{table} WHERE {condition}", *where.values())
    assert len(found) == 1, found
    return found[0]
