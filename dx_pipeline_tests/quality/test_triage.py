from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dx_pipeline.quality.triage import judge_months, write_findings_only, write_judgement
from dx_pipeline.settings import Limits, Office
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.quality.world import (
    AUG,
    NOV,
    OCT,
    SEP,
    START,
    SUBMISSION,
    World,
    figure,
    frame_of,
    small_catalogue,
)


def test_a_bad_figure_is_rejected_and_its_neighbours_go_on(world: World):
    world.send(figure("SHARE", 120), figure("CERTS", 5))
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 5}
    assert world.standing() == {("rate_within_0_100", SEP, 120)}
    assert (judgement.accepted_count, judgement.rejected_count) == (1, 1)
    assert judgement.months_changed == {SEP}


def test_the_message_names_file_cell_indicator_value_and_remedy(world: World):
    world.send(figure("SHARE", 120, raw_text="120 %"), name="provincial_submission/44/bao-cao.xlsx")
    judgement = world.run(SEP)
    result = judgement.check_results("rate_within_0_100")
    assert (result.passed, result.evaluated, result.failed, result.could_not_run) == (False, 1, 1, None)
    [row] = result.failing_rows
    assert (row["month"], row["source"], row["area"], row["indicator"]) == (SEP, SUBMISSION, "44", "SHARE")
    assert (row["file"], row["locator"], row["value"]) == (
        "provincial_submission/44/bao-cao.xlsx",
        "Sheet!SHARE0",
        120,
    )
    for part in (
        "provincial_submission/44/bao-cao.xlsx",
        "Sheet!SHARE0",
        "120 %",
        "Quảng Trị",
        "tháng 9/2025",
    ):
        assert part in row["message_vi"]
    assert "Chỉ tiêu SHARE" in row["message_vi"]
    assert "send the file again" in row["message_en"]


def test_judging_again_without_news_changes_nothing(world: World):
    world.send(figure("SHARE", 120), figure("CERTS", 5), figure("SERVICES", 9, AUG), figure("SERVICES", 8))
    world.send(figure("CERTS", 4, OCT), figure("CERTS", 4.5, NOV))
    months = (AUG, SEP, OCT, NOV)
    world.run(*months)
    before = world.everything()
    again = world.judge(*months)
    assert again.verdicts.empty
    assert again.months_changed == frozenset()
    write_judgement(world.connection, again)
    assert world.everything() == before
    world.run(OCT)
    assert world.everything() == before


def test_a_resubmission_adds_a_vintage_and_replaces_the_figure(world: World):
    world.send(figure("DAYS", 5))
    world.run(SEP)
    world.send(figure("DAYS", 6))
    assert world.run(SEP).months_changed == {SEP}
    rows = world.connection.execute(
        "SELECT value, verdict, is_latest FROM core.observation ORDER BY vintage_at"
    ).fetchall()
    assert rows == [(5, "accepted", False), (6, "accepted", True)]
    known = world.connection.execute(
        "SELECT value FROM core.observation_as_of(?::TIMESTAMP)", [START + timedelta(minutes=1)]
    ).fetchall()
    assert known == [(5,)]


def test_a_bad_resubmission_leaves_the_accepted_figure_in_force(world: World):
    world.send(figure("SHARE", 70))
    world.run(SEP)
    world.send(figure("SHARE", 170))
    judgement = world.run(SEP)
    assert world.in_force() == {("SHARE", SEP): 70}
    assert world.standing() == {("rate_within_0_100", SEP, 170)}
    assert judgement.months_changed == frozenset()
    world.send(figure("SHARE", 71))
    world.run(SEP)
    assert world.in_force() == {("SHARE", SEP): 71}
    assert world.standing() == set()
    closed = world.connection.execute(
        "SELECT value, is_current FROM quality.rejection WHERE severity = 'ERROR'"
    ).fetchall()
    assert closed == [(170, False)]


@pytest.mark.parametrize(
    ("values", "in_force", "standing"),
    [
        ([60, 70, 170], 70, {170}),
        ([60, 170, 70], 70, set()),
        ([170, 180], None, {170, 180}),
        ([70, 60], 60, set()),
    ],
    ids=["falls back", "newest good", "none good", "both good"],
)
def test_of_several_new_vintages_the_newest_that_passes_wins(
    world: World, values: list[float], in_force: float | None, standing: set[float]
):
    for value in values:
        world.send(figure("SHARE", value))
    world.run(SEP)
    assert world.in_force() == ({("SHARE", SEP): in_force} if in_force else {})
    assert {value for _, _, value in world.standing()} == standing
    unjudged = world.connection.execute(
        "SELECT count(*) FROM core.observation WHERE verdict IS NULL"
    ).fetchone()
    assert unjudged == (0,)


def test_a_figure_twice_in_one_file_is_rejected_both_times(world: World):
    world.send(figure("CERTS", 5), figure("CERTS", 6))
    world.run(SEP)
    assert world.in_force() == {}
    assert world.standing() == {("unique_key", SEP, 5), ("unique_key", SEP, 6)}
    world.send(figure("CERTS", 6))
    world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 6}
    assert world.standing() == set()


def test_a_count_below_the_month_before_is_rejected_and_both_are_named(world: World):
    world.send(figure("CERTS", 100, AUG), name="august.xlsx")
    world.run(AUG)
    world.send(figure("CERTS", 90, SEP), name="september.xlsx")
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", AUG): 100}
    [row] = judgement.check_results("not_below_previous_month").failing_rows
    for part in ("september.xlsx", "90", "100", "tháng 8/2025", "august.xlsx", "Sheet!CERTS0"):
        assert part in row["message_vi"]
    assert "August 2025" in row["message_en"]


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        (100, {"not_above_next_month"}),
        (70, {"not_below_previous_month"}),
        (85, set()),
    ],
    ids=["above October", "below August", "between"],
)
def test_a_late_september_is_checked_on_both_sides(world: World, value: float, rules: set[str]):
    world.send(figure("CERTS", 80, AUG), figure("CERTS", 90, OCT))
    world.run(AUG, OCT)
    world.send(figure("CERTS", value, SEP))
    world.run(SEP)
    assert {rule for rule, _, _ in world.standing()} == rules
    assert (("CERTS", SEP) in world.in_force()) == (not rules)
    assert world.in_force()["CERTS", OCT] == 90


def test_the_nearest_accepted_month_counts_where_one_is_missing(world: World):
    world.send(figure("CERTS", 100, AUG))
    world.run(AUG)
    world.send(figure("CERTS", 90, NOV))
    world.run(NOV)
    assert world.standing() == {("not_below_previous_month", NOV, 90)}


def test_within_a_run_the_earlier_month_stands(world: World):
    world.send(figure("CERTS", 100, SEP), figure("CERTS", 90, OCT), figure("CERTS", 110, NOV))
    world.run(SEP, OCT, NOV)
    assert world.in_force() == {("CERTS", SEP): 100, ("CERTS", NOV): 110}
    assert world.standing() == {("not_below_previous_month", OCT, 90)}


def test_a_corrected_neighbour_frees_what_was_rejected_because_of_it(world: World):
    world.send(figure("CERTS", 1000, AUG))
    world.run(AUG)
    world.send(figure("CERTS", 90, SEP))
    world.send(figure("CERTS", 95, OCT))
    world.run(SEP, OCT)
    assert world.in_force() == {("CERTS", AUG): 1000}
    world.send(figure("CERTS", 80, AUG))
    judgement = world.run(AUG)
    assert world.in_force() == {("CERTS", AUG): 80, ("CERTS", SEP): 90, ("CERTS", OCT): 95}
    assert judgement.months_changed == {AUG, SEP, OCT}
    assert world.standing() == set()
    freed = world.connection.execute(
        "SELECT sum(failed_count), sum(evaluated_count) FROM quality.check_result "
        "WHERE rule = 'not_below_previous_month'"
    ).fetchone()
    assert freed == (0, 2)


def test_a_figure_that_frees_only_one_of_two_neighbours(world: World):
    world.send(figure("CERTS", 1000, AUG))
    world.run(AUG)
    world.send(figure("CERTS", 90, SEP), figure("CERTS", 70, OCT))
    world.run(SEP, OCT)
    world.send(figure("CERTS", 80, AUG))
    world.run(AUG)
    assert world.in_force() == {("CERTS", AUG): 80, ("CERTS", SEP): 90}
    assert world.standing() == {("not_below_previous_month", OCT, 70)}
    message = world.connection.execute(
        "SELECT message_en FROM quality.rejection WHERE is_current AND severity = 'ERROR'"
    ).fetchone()
    assert "below 90 of September 2025" in message[0]


def test_months_corrected_together_are_taken_together(world: World):
    world.send(figure("CERTS", 50, AUG), figure("CERTS", 60, SEP))
    world.run(AUG, SEP)
    world.send(figure("CERTS", 70, AUG), figure("CERTS", 80, SEP))
    world.run(AUG, SEP)
    assert world.in_force() == {("CERTS", AUG): 70, ("CERTS", SEP): 80}
    world.send(figure("CERTS", 5, AUG), figure("CERTS", 6, SEP))
    world.run(AUG, SEP)
    assert world.in_force() == {("CERTS", AUG): 5, ("CERTS", SEP): 6}


def test_a_month_that_was_not_asked_for_keeps_its_unjudged_figures(world: World):
    world.send(figure("CERTS", 50, AUG), figure("CERTS", 60, SEP))
    world.run(AUG)
    assert world.in_force() == {("CERTS", AUG): 50}
    verdicts = world.connection.execute(
        "SELECT verdict FROM core.observation ORDER BY period_start"
    ).fetchall()
    assert verdicts == [("accepted",), (None,)]


def test_what_a_superseded_file_got_rejected_no_longer_stands(world: World):
    first = world.send(figure("SHARE", 120), figure("DAYS", 500), figure("CERTS", 7))
    world.run(SEP)
    assert len(world.standing()) == 2
    world.send(figure("SHARE", 20), supersedes=first)
    world.run(SEP)
    assert world.standing() == set()
    assert world.in_force() == {("SHARE", SEP): 20, ("CERTS", SEP): 7}
    kept = world.connection.execute(
        "SELECT count(*) FROM quality.rejection WHERE severity = 'ERROR'"
    ).fetchone()
    assert kept == (2,)


def test_a_superseded_file_in_another_month_is_closed_too(world: World):
    first = world.send(figure("SHARE", 120, SEP))
    world.run(SEP)
    world.send(figure("SHARE", 20, OCT), supersedes=first)
    world.run(OCT)
    assert world.standing() == set()


def send_unread(world: World, rule: str, month: date = SEP, sha: str = "", severity: str = "ERROR") -> None:
    import pandas as pd

    cell = {
        "cell_id": f"cell-{rule}-{world.sent}",
        "rule": rule,
        "severity": severity,
        "indicator_code": "SHARE",
        "area_code": "44",
        "scope": "all",
        "period_start": month,
        "source_code": SUBMISSION,
        "is_sample": True,
        "file_sha256": sha or f"sha{world.sent}",
        "file_name": "file.xlsx",
        "locator": "Sheet!B7",
        "raw_text": "1.234,5.6",
        "message_vi": "Ô B7 không đọc được.",
        "message_en": "B7 cannot be read.",
        "vintage_at": START,
    }
    insert_frame(world.connection, "core.unread_cell", pd.DataFrame([cell]))


@pytest.mark.parametrize(
    ("code", "rule"),
    [("ambiguous_value", "readable_value"), ("known_area", "known_area"), ("new_code", "readable_value")],
)
def test_unread_cells_turn_their_rule_red(world: World, code: str, rule: str):
    first = world.send(figure("CERTS", 7))
    send_unread(world, code)
    judgement = world.run(SEP)
    result = judgement.check_results(rule)
    assert (result.passed, result.failed) == (False, 1)
    assert result.failing_rows[0]["message_en"] == "B7 cannot be read."
    assert result.failing_rows[0]["value"] == "1.234,5.6"
    assert world.standing() == {(rule, SEP, None)}
    world.send(figure("CERTS", 7), supersedes=first)
    assert world.run(SEP).check_results(rule).passed
    assert world.standing() == set()


def test_a_warning_keeps_the_figure_and_is_on_record(world: World):
    world.send(figure("SERVICES", 973, AUG), figure("SERVICES", 837, SEP))
    judgement = world.run(AUG, SEP)
    assert world.in_force() == {("SERVICES", AUG): 973, ("SERVICES", SEP): 837}
    result = judgement.check_results("stock_fall_without_reason")
    assert (result.passed, result.evaluated, result.failed) == (False, 1, 1)
    severities = world.connection.execute(
        "SELECT severity, is_current FROM quality.rejection WHERE rule = 'stock_fall_without_reason'"
    ).fetchall()
    assert severities == [("WARN", True)]
    world.send(figure("SERVICES", 837, SEP, revision_reason="Bãi bỏ 136 thủ tục"))
    assert world.run(SEP).check_results("stock_fall_without_reason").passed


def test_a_corrected_month_changes_the_next_months_warning(world: World):
    world.send(figure("SERVICES", 973, AUG), figure("SERVICES", 837, SEP))
    world.run(AUG, SEP)
    world.send(figure("SERVICES", 800, AUG))
    world.run(AUG)
    standing = world.connection.execute(
        "SELECT count(*) FROM quality.rejection WHERE is_current AND rule = 'stock_fall_without_reason'"
    ).fetchone()
    assert standing == (0,)


def test_check_results_are_kept_per_month_source_and_area(world: World):
    world.send(figure("SHARE", 120), figure("SHARE", 20, area_code="33"))
    world.run(SEP)
    rows = world.connection.execute(
        "SELECT area_code, evaluated_count, failed_count, severity FROM quality.check_result "
        "WHERE rule = 'rate_within_0_100' ORDER BY area_code"
    ).fetchall()
    assert rows == [("33", 1, 0, "ERROR"), ("44", 1, 1, "ERROR")]
    duplicates = world.connection.execute(
        "SELECT count(*) - count(DISTINCT (period_start, source_code, area_code, rule)) FROM quality.check_result"
    ).fetchone()
    assert duplicates == (0,)


def test_findings_alone_change_no_verdict(world: World):
    world.send(figure("SHARE", 20))
    world.run(SEP)
    world.send(figure("SHARE", 120))
    write_findings_only(world.connection, world.judge(SEP))
    assert world.in_force() == {("SHARE", SEP): 20}
    assert world.standing() == {("rate_within_0_100", SEP, 120)}
    verdicts = world.connection.execute("SELECT verdict FROM core.observation ORDER BY vintage_at").fetchall()
    assert verdicts == [("accepted",), (None,)]


def test_judging_only_reads(world: World):
    world.send(figure("SHARE", 120), figure("CERTS", 7))
    before = world.everything()
    world.judge(SEP)
    assert world.everything() == before


def test_judging_works_on_a_read_only_connection(tmp_path):
    path = tmp_path / "file.duckdb"
    with connect(path) as connection:
        create_schema(connection)
        insert_frame(connection, "core.observation", frame_of(figure("CERTS", 7)))
    with connect(path, read_only=True) as connection:
        judgement = judge_months(
            connection, [SEP], catalogue=small_catalogue(), office=Office(), run_at=START
        )
    assert list(judgement.verdicts["verdict"]) == ["accepted"]


def test_an_empty_working_file_gives_an_empty_judgement(world: World):
    judgement = world.judge(SEP)
    assert (judgement.accepted_count, judgement.rejected_count) == (0, 0)
    assert [item.rule for item in judgement.findings] == ["has_figures"]


@settings(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    values=st.lists(st.integers(0, 1000), min_size=4, max_size=4).map(sorted),
    order=st.permutations([AUG, SEP, OCT, NOV]),
    together=st.booleans(),
)
def test_files_that_agree_end_the_same_in_any_order(tmp_path_factory, values, order, together):
    months = dict(zip([AUG, SEP, OCT, NOV], values, strict=True))
    with connect(tmp_path_factory.mktemp("order") / "w.duckdb") as connection:
        create_schema(connection)
        world = World(connection, Office(limits=Limits(max_rejected_share=1, max_missing_share=1)))
        for month in order:
            world.send(figure("CERTS", months[month], month))
            if not together:
                world.run(month)
        if together:
            world.run(*order)
        assert world.in_force() == {("CERTS", month): value for month, value in months.items()}
        assert world.standing() == set()


@settings(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    sent=st.lists(st.tuples(st.sampled_from([AUG, SEP, OCT, NOV]), st.integers(0, 9)), min_size=2, max_size=6)
)
def test_what_is_in_force_never_contradicts_itself(tmp_path_factory, sent):
    with connect(tmp_path_factory.mktemp("any") / "w.duckdb") as connection:
        create_schema(connection)
        world = World(connection)
        for month, value in sent:
            world.send(figure("CERTS", value, month))
            judgement = world.run(month)
            assert {item.rule for item in judgement.findings} <= {"has_figures"}
            values = [value for _, value in sorted(world.in_force().items())]
            assert values == sorted(values)
        before = world.everything()
        world.run(AUG, SEP, OCT, NOV)
        assert world.everything()[0] == before[0]


def test_a_doubt_about_a_cell_is_shown_and_rejects_nothing(world: World):
    world.send(figure("CERTS", 7))
    send_unread(world, "total_matches_parts", severity="WARN")
    judgement = world.run(SEP)
    assert (judgement.accepted_count, judgement.rejected_count) == (1, 0)
    assert judgement.check_results("total_matches_parts").failed == 1
    assert world.standing("WARN") >= {("total_matches_parts", SEP, None)}


def test_a_doubt_does_not_fail_a_rule_that_rejects(world: World):
    world.send(figure("CERTS", 7))
    send_unread(world, "known_indicator", severity="WARN")
    result = world.run(SEP).check_results("known_indicator")
    assert (result.passed, result.evaluated) == (True, 2)


def quarter(code: str, value: float, first: date, last: date, **more: object) -> dict[str, object]:
    return figure(code, value, first, period_end=last, period_basis="government_report", **more)


Q2 = {"first": date(2025, 7, 1), "last": date(2025, 9, 30)}
Q3 = {"first": date(2025, 10, 1), "last": date(2025, 12, 31)}


@pytest.mark.parametrize("order", [("CLOSED", "OPENED"), ("OPENED", "CLOSED")], ids=["in time", "late"])
def test_what_is_carried_over_must_be_what_was_pending(world: World, order: tuple[str, str]):
    rows = {"CLOSED": quarter("CLOSED", 10, **Q2), "OPENED": quarter("OPENED", 9, **Q3)}
    for code in order:
        world.send(rows[code])
        world.run(rows[code]["period_start"])
    assert world.values(order[0]) == [rows[order[0]]["value"]]
    assert world.values(order[1]) == []
    world.send({**rows[order[1]], "value": rows[order[0]]["value"]})
    world.run(rows[order[1]]["period_start"])
    assert world.values(order[1]) == [rows[order[0]]["value"]]


def test_a_month_and_its_quarter_are_two_figures(world: World):
    world.send(quarter("CERTS", 9, **Q2), quarter("CERTS", 3, Q2["first"], date(2025, 7, 31)))
    world.run(Q2["first"])
    assert sorted(world.values("CERTS")) == [3, 9]
