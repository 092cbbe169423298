"""(b) The same job as competent users of pandas with Great Expectations, polars, and dlt would write it.

All of them archive the bytes, type the cells, name the rows that break a rule, count, and store. Run: python -m
bench.other_tools
"""

from __future__ import annotations

from bench.harness import Section, measure_in_turn, memory_ratio, ratio, rounds, save
from bench.registers import DLT, PANDAS, PIPELINE, POLARS, contender, register, rows_wanted, target

FASTER, PANDAS_MEMORY = 1.0, 1 / 3


def main() -> None:
    """Prints the medians and their ratios."""
    rows = rows_wanted()
    with register(rows) as file:
        contenders = {name: contender(name, file) for name in (PIPELINE, POLARS, DLT, PANDAS)}
        runs = measure_in_turn(contenders, rounds())
        size = round(file.stat().st_size / 1e6)
    save(
        "b_other_tools",
        Section(
            title="(b) The same job with other tools",
            runs=runs,
            ratios=[
                *(ratio(runs, PIPELINE, other, target(FASTER, rows)) for other in (POLARS, DLT, PANDAS)),
                memory_ratio(runs, PIPELINE, PANDAS, target(PANDAS_MEMORY, rows)),
            ],
            setup={"rows": rows, "csv_mb": size},
            repeat=f"make bench ONLY=other_tools ROWS={rows} RUNS={rounds()}",
        ),
    )


if __name__ == "__main__":
    main()
