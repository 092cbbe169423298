"""(f) How long the code location takes to load, as a multiple of importing Dagster alone.

Fresh interpreters, in turn; the whole process counts. Both have compiled bytecode, as pip installs it, from a warm-up.
Run: python -m bench.load_definitions [--runs N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile

from bench.harness import Section, measure_in_turn, ratio, rounds, run_apart, save, work_folder

OURS, PEER = "load the definitions", "import dagster"
TARGET = 1.3
CODE = {OURS: "import dx_pipeline.definitions", PEER: "import dagster"}


def main() -> None:
    """Prints the medians and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=rounds(7))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        bytecode = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        contenders = {
            name: lambda code=code: run_apart([sys.executable, "-c", code], bytecode)
            for name, code in CODE.items()
        }
        runs = measure_in_turn(contenders, options.runs, warm_up=1)
    save(
        "f_load_definitions",
        Section(
            title="Loading the definitions / importing Dagster",
            runs=runs,
            ratios=[ratio(runs, OURS, PEER, TARGET)],
            repeat=f"python -m bench.load_definitions --runs {options.runs}",
        ),
    )


if __name__ == "__main__":
    main()
