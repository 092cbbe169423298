"""(a) From a landed file to judged figures, over a bare DuckDB script and over a bare scan of the same CSV.

Ours with everything on: archived, typed, checked, rejects, figures, verdicts. Run: python -m bench.end_to_end
"""

from __future__ import annotations

from bench.harness import Section, measure_in_turn, ratio, rounds, save
from bench.registers import PIPELINE, SCAN, SCRIPT, contender, register, rows_wanted, target

OVER_SCRIPT, OVER_SCAN = 1.25, 3.3


def main() -> None:
    """Prints the medians and their ratios."""
    rows = rows_wanted()
    with register(rows) as file:
        contenders = {name: contender(name, file) for name in (SCAN, SCRIPT, PIPELINE)}
        runs = measure_in_turn(contenders, rounds())
        size = round(file.stat().st_size / 1e6)
    save(
        "a_end_to_end",
        Section(
            title="(a) One month's register, end to end",
            runs=runs,
            ratios=[
                ratio(runs, PIPELINE, SCRIPT, target(OVER_SCRIPT, rows)),
                ratio(runs, PIPELINE, SCAN, target(OVER_SCAN, rows)),
            ],
            setup={"rows": rows, "csv_mb": size},
            repeat=f"make bench ONLY=end_to_end ROWS={rows} RUNS={rounds()}",
        ),
    )


if __name__ == "__main__":
    main()
