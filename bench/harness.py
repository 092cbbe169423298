"""What every benchmark shares: contenders measured in turn, processes of their own, and the results kept.

Contenders run one after the other, round after round, so that a slow minute of the machine meets all of them;
medians are compared. How the results are shown is ``report.py``'s business.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

import psutil

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parent
RESULTS = FOLDER / "results.json"
PACKAGES = ("duckdb", "dagster", "great-expectations", "pandas", "polars", "dlt", "pyarrow", "numpy")
SAMPLE_SECONDS = 0.02  # between two looks at the memory of a process and its children
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Run:
    """One run of one contender.

    Attributes:
        seconds: What is compared: the work, without starting Python and importing.
        wall_seconds: The whole process where the contender ran in one of its own.
        peak_mb: Largest resident memory of the process and its children together, mapped pages included.
        detail: Whatever the contender says of itself: its stages, sizes, counts.
    """

    seconds: float
    wall_seconds: float | None = None
    peak_mb: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ratio:
    """One contender's median over another's; met where it is not above its target."""

    label: str
    value: float
    target: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else self.value <= self.target


@dataclass(frozen=True)
class Section:
    """One benchmark as it is kept: its runs by contender, its ratios, and how it was set up."""

    title: str
    runs: Mapping[str, Sequence[Run]]
    ratios: Sequence[Ratio] = ()
    setup: Mapping[str, Any] = field(default_factory=dict)
    repeat: str = ""


def rounds(default: int = 5) -> int:
    """How often each contender runs: ``BENCH_RUNS``, else the default."""
    return int(os.environ.get("BENCH_RUNS") or default)


def work_folder() -> Path:
    """Where registers and outputs lie while they are measured: ``BENCH_FOLDER``, else below ``build``."""
    folder = Path(os.environ.get("BENCH_FOLDER") or REPOSITORY / "build" / "bench" / "work")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def measure_in_turn(
    contenders: Mapping[str, Callable[[], Run | object]], runs: int, warm_up: int = 0
) -> dict[str, list[Run]]:
    """Runs every contender ``runs`` times, one after the other in each round.

    Args:
        contenders: Name -> what to run; what gives a ``Run`` measured itself, anything else is timed here.
        runs: Rounds that count.
        warm_up: Rounds before them that do not.
    """
    found: dict[str, list[Run]] = {name: [] for name in contenders}
    for number in range(-warm_up, runs):
        for name, contender in contenders.items():
            run = _timed(contender)
            say(f"  {'warm-up' if number < 0 else f'{number + 1}/{runs}'} {name}: {_figures(run)}")
            if number >= 0:
                found[name].append(run)
    return found


def _timed(contender: Callable[[], Run | object]) -> Run:
    start = time.perf_counter()
    result = contender()
    seconds = time.perf_counter() - start
    return result if isinstance(result, Run) else Run(seconds)


def _figures(run: Run) -> str:
    memory = "" if run.peak_mb is None else f", {run.peak_mb:.0f} MB"
    return f"{run.seconds:.3f} s{memory}"


def say(text: str) -> None:
    """One line of progress, at once."""
    print(text, flush=True)


def run_apart(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, timeout: float = 7200
) -> Run:
    """Runs a command in a process of its own: wall time and peak memory of it and its children.

    A line of JSON at the end of what it prints is its own account: ``seconds`` is then what is compared, and
    ``peak_mb`` counts where it is above what was seen from outside; the rest becomes ``detail``.

    Raises:
        RuntimeError: The command failed or took longer than ``timeout``; with the end of what it printed.
    """
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **(env or {})},
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak = _peak_until_done(process, timeout)
        wall = time.perf_counter() - start
        text = _text(output)
    if process.returncode:
        raise RuntimeError(f"{command}: exit code {process.returncode}\n{text[-4000:]}")
    account = _account(text)
    own_peak = float(account.pop("peak_mb", 0))
    return Run(float(account.pop("seconds", wall)), wall, max(peak, own_peak), account)


def run_module(module: str, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Run:
    """``run_apart`` of ``python -m module`` with this interpreter."""
    return run_apart([sys.executable, "-m", module, *arguments], env)


def _peak_until_done(process: subprocess.Popen[Any], timeout: float) -> float:
    """The largest sum of resident memory seen until the process ended, in megabytes."""
    watched, peak, deadline = psutil.Process(process.pid), 0, time.perf_counter() + timeout
    while process.poll() is None:
        if time.perf_counter() > deadline:
            process.kill()
            process.wait()
            raise RuntimeError(f"{process.args}: stopped after {timeout} s")
        peak = max(peak, _resident(watched))
        time.sleep(SAMPLE_SECONDS)
    return peak / MEGABYTE


def _resident(process: psutil.Process) -> int:
    """Bytes of memory of a process and its children now; what has just ended counts as nothing."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            try:
                total += one.memory_info().rss
            except psutil.Error:
                continue
    except psutil.Error:
        return total
    return total


def _text(output: IO[str]) -> str:
    output.seek(0)
    return output.read()


def _account(text: str) -> dict[str, Any]:
    """The JSON object in the last line a command printed; empty where there is none."""
    lines = text.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def median(runs: Sequence[Run]) -> float:
    """The median of what is compared, in seconds."""
    return statistics.median(run.seconds for run in runs)


def peak(runs: Sequence[Run]) -> float | None:
    """The median of the peaks, in megabytes; None where memory was not watched."""
    found = [run.peak_mb for run in runs if run.peak_mb is not None]
    return statistics.median(found) if found else None


def ratio(runs: Mapping[str, Sequence[Run]], subject: str, over: str, target: float | None = None) -> Ratio:
    """The subject's median seconds over another contender's."""
    return Ratio(f"{subject} / {over}", median(runs[subject]) / median(runs[over]), target)


def memory_ratio(
    runs: Mapping[str, Sequence[Run]], subject: str, over: str, target: float | None = None
) -> Ratio:
    """The subject's peak memory over another contender's."""
    top, bottom = peak(runs[subject]), peak(runs[over])
    if top is None or bottom is None:
        raise ValueError(f"the memory of {subject} or {over} was not watched")
    return Ratio(f"memory: {subject} / {over}", top / bottom, target)


def save(section: str, result: Section, results: Path = RESULTS) -> None:
    """Keeps a benchmark's result with the machine it ran on; the other sections stay as they are."""
    kept = load(results)
    kept[section] = {
        "title": result.title,
        "contenders": {name: _contender(runs) for name, runs in result.runs.items()},
        "ratios": [{**asdict(ratio), "met": ratio.met} for ratio in result.ratios],
        "setup": dict(result.setup),
        "repeat": result.repeat,
        "machine": machine(),
    }
    temporary = results.with_name(f".{results.name}.tmp")
    text = json.dumps(_without_places(dict(sorted(kept.items()))), indent=1, ensure_ascii=False)
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(results)
    for item in result.ratios:
        say(f"  {item.label}: {item.value:.2f}{_verdict(item)}")


def _without_places(value: Any) -> Any:
    """Without what is a path on this machine: contenders say where their results lie, and nobody else needs it."""
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if not _is_place(item)}
    return [_without_places(item) for item in value] if isinstance(value, list) else value


def _is_place(value: Any) -> bool:
    return isinstance(value, str) and Path(value).is_absolute()


def _contender(runs: Sequence[Run]) -> dict[str, Any]:
    return {"median_seconds": median(runs), "peak_mb": peak(runs), "runs": [asdict(run) for run in runs]}


def _verdict(item: Ratio) -> str:
    return "" if item.target is None else f" (target {item.target:g}: {'met' if item.met else 'NOT met'})"


def load(results: Path = RESULTS) -> dict[str, Any]:
    """The results kept so far, by section; empty where there are none."""
    return json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}


def machine() -> dict[str, Any]:
    """Where and when: processor, cores, memory, system, versions, date."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load": round(psutil.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
