import json
import os
import shutil

import pytest

from dx_pipeline.cli import run
from dx_pipeline_tests.cli.conftest import MONTH, listing

FIGURES = {("PS_FULL_CNT", "all"): 837, ("CDT_TEAM_CNT", "all"): 1086}


@pytest.fixture
def office(dxp, root, workbook):
    """A real office whose first workbook has arrived."""
    dxp("init", "--province", "44")
    shutil.move(workbook(FIGURES), root / "landing" / "provincial_submission" / "44.xlsx")
    return root


def test_a_run_publishes_what_arrived_and_says_where(dxp, office):
    answer = dxp("run")
    assert answer.code == 0
    assert f"Running {MONTH}" in answer.err
    assert f"monthly {MONTH} done" in answer.err
    assert "quarterly 2025-10 done" in answer.err
    for name in ("dx.duckdb", "index.html", "manifest.json"):
        assert str(office / "published" / name) in answer.out
        assert (office / "published" / name).exists()


@pytest.mark.usefixtures("office")
def test_progress_and_results_do_not_mix(dxp):
    answer = dxp("run", MONTH)
    assert "checked: accepted 2 figures, rejected 0" in answer.err
    assert "accepted" not in answer.out


@pytest.mark.usefixtures("office")
def test_a_quiet_run_says_only_where_the_results_are(dxp):
    answer = dxp("run", MONTH, "--quiet")
    assert answer.code == 0
    assert answer.err.splitlines() == [f"Running {MONTH}"]
    assert "dx.duckdb" in answer.out


def test_a_refused_month_ends_with_1_and_says_what_to_do(dxp, root, workbook):
    dxp("init")
    shutil.move(workbook(FIGURES), root / "landing" / "provincial_submission" / "44.xlsx")
    answer = dxp("run")
    assert answer.code == 1
    assert f"monthly {MONTH} failed: table gate:" in answer.err
    assert "of the expected provinces have no accepted figure" in answer.err
    assert "Published figures" not in answer.out


def test_nothing_arrived_is_said_and_is_no_failure(dxp, root):
    dxp("init")
    answer = dxp("run")
    assert answer.code == 0
    assert "Nothing has arrived" in answer.out
    assert str(root / "landing") in answer.out


def test_files_that_speak_of_no_month_are_told_with_how_to_find_out(dxp, root):
    dxp("init")
    (root / "landing" / "letter.txt").write_text("dear office", encoding="utf-8")
    answer = dxp("run")
    assert answer.code == 0
    for words in ("1 files lie in", "letter.txt", "dxp read FILE", "provincial_submission/**/*"):
        assert words in answer.out


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ("2025-13", "is not a month"),
        ("2025-12..2025-10", "ends before it starts"),
        ("2024-12", "outside 2025-01"),
        ("2999-01", "outside 2025-01"),
        ("2024-11..2025-02", "outside 2025-01"),
    ],
)
def test_months_that_cannot_be_run_are_wrong_usage(dxp, office, months, words):
    answer = dxp("run", months)
    assert answer.code == 2
    assert words in " ".join(answer.err.replace("│", " ").split())
    assert not (office / "published" / "dx.duckdb").exists()


def test_the_ui_starts_on_the_same_data(dxp, root, monkeypatch):
    started = []

    def exec_instead(program, arguments):
        started.append((program, arguments, dict(os.environ)))
        raise SystemExit(0)

    monkeypatch.setattr(run.os, "execv", exec_instead)
    answer = dxp("ui", "--port", "3999")
    [(program, arguments, environment)] = started
    assert "http://127.0.0.1:3999" in answer.out
    assert arguments[:4] == [program, "-m", "dagster", "dev"]
    assert arguments[arguments.index("-p") + 1] == "3999"
    assert arguments[arguments.index("-h") + 1] == "127.0.0.1"
    assert environment["DAGSTER_HOME"] == str(root / "dagster")
    assert environment["DX_DATA_DIR"] == str(root)
    assert "enabled: false" in (root / "dagster" / "dagster.yaml").read_text(encoding="utf-8")


def test_the_status_after_a_run_names_the_month(dxp, office):
    dxp("run", MONTH, "--quiet")
    before = listing(office)
    found = json.loads(dxp("status", "--json").out)
    [row] = found["overview"]
    assert (row["month"], row["source"], row["files"], row["provinces"]) == (
        MONTH,
        "provincial_submission",
        1,
        1,
    )
    assert (row["accepted"], row["rejected"]) == (2, 0)
    assert listing(office) == before
