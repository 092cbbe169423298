"""What the office approved: a restated value, a permitted fall, and what happens when an entry no longer fits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dx_pipeline_tests.quality.world import AUG, NOV, OCT, SEP, START, World, figure


def vintages(world: World) -> list[tuple[object, ...]]:
    return world.connection.execute(
        "SELECT value, file_name, locator, revision_reason, verdict, is_latest FROM core.observation "
        "ORDER BY vintage_at"
    ).fetchall()


def test_a_restated_value_is_another_vintage_of_the_figure(world: World):
    world.send(figure("CERTS", 837, numerator=None))
    world.run(SEP)
    entry = world.approve("restate", 837, 840)
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 840}
    assert vintages(world) == [
        (837, "file1.xlsx", "Sheet!CERTS0", None, "accepted", False),
        (840, "/restatements/2.yaml", "line 2", "rà soát lại", "accepted", True),
    ]
    assert world.statuses() == {entry: "applied"}
    assert judgement.months_changed == {SEP}
    assert judgement.check_results("restatement_fits").passed
    assert judgement.check_results("restatement_fits").evaluated == 1
    copied = world.connection.execute(
        "SELECT DISTINCT unit, as_of, source_code, method_version FROM core.observation"
    ).fetchall()
    assert len(copied) == 1
    again = world.judge(SEP)
    assert again.verdicts.empty
    assert again.decisions.empty
    assert again.restated.empty


def test_a_restatement_that_finds_another_value_does_nothing_and_fails_loudly(world: World):
    world.send(figure("CERTS", 838))
    world.run(SEP)
    entry = world.approve("restate", 837, 840)
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 838}
    assert world.statuses() == {entry: "does_not_fit"}
    result = judgement.check_results("restatement_fits")
    assert (result.passed, result.failed) == (False, 1)
    [row] = result.failing_rows
    assert (row["file"], row["locator"], row["area"], row["value"]) == (
        "/restatements/2.yaml",
        "line 2",
        "44",
        838,
    )
    assert "cần thấy giá trị 837 nhưng tìm thấy 838" in row["message_vi"]
    assert "expects 837, but 838 is found" in row["message_en"]
    world.send(figure("CERTS", 837))  # now it fits
    assert world.run(SEP).check_results("restatement_fits").passed
    assert world.in_force() == {("CERTS", SEP): 840}
    assert world.standing() == set()


def test_a_restatement_waits_for_its_figure(world: World):
    entry = world.approve("restate", 837, 840)
    world.send(figure("DAYS", 1))
    judgement = world.run(SEP)
    assert world.statuses() == {entry: "waiting"}
    assert judgement.check_results("restatement_fits").passed
    world.send(figure("CERTS", 837))
    world.run(SEP)
    assert world.in_force()[("CERTS", SEP)] == 840
    assert world.statuses() == {entry: "applied"}
    assert world.known(3)[("CERTS", SEP)] == 840
    assert ("CERTS", SEP) not in world.known(2)


def test_the_old_value_sent_again_is_restated_again(world: World):
    world.send(figure("CERTS", 837))
    world.run(SEP)
    entry = world.approve("restate", 837, 840)
    world.run(SEP)
    world.send(figure("CERTS", 837), figure("DAYS", 4))
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 840, ("DAYS", SEP): 4}
    assert world.statuses() == {entry: "applied"}
    assert judgement.check_results("restatement_fits").passed
    assert [verdict for *_, verdict, _ in vintages(world)] == ["accepted"] * 4


@pytest.mark.parametrize(
    ("sent", "status"), [(840, "applied"), (841, "does_not_fit")], ids=["mended", "other"]
)
def test_a_new_value_from_the_source_takes_its_place(world: World, sent: float, status: str):
    world.send(figure("CERTS", 837))
    world.run(SEP)
    entry = world.approve("restate", 837, 840)
    world.run(SEP)
    world.send(figure("CERTS", sent))
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): sent}
    assert world.statuses() == {entry: status}
    assert judgement.check_results("restatement_fits").passed == (status == "applied")


def test_a_restatement_is_undone_by_another_one(world: World):
    world.send(figure("CERTS", 837))
    world.run(SEP)
    first = world.approve("restate", 837, 840)
    world.run(SEP)
    second = world.approve("restate", 840, 837)
    world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 837}
    assert world.statuses() == {first: "applied", second: "applied"}
    world.send(figure("CERTS", 837), figure("DAYS", 1))
    judgement = world.run(SEP)
    assert world.in_force()[("CERTS", SEP)] == 837
    assert judgement.check_results("restatement_fits").passed
    assert [world.known(number)[("CERTS", SEP)] for number in (1, 2, 3, 4)] == [837, 840, 837, 837]


def test_entries_that_follow_each_other_are_taken_in_any_order(world: World):
    world.send(figure("CERTS", 100, SEP))
    world.run(SEP)
    world.approve("permit_fall", 100, 90, OCT)
    world.approve("restate", 95, 90, OCT)
    world.approve("restate", 80, 95, OCT)
    world.send(figure("CERTS", 80, OCT))
    world.run(OCT)
    assert world.in_force() == {("CERTS", SEP): 100, ("CERTS", OCT): 90}
    assert set(world.statuses().values()) == {"applied"}


def test_a_rejected_figure_can_be_restated(world: World):
    world.send(figure("SHARE", 120))
    world.run(SEP)
    world.approve("restate", 120, 72, indicator_code="SHARE", numerator=72, denominator=100)
    world.run(SEP)
    row = world.connection.execute(
        "SELECT value, numerator, denominator FROM core.accepted_observation"
    ).fetchone()
    assert row == (72, 72, 100)
    assert world.standing() == set()


def test_a_restated_value_obeys_the_rules(world: World):
    world.send(figure("SHARE", 12))
    world.run(SEP)
    entry = world.approve("restate", 12, 120, indicator_code="SHARE")
    judgement = world.run(SEP)
    assert world.in_force() == {("SHARE", SEP): 12}
    assert world.standing() == {
        ("rate_within_0_100", SEP, 120),
        ("restatement_fits", SEP, None),
    }
    assert world.statuses() == {entry: "does_not_fit"}
    assert not judgement.check_results("rate_within_0_100").passed


def test_a_fall_with_an_approved_reason_passes_and_the_same_fall_without_is_rejected(world: World):
    world.send(figure("CERTS", 100, SEP), figure("CERTS", 100, SEP, area_code="33"))
    world.run(SEP)
    world.send(figure("CERTS", 90, OCT), figure("CERTS", 90, OCT, area_code="33"))
    entry = world.approve("permit_fall", 100, 90, OCT)
    judgement = world.run(OCT)
    assert world.statuses() == {entry: "applied"}
    in_force = world.connection.execute(
        "SELECT area_code FROM core.accepted_observation WHERE period_start = ?", [OCT]
    ).fetchall()
    assert in_force == [("44",)]
    [row] = judgement.check_results("not_below_previous_month").failing_rows
    assert (row["area"], row["value"]) == ("33", 90)
    # The month before is judged again beside the permitted one, and what follows goes on from it.
    world.send(figure("CERTS", 92, NOV), figure("CERTS", 99, AUG), figure("DAYS", 1, SEP))
    world.run(AUG, SEP, NOV)
    assert sorted(world.values("CERTS")) == [90, 92, 99, 100, 100]


def test_leave_that_comes_after_the_refusal_frees_the_figure(world: World):
    world.send(figure("CERTS", 100, SEP), figure("CERTS", 90, OCT))
    world.run(SEP, OCT)
    assert world.standing() == {("not_below_previous_month", OCT, 90)}
    world.approve("permit_fall", 100, 90, OCT)
    judgement = world.run(OCT)
    assert world.in_force() == {("CERTS", SEP): 100, ("CERTS", OCT): 90}
    assert world.standing() == set()
    assert judgement.months_changed == {OCT}
    assert world.known(1) == {("CERTS", SEP): 100}
    assert world.known(2) == world.in_force()


@pytest.mark.parametrize("other", [101, 91], ids=["falls from more", "another value"])
def test_leave_is_for_exactly_the_values_it_names(world: World, other: float):
    world.send(figure("CERTS", other if other > 100 else 100, SEP))
    world.run(SEP)
    world.approve("permit_fall", 100, 90, OCT)
    world.send(figure("CERTS", 90 if other > 100 else other, OCT))
    judgement = world.run(OCT)
    assert {rule for rule, *_ in world.standing()} == {"not_below_previous_month", "restatement_fits"}
    assert not judgement.check_results("restatement_fits").passed
    assert ("CERTS", OCT) not in world.in_force()


def test_leave_that_another_value_overtook_no_longer_fits_from_that_run_on(world: World):
    world.send(figure("CERTS", 100, SEP))
    world.send(figure("CERTS", 90, OCT), name="october.xlsx")
    entry = world.approve("permit_fall", 100, 90, OCT)
    world.run(SEP, OCT)
    assert world.statuses() == {entry: "applied"}
    world.send(figure("CERTS", 110, OCT), name="october.xlsx", supersedes="sha2")
    for _ in range(2):
        judgement = world.run(OCT)
        assert world.in_force()[("CERTS", OCT)] == 110
        assert world.statuses() == {entry: "does_not_fit"}
        [row] = judgement.check_results("restatement_fits").failing_rows
        assert "expects 90, but 110 is found" in row["message_en"]


def test_leave_ends_when_the_month_before_is_corrected_to_another_value(world: World):
    world.send(figure("CERTS", 100, SEP))
    world.run(SEP)
    world.approve("permit_fall", 100, 90, OCT)
    world.send(figure("CERTS", 90, OCT))
    world.run(OCT)
    world.send(figure("CERTS", 105, SEP))
    judgement = world.run(SEP)
    assert ("not_above_next_month", SEP, 105) in world.standing()
    assert world.in_force() == {("CERTS", SEP): 100, ("CERTS", OCT): 90}
    assert judgement.check_results("restatement_fits").passed  # it still falls from 100


def test_a_second_leave_covers_the_corrected_month_and_the_first_still_counts(world: World):
    world.send(figure("CERTS", 100, SEP))
    world.run(SEP)
    world.approve("permit_fall", 100, 90, OCT)
    world.send(figure("CERTS", 90, OCT))
    world.run(OCT)
    world.send(figure("CERTS", 105, SEP))
    world.run(SEP)
    second = world.approve("permit_fall", 105, 90, OCT)
    judgement = world.run(SEP, OCT)
    assert judgement.findings == ()
    assert world.in_force() == {("CERTS", SEP): 105, ("CERTS", OCT): 90}
    assert world.statuses()[second] == "applied"
    assert "not_above_next_month" not in {rule for rule, *_ in world.standing()}
    assert world.known(4) == {("CERTS", SEP): 100, ("CERTS", OCT): 90}
    assert world.known(5) == world.in_force()


def test_a_stock_that_falls_with_leave_is_no_doubt(world: World):
    world.send(figure("SERVICES", 100, SEP), figure("SERVICES", 90, OCT))
    world.run(SEP, OCT)
    assert ("stock_fall_without_reason", OCT, 90) in world.standing("WARN")
    world.approve("permit_fall", 100, 90, OCT, indicator_code="SERVICES")
    world.run(OCT)
    assert "stock_fall_without_reason" not in {rule for rule, *_ in world.standing("WARN")}


def test_a_restated_month_frees_the_one_after_it(world: World):
    world.send(figure("CERTS", 100, SEP), figure("CERTS", 90, OCT))
    world.run(SEP, OCT)
    world.approve("restate", 100, 80, SEP)
    judgement = world.run(SEP)
    assert world.in_force() == {("CERTS", SEP): 80, ("CERTS", OCT): 90}
    assert judgement.months_changed == {SEP, OCT}
    assert world.standing() == set()


def test_what_was_known_is_told_by_the_log(world: World):
    world.send(figure("CERTS", 5))
    world.send(figure("CERTS", 6))
    world.run(SEP)
    world.send(figure("CERTS", 7))
    world.run(SEP)
    assert [world.known(number) for number in range(4)] == [
        {},
        {("CERTS", SEP): 5},
        {("CERTS", SEP): 6},
        {("CERTS", SEP): 7},
    ]
    log = world.connection.execute(
        "SELECT decided_at, verdict, is_latest FROM core.verdict ORDER BY decision_number, decided_at"
    ).fetchall()
    at = [START + timedelta(minutes=number) for number in range(4)]
    assert log == [
        (at[1], "accepted", True),
        (at[2], "accepted", True),
        (at[2], "accepted", False),
        (at[3], "accepted", True),
        (at[3], "accepted", False),
    ]
