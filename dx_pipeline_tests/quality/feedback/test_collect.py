import json
from datetime import timedelta

import pytest

from dx_pipeline.ingest.receive import known_receipts
from dx_pipeline.quality.feedback.collect import feedback_of
from dx_pipeline.quality.feedback.files import files_of, write_missing
from dx_pipeline.quality.triage import write_findings_only
from dx_pipeline.settings import Limits, Office
from dx_pipeline_tests.quality.world import AUG, OCT, SEP, START, figure, small_catalogue


@pytest.fixture
def tell(world):
    """The feedback of the file sent under a name."""

    def of(name):
        receipts = known_receipts(world.connection)
        [receipt] = [item for item in receipts if item.origin == name]
        return feedback_of(world.connection, receipt, receipts, small_catalogue())

    return of


@pytest.fixture
def write(world, data):
    return lambda *months: write_missing(world.connection, months, data, small_catalogue())


def test_a_sound_file_is_told_with_its_figures(world, tell):
    world.send(
        figure("CERTS", 1595.0), figure("SHARE", 72.6, numerator=726.0, denominator=1000.0), name="a.xlsx"
    )
    world.run(SEP)
    found = tell("a.xlsx")
    assert (found.verdict, found.counts.accepted, found.findings) == ("accepted", 2, ())
    assert [(item.value_vi, item.parts_vi) for item in found.figures] == [
        ("1.595", ""),
        ("72,60", "726 / 1.000"),
    ]
    assert (found.area_vi, found.period_vi) == ("Tỉnh Quảng Trị", "tháng 9/2025")


def test_a_rejected_figure_is_told_with_its_rule_and_its_neighbour_goes_on(world, tell):
    world.send(figure("SHARE", 120.0), figure("CERTS", 5.0), name="a.xlsx")
    world.run(SEP)
    found = tell("a.xlsx")
    assert (found.verdict, found.counts.accepted, found.counts.rejected) == ("partly_rejected", 1, 1)
    [item] = found.findings
    assert (item.rule, item.severity, item.raw_text) == ("rate_within_0_100", "ERROR", "120.0")
    assert item.explanation_vi.startswith("Tỷ lệ phải nằm trong khoảng")
    assert {item.locator: item.verdict for item in found.figures} == {
        "Sheet!SHARE0": "rejected",
        "Sheet!CERTS1": "accepted",
    }


def test_a_doubt_is_among_the_accepted(world, tell):
    world.send(figure("SERVICES", 100.0, AUG), name="august.xlsx")
    world.send(figure("SERVICES", 90.0, SEP), name="september.xlsx")
    world.run(AUG, SEP)
    found = tell("september.xlsx")
    assert (found.verdict, found.counts.accepted, found.counts.doubtful) == ("accepted_with_doubts", 1, 1)
    assert found.figures[0].verdict == "doubtful"


def test_an_unread_cell_is_counted_and_told_with_the_readers_words(world, tell):
    sha = world.send(figure("CERTS", 5.0), name="a.xlsx")
    world.connection.execute(
        "INSERT INTO core.unread_cell BY NAME SELECT 'c1' AS cell_id, 'readable_value' AS rule, 'ERROR' AS severity, "
        "'SHARE' AS indicator_code, '44' AS area_code, 'all' AS scope, $month AS period_start, "
        "'provincial_submission' AS source_code, $sha AS file_sha256, 'a.xlsx' AS file_name, 'S!B2' AS locator, "
        "'vài' AS raw_text, 'Tệp a.xlsx: Ô S!B2: không phải là số.' AS message_vi, 'no' AS message_en, "
        "$at AS vintage_at",
        {"month": SEP, "sha": sha, "at": START + timedelta(minutes=1)},
    )
    world.run(SEP)
    found = tell("a.xlsx")
    assert (found.counts.accepted, found.counts.rejected) == (1, 1)
    assert [(item.locator, item.explanation_vi) for item in found.findings] == [("S!B2", "Không phải là số.")]


def test_a_refused_file_tells_why(world, write):
    world.receive("shax", "x.xlsx", START, [], status="rejected")
    world.connection.execute(
        "UPDATE raw.received_file SET reason_vi = 'Hỏng.', period_start = NULL, period_end = NULL"
    )
    [(found, files)] = write(SEP).new
    assert (found.verdict, found.refusal_vi) == ("refused", "Hỏng.")
    assert files.workbook.exists()
    assert "khong-ro-ky" in files.workbook.parts


def test_a_file_that_waits_to_be_read_gets_none_yet(world, tell):
    world.receive("shax", "x.xlsx", START, [SEP], status="received")
    assert tell("x.xlsx") is None


def test_a_month_that_the_gate_refuses_is_told_as_waiting(world, tell):
    world.office = Office(limits=Limits(max_rejected_share=0, max_missing_share=1))
    world.send(figure("SHARE", 120.0), figure("CERTS", 5.0), name="a.xlsx")
    write_findings_only(world.connection, world.judge(SEP))
    found = tell("a.xlsx")
    assert (found.verdict, found.counts.pending, found.counts.rejected) == ("pending", 1, 1)
    assert {item.verdict for item in found.figures} == {"pending", "rejected"}


def test_a_replaced_file_keeps_what_was_wrong_and_names_its_successor(world, tell):
    sha = world.send(figure("SHARE", 120.0), name="a.xlsx")
    world.run(SEP)
    world.send(figure("SHARE", 20.0), name="b.xlsx", supersedes=sha)
    world.run(SEP)
    old, new = tell("a.xlsx"), tell("b.xlsx")
    assert [item.rule for item in old.findings] == ["rate_within_0_100"]
    assert any("b.xlsx" in note for note in old.notes_vi)
    assert (new.verdict, new.notes_vi) == ("accepted", ())


def test_the_same_bytes_again_are_answered_with_what_they_were(world, tell):
    sha = world.send(figure("SHARE", 120.0), name="a.xlsx")
    world.run(SEP)
    world.receive(sha, "again.xlsx", START + timedelta(hours=1), [SEP], status="duplicate")
    found = tell("again.xlsx")
    assert [item.rule for item in found.findings] == ["rate_within_0_100"]
    assert any("trùng với tệp a.xlsx" in note for note in found.notes_vi)


def test_a_second_round_writes_nothing(world, write):
    world.send(figure("CERTS", 5.0), name="a.xlsx")
    world.run(SEP)
    first = write(SEP)
    [(_, files)] = first.new
    before = files.workbook.stat().st_mtime_ns
    second = write(SEP)
    assert (second.new, second.unchanged_count) == ([], 1)
    assert files.workbook.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", ["workbook", "twin", "half"])
def test_what_is_missing_is_written_again(world, write, damage):
    world.send(figure("CERTS", 5.0), name="a.xlsx")
    world.run(SEP)
    [(_, files)] = write(SEP).new
    if damage == "half":
        files.twin.write_text('{"content', encoding="utf-8")
    else:
        getattr(files, damage).unlink()
    assert len(write(SEP).new) == 1
    assert json.loads(files.twin.read_text("utf-8"))["counts"]["accepted"] == 1


def test_a_judgement_changed_by_another_month_renews_the_feedback(world, write):
    world.send(figure("CERTS", 100.0, SEP), name="september.xlsx")
    world.run(SEP)
    world.send(figure("CERTS", 90.0, OCT), name="october.xlsx")
    world.run(OCT)
    [(told, _)] = [item for item in write(SEP, OCT).new if item[0].origin == "october.xlsx"]
    assert told.verdict == "all_rejected"
    world.send(figure("CERTS", 80.0, SEP), name="september2.xlsx", supersedes="sha1")
    world.run(SEP)
    renewed = {feedback.origin: feedback.verdict for feedback, _ in write(SEP).new}
    assert renewed["october.xlsx"] == "accepted"


def test_the_table_for_the_run_counts_by_sender(world, write):
    world.send(figure("SHARE", 120.0), figure("CERTS", 5.0), name="a.xlsx")
    world.run(SEP)
    assert write(SEP).by_area() == [
        {
            "source": "provincial_submission",
            "sender": "Tỉnh Quảng Trị",
            "files": 1,
            "refused": 0,
            "accepted": 1,
            "rejected": 1,
            "doubtful": 0,
            "pending": 0,
        }
    ]


def test_files_with_one_stem_lie_apart(world, data, write):
    world.send(figure("CERTS", 5.0), name="x/a.xlsx")
    world.send(figure("SERVICES", 5.0), name="y/a.csv")
    world.run(SEP)
    assert len({files_of(feedback, data.feedback).workbook for feedback, _ in write(SEP).new}) == 2
