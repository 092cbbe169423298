"""(e) One province's late workbook to the published file, as a multiple of empty Dagster runs on the same machine.

A month is published from all provinces but one; then the last workbook arrives and ``dxp run MONTH`` takes it in: the
monthly job of eight steps and the quarterly one of four. The peer (``empty_runs.py``) is the same number of runs and
steps with assets that do nothing. Warm: in a process that has everything imported, as a code server has. Cold: a fresh
process each, with compiled bytecode for both, as pip installs it. Beside them, to show where the limit is: our own two
graphs, every asset, check and dependency of them, with empty bodies.
Run: python -m bench.late_submission [--runs N] [--provinces N] [--months N]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import dagster as dg

from bench import empty_runs
from bench.harness import Run, Section, measure_in_turn, ratio, rounds, run_apart, save, work_folder
from bench.submissions import months_from_first, received_on, sample_office
from dx_pipeline.ingest.isolation import stop_reading
from dx_pipeline.orchestration.build import build_definitions
from dx_pipeline.orchestration.local_runs import local_runs, run_months
from dx_pipeline.periods import month_key
from dx_pipeline.settings import DataDirectory

OURS, SAME_GRAPH, EMPTY = "late submission", "our graphs, empty", "empty runs"
TARGET = 2.0


class Office:
    """An office with one workbook outstanding, copied anew for each run so that all start from the same state."""

    def __init__(self, folder: Path, provinces: int, months: list[date]) -> None:
        self.folder, self.month = folder, months[-1]
        self._numbers = count()
        self.template = folder / "template"
        data = sample_office(self.template, provinces=provinces, months=months)
        workbook = max(data.landing.rglob("*.xlsx"))
        self.held, self._place = folder / workbook.name, workbook.relative_to(data.root)
        workbook.rename(self.held)
        self.run(data, months)
        self.run(data, months[-1:])  # the state after an ordinary run of the month

    def run(self, data: DataDirectory, months: list[date]) -> None:
        with received_on(months[-1]), local_runs(data) as instance:
            _finish(run_months(months, instance, data, log_level="ERROR"))

    def copied(self) -> DataDirectory:
        """A copy in which the last workbook has just arrived."""
        root = self.folder / f"office_{next(self._numbers)}"
        shutil.copytree(self.template, root)
        shutil.copy(self.held, root / self._place)
        return DataDirectory(root)


def _finish(outcomes: Iterator[object]) -> None:
    for outcome in outcomes:
        problem = getattr(outcome, "problem", "")
        if problem:
            raise RuntimeError(problem)


def warm(office: Office) -> dict[str, Callable[[], Run]]:
    """The contenders in this process."""

    def ours() -> Run:
        data = office.copied()
        with received_on(office.month), local_runs(data) as instance:
            run = _timed(lambda: _finish(run_months([office.month], instance, data, log_level="ERROR")))
        shutil.rmtree(data.root)
        return run

    def same_graph() -> Run:
        data = office.copied()
        with received_on(office.month), local_runs(data) as instance:
            run = _timed(lambda: empty_runs.run_both(emptied(data.root), instance, month_key(office.month)))
        shutil.rmtree(data.root)
        return run

    def empty() -> Run:
        with received_on(office.month), _empty_home(office) as instance:
            return _timed(
                lambda: empty_runs.run_both(empty_runs.definitions(), instance, month_key(office.month))
            )

    return {OURS: ours, SAME_GRAPH: same_graph, EMPTY: empty}


def _timed(work: Callable[[], object]) -> Run:
    start = time.perf_counter()
    work()
    return Run(time.perf_counter() - start)


@contextmanager
def _empty_home(office: Office) -> Iterator[dg.DagsterInstance]:
    with tempfile.TemporaryDirectory(dir=office.folder) as home:
        empty_runs.prepare_home(Path(home))
        with dg.DagsterInstance.get() as instance:
            yield instance


def emptied(root: Path) -> dg.Definitions:
    """Our own code location with every body replaced by results without metadata."""
    ours = build_definitions(root)
    assets = [item for item in ours.assets or () if isinstance(item, dg.AssetsDefinition)]
    return dg.Definitions(
        assets=[*(item for item in ours.assets or () if item not in assets), *map(_emptied, assets)],
        jobs=ours.jobs,
        loggers=ours.loggers,
    )


def _emptied(asset: dg.AssetsDefinition) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=asset.op.name,
        specs=list(asset.specs),
        check_specs=list(asset.check_specs),
        pool=asset.op.pool,
    )
    def nothing() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        for spec in asset.specs:
            yield dg.MaterializeResult(asset_key=spec.key)
        for check in asset.check_specs:
            yield dg.AssetCheckResult(check_name=check.name, asset_key=check.asset_key, passed=True)

    return nothing


def cold(office: Office) -> dict[str, Callable[[], Run]]:
    """The contenders in fresh processes, whose bytecode is compiled by the warm-up round."""
    bytecode = {"PYTHONPYCACHEPREFIX": str(office.folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    month = month_key(office.month)

    def ours() -> Run:
        data = office.copied()
        run = run_apart(
            [sys.executable, "-c", "from dx_pipeline.cli import main; main()", "run", month, "--quiet"],
            {**bytecode, "DX_DATA_DIR": str(data.root)},
        )
        shutil.rmtree(data.root)
        return run

    def empty() -> Run:
        with tempfile.TemporaryDirectory(dir=office.folder) as home:
            with _empty_home_at(Path(home)):
                pass
            return run_apart([sys.executable, "-m", "bench.empty_runs", home, month], bytecode)

    return {f"{OURS}, cold": ours, f"{EMPTY}, cold": empty}


@contextmanager
def _empty_home_at(home: Path) -> Iterator[None]:
    """A home whose run history exists already, as the office's does."""
    empty_runs.prepare_home(home)
    with dg.DagsterInstance.get():
        yield


def main() -> None:
    """Prints the medians and their ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=rounds())
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--months", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        office = Office(Path(folder), options.provinces, months_from_first(options.months))
        runs = measure_in_turn(warm(office), options.runs, warm_up=1)
        stop_reading()
        runs |= measure_in_turn(cold(office), options.runs, warm_up=1)
    save(
        "e_late_submission",
        Section(
            title="One late submission to the published file / empty Dagster runs",
            runs=runs,
            ratios=[
                ratio(runs, OURS, EMPTY, TARGET),
                ratio(runs, SAME_GRAPH, EMPTY),
                ratio(runs, OURS, SAME_GRAPH),
                ratio(runs, f"{OURS}, cold", f"{EMPTY}, cold", TARGET),
            ],
            setup={"provinces": options.provinces, "months": options.months, "steps": empty_runs.STEPS},
            repeat=f"python -m bench.late_submission --runs {options.runs} --months {options.months}",
        ),
    )


if __name__ == "__main__":
    main()
