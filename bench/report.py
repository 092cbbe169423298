"""From ``results.json`` to what people read: ``RESULTS.md`` and its plot. Run: python -m bench.report

Nothing is measured here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness import FOLDER, RESULTS, load, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAGE, PLOT = "RESULTS.md", "results.svg"
BARS = ("a_end_to_end", "b_other_tools")
GROWTH = "c_growth"
INTRODUCTION = """\
# Benchmark results

Written by `python -m bench.report` from `results.json`. Contenders of a table ran in turn, in one run on one machine;
what counts is the ratio of their medians, not the seconds. Registers are generated sample data. Peak memory is the
resident memory of the process and its children together, mapped file pages included. Seconds of (a) to (c) leave out
starting Python and importing, for all contenders alike. Targets of (a) to (c) are set for 7.5 million rows, so below
that size no target is shown. How to run them: `docs/benchmarks.md`.
"""


def write(results: Path = RESULTS, folder: Path = FOLDER) -> None:
    """Writes the page and the plot of the results kept so far."""
    kept = load(results)
    has_plot = _plot(kept, folder / PLOT)
    lines = [INTRODUCTION]
    if has_plot:
        lines.append(f"![Seconds, and growth with rows]({PLOT})\n")
    for section in kept.values():
        lines += _section(section)
    (folder / PAGE).write_text("\n".join(lines), encoding="utf-8")


def _section(section: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {section['title']}\n"
    if section["setup"]:
        yield f"{', '.join(f'{name} {_plain(value)}' for name, value in section['setup'].items())}\n"
    contenders = section["contenders"]
    stages = any("stages" in run["detail"] for one in contenders.values() for run in one["runs"])
    yield f"| contender | median s | peak MB | runs |{' stages, s (median) |' if stages else ''}"
    yield f"| --- | ---: | ---: | ---: |{' --- |' if stages else ''}"
    for name, one in contenders.items():
        memory = "" if one["peak_mb"] is None else f"{one['peak_mb']:.0f}"
        extra = f" {_stages(one['runs'])} |" if stages else ""
        yield f"| {name} | {one['median_seconds']:.3f} | {memory} | {len(one['runs'])} |{extra}"
    yield from _ratios(section["ratios"])
    yield f"\n{_machine(section['machine'])}\n\nRepeat: `{section['repeat']}`\n"


def _ratios(ratios: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not ratios:
        return
    yield "\n| ratio | value | target | met |"
    yield "| --- | ---: | ---: | --- |"
    for item in ratios:
        goal = "" if item["target"] is None else f"{item['target']:.2f}"
        met = {None: "", True: "yes", False: "**no**"}[item["met"]]
        yield f"| {item['label']} | {item['value']:.2f} | {goal} | {met} |"


def _stages(runs: Sequence[Mapping[str, Any]]) -> str:
    """The median of each stage a contender tells of."""
    names = runs[0]["detail"].get("stages", {})
    middle = len(runs) // 2
    found = {name: sorted(run["detail"]["stages"][name] for run in runs)[middle] for name in names}
    return ", ".join(f"{name} {seconds:.2f}" for name, seconds in found.items())


def _machine(machine: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, load {machine['load']}; Python {machine['python']}, {versions}"
    )


def _plain(value: object) -> str:
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def _plot(kept: Mapping[str, Any], path: Path) -> bool:
    """Bars of seconds and memory, and lines of growth; False where there is nothing to draw."""
    bars = [kept[name] for name in BARS if name in kept]
    count = len(bars) + 2 * (GROWTH in kept)
    if not count:
        return False
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "bench"  # the same results give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, count, figsize=(4.6 * count, 3.6), layout="constrained", squeeze=False)
    for axis, section in zip(axes[0], bars, strict=False):
        _draw_bars(axis, section)
    if GROWTH in kept:
        _draw_growth(axes[0][-2], kept[GROWTH], "median_seconds", "seconds")
        _draw_growth(axes[0][-1], kept[GROWTH], "peak_mb", "peak MB")
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return True


def _draw_bars(axis: Axes, section: Mapping[str, Any]) -> None:
    contenders = section["contenders"]
    seconds = [one["median_seconds"] for one in contenders.values()]
    labels = [f"{one['median_seconds']:.1f} s, {one['peak_mb']:.0f} MB" for one in contenders.values()]
    drawn = axis.barh(list(contenders), seconds, color="#4c78a8")
    axis.bar_label(drawn, labels, padding=3, fontsize=8)
    axis.margins(x=0.45)
    axis.invert_yaxis()
    axis.set(title=f"{section['title']}\n{section['setup']['rows']:,} rows", xlabel="seconds")


def _draw_growth(axis: Axes, section: Mapping[str, Any], measure: str, label: str) -> None:
    sizes = section["setup"]["sizes"]
    for name in section["setup"]["names"]:
        values = [section["contenders"][f"{name} {size}"][measure] for size in sizes]
        axis.plot([size / 1e6 for size in sizes], values, marker="o", label=name)
    axis.set(title=section["title"], xlabel="million rows", ylabel=label, ylim=(0, None), xlim=(0, None))
    axis.legend()


def main() -> None:
    """Writes them beside the results."""
    write()
    say(f"{FOLDER / PAGE}")


if __name__ == "__main__":
    main()
