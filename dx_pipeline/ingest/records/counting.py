"""From accepted rows to figures: counts and rates per province, commune and scope, and what each rule found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.ingest.records.columns import literal
from dx_pipeline.ingest.records.row_rules import ROW_RULES, derived, meets
from dx_pipeline.ingest.records.scripts import script
from dx_pipeline.periods import month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.observation import FileStamp
    from dx_pipeline.ingest.records.columns import RegisterColumns
    from dx_pipeline.ingest.records.engine import RegisterEngine


@dataclass(frozen=True, slots=True)
class Measures:
    """The distinct conditions that are counted, each as a column ``m0``, ``m1`` and so on."""

    columns: Mapping[str, str]

    @classmethod
    def of(cls, columns: RegisterColumns) -> Measures:
        """Those of the register's counts and rates."""
        table = columns.table
        conditions = [meets(item, table) for item in table.counts.values()]
        for rate in table.rates.values():
            denominator = meets(rate.denominator, table)
            conditions += [denominator, f"({denominator}) AND ({meets(rate.numerator, table)})"]
        return cls({condition: f"m{number}" for number, condition in enumerate(dict.fromkeys(conditions))})

    @property
    def counted(self) -> str:
        """SQL of every measure over some rows."""
        return ", ".join(f"countif({condition}) AS {name}" for condition, name in self.columns.items())

    @property
    def summed(self) -> str:
        """SQL of every measure over some tallies."""
        return ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in self.columns.values())


def tally(engine: RegisterEngine, rows: Path, columns: RegisterColumns, month: date) -> Measures:
    """Counts the accepted rows into the engine's table ``tally``: one line per province and commune."""
    measures = Measures.of(columns)
    table = columns.table
    parts = {"rows": literal(rows), "province": table.province, "commune": table.commune}
    engine.run(
        script("tally.sql", **parts, derived=derived(table, month), measures=measures.counted),
        label="counting",
    )
    return measures


def write_figures(  # noqa: PLR0913 - what a figure is made of
    engine: RegisterEngine,
    measures: Measures,
    columns: RegisterColumns,
    target: Path,
    *,
    source: Source,
    catalogue: Catalogue,
    month: date,
    stamp: FileStamp,
) -> int:
    """Writes the figures as rows of ``core.observation`` and gives how many they are.

    A rate without anything to divide by gives no figure.
    """
    table = columns.table
    shared = {
        "period_start": f"DATE '{month}'",
        "period_end": f"DATE '{month_end(month)}'",
        "as_of": f"DATE '{month_end(month)}'",
        "period_basis": literal(source.period_basis),
        "method_version": literal(source.method_version),
        "qualifier": literal("exact"),
        "is_sample": str(columns.layout.is_sample).lower(),
        **{name: literal(value) for name, value in asdict(stamp).items()},
        "vintage_at": f"TIMESTAMP '{stamp.vintage_at}'",
    }
    found = engine.run(
        script(
            "figure.sql",
            province=table.province,
            commune=table.commune,
            commune_scope=literal(table.commune_scope),
            measures=measures.summed,
            figures=", ".join(_figures(measures, columns, catalogue)),
            shared=", ".join(f"{value} AS {name}" for name, value in shared.items()),
            province_heading=literal(columns.layout.name_of(table.province)),
            commune_heading=literal(columns.layout.name_of(table.commune)),
            target=literal(target),
        )
    )
    return int(found[0][0])


def _figures(measures: Measures, columns: RegisterColumns, catalogue: Catalogue) -> list[str]:
    """Each indicator as SQL of a struct: its code, unit, value, numerator and denominator."""
    table, found = columns.table, []
    for code, conditions in table.counts.items():
        counted = measures.columns[meets(conditions, table)]
        found.append(_figure(code, catalogue.indicators[code].unit, counted, "NULL", "NULL"))
    for code, rate in table.rates.items():
        condition = meets(rate.denominator, table)
        denominator = measures.columns[condition]
        numerator = measures.columns[f"({condition}) AND ({meets(rate.numerator, table)})"]
        value = f"100.0 * {numerator} / {denominator}"
        found.append(_figure(code, catalogue.indicators[code].unit, value, numerator, denominator))
    return found


def _figure(code: str, unit: str, value: str, numerator: str, denominator: str) -> str:
    return (
        f"{{'indicator_code': {literal(code)}, 'unit': {literal(unit)}, 'value': CAST({value} AS DOUBLE), "
        f"'numerator': CAST({numerator} AS DOUBLE), 'denominator': CAST({denominator} AS DOUBLE)}}"
    )


def write_checks(engine: RegisterEngine, columns: RegisterColumns, target: Path) -> None:
    """Writes what each row rule found per province, as rows of ``core.register_check`` without the load's columns."""
    rules = ", ".join(map(literal, ROW_RULES))
    engine.run(
        script("register_check.sql", province=columns.table.province, rules=rules, target=literal(target))
    )
