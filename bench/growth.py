"""(c) Time and peak memory as the register grows: 2/15 of the size asked for, the size, three and six times it.

At 7.5 million rows those are 1, 7.5, 22.5 and 45 million. Run: python -m bench.growth
"""

from __future__ import annotations

from bench.harness import Ratio, Run, Section, measure_in_turn, median, peak, rounds, save
from bench.registers import PIPELINE, SCRIPT, contender, register, rows_wanted, target

STEPS = (2 / 15, 1, 3, 6)
NO_FASTER_THAN_ROWS, FLAT = 1.0, 1.2


def main() -> None:
    """Prints seconds per million rows and peaks, and how they grow from the size asked for."""
    rows = rows_wanted()
    sizes = [round(rows * step) for step in STEPS]
    runs: dict[str, list[Run]] = {}
    for size in sizes:
        with register(size) as file:
            contenders = {f"{name} {size}": contender(name, file) for name in (PIPELINE, SCRIPT)}
            runs |= measure_in_turn(contenders, rounds())
    save(
        "c_growth",
        Section(
            title="(c) Growth with the number of rows",
            runs=runs,
            ratios=list(_ratios(runs, sizes, rows)),
            setup={"sizes": sizes, "names": [PIPELINE, SCRIPT]},
            repeat=f"make bench ONLY=growth ROWS={rows} RUNS={rounds()}",
        ),
    )


def _ratios(runs: dict[str, list[Run]], sizes: list[int], rows: int) -> list[Ratio]:
    """Time per row and memory of the larger sizes over those of the size asked for."""
    base, found = f"{PIPELINE} {rows}", []
    for size in (size for size in sizes if size > rows):
        name = f"{PIPELINE} {size}"
        per_row = median(runs[name]) / median(runs[base]) * rows / size
        found.append(Ratio(f"time per row: {name} / {base}", per_row, target(NO_FASTER_THAN_ROWS, rows)))
        memory = (peak(runs[name]) or 0) / (peak(runs[base]) or 1)
        found.append(Ratio(f"memory: {name} / {base}", memory, target(FLAT, rows)))
    return found


if __name__ == "__main__":
    main()
