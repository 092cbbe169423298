from __future__ import annotations

from datetime import date

import pytest

from dx_pipeline.failures import GateError
from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Asked, Evidence
from dx_pipeline.quality.gates import (
    expected_provinces,
    gate,
    gate_findings,
    province_profile,
    raise_if_refused,
    table_profile,
)
from dx_pipeline.quality.rules import rules_by_code
from dx_pipeline.quality.triage import write_findings_only
from dx_pipeline.settings import Limits, Office
from dx_pipeline_tests.quality.world import (
    AUG,
    BULLETIN,
    SEP,
    START,
    SUBMISSION,
    World,
    figure,
    frame_of,
    small_catalogue,
)

TWO = Office(expected_provinces=("33", "44"))


def shares(world: World, good: int, bad: int, office: Office):
    """Judges one file with so many good and bad figures of two provinces."""
    world.office = office
    scopes = list(small_catalogue().scopes)
    rows = [figure("DAYS", 5, area_code=("33", "44")[i % 2], scope=scopes[i // 2]) for i in range(good)]
    rows += [figure("PLACE", 99, area_code=("33", "44")[i % 2], scope=scopes[i // 2]) for i in range(bad)]
    world.send(*rows)
    return world.judge(SEP)


@pytest.mark.parametrize(
    ("good", "bad", "own_limit", "refused"),
    [(9, 1, None, False), (8, 2, None, True), (8, 2, 0.2, False), (9, 1, 0.05, True)],
    ids=["at the limit", "beyond it", "within the office's own", "beyond the office's own"],
)
def test_the_share_of_rejected_figures(
    world: World, good: int, bad: int, own_limit: float | None, refused: bool
):
    office = TWO.model_copy(update={"limits": Limits(max_rejected_share=own_limit)})
    findings = gate(shares(world, good, bad, office))
    assert [item.rule for item in findings] == ["rejected_share_within_limit"] * refused
    for item in findings:
        assert (item.month, item.source_code) == (SEP, SUBMISSION)
        assert item.share == pytest.approx(bad / (good + bad))
        assert item.limit == (own_limit or 0.10)
        assert f"{bad} of {good + bad} figures" in item.message_en
        assert "office.yaml" in item.message_vi


def test_missing_provinces_are_named(world: World):
    world.office = Office(expected_provinces=("33", "44", "01"))
    world.send(figure("DAYS", 5))
    [item] = gate(world.judge(SEP))
    assert item.rule == "missing_provinces_within_limit"
    assert item.share == pytest.approx(2 / 3)
    assert "33, 01" in item.message_en
    assert not world.judge(SEP).check_results("missing_provinces_within_limit").passed


def test_a_province_whose_figures_were_all_rejected_is_missing(world: World):
    world.office = TWO.model_copy(update={"limits": Limits(max_rejected_share=1)})
    world.send(figure("DAYS", 5), figure("DAYS", 500, area_code="33"))
    [item] = gate(world.judge(SEP))
    assert (item.rule, item.share) == ("missing_provinces_within_limit", 0.5)


def test_files_without_any_accepted_figure(world: World):
    world.receive("sha", "empty.xlsx", START, [SEP])
    [item] = gate(world.judge(SEP))
    assert item.rule == "has_figures"
    assert "no figure was accepted" in item.message_en


def test_months_of_which_no_file_speaks_are_a_failure_not_a_pass(world: World):
    judgement = world.judge(SEP)
    [item] = gate(judgement)
    assert (item.rule, item.month) == ("has_figures", SEP)
    assert "no file that speaks of it has arrived" in item.message_en
    assert not judgement.check_results("has_figures").passed


def test_an_empty_month_among_others_is_one_that_has_not_come_in_yet(world: World):
    world.office = TWO
    world.send(figure("DAYS", 5), figure("DAYS", 5, area_code="33"))
    assert gate(world.judge(AUG, SEP)) == []


def test_a_source_without_limits_is_not_gated(world: World):
    world.office = Office()
    bad = figure("SHARE", 120, area_code="VN", area_level="national", source_code=BULLETIN)
    world.send(bad)
    world.connection.execute("DELETE FROM raw.received_file")
    assert gate(world.judge(SEP)) == []


def test_a_refused_month_keeps_what_was_accepted(world: World):
    world.office = Office(expected_provinces=("44",))
    world.send(figure("SHARE", 50))
    world.run(SEP)
    world.send(figure("SHARE", 120), figure("DAYS", 6))
    judgement = world.judge(SEP)
    with pytest.raises(
        GateError, match=r"September 2025, provincial_submission: 1 of 3 figures are rejected"
    ):
        raise_if_refused(judgement)
    write_findings_only(world.connection, judgement)
    assert world.in_force() == {("SHARE", SEP): 50}
    assert world.standing() == {("rate_within_0_100", SEP, 120)}
    red = world.connection.execute(
        "SELECT failed_count FROM quality.check_result WHERE rule = 'rejected_share_within_limit'"
    ).fetchall()
    assert red == [(1,)]


def test_a_figure_in_force_that_no_longer_passes_refuses_the_month(world: World):
    row = figure("SHARE", 120, verdict="accepted", is_latest=True)
    world.send(row)
    [item] = gate(world.judge(SEP))
    assert (item.rule, item.month, item.share) == ("rate_within_0_100", SEP, 1)
    assert "file1.xlsx, Sheet!SHARE0" in item.message_en


def test_a_rule_that_could_not_run_refuses_the_month(world: World, monkeypatch: pytest.MonkeyPatch):
    from dx_pipeline.quality import material

    prepare = material.prepare
    monkeypatch.setattr(material, "prepare", lambda *a: prepare(*a).drop(columns="has_rate_value"))
    world.send(figure("SHARE", 50))
    judgement = world.judge(SEP)
    [item] = gate(judgement)
    assert (item.rule, item.month) == ("rate_within_0_100", None)
    result = judgement.check_results("rate_within_0_100")
    assert not result.passed
    assert result.could_not_run == "column has_rate_value is missing"


@pytest.mark.parametrize(
    ("day", "office", "count"),
    [(SEP, Office(), 34), (date(2025, 3, 1), Office(), 63), (SEP, TWO, 2)],
    ids=["34 since the merger", "63 before", "the office's own"],
)
def test_expected_provinces(day: date, office: Office, count: int):
    assert len(expected_provinces(day, small_catalogue(), office)) == count


def test_provinces_without_a_file_fail_and_are_named():
    arrivals = [(SEP, SUBMISSION, "44"), (AUG, BULLETIN, None)]
    profile = province_profile(arrivals, small_catalogue(), TWO)
    [result] = evaluate(profile, [rules_by_code()["provinces_complete"]])
    assert list(profile.loc[result.failed_rows, "observation_id"]) == [f"2025-09|{SUBMISSION}|33"]
    assert result.evaluated == 2


def test_a_missing_province_is_a_warning_until_it_sends(world: World):
    world.office = TWO.model_copy(update={"limits": Limits(max_missing_share=1)})
    world.send(figure("DAYS", 5))
    result = world.run(SEP).check_results("provinces_complete")
    assert (result.passed, result.evaluated, result.failed) == (False, 2, 1)
    assert "Hưng Yên" in result.failing_rows[0]["message_vi"]
    world.send(figure("DAYS", 5, area_code="33"))
    assert world.run(SEP).check_results("provinces_complete").passed
    rows = world.connection.execute("SELECT severity, is_current FROM quality.rejection").fetchall()
    assert rows == [("WARN", False)]


@pytest.mark.parametrize(
    ("rule", "column", "bad"),
    [
        ("rejected_share_within_limit", "rejected_share", 0.11),
        ("missing_provinces_within_limit", "missing_share", 0.21),
        ("has_figures", "accepted_count", 0),
    ],
)
def test_table_rules_name_the_month_and_source(rule: str, column: str, bad: float):
    in_force = frame_of(figure("DAYS", 5), figure("DAYS", 5, AUG)).assign(
        period_start=lambda frame: frame["period_start"].dt.date.astype(object)
    )
    arrivals = [(SEP, SUBMISSION, "44"), (AUG, SUBMISSION, "44")]
    office = Office(expected_provinces=("44",))
    profile = table_profile(arrivals, in_force, in_force.iloc[:0], small_catalogue(), office)
    [good] = evaluate(profile, [rules_by_code()[rule]])
    assert (good.passed, good.evaluated) == (True, 2)
    worse = profile.assign(**{column: [bad, profile[column].iloc[1]]})
    [result] = evaluate(worse, [rules_by_code()[rule]])
    assert list(worse.loc[result.failed_rows, "observation_id"]) == [f"2025-08|{SUBMISSION}"]


def test_only_the_months_asked_for_are_gated():
    in_force = frame_of(figure("DAYS", 5)).assign(period_start=SEP)
    profile = table_profile([(SEP, SUBMISSION, "44")], in_force, in_force, small_catalogue(), Office())
    evidence = Evidence(len(profile))
    evidence.add(evaluate(profile, [rules_by_code()["rejected_share_within_limit"]]))
    sources, figures = Asked(profile, evidence), Asked(in_force, Evidence(len(in_force)))
    assert len(gate_findings(sources, figures, {}, [SEP])) == 1
    assert gate_findings(sources, figures, {}, [AUG]) == ()
