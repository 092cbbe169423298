"""An office's data directory as the tests of the whole pipeline use it: files sent, jobs run, tables asked.

The jobs are the real ones, run in this process on the directory's own run history.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import openpyxl
import pandas as pd
import yaml

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.template import COVER_SHEET
from dx_pipeline.orchestration.local_runs import JobOutcome, local_runs, prepare_home, run_months
from dx_pipeline.periods import parse_month
from dx_pipeline.publish.changes.holding import compare_with_published
from dx_pipeline.samples.world import make_sample_world
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import connect, insert_frame

PUBLISHED_SAMPLES = Path(__file__).parents[2] / "data" / "samples"
# half of what `dxp samples` makes: the months under the old provinces are run in test_old_provinces.py
SAMPLE_MONTHS = ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12")
PORTAL_MONTH = "2026-10"
SUBMISSIONS = "provincial_submission"
FILE_CHECKS = {"files_readable", "files_in_place"}
FIRST_ROW, FIRST_COLUMN = 8, 3

Row = dict[str, Any]
Cells = Mapping[tuple[str, str], object]


@contextmanager
def environment_kept() -> Iterator[None]:
    """A run makes the data directory Dagster's home; afterwards the environment is as it was."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class OfficeWorld:
    """One office's data directory."""

    def __init__(self, root: Path) -> None:
        self.data = DataDirectory(root)

    def copy(self, root: Path) -> OfficeWorld:
        """The same world elsewhere, to change."""
        shutil.copytree(self.data.root, root)
        return OfficeWorld(root)

    def copy_landing(self, root: Path, *months: str, without: Sequence[str] = ()) -> OfficeWorld:
        """A world that received nothing yet: settings, bulletins and the sample files of ``months``."""
        fresh = OfficeWorld(root)
        fresh.data.create()
        shutil.copy(self.data.root / "office.yaml", root)
        for path in sorted(self.data.landing.rglob("*.*")):
            place = path.relative_to(self.data.landing)
            if place.parts[0] == "national_bulletin" or (
                place.parts[1] in months and path.name not in without
            ):
                (fresh.data.landing / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, fresh.data.landing / place)
        return fresh

    def run(self, *months: str) -> list[JobOutcome]:
        """Runs the jobs over months, as ``dxp run`` does."""
        with environment_kept(), local_runs(self.data) as instance:
            keys = [parse_month(month) for month in months]
            return list(run_months(keys, instance, self.data, log_level="ERROR"))

    def run_well(self, *months: str) -> list[JobOutcome]:
        """Runs months that are expected to go through."""
        outcomes = self.run(*months)
        assert [outcome.problem for outcome in outcomes if outcome.problem] == []
        return outcomes

    def run_and_accept(self, month: str) -> list[JobOutcome]:
        """Runs a month whose change of published figures waits, accepts it, and runs the month again."""
        [held] = self.run(month)
        assert "published figures would change beyond the limits" in held.problem
        comparison = compare_with_published(self.data.warehouse, self.data)
        accepted = {"change_digest": comparison.digest, "approved_by": "A", "reason": "Rà soát"}
        with connect(self.data.warehouse) as connection:
            insert_frame(connection, "core.accepted_change", pd.DataFrame([accepted]))
        return self.run_well(month)

    def choose(self, **choices: object) -> None:
        """Sets choices of the office in its ``office.yaml``."""
        path = self.data.root / "office.yaml"
        before = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump({**before, **choices}, allow_unicode=True), encoding="utf-8")

    def published(self, sql: str, parameters: Sequence[object] | Row = ()) -> list[Row]:
        """Asks the published file."""
        return _ask(self.data.published_file, sql, parameters)

    def working(self, sql: str, parameters: Sequence[object] | Row = ()) -> list[Row]:
        """Asks the working file."""
        return _ask(self.data.warehouse, sql, parameters)

    def rejections(self, month: str, severity: str = "ERROR") -> list[Row]:
        """What stands rejected in a month."""
        return self.working(
            "SELECT * FROM quality.rejection WHERE is_current AND severity = ? AND period_start = ? "
            "ORDER BY rule, file_name, locator",
            [severity, parse_month(month)],
        )

    def checks(self, run_id: str) -> dict[str, dg.AssetCheckEvaluation]:
        """The check evaluations of a run, by the check's name, from Dagster's event log."""
        with self.instance() as instance:
            entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
        return {item.check_name: item for item in found}

    @contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """The office's run history."""
        with environment_kept():
            prepare_home(self.data)
            with dg.DagsterInstance.get() as instance:
                yield instance

    def snapshot(self) -> Row:
        """What must not change when there is no news: published bytes, and rows of the working file."""
        counts = [
            "SELECT count(*) FROM raw.received_file",
            "SELECT count(*) FROM core.observation",
            "SELECT count(*) FROM core.accepted_observation",
            "SELECT bit_xor(hash(m)) FROM mart.province_monthly AS m",
            "SELECT bit_xor(hash(m)) FROM mart.national_monthly AS m",
        ]
        files = sorted(path for path in self.data.published.rglob("*") if path.is_file())
        return {
            "files": {path.name: sha256_of(path) for path in files},
            "working": {sql: list(self.working(sql)[0].values()) for sql in counts},
        }

    def submission(self, province: str, month: str) -> Path:
        """The province's workbook of a month in the landing folder."""
        [path] = (self.data.landing / SUBMISSIONS / month).glob(f"{province}_*.xlsx")
        return path

    def origin(self, path: Path) -> str:
        """How messages and tables name a landed file."""
        return path.relative_to(self.data.landing).as_posix()

    def figure(self, province: str, month: str, indicator: str, source: str = SUBMISSIONS) -> float:
        """The accepted figure of a province and month, all offices or the province's own plan."""
        [row] = self.working(
            "SELECT value FROM core.accepted_observation WHERE area_code = ? AND period_start = ? "
            "AND indicator_code = ? AND source_code = ? AND scope <> 'commune_level'",
            [province, parse_month(month), indicator, source],
        )
        return row["value"]


def _ask(path: Path, sql: str, parameters: Sequence[object] | Row) -> list[Row]:
    with duckdb.connect(str(path), read_only=True) as connection:
        cursor = connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def cell_of(indicator: str, scope: str = "all") -> tuple[str, int, int]:
    """Sheet, row and column of the cell for an indicator's value in the template."""
    for layout in workbook_layout(load_catalogue()):
        for number, column in enumerate(layout.columns):
            if (column.indicator_code, column.role) == (indicator, "value"):
                return layout.sheet_name, FIRST_ROW + layout.scopes.index(scope), FIRST_COLUMN + number
    raise AssertionError(f"the template does not ask for {indicator}")


def locator_of(indicator: str, scope: str = "all") -> str:
    """The same place as messages name it: ``Sheet!E8``."""
    sheet, row, column = cell_of(indicator, scope)
    return f"{sheet}!{openpyxl.utils.get_column_letter(column)}{row}"


def write_into(path: Path, figures: Cells, cover: Mapping[str, str] | None = None) -> None:
    """Types figures, by indicator and scope, and texts of the first sheet into a workbook, as a person would."""
    book = openpyxl.load_workbook(path)
    for (indicator, scope), value in figures.items():
        sheet, row, column = cell_of(indicator, scope)
        book[sheet].cell(row, column).value = value
    for label, text in (cover or {}).items():
        [row] = [cells for cells in book[COVER_SHEET].iter_rows() if cells[0].value == label]
        row[1].value = text
    book.save(path)


@cache
def finished_sample_world(folder: Path) -> OfficeWorld:
    """The sample world since the merger with every month run, made once per session. Copy it before changing it."""
    world = OfficeWorld(folder / "finished_sample_world")
    make_sample_world(
        world.data,
        published=PUBLISHED_SAMPLES,
        catalogue=load_catalogue(),
        months=[parse_month(month) for month in SAMPLE_MONTHS],
    )
    world.run_well(*SAMPLE_MONTHS, PORTAL_MONTH)
    return world
