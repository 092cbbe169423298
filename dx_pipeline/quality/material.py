"""What judging reads: the candidates with what the office approved, the unread cells, what arrived, the registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.columns import (
    accumulating_indicators,
    carried_indicators,
    compared_indicators,
    prepare,
)
from dx_pipeline.quality.decisions import Held
from dx_pipeline.quality.outliers import outlier_months
from dx_pipeline.quality.parts import Parts, judged_in_parts
from dx_pipeline.quality.registers.figures import add_loads
from dx_pipeline.quality.registers.judging import Registers, judge_registers
from dx_pipeline.quality.restatements import from_what_is_written, read_entries, with_restatements
from dx_pipeline.quality.vintages import with_vintages
from dx_pipeline.warehouse.database import run_script

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue


@dataclass(frozen=True)
class Material:
    """What judging reads; ``held.passed_at`` is when the last file arrived that is known."""

    months: tuple[date, ...]
    others: tuple[date, ...]
    held: Held
    figures: pd.DataFrame
    parts: Parts
    restated: pd.DataFrame
    cells: pd.DataFrame
    arrivals: list[tuple[date, str, str | None]]
    registers: Registers | None


def read_material(
    connection: duckdb.DuckDBPyConnection, months: tuple[date, ...], catalogue: Catalogue, run_at: datetime
) -> Material:
    """Everything that judging the months needs; nothing is written.

    Args:
        connection: An open connection.
        months: First days of the months to judge, ascending.
        catalogue: The loaded catalogue.
        run_at: When this run takes place (UTC, without zone): what is known where no file has a receipt.
    """
    import pandas as pd

    replaced_at: dict[str, Any] = dict(run_script(connection, __package__, "superseded.sql"))  # type: ignore[arg-type]
    superseded = [*replaced_at]
    series = {"compared": compared_indicators(catalogue), "accumulating": accumulating_indicators(catalogue)}
    asked: dict[str, object] = {"months": list(months), "superseded": superseded, **series}
    related = {**asked, "carried": carried_indicators(catalogue)}
    found = {row[0] for row in run_script(connection, __package__, "other_months.sql", related)}
    found |= outlier_months(connection, months)
    others: tuple[date, ...] = tuple(sorted(found - set(months) - {None}))  # type: ignore[arg-type]
    both = {"months": list(months), "others": list(others)}
    connection.execute(_sql("words.sql"), {**both, **series})
    gone = {"gone": _gone_before_the_news(connection, months, replaced_at)}
    candidates = connection.execute(_sql("candidates.sql"), {**asked, **both, **gone}).df()
    cells = connection.execute(_sql("unread_cells.sql"), {**both, "superseded": superseded}).df()
    held = Held(_refused_before(connection), pd.Timestamp(_last_arrival(connection) or run_at))
    whole = Parts(candidates, read_entries(connection, months, others))
    parts = judged_in_parts(connection, whole, replaced_at, catalogue, held)
    candidates, restated = with_restatements(parts.candidates, parts.entries, replaced_at)
    figures = prepare(with_vintages(candidates), catalogue)
    registers = judge_registers(connection, months, others, superseded, catalogue)
    if registers is not None:
        add_loads(figures, registers.settled, registers.profile, catalogue)
    return Material(
        months=months,
        others=others,
        held=held,
        figures=figures,
        parts=parts,
        restated=from_what_is_written((*parts.restated, restated)),
        cells=cells,
        arrivals=run_script(  # type: ignore[arg-type]
            connection, __package__, "arrivals.sql", {**both, "quarterly": _quarterly_sources(catalogue)}
        ),
        registers=registers,
    )


def _gone_before_the_news(
    connection: duckdb.DuckDBPyConnection, months: tuple[date, ...], replaced_at: dict[str, Any]
) -> list[str]:
    """The files that were replaced before anything came that was never judged: what was rejected of them is done with.

    What was rejected of the others may have been freed before another file took its place.
    """
    [(first,)] = connection.execute(
        "SELECT min(vintage_at) FROM core.observation WHERE verdict IS NULL AND list_contains(?, period_start)",
        [list(months)],
    ).fetchall()
    return [sha for sha, at in replaced_at.items() if first is None or at <= first]


def _last_arrival(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    row = connection.execute("SELECT max(received_at) FROM raw.received_file").fetchone()
    return row[0] if row else None


def _refused_before(connection: duckdb.DuckDBPyConnection) -> frozenset[pd.Timestamp]:
    import pandas as pd

    rows = connection.execute("SELECT period_start FROM core.refused_month").fetchall()
    return frozenset(pd.Timestamp(row[0]) for row in rows)


def _quarterly_sources(catalogue: Catalogue) -> list[str]:
    return [source.code for source in catalogue.sources.values() if source.cadence == "quarterly"]


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
