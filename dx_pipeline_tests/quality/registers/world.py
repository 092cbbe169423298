"""Loads of a register as the reader leaves them: partition, counts and figures. All numbers are invented samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pandas as pd

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.periods import month_end
from dx_pipeline.quality.register_rules import ROW_RULES
from dx_pipeline.quality.triage import judge_months, write_findings_only, write_judgement
from dx_pipeline.settings import Limits, Office
from dx_pipeline.warehouse.database import insert_frame
from dx_pipeline_tests.quality.world import OCT, START, figure, frame_of

SOURCE = "portal_dossiers"
OPEN_OFFICE = Office(limits=Limits(max_rejected_share=1, max_missing_share=1))
ROW_CODES = tuple(rule.code for rule in ROW_RULES)
HANOI, HUE, HANOI_WARD, OTHER_WARD = "01", "46", "00004", "00008"


@cache
def limits() -> Any:
    return load_catalogue().sources[SOURCE].records.limits


@dataclass
class Province:
    """What a load says of one province: its rows, those that broke each rule, and its communes' accepted rows."""

    lines: int = 1000
    failed: Mapping[str, int] = field(default_factory=dict)
    communes: Mapping[str, int] = field(default_factory=dict)
    rejected: int | None = None
    uncounted: tuple[str, ...] = ()

    @property
    def bad(self) -> int:
        return sum(self.failed.values()) if self.rejected is None else self.rejected


@dataclass
class RegisterWorld:
    """A working file and a clock: every load is a minute later than the one before."""

    connection: Any
    office: Office = OPEN_OFFICE
    loaded: int = 0

    def load(
        self,
        provinces: Mapping[str, Province],
        month: date = OCT,
        area: str = "VN",
        sha: str = "",
        **partition: Any,
    ) -> str:
        """Puts one load in place and gives its file's sha256; ``partition`` overrides its fields.

        A ``sha`` known already is loaded again.
        """
        self.loaded += 1
        at, is_again = START + timedelta(minutes=self.loaded), bool(sha)
        sha = sha or f"sha{self.loaded}"
        name = f"{SOURCE}/{month:%Y-%m}-{self.loaded}.csv"
        key = {"source_code": SOURCE, "period_start": month, "file_sha256": sha, "vintage_at": at}
        lines = sum(item.lines for item in provinces.values())
        bad = sum(item.bad for item in provinces.values())
        row = {
            **key,
            "period_end": month_end(month),
            "area_code": area,
            "file_name": name,
            "rows_file": f"{SOURCE}/{month:%Y-%m}/rows-{sha}.parquet",
            "rejects_file": f"{SOURCE}/{month:%Y-%m}/rejects-{sha}.parquet",
            "line_count": lines,
            "row_count": lines - bad,
            "rejected_count": bad,
            "is_sample": True,
            "is_latest": False,
            **partition,
        }
        insert_frame(self.connection, "core.register_partition", pd.DataFrame([row]))
        counts = [{**key, **count} for code, item in provinces.items() for count in counts_of(code, item)]
        insert_frame(self.connection, "core.register_check", pd.DataFrame(counts))
        figures = [made for code, item in provinces.items() if code for made in figures_of(code, item, month)]
        of_file = {"file_sha256": sha, "file_name": name, "vintage_at": at, "source_code": SOURCE}
        rows = [
            {**made, **of_file, "observation_id": f"{self.loaded}|{made['observation_id']}"}
            for made in figures
        ]
        insert_frame(self.connection, "core.observation", frame_of(*rows))
        if not is_again:
            self.receive(sha, name, at, month, area)
        return sha

    def receive(self, sha: str, name: str, at: datetime, month: date, area: str) -> None:
        receipt = {
            "file_sha256": sha,
            "origin": name,
            "received_at": at,
            "size_bytes": 1,
            "source_code": SOURCE,
            "period_start": month,
            "period_end": month_end(month),
            "area_code": area,
            "is_sample": True,
            "status": "observed",
        }
        insert_frame(self.connection, "raw.received_file", pd.DataFrame([receipt]))

    def judge(self, *months: date) -> Any:
        return judge_months(
            self.connection,
            months or (OCT,),
            catalogue=load_catalogue(),
            office=self.office,
            run_at=START + timedelta(days=1, minutes=self.loaded),
        )

    def run(self, *months: date) -> Any:
        """Judges and writes as the asset does: findings only where the gate refuses."""
        judgement = self.judge(*months)
        (write_findings_only if judgement.findings else write_judgement)(self.connection, judgement)
        return judgement

    def loads(self) -> dict[str, tuple[str | None, bool]]:
        """Verdict and standing of every load by its file."""
        rows = self.ask(
            "SELECT file_sha256, verdict, is_latest FROM core.register_partition ORDER BY vintage_at"
        )
        return {sha: (verdict, is_latest) for sha, verdict, is_latest in rows}

    def received(self, month: date = OCT) -> dict[str, tuple[float, str]]:
        """The dossiers received in force, per area, and the file they come from."""
        rows = self.ask(
            "SELECT area_code, value, file_sha256 FROM core.observation WHERE is_latest AND period_start = ? "
            "AND indicator_code = 'DOS_RECV_CNT' AND (area_level = 'commune' OR scope = 'all')",
            [month],
        )
        return {area: (value, sha) for area, value, sha in rows}

    def standing(self, rule: str | None = None) -> list[tuple[str, str, str]]:
        """Rule, province and file of the rejections that stand."""
        return self.ask(
            "SELECT rule, area_code, file_sha256 FROM quality.rejection WHERE is_current AND starts_with(rule, "
            "'register_') AND coalesce(rule = ?, true) ORDER BY ALL",
            [rule],
        )

    def checks(self, rule: str) -> dict[str, tuple[int, int]]:
        """Evaluated and failed counts of a rule per area."""
        rows = self.ask(
            "SELECT area_code, evaluated_count, failed_count FROM quality.check_result WHERE rule = ?", [rule]
        )
        return {area: (evaluated, failed) for area, evaluated, failed in rows}

    def ask(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(sql, parameters or []).fetchall()
        return rows

    def everything(self) -> list[list[tuple[Any, ...]]]:
        """The content of every table that judging writes."""
        names = ("core.observation", "core.register_partition", "quality.rejection", "quality.check_result")
        return [self.ask(f"SELECT * FROM {name} ORDER BY ALL") for name in names]


def counts_of(code: str, item: Province) -> list[dict[str, Any]]:
    """The rows of core.register_check of one province."""
    made = [{"area_code": code, "rule": "rows", "evaluated_count": item.lines, "failed_count": item.bad}]
    for rule in ROW_CODES:
        failed = item.failed.get(rule, 0)
        texts = {"first_lines": "5, 17, 300", "example": "MA_TINH=«H99»"} if failed else {}
        made.append(
            {"area_code": code, "rule": rule, "evaluated_count": item.lines, "failed_count": failed, **texts}
        )
    return [row for row in made if row["rule"] not in item.uncounted]


def figures_of(code: str, item: Province, month: date) -> list[dict[str, Any]]:
    """A count and a rate of the province and of each of its communes."""
    areas = [(code, "province", "all", item.lines - item.bad)]
    areas += [(commune, "commune", "commune_level", rows) for commune, rows in item.communes.items()]
    found = []
    for area, level, scope, rows in areas:
        place = {"area_code": area, "area_level": level, "scope": scope}
        if rows == 0:
            continue
        found.append(figure("DOS_RECV_CNT", rows, month, **place, locator=f"rows of {area}"))
        found.append(
            figure(
                "DOS_ONLINE_RATE",
                100.0,
                month,
                numerator=rows,
                denominator=rows,
                **place,
                locator=f"rate of {area}",
            )
        )
    return found
