"""(d) Years of provincial submissions backfilled in one run, as a multiple of reading the files and one insert.

34 provinces x 60 months at full size: every workbook received, archived, read, checked, answered, compiled
and published by the monthly job over the whole range, as ``dxp run FIRST..LAST`` does, from a landing folder to the
published file. The peer reads the same workbooks with the same reader in a plain loop, puts the frames together and
inserts them into a DuckDB file at once. Each run in a fresh process and data directory; importing is not counted.
Run: python -m bench.backfill [--runs N] [--provinces N] [--months N]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from bench.harness import Run, Section, measure_in_turn, ratio, rounds, run_module, save, work_folder
from bench.submissions import months_from_first, received_on, sample_office
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.observation import FileStamp
from dx_pipeline.ingest.reading import FileToRead, read_figures
from dx_pipeline.orchestration.local_runs import local_runs, run_months
from dx_pipeline.quality.great_expectations import great_expectations
from dx_pipeline.samples.figures import SUBMISSION
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame

OURS, PEER = "backfill in one run", "reader in a loop, one insert"
TARGET = 2.0


def backfill(data: DataDirectory, months: int) -> dict[str, object]:
    """The monthly job over all months; seconds and what came out."""
    wanted = months_from_first(months)
    great_expectations()  # imported before the time is taken
    with received_on(wanted[-1]), local_runs(data) as instance:
        start = time.perf_counter()
        outcome = next(run_months(wanted, instance, data, log_level=os.environ.get("BENCH_LOG", "ERROR")))
        seconds = time.perf_counter() - start
    if outcome.problem or (outcome.first, outcome.last) != (wanted[0], wanted[-1]):
        raise RuntimeError(f"not one run over all months: {outcome}")
    with connect(data.warehouse, read_only=True) as connection:
        counted = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE verdict = 'accepted') FROM core.observation"
        ).fetchone()
    read, accepted = counted or (0, 0)
    return {"seconds": seconds, "figures": read, "accepted": accepted}


def loop(data: DataDirectory) -> dict[str, object]:
    """The reader file by file, and one insert."""
    catalogue, now = load_catalogue(), datetime.now(UTC).replace(tzinfo=None)
    start = time.perf_counter()
    frames = []
    for path in sorted(data.landing.rglob("*.xlsx")):
        origin = path.relative_to(data.landing).as_posix()
        stamp = FileStamp(
            file_sha256=sha256_of(path), file_name=origin, source_code=SUBMISSION, vintage_at=now
        )
        found = read_figures(FileToRead(path, origin, source_code=SUBMISSION, stamp=stamp), catalogue)
        frames.append(found.observations)
    with connect(data.warehouse) as connection:
        create_schema(connection)
        figures = insert_frame(connection, "core.observation", pd.concat(frames, ignore_index=True))
    return {"seconds": time.perf_counter() - start, "figures": figures}


def measured(subject: str, template: Path, months: int) -> Run:
    """One contender in a process and data directory of its own."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        root = Path(folder) / "office"
        shutil.copytree(template, root)
        arguments = ["--subject", subject, "--office", root, "--months", str(months)]
        bytecode = {"PYTHONPYCACHEPREFIX": str(template.parent / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
        return run_module("bench.backfill", *arguments, env=bytecode)


def main() -> None:
    """Prints the medians and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=rounds())
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--months", type=int, default=6)
    parser.add_argument("--subject", choices=["ours", "loop"], help=argparse.SUPPRESS)
    parser.add_argument("--office", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.subject:
        data = DataDirectory(options.office)
        print(json.dumps(backfill(data, options.months) if options.subject == "ours" else loop(data)))
        return
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        template = Path(folder) / "template"
        sample_office(template, provinces=options.provinces, months=months_from_first(options.months))
        runs = measure_in_turn(
            {
                OURS: lambda: measured("ours", template, options.months),
                PEER: lambda: measured("loop", template, options.months),
            },
            options.runs,
            warm_up=1,  # compiles the bytecode, as pip does
        )
    figures = {name: found[-1].detail["figures"] for name, found in runs.items()}
    if len(set(figures.values())) != 1:
        raise RuntimeError(f"the contenders read different figures: {figures}")
    save(
        "d_backfill",
        Section(
            title="Submissions backfilled in one run / the reader in a loop and one insert",
            runs=runs,
            ratios=[ratio(runs, OURS, PEER, TARGET)],
            setup={"provinces": options.provinces, "months": options.months, **runs[OURS][-1].detail},
            repeat=f"python -m bench.backfill --runs {options.runs} --provinces {options.provinces} "
            f"--months {options.months}",
        ),
    )


if __name__ == "__main__":
    main()
