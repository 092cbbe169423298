"""The harness: contenders in turn, processes of their own, results kept by section, and the page made of them."""

from __future__ import annotations

import json
import sys

import pytest

from bench import harness, report
from bench.harness import Ratio, Run, Section, measure_in_turn, memory_ratio, ratio, run_apart, save

PYTHON = sys.executable


def section(**runs):
    return Section(title="A title", runs=runs, ratios=[Ratio("a / b", 1.5, 1.25)], repeat="make bench")


def test_contenders_run_in_turn_and_the_warm_up_does_not_count():
    order = []
    found = measure_in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2, warm_up=1)
    assert order == ["a", "b"] * 3
    assert {name: len(runs) for name, runs in found.items()} == {"a": 2, "b": 2}


def test_a_run_that_measured_itself_is_taken_as_it_is():
    run = Run(1.5, peak_mb=7)
    assert measure_in_turn({"a": lambda: run}, 1) == {"a": [run]}


def test_run_apart_takes_the_account_in_the_last_line():
    code = "import json; print('words'); print(json.dumps({'seconds': 0.25, 'peak_mb': 1e6, 'rows': 3}))"
    run = run_apart([PYTHON, "-c", code])
    assert (run.seconds, run.peak_mb, run.detail) == (0.25, 1e6, {"rows": 3})
    assert (run.wall_seconds or 0) > 0


def test_run_apart_sees_the_memory_of_children():
    child = "import time; kept = b'x' * 150_000_000; time.sleep(0.4)"
    run = run_apart(
        [PYTHON, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"]
    )
    assert (run.peak_mb or 0) > 150


def test_run_apart_gives_the_environment():
    run = run_apart(
        [PYTHON, "-c", "import os; print('{\"seconds\": %s}' % os.environ['WORD'])"], {"WORD": "4"}
    )
    assert run.seconds == 4


def test_run_apart_fails_with_what_was_printed():
    with pytest.raises(RuntimeError, match="it broke"):
        run_apart([PYTHON, "-c", "raise SystemExit('it broke')"])


def test_run_apart_ends_what_takes_too_long():
    with pytest.raises(RuntimeError, match="stopped"):
        run_apart([PYTHON, "-c", "import time; time.sleep(60)"], timeout=0.3)


def test_ratios_are_of_medians():
    runs = {"a": [Run(1, peak_mb=10), Run(9, peak_mb=30), Run(3, peak_mb=20)], "b": [Run(2, peak_mb=40)]}
    assert ratio(runs, "a", "b", 1.5) == Ratio("a / b", 1.5, 1.5)
    assert memory_ratio(runs, "a", "b").value == 0.5


@pytest.mark.parametrize(("target", "met"), [(None, None), (1.5, True), (1.49, False)])
def test_a_target_is_met_up_to_its_value(target, met):
    assert Ratio("a / b", 1.5, target).met is met


def test_memory_that_was_not_watched_has_no_ratio():
    with pytest.raises(ValueError, match="not watched"):
        memory_ratio({"a": [Run(1)], "b": [Run(1)]}, "a", "b")


def test_save_keeps_the_other_sections_and_says_the_machine(tmp_path):
    results = tmp_path / "results.json"
    save("one", section(a=[Run(1)]), results)
    save("two", section(a=[Run(2)]), results)
    kept = json.loads(results.read_text(encoding="utf-8"))
    assert {name: item["contenders"]["a"]["median_seconds"] for name, item in kept.items()} == {
        "one": 1,
        "two": 2,
    }
    assert set(kept["one"]["machine"]) >= {"processor", "cores", "memory_gb", "python", "versions", "date"}
    assert kept["one"]["ratios"] == [{"label": "a / b", "value": 1.5, "target": 1.25, "met": False}]


def test_page_says_seconds_memory_targets_machine_and_how_to_repeat(tmp_path):
    results = tmp_path / "results.json"
    detail = {"stages": {"load": 0.5}}
    save("z_other", section(ours=[Run(1.25, peak_mb=300, detail=detail)], bare=[Run(0.5)]), results)
    report.write(results, tmp_path)
    page = (tmp_path / report.PAGE).read_text(encoding="utf-8")
    assert "| ours | 1.250 | 300 | 1 | load 0.50 |" in page
    assert "| a / b | 1.50 | 1.25 | **no** |" in page
    assert "Repeat: `make bench`" in page
    assert harness.machine()["processor"] in page
