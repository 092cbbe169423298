"""How long the code location takes to load, as a multiple of importing Dagster alone.

Both are fresh interpreters, in turn, in one run; medians. Run: python bench/load_definitions.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

SUBJECTS = {"import dagster": "import dagster", "load definitions": "import dx_pipeline.definitions"}


def seconds(code: str) -> float:
    """Wall time of one fresh interpreter that runs ``code``."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Prints the medians and their ratio."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for code in SUBJECTS.values():
        seconds(code)
    times: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    for _ in range(runs):
        for name, code in SUBJECTS.items():
            times[name].append(seconds(code))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<18} {median:6.2f} s")
    print(
        f"ratio              {medians['load definitions'] / medians['import dagster']:6.2f}  ({runs} runs each)"
    )


if __name__ == "__main__":
    main()
