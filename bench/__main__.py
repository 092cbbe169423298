"""Runs every benchmark, one process each, then writes the report.

python -m bench [NAME ...]; sizes are settings of the environment: BENCH_ROWS, BENCH_RUNS, BENCH_FOLDER.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.harness import REPOSITORY, say

BENCHMARKS = (
    "end_to_end",
    "other_tools",
    "growth",
    "backfill",
    "late_submission",
    "load_definitions",
    "publishing",
    "read_communes",
)


def main(names: list[str]) -> int:
    """Runs the named benchmarks, or all there are; gives 1 where one of them failed."""
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        say(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    failed = [name for name in names or _present() if not _succeeds(f"bench.{name}")]
    if not _succeeds("bench.report"):
        failed.append("report")
    say(f"failed: {', '.join(failed)}" if failed else "done")
    return int(bool(failed))


def _present() -> list[str]:
    return [name for name in BENCHMARKS if Path(__file__).with_name(f"{name}.py").exists()]


def _succeeds(module: str) -> bool:
    say(f"==> {module}")
    return subprocess.run([sys.executable, "-m", module], cwd=REPOSITORY, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
