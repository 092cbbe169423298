"""Registers from load to verdict: what is told, what is refused, which load is in force."""

from __future__ import annotations

import math
from datetime import date

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.quality.registers.judging import judge_registers
from dx_pipeline.settings import Limits, Office
from dx_pipeline_tests.quality.registers.world import (
    HANOI,
    HANOI_WARD,
    HUE,
    OTHER_WARD,
    ROW_CODES,
    Province,
    RegisterWorld,
    limits,
)
from dx_pipeline_tests.quality.world import NOV, OCT, SEP

LIMIT, VOLUME, AGREE = "register_rejects_within_limit", "register_volume", "register_counts_agree"
AT_LIMIT = int(1000 * limits().max_rejected_share)
BEYOND = AT_LIMIT + 1


def good(**more: Province) -> dict[str, Province]:
    return {HANOI: Province(communes={HANOI_WARD: 300, OTHER_WARD: 200}), HUE: Province(500), **more}


def test_a_good_register_passes_every_rule_and_is_in_force(registers: RegisterWorld):
    sha = registers.load(good())
    judgement = registers.run()
    assert judgement.findings == ()
    for rule in (*ROW_CODES, LIMIT, AGREE):
        result = judgement.check_results(rule)
        assert (result.passed, result.failed, result.failing_rows) == (True, 0, []), rule
    assert registers.checks("register_codes") == {HANOI: (1000, 0), HUE: (500, 0)}
    assert registers.loads() == {sha: ("accepted", True)}
    assert registers.received()[HANOI] == (1000, sha)
    assert registers.standing() == []
    # the two communes count under their province: a count and a rate of each
    assert registers.checks("known_area") == {HANOI: (6, 0), HUE: (2, 0)}


@pytest.mark.parametrize("rule", ROW_CODES)
def test_rows_that_break_a_rule_are_counted_by_province(registers: RegisterWorld, rule: str):
    sha = registers.load({HANOI: Province(1000, {rule: 7}), HUE: Province(500)})
    judgement = registers.run()
    result = judgement.check_results(rule)
    assert (result.passed, result.evaluated, result.failed, result.could_not_run) == (False, 1500, 7, None)
    [row] = result.failing_rows
    assert (row["month"], row["area"], row["rows"], row["failed"]) == (OCT, HANOI, 1000, 7)
    assert (row["first_lines"], row["example"]) == ("5, 17, 300", "MA_TINH=«H99»")
    assert row["rejects_file"] == f"warehouse/registers/portal_dossiers/2025-10/rejects-{sha}.parquet"
    assert registers.checks(rule) == {HANOI: (1000, 7), HUE: (500, 0)}
    assert registers.standing() == [(rule, HANOI, sha)]
    others = [code for code in ROW_CODES if code != rule]
    assert all(judgement.check_results(code).passed for code in others)


def test_the_message_says_province_rows_lines_example_file_and_remedy(registers: RegisterWorld):
    registers.load({HANOI: Province(12_000, {"register_codes": 34})})
    registers.run()
    [(vi, en, locator, raw_text, at, vintage)] = registers.ask(
        "SELECT r.message_vi, r.message_en, r.locator, r.raw_text, r.rejected_at, p.vintage_at FROM quality.rejection "
        "AS r JOIN core.register_partition AS p USING (file_sha256) WHERE rule = 'register_codes'"
    )
    for part in ("Thành phố Hà Nội", "tháng 10/2025", "34 trên 12.000 dòng", "5, 17, 300", "«MA_TINH=«H99»»"):
        assert part in vi
    assert "rejects-sha1.parquet" in vi
    assert "gửi lại cả tệp" in vi
    for part in (
        "(01)",
        "October 2025",
        "34 of 12,000 rows",
        "rejects-sha1.parquet",
        "send the whole month again",
    ):
        assert part in en
    assert (locator, raw_text, at) == ("5, 17, 300", "MA_TINH=«H99»", vintage)


def test_rejected_rows_are_no_rejected_figures(registers: RegisterWorld):
    registers.office = Office(limits=Limits(max_rejected_share=0, max_missing_share=1))
    registers.load({HANOI: Province(1000, {"register_codes": AT_LIMIT})})
    judgement = registers.run()
    assert judgement.findings == ()
    assert judgement.rejected_count == 0


@pytest.mark.parametrize(
    ("bad", "refused"), [(AT_LIMIT, False), (BEYOND, True)], ids=["at the limit", "one row beyond it"]
)
def test_the_limit_on_a_provinces_rejected_rows(registers: RegisterWorld, bad: int, refused: bool):
    sha = registers.load(good() | {HANOI: Province(1000, {"register_dates": bad}, {HANOI_WARD: 300})})
    judgement = registers.run()
    assert judgement.check_results(LIMIT).passed is not refused
    assert set(registers.received()) == ({HUE} if refused else {HANOI, HANOI_WARD, HUE})
    verdicts = dict(registers.ask("SELECT area_code, min(verdict) FROM core.observation GROUP BY ALL"))
    assert verdicts[HANOI] == verdicts[HANOI_WARD] == ("rejected" if refused else "accepted")
    assert registers.standing(LIMIT) == ([(LIMIT, HANOI, sha)] if refused else [])
    assert registers.loads() == {sha: ("accepted", True)}
    assert registers.checks(LIMIT) == {HANOI: (1, int(refused)), HUE: (1, 0)}


def test_one_word_for_a_refused_province_and_none_for_its_figures(registers: RegisterWorld):
    registers.load(
        good() | {HANOI: Province(1000, {"register_dates": BEYOND}, {HANOI_WARD: 300, OTHER_WARD: 200})}
    )
    registers.run()
    rows = registers.ask(
        "SELECT rule, observation_id FROM quality.rejection WHERE severity = 'ERROR' ORDER BY rule"
    )
    assert rows == [("register_dates", None), (LIMIT, None)]
    [(vi,)] = registers.ask("SELECT message_vi FROM quality.rejection WHERE rule = ?", [LIMIT])
    assert f"{BEYOND} trên 1.000 dòng bị loại (5,10%; cho phép tối đa 5,00%)" in vi


def test_a_refused_province_keeps_what_was_accepted_before(registers: RegisterWorld):
    first = registers.load(good())
    registers.run()
    bad = Province(1100, {"register_types": 200}, {HANOI_WARD: 310})
    second = registers.load({HANOI: bad, HUE: Province(600)})
    registers.run()
    in_force = registers.received()
    assert in_force == {
        HANOI: (1000, first),
        HANOI_WARD: (300, first),
        OTHER_WARD: (200, first),
        HUE: (600, second),
    }
    assert registers.loads() == {first: ("accepted", False), second: ("accepted", True)}
    third = registers.load({HANOI: Province(1100, communes={HANOI_WARD: 310}), HUE: Province(600)})
    registers.run()
    assert registers.received() == {HANOI: (1100, third), HANOI_WARD: (310, third), HUE: (600, third)}
    assert registers.standing() == []


def test_a_province_of_which_no_row_is_left_keeps_what_was_accepted_before(registers: RegisterWorld):
    first = registers.load(good())
    registers.run()
    second = registers.load({HANOI: Province(1000, {"register_types": 1000}), HUE: Province(500)})
    judgement = registers.run()
    assert registers.received()[HANOI_WARD] == (300, first)
    assert registers.received()[HUE] == (500, second)
    assert not judgement.check_results(LIMIT).passed


@pytest.mark.parametrize(
    ("bad", "refused"), [(75, False), (76, True)], ids=["at the limit", "one row beyond it"]
)
def test_rows_without_a_province_refuse_the_whole_file(registers: RegisterWorld, bad: int, refused: bool):
    first = registers.load(good())
    registers.run()
    lines = {HANOI: Province(1000), HUE: Province(500 - bad), "": Province(bad, {"register_codes": bad})}
    second = registers.load(lines)
    judgement = registers.run()
    assert registers.checks("register_codes")[""] == (bad, bad)
    kept = first if refused else second
    assert {sha for _, sha in registers.received().values()} == {kept}
    assert registers.loads() == {
        first: ("accepted", refused),
        second: ("rejected" if refused else "accepted", not refused),
    }
    assert registers.standing(LIMIT) == ([(LIMIT, "", second)] if refused else [])
    if refused:
        [row] = judgement.check_results(LIMIT).failing_rows
        assert "76 trên 1.500 dòng" in row["message_vi"]
        assert "cả tệp" in row["message_vi"]


def test_a_load_refused_for_all_its_provinces_never_is_in_force(registers: RegisterWorld):
    sha = registers.load(
        {HANOI: Province(1000, {"register_types": 900}), HUE: Province(10, {"register_types": 10})}
    )
    registers.office = Office(limits=Limits(max_rejected_share=1, max_missing_share=1))
    judgement = registers.judge()
    assert [item.rule for item in judgement.findings] == ["has_figures"]
    from dx_pipeline.quality.triage import write_judgement

    write_judgement(registers.connection, judgement)
    assert registers.loads() == {sha: ("rejected", False)}
    assert {area for _, area, _ in registers.standing(LIMIT)} == {HANOI, HUE}


def test_communes_that_a_corrected_month_no_longer_has_lose_their_standing(registers: RegisterWorld):
    registers.load(good())
    registers.run()
    second = registers.load({HANOI: Province(1000, communes={HANOI_WARD: 500}), HUE: Province(500)})
    judgement = registers.run()
    assert registers.received() == {HANOI: (1000, second), HANOI_WARD: (500, second), HUE: (500, second)}
    assert judgement.months_changed == {OCT}
    gone = registers.ask(
        "SELECT DISTINCT verdict, is_latest FROM core.observation WHERE area_code = ?", [OTHER_WARD]
    )
    assert gone == [("accepted", False)]
    before = registers.everything()
    assert registers.run().verdicts.empty
    assert registers.everything() == before


def test_a_month_corrected_before_it_was_judged_leaves_nothing_of_the_first_file(registers: RegisterWorld):
    first = registers.load(good())
    second = registers.load({HANOI: Province(1000, communes={HANOI_WARD: 500}), HUE: Province(500)})
    registers.run()
    assert {sha for _, sha in registers.received().values()} == {second}
    assert registers.loads() == {first: ("accepted", False), second: ("accepted", True)}
    gone = registers.ask("SELECT DISTINCT verdict FROM core.observation WHERE area_code = ?", [OTHER_WARD])
    assert gone == [("accepted",)]


def test_a_wrong_figure_that_a_corrected_month_no_longer_has_is_told_of_no_more(registers: RegisterWorld):
    registers.load(good())
    registers.connection.execute(
        "UPDATE core.observation SET numerator = denominator + 1 WHERE area_code = ?", [OTHER_WARD]
    )
    registers.run()
    wrong = "SELECT is_current FROM quality.rejection WHERE rule = 'numerator_not_above_denominator'"
    assert registers.ask(wrong) == [(True,)]
    registers.load({HANOI: Province(1000, communes={HANOI_WARD: 500}), HUE: Province(500)})
    assert registers.run().rejected_count == 0
    assert registers.ask(wrong) == [(False,)]


def test_a_file_loaded_again_before_it_was_judged_is_no_repetition(registers: RegisterWorld):
    sha = registers.load(good() | {HUE: Province(500, {"register_unique": 20})})
    registers.load(good(), sha=sha)
    registers.run()
    assert registers.received()[HUE] == (500, sha)
    assert registers.ask("SELECT vintage_at, verdict, is_latest FROM core.register_partition ORDER BY 1")[1][
        1:
    ] == (
        "accepted",
        True,
    )
    assert registers.standing() == []


def test_judging_again_without_news_changes_nothing(registers: RegisterWorld):
    registers.load({HANOI: Province(1000, {"register_types": 900}), HUE: Province(500)}, SEP)
    registers.load({HANOI: Province(2000, {"register_codes": 3}), HUE: Province(500)})
    registers.load({HANOI: Province(2000, {"register_codes": 2}), HUE: Province(100)})
    registers.run(SEP, OCT)
    before = registers.everything()
    again = registers.run(SEP, OCT)
    assert (len(again.verdicts), len(again.loads), again.months_changed) == (0, 0, frozenset())
    assert registers.everything() == before


def test_a_gate_that_refuses_leaves_loads_and_figures(registers: RegisterWorld):
    first = registers.load(good() | {HUE: Province(500, {"register_codes": 2})})
    registers.run()
    loads, figures = registers.loads(), registers.received()
    registers.office = Office(limits=Limits(max_rejected_share=0, max_missing_share=1))
    second = registers.load(good() | {HANOI: Province(1000, {"register_codes": 500}, {HANOI_WARD: 1})})
    judgement = registers.run()
    assert "rejected_share_within_limit" in {item.rule for item in judgement.findings}
    assert registers.loads() == {**loads, second: (None, False)}
    assert registers.received() == figures
    standing = registers.standing("register_codes")
    assert standing == [("register_codes", HANOI, second), ("register_codes", HUE, first)]


def test_the_load_before_is_told_of_no_more_once_it_is_replaced(registers: RegisterWorld):
    registers.load({HANOI: Province(1000, {"register_codes": 2})})
    registers.run()
    registers.load({HANOI: Province(1000)})
    registers.run()
    assert registers.standing() == []
    assert registers.ask("SELECT is_current FROM quality.rejection WHERE rule = 'register_codes'") == [
        (False,)
    ]
    assert registers.checks("register_codes") == {HANOI: (1000, 0)}


def test_loads_of_another_area_do_not_replace_each_other(registers: RegisterWorld):
    whole = registers.load({HANOI: Province(1000), HUE: Province(500)})
    own = registers.load({HUE: Province(510)}, area=HUE)
    registers.run()
    assert registers.loads() == {whole: ("accepted", True), own: ("accepted", True)}
    assert registers.received() == {HANOI: (1000, whole), HUE: (510, own)}


EDGE = limits().max_volume_change


@pytest.mark.parametrize(
    ("before", "rows", "fails"),
    [
        (1000, 1000 + int(1000 * EDGE), False),
        (1000, 1001 + int(1000 * EDGE), True),
        (1000, 1000 - int(1000 * EDGE), False),
        (1000, 999 - int(1000 * EDGE), True),
        (0, 1000, False),
    ],
    ids=["grows to the limit", "grows beyond", "falls to the limit", "falls beyond", "nothing before"],
)
def test_volume_against_the_month_before(registers: RegisterWorld, before: int, rows: int, fails: bool):
    registers.load({HANOI: Province(before), HUE: Province(500)} if before else {HUE: Province(500)}, SEP)
    registers.load({HANOI: Province(rows), HUE: Province(500)})
    judgement = registers.run(SEP, OCT)
    result = judgement.check_results(VOLUME)
    assert (result.passed, result.failed, result.evaluated) == (not fails, int(fails), 2 if before else 1)
    assert registers.received()[HANOI][0] == rows
    if fails:
        [row] = result.failing_rows
        assert (row["area"], row["rows"]) == (HANOI, rows)
        assert f"the month before had {before:,}" in row["message_en"]


def test_a_province_that_falls_silent_is_told_of(registers: RegisterWorld):
    registers.load({HANOI: Province(1000), HUE: Province(500)}, SEP)
    registers.run(SEP)
    registers.load({HUE: Province(500)})
    registers.run(OCT)
    assert registers.standing(VOLUME) == [(VOLUME, HANOI, "sha2")]
    assert registers.checks(VOLUME) == {HANOI: (1, 1), HUE: (1, 0)}
    [(severity, vi)] = registers.ask(
        "SELECT severity, message_vi FROM quality.rejection WHERE rule = ?", [VOLUME]
    )
    assert severity == "WARN"
    assert "0 dòng được nhận, tháng trước có 1.000 (-100,00%" in vi


def test_a_province_without_accepted_rows_the_month_before_has_nothing_to_compare(registers: RegisterWorld):
    registers.load({HANOI: Province(0), HUE: Province(500)}, SEP)
    registers.load({HANOI: Province(1000), HUE: Province(0)})
    judgement = registers.judge(SEP, OCT)
    assert [row["area"] for row in judgement.check_results(VOLUME).failing_rows] == [HUE]


def test_volume_needs_both_months_and_one_map_of_provinces(registers: RegisterWorld):
    registers.load({"44": Province(1)}, date(2025, 6, 1))
    registers.load({"44": Province(1000)}, date(2025, 7, 1))
    registers.load({"44": Province(10)}, date(2025, 10, 1))
    months = (date(2025, 6, 1), date(2025, 7, 1), date(2025, 10, 1))
    assert registers.judge(*months).check_results(VOLUME).evaluated == 0


def test_volume_is_held_against_the_load_that_counts_for_the_province(registers: RegisterWorld):
    registers.load({HANOI: Province(1000), HUE: Province(500)}, SEP)
    registers.load({HANOI: Province(50_000, {"register_types": 49_900}), HUE: Province(500)}, SEP)
    registers.load({HANOI: Province(1010), HUE: Province(500)})
    judgement = registers.run(SEP, OCT)
    assert {(row["month"], row["area"]) for row in judgement.check_results(VOLUME).failing_rows} == set()


@pytest.mark.parametrize("rule", ROW_CODES)
def test_a_rule_without_a_count_could_not_run(registers: RegisterWorld, rule: str):
    registers.load({HANOI: Province(1000, uncounted=(rule,)), HUE: Province(500)})
    judgement = registers.run()
    result = judgement.check_results(rule)
    assert not result.passed
    assert HANOI in (result.could_not_run or "")
    assert rule in {item.rule for item in judgement.findings}
    assert registers.loads() == {"sha1": (None, False)}


def test_a_load_without_any_count_is_no_pass(registers: RegisterWorld):
    registers.load({HANOI: Province(1000, uncounted=("rows", *ROW_CODES))})
    judgement = registers.run()
    assert judgement.findings
    assert not judgement.check_results(AGREE).passed
    assert registers.received() == {}


def test_a_province_whose_rows_were_not_counted_is_refused(registers: RegisterWorld):
    registers.load({HANOI: Province(1000, uncounted=("rows",)), HUE: Province(500)})
    judgement = registers.judge()
    assert not judgement.check_results(LIMIT).passed
    assert AGREE in {item.rule for item in judgement.findings}


@pytest.mark.parametrize(
    ("province", "partition"),
    [
        (Province(1000, {"register_types": 1001}, rejected=1000), {}),
        (Province(1000, {"register_types": 1}, rejected=2), {}),
        (Province(1000, {"register_types": 2}, rejected=1), {}),
        (Province(1000), {"line_count": 1001}),
        (Province(1000, {"register_types": 5}), {"rejected_count": 4, "row_count": 996}),
        (Province(1000), {"row_count": 999}),
        (Province(1000, {"register_types": -1}, rejected=0), {}),
    ],
    ids=[
        "more failed than looked at",
        "rejected and no rule says why",
        "broke a rule and was accepted",
        "rows of the file are missing",
        "another number of rejected rows",
        "accepted and rejected are not all",
        "less than nothing",
    ],
)
def test_a_load_that_contradicts_itself_replaces_nothing(
    registers: RegisterWorld, province: Province, partition: dict
):
    registers.load({HANOI: province}, **partition)
    judgement = registers.run()
    assert AGREE in [item.rule for item in judgement.findings]
    result = judgement.check_results(AGREE)
    assert (result.passed, result.failed) == (False, 1)
    assert len(result.failing_rows) == 1
    assert registers.loads() == {"sha1": (None, False)}


def test_a_row_may_break_several_rules(registers: RegisterWorld):
    registers.load({HANOI: Province(1000, {"register_types": 3, "register_codes": 3}, rejected=4)})
    assert registers.run().findings == ()


def test_a_figure_of_a_register_without_a_load_is_rejected(registers: RegisterWorld):
    registers.load(good())
    registers.connection.execute("DELETE FROM core.register_partition")
    registers.run()
    assert registers.received() == {}


def test_without_registers_there_is_nothing_to_judge(registers: RegisterWorld):
    assert judge_registers(registers.connection, [OCT], [NOV], [], load_catalogue()) is None


def test_a_range_of_months_in_one_run(registers: RegisterWorld):
    months = [date(2025, month, 1) for month in range(7, 13)]
    for number, month in enumerate(months):
        registers.load({HANOI: Province(1000 + number)}, month)
    registers.run(*months)
    assert all(state == ("accepted", True) for state in registers.loads().values())
    assert [registers.received(month)[HANOI][0] for month in months] == [1000 + n for n in range(6)]


def test_what_was_refused_is_judged_again_when_the_limit_allows_it(
    registers: RegisterWorld, monkeypatch: pytest.MonkeyPatch
):
    sha = registers.load({HANOI: Province(1000, {"register_types": 200}), HUE: Province(500)})
    registers.run()
    assert set(registers.received()) == {HUE}
    source = load_catalogue().sources["portal_dossiers"]
    wide = source.records.model_copy(
        update={"limits": limits().model_copy(update={"max_rejected_share": 0.5})}
    )
    monkeypatch.setitem(
        load_catalogue().sources, "portal_dossiers", source.model_copy(update={"records": wide})
    )
    registers.run()
    assert registers.received() == {HANOI: (800, sha), HUE: (500, sha)}
    assert registers.standing() == [("register_types", HANOI, sha)]


def test_shares_are_exact_at_the_limit():
    for lines in range(20, 4000, 20):
        assert (lines // 20) / lines <= limits().max_rejected_share == 0.05
        assert math.nextafter(limits().max_rejected_share, 1) > (lines // 20) / lines
