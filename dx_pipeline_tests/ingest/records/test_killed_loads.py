"""A process that loads is killed at random moments: what was in force stays, and a rerun ends as if undisturbed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from bench.generate_dossiers import generate
from dx_pipeline.ingest.records.store import LOADING
from dx_pipeline.settings import DataDirectory
from dx_pipeline_tests.ingest.records.register_office import RegisterOffice

OCTOBER, NOVEMBER = date(2025, 10, 1), date(2025, 11, 1)
ROWS = 40_000
MOMENTS = 4
SCRIPT = """
import sys
from datetime import date
from pathlib import Path
from dx_pipeline.settings import DataDirectory
from dx_pipeline_tests.ingest.records.register_office import RegisterOffice
office = RegisterOffice(DataDirectory(Path(sys.argv[1])))
print("ready", flush=True)
office.run(date(2025, 10, 1), date(2025, 11, 1))
print("done", flush=True)
"""
REPOSITORY = Path(__file__).parents[3]


def received(root: Path) -> RegisterOffice:
    """October in force; its correction, and November, which repeats some of it, wait."""
    office = RegisterOffice(DataDirectory(root))
    for name, rows, seed, month, bad_share, day in (
        ("october.csv", 5000, 1, OCTOBER, 0.01, 0),
        ("corrected.csv", ROWS, 1, OCTOBER, 0.002, 1),
        ("november.csv.gz", ROWS, 1, NOVEMBER, 0.002, 2),
    ):
        path = office.data.landing / name
        generate(path, rows, seed, month, bad_share)
        office.receive(path, month, day)
        if day == 0:
            office.run(month)
            office.judge()
    return office


def start(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[RegisterOffice, float]:
    """The same registers loaded without a break, and how long that took."""
    office = received(tmp_path_factory.mktemp("undisturbed"))
    before = time.monotonic()
    process = start(office.data.root)
    assert process.wait(timeout=120) == 0
    took = time.monotonic() - before
    office.judge()
    return office, took


def test_killed_at_random_moments(tmp_path, undisturbed) -> None:
    awaited, took = undisturbed
    office = received(tmp_path)
    in_force, figures, codes = office.in_force(), office.figures(), office.codes()
    chance = random.Random(4)
    for _ in range(MOMENTS):
        process = start(tmp_path)
        time.sleep(chance.uniform(0, min(took, 3)))
        process.kill()
        process.wait(timeout=20)
        assert (office.in_force(), office.figures(), office.codes()) == (in_force, figures, codes)
        assert office.named_files() <= office.files()
        statuses = office.query("SELECT status FROM raw.received_file ORDER BY received_at")
        loads = office.query("SELECT count(*) FROM core.register_partition")
        assert [(sum(status == "observed" for (status,) in statuses),)] == loads
    office.run(OCTOBER, NOVEMBER)
    office.judge()
    assert office.in_force() == awaited.in_force()
    assert office.figures() == awaited.figures()
    assert office.codes() == awaited.codes()
    assert not [*office.data.registers.glob(f"{LOADING}*")]
