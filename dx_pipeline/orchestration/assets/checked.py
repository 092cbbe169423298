"""Checked: the two gates. Verdicts, rejections and check results, one Dagster check per rule."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue, load_sources
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.observed import OBSERVATION
from dx_pipeline.orchestration.assets.received import POOL
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.partitions import monthly, months_of
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource
from dx_pipeline.quality.rules import Rule, all_rules
from dx_pipeline.warehouse.database import note_periods

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.quality.triage import Judgement

ACCEPTED = dg.AssetKey(["core", "accepted_observation"])
REJECTION = dg.AssetKey(["quality", "rejection"])
CHECK_RESULT = dg.AssetKey(["quality", "check_result"])
_SEVERITY = {"ERROR": dg.AssetCheckSeverity.ERROR, "WARN": dg.AssetCheckSeverity.WARN}


def check_specs() -> list[dg.AssetCheckSpec]:
    """One check per rule of the catalogue's suites, on the accepted figures of each month."""
    return [
        dg.AssetCheckSpec(
            rule.code,
            asset=ACCEPTED,
            partitions_def=monthly,
            description=f"{rule.severity}: {rule.title_en} | {rule.title_vi}",
        )
        for rule in all_rules()
    ]


def register_key(source_code: str) -> dg.AssetKey:
    """The asset of the accepted rows of a large register: typed Parquet by month, seen as a view."""
    return dg.AssetKey(["core", source_code])


def register_specs() -> list[dg.AssetSpec]:
    """The accepted rows of every register at national scale."""
    return [
        dg.AssetSpec(
            register_key(source.code),
            deps=[OBSERVATION],
            description=f"Các dòng được chấp nhận: {source.name_vi} | Accepted rows: {source.name_en}",
            kinds={"duckdb", "parquet"},
        )
        for source in load_sources().values()
        if source.records
    ]


@dg.multi_asset(
    name="checked",
    specs=[
        dg.AssetSpec(
            ACCEPTED,
            deps=[OBSERVATION],
            description="Số liệu được chấp nhận, đang có hiệu lực | Figures that passed both gates, latest vintage",
            metadata=metadata.columns("core.observation"),
            kinds={"duckdb"},
        ),
        dg.AssetSpec(
            REJECTION,
            deps=[OBSERVATION],
            description="Số liệu bị loại và lý do | Every figure not accepted: rule, message and cell",
            metadata=metadata.columns("quality.rejection"),
            kinds={"duckdb"},
        ),
        dg.AssetSpec(
            CHECK_RESULT,
            deps=[OBSERVATION],
            description="Kết quả từng quy tắc | Each rule per month, source and province",
            metadata=metadata.columns("quality.check_result"),
            kinds={"duckdb"},
        ),
        *register_specs(),
    ],
    group_name="checked",
    partitions_def=monthly,
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=check_specs(),
    pool=POOL,
)
def checked(
    context: dg.AssetExecutionContext, office: OfficeResource, warehouse: WarehouseResource
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Judges the months' figures; what breaks a rule is rejected, its neighbours go on.

    Beyond the limits of the table gate the run fails after the check results are shown, and what was
    accepted before stays in force.
    """
    from dx_pipeline.ingest.records.store import months_loaded_again, show_registers
    from dx_pipeline.quality import gates, triage
    from dx_pipeline.quality.early_months import months_before_the_first
    from dx_pipeline.quality.feedback.files import write_missing

    months = months_of(context)
    with reported("reading the office's choices"):
        data, catalogue = office.directory(), load_catalogue()
        choices = data.office()
    with reported("checking figures"), warehouse.get_connection() as connection:
        months = sorted({*months, *months_loaded_again(connection), *months_before_the_first(connection)})
        judgement = triage.judge_months(
            connection,
            months,
            catalogue=catalogue,
            office=choices,
            run_at=datetime.now(UTC).replace(tzinfo=None),
        )
        if judgement.findings:
            triage.write_findings_only(connection, judgement)
        else:
            # Before the verdicts change: a run cut short loses no month that has to be compiled.
            note_periods(connection, "core.touched_month", judgement.months_changed)
            triage.write_judgement(connection, judgement)
            show_registers(connection, data.registers, catalogue.sources)
        previews = {key: _preview(connection, key, months) for key in (ACCEPTED, REJECTION, CHECK_RESULT)}
        previews |= {
            register_key(source.code): _register_preview(connection, source.code, months)
            for source in catalogue.sources.values()
            if source.records
        }
    context.log.info(f"accepted {judgement.accepted_count} figures, rejected {judgement.rejected_count}")
    for row in judgement.check_results("restatement_fits").failing_rows:
        context.log.error(row["message_en"])
    if not judgement.findings:  # before the results: the UI counts a check only if it follows its table
        for key, shown in previews.items():
            yield dg.MaterializeResult(asset_key=key, metadata=shown)
    for rule in all_rules():
        yield _check_result(rule, judgement)
    if judgement.findings:  # the run ends here, and the senders are answered all the same
        with reported("writing feedback"), warehouse.get_connection() as connection:
            write_missing(connection, months, data, catalogue)
    with reported("table gate"):
        gates.raise_if_refused(judgement)


def _check_result(rule: Rule, judgement: "Judgement") -> dg.AssetCheckResult:
    result = judgement.check_results(rule.code)
    return dg.AssetCheckResult(
        check_name=rule.code,
        asset_key=ACCEPTED,
        passed=result.passed,
        severity=_SEVERITY[rule.severity],
        metadata={
            "evaluated": result.evaluated,
            "failed": result.failed,
            "could_not_run": result.could_not_run or "",
            "failing_rows": metadata.table(result.failing_rows),
        },
    )


def _preview(
    connection: "duckdb.DuckDBPyConnection", key: dg.AssetKey, months: list[date]
) -> dict[str, dg.MetadataValue]:
    return metadata.preview(
        connection, ".".join(key.path), "period_start BETWEEN ? AND ?", [months[0], months[-1]]
    )


def _register_preview(
    connection: "duckdb.DuckDBPyConnection", source_code: str, months: list[date]
) -> dict[str, dg.MetadataValue]:
    loads = metadata.query(connection, _LOADS, [source_code, months[0], months[-1]])
    accepted = sum(int(str(row["row_count"])) for row in loads)
    return {"dagster/row_count": dg.MetadataValue.int(accepted), "loads": metadata.table(loads)}


_LOADS = """
SELECT period_start, area_code, file_name, line_count, row_count, rejected_count, rows_file, rejects_file
FROM core.register_partition
WHERE source_code = ? AND is_latest AND period_start BETWEEN ? AND ?
ORDER BY period_start, area_code
"""
