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
from dx_pipeline.quality.decisions import changed_verdicts, decisions
from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Asked, Evidence
from dx_pipeline.quality.judgement import Judgement
from dx_pipeline.quality.material import Material, read_material
from dx_pipeline.quality.neighbours import named
from dx_pipeline.quality.outliers import judge_outliers
from dx_pipeline.quality.registers import findings as rows_of_registers
from dx_pipeline.quality.registers.figures import by_province, without_load
from dx_pipeline.quality.registers.settling import changed_loads
from dx_pipeline.quality.resolution import Resolution, resolve, rows_where
from dx_pipeline.quality.restatement_outcomes import changed_statuses, misfit_rejections, outcomes
from dx_pipeline.quality.rules import rules_of
from dx_pipeline.warehouse.database import insert_frame, note_periods, transaction

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.rule import Stage
    from dx_pipeline.settings import Office

_PLACE = ["period_start", "source_code", "area_code"]
_TEXTS = {"source_code": object, "area_code": object}


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
    material = read_material(connection, tuple(sorted(set(months))), catalogue, run_at)
    resolution = resolve(connection, material.figures, material.held.passed_at)
    judge_outliers(connection, resolution, catalogue)
    return _judgement(material, resolution, catalogue=catalogue, office=office, run_at=run_at)


def _judgement(
    material: Material, resolution: Resolution, *, catalogue: Catalogue, office: Office, run_at: datetime
) -> Judgement:
    """What the decisions over single figures come to: rejections, counts, and whether the gate lets them pass."""
    told = rows_where(resolution.in_force, resolution.in_force["is_in_scope"])
    in_force = Asked(told.assign(is_standing=True), resolution.evidence)
    refused = Asked(_with_standing(resolution.refused, in_force.rows), resolution.evidence)

    rejected = _rejected(refused, material.cells)
    profile = gates.table_profile(material.arrivals, in_force.rows, rejected, catalogue, office)
    provinces = _asked(gates.province_profile(material.arrivals, catalogue, office), "month")
    sources = _asked(profile, "table")
    restated = _asked(outcomes(material.parts.entries, material.figures, resolution), "restatement")
    could_not_run = {
        code: why
        for asked in (in_force, provinces, sources, restated)
        for code, why in asked.evidence.could_not_run.items()
    }
    of_registers = _told_of_registers(material, catalogue)
    could_not_run |= of_registers.could_not_run
    findings = (
        *gates.gate_findings(sources, in_force, could_not_run, material.months),
        *gates.nothing_arrived(material.months, material.arrivals),
        *rows_of_registers.contradictions(of_registers.broken, material.months),
    )
    rejections = _rejections(material, refused, in_force, catalogue)
    rejections += rows_of.province_rejections(provinces, run_at, catalogue)
    rejections += misfit_rejections(restated, catalogue)
    rejections += rows_of_registers.rejection_rows(of_registers.broken, is_refused=bool(findings))
    counted = (_that_count(in_force, refused, catalogue), provinces, sources, restated)
    verdicts, months_changed = changed_verdicts(material.figures, resolution)
    log = decisions(
        verdicts, material.figures, resolution.steps, now=material.held.passed_at, held=material.held
    )
    return Judgement(
        months=material.months,
        months_written=(*material.months, *material.others),
        run_at=run_at,
        verdicts=_last_of((*material.parts.verdicts, verdicts)),
        decisions=_numbered((*material.parts.decisions, log)),
        restated=material.restated,
        restatements=changed_statuses(restated, catalogue),
        loads=of_registers.changed,
        rejections=rows_of.rejection_frame(rejections),
        check_rows=rows_of.check_frame(counted, material.cells, could_not_run, of_registers.counts),
        could_not_run=could_not_run,
        findings=findings,
        months_changed=months_changed | material.parts.months_changed,
        accepted_count=_count(in_force.rows, material.months),
        rejected_count=_count(rejected, material.months),
        register_rows=tuple(rows_of_registers.shown_rows(of_registers.broken, is_refused=bool(findings))),
    )


@dataclass(frozen=True)
class _ToldOfRegisters:
    """What is written and shown about large registers; nothing where there are none."""

    changed: pd.DataFrame
    broken: list[dict[str, Any]]
    counts: list[pd.DataFrame]
    could_not_run: dict[str, str]


def _told_of_registers(material: Material, catalogue: Catalogue) -> _ToldOfRegisters:
    import pandas as pd

    registers, without = material.registers, without_load(material.figures)
    if registers is None:
        return _ToldOfRegisters(pd.DataFrame(), [], [], without)
    return _ToldOfRegisters(
        changed=changed_loads(registers.settled),
        broken=rows_of_registers.broken(registers, catalogue),
        counts=list(rows_of_registers.check_counts(registers)),
        could_not_run=registers.could_not_run() | without,
    )


def _asked(profile: pd.DataFrame, stage: Stage) -> Asked:
    """A profile and what the rules of its stage say of it."""
    evidence = Evidence(len(profile))
    evidence.add(evaluate(profile, rules_of(stage)))
    return Asked(profile, evidence)


def _rejected(refused: Asked, cells: pd.DataFrame) -> pd.DataFrame:
    """Month, source and area of the figures and cells that stand rejected."""
    import pandas as pd

    figures = refused.rows.loc[refused.rows["is_standing"], _PLACE]
    return pd.concat([figures.astype(_TEXTS), cells.loc[cells["severity"] == "ERROR", _PLACE].astype(_TEXTS)])


def _that_count(in_force: Asked, refused: Asked, catalogue: Catalogue) -> Asked:
    """The figures that check results count: those in force, and those that stand rejected."""
    import pandas as pd

    columns = [*_PLACE, "has_register"]
    standing = refused.rows.loc[refused.rows["is_standing"], columns]
    figures = pd.concat([in_force.rows[columns], standing])
    return Asked(by_province(figures, catalogue), in_force.evidence)


def _count(figures: pd.DataFrame, months: Sequence[date]) -> int:
    import pandas as pd

    return int(figures["period_start"].isin(pd.to_datetime(list(months))).sum())


def _rejections(
    material: Material, refused: Asked, in_force: Asked, catalogue: Catalogue
) -> list[dict[str, Any]]:
    rejections = rows_of.unread_rejections(material.cells)
    for severity, asked in (("ERROR", refused), ("WARN", in_force)):
        codes = rows_of.rule_codes(severity, told_by_figure=True)
        broken = named(asked.failing(*codes), material.figures)
        rejections += rows_of.figure_rejections(broken, asked.evidence, severity, catalogue)
    return rejections


def write_judgement(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    """Writes verdicts, the loads in force, rejections and check results, all or nothing."""
    with transaction(connection):
        if len(judgement.restated):
            _run_on(connection, "write_restated.sql", restated=judgement.restated)
        _run_on(connection, "write_verdicts.sql", changed_verdict=judgement.verdicts)
        _run_on(connection, "write_decisions.sql", decided=judgement.decisions)
        _run_on(connection, "passed_months.sql", judged=_month_frame(judgement.months))
        if len(judgement.loads):
            _run_on(connection, "registers/write_loads.sql", changed_load=judgement.loads)
        _write_findings(connection, judgement)


def write_findings_only(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    """Writes rejections and check results of months the gate refused; no verdict changes."""
    with transaction(connection):
        _write_findings(connection, judgement)
        note_periods(connection, "core.refused_month", judgement.months)


def _write_findings(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    months = _month_frame(judgement.months_written)
    _run_on(connection, "write_findings.sql", found=judgement.rejections, judged_month=months)
    if len(judgement.restatements):
        _run_on(connection, "write_restatements.sql", told=judgement.restatements)
    insert_frame(connection, "quality.rejection", judgement.rejections, ignore_existing=True)
    insert_frame(connection, "quality.check_result", judgement.check_rows)


def _month_frame(months: Sequence[date]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"period_start": list(months)})


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


def _with_standing(refused: pd.DataFrame, in_force: pd.DataFrame) -> pd.DataFrame:
    """Whether each refused figure still stands: nothing newer is in force, its file or load was not replaced."""
    numbers = in_force.set_index("figure")["vintage_number"]
    overtaken = refused["vintage_number"] < refused["figure"].map(numbers).fillna(0)
    is_gone = refused["is_superseded"].astype(bool) | refused["is_withdrawn"]
    return refused.assign(is_standing=~overtaken & ~is_gone)


def _last_of(verdicts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The verdicts of one part after the other: the last one on each figure holds."""
    import pandas as pd

    if len(verdicts) == 1:
        return verdicts[0]
    return pd.concat(verdicts, ignore_index=True).drop_duplicates("observation_id", keep="last")


def _numbered(logs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The decisions of one part after the other."""
    import pandas as pd

    if len(logs) == 1:
        return logs[0]
    found = pd.concat(logs, ignore_index=True)
    return found.assign(step=range(1, len(found) + 1))
