import logging
import re

import dagster as dg
import pytest

from dx_pipeline.orchestration.loggers import terminal_logger


def logger_at(level="INFO"):
    return terminal_logger(dg.build_init_logger_context(logger_config={"level": level}))


@pytest.mark.parametrize(
    ("meta", "text", "expected"),
    [
        (
            {"orig_message": "read 50 files", "step_key": "core__observation"},
            "x",
            "core__observation: read 50 files",
        ),
        ({"orig_message": "done", "step_key": None}, "x", "done"),
        ({}, "plain words", "plain words"),
        ({"orig_message": "100% of %s", "step_key": "a"}, "x", "a: 100% of %s"),
    ],
    ids=["step", "run", "not of Dagster", "percent signs"],
)
def test_a_line_is_time_step_and_text(capsys, meta, text, expected):
    logger_at().info(text, extra={"dagster_meta": meta})
    [line] = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d  " + re.escape(expected), line)


@pytest.mark.parametrize(("level", "lines"), [("INFO", 2), ("ERROR", 1)], ids=["normal", "quiet"])
def test_quiet_runs_say_only_what_went_wrong(capsys, level, lines):
    logger = logger_at(level)
    logger.info("progress")
    logger.error("trouble")
    logger.debug("detail")
    assert len(capsys.readouterr().err.splitlines()) == lines


def test_a_run_prints_the_pipelines_own_lines_and_not_dagsters_events(capsys):
    @dg.asset
    def table(context: dg.AssetExecutionContext):
        context.log.info("compiled 2 months")

    job = dg.Definitions(
        assets=[table], jobs=[dg.define_asset_job("job")], loggers={"terminal": terminal_logger}
    ).resolve_job_def("job")
    job.execute_in_process(run_config={"loggers": {"terminal": {"config": {"level": "INFO"}}}})
    lines = [line[10:] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["table: compiled 2 months"]


def test_the_record_itself_is_left_as_it_was():
    record = logging.makeLogRecord({"msg": "old", "dagster_meta": {"orig_message": "new"}})
    logger_at().handlers[0].format(record)
    assert record.msg == "old"
