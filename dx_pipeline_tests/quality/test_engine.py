from __future__ import annotations

import time
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest

from dx_pipeline.quality import engine, suites
from dx_pipeline.quality.columns import prepare
from dx_pipeline.quality.engine import RuleResult, evaluate
from dx_pipeline.quality.neighbours import with_neighbours
from dx_pipeline.quality.register_rules import ROW_RULES
from dx_pipeline.quality.rules import all_rules, rules_by_code
from dx_pipeline_tests.quality.world import (
    AUG,
    FORM,
    GROUPS,
    OCT,
    SUBMISSION,
    figure,
    judged_alone,
    small_catalogue,
)

DEC, JAN, MAR = date(2025, 12, 1), date(2026, 1, 1), date(2025, 3, 1)


def prepared(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows with every column, each beside its neighbours among the same rows."""
    frame = prepare(judged_alone(*rows), small_catalogue())
    with duckdb.connect() as connection:
        return with_neighbours(connection, frame, frame)


@pytest.fixture(params=["asked row by row", "counted"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test of this file, for small frames and for large ones."""
    if request.param == "counted":
        monkeypatch.setattr(engine, "LARGE", 0)
    return str(request.param)


def said(rule: str, frame: pd.DataFrame) -> RuleResult:
    return evaluate(frame, [rules_by_code()[rule]])[0]


def scores(total: float, *groups: float, **more: Any) -> list[dict[str, Any]]:
    parts = [figure(code, value, **more) for code, value in zip(GROUPS, groups, strict=True)]
    return [figure("S766_TOTAL", total, observation_id="total", **more), *parts]


def form(received: float, online: float, other: float, **more: Any) -> list[dict[str, Any]]:
    values = {"FORM_RECEIVED": received, "FORM_ONLINE": online, "FORM_OTHER": other}
    shared = {"source_code": FORM, "file_sha256": f"form{received}", **more}
    return [
        figure(code, value, **shared, **(BAD if code == "FORM_RECEIVED" else {}))
        for code, value in values.items()
    ]


BAD, GOOD = {"observation_id": "bad"}, {"observation_id": "good"}
CUMULATIVE = {"accumulates_from": date(2025, 1, 1)}

# rule, rows; the rows named "bad" and no other must fail.
FAILING: list[tuple[str, list[dict[str, Any]]]] = [
    ("known_area", [figure("CERTS", 1, area_code="99", **BAD), figure("CERTS", 1, **GOOD)]),
    (
        "known_area",
        [figure("CERTS", 1, area_code="45", **BAD), figure("CERTS", 1, MAR, area_code="45", **GOOD)],
    ),
    ("known_area", [figure("CERTS", 1, area_code="VN", **BAD)]),
    ("known_indicator", [figure("NOTHING", 1, **BAD), figure("CERTS", 1, **GOOD)]),
    ("known_scope", [figure("CERTS", 1, scope="somewhere", **BAD), figure("CERTS", 1, **GOOD)]),
    ("readable_value", [figure("CERTS", 1, raw_text=None, **BAD), figure("CERTS", 1, **GOOD)]),
    ("readable_value", [figure("CERTS", 1, locator=None, **BAD), figure("CERTS", 1, **GOOD)]),
    ("value_present", [figure("CERTS", None, **BAD), figure("CERTS", 0, **GOOD)]),
    ("value_present", [figure("COLOUR", 1, **BAD), figure("COLOUR", None, status="green", **GOOD)]),
    (
        "known_status",
        [figure("COLOUR", None, status="blue", **BAD), figure("COLOUR", None, status="red", **GOOD)],
    ),
    ("rate_within_0_100", [figure("SHARE", 120, **BAD), figure("SHARE", 100, **GOOD), figure("CERTS", 120)]),
    ("rate_within_0_100", [figure("SHARE", -0.01, **BAD), figure("SHARE", 0, **GOOD)]),
    ("within_bounds", [figure("DAYS", 90.5, **BAD), figure("DAYS", 90, **GOOD), figure("CERTS", 1e9)]),
    ("within_bounds", [figure("PLACE", 0, **BAD), figure("PLACE", 63, **GOOD)]),
    ("count_whole", [figure("CERTS", 8.5, **BAD), figure("CERTS", 8, **GOOD), figure("DAYS", 8.5)]),
    ("count_whole", [figure("PLACE", 8.5, **BAD), figure("PLACE", 8, **GOOD)]),
    ("count_whole", [figure("SHARE", 5, numerator=0.5, denominator=10, **BAD), figure("SHARE", 5.5, **GOOD)]),
    ("count_not_negative", [figure("CERTS", -1, **BAD), figure("CERTS", 0, **GOOD), figure("DAYS", -1)]),
    ("count_not_negative", [figure("SHARE", 5, numerator=-1, denominator=10, **BAD), figure("SHARE", 5)]),
    (
        "numerator_not_above_denominator",
        [
            figure("SHARE", 99, numerator=11, denominator=10, **BAD),
            figure("SHARE", 100, numerator=10, denominator=10, **GOOD),
            figure("SHARE", 100, numerator=11, observation_id="no denominator"),
        ],
    ),
    (
        "rate_matches_counts",
        [
            figure("SHARE", 33.4, numerator=1, denominator=3, **BAD),
            figure("SHARE", 33.3, numerator=1, denominator=3, **GOOD),
            figure("SHARE", 70, numerator=1, denominator=3, qualifier="approx", observation_id="approx"),
            figure("SHARE", None, numerator=0, denominator=0, observation_id="nothing arose"),
        ],
    ),
    (
        "unique_key",
        [figure("CERTS", 1, locator="A1"), figure("CERTS", 2, locator="A2"), figure("DAYS", 1, **GOOD)],
    ),
    ("score_sum", [*scores(60.02, 10, 10, 10, 10, 10, 10)]),
    (
        "not_below_previous_month",
        [figure("CERTS", 10, AUG, **GOOD), figure("CERTS", 9, **BAD), figure("CERTS", 12, area_code="33")],
    ),
    (
        "not_below_previous_month",
        [figure("DOSSIERS", 10, AUG, **CUMULATIVE), figure("DOSSIERS", 9, OCT, **CUMULATIVE)],
    ),
    ("not_above_next_month", [figure("CERTS", 10, AUG, **BAD), figure("CERTS", 9, **GOOD)]),
    ("stock_fall_without_reason", [figure("SERVICES", 10, AUG, **GOOD), figure("SERVICES", 9, **BAD)]),
    ("form_equation", form(11, 4, 6)),
    ("carry_over", [figure("CLOSED", 10, AUG), figure("OPENED", 9), figure("OPENED", 9, area_code="33")]),
]
NAMED_OTHERWISE = {  # failing rows that have no id of their own above
    ("unique_key", 21): ["CERTS", "CERTS"],
    ("score_sum", 22): ["S766_TOTAL"],
    ("not_below_previous_month", 24): ["DOSSIERS"],
    ("carry_over", 28): ["CLOSED", "OPENED"],  # each is compared with the other
}


@pytest.mark.parametrize(("number", "rule", "rows"), [(i, *case) for i, case in enumerate(FAILING)])
def test_bad_rows_and_only_they_fail(number: int, rule: str, rows: list[dict[str, Any]]):
    frame = prepared(*rows)
    result = said(rule, frame)
    assert result.could_not_run is None
    expected = NAMED_OTHERWISE.get((rule, number))
    if expected is None:
        assert list(frame.loc[result.failed_rows, "observation_id"]) == ["bad"]
    else:
        assert list(frame.loc[result.failed_rows, "indicator_code"]) == expected
    assert result.evaluated >= len(result.failed_rows)


# Rows that come close to breaking a rule, and must not.
PASSING: list[tuple[str, list[dict[str, Any]], int]] = [
    ("value_present", [figure("SHARE", None, numerator=0, denominator=0)], 1),
    ("unique_key", [figure("CERTS", 1, file_sha256="a"), figure("CERTS", 1, file_sha256="b")], 2),
    (
        "unique_key",
        [figure("CERTS", 1), figure("CERTS", 1, scope="commune_level"), figure("CERTS", 1, OCT)],
        3,
    ),
    ("unique_key", [figure("CERTS", 1, source_url="a"), figure("CERTS", 1, source_url="b", locator="x")], 2),
    ("count_whole", [figure("CERTS", 7_500_000), figure("SHARE", 36.11, numerator=3, denominator=10)], 2),
    ("numerator_not_above_denominator", [figure("DAYS", 9, numerator=90, denominator=10)], 0),
    ("rate_matches_counts", [figure("SHARE", 33.38, numerator=1, denominator=3)], 1),
    ("score_sum", [*scores(60.01, 10, 10, 10, 10, 10, 10)], 1),
    ("score_sum", [figure("S766_TOTAL", 60), figure("S766_CKMB", 10)], 0),
    # Five groups: the online group of 22 points is no code of the six, so nothing is added up.
    ("score_sum", [*scores(86.94, 17, 19, 0, 0, 17, 20)[:3], *scores(86.94, 17, 19, 0, 0, 17, 20)[5:]], 0),
    (
        "score_sum",
        [*scores(60, 9, 9, 9, 9, 9, 9)[:1], *scores(60, 9, 9, 9, 9, 9, 9, file_sha256="other")[1:]],
        0,
    ),
    ("not_below_previous_month", [figure("CERTS", 10, AUG), figure("CERTS", 10)], 1),
    ("not_below_previous_month", [figure("DOSSIERS", 10, AUG), figure("DOSSIERS", 9)], 0),
    ("not_below_previous_month", [figure("SERVICES", 10, AUG), figure("SERVICES", 9)], 0),
    (
        "not_below_previous_month",
        [figure("DOSSIERS", 9, DEC, **CUMULATIVE), figure("DOSSIERS", 1, JAN, **CUMULATIVE)],
        0,
    ),
    ("not_below_previous_month", [figure("CERTS", 9, DEC), figure("CERTS", 10, JAN)], 1),
    ("not_below_previous_month", [figure("CERTS", 10, AUG), figure("CERTS", 9, source_code="other")], 0),
    ("not_below_previous_month", [figure("CERTS", 10, AUG), figure("CERTS", 9, scope="commune_level")], 0),
    ("not_below_previous_month", [figure("CERTS", 10, AUG), figure("CERTS", 9, method_version="m2")], 0),
    ("not_below_previous_month", [figure("CERTS", 10, AUG), figure("CERTS", 9, **CUMULATIVE)], 0),
    ("not_below_previous_month", [figure("CERTS", 10, AUG), figure("CERTS", 9, qualifier="approx")], 0),
    ("not_below_previous_month", [figure("CERTS", 10, MAR), figure("CERTS", 9, AUG)], 0),
    ("not_above_next_month", [figure("CERTS", 9, AUG), figure("CERTS", 9)], 1),
    ("form_equation", form(10, 4, 6), 1),
    ("form_equation", form(11, 4, 6)[:2], 0),
    ("form_equation", form(11, 4, 6, source_code=SUBMISSION), 0),
    ("carry_over", [figure("CLOSED", 10, AUG), figure("OPENED", 10)], 2),
    ("carry_over", [figure("CLOSED", 10, AUG), figure("OPENED", 9, OCT)], 0),
    ("carry_over", [figure("CLOSED", 10, date(2025, 6, 1)), figure("OPENED", 9, date(2025, 7, 1))], 0),
    ("carry_over", [figure("CLOSED", 10, AUG), figure("OPENED", 9, scope="commune_level")], 0),
    (
        "stock_fall_without_reason",
        [figure("SERVICES", 9, AUG), figure("SERVICES", 8, note="bãi bỏ 1 DVC")],
        1,
    ),
    (
        "stock_fall_without_reason",
        [figure("SERVICES", 9, AUG), figure("SERVICES", 8, revision_reason="x")],
        1,
    ),
]


@pytest.mark.parametrize(
    ("rule", "rows", "evaluated"), PASSING, ids=[f"{c[0]}-{i}" for i, c in enumerate(PASSING)]
)
def test_good_rows_pass(rule: str, rows: list[dict[str, Any]], evaluated: int):
    result = said(rule, prepared(*rows))
    assert (result.could_not_run, len(result.failed_rows), result.evaluated) == (None, 0, evaluated)


def test_every_rule_has_a_failing_case():
    elsewhere = {
        rule.code
        for rule in all_rules()
        if rule.stage in ("outlier", "register", "restatement", "month", "table", "reading")
        or not rule.is_told_by_figure
    }  # test_outliers.py, registers/test_judging.py, test_restatements.py, test_gates.py, the readers' tests
    assert {case[0] for case in FAILING} | elsewhere == {rule.code for rule in all_rules()}


def everything() -> pd.DataFrame:
    """A frame on which every rule about figures has something to look at."""
    frame = prepared(
        figure("CERTS", 1, AUG),
        figure("CERTS", 2),
        figure("SERVICES", 2, AUG),
        figure("SERVICES", 3),
        figure("SHARE", 50, numerator=1, denominator=2),
        figure("DAYS", 5),
        figure("COLOUR", None, status="green"),
        *scores(60, 10, 10, 10, 10, 10, 10),
        *form(10, 4, 6),
        figure("CLOSED", 10, AUG),
        figure("OPENED", 10),
    )
    return frame.assign(
        has_file=True,
        rejected_share=0.0,
        max_rejected_share=0.1,
        missing_share=0.0,
        max_missing_share=0.1,
        accepted_count=1.0,
        **{rule.numbers[0]: 0.0 for rule in ROW_RULES},
        has_rows=True,
        has_register=True,
        counts_difference=0.0,
        has_rows_before=True,
        volume_change=0.1,
        max_volume_change=0.5,
        has_found=True,
        expected_value=1.0,
        found_value=1.0,
        has_usual_change=True,
        has_other_provinces=True,
        has_many_provinces=True,
        history_score=1.0,
        province_score=1.0,
        score_limit=3.5,
        same_share=0.1,
        same_share_limit=0.95,
    )


ENGINE_RULES = [rule for rule in all_rules() if rule.stage != "reading"]


@pytest.mark.parametrize("rule", ENGINE_RULES, ids=lambda rule: rule.code)
def test_every_rule_runs_and_passes_on_good_figures(rule):
    [result] = evaluate(everything(), [rule])
    assert result.passed
    assert result.evaluated > 0


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        (rule, column)
        for rule in all_rules()
        for column in (*rule.numbers, *rule.others, rule.applies_to)
        if column
    ],
    ids=lambda item: getattr(item, "code", item),
)
def test_a_missing_column_is_no_pass(rule, column: str):
    [result] = evaluate(everything().drop(columns=column), [rule])
    assert result.could_not_run == f"column {column} is missing"
    assert not result.passed


@pytest.mark.parametrize(
    ("rule", "column"),
    [(rule, column) for rule in all_rules() for column in rule.numbers],
    ids=lambda item: getattr(item, "code", item),
)
def test_text_where_numbers_belong_is_no_pass(rule, column: str):
    frame = everything()
    [result] = evaluate(frame.assign(**{column: "12,5"}), [rule])
    assert column in (result.could_not_run or "")
    assert not result.passed


def test_an_error_inside_great_expectations_is_no_pass():
    unhashable = everything().assign(status=[["green"]] * len(everything()), has_status=True)
    result = said("known_status", unhashable)
    assert not result.passed


def test_an_empty_frame_has_nothing_to_evaluate():
    results = evaluate(everything().iloc[:0], all_rules())
    assert [result.evaluated for result in results] == [0] * len(all_rules())


def test_two_thousand_rows_in_under_two_seconds():
    frame = pd.concat([everything()] * 150, ignore_index=True)
    frame["observation_id"] = [f"o{number}" for number in range(len(frame))]
    frame["file_sha256"] = frame["observation_id"]
    evaluate(everything(), all_rules())
    started = time.perf_counter()
    results = evaluate(frame, all_rules())
    assert all(result.passed for result in results)
    assert time.perf_counter() - started < 2


def test_one_context_serves_every_call(monkeypatch: pytest.MonkeyPatch):
    import great_expectations as gx

    made = []
    original = gx.get_context
    monkeypatch.setattr(gx, "get_context", lambda **kw: made.append(kw) or original(**kw))
    suites.shared_session.cache_clear()
    evaluate(everything(), all_rules())
    evaluate(everything(), all_rules())
    assert made == [{"mode": "ephemeral"}]
