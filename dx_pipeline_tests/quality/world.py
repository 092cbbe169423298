"""A small catalogue, figures and a working file for the tests of this room. All figures are invented samples."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Indicator
from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.periods import month_end
from dx_pipeline.quality.restatements import with_restatements
from dx_pipeline.quality.triage import judge_months, write_judgement
from dx_pipeline.settings import Limits, Office
from dx_pipeline.warehouse.contract import tables
from dx_pipeline.warehouse.database import insert_frame

AUG, SEP, OCT, NOV = (date(2025, month, 1) for month in (8, 9, 10, 11))
START = datetime.fromisoformat("2025-11-20T08:00:00")
OPEN_OFFICE = Office(limits=Limits(max_rejected_share=1, max_missing_share=1))
SUBMISSION, BULLETIN, FORM = "provincial_submission", "national_bulletin", "form"


def indicator(code: str, kind: str, **more: Any) -> Indicator:
    entry = {
        "code": code,
        "name_vi": f"Chỉ tiêu {code}",
        "name_en": f"Indicator {code}",
        "definition_vi": "-",
        "definition_en": "-",
        "unit": "count",
        "kind": kind,
        "national": "none",
        "quarter": "none",
        "levels": ("national", "province"),
        "periodicity": "monthly",
        "sources": (SUBMISSION,),
        "owner": "-",
        "definition_source": "-",
        "definition_status": "confirmed",
        **more,
    }
    return Indicator.model_validate(entry)


def form_source() -> Source:
    """A form of three columns and the equation printed on it."""
    columns = {field: {"headings": [field]} for field in ("received", "online", "direct", "post")}
    return Source.model_validate(
        {
            "code": FORM,
            "name_vi": "Biểu",
            "name_en": "Form",
            "publisher": "-",
            "cadence": "quarterly",
            "period_basis": "government_report",
            "shape": "report",
            "reader": "report_table",
            "formats": ["xlsx"],
            "landing": "form/**/*",
            "method_version": "m1",
            "expects_provinces": False,
            "table": {
                "rows": "fields",
                "columns": columns,
                "figures": {
                    "FORM_RECEIVED": {"value": "received"},
                    "FORM_ONLINE": {"value": "online"},
                    "FORM_OTHER": {"value": "direct + post"},
                },
                "equations": ["received = online + direct + post"],
            },
        }
    )


GROUPS = ("S766_CKMB", "S766_TDGQ", "S766_CLGQ", "S766_TTTT", "S766_MDHL", "S766_MDSH")


@cache
def small_catalogue() -> Catalogue:
    """The shipped geography, sources and scopes with indicators of every kind."""
    part = {"name_vi": "phần", "name_en": "part"}
    entries = [
        indicator("CERTS", "count_stock", non_decreasing="always"),
        indicator("DOSSIERS", "count_flow", non_decreasing="within_year"),
        indicator("SERVICES", "count_stock", fall_needs_reason=True),
        indicator("SHARE", "rate", unit="percent", numerator=part, denominator=part),
        indicator("DAYS", "measure", bounds={"minimum": 0, "maximum": 90}),
        indicator("PLACE", "rank", bounds={"minimum": 1, "maximum": 63}),
        indicator("COLOUR", "status"),
        *(indicator(f"FORM_{name}", "count_flow") for name in ("RECEIVED", "ONLINE", "OTHER")),
        indicator("CLOSED", "count_stock"),
        indicator("OPENED", "count_flow", opens_with="CLOSED"),
        *(
            indicator(code, "score", bounds={"minimum": 0, "maximum": 100})
            for code in ("S766_TOTAL", *GROUPS)
        ),
    ]
    shipped = load_catalogue()
    return Catalogue(
        themes=(),
        indicators={item.code: item for item in entries},
        theme_of={},
        units=shipped.units,
        scopes=shipped.scopes,
        sources={**shipped.sources, FORM: form_source()},
        geography=shipped.geography,
        outliers=shipped.outliers,
        equations=shipped.equations,
    )


def figure(code: str, value: float | None, month: date = SEP, **more: Any) -> dict[str, Any]:
    """One row of core.observation; file and cell follow from the arguments unless given."""
    row: dict[str, Any] = {
        "indicator_code": code,
        "area_code": "44",
        "area_level": "province",
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
        "unit": "count",
        "qualifier": "exact",
        "source_code": SUBMISSION,
        "source_title": None,
        "source_url": None,
        "method_version": "m1",
        "is_sample": True,
        "file_name": f"{SUBMISSION}/{month:%Y-%m}.xlsx",
        "locator": f"Sheet!{code}",
        "raw_text": str(value),
        "note": None,
        "vintage_at": START,
        "revision_reason": None,
        "verdict": None,
        "is_latest": False,
        **more,
    }
    row.setdefault("file_sha256", f"sha-{row['file_name']}-{row['vintage_at']:%d%H%M%S}")
    parts = (row["file_sha256"], row["locator"], code, row["area_code"], row["scope"], row["period_start"])
    row.setdefault("observation_id", hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12])
    return row


def frame_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows typed as the working file gives them."""
    frame = pd.DataFrame(list(rows), columns=tables()["core.observation"].column_names)
    for column in tables()["core.observation"].columns:
        if column.sql_type in ("DATE", "TIMESTAMP"):
            frame[column.name] = pd.to_datetime(frame[column.name])
        if column.sql_type == "DOUBLE":
            frame[column.name] = frame[column.name].astype("float64")
    return frame


def judged_alone(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as candidates of a world in which the office restated nothing."""
    return with_restatements(frame_of(*rows), pd.DataFrame(), {})[0]


@dataclass
class World:
    """A working file and a clock: every file sent is a minute later than the one before."""

    connection: Any
    office: Office = OPEN_OFFICE
    sent: int = 0

    def send(self, *figures: dict[str, Any], name: str = "", supersedes: str | None = None) -> str:
        """Receives one file; ``figures`` are rows of ``figure`` whose file fields are replaced."""
        self.sent += 1
        at = START + timedelta(minutes=self.sent)
        name = name or f"file{self.sent}.xlsx"
        sha = f"sha{self.sent}"
        rows = []
        for number, item in enumerate(figures):
            row = {key: value for key, value in item.items() if key != "observation_id"}
            locator = f"{row['locator']}{number}"
            rows.append({**row, "file_name": name, "file_sha256": sha, "vintage_at": at, "locator": locator})
        insert_frame(self.connection, "core.observation", frame_of(*(figure_again(row) for row in rows)))
        self.receive(sha, name, at, [row["period_start"] for row in rows], supersedes=supersedes)
        return sha

    def receive(
        self,
        sha: str,
        name: str,
        at: datetime,
        months: Sequence[date],
        *,
        supersedes: str | None = None,
        area: str = "44",
        status: str = "observed",
    ) -> None:
        receipt = {
            "file_sha256": sha,
            "origin": name,
            "received_at": at,
            "source_code": SUBMISSION,
            "period_start": min(months, default=SEP),
            "period_end": month_end(max(months, default=SEP)),
            "area_code": area,
            "status": status,
            "supersedes": supersedes,
        }
        insert_frame(self.connection, "raw.received_file", pd.DataFrame([receipt]))

    def approve(self, action: str, old: float, new: float, month: date = SEP, **more: Any) -> str:
        """Receives a file of restatements with one entry; its fields are those of ``core.restatement``."""
        self.sent += 1
        at, number = START + timedelta(minutes=self.sent), self.sent
        entry = {
            "restatement_id": f"r{number}",
            "action": action,
            "indicator_code": "CERTS",
            "area_code": "44",
            "scope": "all",
            "period_start": month,
            "period_basis": "calendar",
            "accumulates_from": None,
            "source_code": SUBMISSION,
            "old_value": old,
            "new_value": new,
            "approved_by": "Giám đốc Sở",
            "approved_on": at.date(),
            "reason": "rà soát lại",
            "is_sample": True,
            "file_sha256": f"sha-r{number}",
            "file_name": f"/restatements/{number}.yaml",
            "locator": "line 2",
            "received_at": at,
            "observation_id": f"restated:r{number}",
            "status": "waiting",
            **more,
        }
        insert_frame(self.connection, "core.restatement", pd.DataFrame([entry]))
        receipt = {
            "file_sha256": entry["file_sha256"],
            "origin": entry["file_name"],
            "received_at": at,
            "source_code": "restatement",
            "period_start": month,
            "period_end": month_end(month),
            "status": "observed",
        }
        insert_frame(self.connection, "raw.received_file", pd.DataFrame([receipt]))
        return str(entry["restatement_id"])

    def statuses(self) -> dict[str, str]:
        """What became of each restatement."""
        rows = self.connection.execute("SELECT restatement_id, status FROM core.restatement").fetchall()
        return dict(rows)

    def known(self, sent: int) -> dict[tuple[str, date], float]:
        """What was in force when that many files had been sent."""
        rows = self.connection.execute(
            "SELECT indicator_code, period_start, value FROM core.observation_as_of(?::TIMESTAMP) ORDER BY ALL",
            [START + timedelta(minutes=sent)],
        ).fetchall()
        return {(code, month): value for code, month, value in rows}

    def judge(self, *months: date, catalogue: Catalogue | None = None) -> Any:
        return judge_months(
            self.connection,
            months,
            catalogue=catalogue or small_catalogue(),
            office=self.office,
            run_at=START + timedelta(days=1, minutes=self.sent),
        )

    def run(self, *months: date) -> Any:
        judgement = self.judge(*months)
        write_judgement(self.connection, judgement)
        return judgement

    def in_force(self) -> dict[tuple[str, date], float]:
        rows = self.connection.execute(
            "SELECT indicator_code, period_start, value FROM core.observation WHERE is_latest ORDER BY ALL"
        ).fetchall()
        return {(code, month): value for code, month, value in rows}

    def values(self, code: str) -> list[float]:
        """The figures of an indicator in force."""
        found = self.connection.execute(
            "SELECT value FROM core.observation WHERE is_latest AND indicator_code = ?", [code]
        )
        return [value for (value,) in found.fetchall()]

    def standing(self, severity: str = "ERROR") -> set[tuple[str, date, float | None]]:
        """Rule, month and value of the rejections of that severity that stand."""
        return set(
            self.connection.execute(
                "SELECT rule, period_start, value FROM quality.rejection WHERE is_current AND severity = ?",
                [severity],
            ).fetchall()
        )

    def everything(self) -> list[list[tuple[Any, ...]]]:
        """The content of every table that judging writes."""
        names = ("core.observation", "quality.rejection", "quality.check_result")
        return [self.connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in names]


def figure_again(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the observation id that follows from its file and cell."""
    fields = {
        key: value for key, value in row.items() if key not in ("indicator_code", "value", "period_start")
    }
    return figure(row["indicator_code"], row["value"], row["period_start"], **fields)


def working_file(folder: Path) -> Path:
    return folder / "working.duckdb"
