"""A run ended with kill -9 at any moment: readers notice nothing, and the next run ends well.

The runs are ``dxp run`` in a process of their own, killed when their log says how far they are.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dagster as dg
import duckdb
import pytest

from dx_pipeline_tests.pipeline.office_world import OfficeWorld, write_into

MONTH = "2025-10"
PROVINCE = "40"
NEW_VALUE = 4321
SECONDS = 180
COMMAND = [sys.executable, "-c", "from dx_pipeline.cli import main; main()", "run"]

# What the log shows when the run is killed (None: see wait_for), and the month that is run next: what a killed
# run accepted or compiled must come out with whatever is run after it.
MOMENTS = {
    "while files are read": ("1 new files in", MONTH),
    "after the checks were written": ("checked: accepted", "2025-08"),
    "while tables are compiled": ("compiled_monthly: compiled", "2025-12"),
    "while the new file is built": (None, MONTH),
}


@dataclass
class Killed:
    """What was there after the kill, and after the next run."""

    world: OfficeWorld
    return_code: int
    readable: dict[str, int]
    unfinished: list[str]
    next_code: int
    next_log: str
    slots_taken: int
    open_runs: int
    leftovers: list[str]


def start(world, month):
    environment = {**os.environ, "DX_DATA_DIR": str(world.data.root), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [*COMMAND, month], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_for(process, world, text):
    """Returns when the log shows ``text``; without one, when the file to publish is being written."""
    seen = []
    reached = threading.Event()

    def follow():
        for line in process.stdout:
            seen.append(line)
            if text and text in line:
                reached.set()
        reached.set()

    threading.Thread(target=follow, daemon=True).start()
    if text:
        reached.wait(SECONDS)
        return seen
    give_up_at = time.monotonic() + SECONDS
    while not list(world.data.published.glob(".dx.duckdb.*.part")) and time.monotonic() < give_up_at:
        if process.poll() is not None:
            break
        time.sleep(0.002)
    return seen


def row_counts(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {
            name: connection.execute(f"SELECT count(*) FROM mart.{name}").fetchone()[0]
            for name in sorted(names)
        }


def kill_and_run_again(world, moment):
    text, next_month = moment
    world.choose(publication={"hold": {"count_percent": float("inf")}})  # the news is to go out at once
    write_into(world.submission(PROVINCE, MONTH), {("PS_FULL_CNT", "all"): NEW_VALUE})
    process = start(world, MONTH)
    wait_for(process, world, text)
    process.send_signal(signal.SIGKILL)
    return_code = process.wait(SECONDS)
    readable = row_counts(world.data.published_file)
    unfinished = [path.name for path in world.data.published.glob(".*")]
    again = start(world, next_month)
    try:
        log, _ = again.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        again.kill()
        log, _ = again.communicate()
    with world.instance() as instance:
        pool = instance.event_log_storage.get_concurrency_info("warehouse_write")
        open_runs = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    leftovers = [path.name for path in world.data.published.glob(".*")]
    return Killed(
        world,
        return_code,
        readable,
        unfinished,
        again.returncode,
        log,
        len(pool.claimed_slots),
        len(open_runs),
        leftovers,
    )


@pytest.fixture(scope="module")
def killed(finished, tmp_path_factory):
    """Every moment once, two at a time: each takes two processes, and most of that is starting them."""
    root = tmp_path_factory.mktemp("killed")
    worlds = [finished.copy(root / str(number)) for number in range(len(MOMENTS))]
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(kill_and_run_again, worlds, MOMENTS.values())
        yield dict(zip(MOMENTS, results, strict=True))
    shutil.rmtree(root)


@pytest.fixture(params=MOMENTS)
def after(request, killed):
    return killed[request.param]


def test_the_run_was_killed_and_not_done(after):
    assert after.return_code == -signal.SIGKILL


def test_the_published_file_stays_readable_and_complete(after, finished):
    assert after.readable == row_counts(finished.data.published_file)


def test_the_next_run_ends_well_and_brings_the_news(after):
    assert after.next_code == 0, after.next_log
    [row] = after.world.published(
        "SELECT value FROM mart.province_monthly WHERE province_code = ? AND period_start = DATE '2025-10-01' "
        "AND indicator_code = 'PS_FULL_CNT'",
        [PROVINCE],
    )
    assert row["value"] == NEW_VALUE


def test_nothing_is_counted_twice(after, finished):
    counted = "SELECT count(*) AS figures FROM core.accepted_observation"
    assert after.world.working(counted) == finished.working(counted)
    assert (
        row_counts(after.world.data.published_file)
        == {
            **row_counts(finished.data.published_file),
            "revision_log": 1,
            "revision_effect": 1,  # October is not the quarter's last month, and the nation's figure is as published
        }
    )


def test_the_slot_of_the_killed_run_is_free_and_the_run_is_closed(after):
    assert (after.slots_taken, after.open_runs) == (0, 0)


def test_no_unfinished_file_is_left(after):
    assert after.leftovers == []


def test_one_of_the_runs_was_killed_while_the_new_file_was_built(killed):
    assert any(name.endswith(".part") for name in killed["while the new file is built"].unfinished)
