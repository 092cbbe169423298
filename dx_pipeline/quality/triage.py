"""Judging months: from figures as read to accepted and rejected ones, with every reason on record.

``judge_months`` only reads; ``write_judgement`` is one short transaction. When the table gate refuses,
``write_findings_only`` puts the reasons on record and leaves what was accepted before in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality import findings as rows_of
from dx_pipeline.quality import gates
from dx_pipeline.quality.columns import carried_indicators, compared_indicators, prepare
from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.judgement import Judgement
from dx_pipeline.quality.resolution import Resolution, resolve
from dx_pipeline.quality.rules import rules_of
from dx_pipeline.warehouse.database import insert_frame, run_script, transaction

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.evidence import Evidence
    from dx_pipeline.settings import Office

_PLACE = ["observation_id", "period_start", "source_code", "area_code"]


@dataclass(frozen=True)
class _Material:
    """What judging reads."""

    months: tuple[date, ...]
    others: tuple[date, ...]
    figures: pd.DataFrame
    cells: pd.DataFrame
    arrivals: list[tuple[date, str, str | None]]


def judge_months(
    connection: duckdb.DuckDBPyConnection,
    months: Sequence[date],
    *,
    catalogue: Catalogue,
    office: Office,
    run_at: datetime,
) -> Judgement:
    """Judges every figure of ``months`` that has no verdict, and what it may free or contradict.

    Args:
        connection: An open connection; nothing is written.
        months: First days of the months to judge.
        catalogue: The loaded catalogue.
        office: Who is expected, and the office's own limits.
        run_at: When this run takes place (UTC, without zone).

    Returns:
        What to write, and what the gate says of it. Judging again without news gives the same rows.
    """
    material = _read(connection, tuple(sorted(set(months))), catalogue)
    resolution = resolve(connection, material.figures)
    evidence = resolution.evidence
    provinces = gates.province_profile(material.arrivals, catalogue, office)
    evidence.add(evaluate(provinces, rules_of("month")))

    in_force = _dated(resolution.in_force[resolution.in_force["is_in_scope"]]).assign(is_standing=True)
    refused = _with_standing(_dated(resolution.refused), in_force)
    standing = refused[refused["is_standing"]]
    refused_cells = material.cells[material.cells["severity"] == "ERROR"]
    rejected = _stack(standing[_PLACE[1:]], refused_cells[_PLACE[1:]])
    profile = gates.table_profile(material.arrivals, in_force, rejected, catalogue, office)
    evidence.add(evaluate(profile, rules_of("table")))

    rejections = _rejections(material, refused, in_force, evidence, catalogue)
    rejections += rows_of.province_rejections(provinces, evidence, run_at, catalogue)
    population = _stack(*(part[_PLACE] for part in (in_force, standing, provinces, profile)))
    verdicts, months_changed = _verdicts(material.figures, resolution)
    return Judgement(
        months=material.months,
        months_written=(*material.months, *material.others),
        run_at=run_at,
        verdicts=verdicts,
        rejections=rows_of.rejection_frame(rejections),
        check_rows=rows_of.check_frame(population, evidence, material.cells),
        could_not_run=evidence.could_not_run,
        findings=gates.gate_findings(profile, in_force, evidence, material.months)
        + gates.nothing_arrived(material.months, material.arrivals),
        months_changed=months_changed,
        accepted_count=int(in_force["period_start"].isin(material.months).sum()),
        rejected_count=int(rejected["period_start"].isin(material.months).sum()),
    )


def _rejections(
    material: _Material,
    refused: pd.DataFrame,
    in_force: pd.DataFrame,
    evidence: Evidence,
    catalogue: Catalogue,
) -> list[dict[str, Any]]:
    return [
        *rows_of.figure_rejections(refused, evidence, "ERROR", catalogue),
        *rows_of.figure_rejections(in_force, evidence, "WARN", catalogue),
        *rows_of.unread_rejections(material.cells),
    ]


def write_judgement(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    """Writes verdicts, rejections and check results, all or nothing."""
    with transaction(connection):
        _run_on(connection, "write_verdicts.sql", changed_verdict=judgement.verdicts)
        _write_findings(connection, judgement)


def write_findings_only(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    """Writes rejections and check results of months the gate refused; no verdict changes."""
    with transaction(connection):
        _write_findings(connection, judgement)


def _write_findings(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    import pandas as pd

    months = pd.DataFrame({"period_start": list(judgement.months_written)})
    _run_on(connection, "write_findings.sql", found=judgement.rejections, judged_month=months)
    insert_frame(connection, "quality.rejection", judgement.rejections, ignore_existing=True)
    insert_frame(connection, "quality.check_result", judgement.check_rows)


def _run_on(connection: duckdb.DuckDBPyConnection, name: str, **frames: pd.DataFrame) -> None:
    for frame_name, frame in frames.items():
        connection.register(frame_name, frame)
    try:
        connection.execute(_sql(name))
    finally:
        for frame_name in frames:
            connection.unregister(frame_name)


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _read(connection: duckdb.DuckDBPyConnection, months: tuple[date, ...], catalogue: Catalogue) -> _Material:
    superseded = [row[0] for row in run_script(connection, __package__, "superseded.sql")]
    compared = compared_indicators(catalogue)
    asked: dict[str, object] = {"months": list(months), "compared": compared, "superseded": superseded}
    related = {**asked, "carried": carried_indicators(catalogue)}
    found = {row[0] for row in run_script(connection, __package__, "other_months.sql", related)}
    others = tuple(sorted(found - set(months) - {None}))  # type: ignore[type-var]
    both = {"months": list(months), "others": list(others)}
    figures = connection.execute(_sql("candidates.sql"), {**asked, **both}).df()
    cells = connection.execute(_sql("unread_cells.sql"), {**both, "superseded": superseded}).df()
    return _Material(
        months=months,
        others=others,  # type: ignore[arg-type]
        figures=prepare(figures, catalogue),
        cells=_dated(cells),
        arrivals=run_script(  # type: ignore[arg-type]
            connection, __package__, "arrivals.sql", {**both, "quarterly": _quarterly_sources(catalogue)}
        ),
    )


def _quarterly_sources(catalogue: Catalogue) -> list[str]:
    return [source.code for source in catalogue.sources.values() if source.cadence == "quarterly"]


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(period_start=frame["period_start"].dt.date.astype(object))


def _stack(*frames: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([frame.astype(object) for frame in frames], ignore_index=True)


def _with_standing(refused: pd.DataFrame, in_force: pd.DataFrame) -> pd.DataFrame:
    """Whether each refused figure still stands: nothing newer is in force and its file was not superseded."""
    numbers = in_force.set_index("figure")["vintage_number"]
    overtaken = refused["vintage_number"] < refused["figure"].map(numbers).fillna(0)
    return refused.assign(is_standing=~overtaken & ~refused["is_superseded"].astype(bool))


def _verdicts(figures: pd.DataFrame, resolution: Resolution) -> tuple[pd.DataFrame, frozenset[date]]:
    """The figures whose verdict or standing changes, and the months whose figures in force change."""
    in_scope = figures[figures["is_in_scope"]]
    ids = in_scope["observation_id"]
    is_latest = ids.isin(resolution.in_force["observation_id"])
    was_accepted = in_scope["verdict"].eq("accepted") | ids.isin(resolution.accepted)
    verdict = was_accepted.map({True: "accepted", False: "rejected"})
    decided: Any = in_scope.assign(new_verdict=verdict, is_now_latest=is_latest)
    moved = decided["is_latest"] != decided["is_now_latest"]
    changed = decided[moved | (decided["verdict"].isna() | (decided["verdict"] != decided["new_verdict"]))]
    frame = changed[["observation_id", "new_verdict", "is_now_latest"]].set_axis(
        ["observation_id", "verdict", "is_latest"], axis=1
    )
    return frame, frozenset(decided.loc[moved, "period_start"].dt.date)
