"""What benchmarks (a), (b) and (c) share: the register they work on, and its contenders in processes of their own.

Every contender of the whole job is compared with ``reference.py`` on its first run over a file: a fast wrong answer
ends the benchmark.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.generate_dossiers import bad_rows_file, generate, write_bad_rows
from bench.harness import Run, run_module, say, work_folder
from bench.peers.job import MONTH

NATIONAL = 7_500_000
"""Dossiers of two months of the whole country, the size the targets are set for."""
SEED = 57
BAD_SHARE = 0.001
PIPELINE, SCRIPT, SCAN = "pipeline", "duckdb_script", "duckdb_scan"
PANDAS, POLARS, DLT = "pandas_ge", "polars_job", "dlt_job"
BARE = (SCRIPT, SCAN)


def rows_wanted() -> int:
    """The size of the register: ``BENCH_ROWS``, else small."""
    return int(os.environ.get("BENCH_ROWS") or 200_000)


def target(value: float, rows: int) -> float | None:
    """A target that is set for the national size; none below it, where fixed costs weigh most."""
    return value if rows >= NATIONAL else None


@contextmanager
def register(rows: int) -> Iterator[Path]:
    """A CSV of so many dossiers with one bad row in a thousand; it is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="register-", dir=work_folder()) as folder:
        path = Path(folder) / "dossiers.csv"
        bad = generate(path, rows, SEED, MONTH, BAD_SHARE)
        write_bad_rows(bad_rows_file(path), bad or [])
        say(f"  {rows} rows, {path.stat().st_size / 1e6:.0f} MB, {len(bad or [])} bad ones")
        yield path


def contender(name: str, file: Path) -> Callable[[], Run]:
    """What runs ``peers/NAME.py`` over the file, in a new folder each time."""
    checked: list[str] = []

    def run() -> Run:
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=work_folder()))
        try:
            found = run_module(f"bench.peers.{name}", file, folder)
            if name not in BARE and not checked:
                _compare(name, file, folder)
                checked.append(name)
            return found
        finally:
            shutil.rmtree(folder)

    return run


def _compare(name: str, file: Path, folder: Path) -> None:
    where = ("--data", folder / "office") if name == PIPELINE else ("--store", folder / "store.duckdb")
    found = run_module("bench.reference", file, *where)
    say(f"    {name}: {found.detail['figures']} figures and every reject are those of plain SQL over the CSV")
